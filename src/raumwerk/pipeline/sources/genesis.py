"""Tables of the GENESIS databases (Destatis, Regionaldatenbank Deutschland) as original csv.

The layout: ``GENESIS-Tabelle: <code>``, title lines, header rows whose first cells are empty, data rows that begin
with a date, a year or an area key, a line of underscores, footnotes, copyright, time stamp. Semicolons, decimal comma,
Latin-1; names are indented by level. What a table holds is declared in
:mod:`~raumwerk.pipeline.sources.genesis_tables`.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline import sniff
from raumwerk.pipeline.cells import Cells, iso_period
from raumwerk.pipeline.sheets import fold
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources.genesis_tables import NOISE, TABLES, Table
from raumwerk.tables.status import Status

__all__ = ["SOURCES", "Entry", "GenesisCsv", "collect", "column_measures", "is_wanted_area", "label_of"]

_MARK = "GENESIS-Tabelle:"
_KEY = re.compile(r"DG|\d{2}|\d{3}|\d{5}|\d{8}")
_DATE = re.compile(r"\d{2}\.\d{2}\.\d{4}")
_END = re.compile(r"_{8,}")
_TOTAL = "insgesamt"
_BERLIN = "11"


@dataclass(frozen=True)
class Entry:
    """One cell with its place: measure, area, period, content, row and column as a reader of the file sees them."""

    measure: str
    area: str
    period: str
    cell: object
    row: int
    column: str


def label_of(parts: Sequence[object]) -> str:
    """Column label from its header cells: folded, without dates and words that say nothing."""
    folded = [fold(_DATE.sub("", str(part))) for part in parts]
    return "/".join(part for part in folded if part not in NOISE)


def is_wanted_area(key: str) -> bool:
    """Whether an area is kept: nation, states, districts and cities, not government regions or Berlin's boroughs."""
    return bool(_KEY.fullmatch(key)) and len(key) != 3 and not (len(key) == 8 and key.startswith(_BERLIN))


def column_measures(table: Table, labels: Mapping[int, str], *, cells: Cells, row: int) -> dict[int, str]:
    """Position → measure (or template) of the declared columns; a problem for each measure without a column."""
    declared = {fold(label): measure for label, measure in (*table.columns.items(), *table.only_total.items())}
    found = {position: declared[label] for position, label in labels.items() if label in declared}
    for measure in sorted(set(declared.values()) - set(found.values())):
        texts = [label for label, name in declared.items() if name == measure]
        cells.wrong(f"no column for {measure}", f"a header such as {texts[0]!r}", row=row)
    return found


def collect(table: Table, entries: Iterator[Entry], cells: Cells) -> None:
    """Turn entries into observations, block by block (one area at one date).

    A block without any number is dropped: the area did not exist then, and its ``-`` is no zero. In other blocks ``-``
    is zero, and suppressed values get the bounds that the sums of the table leave them.
    """
    blocks: dict[tuple[str, str], list[tuple[Entry, float | None, Status]]] = defaultdict(list)
    alive: set[tuple[str, str]] = set()
    for entry in entries:
        value, status = cells.number(
            entry.cell, row=entry.row, column=entry.column, signed=entry.measure in table.signed
        )
        block = (entry.area, entry.period)
        blocks[block].append((entry, value, status))
        if value is not None and str(entry.cell).strip() != "-":
            alive.add(block)
    for block in (block for block in blocks if block in alive):
        _add_block(table, blocks[block], cells)


def _add_block(table: Table, block: list[tuple[Entry, float | None, Status]], cells: Cells) -> None:
    values = {entry.measure: value for entry, value, _ in block}
    masking = bool(table.whole) and values.get(table.whole) is not None
    bounds = _bounds(table, values) if masking and None in values.values() else {}
    for entry, value, status in block:
        shown = Status.MASKED if masking and value is None else status
        limits = bounds.get(entry.measure, (None, None))
        cells.add(entry.measure, entry.area, entry.period, value, shown, row=entry.row, bounds=limits)


def _bounds(table: Table, values: Mapping[str, float | None]) -> dict[str, tuple[float, float]]:
    """Bounds of every measure from what adds up to what; repeated until nothing moves."""
    whole = values[table.whole] or 0.0
    bounds = {key: (0.0, whole) if value is None else (value, value) for key, value in values.items()}
    for _ in range(len(bounds)):
        before = dict(bounds)
        for parent, children in table.sums:
            known = [child for child in children if child in bounds]
            if parent not in bounds or len(known) < len(children):
                continue
            low, high = (sum(bounds[child][side] for child in known) for side in (0, 1))
            parent_low, parent_high = bounds[parent]
            bounds[parent] = (max(parent_low, low), min(parent_high, high))
            for child in known:
                child_low, child_high = bounds[child]
                # persons without a stated sector are in the whole only: it bounds its parts from above, not from below
                least = child_low if parent == table.whole else parent_low - (high - child_high)
                most = parent_high - (low - child_low)
                bounds[child] = (max(child_low, least), min(child_high, most))
        for outer, inner in table.within:
            if outer in bounds and inner in bounds:
                bounds[inner] = (bounds[inner][0], min(bounds[inner][1], bounds[outer][1]))
                bounds[outer] = (max(bounds[outer][0], bounds[inner][0]), bounds[outer][1])
        if bounds == before:
            break
    return bounds


