"""What the pages of data-in show: uploads, releases, and how far the sources reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from raumwerk.errors import MissingError
from raumwerk.store import read

__all__ = ["KeptRelease", "SourceState", "current_release", "kept_releases", "source_states"]

#: Most official figures come once a year and some months late: after this many days it is worth looking for newer ones.
_YEARLY = 456
_DATED = (
    ("observations", "period"),
    ("flows", "period"),
    ("classes", "period"),
    ("areas", "edition"),
    ("points", "period"),
)


@dataclass(frozen=True, slots=True)
class KeptRelease:
    """A release that can be gone back to."""

    id: str
    created: str
    current: bool


@dataclass(frozen=True, slots=True)
class SourceState:
    """How far the figures of a source reach, and whether newer ones are to be expected."""

    key: str
    title: str
    publisher: str
    address: str
    files: int
    newest: str
    due: bool


def current_release() -> read.Release | None:
    """The release all pages show now; None before the first."""
    try:
        return read.current(read.open_store(str(settings.RAUMWERK["HOME"])))
    except MissingError:
        return None


def kept_releases(limit: int = 12) -> list[KeptRelease]:
    """The latest releases, newest first."""
    store = read.open_store(str(settings.RAUMWERK["HOME"]))
    present = current_release()
    found = sorted(read.releases(store), key=lambda one: str(one.manifest["created"]), reverse=True)
    return [
        KeptRelease(one.id, str(one.manifest["created"]), present is not None and one.id == present.id)
        for one in found[:limit]
    ]


def source_states(today: date) -> list[SourceState]:
    """The sources of the current release, those first of which newer figures are to be expected."""
    release = current_release()
    if release is None:
        return []
    language = "en" if (get_language() or "de").startswith("en") else "de"
    files: dict[str, list[str]] = {}
    for checksum, one in release.manifest["files"].items():
        files.setdefault(str(one["source"]), []).append(checksum)
    newest = _newest(release)
    found = [
        _state(key, dict(entry), [newest.get(file, "") for file in files.get(key, [])], today, language)
        for key, entry in {**{key: {} for key in files}, **release.manifest["sources"]}.items()
    ]
    return sorted(found, key=lambda one: (not one.due, one.title))


def _state(key: str, entry: dict[str, Any], dates: list[str], today: date, language: str) -> SourceState:
    last = max(dates, default="")
    return SourceState(
        key, str(entry.get(f"title_{language}") or entry.get("title_de") or key), str(entry.get("publisher", "")),
        _web_address(str(entry.get("address", ""))), len(dates), last,
        bool(last) and (today - _end_of(last)).days > _YEARLY,
    )  # fmt: skip


def _web_address(text: str) -> str:
    return text if text.startswith("https://") and "{" not in text else ""


def _end_of(period: str) -> date:
    """Last day of a period as written in the tables: a day, a month, a year, or a span of them."""
    parts = [int(part) for part in period.rsplit("/", 1)[-1].split("-") if part.isdecimal()]
    year, month, day = [*parts, 12, 28][:3] if len(parts) < 3 else parts[:3]
    return date(year, month, day)


@lru_cache(maxsize=4)
def _newest_of(release_id: str, home: str) -> dict[str, str]:
    release = read.release(read.open_store(home), release_id)
    found: dict[str, str] = {}
    for table, column in _DATED:
        names = {entry["name"] for entry in release.manifest["tables"].get(table, {}).get("columns", [])}
        if not {column, "file"} <= names:
            continue
        rows = release.sql(f'SELECT file, max("{column}") FROM "{table}" GROUP BY file').rows()  # noqa: S608 - our names
        for file, last in rows:
            if file and last and str(last) > found.get(file, ""):
                found[file] = str(last)
    return found


def _newest(release: read.Release) -> dict[str, str]:
    return _newest_of(release.id, str(settings.RAUMWERK["HOME"]))
