"""Tables of the Regionaldatenbank as workbooks: one sheet named by the table's code, beside metadata and footnotes.

The sheet holds a header row with ``id`` and ``name``, then blocks: a row with a date or year alone, and below it one
row for each area. The same tables as original csv are read by :mod:`~raumwerk.pipeline.sources.genesis`; what they
hold is declared once for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from raumwerk.errors import InputError
from raumwerk.pipeline.cells import Cells, iso_period
from raumwerk.pipeline.sheets import Rows, cell_text, find_header, fold, read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources.genesis import Entry, collect, column_measures, is_wanted_area
from raumwerk.pipeline.sources.genesis_tables import TABLES, Table
from raumwerk.tables.keys import level_of

__all__ = ["SOURCES", "RegionalstatistikWorkbook"]


@dataclass(frozen=True)
class RegionalstatistikWorkbook:
    """Reader of one declared table in its workbook form."""

    table: Table
    version: str = "1"

    @property
    def key(self) -> str:
        """Key in catalogue/sources."""
        return self.table.source

    def recognise(self, file: RawFile) -> bool:
        """By a sheet named like the table that holds a header row with ``id`` and ``name``."""
        rows = file.head.sheets.get(self.table.code) if file.head.kind is Kind.SPREADSHEET else None
        return rows is not None

    def read(self, file: RawFile) -> Tables:
        """Read all declared columns of the table as observations."""
        rows = read_rows(file.path, self.table.code, name=file.name)
        cells = Cells(file, sheet=self.table.code)
        header = find_header(rows[:20], ["id", "name"])
        if header is None:
            cells.wrong("the header row is missing", "a row that begins with 'id' and 'name'", row=1)
            raise InputError(cells.problems)
        labels = {position: fold(cell) for position, cell in enumerate(rows[header]) if position > 1 and str(cell)}
        measures = column_measures(self.table, labels, cells=cells, row=header + 1)
        if cells.problems:
            raise InputError(cells.problems)
        collect(self.table, _entries(rows, header + 1, labels, measures, cells), cells)
        return {"observations": cells.frame()}


def _entries(
    rows: Rows, start: int, labels: Mapping[int, str], measures: Mapping[int, str], cells: Cells
) -> Iterator[Entry]:
    period: str | None = None
    for number, row in enumerate(rows[start:], start=start + 1):
        first = cell_text(row[0]) if row else ""
        if not first:
            if any(cell_text(cell) for cell in row):
                cells.wrong("the row has values and no key", "an area key in the first column", row=number, column="id")
            continue
        dated = iso_period(first)
        if dated and not cell_text(row[1]):
            period = dated
            continue
        if period is None:
            cells.wrong(f"{first!r} stands before any date", "a row with a date such as 31.12.2019", row=number)
            continue
        if level_of(first) is None:
            cells.wrong(
                f"{first!r} is no area key", "DG or 2, 3, 5 or 8 digits, stored as text", row=number, column="id"
            )
            continue
        if not is_wanted_area(first):
            continue
        for position, measure in measures.items():
            yield Entry(measure, first, period, row[position], number, labels[position])


SOURCES = tuple(RegionalstatistikWorkbook(table) for table in TABLES.values() if not table.categories)
