"""From a number back to the file it was read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from raumwerk.errors import InputError, MissingError, Problem

__all__ = ["LineageStep", "trace"]

_ROWS_SHOWN = 20


@dataclass(frozen=True)
class LineageStep:
    """One step on the way from a number to its files.

    Parameters
    ----------
    kind : {"row", "table", "file", "source"}
    name : str
        Table, SHA-256 of the file, or key of the source.
    text : str
        One sentence for readers.
    details : dict
        Everything known: the row, the table's step and inputs, the file's record, the source's catalogue entry.
    """

    kind: Literal["row", "table", "file", "source"]
    name: str
    text: str
    details: dict[str, Any] = field(default_factory=dict)


def trace(manifest: Mapping[str, Any], table: str, frame: pl.LazyFrame, key: Mapping[str, object]) -> list[LineageStep]:
    """List the steps from the rows of ``key`` in ``table`` down to files and their sources."""
    rows = _rows(table, frame, key) if key else None
    steps: list[LineageStep] = []
    if rows is not None:
        for row in rows.head(_ROWS_SHOWN).iter_rows(named=True):
            shown = ", ".join(f"{name}={value}" for name, value in row.items() if name not in ("file", "files"))
            steps.append(LineageStep("row", table, shown, row))
    steps += _tables(manifest, table)
    files = _files_of_rows(rows) or manifest["tables"][table]["files"]
    steps += [_file(manifest, sha) for sha in files]
    sources = dict.fromkeys(manifest["files"][sha]["source"] for sha in files if sha in manifest["files"])
    steps += [_source(manifest, source) for source in sources if source]
    return steps


def _rows(table: str, frame: pl.LazyFrame, key: Mapping[str, object]) -> pl.DataFrame:
    schema = frame.collect_schema()
    unknown = [name for name in key if name not in schema]
    if unknown:
        raise InputError(
            Problem(f"table {table} has no column {unknown[0]!r}", expected=f"one of {', '.join(schema.names())}")
        )
    # compared as text: the command line knows no types, and keys are text anyway
    picked = frame.filter(pl.col(name).cast(pl.String) == str(value) for name, value in key.items())
    if "geometry" in schema:
        picked = picked.drop("geometry")
    rows = picked.collect()
    if rows.is_empty():
        asked = ", ".join(f"{name}={value}" for name, value in key.items())
        raise MissingError(f"Table {table} has no row with {asked}.")
    return rows


def _tables(manifest: Mapping[str, Any], table: str) -> list[LineageStep]:
    """Return the table and, breadth first, every table it was made from."""
    steps: list[LineageStep] = []
    queue = [table]
    seen: set[str] = set()
    while queue:
        name = queue.pop(0)
        if name in seen:
            continue
        seen.add(name)
        entry = manifest["tables"].get(name)
        if entry is None:
            steps.append(LineageStep("table", name, f"{name}: table as read from the files"))
            continue
        made = f" by step '{entry['step']}'" if entry["step"] else ""
        origin = f" from {', '.join(entry['inputs'])}" if entry["inputs"] else ""
        text = f"{name}: {entry['description']}; made{made}{origin}, release {manifest['id']}"
        steps.append(LineageStep("table", name, text, dict(entry)))
        queue += entry["inputs"]
    return steps


def _files_of_rows(rows: pl.DataFrame | None) -> list[str]:
    if rows is None:
        return []
    found: list[str] = []
    if "file" in rows.columns:
        found += rows["file"].drop_nulls().to_list()
    if "files" in rows.columns:
        found += _flat(rows["files"].to_list())
    return list(dict.fromkeys(found))


def _flat(lists: Iterable[list[str] | None]) -> list[str]:
    return [item for one in lists for item in one or []]


def _file(manifest: Mapping[str, Any], sha: str) -> LineageStep:
    entry = manifest["files"].get(sha)
    if entry is None:  # rows of a tracked list (catalogue/crosswalk.csv) name its path instead of a checksum
        return LineageStep("file", sha, f"{sha}: list kept with the code, version {manifest['code_version']}")
    text = f"{entry['name']} ({entry['size']:,} bytes), SHA-256 {sha}, from {entry['origin']}, kept {entry['kept_at']}"
    return LineageStep("file", sha, text, dict(entry))


def _source(manifest: Mapping[str, Any], key: str) -> LineageStep:
    entry = manifest["sources"].get(key, {})
    facts = [entry.get("publisher"), entry.get("licence"), entry.get("attribution")]
    known = "; ".join(str(fact) for fact in facts if fact) or "the catalogue does not describe this source"
    return LineageStep("source", key, f"{key}: {known}", dict(entry))
