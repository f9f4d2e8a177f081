"""The agency's municipal workbook, in files built after its descriptions; figures of Stuttgart, 30.06.2024."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from raumwerk.errors import InputError
from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.source import RawFile
from raumwerk.tables.schemas import spec_of

STUTTGART = {
    "employees_residence": 267_688, "employees_work": 442_289, "commuters_internal": 165_914, "commuters_in": 276_247,
    "commuters_out": 101_756, "establishments": 17_336,
}  # fmt: skip
HEADERS = [
    ["Schlüssel", "Gemeinde", "Sozialversicherungspflichtig Beschäftigte", "", "", "", "", "", "", "Betriebe"],
    ["", "", "am Wohnort", "", "am Arbeitsort", "", "Wohnort gleich Arbeitsort", "Einpendler", "Auspendler", ""],
    ["", "", "Insgesamt", "dar. Frauen", "Insgesamt", "dar. Frauen", "", "", "", ""],
    ["", "", 1, 2, 3, 4, 5, 6, 7, 8],
]
CITY = [
    "08111000",
    "Stuttgart, Landeshauptstadt",
    267_688,
    130_000,
    442_289,
    200_000,
    165_914,
    276_247,
    101_756,
    17_336,
]
VILLAGE = ["08115001", "Kleindorf", 120, 55, 40, 20, "*", "*", 100, 7]
TITLE = "Sozialversicherungspflichtig Beschäftigte nach Gemeinden, Stichtag: 30. Juni 2024"

Write = Callable[..., RawFile]


@pytest.fixture
def write(tmp_path: Path, raw_file: Callable[[Path], RawFile]) -> Write:
    def build(headers: list[list[object]], rows: list[list[object]], title: str = TITLE) -> RawFile:
        path = tmp_path / "gemband-dlk-0-202406.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            book.add_worksheet("Deckblatt").write(3, 0, "Gemeindedaten")
            sheet = book.add_worksheet("Gemeindedaten")
            sheet.write(2, 0, title)
            for number, row in enumerate([*headers, *rows], start=5):
                for column, cell in enumerate(row):
                    if cell != "":
                        sheet.write(number, column, cell)
            sheet.write(number + 2, 0, "© Statistik der Bundesagentur für Arbeit")
        return raw_file(path)

    return build


def test_every_figure_is_found_by_its_headers(write: Write) -> None:
    file = write(HEADERS, [CITY, VILLAGE])
    source = recognise(file)
    assert source.key == "ba_municipal_employment"
    tables = source.read(file)
    observed = spec_of("observations").conform(tables["observations"])
    stuttgart = observed.filter(area="08111000")
    assert dict(stuttgart.select("measure", "value").iter_rows()) == STUTTGART
    assert set(stuttgart["period"]) == {"2024-06-30"}
    assert "caveats" not in tables


def test_columns_may_stand_in_another_order(write: Write) -> None:
    order = [0, 1, 9, 8, 7, 6, 4, 5, 2, 3]
    headers = [
        ["Gemeindeschlüssel", "Gemeinde", "Betriebe", "Auspendler", "Einpendler", "Wohnort gleich Arbeitsort",
         "Beschäftigte am Arbeitsort", "Beschäftigte am Arbeitsort, Frauen", "Beschäftigte am Wohnort",
         "Beschäftigte am Wohnort, Frauen"],
    ]  # fmt: skip
    file = write(headers, [[CITY[i] for i in order]])
    observed = recognise(file).read(file)["observations"]
    assert dict(observed.select("measure", "value").iter_rows()) == STUTTGART


def test_masked_counts_are_bounded_by_their_whole(write: Write) -> None:
    file = write(HEADERS, [CITY, VILLAGE])
    observed = spec_of("observations").conform(recognise(file).read(file)["observations"])
    masked = observed.filter(area="08115001", status="masked").sort("measure")
    assert masked.select("measure", "value", "lower", "upper").rows() == [
        ("commuters_in", None, 0.0, 40.0),
        ("commuters_internal", None, 0.0, 120.0),
    ]


def test_missing_column_is_named_in_a_caveat(write: Write) -> None:
    headers = [[cell for column, cell in enumerate(row) if column != 9] for row in HEADERS]
    file = write(headers, [CITY[:9]])
    tables = recognise(file).read(file)
    assert set(tables["observations"]["measure"]) == set(STUTTGART) - {"establishments"}
    (english,) = spec_of("caveats").conform(tables["caveats"])["text_en"]
    assert english == "The agency's municipal workbook of 2024-06-30 has no column for: establishments."


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ([*CITY[:2], "viele", *CITY[3:]], r"sheet Gemeindedaten, row 11, column employees_residence: 'viele'"),
        ([*CITY[:2], -5, *CITY[3:]], r"row 11, column employees_residence: the value -5 is negative"),
        ([8_115_001, *CITY[1:]], r"row 11: the key 8115001 is stored as a number"),
        (["0811X000", *CITY[1:]], r"row 11: '0811X000' is no area key"),
        (
            [*CITY[:2], "", *CITY[3:]],
            r"row 11, column employees_residence: the employees_residence of 08111000 is empty",
        ),
        (CITY, r"row 10: area 08111000 appears twice"),
    ],
)
def test_wrong_cell_is_named_with_its_place(write: Write, row: list[object], told: str) -> None:
    file = write(HEADERS, [CITY, row])
    with pytest.raises(InputError, match=told):
        recognise(file).read(file)


def test_workbook_without_a_date_is_refused(write: Write) -> None:
    file = write(HEADERS, [CITY], title="Beschäftigte nach Gemeinden")
    with pytest.raises(InputError, match="no reference date above the table"):
        recognise(file).read(file)
