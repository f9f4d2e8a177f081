"""Census 2022, INKAR, passed-on municipal figures, broadband, points: small files, then the real ones."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

import official as h
from raumwerk.errors import InputError
from raumwerk.pipeline.source import RawFile
from raumwerk.pipeline.sources.flat_tables import LAYOUTS

CENSUS = ["Berichtszeitpunkt", "_RS", "Name", "Regionalebene", "EWZ", "EWZ_BFS_20220630"]
INKAR = ["Kennziffer", "Raumeinheit", "Aggregat", "Beschäftigtenquote", "Beschäftigtenquote"]
LAND = "ags,land_total,land_settlement,land_traffic,veg_agri,veg_forrest,veg_wood,veg_heath,veg_moor,veg_marsh,veg_plant_uncover_com,water_total,settlement_ghd"  # noqa: E501


def csv_file(path: Path, *lines: str) -> RawFile:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return h.raw(path)


def census(path: Path, rows: Sequence[Sequence[object]]) -> pl.DataFrame:
    return h.tables(h.write_workbook(path, {"CSV-Einwohnerzahl": [CENSUS, *rows]}))["observations"]


def test_census_keeps_levels_and_leaves_out_germans_abroad(tmp_path: Path) -> None:
    frame = census(tmp_path / "x.xlsx", [
        [20220515, "00", "Deutschland", "Bund (mit Deutschen im Ausland)", 82719540, "–"],
        [20220515, "00", "Deutschland", "Bund (ohne Deutsche im Ausland)", 82711282, 84079811],
        [20220515, "010510044044", "Heide", "Gemeinde", 22000, 21900],
        [20220515, "010519999", "Amt", "Gemeindeverband", 5, "–"],
    ])  # fmt: skip
    assert frame.select("measure", "area", "period", "value").rows() == [
        ("population_census", "DG", "2022-05-15", 82_711_282.0),
        ("population_carried_forward", "DG", "2022-06-30", 84_079_811.0),
        ("population_census", "01051044", "2022-05-15", 22_000.0),
        ("population_carried_forward", "01051044", "2022-06-30", 21_900.0),
        ("population_census", "010519999", "2022-05-15", 5.0),
        ("population_carried_forward", "010519999", "2022-06-30", 0.0),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([20220515, "0105", "x", "Gemeinde", 1, 1], "row 2, column _RS: '0105' is no key of this level"),
        ([20220515, "01", "x", "Land", "viele", 1], "row 2, column population: 'viele' is not a number"),
        ([20220515, "01", "x", "Land", -1, 1], "row 2, column population: the value -1 is negative"),
        (["Mai", "01", "x", "Land", 1, 1], "row 2, column Berichtszeitpunkt: 'Mai' is no date"),
    ],
)
def test_census_when_broken_says_where(tmp_path: Path, row: list[object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        census(tmp_path / "x.xlsx", [row])
    assert f"sheet CSV-Einwohnerzahl, {said}" in str(caught.value)


def test_inkar_rate_is_rounded_and_association_has_its_own_key(tmp_path: Path) -> None:
    rows = [
        INKAR, ["", "", "", "2018", "2019"],
        ["01001000", "Flensburg", "verbandsfreie Gemeinde", 50.0, 51.5],
        [1051963.0, "Burg", "Gemeindeverband", "", 60.25],
    ]  # fmt: skip
    frame = h.tables(h.write_workbook(tmp_path / "x.xlsx", {"Daten": rows}))["observations"]
    assert frame.select("area", "period", "value", "status").rows() == [
        ("01001000", "2018-06-30", 50.0, "rounded"),
        ("01001000", "2019-06-30", 51.5, "rounded"),
        ("010510963", "2019-06-30", 60.25, "rounded"),
    ]
    assert frame["upper"].to_list() == pytest.approx([50.005, 51.505, 60.255])


def test_inkar_when_broken_says_where(tmp_path: Path) -> None:
    rows = [INKAR, ["", "", "", "2018", "2019"], ["x1", "A", "Gemeindeverband", 1, 1], ["01001000", "B", "Dorf", 1, 1]]
    with pytest.raises(InputError) as caught:
        h.tables(h.write_workbook(tmp_path / "x.xlsx", {"Daten": rows}))
    assert "sheet Daten, row 3, column Kennziffer" in str(caught.value)
    assert "sheet Daten, row 4, column Aggregat: 'Dorf'" in str(caught.value)


def test_residence_derived_from_a_rate_carries_its_rounding(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path / "x.csv", "ags,name,level,year,quote,pop_15_64,svb_wo_est",
        "01051963,Burg,Gemeindeverband,2019,60.15,10000,6015", "01001000,F,verbandsfreie Gemeinde,2019,,,",
    )  # fmt: skip
    frame = h.tables(file)["observations"]
    assert frame.select("measure", "area", "period", "value", "lower", "upper", "status").rows() == [
        ("employees_residence", "010510963", "2019-06-30", 6015.0, 6014.0, 6016.0, "rounded"),
        ("population_15_64", "010510963", "2019-12-31", 10000.0, 10000.0, 10000.0, "measured"),
    ]


def test_land_use_blank_is_zero_only_where_the_parts_add_up(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path / "land_2019-12-31.csv", LAND,
        "99001001,100,20,10,40,20,5,,,,,5,3", "99001002,100,20,10,,20,5,,,,,5,",
        "99001000,200,40,20,60,50,10,,,,,10,3", "99002000,10,5,5,0,0,0,0,0,0,0,0,1", "99999999,,,,,,,,,,,,",
    )  # fmt: skip
    frame = h.tables(file)["observations"]
    assert h.observed(frame, "99001001")["land_heath"] == 0
    assert h.observed(frame, "99001002")["land_farm"] is None  # 40 ha are missing from the total
    assert h.observed(frame, "99001")["land_total"] == 200  # padded key of a district with municipalities
    assert h.observed(frame, "99002000")["land_total"] == 10  # a town that is its own district …
    assert h.observed(frame, "99002")["land_total"] == 10  # … counts as both
    assert "99999999" not in frame["area"].to_list()
    assert frame["period"].unique().to_list() == ["2019-12-31"]


def test_flat_file_without_a_date_is_refused(tmp_path: Path) -> None:
    file = csv_file(tmp_path / "land.csv", LAND, "99001001,100,20,10,40,20,5,,,,,5,3")
    with pytest.raises(InputError, match=r"land\.csv: the file does not say of which date"):
        h.tables(file)


def test_transit_zero_is_unknown_and_warned_of(tmp_path: Path) -> None:
    file = csv_file(tmp_path / "x.csv", "ags,total_mega_km,rail_mega_km,metro_mega_km,bus_mega_km",
                    "03255000,0.0,0.0,0.0,0.0", "03254000,5.0,0.0,0.0,5.0")  # fmt: skip
    tables = h.tables(file)
    doubtful = tables["observations"].filter(pl.col("area") == "03255")
    assert doubtful.select("value", "status", "caveat").unique().rows() == [(None, "unknown", "destatis_transit_zero")]
    assert h.observed(tables["observations"], "03254")["transit_km_rail"] == 0
    assert tables["caveats"]["caveat"].to_list() == ["destatis_transit_zero"]


UNEMPLOYED = "ags,name,year,arbeitslose,pop_15_64"


def test_unemployed_have_years_and_people_have_dates(tmp_path: Path) -> None:
    frame = h.tables(csv_file(tmp_path / "x.csv", UNEMPLOYED, "06611000,Kassel,2021,10,100", "06611000,Kassel,1998,5,"))
    assert frame["observations"].select("measure", "period", "value").rows() == [
        ("unemployed", "2021", 10.0), ("unemployed", "1998", 5.0), ("population_15_64", "2021-12-31", 100.0)
    ]  # fmt: skip


def test_zero_in_a_well_filled_series_is_no_figure_but_stays_in_a_thin_one(tmp_path: Path) -> None:
    lines = [f"05762004,Bad Driburg,{year},500,{people}" for year, people in ((2015, 11931), (2016, 0), (2017, 12007))]
    thin = [f"05762999,Weiler,{year},{jobless},12" for year, jobless in ((2015, 2), (2016, 0))]
    frame = h.tables(csv_file(tmp_path / "x.csv", UNEMPLOYED, *lines, *thin))["observations"]
    people = frame.filter(pl.col("measure") == "population_15_64", pl.col("area") == "05762004")
    assert people["period"].to_list() == ["2015-12-31", "2017-12-31"]
    assert h.observed(frame, "05762999", "2016") == {"unemployed": 0}


def test_district_that_contradicts_its_municipalities_is_rejected(tmp_path: Path) -> None:
    layout = next(one for one in LAYOUTS if one.source == "zensus2011_buildings")
    rows = [f"{key}" + f",{count}" * len(layout.columns) for key, count in (
        ("03159000", 1000), ("03159001", 900), ("03159002", 600), ("03155000", 500), ("03155001", 480))]  # fmt: skip
    frame = h.tables(csv_file(tmp_path / "x.csv", "ags," + ",".join(layout.columns), *rows))["observations"]
    assert h.observed(frame, "03159") == {}
    assert h.observed(frame, "03155")["census2011_buildings"] == 500


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["06611000,K,2021,10,100", "06611000,K,2021,11,100"], "row 2: 06611000, 2021 appears more than once"),
        (["6611000,K,2021,10,100"], "row 2, column ags: '6611000' is no key"),
        (["06611000,K,2021,-10,100"], "row 2, column arbeitslose: -10 is negative"),
        (["06611000,K,2021,viele,100"], "row 2, column arbeitslose: 'viele' is not a number"),
        (["06611000,K,21,10,100"], "row 2, column year: '21' is no key"),
        (["06611000,K,2021,10,100,7"], "row 2: the row has 6 fields"),
        (["06611000,K,2021,10,100", "06611000,K,20"], "row 3: the last row has 3 fields: the file is cut off"),
        ([], "the file holds a header and nothing else"),
    ],
)
def test_flat_file_when_broken_says_where(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        h.tables(csv_file(tmp_path / "x.csv", UNEMPLOYED, *lines))
    assert str(caught.value).startswith("x.csv")
    assert said in str(caught.value)


def test_flat_file_without_a_column_names_it(tmp_path: Path) -> None:
    header = "ags,total_mega_km,rail_mega_km,metro_mega_km,bus_km"
    with pytest.raises(InputError, match="row 1: column 'bus_mega_km' is missing"):
        h.tables(csv_file(tmp_path / "x.csv", header, "03255000,0.0,0.0,0.0,0.0"))


def test_gzip_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress((UNEMPLOYED + "\n" + "06611000,K,2021,10,100\n" * 9000).encode(), mtime=0)
    path = tmp_path / "x.csv.gz"
    path.write_bytes(packed[:-20])
    with pytest.raises(InputError, match="cut off or damaged"):
        h.tables(h.raw(path))


def test_district_rates_turn_codes_for_no_figure_into_nothing(tmp_path: Path) -> None:
    layout = next(one for one in LAYOUTS if one.source == "bbsr_inkar_districts_wide")
    cells = {"cars_per_capita": "-0.01", "tax_revenue_per_capita": "0.0", "students_per_100": "0.0"}
    row = ",".join(cells.get(column, "1.5") for column in layout.columns)
    header = "county_code,year," + ",".join(layout.columns)
    frame = h.tables(csv_file(tmp_path / "x.csv", header, f"06611,2017.0,{row}"))["observations"]
    found = h.observed(frame, "06611", "2017")
    assert {"inkar_cars", "inkar_tax_revenue"} & set(found) == set()
    assert (found["inkar_students"], found["inkar_median_age"]) == (0.0, 1.5)


def test_points_listed_twice_count_once_unless_they_are_two_sites(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path / "x.csv", "id,name,school_type,school_type_entity,state,address,lon,lat,file",
        "A-1,Schule,G8,Gymnasium,BW,x,9.0,48.0,f", "A-1,Schule,G9,Gymnasium,BW,x,9.0,48.0,f",
        "A-1,Schule,G9,Gymnasium,BW,y,9.5,48.0,f", "A-2,Ohne Ort,G9,Gymnasium,BW,y,,,f",
    )  # fmt: skip
    points = h.tables(file)["points"]
    assert points.select("point", "longitude", "variant").rows() == [
        ("A-1", 9.0, "Gymnasium"), ("A-1-2", 9.5, "Gymnasium")
    ]  # fmt: skip


def test_points_outside_the_world_are_refused(tmp_path: Path) -> None:
    file = csv_file(tmp_path / "x.csv", "name,lon,lat", "Apotheke,8.4,49.0", "Apotheke,8.4,491")
    with pytest.raises(InputError, match="row 3, column lat: 491 is no latitude"):
        h.tables(file)


def test_broadband_more_than_everybody_is_refused(tmp_path: Path) -> None:
    speeds = [f"alle Technologien ≥ {speed} Mbit/s" for speed in (1, 50, 1000)] + [
        f"DSL ≥ {speed} Mbit/s" for speed in range(1, 30)
    ]
    file = csv_file(tmp_path / "x.csv", "ags_in_file,ags," + ",".join(speeds), "1,06611000,130" + ",1" * 31)
    with pytest.raises(InputError, match="row 2, column alle Technologien ≥ 1 Mbit/s: 130 percent is too much"):
        h.tables(file)


@pytest.mark.real_data
def test_real_census_2022() -> None:
    frame = h.tables(h.real("indicators/Regionaltabelle_Bevoelkerung.xlsx"))["observations"]
    census = frame.filter(pl.col("measure") == "population_census")
    places = census.filter(pl.col("area").str.len_chars() == 8)
    assert (places.height, places["value"].sum()) == (10_786, 82_711_282)
    assert census.filter(pl.col("area").str.len_chars() == 5).height == 400
    assert h.observed(frame, "06611000", "2022-05-15") == {"population_census": 195_012}


@pytest.mark.real_data
def test_real_employees_at_residence_2019() -> None:
    frame = h.tables(h.real("employment/gvb_svb_wo_2001_2019.csv.gz"))["observations"]
    year = frame.filter(pl.col("measure") == "employees_residence", pl.col("period") == "2019-06-30")
    assert year["value"].sum() == 33_158_430
    assert year.filter(pl.col("area") == "06611000")["value"].item() == 74_534
    assert year.filter(pl.col("area").str.starts_with("03159"))["value"].sum() == 122_053
    assert year["lower"].sum() <= 33_159_794 <= year["upper"].sum()  # the official figure lies within the bounds


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["beschaeftigtenquote", "erwerbsfaehige_bevoelkerung"])
def test_real_inkar_workbook(name: str) -> None:
    frame = h.tables(h.real(f"employment/inkar_{name}_gemeindeverbaende.xlsx"))["observations"]
    assert frame["period"].n_unique() == 19
    assert frame.filter(pl.col("area").str.len_chars() == 9)["area"].n_unique() == 1216


@pytest.mark.real_data
def test_real_inkar_districts() -> None:
    frame = h.tables(h.real("inkar_districts/kreise_inkar_1995_2021_long.csv.gz"))["observations"]
    year = frame.filter(pl.col("measure") == "employees_residence", pl.col("period") == "2021-06-30")
    assert year["value"].sum() == 33_538_976
    wide = h.tables(h.real("inkar_districts/county_covariates_internal.csv"))["observations"]
    assert wide["measure"].n_unique() == 30
    assert wide.filter(pl.col("value") < 0).is_empty()
    assert wide.filter(pl.col("area") == "06611", pl.col("period") == "2020", pl.col("measure") == "inkar_cars")[
        "value"
    ].item() == pytest.approx(449.15)


@pytest.mark.real_data
def test_real_unemployed_by_municipality_2021() -> None:
    frame = h.tables(h.real("unemployment/gemeinden_arbeitslose_pop1564_1998_2021.csv.gz"))["observations"]
    year = frame.filter(pl.col("measure") == "unemployed", pl.col("period") == "2021")
    assert year["value"].sum() == 2_613_475
    keys = ("06611000", "03159016", "05774032", "05762020")
    assert [year.filter(pl.col("area") == key)["value"].item() for key in keys] == [8798, 4759, 5645, 589]


@pytest.mark.real_data
def test_real_broadband_2021() -> None:
    frame = h.tables(h.real("broadband/gemeinden_breitband_privat_mitte2021.csv.gz"))["observations"]
    assert frame["measure"].n_unique() == 53
    giga = frame.filter(pl.col("measure") == "broadband_all_1000")
    keys = ("06611000", "05774032", "05762020")
    assert [giga.filter(pl.col("area") == key)["value"].item() for key in keys] == [69.65, 72.17, 28.12]
    assert giga.filter(pl.col("area") == "03159016").height == 1  # under its key of today
    assert giga.filter(pl.col("area").str.starts_with("03152")).is_empty()


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "measure", "period", "expected"),
    [
        ("population_2018", "population", "2018-12-31", {"DG": 83_019_213, "06611000": 201_585}),
        ("population_2021", "population", "2021-12-31",
         {"06611000": 200_406, "03159016": 116_557, "05774032": 152_531, "05762020": 28_467}),
        ("area_2018", "land_total", "2018-12-31", {"DG": 35_758_154, "03159": 175_541}),
        ("area_2021", "land_settlement", "2021-12-31", {"DG": 3_370_892, "16063105": 1_467}),
        ("buildings_2021", "census2011_buildings", "2011-05-09", {"DG": 18_922_618, "06611000": 31_701}),
        ("flats_2021", "residential_buildings", "2021-12-31", {"DG": 19_375_911, "03159": 82_268}),
        ("destatis_2021", "transit_km", "2018", {"DG": 3_311.9, "06611": 8.6, "03255": None}),
        ("renewable_energy_2024", "renewables_pv_kw", "2024", {"06611000": 48_012.587, "06": 3_727_074.937}),
    ],
)  # fmt: skip
def test_real_municipal_lists(name: str, measure: str, period: str, expected: dict[str, float | None]) -> None:
    frame = h.tables(h.real(f"indicators/gemeinden/{name}.csv"))["observations"]
    rows = frame.filter(pl.col("measure") == measure)
    assert rows["period"].unique().to_list() == [period]
    found = dict(rows.select("area", "value").iter_rows())
    assert {key: found[key] for key in expected} == {
        key: value if value is None else pytest.approx(value, abs=0.05) for key, value in expected.items()
    }


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("stations_de_2020.csv", "station", 6519),
        ("hospitals_de_2019.csv", "hospital", 2288),
        ("schools_de_2019.csv.gz", "school", 31454),  # 33,145 rows: one for each kind of school
        ("pharmacies_osm_de.csv.gz", "pharmacy", 17793),
    ],
)
def test_real_points(name: str, kind: str, count: int) -> None:
    points = h.tables(h.real(f"poi/{name}"))["points"]
    assert points["kind"].unique().to_list() == [kind]
    assert points.height == count
