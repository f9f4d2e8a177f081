"""Tidy tables with a mapping file: own figures, the passed-on commuter tables, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from raumwerk.errors import InputError, MissingError
from raumwerk.pipeline.mapping import load_mapping
from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.source import RawFile
from raumwerk.pipeline.sources.tidy import TidyTable
from raumwerk.tables.schemas import spec_of

RawOf = Callable[[Path], RawFile]
GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "own-data.md"
MAPPING = """
source = "own"
table = "observations"
[layout]
delimiter = ";"
decimal = ","
[keys]
area = { column = "schluessel", width = 8 }
period = { column = "stichtag" }
[[value]]
column = "einwohner"
set = { measure = "population" }
"""
TABLE = "schluessel;stichtag;einwohner\n6611000;2023-12-31;204.687\n06633001;2023-12-31;*\n06633002;2023-12-31;1,5\n"


def table(folder: Path, raw_file: RawOf, mapping: str, text: str, name: str = "own.csv") -> tuple[TidyTable, RawFile]:
    (folder / "own.toml").write_text(mapping)
    (folder / name).write_text(text)
    return TidyTable.from_file(folder / "own.toml"), raw_file(folder / name)


def test_guide_example_loads(tmp_path: Path, raw_file: RawOf) -> None:
    blocks = dict(re.findall(r"`(einwohner\.\w+)`.*?```\w+\n(.*?)```", GUIDE.read_text(), re.DOTALL))
    source, file = table(tmp_path, raw_file, blocks["einwohner.toml"], blocks["einwohner.csv"])
    observed = spec_of("observations").conform(source.read(file)["observations"])
    assert observed.select("measure", "area", "value", "status").rows() == [
        ("population", "06611000", 204_687.0, "measured"),
        ("population", "06633001", 6_305.0, "measured"),
        ("population_female", "06611000", 104_112.0, "measured"),
        ("population_female", "06633001", None, "masked"),
    ]


def test_every_mapping_of_the_guide_is_valid(tmp_path: Path) -> None:
    blocks = [text for text in re.findall(r"```toml\n(.*?)```", GUIDE.read_text(), re.DOTALL) if "table =" in text]
    assert len(blocks) == 2
    for text in blocks:
        (tmp_path / "m.toml").write_text(text)
        assert load_mapping(tmp_path / "m.toml").columns


def test_long_table_in_a_workbook_maps_its_codes(tmp_path: Path, raw_file: RawOf) -> None:
    mapping = """
source = "own"
table = "observations"
[keys]
area = { column = "ags", width = 8 }
period = { column = "jahr" }
measure = { column = "merkmal", map = { "Einwohner" = "population", "Betriebe" = "establishments" } }
[[value]]
column = "wert"
rounded_to = 10
"""
    path = tmp_path / "own.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Daten")
        rows = [["Titel"], ["ags", "jahr", "merkmal", "wert"], [6611000, 2023, "Einwohner", 200], [6611000, 2023,
                "Betriebe", 0]]  # fmt: skip
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    (tmp_path / "own.toml").write_text(mapping)
    found = TidyTable.from_file(tmp_path / "own.toml").read(raw_file(path))["observations"]
    assert spec_of("observations").conform(found).select(
        "measure", "area", "period", "lower", "upper", "status"
    ).rows() == [
        ("population", "06611000", "2023", 195.0, 205.0, "rounded"),
        ("establishments", "06611000", "2023", 0.0, 5.0, "rounded"),
    ]


def test_parquet_flows_with_twelve_digit_keys(tmp_path: Path, raw_file: RawOf) -> None:
    mapping = """
