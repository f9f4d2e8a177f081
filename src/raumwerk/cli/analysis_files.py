"""Tables that the analyses read from and write to: csv and Parquet, codes always text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.pipeline.plain_tables import once, read_table

if TYPE_CHECKING:
    from raumwerk.analysis.flows import FlowMatrix
    from raumwerk.analysis.travel import TravelMatrix

# The matrices are imported where they are made, so that the other commands start at once.
# ruff: noqa: PLC0415 - analyses are slow to load, and the other commands start at once without them
__all__ = ["read_flows", "read_json", "read_mapping", "read_numbers", "read_table", "read_travel", "write_table"]


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
    once(path, frame, [key])
    return dict(frame.rows())


def read_numbers(path: Path, *, key: str, value: str) -> dict[str, float]:
    """Number per area; InputError when an area is given twice."""
    frame = read_table(path, texts=[key], numbers=[value]).drop_nulls()
    once(path, frame, [key])
    return dict(frame.rows())


def read_travel(path: Path, *, minutes: str | None = "minutes", kilometres: str | None = None) -> TravelMatrix:
    """Travel times or distances, one row per pair (``origin, destination`` and the named columns).

    A pair that is not listed has no way. Where only kilometres are asked for, they also stand for the minutes.
    """
    from raumwerk.pipeline.travel.matrix_file import read_matrix

    return read_matrix(path, minutes=minutes, kilometres=kilometres)


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write csv, or Parquet when the name ends so; MissingError when the folder does not exist."""
    if not path.parent.is_dir():
        raise MissingError(f"There is no folder {path.parent} to write {path.name} to.")
    if path.suffix.lower() in (".parquet", ".pq"):
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
