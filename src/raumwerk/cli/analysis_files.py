"""Tables that the analyses read from and write to: csv and Parquet, codes always text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from raumwerk.errors import InputError, MissingError, Problem

if TYPE_CHECKING:
    from raumwerk.analysis.flows import FlowMatrix
    from raumwerk.analysis.travel import TravelMatrix

# The matrices are imported where they are made, so that the other commands start at once.
# ruff: noqa: PLC0415

__all__ = ["read_flows", "read_json", "read_mapping", "read_numbers", "read_table", "read_travel", "write_table"]

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


def read_flows(path: Path, *, origin: str, destination: str, flow: str) -> FlowMatrix:
    """Commuter flows, one row per pair."""
    from raumwerk.analysis.flows import FlowMatrix

    frame = read_table(path, texts=[origin, destination], numbers=[flow])
    return FlowMatrix.from_pairs(frame, origin=origin, destination=destination, flow=flow)


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object; InputError says where it is none."""
    if not path.is_file():
        raise MissingError(f"There is no file {path}.")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(Problem(f"the file is no JSON: {error}", expected="a JSON object", file=path.name)) from error
    if not isinstance(data, dict):
        raise InputError(Problem("the file holds no JSON object", expected='{"name": …}', file=path.name))
    return data


def read_mapping(path: Path, *, key: str, value: str) -> dict[str, str]:
    """Text per area; rows without a value are left out; InputError when an area is given twice."""
    frame = read_table(path, texts=[key, value]).drop_nulls()
    _once(path, frame, [key])
    return dict(frame.rows())


def read_numbers(path: Path, *, key: str, value: str) -> dict[str, float]:
    """Number per area; InputError when an area is given twice."""
    frame = read_table(path, texts=[key], numbers=[value]).drop_nulls()
    _once(path, frame, [key])
    return dict(frame.rows())


def read_travel(path: Path, *, minutes: str | None = "minutes", kilometres: str | None = None) -> TravelMatrix:
    """Travel times or distances, one row per pair (``origin, destination`` and the named columns).

    A pair that is not listed has no way. Where only kilometres are asked for, they also stand for the minutes.
    """
    from raumwerk.analysis.travel import TravelMatrix

    columns = [name for name in (minutes, kilometres) if name is not None]
    frame = read_table(path, texts=["origin", "destination"], numbers=columns).drop_nulls()
    _once(path, frame, ["origin", "destination"])
    origins, destinations = (frame[name].unique().sort().to_list() for name in ("origin", "destination"))
    row = frame["origin"].replace_strict({code: i for i, code in enumerate(origins)}, return_dtype=pl.Int64).to_numpy()
    column = frame["destination"].replace_strict(
        {code: j for j, code in enumerate(destinations)}, return_dtype=pl.Int64
    )
    cells = {}
    for name in columns:
        cells[name] = np.full((len(origins), len(destinations)), np.inf)
        cells[name][row, column.to_numpy()] = frame[name].to_numpy()
    return TravelMatrix(
        origins, destinations, cells[columns[0]], kilometres=None if kilometres is None else cells[kilometres],
        mode="as given", source=path.name,
    )  # fmt: skip


def _once(path: Path, frame: pl.DataFrame, key: list[str]) -> None:
    doubled = frame.select(key).filter(frame.select(key).is_duplicated()).unique(maintain_order=True)
    if len(doubled):
        raise InputError(
            Problem(f"{' – '.join(row)} is given twice", expected="each once", file=path.name)
            for row in doubled.head(_SHOWN + 1).rows()
        )


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write csv, or Parquet when the name ends so; MissingError when the folder does not exist."""
    if not path.parent.is_dir():
        raise MissingError(f"There is no folder {path.parent} to write {path.name} to.")
    if path.suffix.lower() in (".parquet", ".pq"):
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
