"""The municipal edition of the commuter workbook: the same layout with 8-digit keys, in files built here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from raumwerk.errors import InputError
from raumwerk.pipeline.derived.flows import merge_flows, merge_margins, release_flows
from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.tables.schemas import spec_of

PARTS = ["Insgesamt", "Männer", "Frauen", "Deutsche", "Ausländer", "Auszubildende"]
Row = list[object]


def counts(people: int | str) -> Row:
    """Half men, all German, no trainees; a masked pair is masked throughout."""
    return [people] * 6 if isinstance(people, str) else [people, people // 2, people - people // 2, people, 0, 0]


OUT: list[Row] = [
    ["91002001", "Erlenau", "91001000", "Musterstadt", *counts(120)],
    ["", "", "91001", "Musterstadt (Kreis)", *counts(120)],
    ["", "", "91002002", "Birkenau", *counts(40)],
    ["", "", "91002003", "Lindenau", *counts("*")],
    ["", "", "91002", "Übrige Gemeinden (Kreis)", *counts(7)],
    ["", "", "91002", "Musterkreis", *counts(55)],
    ["", "", "910", "Musterland", *counts(175)],
    ["", "", "91", "Musterland", *counts(175)],
    ["", "", "ZZ", "Auspendler in das Bundesgebiet", *counts(175)],
    ["", "", "ZZ", "Übrige Bundesländer", *counts("X")],
    ["", "", "Z", "Auspendler insgesamt", *counts(175)],
]
IN: list[Row] = [
    ["91001000", "Musterstadt", "91002001", "Erlenau", *counts(120)],
    ["", "", "91002", "Musterkreis", *counts(120)],
    ["", "", "910", "Musterland", *counts(120)],
    ["", "", "91", "Musterland", *counts(120)],
    ["", "", "ZZ", "Einpendler aus dem Bundesgebiet", *counts(120)],
    ["", "", "Z", "Einpendler insgesamt", *counts(125)],
]

Build = Callable[..., RawFile]


@pytest.fixture
def build(tmp_path: Path, raw_file: Callable[[Path], RawFile]) -> Build:
    def write(out: list[Row] = OUT, into: list[Row] = IN, date: str = "Stichtag: 30.06.2024") -> RawFile:
        path = tmp_path / "gempend.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            for sheet, first, second, rows in (
                ("Auspendler Gemeinden", "Wohnort", "Arbeitsort", out),
                ("Einpendler Gemeinden", "Arbeitsort", "Wohnort", into),
            ):
                page = book.add_worksheet(sheet)
                head: list[Row] = [
                    ["Pendlerverflechtungen"],
                    ["Musterland"],
                    [date],
                    [],
                    [first, "", second, "", *PARTS],
                ]
                for number, row in enumerate([*head, *rows, [], ["© Statistik"]]):
                    page.write_row(number, 0, row)
        return raw_file(path)

    return write


def read(file: RawFile) -> Tables:
    return {name: spec_of(name).conform(frame) for name, frame in recognise(file).read(file).items()}


def test_municipal_pairs_are_read_by_the_same_reader(build: Build) -> None:
    file = build()
    assert recognise(file).key == "ba_commuters"
    flows = read(file)["flows"].filter(part="all").sort("origin", "destination")
    assert flows.select("origin", "destination", "period", "level", "value", "lower", "upper", "status").rows() == [
        ("91002001", "91001000", "2024-06-30", "municipality", 120.0, 120.0, 120.0, "measured"),
        ("91002001", "91002002", "2024-06-30", "municipality", 40.0, 40.0, 40.0, "measured"),
        ("91002001", "91002003", "2024-06-30", "municipality", None, 0.0, 15.0, "masked"),  # 55 of the district less 40
    ]


def test_municipal_totals_and_remainders_are_margins(build: Build) -> None:
    margins = read(build())["flow_margins"].filter(part="all", direction="out")
    assert dict(margins.select("partner", "value").iter_rows()) == {
        "91001": 120.0, "other:91002": 7.0, "91002": 55.0, "910": 175.0, "91": 175.0, "nation": 175.0, "other:DG": None,
        "total": 175.0,
    }  # fmt: skip
    masked = margins.filter(partner="other:DG").row(0, named=True)
    assert (masked["status"], masked["lower"], masked["upper"]) == ("masked", 0.0, 0.0)  # the states fill the nation
    abroad = read(build())["flow_margins"].filter(part="all", partner="abroad")
    assert abroad["value"].to_list() == [5.0]


def test_municipal_flows_pass_through_to_the_release(build: Build) -> None:
    tables = read(build())
    original = merge_flows(tables["flows"], tables["flow_margins"], {})
    margins = merge_margins(tables["flow_margins"], {})
    internal = pl.DataFrame(
        {"area": ["91002001"], "period": ["2024-06-30"], "value": [80.0], "lower": [80.0], "upper": [80.0],
         "status": ["measured"], "file": ["b" * 64], "caveat": [None]},
        schema_overrides={"caveat": pl.String, "status": tables["flows"].schema["status"]},
    )  # fmt: skip
    keys = pl.DataFrame({"area": ["91002002", "91002003"], "to_area": ["91002009", "91002009"]})
    flows, _ = release_flows(original, margins, internal, keys)
    rows = (
        flows.filter(part="all").sort("destination").select("origin", "destination", "value", "lower", "upper").rows()
    )
    assert rows == [
        ("91002001", "91001000", 120.0, 120.0, 120.0),
        ("91002001", "91002001", 80.0, 80.0, 80.0),
        ("91002001", "91002009", None, 40.0, 55.0),
    ]


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ([*OUT[:-1]], "sheet Auspendler Gemeinden, row 15: 91002001 with ZZ: no total closes this area"),
        ([OUT[0], OUT[0], *OUT[1:]], r"row 7: 91002001 with 91001000: named more than once"),
        ([*OUT[:2], ["", "", "9100X001", "", *counts(12)], *OUT[2:]], "91002001 with 9100X001: the partner's key"),
        ([*OUT[:2], ["", "", 91_002_002, "", *counts(12)], *OUT[2:]], "row 8: the key 91002002 is stored as a number"),
        ([["Erlenau", *OUT[0][1:]], *OUT[1:]], "row 6: 'Erlenau' is not an area key"),
        ([*OUT[:2], ["", "", "91002002", "Birkenau", 140, 70, 70, 140, 0, 0], *OUT[3:]], "hold 85 people more"),
    ],
)  # fmt: skip
def test_wrong_municipal_workbook_is_refused_with_its_place(build: Build, out: list[Row], told: str) -> None:
    file = build(out)
    with pytest.raises(InputError, match=told):
        read(file)


def test_sheets_that_disagree_on_a_pair_are_refused(build: Build) -> None:
    into = [[*row[:4], *counts(118 if number < 5 else 123)] for number, row in enumerate(IN)]
    file = build(into=into)
    told = "sheet Auspendler Gemeinden, row 6: 91002001 to 91001000 differs from Einpendler Gemeinden, row 6"
    with pytest.raises(InputError, match=told):
        read(file)


def test_workbook_without_a_date_is_refused(build: Build) -> None:
    with pytest.raises(InputError, match="no reference date above the table"):
        read(build(date="ohne Datum"))
