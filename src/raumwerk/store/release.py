"""Writing a release: tables, manifest, and the one moment at which it becomes the current one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import shapely

from raumwerk import __version__
from raumwerk.errors import IntegrityError, MissingError
from raumwerk.store import raw
from raumwerk.store.files import publish_folder, read_json, sha256_of, to_json, workspace
from raumwerk.store.layout import SHA256, Store
from raumwerk.store.pointer import moving
from raumwerk.tables.spec import TableSpec

__all__ = ["MANIFEST", "ReleaseWriter", "release_id"]

MANIFEST = "manifest.json"
_ROW_GROUP = 64_000  # small enough that a query for one area skips most groups
_PARTS = ("sample", "sources", "measures", "classes", "indicators", "regions", "estimate", "notes", "code_version")
#: Parts of a manifest that the operator's catalogue fills, by default empty.
_DEFAULTS: dict[str, Any] = {
    "sample": False, "sources": {}, "measures": {}, "classes": {}, "indicators": {}, "regions": {}, "notes": [],
}  # fmt: skip


def release_id(manifest: dict[str, Any]) -> str:
    """Id that a manifest must have: its date and the first eight digits of its checksum (without the id itself)."""
    content = {key: value for key, value in manifest.items() if key != "id"}
    digest = hashlib.sha256(to_json(content).encode()).hexdigest()
    return f"{manifest['created'][:10].replace('-', '')}-{digest[:8]}"


class ReleaseWriter:
    """Builds one release in a workspace and publishes it at once.

    Parameters
    ----------
    store : Store
    base : str or None
        Release that was current when the work began (``pointer.current_id(store)``); None for the first.

    Examples
    --------
    >>> with ReleaseWriter(store, current_id(store)) as writer:  # doctest: +SKIP
    ...     writer.add(AREAS, areas, step="harmonise", inputs=["crosswalk"])
    ...     writer.describe(sources=catalogue.sources)
    ...     writer.publish()
    '20261123-1f0c7a52'
    """

    def __init__(self, store: Store, base: str | None) -> None:
        self._store = store
        self._base = base
        self._tables: dict[str, dict[str, Any]] = {}
        self._files: dict[str, set[str]] = {}
        self._parts: dict[str, Any] = dict(_DEFAULTS)
        self._notes: list[Any] = []
        self._stack = ExitStack()
        self._folder = Path()

    def __enter__(self) -> Self:
        self._folder = self._stack.enter_context(workspace(self._store)) / "release"
        self._folder.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def add(
        self, spec: TableSpec, frame: pl.DataFrame, *, inputs: Sequence[str] = (), step: str = "", name: str = ""
    ) -> None:
        """Check a table and write it.

        Parameters
        ----------
        spec : TableSpec
            Declaration; a broken check stops publication with the rows named.
        frame : polars.DataFrame
        inputs : sequence of str
            Tables (of this release, or ``checked:<table>``) it was made from.
        step : str
            What was done, in words or as the name of the derivation.
        name : str
            Name in the release where it differs from the declaration's (``flows_original``).

        Raises
        ------
        InputError
            When the frame breaks the declaration.
        IntegrityError
            When rows name a raw file that the store does not keep.
        """
        name = name or spec.name
        checked = spec.conform(frame, file=f"table {name}").sort(list(spec.sort or spec.key))
        path = self._folder / f"{name}.parquet"
        checked.write_parquet(
            path, compression="zstd", row_group_size=_ROW_GROUP, statistics=True, metadata=_geo_metadata(checked)
        )
        self._files[name] = self._known_files(name, checked)
        self._tables[name] = {
            "rows": checked.height,
            "sha256": sha256_of(path),
            "bytes": path.stat().st_size,
            "description": spec.description,
            "columns": [
                {"name": column.name, "dtype": str(checked.schema[column.name]).split("(")[0], "unit": column.unit,
                 "description": column.description}
                for column in spec.columns
            ],
            "key": list(spec.key),
            "step": step,
            "inputs": list(inputs),
        }  # fmt: skip

    def _known_files(self, name: str, frame: pl.DataFrame) -> set[str]:
        found: set[str] = set()
        if "file" in frame.columns:
            found |= set(frame["file"].drop_nulls().unique())
        if "files" in frame.columns:
            found |= set(frame["files"].explode().drop_nulls().unique())
        hashes = {file for file in found if SHA256.fullmatch(file)}
        for file in sorted(hashes):
            try:
                raw.record(self._store, file)
            except MissingError as error:
                raise IntegrityError(
                    f"Table {name} says that rows come from file {file}, but no such raw file is kept. "
                    f"Import the file again, or keep it with store.raw.keep before publishing."
                ) from error
        return hashes

    def describe(self, **parts: Any) -> None:
        """Fill parts of the manifest: sample, sources, measures, classes, indicators, regions, estimate, notes.

        Notes add up over several calls; other parts are replaced.
        """
        for key, value in parts.items():
            if key not in _PARTS:
                raise TypeError(f"a manifest has no part {key!r}; known: {', '.join(_PARTS)}")
            if key == "notes":
                self._notes.extend(value)
            else:
                self._parts[key] = value

    def publish(self) -> str:
        """Make the release the current one.

        Returns
        -------
        str
            Its id.

        Raises
        ------
        ConflictError
            When another release was published since ``base``; then nothing has changed.
        """
        manifest = self._manifest()
        manifest["id"] = identity = release_id(manifest)
        (self._folder / MANIFEST).write_text(to_json(manifest), encoding="utf-8")
        target = self._store.release_folder(identity)
        with moving(self._store, base=self._base, to=identity):
            if not publish_folder(self._folder, target) and read_json(target / MANIFEST) != manifest:
                raise IntegrityError(f"{target} holds another release of the same id. Publish again.")
        return identity

    def _manifest(self) -> dict[str, Any]:
        files = {name: self._files_behind(name, set()) for name in self._tables}
        used = sorted(set().union(*files.values())) if files else []
        kept = {sha: raw.record(self._store, sha) for sha in used}
        tables = {
            name: {
                **table,
                "files": sorted(files[name]),
                "sources": sorted({kept[sha].source for sha in files[name] if kept[sha].source}),
            }
            for name, table in self._tables.items()
        }
        return {
            "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "code_version": __version__,
            "base": self._base,
            **_plain(self._parts),
            "notes": _plain(self._notes),
            "tables": tables,
            "files": {
                sha: {**asdict(record), "tables": sorted(name for name in files if sha in files[name])}
                for sha, record in kept.items()
            },
            "steps": [
                {"table": name, "step": table["step"], "inputs": table["inputs"], "rows": table["rows"]}
                for name, table in self._tables.items()
            ],
        }

    def _files_behind(self, name: str, seen: set[str]) -> set[str]:
        """Files that the rows name; for a table without such a column, those of its inputs."""
        if name in seen or name not in self._tables:
            return set()
        if self._files[name]:
            return self._files[name]
        return set().union(*(self._files_behind(one, seen | {name}) for one in self._tables[name]["inputs"]))


def _plain(value: Any) -> Any:
    """Return the value as it will read back from JSON, so that the manifest in memory equals the one on disk."""
    return json.loads(to_json(value))


def _geo_metadata(frame: pl.DataFrame) -> dict[str, str] | None:
    """GeoParquet 1.1 metadata when there is a geometry column; without "crs" the standard means WGS 84."""
    if "geometry" not in frame.columns:
        return None
    shapes = shapely.from_wkb(frame["geometry"].to_numpy())
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted({shape.geom_type for shape in shapes})}
    if len(shapes):
        column["bbox"] = [float(edge) for edge in shapely.total_bounds(shapes)]
    content = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return {"geo": json.dumps(content)}
