"""The release made of all real official files, built once and kept for the next run."""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from raumwerk.pipeline.importing import import_paths
from raumwerk.pipeline.publishing import publish
from raumwerk.store.layout import Store
from raumwerk.store.read import Release, current

_ROOT = Path(__file__).parents[1]
_CODE = _ROOT / "src" / "raumwerk"
#: Folders of the shared data that do not feed the Atlas.
_APART = {"delimitation", "participation", "regional_science", "spatial_interaction"}
#: What decides what is read from a file; all else of the pipeline decides what is made of it.
_READING = ("errors.py", "tables", "store", "pipeline/sources", "pipeline/cells.py", "pipeline/editions.py",
            "pipeline/registry.py", "pipeline/sheets.py", "pipeline/sniff.py", "pipeline/importing.py",
            "pipeline/discovery.py")  # fmt: skip
_DERIVING = ("errors.py", "tables", "store", "analysis", "pipeline")
_KEPT = 2  # homes kept for each of the two steps


@pytest.fixture(scope="session")
def real_home() -> Path:
    """A home whose store holds the release of all real files; shared by all tests, so not to be written to.

    Reading the files and publishing are kept apart under the system's temporary folder, each under the fingerprint of
    the code and data it rests on. A test that finds nothing changed starts at once.
    """
    data = Path(os.environ.get("RAUMWERK_SHARED_DATA", _ROOT.parent / "shared" / "data")).resolve()
    if not data.is_dir():
        pytest.skip(f"the official files are not in {data} (RAUMWERK_SHARED_DATA names their folder)")
    folders = sorted(path for path in data.iterdir() if path.is_dir() and path.name not in _APART)
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    catalogue = [path for path in sorted((_ROOT / "catalogue").rglob("*")) if path.is_file()]
    kept = Path(tempfile.gettempdir()) / f"raumwerk-tests-{getpass.getuser()}"
    kept.mkdir(mode=0o700, exist_ok=True)
    reading = [*_sources(_READING), *(path for path in catalogue if path.parent.name in ("mappings", "catalogue"))]
    facts = _fingerprint(reading, content=True) + _fingerprint(files, content=False)
    with _locked(kept / "lock"):
        read = kept / f"read-{_short(facts)}"
        if not read.exists():
            with _built(read) as home:
                import_paths(Store(home / "store").create(), folders)
        facts += _fingerprint([*_sources(_DERIVING), *catalogue], content=True)
        done = kept / f"release-{_short(facts)}"
        if not done.exists():
            with _built(done) as home:
                shutil.copytree(read / "store", home / "store", copy_function=os.link)
                publish(Store(home / "store"), home=home)
        for path in (read, done):
            os.utime(path)
        _forget(kept, "read-*")
        _forget(kept, "release-*")
    return done


@pytest.fixture(scope="session")
def real_release(real_home: Path) -> Release:
    """The release of all real files."""
    return current(Store(real_home / "store"))


def _sources(parts: Iterable[str]) -> list[Path]:
    paths = [_CODE / part for part in parts]
    return [one for path in paths for one in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]


def _fingerprint(paths: Iterable[Path], *, content: bool) -> str:
    digest = hashlib.sha256()
    for path in paths:
        facts = path.read_bytes() if content else f"{path.stat().st_size} {path.stat().st_mtime_ns}".encode()
        digest.update(f"{path.name}\n{len(facts)}\n".encode() + facts)
    return digest.hexdigest()


def _short(facts: str) -> str:
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _built(target: Path) -> Iterator[Path]:
    """A folder that appears under its name only when it is complete."""
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix="work-"))
    try:
        yield work
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _forget(kept: Path, pattern: str) -> None:
    """Remove all but the newest homes; what another run still reads stays readable until it closes its files."""
    homes = sorted(kept.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in homes[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