@dataclass(frozen=True)
class _Layout:
    rows: list[tuple[int, list[str]]]
    labels: dict[int, str]
    dates: dict[int, str]
    stub: int
    header_row: int
    period: str | None


@dataclass(frozen=True)
class GenesisCsv:
    """Reader of one declared table."""

    table: Table
    version: str = "1"

    @property
    def key(self) -> str:
        """Key in catalogue/sources."""
        return self.table.source

    def recognise(self, file: RawFile) -> bool:
        """By the first line, ``GENESIS-Tabelle: <code>``."""
        lines = file.head.lines
        return bool(lines) and lines[0].strip().rstrip(";") == f"{_MARK} {self.table.code}"

    def read(self, file: RawFile) -> Tables:
        """Read all declared columns of the table as observations."""
        cells = Cells(file)
        layout = _layout(file)
        measures = column_measures(self.table, layout.labels, cells=cells, row=layout.header_row)
        roles = _roles(layout, self.table, cells)
        if cells.problems:
            raise InputError(cells.problems)
        collect(self.table, _entries(self.table, layout, measures, roles, cells), cells)
        return {"observations": cells.frame()}


def _layout(file: RawFile) -> _Layout:
    lines = sniff.open_text(file.path, name=file.name).splitlines()
    end = next((index for index, line in enumerate(lines) if _END.match(line.strip('";'))), None)
    if end is None:
        raise sniff.reject(file.name, "the line of underscores before the footnotes is missing", "the whole table")
    try:
        rows = list(enumerate(csv.reader(lines[:end], delimiter=";"), start=1))
    except csv.Error as error:
        raise sniff.reject(file.name, "the rows cannot be read", "text between semicolons", cause=error) from error
    header = [(number, cells) for number, cells in rows if len(cells) > 2 and not cells[0].strip() and any(cells)]
    if not header:
        raise InputError(Problem("no header rows", "rows that begin with empty cells", file=file.name, row=1))
    first, last = header[0][0], header[-1][0]
    width = len(header[0][1])
    stub = min(next(i for i, cell in enumerate(cells) if cell.strip()) for _, cells in header)
    labels: dict[int, str] = {}
    dates: dict[int, str] = {}
    for position in range(stub, width):
        parts = [cells[position] if position < len(cells) else "" for _, cells in header]
        labels[position] = label_of(parts)
        period = next((found for part in parts if (found := iso_period(part))), None)
        if period:
            dates[position] = period
    preamble = " ".join(" ".join(cells) for number, cells in rows if number < first)
    stated = _DATE.search(preamble)
    return _Layout(
        [(number, cells) for number, cells in rows if number > last and any(cell.strip() for cell in cells)],
        labels, dates, stub, first, iso_period(stated[0]) if stated else None,
    )  # fmt: skip


def _roles(layout: _Layout, table: Table, cells: Cells) -> dict[str, int]:
    """Which leading column is the period, the area and the category, judged by the first data row."""
    if not layout.rows:
        cells.wrong("the table has no data rows", "rows that begin with a date or an area key", row=layout.header_row)
        return {}
    number, first = layout.rows[0]
    roles: dict[str, int] = {}
    for position, cell in enumerate(first[: layout.stub]):
        text = cell.strip()
        if iso_period(text) and "period" not in roles:
            roles["period"] = position
        elif _KEY.fullmatch(text) and "area" not in roles:
            roles["area"] = position
        elif table.categories and fold(text) in table.categories:
            roles["category"] = position
    if "area" not in roles:
        cells.wrong("no column of area keys", "a key such as DG, 06 or 06611 in each row", row=number)
    if table.categories and "category" not in roles:
        cells.wrong("no column of categories", "a sector in each row", row=number)
    if "period" not in roles and not layout.dates and layout.period is None:
        cells.wrong("the table names no date", "a date in the rows, the header or a line 'Stichtag: …'", row=1)
    return roles


def _entries(
    table: Table, layout: _Layout, measures: Mapping[int, str], roles: Mapping[str, int], cells: Cells
) -> Iterator[Entry]:
    width = layout.stub + len(layout.labels)
    for number, row in layout.rows:
        if len(row) != width:
            cells.wrong(f"the row has {len(row)} fields", f"{width} fields as in the header", row=number)
            continue
        area = row[roles["area"]].strip()
        if not _KEY.fullmatch(area):
            cells.wrong(f"{area!r} is no area key", "DG or 2, 3, 5 or 8 digits", row=number, column="1")
            continue
        stated = iso_period(row[roles["period"]]) if "period" in roles else layout.period
        category = fold(row[roles["category"]]) if "category" in roles else ""
        if "period" in roles and stated is None:
            cells.wrong(f"{row[roles['period']]!r} is no date", "a date such as 30.06.2019, or a year", row=number)
            continue
        if table.categories and category not in table.categories:
            cells.wrong(f"{category!r} is no known category", f"one of {len(table.categories)} sectors", row=number)
            continue
        if not is_wanted_area(area):
            continue
        for position, measure in measures.items():
            label = layout.labels[position]
            if label in table.only_total and category != _TOTAL:
                continue
            name = measure.format(table.categories[category]) if category else measure
            period = layout.dates.get(position) or stated
            yield Entry(name, area, str(period), row[position], number, label)


SOURCES = tuple(GenesisCsv(table) for table in TABLES.values())
