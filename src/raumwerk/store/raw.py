"""Raw files, kept as they came, each under the checksum of its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from raumwerk.errors import ConflictError, IntegrityError, MissingError
from raumwerk.store.files import copy_hashed, publish_folder, read_sealed, seal, sha256_of, workspace
from raumwerk.store.layout import Store

__all__ = ["RawRecord", "fingerprint", "keep", "keep_staged", "record", "records", "restage", "stage"]

ORIGIN = "origin.json"


@dataclass(frozen=True)
class RawRecord:
    """What is known about one kept raw file.

    Parameters
    ----------
    sha256 : str
        Checksum (see :func:`fingerprint`); the value of every column ``file``.
    name : str
        Original file name.
    size : int
        Bytes, companions included.
    parts : dict
        Name → SHA-256 of the file and of each companion.
    origin : str
        Where it came from: address, or path as given by the operator.
    kept_at : str
        When it was kept, ISO 8601, UTC.
    source : str
        Key in ``catalogue/sources``; empty when not known.
    """

    sha256: str
    name: str
    size: int
    parts: dict[str, str]
    origin: str
    kept_at: str
    source: str = ""


def fingerprint(parts: dict[str, str]) -> str:
    """Checksum that names a raw file.

    A single file is named by its SHA-256. A file with companions (a shapefile) is named by the SHA-256 of the list of
    all their checksums, as ``sha256sum`` prints it in the order of the names, so that a change in any of them shows.
    """
    if len(parts) == 1:
        return next(iter(parts.values()))
    listing = "".join(f"{parts[name]}  {name}\n" for name in sorted(parts))
    return hashlib.sha256(listing.encode()).hexdigest()


def stage(folder: Path, path: Path, *, origin: str, source: str = "", companions: Sequence[Path] = ()) -> RawRecord:
    """Copy a file and its companions to ``folder`` with their origin record, hashing on the way.

    Readers work on this copy, so that what is read is what is kept, whatever happens to the original meanwhile.
    """
    folder.mkdir(parents=True)
    parts = {part.name: copy_hashed(part, folder / part.name) for part in (path, *companions)}
    size = sum((folder / name).stat().st_size for name in parts)
    kept_at = datetime.now(UTC).isoformat(timespec="seconds")
    found = RawRecord(fingerprint(parts), path.name, size, parts, origin, kept_at, source)
    (folder / ORIGIN).write_text(seal(asdict(found)), encoding="utf-8")
    return found


def restage(folder: Path, staged: RawRecord, *, source: str) -> RawRecord:
    """Write the source into the origin record of a staged file, once the content has been recognised."""
    found = replace(staged, source=source)
    (folder / ORIGIN).write_text(seal(asdict(found)), encoding="utf-8")
    return found


def keep_staged(store: Store, folder: Path, staged: RawRecord) -> RawRecord:
    """Move a staged file to its place. A file that is kept already keeps its first origin record.

    Raises
    ------
    IntegrityError
        When the file kept under this checksum is damaged.
    """
    if publish_folder(folder, store.raw_folder(staged.sha256)):
        return staged
    kept = record(store, staged.sha256)
    for name in kept.parts:
        path = store.raw_folder(kept.sha256) / name
        if not path.is_file() or sha256_of(path) != kept.parts[name]:
            raise IntegrityError(
                f"{path} is not what its checksum says. Run 'raumwerk data verify', restore the store from a backup or "
                f"delete the folder {path.parent} and import the file again."
            )
    return kept


def keep(
    store: Store, path: Path, *, origin: str, companions: Sequence[Path] = (), source: str = "", sha256: str = ""
) -> RawRecord:
    """Keep a copy of a raw file and its companions.

    Parameters
    ----------
    store : Store
    path : Path
    origin : str
        Address or path where it came from.
    companions : sequence of Path
        Files without which it cannot be read (``.dbf`` beside ``.shp``).
    source : str
        Key in ``catalogue/sources``.
    sha256 : str
        Expected checksum; empty to accept any.

    Raises
    ------
    ConflictError
        When the file is not (or no longer) the one of the expected checksum.
    """
    with workspace(store) as work:
        staged = stage(work / "raw", path, origin=origin, source=source, companions=companions)
        if sha256 and staged.sha256 != sha256:
            raise ConflictError(f"{path} has changed since it was read (checksum {staged.sha256}). Start again.")
        return keep_staged(store, work / "raw", staged)


def record(store: Store, sha256: str) -> RawRecord:
    """Return the record of a kept file.

    Raises
    ------
    MissingError
        When no file of that checksum is kept.
    """
    origin = store.raw_folder(sha256) / ORIGIN
    if not origin.is_file():
        raise MissingError(f"No raw file with checksum {sha256} is kept in {store.root}.")
    return _read(origin)


def records(store: Store) -> list[RawRecord]:
    """All kept files, in the order of their checksums."""
    return [_read(origin) for origin in sorted(store.raw.glob(f"*/*/{ORIGIN}"))]


def _read(origin: Path) -> RawRecord:
    value = read_sealed(origin)
    try:
        return RawRecord(**value)
    except TypeError as error:
        raise IntegrityError(f"{origin} is damaged ({error}). Restore the store from a backup.") from error
