"""What the tables of the statistical offices' GENESIS databases hold: a small declaration for each table.

A column is named by the folded texts of its header cells, joined by ``/`` without words that say nothing
(:data:`NOISE`). A table may name a column in several ways, because the same table circulates as the original csv and
as a workbook with edited header rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["NOISE", "TABLES", "Part", "Table"]

#: Header words that do not tell columns apart.
NOISE = frozenset(
    {"", "anzahl", "prozent", "stichtag", "nationalität", "geschlecht", "ha", "qkm", "tsd. eur", "eur", "1000 qm",
     "bevölkerungsstand", "bodenfläche"}
)  # fmt: skip

#: (whole, parts): the parts add up to the whole.
Part = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Table:
    """Declaration of one table.

    Attributes
    ----------
    code : str
        Number of the table, such as ``13111-07-05-4``.
    source : str
        Key in catalogue/sources.
    title : str
        Words that the title must hold.
    columns : mapping
        Column label → measure; for tables with a category column, label → template holding ``{}``.
    categories : mapping
        Category as printed (folded) → measure; empty when the table has no category column.
    only_total : mapping
        Column label → measure, read only in rows of the category "insgesamt".
    signed : frozenset
        Measures that may be negative.
    whole : str
        ``.`` is a suppressed value when this measure of the same area is known; otherwise it is unknown.
    sums, within : tuple
        Which measures add up to which, and (whole, part) pairs: they bound suppressed values.
    """

    code: str
    source: str
    title: str
    columns: Mapping[str, str]
    categories: Mapping[str, str] = field(default_factory=dict)
    only_total: Mapping[str, str] = field(default_factory=dict)
    signed: frozenset[str] = frozenset()
    whole: str = ""
    sums: tuple[Part, ...] = ()
    within: tuple[tuple[str, str], ...] = ()


_AGES = {
    "unter 3 jahre": "00_02", "3 bis unter 6 jahre": "03_05", "6 bis unter 10 jahre": "06_09",
    "10 bis unter 15 jahre": "10_14", "15 bis unter 18 jahre": "15_17", "18 bis unter 20 jahre": "18_19",
    "20 bis unter 25 jahre": "20_24", "25 bis unter 30 jahre": "25_29", "30 bis unter 35 jahre": "30_34",
    "35 bis unter 40 jahre": "35_39", "40 bis unter 45 jahre": "40_44", "45 bis unter 50 jahre": "45_49",
    "50 bis unter 55 jahre": "50_54", "55 bis unter 60 jahre": "55_59", "60 bis unter 65 jahre": "60_64",
    "65 bis unter 75 jahre": "65_74", "75 jahre und mehr": "75_plus",
}  # fmt: skip
_SEX = {"männlich": "male", "weiblich": "female"}

_SECTORS = {
    "land- und forstwirtschaft, fischerei (a)": "employees_work_a",
    "produzierendes gewerbe (b-f)": "employees_work_bf",
    "produzierendes gewerbe ohne baugewerbe (b-e)": "employees_work_be",
    "verarbeitendes gewerbe (c)": "employees_work_c",
    "baugewerbe (f)": "employees_work_f",
    "dienstleistungsbereiche (g-u)": "employees_work_gu",
    "handel, gastgewerbe, verkehr (g-i)": "employees_work_gi",
    "information und kommunikation (j)": "employees_work_j",
    "erbringung von finanz- und vers.leistungen (k)": "employees_work_k",
    "grundstücks- und wohnungswesen (l)": "employees_work_l",
    "freiberufl,wissenschaftl. techn. dienstl.,sonst.dl": "employees_work_mn",
    "öff.verw.,verteidig.,sozialvers.,erz.-u.unterricht": "employees_work_oq",
    "kunst, unterhaltung, erholung, priv. haush.,usw.": "employees_work_ru",
    "insgesamt": "employees_work",
}

_RATE = "arbeitslosenquote bez. auf alle zivile erwerbsp."


def _employees(measure: str) -> dict[str, str]:
    named = {
        "insgesamt": measure,
        "männlich": f"{measure}_male",
        "weiblich": f"{measure}_female",
        "ausländer(innen)-insgesamt": f"{measure}_foreign",
    }
    original = {
        "insgesamt/insgesamt": measure,
        "insgesamt/männlich": f"{measure}_male",
        "insgesamt/weiblich": f"{measure}_female",
        "ausländer(innen)/insgesamt": f"{measure}_foreign",
    }
    return named | original


_BUILDINGS = {
    "insgesamt": "residential_buildings",
    "wohngebäude mit 1 wohnung": "residential_buildings_1",
    "wohngebäude mit 2 wohnungen": "residential_buildings_2",
    "wohngebäude mit 3 und mehr wohnungen": "residential_buildings_3_plus",
    "wohnheime": "residential_buildings_hostels",
}
_DWELLINGS = {
    "insgesamt": "dwellings",
    "wohnungen mit 1 raum": "dwellings_rooms_1",
    "wohnungen mit 2 räumen": "dwellings_rooms_2",
    "wohnungen mit 3 räumen": "dwellings_rooms_3",
    "wohnungen mit 4 räumen": "dwellings_rooms_4",
    "wohnungen mit 5 räumen": "dwellings_rooms_5",
    "wohnungen mit 6 räumen": "dwellings_rooms_6",
    "wohnungen mit 7 räumen oder mehr": "dwellings_rooms_7_plus",
}
_LAND = {
    "insgesamt": "land_total",
    "siedlung": "land_settlement",
    "verkehr": "land_traffic",
    "vegetation-insgesamt": "land_vegetation",
    "vegetation-landwirtschaft": "land_farm",
    "vegetation-wald": "land_forest",
    "vegetation-gehölz": "land_copse",
    "vegetation-heide": "land_heath",
    "vegetation-moor": "land_bog",
    "vegetation-sumpf": "land_swamp",
    "vegetation-unland, vegetationslose fläche": "land_barren",
    "gewässer-insgesamt": "land_water",
}
_LAND_ORIGINAL = {
    "siedlung/insgesamt": "land_settlement",
    "verkehr/insgesamt": "land_traffic",
    "vegetation/insgesamt": "land_vegetation",
    "vegetation/landwirtschaft/insgesamt": "land_farm",
    "vegetation/wald/insgesamt": "land_forest",
    "vegetation/gehölz/insgesamt": "land_copse",
    "vegetation/heide/insgesamt": "land_heath",
    "vegetation/moor/insgesamt": "land_bog",
    "vegetation/sumpf/insgesamt": "land_swamp",
    "vegetation/unland, vegetationslose fläche/insgesamt": "land_barren",
    "gewässer/insgesamt": "land_water",
}
_GVA = {
    "insgesamt": "gva",
    "land- und forstwirtschaft, fischerei (a)": "gva_a",
    "produzierendes gewerbe ohne baugewerbe (b-e)": "gva_be",
    "verarbeitendes gewerbe (c)": "gva_c",
    "baugewerbe (f)": "gva_f",
    "handel,verkehr,gastgewerbe,informa-/kommunikation": "gva_gj",
    "fin-,vers.-,unt.-dienstl.,grundst.-/wohnungswesen": "gva_kn",
    "öffentl. u. sonst. dienstl.,erziehung, gesundheit": "gva_ot",
}
_GVA_HEAD = "bws zu herstellungspreisen in jeweiligen preisen/wz 2008-abschnitte und zusammenfassungen/"
_GDP = {
    "bruttoinlandsprodukt": "gdp",
    "bruttoinlandsprodukt je erwerbstätigen": "gdp_per_worker",
    "bruttoinlandsprodukt je einwohner": "gdp_per_inhabitant",
}

_DECLARED = (
    Table(
        "12411-01-01-4", "regionalstatistik_12411_01", "Bevölkerung nach Geschlecht",
        {"insgesamt": "population", "männlich": "population_male", "weiblich": "population_female"},
    ),
    Table(
        "12411-0018", "genesis_12411_0018", "Bevölkerung",
        {f"{sex}/{age}": f"population_{_SEX[sex]}_{_AGES[age]}" for sex in _SEX for age in _AGES},
    ),
    Table(
        "13111-07-05-4", "regionalstatistik_13111_07", "Beschäftigte am Arbeitsort",
        {"insgesamt/insgesamt": "{}"},
        categories=_SECTORS,
        only_total={
            "insgesamt/männlich": "employees_work_male", "insgesamt/weiblich": "employees_work_female",
            "ausländer(innen)/insgesamt": "employees_work_foreign",
        },
        whole="employees_work",
        sums=(
            ("employees_work", ("employees_work_a", "employees_work_bf", "employees_work_gu")),
            ("employees_work_bf", ("employees_work_be", "employees_work_f")),
            ("employees_work_gu", ("employees_work_gi", "employees_work_j", "employees_work_k", "employees_work_l",
                                   "employees_work_mn", "employees_work_oq", "employees_work_ru")),
        ),
        within=(("employees_work_be", "employees_work_c"),),
    ),
    Table(
        "13211-02-05-4", "regionalstatistik_13211_02", "Arbeitslose",
        {
            "arbeitslose": "unemployed", "arbeitslose/ausländer": "unemployed_foreign",
            "arbeitslose/schwerbehindert": "unemployed_disabled",
            "arbeitslose/15 bis unter 20 jahre": "unemployed_15_19",
            "arbeitslose/15 bis unter 25 jahre": "unemployed_15_24",
            "arbeitslose/55 bis unter 65 jahre": "unemployed_55_64",
            "arbeitslose/langzeitarbeitslos": "unemployed_long_term",
            "arbeitslosenquote bez. abh. zivile erwerbspers.": "unemployment_rate_dependent",
            _RATE: "unemployment_rate", f"{_RATE}/männer": "unemployment_rate_male",
            f"{_RATE}/frauen": "unemployment_rate_female", f"{_RATE}/ausländer": "unemployment_rate_foreign",
            f"{_RATE}/15 bis unter 25 jahre": "unemployment_rate_15_24",
        },
    ),
    Table(
        "11111-01-01-4", "regionalstatistik_11111_01", "Gebietsfläche",
        {"gebietsfläche(qkm)": "area_km2", "gebietsfläche": "area_km2"},
    ),
    Table("13111-01-03-4", "regionalstatistik_13111_01", "Beschäftigte am Arbeitsort", _employees("employees_work")),
    Table("13111-02-02-4", "regionalstatistik_13111_02", "Beschäftigte am Wohnort", _employees("employees_residence")),
    Table(
        "31231-02-01-4", "regionalstatistik_31231_02", "Wohngebäuden und Wohnungen",
        {f"wohngebäude-(nach anzahl der wohnungen)-{label}": measure for label, measure in _BUILDINGS.items()}
        | {f"wohngebäude/wohngebäude nach anzahl der wohnungen/{label}": m for label, m in _BUILDINGS.items()}
        | {"wohnfläche in wohngebäuden(1000 qm)": "living_area", "wohnfläche in wohngebäuden": "living_area"}
        | {f"wohnungen in wohn- und nichtwohngebäuden-(größe der wohnung)-{label}": measure
           for label, measure in _DWELLINGS.items()}
        | {f"wohnungen in wohn- und nichtwohngebäuden/größe der wohnung/{label}": measure
           for label, measure in _DWELLINGS.items()},
    ),
    Table("33111-01-02-4", "regionalstatistik_33111_01", "Bodenfläche", _LAND | _LAND_ORIGINAL),
    Table(
        "82111-01-05-4", "regionalstatistik_82111_01", "Bruttoinlandsprodukt",
        {"bruttoinlandsprodukt(tsd. eur)": "gdp", "bruttoinlandsprodukt je erwerbstätigen( eur)": "gdp_per_worker",
         "bruttoinlandsprodukt je einwohner(eur)": "gdp_per_inhabitant"} | _GDP
        | {f"{label}(tsd. eur)": measure for label, measure in _GVA.items()}
        | {f"{_GVA_HEAD}{label}": measure for label, measure in _GVA.items()},
        signed=frozenset(_GVA.values()),
    ),
)  # fmt: skip

TABLES: dict[str, Table] = {table.code: table for table in _DECLARED}
