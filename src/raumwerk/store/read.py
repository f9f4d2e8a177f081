"""The only door for readers: releases, their tables, questions in SQL, and the way back to the files."""

from __future__ import annotations

import threading
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.store.files import read_json
from raumwerk.store.layout import RELEASE_ID, Store, home_folder
from raumwerk.store.lineage import LineageStep, trace
from raumwerk.store.pins import pin, pins, unpin
from raumwerk.store.pointer import current_id

__all__ = [
    "APART",
    "LineageStep",
    "Release",
    "Store",
    "current",
    "open_store",
    "pin",
    "pins",
    "release",
    "releases",
    "unpin",
]

#: Ending of tables whose rows belong to another but are under a share-alike licence: in files of their own.
APART = "_odbl"
_KEPT_OPEN = 16


def open_store(home: Path | str | None = None) -> Store:
    """Return the store of an installation (``home``, else ``RAUMWERK_HOME``, else ``./var``). It may be empty."""
    return Store(home_folder(home) / "store")


def current(store: Store) -> Release:
    """Return the current release.

    Raises
    ------
    MissingError
        When nothing has been published yet.
    """
    identity = current_id(store)
    if identity is None:
        raise MissingError(
            "No statistics have been published yet. Import official files with 'raumwerk data import PATH' and run "
            "'raumwerk data publish'."
        )
    return _open(store.release_folder(identity))


def release(store: Store, identity: str) -> Release:
    """Return one release by its id.

    Raises
    ------
    MissingError
        When there is no such release.
    """
    folder = store.release_folder(identity)
    if not RELEASE_ID.fullmatch(identity) or not (folder / "manifest.json").is_file():
        raise MissingError(f"There is no release {identity}. 'raumwerk data releases' lists them.")
    return _open(folder)


def releases(store: Store) -> list[Release]:
    """All releases, the oldest first."""
    folders = [path.parent for path in store.releases.glob("*/manifest.json")]
    return sorted((_open(folder) for folder in folders), key=lambda one: (one.manifest["created"], one.id))


@lru_cache(maxsize=_KEPT_OPEN)
def _open(folder: Path) -> Release:
    """One object for each release: it never changes, so manifest and connection are shared."""
    return Release(folder)


class Release:
    """A published release. It keeps reading its own files, whatever is published later.

    Safe to share between threads.

    Parameters
    ----------
    folder : Path
        ``store/releases/<id>``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self._lock = threading.Lock()
        self._local = threading.local()

    def __repr__(self) -> str:
        return f"<Release {self.id}>"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest (see docs/reference/manifest.md). Do not change it."""
        return read_json(self.folder / "manifest.json")

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return sorted(self.manifest["tables"])

    def path(self, table: str) -> Path:
        """File of a table.

        Raises
        ------
        MissingError
            When the release has no such table.
        """
        if table not in self.manifest["tables"]:
            raise MissingError(f"Release {self.id} has no table {table!r}. It has: {', '.join(self.tables) or 'none'}.")
        return self.folder / f"{table}.parquet"

    def table(self, name: str) -> pl.LazyFrame:
        """Scan a table, together with those of its rows that lie apart for their licence.

        Raises
        ------
        MissingError
            When the release has no such table.
        """
        return pl.concat([pl.scan_parquet(path) for path in self._paths(name)])

    def _paths(self, name: str) -> list[Path]:
        """File of a table and, where there is one, that of its rows under a share-alike licence."""
        apart = f"{name}{APART}"
        return [self.path(name), *([self.path(apart)] if apart in self.manifest["tables"] else [])]

    def sql(self, query: str, params: tuple[Any, ...] | list[Any] = ()) -> pl.DataFrame:
        """Answer a question in SQL; the tables are views of the same names.

        Parameters
        ----------
        query : str
            One SELECT in DuckDB's dialect, ``?`` for parameters. No other file and no network can be reached.
        params : sequence

        Raises
        ------
        InputError
            When the query is not a single SELECT or is wrong.
        """
        cursor = self._cursor()
        try:
            _only_select(query)
            return cursor.execute(query, list(params)).pl()
        except duckdb.Error as error:
            raise InputError(Problem(f"the query failed: {error}", file=f"release {self.id}")) from error

    def lineage(self, table: str, **key: object) -> list[LineageStep]:
        """Walk from a table, or the rows of a key, back to the raw files.

        Parameters
        ----------
        table : str
        **key
            Column values that pick the rows, e.g. ``area="06611", indicator="…"``.

        Returns
        -------
        list of LineageStep
            Kinds in this order: row, table (the steps), file (with checksum), source (with licence).

        Raises
        ------
        MissingError
            When the table or the row does not exist.
        """
        return trace(self.manifest, table, self.table(table), key)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            with self._lock:
                cursor = self._local.cursor = self._connection.cursor()
        return cursor

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:")
        connection.execute("SET enable_geoparquet_conversion = false")  # geometry stays WKB, as in the table
        folder = str(self.folder).replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{folder}/']")
        connection.execute("SET enable_external_access = false")
        for table in self.tables:
            connection.read_parquet([str(path) for path in self._paths(table)]).create_view(table)
        connection.execute("SET lock_configuration = true")
        return connection


@lru_cache(maxsize=512)
def _only_select(query: str) -> None:
    """Refuse everything but one SELECT: a COPY could write into the release."""
    statements = duckdb.extract_statements(query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InputError(Problem("the query is not one SELECT statement", expected="SELECT … FROM …"))
