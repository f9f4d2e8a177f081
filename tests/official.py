"""Help for the tests of the statistics readers: small files in official layouts, and the real ones where present."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.source import RawFile
from raumwerk.tables.schemas import spec_of

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("RAUMWERK_SHARED_DATA", ROOT.parent / "shared" / "data"))


def raw(path: Path) -> RawFile:
    return RawFile(path, hashlib.sha256(path.read_bytes()).hexdigest(), path.name)


def real(name: str) -> RawFile:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the official file {name} is not in {SHARED} (set RAUMWERK_SHARED_DATA)")
    return raw(path)


def tables(file: RawFile) -> dict[str, pl.DataFrame]:
    """Read a file as an import does: recognised among all readers, every table checked."""
    return {name: spec_of(name).conform(frame) for name, frame in recognise(file).read(file).items()}


def observed(frame: pl.DataFrame, area: str, period: str | None = None) -> dict[str, float | None]:
    """Measure → value of one area (at one period)."""
    rows = frame.filter(pl.col("area") == area)
    if period is not None:
        rows = rows.filter(pl.col("period") == period)
    return dict(rows.select("measure", "value").iter_rows())


def write_text(path: Path, lines: Iterable[str], encoding: str = "latin-1") -> RawFile:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return raw(path)


def write_workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> RawFile:
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return raw(path)
