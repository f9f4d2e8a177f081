"""The agency's workbook of all municipalities (``gemband``): employees, commuters, establishments.

Its layout is known from descriptions only. Columns are therefore found by the texts above them, which may be spread
over several header rows with merged cells; a column that is not found is named in a caveat, and a workbook without any
of the wanted columns is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import Cells
from raumwerk.pipeline.sheets import Rows, cell_text, fold, read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Source, Tables
from raumwerk.tables.status import Status

__all__ = ["SOURCES", "MunicipalWorkbook"]

_KEY_TEXTS = ("gemeindeschlüssel", "schlüssel", "ags", "regionalschlüssel", "gemeinde-schlüssel", "gebietsschlüssel")
_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_MONTHS = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
           "dezember")  # fmt: skip
_LAST_DAY = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FILE_HEAD = 40  # rows in which title and header lie
_AREA = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A figure: words that must, and words that must not, stand above its column."""

    measure: str
    words: tuple[tuple[str, ...], ...]
    never: tuple[str, ...] = ()


_BREAKDOWNS = ("männer", "frauen", "deutsche", "ausländ", "jahre", "vollzeit", "teilzeit", "auszubild", "azubi",
               "anteil", "quote", "veränderung", "abschluss", "helfer")  # fmt: skip
_WANTED = (
    _Wanted("employees_residence", (("wohnort",),), ("arbeitsort", "wohnort gleich", "pendler", *_BREAKDOWNS)),
    _Wanted("employees_work", (("arbeitsort",),), ("wohnort", "pendler", *_BREAKDOWNS)),
    _Wanted("commuters_internal", (("wohnort gleich arbeitsort", "wohnort = arbeitsort", "arbeitsort gleich wohnort",
                                    "wohn- und arbeitsort", "binnenpendler", "arbeitsort = wohnort"),), _BREAKDOWNS),
    _Wanted("commuters_in", (("einpendler",),), _BREAKDOWNS),
    _Wanted("commuters_out", (("auspendler",),), _BREAKDOWNS),
    _Wanted("establishments", (("betrieb",),), ("größe", "beschäftigte je")),
)  # fmt: skip
_NAMES_DE = {
    "employees_residence": "Beschäftigte am Wohnort", "employees_work": "Beschäftigte am Arbeitsort",
    "commuters_internal": "Binnenpendler", "commuters_in": "Einpendler", "commuters_out": "Auspendler",
    "establishments": "Betriebe",
}  # fmt: skip


@dataclass(frozen=True)
class _Table:
    sheet: str
    rows: Rows
    first: int  # index of the first row with a municipality
    key: int
    columns: dict[str, int]


class MunicipalWorkbook:
    """Reader of one edition."""

    key = "ba_municipal_employment"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """A spreadsheet with municipal keys in rows and, above them, employees by residence and at work."""
        if file.head.kind is not Kind.SPREADSHEET:
            return False
        return any(_looks_right(rows) for rows in file.head.sheets.values())

    def read(self, file: RawFile) -> Tables:
        """Read every figure that is there as observations; a caveat names those that are not."""
        tables = [table for name in file.head.sheets if (table := self._table(file, name)) is not None]
        if not tables:
            raise InputError(
                Problem("no sheet holds municipalities with employees", "a column of 8-digit keys and the headers "
                        "Beschäftigte am Wohnort, Beschäftigte am Arbeitsort", file=file.name)
            )  # fmt: skip
        period = _period(tables, file)
        frames = [_observations(table, period, file) for table in tables]
        found = {measure for table in tables for measure in table.columns}
        missing = [wanted.measure for wanted in _WANTED if wanted.measure not in found]
        observed = pl.concat(frames).unique(["measure", "area", "period"], keep="first", maintain_order=True)
        result: Tables = {"observations": observed}
        if missing:
            german = ", ".join(_NAMES_DE[measure] for measure in missing)
            result["caveats"] = pl.DataFrame([{
                "caveat": f"ba_municipal_employment:missing_{period}",
                "text_de": f"Die Gemeindetabelle der Bundesagentur vom {period} enthält keine Spalte für: {german}.",
                "text_en": f"The agency's municipal workbook of {period} has no column for: {', '.join(missing)}.",
                "file": file.sha256,
            }])  # fmt: skip
        return result

    def _table(self, file: RawFile, name: str) -> _Table | None:
        rows = read_rows(file.path, name, name=file.name)
        place = _first_key(rows)
        if place is None:
            return None
        first, key = place
        columns = _columns(_captions(rows[:first], first), key)
        return _Table(name, rows, first, key, columns) if columns else None


SOURCES: tuple[Source, ...] = (MunicipalWorkbook(),)


def _looks_right(rows: Rows) -> bool:
    text = fold(" ".join(cell_text(cell) for row in rows for cell in row if cell not in ("", None)))
    if not ("wohnort" in text and "arbeitsort" in text and "gemeinde" in text and "beschäftigte" in text):
        return False
    if "pendlerverflechtung" in text:
        return False
    cells = {fold(cell) for row in rows for cell in row if cell not in ("", None)}
    return any(cell in _KEY_TEXTS for cell in cells) or _first_key(rows) is not None


