"""One sheet of a commuter workbook as a checked frame of rows; what the rows mean is decided in ``commuters``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.sheets import Rows, cell_text, column_positions, fold
from raumwerk.tables.numbers import parse_number
from raumwerk.tables.status import Status

__all__ = ["PARTS", "CommuterSheet", "find_commuter_header", "parse_sheet"]

#: Our name of each part → how the publisher heads its column.
PARTS = {
    "all": ("Insgesamt",),
    "men": ("Männer",),
    "women": ("Frauen",),
    "german": ("Deutsche",),
    "foreign": ("Ausländer",),
    "trainee": ("Auszubildende", "Azubis"),
}
_RESIDENCE, _WORK = "Wohnort", "Arbeitsort"
_ADVICE = "Use the workbook as published; do not edit or re-save its cells."
_LONG = 40  # characters: what is longer than a title line is a warning
_AREA_KEY = re.compile(r"\d{5}|\d{8}")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True)
class CommuterSheet:
    """Rows of one sheet.

    Attributes
    ----------
    name : str
        Sheet name.
    direction : {"out", "in"}
        Whether ``area`` is the place of residence (out) or of work (in).
    period : str
        Reference date as YYYY-MM-DD.
    warnings : list of str
        Text that the publisher printed between title and table.
    rows : polars.DataFrame
        ``row`` (as the spreadsheet counts), ``area``, ``partner``, ``label`` and a column of persons for each part,
        null where masked or unknown.
    unknown : list of tuple
        (row, part) of the cells that hold a symbol for an unknown value instead of a masked one.
    """

    name: str
    direction: str
    period: str
    warnings: list[str]
    rows: pl.DataFrame
    unknown: list[tuple[int, str]]


def find_commuter_header(rows: Sequence[Sequence[object]]) -> int | None:
    """Index of the header row: both places and the total in cells of their own."""
    for index, row in enumerate(rows):
        cells = {fold(cell) for cell in row}
        if {_RESIDENCE.casefold(), _WORK.casefold()} <= cells and any(cell.startswith("insgesamt") for cell in cells):
            return index
    return None


def parse_sheet(rows: Rows, *, file: str, sheet: str) -> CommuterSheet:
    """Turn the cells of one sheet into checked rows.

    Raises
    ------
    InputError
        Naming sheet, row and column of everything that is not as the publisher prints it.
    """
    header = find_commuter_header(rows)
    if header is None:
        raise InputError(
            Problem("no header row", expected=f"a row with {_RESIDENCE}, {_WORK} and Insgesamt", file=file, sheet=sheet)
        )
    wanted = {"residence": (_RESIDENCE,), "work": (_WORK,), **PARTS}
    at = column_positions(rows[header], wanted, file=file, sheet=sheet, row=header + 1)
    direction = _direction(rows[:header], at, sheet)
    area, partner = ("residence", "work") if direction == "out" else ("work", "residence")
    named = partial(Problem, file=file, sheet=sheet)
    period = _period(rows[:header], named)
    problems: list[Problem] = []
    body = rows[header + 1 :]
    keys = [row[at[area]] for row in body], [row[at[partner]] for row in body]
    kept, areas = _blocks(keys, header + 2, problems, named)
    body = [body[index] for index in kept]
    rows_at = [header + 2 + index for index in kept]
    numbers, unknown = _numbers(body, at, rows_at, problems, named)
    if problems:
        raise InputError(problems)
    partners = [keys[1][index] for index in kept]
    labels = [text if type(text := row[at[partner] + 1]) is str else cell_text(text) for row in body]
    frame = pl.DataFrame(
        {
            "row": pl.Series(rows_at, dtype=pl.Int64),
            "area": pl.Series(areas, dtype=pl.String),
            "partner": pl.Series(partners, dtype=pl.String).str.strip_chars(),
            "label": pl.Series(labels, dtype=pl.String).str.strip_chars(),
            **numbers,
        }
    )
    return CommuterSheet(sheet, direction, period, _warnings(rows[:header]), frame, unknown)


def _direction(title: Rows, at: dict[str, int], sheet: str) -> str:
    """What the sheet calls itself, in its name or its title; else the place that leads the blocks."""
    for words in (fold(sheet), " ".join(fold(cell) for row in title for cell in row if cell)):
        out, into = "auspendler" in words, "einpendler" in words
        if out != into:
            return "out" if out else "in"
    return "out" if at["residence"] < at["work"] else "in"


def _period(title: Rows, named: partial[Problem]) -> str:
    for row in title:
        for cell in row:
            found = _DATE.search(str(cell))
            if found:
                return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    raise InputError(named("no reference date above the table", expected="a line such as 'Stichtag: 30.06.2019'"))


def _warnings(title: Rows) -> list[str]:
    """Long text between the line with the reference date and the table is a warning of the publisher."""
    dated = next((i for i, row in enumerate(title) if any(_DATE.search(str(cell)) for cell in row)), len(title))
    lines = (" ".join(str(cell) for cell in row if cell not in (None, "")) for row in title[dated + 1 :])
    return [" ".join(line.split()) for line in lines if len(line) > _LONG]


def _blocks(
    keys: tuple[list[object], list[object]], first: int, problems: list[Problem], named: partial[Problem]
) -> tuple[list[int], list[str]]:
    """Indices of the rows that name a partner, and the area of the block each stands in."""
    kept: list[int] = []
    areas: list[str] = []
    current = ""
    strays: list[tuple[int, object]] = []
    for index, (key, other) in enumerate(zip(*keys, strict=True)):
        if key not in ("", None):
            if type(key) is str and _AREA_KEY.fullmatch(key.strip()):
                current = key.strip()
            else:
                strays.append((index, key))
        if other in ("", None):
            continue
        if type(other) is not str:
            problems.append(
                named(f"the key {cell_text(other)} is stored as a number", "a key as text, with its zeros", _ADVICE,
                      row=first + index)
            )  # fmt: skip
        kept.append(index)
        areas.append(current)
    last = kept[-1] if kept else 0
    problems.extend(  # what stands below the last row is a footnote
        named(f"{cell_text(key)!r} is not an area key", "the 5 digits of a district or 8 of a municipality, as text",
              _ADVICE, row=first + index)
        for index, key in strays if index <= last
    )  # fmt: skip
    if "" in areas and not problems:
        row = first + kept[areas.index("")]
        problems.append(named("a row before any area", expected="the area's key first", advice=_ADVICE, row=row))
    if not kept:
        problems.append(named("the table has no rows", expected="at least one pair of areas", advice=_ADVICE))
    return kept, areas


def _numbers(
    body: Rows, at: dict[str, int], rows: list[int], problems: list[Problem], named: partial[Problem]
) -> tuple[dict[str, pl.Series], list[tuple[int, str]]]:
    """Columns of counts; every cell is a whole number that is not negative, or a symbol."""
    numbers: dict[str, pl.Series] = {}
    unknown: list[tuple[int, str]] = []
    for part, texts in PARTS.items():
        position = at[part]
        cells = [row[position] for row in body]
        values = [cell if type(cell) is float else None for cell in cells]
        series = pl.Series(part, values, dtype=pl.Float64)
        wrong = ((series < 0) | (series != series.floor())).arg_true().to_list()
        if series.null_count() != cells.count("*"):  # rare: other symbols, numbers written as text, and errors
            for index, cell in enumerate(cells):
                if values[index] is not None or cell == "*":
                    continue
                parsed = parse_number(cell)
                if parsed is None or cell in ("", None) or (parsed[0] or 0) < 0 or (parsed[0] or 0) % 1:
                    wrong.append(index)
                    continue
                values[index] = parsed[0]
                if parsed[1] is Status.UNKNOWN:
                    unknown.append((rows[index], part))
            series = pl.Series(part, values, dtype=pl.Float64)
        problems.extend(
            named(f"{cell_text(cells[index])!r} is not a count", "a whole number from 0, or * for a masked one",
                  _ADVICE, row=rows[index], column=texts[0])
            for index in wrong
        )  # fmt: skip
        numbers[part] = series
    return numbers, unknown
