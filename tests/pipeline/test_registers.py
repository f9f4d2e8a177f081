"""Registers of municipalities: GV100AD, the yearly extract, municipal points, VG250-EW."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import official as h
from made_areas import extract_rows, extract_sheets, register_lines
from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.registry import recognise

Lines = list[str]
Rows = list[list[object]]


def register(path: Path, lines: Lines, encoding: str = "utf-8") -> dict[str, pl.DataFrame]:
    return h.tables(h.write_text(path / "register.txt", [*lines, ""], encoding))


def extract(path: Path, rows: Rows) -> dict[str, pl.DataFrame]:
    return h.tables(h.write_workbook(path / "anything.xlsx", extract_sheets(rows)))


def problems(read: Callable[[], object]) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read()
    return caught.value.problems


def test_register_gives_areas_of_all_levels(tmp_path: Path) -> None:
    areas = register(tmp_path, register_lines())["areas"]
    assert areas.select("area", "level", "name", "kind", "parent", "association", "inhabited").rows() == [
        ("99", "state", "Musterland", None, "DG", None, True),
        ("99001", "district", "Ost", "Landkreis", "99", None, True),
        ("990015001", "association", "Amt Ost", "Amt", "99001", None, True),
        ("99001001", "municipality", "Aue", "Gemeinde", "99001", "990015001", True),
        ("99001002", "municipality", "Berg", "Gemeindefreies Gebiet, unbewohnt", "99001", "990015001", False),
        ("99002", "district", "West", "Landkreis", "99", None, True),
        ("990020001", "association", "Hof, Stadt", "Verbandsfreie Gemeinde", "99002", None, True),
        ("99002001", "municipality", "Hof, Stadt", "Stadt", "99002", "990020001", True),
    ]
    assert set(areas["edition"]) == {"2023-12-31"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_register_in_any_official_encoding_reads_names(tmp_path: Path, encoding: str) -> None:
    lines = [line.replace("Aue ", "Würm") for line in register_lines()]
    assert "Würm" in register(tmp_path, lines, encoding)["areas"]["name"].to_list()


def test_register_counts_and_area_in_km2(tmp_path: Path) -> None:
    observations = register(tmp_path, register_lines())["observations"]
    assert h.observed(observations, "99001001") == {
        "population": 300.0, "population_male": 140.0, "population_female": 160.0, "area_km2": 10.5,
    }  # fmt: skip
    assert set(observations["period"]) == {"2023-12-31"}


@pytest.mark.parametrize(
    ("date", "counted"), [("20231130", "2022-12-31"), ("20240331", "2022-12-31"), ("20241231", "2024-12-31")]
)
def test_register_date_of_population_follows_the_calendar_with_caveat(tmp_path: Path, date: str, counted: str) -> None:
    tables = register(tmp_path, [line[:2] + date + line[10:] for line in register_lines()])
    people = tables["observations"].filter(pl.col("measure") == "population")
    assert set(people["period"]) == {counted}
    told = tables["caveats"]["caveat"].to_list()
    assert told == ([] if date.endswith("1231") else [f"register-population-date-{date[:4]}-{date[4:6]}-{date[6:]}"])
    assert people["caveat"].drop_nulls().unique().to_list() == told


def doubled(lines: Lines) -> Lines:
    return [*lines[:5], lines[3], *lines[5:]]


def without_district(lines: Lines) -> Lines:
    return [*lines[:5], *lines[6:]]


@pytest.mark.parametrize(
    ("change", "row", "column", "text"),
    [
        (lambda x: [*x[:3], x[3][:140], *x[4:]], 4, None, "the line is cut off"),
        (doubled, 4, "key", "the key 99001001 is there twice"),
        (without_district, 7, None, "the district of municipality 99002001 is missing"),
        (lambda x: [*x[:3], x[3][:139] + "       3OO" + x[3][149:], *x[4:]], 4, "population", "is not a count"),
        (lambda x: [*x[:3], x[3][:139] + "-0000000300" + x[3][150:], *x[4:]], 4, "population", "is not a count"),
        (lambda x: [*x[:3], x[3].replace("00000000140", "00000000400"), *x[4:]], 4, "male", "400 men among 300"),
        (lambda x: [*x[:3], "60" + x[3][2:10] + "9900100 " + x[3][18:], *x[4:]], 4, "key", "wrong length"),
        (lambda x: [*x[:3], "77" + x[3][2:], *x[4:]], 4, "record type", "the line begins with '77'"),
        (lambda x: x[:6], None, None, "district 99002 has no municipalities: the file is cut off"),
        (lambda x: [*x[:3], x[3].replace("Aue   ", "WÃ¼rm "), *x[4:]], 4, None, "is wrongly encoded"),
        (lambda x: [*x[:7], x[7][:2] + "20240101" + x[7][10:]], None, "date", "records are of 20231231, 20240101"),
    ],
    ids=["cut", "doubled", "orphan", "text", "negative", "men", "key", "record", "truncated", "encoding", "dates"],
)  # fmt: skip
def test_register_wrong_in_one_way_names_the_place(
    tmp_path: Path, change: Callable[[Lines], Lines], row: int | None, column: str | None, text: str
) -> None:
    found = problems(lambda: register(tmp_path, change(register_lines())))
    assert (found[0].file, found[0].row, found[0].column) == ("register.txt", row, column)
    assert text in found[0].what
    assert found[0].expected


def test_extract_gives_areas_counts_and_classes(tmp_path: Path) -> None:
    tables = extract(tmp_path, extract_rows())
    areas = tables["areas"].select("area", "level", "association", "longitude", "latitude", "edition")
    assert areas.rows() == [
        ("99", "state", None, None, None, "2019-12-31"),
        ("99001", "district", None, None, None, "2019-12-31"),
        ("990015001", "association", None, None, None, "2019-12-31"),
        ("99001001", "municipality", "990015001", 9.25, 51.5, "2019-12-31"),
        ("99001002", "municipality", "990015001", 9.75, 51.5, "2019-12-31"),
        ("99002", "district", None, None, None, "2019-12-31"),
        ("990020001", "association", None, None, None, "2019-12-31"),
        ("99002001", "municipality", "990020001", 8.5, 51.5, "2019-12-31"),
    ]
    assert h.observed(tables["observations"], "99001002") == {
        "population": 100.0, "population_male": 60.0, "population_female": 40.0, "area_km2": 4.0,
    }  # fmt: skip
    assert tables["classes"].filter(pl.col("area") == "99001002").select("scheme", "code", "label").rows() == [
        ("degree_of_urbanisation", "03", "gering besiedelt"),
        ("tourism_area", "E1", "Musterwald"),
    ]


def test_extract_with_columns_in_another_order_is_read_alike(tmp_path: Path) -> None:
    straight = extract(tmp_path, extract_rows())
    sheets = extract_sheets()
    width = max(len(row) for row in sheets["Onlineprodukt"])
    # the three text columns at the end go to the front, the subheadings with them
    turned = [[*padded[16:], *padded[:16]] for row in sheets["Onlineprodukt"]
              if (padded := [*row, *[""] * (width - len(row))])]  # fmt: skip
    turned[0] = sheets["Onlineprodukt"][0]
    moved = h.tables(h.write_workbook(tmp_path / "moved.xlsx", {"Blatt": turned}))
    for name, frame in straight.items():
        assert moved[name].drop("file").equals(frame.drop("file")), name


def with_cell(row: int, column: int, value: object) -> Callable[[], Rows]:
    def change() -> Rows:
        rows = extract_rows()
        rows[row][column] = value
        return rows

    return change


def test_extract_row_numbers_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    # Six rows of header: the first municipality, fourth of the body, stands in row 10.
    found = problems(lambda: extract(tmp_path, with_cell(3, 9, "viele")()))
    assert [(p.file, p.sheet, p.row, p.column) for p in found] == [("anything.xlsx", "Onlineprodukt", 10, "population")]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (with_cell(3, 9, -300), "the value -300 is negative"),
        (with_cell(3, 9, ""), "the cell is empty"),
        (with_cell(3, 10, 141), "141 men and 160 women are not 300 inhabitants"),
        (with_cell(4, 6, "001"), "the key 99001001 is there twice"),
        (with_cell(3, 2, 9), "the key is '9001001'"),
        (with_cell(3, 7, "MÃ¼hle"), "is wrongly encoded"),
        (list, "no row has a record type"),
    ],
)
def test_extract_wrong_in_one_way_says_so(tmp_path: Path, rows: Callable[[], Rows], text: str) -> None:
    found = problems(lambda: extract(tmp_path, rows()))
    assert text in found[0].what
    assert (found[0].file, found[0].sheet) == ("anything.xlsx", "Onlineprodukt")


def test_extract_without_a_column_names_it(tmp_path: Path) -> None:
    sheets = extract_sheets()
    kept = [list(row) for row in sheets["Onlineprodukt"]]
    kept[3][10] = "divers"
    found = problems(lambda: h.tables(h.write_workbook(tmp_path / "x.xlsx", {"Blatt": kept})))
    assert [(p.what, p.sheet, p.row) for p in found] == [("no column for population_male", "Blatt", 4)]


def test_extract_cut_off_is_refused(tmp_path: Path) -> None:
    whole = h.write_workbook(tmp_path / "whole.xlsx", extract_sheets()).path.read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    assert "cut.xlsx" in str(problems(lambda: h.tables(h.raw(path)))[0])


POINTS = "ARS,AGS,GEN,IBZ,BEZ,LON_DEZ,LAT_DEZ"
EW = "ARS,AGS,GEN,BEZ,NUTS,ARS_0,EWZ,KFL,DLM_ID"


def test_points_give_centres(tmp_path: Path) -> None:
    lines = [
        POINTS,
        "990015001001,99001001,Aue,64,Gemeinde,9.25,51.5",
        "990019999002,99001002,Berg,65,Gemeindefreies Gebiet,9.7,51.4",
    ]
    areas = h.tables(h.write_text(tmp_path / "punkte_2021-01-01.csv", lines))["areas"]
    assert areas.select("area", "edition", "association", "longitude", "latitude", "inhabited").rows() == [
        ("99001001", "2021-01-01", "990015001", 9.25, 51.5, True),
        ("99001002", "2021-01-01", "990019999", 9.7, 51.4, False),
    ]


def test_population_boundaries_give_counts(tmp_path: Path) -> None:
    lines = [EW, "990015001001,99001001,Aue,Gemeinde,X,990015001001,300,10.5,D"]
    tables = h.tables(h.write_text(tmp_path / "ew_2022-12-31.csv", lines))
    assert tables["observations"].select("measure", "area", "period", "value").rows() == [
        ("population", "99001001", "2022-12-31", 300.0),
        ("area_km2", "99001001", "2022-12-31", 10.5),
    ]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("990015001001,99001009,Aue,Gemeinde,X,990015001001,300,10.5,D", "name different areas"),
        ("990015001001,99001001,Aue,Gemeinde,X,990015001001,dreihundert,10.5,D", "is not a number"),
        ("990015001001,99001001,Aue,Gemeinde,X,990015001001,-3,10.5,D", "is negative"),
        ("990015001001,99001001,Aue,Gemeinde,X,990015001001,,10.5,D", "population or area is missing"),
        ("990015001001,9901001,Aue,Gemeinde,X,990015001001,300,10.5,D", "no key of this kind"),
    ],
)
def test_population_boundaries_wrong_in_one_way_names_the_row(tmp_path: Path, row: str, text: str) -> None:
    lines = [EW, "990015001003,99001003,Ried,Gemeinde,X,990015001003,10,1.5,D", row]
    found = problems(lambda: h.tables(h.write_text(tmp_path / "ew_2022-12-31.csv", lines)))
    assert text in str(found[0])
    assert (found[0].file, found[0].row) == ("ew_2022-12-31.csv", 3)


@pytest.mark.real_data
def test_real_register_agrees_with_the_official_figures() -> None:
    file = h.real("register/GV100AD_301123.txt")
    assert recognise(file).key == "destatis_gv100ad"
    tables = h.tables(file)
    people = tables["observations"].filter(pl.col("measure") == "population")
    assert (people["value"].sum(), people.height, set(people["period"])) == (84_358_845.0, 10_981, {"2022-12-31"})
    wanted = {"06611000": 204_202, "03159016": 118_946, "05774032": 154_755, "05762020": 28_709}
    assert dict(people.filter(pl.col("area").is_in(list(wanted))).select("area", "value").iter_rows()) == wanted
    levels = dict(tables["areas"].group_by("level").len().iter_rows())
    assert levels == {
        "state": 16, "government_region": 29, "district": 400, "association": 4_597, "municipality": 10_981,
    }  # fmt: skip
    assert tables["caveats"].is_empty()


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("year", "people", "count"), [(2019, 83_166_711, 11_010), (2021, 83_237_124, 10_997), (2023, 84_669_326, 10_981)]
)
def test_real_extract_agrees_with_the_official_figures(year: int, people: int, count: int) -> None:
    tables = h.tables(h.real(f"register/3112{year}_Auszug_GV.xlsx"))
    sums = dict(tables["observations"].group_by("measure").agg(pl.col("value").sum()).iter_rows())
    assert sums["population"] == people
    assert sums["population_male"] + sums["population_female"] == people
    assert set(tables["observations"]["period"]) == {f"{year}-12-31"}
    places = tables["areas"].filter(pl.col("level") == "municipality")
    assert (places.height, places["longitude"].null_count()) == (count, 2)


@pytest.mark.real_data
def test_real_population_boundaries_agree_with_the_register() -> None:
    tables = h.tables(h.real("boundaries/vg250ew_gemeinden_2022-12-31.csv"))
    people = tables["observations"].filter(pl.col("measure") == "population")
    assert (people["value"].sum(), people.height) == (84_358_845.0, 10_990)


@pytest.mark.real_data
def test_real_points_are_read() -> None:
    areas = h.tables(h.real("boundaries/gemeinden_punkte_2021.csv"))["areas"]
    assert (areas.height, set(areas["edition"])) == (10_997, {"2021-01-01"})
    assert areas.filter(pl.col("area") == "06611000").select("longitude", "latitude").row(0) == pytest.approx(
        (9.495, 51.315), abs=0.01
    )