def _first_key(rows: Rows) -> tuple[int, int] | None:
    """Row and column of the first key; larger areas may stand above the first municipality."""
    for index, row in enumerate(rows):
        for column, cell in enumerate(row[:6]):
            if type(cell) is str and _AREA.fullmatch(cell.strip()):
                while index and re.fullmatch(r"\d{2}|\d{3}|\d{5}", cell_text(rows[index - 1][column])):
                    index -= 1  # noqa: PLW2901 - the search ends here
                return index, column
    return None


def _captions(head: Rows, first: int) -> list[str]:
    """All texts above each column; a merged cell stands for the empty cells right of it, until the next text."""
    start = next(
        (index for index, row in enumerate(head) if sum(cell not in ("", None) for cell in row) >= 3),
        max(first - 1, 0),
    )
    width = max((len(row) for row in head), default=0)
    captions = [""] * width
    begins: set[int] = set()  # columns at which a text further up begins: no text below spreads across them
    for row in head[start:]:
        current, here = "", set()
        for column in range(width):
            text = fold(row[column]) if column < len(row) and row[column] not in ("", None) else ""
            if text:
                current = "" if re.fullmatch(r"[\d.]+", text) else text
                here.add(column)
            elif column in begins:
                current = ""
            captions[column] = f"{captions[column]} {current}".strip()
        begins |= here
    return captions


def _columns(captions: list[str], key: int) -> dict[str, int]:
    """The first column that each figure's words fit; a total stands before its breakdown."""
    found: dict[str, int] = {}
    for wanted in _WANTED:
        for column, caption in enumerate(captions):
            fits = all(any(word in caption for word in words) for words in wanted.words)
            if column > key and fits and not any(word in caption for word in wanted.never):
                found[wanted.measure] = column
                break
    return found


def _period(tables: list[_Table], file: RawFile) -> str:
    """Reference date in the title, as a day or a month."""
    texts = [
        fold(cell) for table in tables for row in table.rows[:_FILE_HEAD] for cell in row if cell not in ("", None)
    ]
    texts += [
        fold(cell) for rows in file.head.sheets.values() for row in rows for cell in row if cell not in ("", None)
    ]
    for text in texts:
        day = _DATE.search(text)
        if day and 1 <= int(day[2]) <= 12:
            return f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}"
    for text in texts:
        month = re.search(rf"({'|'.join(_MONTHS)})\s+((?:19|20)\d\d)", text)
        if month:
            number = _MONTHS.index(month[1])
            return f"{month[2]}-{number + 1:02d}-{_LAST_DAY[number]:02d}"
    raise InputError(
        Problem("no reference date above the table", "a title with a date such as 30. Juni 2024 or 30.06.2024",
                "Use the workbook as published.", file=file.name, sheet=tables[0].sheet)
    )  # fmt: skip


def _observations(table: _Table, period: str, file: RawFile) -> pl.DataFrame:
    cells = Cells(file, table.sheet)
    for index, row in enumerate(table.rows[table.first :], start=table.first):
        area = cell_text(row[table.key])
        if not area or not re.match(r"\d", area):
            continue  # a blank row, a footnote
        if type(row[table.key]) is not str:
            cells.wrong(f"the key {area} is stored as a number", "a key as text, with its zeros", row=index + 1)
            continue
        if not re.fullmatch(r"\d{2}|\d{3}|\d{5}|\d{8}", area):
            cells.wrong(f"{area!r} is no area key", "8 digits (or 2, 3, 5 for larger areas)", row=index + 1)
            continue
        for measure, column in table.columns.items():
            cell = row[column]
            if cell in ("", None):
                cells.wrong(f"the {measure} of {area} is empty", "a count or *", row=index + 1, column=measure)
                continue
            value, status = cells.number(cell, row=index + 1, column=measure)
            bounds = (0.0, None) if status is Status.MASKED else (None, None)
            cells.add(measure, area, period, value, status, row=index + 1, bounds=bounds)
    return _with_bounds(cells.frame())


def _with_bounds(frame: pl.DataFrame) -> pl.DataFrame:
    """A masked part is no larger than its whole: internal and out-commuters than residents, in-commuters than jobs."""
    wholes = {"commuters_internal": "employees_residence", "commuters_out": "employees_residence",
              "commuters_in": "employees_work"}  # fmt: skip
    whole = frame.select("measure", "area", "period", pl.col("value").alias("whole"))
    named = frame.with_columns(
        pl.col("measure").replace_strict(wholes, default=None, return_dtype=pl.String).alias("of")
    )
    joined = named.join(whole, left_on=["of", "area", "period"], right_on=["measure", "area", "period"], how="left",
                        maintain_order="left")  # fmt: skip
    masked = pl.col("status") == Status.MASKED.value
    return joined.with_columns(pl.when(masked).then("whole").otherwise("upper").alias("upper")).drop("of", "whole")
