"""Re-hashing everything that the store keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from raumwerk.errors import IntegrityError
from raumwerk.store import checked, raw
from raumwerk.store.files import read_json, read_sealed, sha256_of
from raumwerk.store.layout import SHA256, Store
from raumwerk.store.pointer import current_id
from raumwerk.store.release import MANIFEST, release_id

__all__ = ["Report", "verify"]


@dataclass
class Report:
    """What a verification looked at and what it found wrong."""

    files: int = 0
    size: int = 0
    releases: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.problems


def verify(store: Store, *, progress: Callable[[str], None] = lambda _: None) -> Report:
    """Re-hash raw files, checked tables and releases, and check that the pointer names a release.

    Parameters
    ----------
    store : Store
    progress : callable
        Called with the path of each file before it is hashed.
    """
    report = Report()
    _verify_raw(store, report, progress)
    _verify_checked(store, report, progress)
    _verify_releases(store, report, progress)
    try:
        current_id(store)
    except IntegrityError as error:
        report.problems.append(str(error))
    return report


def _compare(path: Path, expected: str, report: Report, progress: Callable[[str], None]) -> None:
    progress(str(path))
    if not path.is_file():
        report.problems.append(f"{path} is missing")
        return
    report.files += 1
    report.size += path.stat().st_size
    found = sha256_of(path)
    if found != expected:
        report.problems.append(f"{path} has changed: its checksum is {found}, recorded is {expected}")


def _verify_raw(store: Store, report: Report, progress: Callable[[str], None]) -> None:
    for folder in sorted(path for path in store.raw.glob("*/*") if SHA256.fullmatch(path.name)):
        try:
            record = raw.record(store, folder.name)
        except (IntegrityError, LookupError) as error:
            report.problems.append(str(error))
            continue
        if raw.fingerprint(record.parts) != folder.name:
            report.problems.append(f"{folder / raw.ORIGIN} has changed: it lists other checksums than its folder's")
        for name, expected in record.parts.items():
            _compare(folder / name, expected, report, progress)


def _verify_checked(store: Store, report: Report, progress: Callable[[str], None]) -> None:
    for batch in checked.batches(store):
        try:
            content = read_sealed(store.checked / batch / checked.BATCH)
            for entry in content["imports"]:
                for name, table in entry["tables"].items():
                    path = store.checked / batch / entry["sha256"] / f"{name}.parquet"
                    _compare(path, table["sha256"], report, progress)
                if not (store.raw_folder(entry["sha256"]) / raw.ORIGIN).is_file():
                    report.problems.append(f"raw file {entry['sha256']} ({entry['name']}) of batch {batch} is missing")
        except (IntegrityError, KeyError, TypeError) as error:
            report.problems.append(f"{store.checked / batch / checked.BATCH} is damaged: {error}")


def _verify_releases(store: Store, report: Report, progress: Callable[[str], None]) -> None:
    for folder in sorted(path for path in store.releases.glob("*") if path.is_dir()):
        report.releases += 1
        try:
            manifest = read_json(folder / MANIFEST)
            if manifest["id"] != folder.name or release_id(manifest) != folder.name:
                report.problems.append(f"{folder / MANIFEST} has changed: its checksum does not match the release id")
            for name, table in manifest["tables"].items():
                _compare(folder / f"{name}.parquet", table["sha256"], report, progress)
            for sha in manifest["files"]:
                if not (store.raw_folder(sha) / raw.ORIGIN).is_file():
                    report.problems.append(f"raw file {sha}, used by release {folder.name}, is missing")
        except (IntegrityError, KeyError, TypeError, AttributeError) as error:
            report.problems.append(f"{folder / MANIFEST} is damaged: {error}")
