"""One sheet of a commuter workbook as a checked frame of rows; what the rows mean is decided in ``commuters``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.sheets import Rows, cell_text, column_positions, fold
from raumwerk.tables.numbers import SYMBOLS, parse_number
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
_MASKED = {symbol for symbol, status in SYMBOLS.items() if status is Status.MASKED}
_UNKNOWN = {symbol for symbol, status in SYMBOLS.items() if status is Status.UNKNOWN and symbol}


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
        ``row`` (as the spreadsheet counts), ``area``, ``area_name``, ``partner``, ``label`` and, for each part, its
        value (null where masked) and ``<part>_masked``, ``<part>_unknown``.
    """

    name: str
    direction: str
    period: str
    warnings: list[str]
    rows: pl.DataFrame


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
    body = rows[header + 1 :]
    columns: list[Sequence[object]] = list(zip(*body, strict=True)) if body else [[] for _ in rows[header]]
    keys = [columns[at[area]], columns[at[area] + 1], columns[at[partner]], columns[at[partner] + 1]]
    frame = pl.DataFrame(
        dict(zip(("area", "area_name", "partner", "label"), map(_texts, keys), strict=True)),
        schema=dict.fromkeys(("area", "area_name", "partner", "label"), pl.String),
    ).with_columns(pl.int_range(header + 2, header + 2 + len(body), dtype=pl.Int64).alias("row"))
    problems = _number_keys(keys, header, named)
    frame = frame.with_columns(column for part in PARTS for column in _numbers(part, columns[at[part]]))
    frame = _blocks(frame, problems, named)
    _check_cells(frame, {part: columns[at[part]] for part in PARTS}, header, problems, named)
    if problems:
        raise InputError(problems)
    return CommuterSheet(sheet, direction, _period(rows[:header], named), _warnings(rows[:header]), frame)


def _direction(title: Rows, at: dict[str, int], sheet: str) -> str:
    words = fold(sheet) + " " + " ".join(fold(cell) for row in title for cell in row if cell)[:2000]
    out, into = "auspendler" in words, "einpendler" in words
    if out != into:
        return "out" if out else "in"
    if ("auspendler" in fold(sheet)) != ("einpendler" in fold(sheet)):
        return "out" if "auspendler" in fold(sheet) else "in"
    return "out" if at["residence"] < at["work"] else "in"


def _period(title: Rows, named: partial[Problem]) -> str:
    text = pl.Series([cell_text(cell) for row in title for cell in row], dtype=pl.String)
    found = text.str.extract_groups(r"(\d{1,2})\.(\d{1,2})\.(\d{4})").struct.unnest().drop_nulls()
    if found.is_empty():
        raise InputError(named("no reference date above the table", expected="a line such as 'Stichtag: 30.06.2019'"))
    day, month, year = found.row(0)
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _warnings(title: Rows) -> list[str]:
    """Long text between the line with the reference date and the table is a warning of the publisher."""
    dated = next((i for i, row in enumerate(title) if any("stichtag" in fold(cell) for cell in row)), len(title))
    lines = (" ".join(str(cell).strip() for cell in row if cell not in (None, "")) for row in title[dated + 1 :])
    return [" ".join(line.split()) for line in lines if len(line) > 40]


def _texts(cells: Sequence[object]) -> list[str | None]:
    return [(cell.strip() or None) if type(cell) is str else (cell_text(cell) or None) for cell in cells]


def _number_keys(keys: Sequence[Sequence[object]], header: int, named: partial[Problem]) -> list[Problem]:
    """Keys that a spreadsheet program took for numbers have lost zeros and cannot be told apart any more."""
    bad = [
        (row, cells[row]) for cells in (keys[0], keys[2]) for row in range(len(cells)) if type(cells[row]) is not str
    ]
    return [
        named(f"the key {cell_text(cell)} is stored as a number", expected="keys as text, with their zeros",
              advice=_ADVICE, row=header + 2 + row)
        for row, cell in bad if cell is not None
    ]  # fmt: skip


def _numbers(part: str, cells: Sequence[object]) -> list[pl.Series]:
    values = [cell if type(cell) is float else _odd_number(cell) for cell in cells]
    masked = [type(cell) is str and cell.strip() in _MASKED for cell in cells]
    unknown = [type(cell) is str and cell.strip() in _UNKNOWN for cell in cells]
    return [
        pl.Series(part, values, dtype=pl.Float64),
        pl.Series(f"{part}_masked", masked, dtype=pl.Boolean),
        pl.Series(f"{part}_unknown", unknown, dtype=pl.Boolean),
    ]


def _odd_number(cell: object) -> float | None:
    if cell in ("*", "", None):
        return None
    parsed = parse_number(cell)
    return parsed[0] if parsed else None


def _blocks(frame: pl.DataFrame, problems: list[Problem], named: partial[Problem]) -> pl.DataFrame:
    """Carry each block's key down to its rows and keep the rows that hold a partner."""
    is_key = pl.col("area").str.contains(r"^(\d{5}|\d{8})$")
    last = frame.filter(pl.col("partner").is_not_null())["row"].max()
    stray = frame.filter(pl.col("area").is_not_null() & ~is_key & (pl.col("row") < (last or 0)))
    problems.extend(
        named(f"{text!r} is not an area key", expected="5 digits of a district or 8 of a municipality", row=row)
        for row, text in stray.select("row", "area").iter_rows()
    )
    keyed = frame.with_columns(
        pl.when(is_key).then(pl.col(name)).forward_fill().alias(name) for name in ("area", "area_name")
    ).filter(pl.col("partner").is_not_null())
    if keyed.is_empty():
        problems.append(named("the table has no rows", expected="at least one pair of areas", advice=_ADVICE))
    orphan = keyed.filter(pl.col("area").is_null())
    problems.extend(named("a row before any area", expected="the area's key first", row=row) for row in orphan["row"])
    return keyed.with_columns(pl.col("label").fill_null(""))


def _check_cells(
    frame: pl.DataFrame,
    cells: dict[str, Sequence[object]],
    header: int,
    problems: list[Problem],
    named: partial[Problem],
) -> None:
    """Every cell of the table is a whole number that is not negative, or a symbol."""
    for part, column in cells.items():
        value = pl.col(part)
        absent = value.is_null() & ~pl.col(f"{part}_masked") & ~pl.col(f"{part}_unknown")
        wrong = frame.filter(absent | (value < 0) | (value != value.floor()))
        problems.extend(
            named(
                f"{cell_text(column[row - header - 2])!r} is not a count",
                expected="a whole number from 0, or * for a masked one", row=row, column=PARTS[part][0],
                advice=_ADVICE,
            )
            for row in wrong["row"]
        )  # fmt: skip
