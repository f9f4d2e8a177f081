"""Options that the analyses share, and how all of them give their result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from raumwerk.cli.analysis_files import write_table
from raumwerk.cli.console import out, out_json
from raumwerk.errors import InputError, Problem

__all__ = [
    "AsJson",
    "Destination",
    "Flow",
    "Flows",
    "Origin",
    "Output",
    "Region",
    "Release",
    "Travel",
    "give",
    "source",
]

Flows = Annotated[
    Path | None, typer.Argument(metavar="[FLOWS]", help="One row per pair of areas, the diagonal included.")
]
Origin = Annotated[str, typer.Option(help="Column with the area of residence.")]
Destination = Annotated[str, typer.Option(help="Column with the area of the place of work.")]
Flow = Annotated[str, typer.Option(help="Column with the number of people.")]
Output = Annotated[Path | None, typer.Option(help="File to write (.csv or .parquet).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Region = Annotated[str | None, typer.Option(help="Instead of files: a region of the current release, e.g. mitte.")]
Release = Annotated[str | None, typer.Option(help="Another release than the current one.")]
Travel = Annotated[
    str,
    typer.Option(
        help="Where a region's travel times come from: line (straight lines, a declared estimate), roads:FILE "
        "(OpenStreetMap), file:FILE (origin,destination,minutes,kilometres), osrm:ADDRESS or valhalla:ADDRESS."
    ),
]


def source(given: Path | None, region: str | None, *, what: str = "flows") -> str | None:
    """The region, or None when a file was given; InputError when it is both or neither."""
    if (given is None) == (region is None):
        raise InputError(Problem(f"the {what} are not named", expected=f"either a file of {what} or --region"))
    return region


def give(
    table: pl.DataFrame,
    summary: dict[str, Any],
    text: str,
    output: Path | None,
    *,
    as_json: bool,
    name: str,
    more: dict[str, pl.DataFrame] | None = None,
) -> None:
    """Write the table when asked to, and print the summary (JSON holds the tables only when none is written)."""
    if output is not None:
        write_table(table, output)
    if as_json:
        tables = {} if output is not None else {name: table, **(more or {})}
        out_json({**summary, **{key: frame.to_dicts() for key, frame in tables.items()}})
        return
    for line in [text, *summary.get("notes", [])]:
        out.print(line)
    if output is not None:
        out.print(f"Written: {output}")
