"""Files that are whole or absent: hashing, atomic writing, locks, and workspaces that vanish with their owner."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from raumwerk.errors import ConflictError, IntegrityError
from raumwerk.store.layout import Store

__all__ = [
    "copy_hashed",
    "locked",
    "publish_folder",
    "read_json",
    "read_sealed",
    "seal",
    "sha256_of",
    "sync_folder",
    "to_json",
    "workspace",
    "write_text",
]

_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def copy_hashed(source: Path, target: Path) -> str:
    """Copy a file and return the SHA-256 of what was written."""
    digest = hashlib.sha256()
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
            writer.write(chunk)
        _sync(writer)
    return digest.hexdigest()


def to_json(value: object) -> str:
    """Canonical JSON: sorted keys, so that equal content has equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises
    ------
    IntegrityError
        When it is missing or damaged.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IntegrityError(
            f"{path} is missing or damaged ({error}). Run 'raumwerk data verify' and restore the store from a backup."
        ) from error
    if not isinstance(value, dict):
        raise IntegrityError(f"{path} does not hold a JSON object. Restore the store from a backup.")
    return value


def seal(content: dict[str, Any]) -> str:
    """JSON of a record with its own checksum in it, so that a later change shows."""
    checksum = hashlib.sha256(to_json(content).encode()).hexdigest()
    return to_json({**content, "checksum": checksum})


def read_sealed(path: Path) -> dict[str, Any]:
    """Read a record written by :func:`seal`, without its checksum.

    Raises
    ------
    IntegrityError
        When it is missing, damaged or was changed.
    """
    content = read_json(path)
    checksum = content.pop("checksum", None)
    if hashlib.sha256(to_json(content).encode()).hexdigest() != checksum:
        raise IntegrityError(f"{path} has changed since it was written. Restore the store from a backup.")
    return content


def write_text(path: Path, text: str) -> None:
    """Replace a text file at once: readers see the old content or the new, never a part."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
            _sync(handle)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames within a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(handle: IO[Any]) -> None:
    handle.flush()
    os.fsync(handle.fileno())


def publish_folder(folder: Path, target: Path) -> bool:
    """Move a finished folder to its place at once, its content written to disk before.

    Returns
    -------
    bool
        False when the place was taken already; then nothing has changed.
    """
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
            path.chmod(0o444)  # nothing in the store is ever edited
    sync_folder(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except OSError:
        if target.exists():
            return False
        raise
    sync_folder(target.parent)
    return True


@contextmanager
def locked(path: Path, *, wait: bool = True, doing: str = "publishing") -> Iterator[None]:
    """Hold an exclusive lock; the system releases it when the process dies, however it dies.

    Raises
    ------
    ConflictError
        When ``wait`` is false and another process holds the lock.
    """
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise ConflictError(f"Another process is {doing} at this moment. Wait until it is done.") from error
        yield


@contextmanager
def workspace(store: Store) -> Iterator[Path]:
    """Yield an empty folder within the store, on the same disk as its final place, removed at the end.

    A workspace belongs to its process by a lock that dies with it, so that left-overs are told from work in progress.
    """
    store.create()
    _sweep(store.workspaces)
    name = uuid.uuid4().hex
    guard = store.workspaces / f"{name}.lock"
    folder = store.workspaces / name
    with _guarded(guard):
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            guard.unlink(missing_ok=True)


@contextmanager
def _guarded(guard: Path) -> Iterator[None]:
    """Create and lock a guard; create it anew if a sweeper took it between the two."""
    while True:
        with guard.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_at(guard, handle):
                yield
                return


def _is_at(path: Path, handle: IO[Any]) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle.fileno()).st_ino
    except FileNotFoundError:
        return False


def _sweep(workspaces: Path) -> None:
    """Remove the workspaces of dead processes."""
    for guard in workspaces.glob("*.lock"):
        with suppress(FileNotFoundError, BlockingIOError), guard.open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(guard.with_suffix(""), ignore_errors=True)
            guard.unlink(missing_ok=True)
