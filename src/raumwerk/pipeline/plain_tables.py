"""Plain tables of one's own: csv and Parquet with named columns, codes always text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from raumwerk.errors import InputError, MissingError, Problem

__all__ = ["once", "read_table"]

_SHOWN = 10


def read_table(path: Path, *, texts: Sequence[str], numbers: Sequence[str] = ()) -> pl.DataFrame:
    """Read the named columns of a csv (comma or semicolon, UTF-8, decimal point) or Parquet file.

    Parameters
    ----------
    path : Path
    texts : sequence of str
        Columns with codes, kept as text with all their zeros.
    numbers : sequence of str
        Columns with numbers; an empty cell is null.

    Raises
    ------
    MissingError
        When there is no such file.
    InputError
        When the file cannot be read, a column is missing, or a number is none; rows as a spreadsheet counts them.
    """
    if not path.is_file():
        raise MissingError(f"There is no file {path}.")
    frame = _read(path)
    missing = [name for name in (*texts, *numbers) if name not in frame.columns]
    if missing:
        raise InputError(
            Problem("the column is missing", expected=f"one of {', '.join(frame.columns)}",
                    advice="Name the column with its option.", file=path.name, column=name)
            for name in missing
        )  # fmt: skip
    parsed = frame.select(
        *(pl.col(name).cast(pl.String) for name in texts),
        *(pl.col(name).cast(pl.Float64, strict=False) for name in numbers),
    )
    problems = []
    for name in numbers:
        given = frame[name].cast(pl.String)
        wrong = parsed[name].is_null() & given.is_not_null() & (given.str.strip_chars() != "")
        for row in wrong.arg_true().to_list()[: _SHOWN + 1]:
            problems.append(Problem(f"{given[row]!r} is no number", expected="digits with a decimal point",
                                    file=path.name, row=row + 2, column=name))  # fmt: skip
    if problems:
        raise InputError(problems)
    return parsed


def _read(path: Path) -> pl.DataFrame:
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pl.read_parquet(path)
        with path.open(encoding="utf-8-sig") as file:
            head = file.readline()
        separator = ";" if head.count(";") > head.count(",") else ","
        return pl.read_csv(path, infer_schema=False, separator=separator)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        raise InputError(
            Problem(f"the file cannot be read: {error}", expected="csv (UTF-8) or Parquet", file=path.name)
        ) from error


def once(path: Path, frame: pl.DataFrame, key: list[str]) -> None:
    """Refuse a key that is given twice; InputError names it."""
    doubled = frame.select(key).filter(frame.select(key).is_duplicated()).unique(maintain_order=True)
    if len(doubled):
        raise InputError(
            Problem(f"{' – '.join(row)} is given twice", expected="each once", file=path.name)
            for row in doubled.head(_SHOWN + 1).rows()
        )
