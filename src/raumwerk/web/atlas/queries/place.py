"""What offices say of a place (types, regions, centres) and how far it is to the next centre, as the crow flies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.distance import kilometres
from raumwerk.web.atlas.queries.release import AtlasRelease, localised

__all__ = ["CentreAccess", "Fact", "centre_access", "classifications"]

#: Official classifications in the order of reading; of the municipality first, then of its district.
_SCHEMES = (
    "central_place_level", "municipality_type_detailed", "regiostar17", "degree_of_urbanisation", "location_type",
    "mittelbereich", "tourism_area", "district_type", "labour_market_region", "planning_region", "chamber_district",
)  # fmt: skip
_LEVELS = "central_place_level"
_CENTRES = ("1", "2")  # codes of the scheme: high-order and middle-order centres


@dataclass(frozen=True, slots=True)
class Fact:
    """One official classification of a place; ``file`` is the raw file it was read from."""

    scheme: str
    name: str
    label: str
    period: str
    file: str


@dataclass(frozen=True, slots=True)
class CentreAccess:
    """Nearest centre of a level: ``km`` as the crow flies from the centre of ``origin``; 0 for a centre itself."""

    code: str
    level: str
    origin: str
    centre: str
    km: float


def classifications(atlas: AtlasRelease, area: str, district: str | None, lang: str) -> list[Fact]:
    """Latest official classifications of a municipality and its district; empty where the release has none."""
    if not atlas.has("classes"):
        return []
    keys = [key for key in (area, district) if key]
    rows = (
        atlas.table("classes")
        .filter(pl.col("area").is_in(keys) & pl.col("scheme").is_in(_SCHEMES))
        .sort("period")
        .unique(subset="scheme", keep="last", maintain_order=True)
        .collect()
    )
    found = {row["scheme"]: row for row in rows.iter_rows(named=True)}
    schemes: dict[str, dict[str, Any]] = atlas.manifest.get("classes", {})
    return [
        Fact(
            scheme, localised(schemes.get(scheme, {}), "name", lang) or scheme,
            _label(schemes.get(scheme, {}), found[scheme], lang), found[scheme]["period"], found[scheme]["file"],
        )
        for scheme in _SCHEMES
        if scheme in found
    ]  # fmt: skip


def _label(entry: dict[str, Any], row: dict[str, Any], lang: str) -> str:
    return str(entry.get(f"labels_{lang}", {}).get(row["code"]) or row["label"] or row["code"])


def centre_access(atlas: AtlasRelease, keys: Sequence[str], lang: str) -> list[CentreAccess]:
    """For each level of centres the member that has it farthest to the nearest one, and which one that is.

    For a single municipality that is its own way. Empty where the release does not classify centres.
    """
    centres = atlas.remember("centres", lambda: _centres(atlas))
    entry = atlas.manifest.get("classes", {}).get(_LEVELS, {})
    found = []
    for code in _CENTRES:
        # a high-order centre also is the middle-order centre of its surroundings
        there = [key for key, level in centres.items() if level <= code]
        ways = [way for key in keys if (way := _nearest(atlas, key, there)) is not None]
        if ways:
            km, origin, centre = max(ways)
            level = str(entry.get(f"labels_{lang}", {}).get(code) or code)
            found.append(CentreAccess(code, level, origin, centre, km))
    return found


def _centres(atlas: AtlasRelease) -> dict[str, str]:
    if not atlas.has("classes"):
        return {}
    rows = atlas.table("classes").filter((pl.col("scheme") == _LEVELS) & pl.col("code").is_in(_CENTRES)).sort("period")
    known = rows.select("area", "code").collect().unique(subset="area", keep="last", maintain_order=True)
    return {key: code for key, code in known.iter_rows() if key in atlas.areas and atlas.areas[key].level ==
            Level.MUNICIPALITY}  # fmt: skip


def _nearest(atlas: AtlasRelease, key: str, centres: Sequence[str]) -> tuple[float, str, str] | None:
    start = atlas.centre(key)
    ways = [(km, key, centre) for centre in centres if (km := kilometres(start, atlas.centre(centre))) is not None]
    return min(ways, default=None)
