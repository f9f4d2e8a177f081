"""GENESIS csv and the Regionalstatistik workbooks."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import official as h
from raumwerk.errors import InputError
from raumwerk.pipeline.sources import genesis
from raumwerk.pipeline.sources.genesis_tables import TABLES

SECTORS = list(TABLES["13111-07-05-4"].categories)


def population_lines(*rows: str) -> list[str]:
    return [
        "GENESIS-Tabelle: 12411-01-01-4",
        "Bevölkerung nach Geschlecht - Stichtag 31.12. - regionale;;;;",
        "Tiefe: Kreise und krfr. Städte;;;;",
        "Fortschreibung des Bevölkerungsstandes;;;;",
        "Bevölkerungsstand (Anzahl);;;;",
        ";;Stichtag;Stichtag;Stichtag",
        ";;31.12.2021;31.12.2021;31.12.2021",
        ";;Insgesamt;männlich;weiblich",
        *rows,
        "__________",
        '"Fußnote; mit Semikolon',
        '© Statistische Ämter des Bundes und der Länder, Deutschland, 2023."',
        "Stand: 10.07.2023 / 16:44:50",
    ]


def sector_lines(area: str, values: list[str]) -> list[str]:
    head = [
        "GENESIS-Tabelle: 13111-07-05-4",
        "Sozialversicherungspflichtig Beschäftigte am Arbeitsort nach;;;;;;;;",
        "Stichtag: 30.06.2020;;;;;;;;",
        ";;;Nationalität;Nationalität;Nationalität;Nationalität;Nationalität;Nationalität",
        ";;;Insgesamt;Insgesamt;Insgesamt;Ausländer(innen);Ausländer(innen);Ausländer(innen)",
        ";;;Geschlecht;Geschlecht;Geschlecht;Geschlecht;Geschlecht;Geschlecht",
        ";;;Insgesamt;männlich;weiblich;Insgesamt;männlich;weiblich",
    ]
    rows = [f"{area};   Musterkreis;{sector};{value};1;1;1;1;1" for sector, value in zip(SECTORS, values, strict=True)]
    return [*head, *rows, "__________", "Stand: 17.08.2021 / 20:26:58"]


def read(path: Path, lines: list[str]) -> pl.DataFrame:
    return h.tables(h.write_text(path, lines))["observations"]


def test_csv_when_small_is_read_whole(tmp_path: Path) -> None:
    rows = ["DG;Deutschland;30;14;16", "99;  Musterland;30;14;16", "99001;  Musterkreis, Landkreis;30;14;16"]
    frame = read(tmp_path / "renamed.txt", population_lines(*rows))
    assert frame.select("measure", "area", "period", "value", "lower", "upper").rows() == [
        (measure, area, "2021-12-31", value, value, value)
        for area in ("DG", "99", "99001")
        for measure, value in (("population", 30.0), ("population_male", 14.0), ("population_female", 16.0))
    ]
    assert frame["status"].unique().to_list() == ["measured"]


def test_csv_row_of_dashes_is_no_value_but_a_dash_beside_numbers_is_zero(tmp_path: Path) -> None:
    rows = ["DG;Deutschland;30;30;-", "99002;      Altkreis;-;-;-", "99003;      Neukreis;.;.;."]
    frame = read(tmp_path / "a.csv", population_lines(*rows))
    assert frame.select("area", "measure", "value").rows() == [
        ("DG", "population", 30.0),
        ("DG", "population_male", 30.0),
        ("DG", "population_female", 0.0),
    ]


def test_csv_leaves_out_government_regions_and_berlin_boroughs(tmp_path: Path) -> None:
    rows = ["11;  Berlin;9;4;5", "11001001;  Mitte;9;4;5", "031;  Stat. Region;1;1;0", "03241001;  Hannover;2;1;1"]
    frame = read(tmp_path / "a.csv", population_lines(*rows))
    assert frame["area"].unique(maintain_order=True).to_list() == ["11", "03241001"]


def test_csv_suppressed_sector_is_bounded_by_the_sums_of_its_table(tmp_path: Path) -> None:
    #          A   B-F  B-E  C   F   G-U  G-I  J  K  L  M-N O-Q R-U total
    values = [".", ".", "40", "30", ".", "50", "10", "5", "5", "5", "5", "10", "10", "100"]
    frame = read(tmp_path / "a.csv", sector_lines("99001", values))
    masked = frame.filter(pl.col("status") == "masked").select("measure", "value", "lower", "upper").rows()
    assert masked == [
        ("employees_work_a", None, 0.0, 10.0),
        ("employees_work_bf", None, 40.0, 50.0),
        ("employees_work_f", None, 0.0, 10.0),
    ]
    assert frame.filter(pl.col("measure") == "employees_work_c")["value"].to_list() == [30.0]
    assert frame.filter(pl.col("measure") == "employees_work_female")["value"].to_list() == [1.0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("99001;  Musterkreis;30;14;16", "99001;  Musterkreis;30;viele;16"), "row 11, column männlich: 'viele'"),
        (("99001;  Musterkreis;30;14;16", "99001;  Musterkreis;-30;14;16"), "row 11, column insgesamt: the value -30"),
        (("99001;  Musterkreis;30;14;16", "99001;  Musterkreis;30;14"), "row 11: the row has 4 fields"),
        (("99001;  Musterkreis;30;14;16", "9900X;  Musterkreis;30;14;16"), "row 11, column 1: '9900X' is no area key"),
        (("99001;  Musterkreis;30;14;16", "99;  Musterkreis;30;14;16"), "row 10: area 99 appears twice"),
        ((";;Insgesamt;männlich;weiblich", ";;Insgesamt;männlich;unklar"), "row 6: no column for population_female"),
        (("__________", ""), "the line of underscores before the footnotes is missing"),
    ],
)  # fmt: skip
def test_csv_when_broken_says_where(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    rows = ["DG;Deutschland;30;14;16", "99;  Musterland;30;14;16", "99001;  Musterkreis;30;14;16"]
    text = [line if line != change[0] else change[1] for line in population_lines(*rows)]
    with pytest.raises(InputError) as caught:
        read(tmp_path / "broken.csv", text)
    assert str(caught.value).startswith("broken.csv")
    assert said in str(caught.value)


def test_csv_as_the_database_gives_it_names_columns_by_all_header_rows(tmp_path: Path) -> None:
    lines = [
        "GENESIS-Tabelle: 33111-01-02-4",
        "Bodenfläche nach Art der tatsächlichen Nutzung - Stichtag;;;;;;;;;;;;;;",
        ";;;Bodenfläche;Bodenfläche;Bodenfläche" + ";Bodenfläche" * 9,
        ";;;Insgesamt;Siedlung;Verkehr" + ";Vegetation" * 8 + ";Gewässer",
        ";;;;Insgesamt;Insgesamt;Insgesamt;Landwirtschaft;Wald;Gehölz;Heide;Moor;Sumpf;"
        "Unland, Vegetationslose Fläche;Insgesamt",
        ";;;;;;;Insgesamt;Insgesamt;Insgesamt;Insgesamt;Insgesamt;Insgesamt;Insgesamt;",
        ";;;ha" + ";ha" * 11,
        "31.12.2018;99001;      Musterkreis;100;10;5;80;40;30;6;1;1;1;1;5",
        "__________",
    ]
    found = h.observed(read(tmp_path / "a.csv", lines), "99001", "2018-12-31")
    assert found == {
        "land_total": 100, "land_settlement": 10, "land_traffic": 5, "land_vegetation": 80, "land_farm": 40,
        "land_forest": 30, "land_copse": 6, "land_heath": 1, "land_bog": 1, "land_swamp": 1, "land_barren": 1,
        "land_water": 5,
    }  # fmt: skip


def workbook(path: Path, rows: list[list[object]]) -> pl.DataFrame:
    head = ["id", "name", "Gebietsfläche(qkm)"]
    return h.tables(h.write_workbook(path, {"11111-01-01-4": [["", "", ""], head, *rows], "footnote": [["x"]]}))[
        "observations"
    ]


def test_workbook_takes_the_date_of_each_block(tmp_path: Path) -> None:
    rows = [
        ["31.12.2019", "", ""], ["DG", "Deutschland", 12.5], ["99001", "   Kreis", "-"],
        ["31.12.2018", "", ""], ["DG", "Deutschland", 12.4], ["99001", "   Kreis", 3.25],
    ]  # fmt: skip
    frame = workbook(tmp_path / "x.xlsx", rows)
    assert frame.select("area", "period", "value").rows() == [
        ("DG", "2019-12-31", 12.5),
        ("DG", "2018-12-31", 12.4),
        ("99001", "2018-12-31", 3.25),
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["DG", "Deutschland", 1.0]], "sheet 11111-01-01-4, row 3: 'DG' stands before any date"),
        ([["31.12.2019", "", ""], ["DG", "Deutschland", "groß"]], "row 4, column gebietsfläche(qkm): 'groß'"),
        ([["31.12.2019", "", ""], [1001, "Flensburg", 5.0]], "row 4, column id: '1001' is no area key"),
        ([["31.12.2019", "", ""], ["", "Flensburg", 5.0]], "row 4, column id: the row has values and no key"),
    ],
)
def test_workbook_when_broken_says_where(tmp_path: Path, rows: list[list[object]], said: str) -> None:
    with pytest.raises(InputError) as caught:
        workbook(tmp_path / "x.xlsx", rows)
    assert said in str(caught.value)


def test_bounds_never_raise_a_part_of_a_whole_with_unassigned_persons() -> None:
    table = TABLES["13111-07-05-4"]
    known: dict[str, float | None] = dict.fromkeys(table.categories.values(), 1.0)
    known |= {"employees_work": 100.0, "employees_work_a": None, "employees_work_bf": 2.0, "employees_work_gu": 7.0}
    assert genesis._bounds(table, known)["employees_work_a"] == (0.0, 91.0)


@pytest.mark.real_data
def test_real_population_2021() -> None:
    frame = h.tables(h.real("indicators/12411-01-01-4_2021.csv"))["observations"]
    assert h.observed(frame, "DG") == {
        "population": 83_237_124, "population_male": 41_066_785, "population_female": 42_170_339
    }  # fmt: skip


@pytest.mark.real_data
def test_real_age_structure_2020() -> None:
    frame = h.tables(h.real("age/12411-0018.csv"))["observations"]
    assert frame.filter(pl.col("period") == "2020-12-31")["value"].sum() == 83_155_031
    assert frame.filter(pl.col("area") == "03159", pl.col("period") < "2016").is_empty()


@pytest.mark.real_data
@pytest.mark.parametrize("year", [2015, 2018, 2019, 2020])
def test_real_sectors(year: int) -> None:
    frame = h.tables(h.real(f"sectors/13111-07-05-4_{year}.csv"))["observations"]
    masked = frame.filter(pl.col("status") == "masked")
    assert 60 <= masked.height <= 80
    assert masked.select((pl.col("lower") <= pl.col("upper")).all()).item()
    if year == 2020:
        states = frame.filter(pl.col("area").str.len_chars() == 2, pl.col("area") != "DG")
        assert states.filter(pl.col("measure") == "employees_work")["value"].sum() == 33_321_503
        kassel = h.observed(frame, "06611")
        assert (kassel["employees_work"], kassel["employees_work_c"]) == (111_411, 15_782)


@pytest.mark.real_data
def test_real_unemployment_by_district_2020() -> None:
    frame = h.tables(h.real("unemployment/13211-02-05-4.csv"))["observations"]
    germany = h.observed(frame, "DG", "2020")
    assert (germany["unemployed"], germany["unemployment_rate"]) == (2_695_444, 5.9)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("code", "measure", "germany", "kassel"),
    [
        ("13111-01-03-4", "employees_work", 33_407_262, 112_850),
        ("13111-02-02-4", "employees_residence", 33_159_794, 74_527),
        ("11111-01-01-4", "area_km2", 357_580.95, 106.80),
        ("31231-02-01-4", "dwellings", 42_512_771, 106_426),
        ("33111-01-02-4", "land_total", 35_758_154, 10_680),
        ("82111-01-05-4", "gdp", 3_277_340_000, 10_391_474),
    ],
)
def test_real_regionalstatistik_workbook(code: str, measure: str, germany: float, kassel: float) -> None:
    frame = h.tables(h.real(f"indicators/regionalstatistik/{code}.xlsx"))["observations"]
    latest = str(frame["period"].max())
    assert h.observed(frame, "DG", latest)[measure] == germany
    assert h.observed(frame, "06611", latest)[measure] == kassel
    assert h.observed(frame, "03159", "2012-12-31") == {}
