"""What flat csv files of passed-on statistics hold: a small declaration for each layout, read by ``flat``.

These files hold official figures and were put together by others (see the source entries in the catalogue). What their
names say about dates is not always true; where the content does not tell the date, ``catalogue/editions.toml`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["LAYOUTS", "Flat"]


@dataclass(frozen=True)
class Flat:
    """Declaration of one layout.

    Attributes
    ----------
    source : str
        Key in catalogue/sources.
    key : str
        Column of the area key.
    columns : mapping
        Column → measure.
    keys : {"municipality", "district", "padded", "padded_district"}
        How keys are written; padded ones fill up districts and states with zeros (``06000000`` is Hessen).
    periods : str
        ``edition`` or ``edition_year`` (the file's date, or its year), ``year`` (column ``year``), or a fixed date.
    month : mapping
        Measure → ending that turns a year into a date (``-06-30``); others stay years.
    scale : mapping
        Measure → factor from the file's unit to that of the measure.
    absent : mapping
        Measure → values that stand for "no figure" in this file.
    total : tuple
        (measure, parts): an empty or zero cell is a true zero only where the parts add up to the total.
    gaps : bool
        Zeros in otherwise well-filled yearly series stand for "no figure".
    by_hand : bool
        Districts were re-keyed by hand by those who pass the file on: where a district contradicts its own
        municipalities in the file, its figure is rejected. (Elsewhere a difference is due to uninhabited areas that are
        not listed.)
    doubtful_zero : str
        Caveat for areas whose figures are all zero though the area is not empty; they are unknown.
    """

    source: str
    key: str
    columns: Mapping[str, str]
    keys: str = "municipality"
    periods: str = "edition"
    month: Mapping[str, str] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)
    absent: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    total: tuple[str, tuple[str, ...]] = ("", ())
    gaps: bool = False
    by_hand: bool = False
    doubtful_zero: str = ""


_LAND = {
    "land_total": "land_total", "land_settlement": "land_settlement", "land_traffic": "land_traffic",
    "veg_agri": "land_farm", "veg_forrest": "land_forest", "veg_wood": "land_copse", "veg_heath": "land_heath",
    "veg_moor": "land_bog", "veg_marsh": "land_swamp", "veg_plant_uncover_com": "land_barren",
    "water_total": "land_water", "settlement_ghd": "land_commercial",
}  # fmt: skip
_AGES = ("until_1919", "1919_1948", "1949_1978", "1979_1986", "1987_1990", "1991_1995", "1996_2000", "2001_2004",
         "2005_2008")  # fmt: skip
_INKAR_RATES = (
    "share_65plus", "median_age", "share_foreign", "share_female", "gdp_per_capita", "share_primary_sector",
    "share_secondary_sector", "share_tertiary_sector", "share_micro_enterprises", "share_large_enterprises",
    "unemployment_rate", "share_longterm_unemployed", "youth_unemployment_rate", "share_abitur", "share_no_degree",
    "students_per_100", "apprentices_per_100", "purchasing_power", "share_low_income_hh", "physician_density",
    "hospital_beds_per_capita", "gp_density", "childcare_under3", "childcare_3to6", "building_permits_per_capita",
    "rent_level", "living_space_per_capita", "cars_per_capita", "municipal_debt_per_capita", "tax_revenue_per_capita",
)  # fmt: skip
#: The passed-on names promise other bases than the figures have; ours say what INKAR publishes.
_INKAR_NAMES = {
    "gdp_per_capita": "inkar_gdp_per_inhabitant", "students_per_100": "inkar_students",
    "apprentices_per_100": "inkar_apprentices", "cars_per_capita": "inkar_cars",
    "hospital_beds_per_capita": "inkar_hospital_beds", "building_permits_per_capita": "inkar_building_permits",
    "living_space_per_capita": "inkar_living_space", "municipal_debt_per_capita": "inkar_municipal_debt",
    "tax_revenue_per_capita": "inkar_tax_revenue", "share_low_income_hh": "inkar_share_low_income",
    "share_65plus": "inkar_share_65_plus", "childcare_under3": "inkar_childcare_0_2",
    "childcare_3to6": "inkar_childcare_3_5", "share_longterm_unemployed": "inkar_share_long_term_unemployed",
}  # fmt: skip

LAYOUTS = (
    Flat(
        "bbsr_inkar_municipal_unemployment", "ags",
        {"arbeitslose": "unemployed", "pop_15_64": "population_15_64"},
        periods="year", month={"population_15_64": "-12-31"}, gaps=True,
    ),
    Flat(
        "regionalstatistik_33111_municipal", "ags", _LAND, keys="padded",
        total=("land_total", tuple(measure for measure in _LAND.values() if measure not in (
            "land_total", "land_commercial"))),
    ),
    Flat(
        "zensus2011_buildings", "ags",
        {"buildings_total": "census2011_buildings", "buildings_heatnet": "census2011_buildings_district_heating",
         "buildings_2009_2011": "census2011_buildings_2009_2011", "flats_total": "census2011_dwellings",
         "flats_heatnet": "census2011_dwellings_district_heating",
         "flats_2009_today": "census2011_dwellings_2009_2011"}
        | {f"buildings_{age}": f"census2011_buildings_{age}" for age in _AGES}
        | {f"flats_{age}": f"census2011_dwellings_{age}" for age in _AGES},
        keys="padded", periods="2011-05-09", by_hand=True,
    ),
    Flat(
        "regionalstatistik_31231_municipal", "ags",
        {"residential_buildings_total": "residential_buildings", "buildings_1flat": "residential_buildings_1",
         "buildings_2flats": "residential_buildings_2", "buildings_3flats": "residential_buildings_3_plus",
         "buildings_dorms": "residential_buildings_hostels", "residential_buildings_area_total": "living_area"},
        keys="padded",
    ),
    Flat(
        "destatis_public_transport_2018", "ags",
        {"total_mega_km": "transit_km", "rail_mega_km": "transit_km_rail", "metro_mega_km": "transit_km_tram",
         "bus_mega_km": "transit_km_bus"},
        keys="padded_district", periods="2018", doubtful_zero="destatis_transit_zero",
    ),
    Flat(
        "mastr_renewables", "ags",
        {"pv": "renewables_pv_kw", "wind_on": "renewables_wind_kw", "biomass": "renewables_biomass_kw",
         "water": "renewables_hydro_kw"},
        keys="padded", periods="edition_year",
    ),
    Flat("destatis_population_list", "ags", {"total": "population"}, keys="padded"),
    Flat(
        "bbsr_inkar_districts_wide", "county_code",
        {column: _INKAR_NAMES.get(column, f"inkar_{column}") for column in _INKAR_RATES},
        keys="district", periods="year",
        # -0.01 and 0 stand for "no figure" where a true zero is impossible or is published as blank elsewhere
        absent={"inkar_cars": (-0.01,), "inkar_municipal_debt": (-0.01,), "inkar_purchasing_power": (0.0,),
                "inkar_tax_revenue": (0.0,), "inkar_share_abitur": (0.0,)},
    ),
)  # fmt: skip
