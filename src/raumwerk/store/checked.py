"""Checked tables, one folder for each call of import: a batch is there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from raumwerk.errors import IntegrityError, MissingError
from raumwerk.store.files import publish_folder, read_sealed, seal, sha256_of, workspace
from raumwerk.store.layout import Store
from raumwerk.store.raw import ORIGIN, RawRecord
from raumwerk.tables.schemas import spec_of

__all__ = [
    "ActiveImport",
    "CheckedImport",
    "StagedImport",
    "TableFile",
    "active",
    "batches",
    "require_sound",
    "scan",
    "stage_tables",
    "withdraw",
    "write_batch",
    "write_staged",
]

BATCH = "batch.json"


@dataclass(frozen=True)
class CheckedImport:
    """Tables read from one raw file, still in memory."""

    record: RawRecord
    source: str
    reader_version: str
    tables: dict[str, pl.DataFrame]


@dataclass(frozen=True)
class TableFile:
    """One checked table on disk."""

    path: Path
    rows: int
    sha256: str
    size: int


@dataclass(frozen=True)
class StagedImport:
    """Tables of one raw file, checked and written to a workspace."""

    sha256: str
    name: str
    source: str
    reader_version: str
    tables: dict[str, TableFile]


@dataclass(frozen=True)
class ActiveImport(StagedImport):
    """Tables of one raw file that count: those of its latest import."""

    batch: str
    imported_at: str


def stage_tables(folder: Path, tables: dict[str, pl.DataFrame], *, file: str) -> dict[str, TableFile]:
    """Check tables against their declarations and write them to ``folder``.

    Raises
    ------
    InputError
        Naming ``file`` and the rows that break a rule.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, TableFile] = {}
    for name, frame in sorted(tables.items()):
        checked = spec_of(name).conform(frame, file=file)
        path = folder / f"{name}.parquet"
        checked.write_parquet(path, compression="zstd", compression_level=1)
        written[name] = TableFile(path, checked.height, sha256_of(path), path.stat().st_size)
    return written


def write_batch(store: Store, imports: Iterable[CheckedImport]) -> str:
    """Check, write and activate the tables of several raw files together.

    Returns
    -------
    str
        Number of the batch.

    Raises
    ------
    InputError
        When a table breaks its declaration; then nothing is written.
    """
    with workspace(store) as work:
        staged = [
            StagedImport(
                one.record.sha256,
                one.record.name,
                one.source,
                one.reader_version,
                stage_tables(work / "batch" / one.record.sha256, one.tables, file=one.record.name),
            )
            for one in imports
        ]
        return write_staged(store, work / "batch", staged)


def write_staged(store: Store, folder: Path, staged: Iterable[StagedImport]) -> str:
    """Activate a staged batch: ``folder/<sha256>/<table>.parquet`` becomes the next numbered batch.

    The raw files must be kept before.
    """
    folder.mkdir(exist_ok=True)
    content = {
        "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "imports": [_entry(one) for one in staged],
    }
    (folder / BATCH).write_text(seal(content), encoding="utf-8")
    while True:  # another importer may take a number first; renaming onto a taken one fails, so we take the next
        number = int(max(batches(store), default="0")) + 1
        if publish_folder(folder, store.checked / f"{number:06d}"):
            return f"{number:06d}"


def _entry(one: StagedImport) -> dict[str, Any]:
    return {
        "sha256": one.sha256,
        "name": one.name,
        "source": one.source,
        "reader_version": one.reader_version,
        "tables": {
            name: {"rows": table.rows, "sha256": table.sha256, "bytes": table.size}
            for name, table in one.tables.items()
        },
    }


def batches(store: Store) -> list[str]:
    """Numbers of all batches, oldest first."""
    return sorted(path.parent.name for path in store.checked.glob(f"*/{BATCH}") if path.parent.name.isdecimal())


def withdraw(store: Store, batch: str) -> None:
    """Take a batch out again, as if it had not been imported; its raw files stay kept, no release is touched.

    Raises
    ------
    MissingError
        When there is no such batch.
    """
    if batch not in batches(store):
        raise MissingError(f"There is no batch {batch}. There are: {', '.join(batches(store)) or 'none'}.")
    with workspace(store) as work:  # one rename takes it away; the workspace is cleared afterwards
        (store.checked / batch).rename(work / "withdrawn")


def active(store: Store) -> list[ActiveImport]:
    """Return the imports that count: the latest of each raw file, in the order they were made."""
    latest: dict[str, ActiveImport] = {}
    for batch in batches(store):
        folder = store.checked / batch
        content = read_sealed(folder / BATCH)
        try:
            for entry in content["imports"]:
                latest.pop(entry["sha256"], None)
                latest[entry["sha256"]] = _active(folder, entry, content["imported_at"])
        except (KeyError, TypeError) as error:
            raise IntegrityError(f"{folder / BATCH} is damaged ({error!r}). Restore it from a backup.") from error
    return list(latest.values())


def _active(folder: Path, entry: dict[str, Any], imported_at: str) -> ActiveImport:
    tables = {
        name: TableFile(folder / entry["sha256"] / f"{name}.parquet", table["rows"], table["sha256"], table["bytes"])
        for name, table in entry["tables"].items()
    }
    return ActiveImport(
        entry["sha256"], entry["name"], entry["source"], entry["reader_version"], tables, folder.name, imported_at
    )


def require_sound(store: Store, imports: Sequence[ActiveImport]) -> None:
    """Re-hash the checked tables of some imports before they enter a release.

    Raises
    ------
    IntegrityError
        Naming the first table that is missing or not what was written, or whose raw file is not kept any more.
    """
    for one in imports:
        if not (store.raw_folder(one.sha256) / ORIGIN).is_file():
            raise IntegrityError(
                f"Raw file {one.sha256} ({one.name}) is missing. Restore the store from a backup, or import it again."
            )
        for table in one.tables.values():
            if not table.path.is_file() or sha256_of(table.path) != table.sha256:
                state = "has changed since it was written" if table.path.is_file() else "is missing"
                raise IntegrityError(
                    f"{table.path} {state}. Restore the store from a backup, or import {one.name} again: "
                    f"raumwerk data import --again PATH"
                )


def scan(store: Store, table: str, *, imports: Sequence[ActiveImport] | None = None) -> pl.LazyFrame:
    """Scan one table over all active imports, or over some of them.

    Returns
    -------
    polars.LazyFrame
        The declared columns and ``source`` (key in ``catalogue/sources``). Without rows when nothing was imported.

    Raises
    ------
    IntegrityError
        When a file was written under an older declaration of the table.
    """
    schema = spec_of(table).schema
    frames = [pl.LazyFrame(schema={**schema, "source": pl.String})]
    for one in active(store) if imports is None else imports:
        if table not in one.tables:
            continue
        frame = pl.scan_parquet(one.tables[table].path)
        if frame.collect_schema() != schema:
            raise IntegrityError(
                f"Table {table} of {one.name} was written by another version of Raumwerk. "
                f"Import the file again: raumwerk data import --kept"
            )
        frames.append(frame.with_columns(source=pl.lit(one.source)))
    return pl.concat(frames)
