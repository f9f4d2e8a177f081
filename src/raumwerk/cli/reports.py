"""What ``raumwerk data`` prints: facts gathered here, shown as lines or as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import polars as pl

from raumwerk.cli.console import out, out_json, size
from raumwerk.errors import InputError, Problem, RaumwerkError
from raumwerk.pipeline.adding import Added
from raumwerk.pipeline.catalogue import Catalogue
from raumwerk.pipeline.importing import InspectedFile
from raumwerk.store import checked, pins, read
from raumwerk.store.layout import Store
from raumwerk.store.pointer import current_id

__all__ = [
    "added",
    "inspection",
    "print_inspection",
    "print_release",
    "print_releases",
    "print_sources",
    "print_table",
    "refusing",
    "releases",
    "row_key",
    "sources",
]

_DATES_SHOWN = 12


def sources(store: Store, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Known sources with the files and dates that are held of each."""
    files: dict[str, list[str]] = defaultdict(list)
    dates: dict[str, set[str]] = defaultdict(set)
    for one in checked.active(store):
        files[one.source].append(one.name)
        for table in one.tables.values():
            dates[one.source] |= _dates(pl.scan_parquet(table.path))
    entries = {**{key: {} for key in files}, **catalogue.sources}
    return [
        {"key": key, **entry, "files": sorted(files[key]), "dates": sorted(dates[key])}
        for key, entry in sorted(entries.items())
    ]


def _dates(frame: pl.LazyFrame) -> set[str]:
    schema = frame.collect_schema()
    for column in ("period", "edition", "from_edition"):
        if column in schema:
            return set(frame.select(pl.col(column).unique()).collect()[column].drop_nulls())
    return set()


def print_sources(found: Sequence[Mapping[str, Any]]) -> None:
    """Print the sources, one block each."""
    for one in found:
        out.print(f"{one['key']}  {one.get('title_en', '(not described in the catalogue)')}", style="bold")
        facts = {
            "publisher": one.get("publisher"),
            "licence": " ".join(str(one[part]) for part in ("licence", "licence_url") if one.get(part)),
            "attribution": one.get("attribution"),
            "held": _held(one),
            "address": one.get("address"),
        }
        for name, text in facts.items():
            if text:
                out.print(f"  {name:<12}{text}")


def _held(one: Mapping[str, Any]) -> str:
    dates = one["dates"]
    if not one["files"]:
        return "nothing yet"
    shown = ", ".join(dates) if len(dates) <= _DATES_SHOWN else f"{dates[0]} … {dates[-1]} ({len(dates)} dates)"
    count = len(one["files"])
    return f"{shown or 'no dates'} in {count} file{'s' if count > 1 else ''}"


def releases(store: Store) -> list[dict[str, Any]]:
    """All releases, the oldest first."""
    current = current_id(store)
    pinned = pins.pins(store)
    return [
        {
            "id": one.id,
            "current": one.id == current,
            "created": one.manifest["created"],
            "base": one.manifest["base"],
            "sample": one.manifest["sample"],
            "tables": len(one.tables),
            "rows": sum(table["rows"] for table in one.manifest["tables"].values()),
            "bytes": sum(table["bytes"] for table in one.manifest["tables"].values()),
            "pinned": pinned.get(one.id, []),
        }
        for one in read.releases(store)
    ]


def print_releases(found: Sequence[Mapping[str, Any]]) -> None:
    """Print one line for each release."""
    for one in found:
        marks = [name for name in ("current", "sample") if one[name]] + (["cited"] if one["pinned"] else [])
        text = f"{one['id']}  {one['created']}  {one['tables']:>3} tables  {one['rows']:>11,} rows"
        text += f"  {size(one['bytes']):>9}"
        out.print(f"{text}  {' '.join(marks)}".rstrip(), style="bold" if one["current"] else None)


def print_release(manifest: Mapping[str, Any]) -> None:
    """Print what a release holds."""
    out.print(f"Release {manifest['id']}", style="bold")
    out.print(f"  created {manifest['created']} by Raumwerk {manifest['code_version']}, built on {manifest['base']}")
    if manifest["sample"]:
        out.print("  All figures are made up: this is the sample.")
    for name, table in sorted(manifest["tables"].items()):
        out.print(f"  {name:<18}{table['rows']:>11,} rows  {size(table['bytes']):>9}  {table['description']}")
    for part in ("sources", "measures", "indicators", "classes", "regions"):
        out.print(f"  {len(manifest[part])} {part}: {', '.join(sorted(manifest[part])) or '-'}")
    out.print(f"  {len(manifest['files'])} raw files")
    for note in manifest["notes"]:
        out.print(f"  note: {note.get('text_en', note) if isinstance(note, dict) else note}")


def print_table(name: str, table: Mapping[str, Any]) -> None:
    """Print the columns of a table."""
    out.print(f"{name}: {table['description']}", style="bold")
    out.print(f"  {table['rows']:,} rows, SHA-256 {table['sha256']}")
    out.print(
        f"  key: {', '.join(table['key'])}; made by step {table['step']} from {', '.join(table['inputs']) or '-'}"
    )
    for column in table["columns"]:
        unit = f" [{column['unit']}]" if column["unit"] else ""
        out.print(f"  {column['name']:<14}{column['dtype']:<9}{column['description']}{unit}")


def row_key(table: Mapping[str, Any], texts: Sequence[str]) -> dict[str, str]:
    """Column values from ``COLUMN=VALUE`` texts; a bare key is looked for in ``area``, ``origin`` or the first key.

    Raises
    ------
    InputError
        When a column is named twice.
    """
    columns = [column["name"] for column in table["columns"]]
    default = next((name for name in ("area", "origin") if name in columns), table["key"][0])
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            name, value = default, text
        if name in found:
            raise InputError(Problem(f"column {name} is given twice", expected="COLUMN=VALUE once for each column"))
        found[name] = value
    return found


def inspection(found: Sequence[InspectedFile]) -> list[dict[str, Any]]:
    """What was found in files that were read on trial, for other programs."""
    return [asdict(one) for one in found]


def print_inspection(found: Sequence[InspectedFile]) -> None:
    """Print what was found in files that were read on trial."""
    for one in found:
        state = "imported before" if one.unchanged else one.source or "not recognised"
        out.print(f"{one.name}  [{state}]")
        for name, table in sorted(one.tables.items()):
            dates = f", {table.periods[0]} to {table.periods[-1]}" if table.periods else ""
            out.print(f"  {name}: {table.rows:,} rows, {table.areas:,} areas{dates}")
        for problem in one.problems:
            out.print(f"  {problem}", style="red")


@contextmanager
def refusing(*, as_json: bool) -> Iterator[None]:
    """Tell other programs what stopped a command, problem by problem, before it leaves with its message."""
    try:
        yield
    except RaumwerkError as error:
        if as_json:
            problems = error.problems if isinstance(error, InputError) else [Problem(str(error))]
            out_json({"problems": [asdict(one) for one in problems]})
        raise


def added(done: Added) -> dict[str, Any]:
    """What adding did, for other programs."""
    return {
        "before": done.before,
        "release": done.release,
        "files": [asdict(one) for one in done.report.imported],
        "unchanged": done.report.unchanged,
        "skipped": [{"file": name, "reason": reason} for name, reason in done.report.skipped],
        "changes": {table: asdict(change) for table, change in done.changes.items()},
    }
