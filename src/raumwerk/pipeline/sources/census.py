"""Census 2022: the regional table of the population (Regionaltabelle Bevölkerung).

Read from the sheet ``CSV-Einwohnerzahl``, which the offices add for machines: one row for each area with the regional
key (ARS), the population of 15 May 2022 and the population of 30 June 2022 carried forward from the census of 2011.
"""

from __future__ import annotations

from raumwerk.errors import InputError
from raumwerk.pipeline.cells import Cells
from raumwerk.pipeline.sheets import cell_text, column_positions, find_header, read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.tables.keys import NATION, ags_from_ars

__all__ = ["SOURCES", "CensusPopulation"]

_SHEET = "CSV-Einwohnerzahl"
_COLUMNS = {
    "date": ["Berichtszeitpunkt"], "key": ["_RS"], "level": ["Regionalebene"], "population": ["EWZ"],
    "carried_forward": ["EWZ_BFS_20220630"],
}  # fmt: skip
#: Kinds of rows that are kept → digits of their key. The nation counts without Germans abroad.
_LEVELS = {
    "bund (ohne deutsche im ausland)": 2, "land": 2, "stadtkreis/kreisfreie stadt/landkreis": 5, "gemeindeverband": 9,
    "gemeinde": 12,
}  # fmt: skip
_CARRIED_FORWARD_DATE = "2022-06-30"
_DASHES = ("–", "-")


class CensusPopulation:
    """Population of the census of 2022 by nation, state, district, association and municipality."""

    key = "zensus2022_population"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """By the sheet made for machines and its first column names."""
        rows = file.head.sheets.get(_SHEET, []) if file.head.kind is Kind.SPREADSHEET else []
        return find_header(rows, ["_RS", "EWZ"]) is not None

    def read(self, file: RawFile) -> Tables:
        """Read population_census and population_carried_forward."""
        rows = read_rows(file.path, _SHEET, name=file.name)
        header = find_header(rows, ["_RS", "EWZ"]) or 0
        at = column_positions(rows[header], _COLUMNS, file=file.name, sheet=_SHEET, row=header + 1)
        cells = Cells(file, sheet=_SHEET)
        for number, row in enumerate(rows[header + 1 :], start=header + 2):
            if any(cell_text(cell) for cell in row):
                _add(row, number, at, cells)
        if not rows[header + 1 :]:
            cells.wrong("the sheet has no rows", "one row for each area", row=header + 1)
            raise InputError(cells.problems)
        return {"observations": cells.frame()}


def _add(row: list[object], number: int, at: dict[str, int], cells: Cells) -> None:
    level = cell_text(row[at["level"]]).casefold()
    if level not in _LEVELS:
        return  # government regions, Germans abroad
    ars = cell_text(row[at["key"]])
    if not ars.isdigit() or len(ars) != _LEVELS[level]:
        cells.wrong(f"{ars!r} is no key of this level", f"{_LEVELS[level]} digits, stored as text", row=number,
                    column="_RS")  # fmt: skip
        return
    date = cell_text(row[at["date"]])
    if len(date) != 8 or not date.isdigit():
        cells.wrong(f"{date!r} is no date", "a date such as 20220515", row=number, column="Berichtszeitpunkt")
        return
    period = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    area = {2: NATION if ars == "00" else ars, 12: ags_from_ars(ars)}.get(len(ars), ars)
    for name, measure, day in (
        ("population", "population_census", period),
        ("carried_forward", "population_carried_forward", _CARRIED_FORWARD_DATE),
    ):
        cell = row[at[name]]
        value, status = cells.number(0 if cell_text(cell) in _DASHES else cell, row=number, column=name)
        cells.add(measure, area, day, value, status, row=number)


SOURCES = (CensusPopulation(),)
