"""Which regions this installation knows: those of the current release, and those written down for it.

A region's pages stand before there are statistics of it, so the names are also read from the region files that come
with Raumwerk and from the operator's own in ``<home>/regions/``.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.store import read

__all__ = ["known_regions", "region_files"]

FIRST = ("mitte", "kali", "hannover-hildesheim")


def region_files(home: Path) -> list[Path]:
    """Return the region files that come with Raumwerk, then the operator's, in the order of their names."""
    packed = Path(str(resources.files("raumwerk"))) / "catalogue"
    tracked = packed if packed.is_dir() else Path(__file__).resolve().parents[4] / "catalogue"
    return [*sorted((tracked / "regions").glob("*.toml")), *sorted((home / "regions").glob("*.toml"))]


def known_regions(home: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return the entries of all known regions by slug: what a release says goes before what a file says.

    Raises
    ------
    InputError
        When a region file cannot be read.
    """
    home = home or settings.HOME
    entries = {path.stem: _read(path) for path in region_files(home)}
    try:
        release = read.current(read.open_store(home))
    except MissingError:
        return entries
    made_up = bool(release.manifest.get("sample"))
    for slug, entry in release.manifest.get("regions", {}).items():
        # A made-up release holds the real regions' names too, where their pages stand without figures.
        entries[slug] = {**entry, "sample": bool(entry.get("sample", made_up and slug not in entries))}
    return entries


def position(slug: str, entry: dict[str, Any]) -> int:
    """Order of regions in lists: those Raumwerk was made for, the operator's own, the made-up ones."""
    if slug in FIRST:
        return FIRST.index(slug)
    return int(entry.get("position", 900 if entry.get("sample") else 100))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem("the region file cannot be read", "TOML in UTF-8", f"Mend it: {error}.", file=path.name)
        raise InputError(problem) from error