source = "own"
table = "flows"
[keys]
origin = { column = "wo", ars = true }
destination = { column = "ao", ars = true }
period = { from_name = true }
level = { value = "municipality" }
part = { value = "all" }
[[value]]
column = "n"
"""
    path = tmp_path / "flows_2024-06-30.parquet"
    pl.DataFrame({"wo": ["066330001001"], "ao": ["066110000000"], "n": [12]}).write_parquet(path)
    (tmp_path / "own.toml").write_text(mapping)
    found = TidyTable.from_file(tmp_path / "own.toml").read(raw_file(path))["flows"]
    row = spec_of("flows").conform(found).row(0, named=True)
    assert (row["origin"], row["destination"], row["period"], row["value"]) == (
        "06633001",
        "06611000",
        "2024-06-30",
        12.0,
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TABLE.replace("204.687", "viele"), r"own.csv, row 2, column einwohner: 'viele' is not a number"),
        (TABLE.replace("204.687", "-4"), r"row 2, column einwohner: '-4' is negative"),
        (TABLE.replace("06633001", "Kassel"), r"row 3, column schluessel: 'Kassel' is no area"),
        (TABLE.replace("06633001", "6611000"), r"06611000, 2023-12-31 appears more than once"),
        (TABLE.replace("2023-12-31;*", "31.12.2023;*"), r"row 3, column stichtag: '31.12.2023' is no period"),
        (TABLE.replace("einwohner", "personen"), r"the column 'einwohner' is missing.*The file has: schluessel"),
        (TABLE.replace("204.687", "=1+1"), r"'=1\+1' is not a number"),
        ("<!doctype html><html></html>", "this is a web page, not a table"),
        (TABLE.splitlines()[0] + "\n", "nothing else"),
    ],
)
def test_wrong_table_is_refused_with_its_place(tmp_path: Path, raw_file: RawOf, text: str, told: str) -> None:
    source, file = table(tmp_path, raw_file, MAPPING, text)
    with pytest.raises(InputError, match=told):
        source.read(file)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (
            MAPPING.replace('table = "observations"', 'table = "things"'),
            "table is 'things'; expected one of observations",
        ),
        (MAPPING.replace('source = "own"', ""), "source is missing"),
        (MAPPING.replace("[[value]]", "[[values]]"), "unknown part 'values'"),
        (MAPPING.replace('set = { measure = "population" }', ""), "nothing says what measure is"),
        (MAPPING.replace("width = 8", "digits = 8"), "keys.area is"),
        (MAPPING.replace("width = 8", "width = 99999999999"), "keys.area.width is 99999999999; expected a number of"),
        (MAPPING.replace("width = 8", "width = -1"), "keys.area.width is -1"),
        (MAPPING.replace("[keys]", "[keys"), "not valid TOML"),
    ],
)
def test_wrong_mapping_is_refused(tmp_path: Path, mapping: str, told: str) -> None:
    (tmp_path / "own.toml").write_text(mapping)
    with pytest.raises(InputError, match=told):
        load_mapping(tmp_path / "own.toml")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("٠٦٦١١٠٠٠;2023-12-31;5", "row 2, column schluessel: '٠٦٦١١٠٠٠' is no area"),
        ("06611000;2023-13-45;5", "row 2, column stichtag: '2023-13-45' is no period"),
        ("06611000;٢٠٢٣;5", "row 2, column stichtag: '٢٠٢٣' is no period"),
        ("06611000;2023;٣", "row 2, column einwohner: '٣' is not a number"),
    ],
)
def test_digits_of_other_scripts_and_impossible_dates_are_refused(
    tmp_path: Path, raw_file: RawOf, row: str, told: str
) -> None:
    source, file = table(tmp_path, raw_file, MAPPING, f"schluessel;stichtag;einwohner\n{row}\n")
    with pytest.raises(InputError, match=re.escape(told)):
        source.read(file)


def test_absent_mapping_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"no mapping file none\.toml"):
        load_mapping(tmp_path / "none.toml")


@pytest.mark.real_data
def test_compiled_totals_of_2019_keep_both_derivations_as_bounds(shared: Callable[[str], list[RawFile]]) -> None:
    (file,) = shared("commuting/kreis_totals_2019-06-30.csv")
    observed = spec_of("observations").conform(recognise(file).read(file)["observations"])
    assert observed.filter(area="06611").select("measure", "value").rows() == [
        ("commuters_out", 26_699.0), ("commuters_in", 64_944.0), ("commuters_in_nation", 64_429.0),
        ("employees_work", 112_850.0), ("employees_residence", 74_527.0), ("commuters_internal", 47_828.0),
    ]  # fmt: skip
    wartburg = observed.filter(area="16063", measure="commuters_internal").row(0, named=True)
    assert (wartburg["value"], wartburg["lower"], wartburg["upper"]) == (25_507, 25_507, 26_910)
    assert wartburg["caveat"] == "commuter_totals:internal_derivations_differ"
    assert observed.filter(area="06611", measure="commuters_internal")["caveat"].to_list() == [None]


@pytest.mark.real_data
def test_rounded_flows_of_2023_carry_half_a_step(shared: Callable[[str], list[RawFile]]) -> None:
    (file,) = shared("commuting/kreis_flows_2023*")
    flows = spec_of("flows").conform(recognise(file).read(file)["flows"])
    whole = flows.filter(part="all")
    assert whole.height == 46_991
    assert ((whole["upper"] - whole["value"]) == 5).all()
    assert set(flows["status"]) == {"rounded"}
    (totals,) = shared("commuting/kreis_totals_2023*")
    margins = recognise(totals).read(totals)["flow_margins"]
    sums = margins.group_by("direction").agg(pl.col("value").sum())
    assert dict(sums.iter_rows()) == {"out": 13_762_630.0, "in": 14_002_200.0}
