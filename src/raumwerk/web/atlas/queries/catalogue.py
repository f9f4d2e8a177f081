"""What the release offers: indicators with topics, levels and periods; sources; regions."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.web.atlas.queries.release import AtlasRelease, Region, localised
from raumwerk.web.atlas.queries.topics import topic_order
from raumwerk.web.atlas.queries.words import alphabetical

__all__ = [
    "default_indicator",
    "default_level",
    "describe_indicator",
    "describe_region",
    "held_in",
    "indicator_entry",
    "sparse_levels",
    "topics",
]

MAP_LEVELS = ("municipality", "district")
#: What a map shows first, where the region's entry (``opens_with``) names nothing that the release has.
_SPARSE = 0.1  # share of the members with a value below which a map would look blank
OPENING = ("population_change_5y", "population_density", "population")


def indicator_entry(atlas: AtlasRelease, key: str) -> dict[str, Any]:
    """Catalogue entry of an indicator with values in this release, or MissingError."""
    try:
        return atlas.indicators[key]
    except KeyError:
        message = gettext("Release %(release)s has no values of an indicator “%(indicator)s”.")
        raise MissingError(message % {"release": atlas.id, "indicator": key}) from None


def describe_indicator(atlas: AtlasRelease, key: str, lang: str) -> dict[str, Any]:
    """What a reader must know about an indicator: name, unit, direction, levels and periods with values."""
    described: dict[str, Any] = atlas.remember(("indicator", key, lang), lambda: _described(atlas, key, lang))
    return described


def _described(atlas: AtlasRelease, key: str, lang: str) -> dict[str, Any]:
    entry = indicator_entry(atlas, key)
    rows = atlas.coverage.filter(atlas.coverage["indicator"] == key)
    periods: dict[str, list[str]] = {}
    for level, period in rows.select("level", "period").iter_rows():
        periods.setdefault(level, []).append(period)
    return {
        "key": key,
        "topic": str(entry.get("topic", "")),
        "name": localised(entry, "name", lang),
        "description": localised(entry, "description", lang),
        "caveat": localised(entry, "caveat", lang),
        "unit": localised(entry, "unit", lang),
        "decimals": int(entry.get("decimals", 0)),
        "direction": str(entry.get("direction", "neutral")),
        "diverging_at": entry.get("diverging_at"),
        "absolute": _absolute(atlas, entry),
        "periods": periods,
    }


def _absolute(atlas: AtlasRelease, entry: dict[str, Any]) -> bool:
    """Whether an indicator counts things: large areas have more of them, so a map shows it by symbols."""
    if entry.get("denominator") or entry.get("diverging_at") is not None:
        return False
    measures = atlas.manifest.get("measures", {})
    parts = [str(part) for part in entry.get("numerator", [])]
    return entry.get("unit") == "persons" or (
        bool(parts) and all(measures.get(part, {}).get("aggregate") == "sum" for part in parts)
    )


def topics(atlas: AtlasRelease, lang: str, *, region: Region | None = None) -> dict[str, list[dict[str, Any]]]:
    """Indicators by topic in the order of reading, by name within; with a region those that its members have."""
    held = held_in(atlas, region) if region else atlas.indicators
    described = [describe_indicator(atlas, key, lang) for key in atlas.indicators]
    grouped: dict[str, list[dict[str, Any]]] = {}
    for each in sorted(described, key=lambda each: (topic_order(each["topic"]), alphabetical(each["name"]))):
        if each["key"] in held:
            grouped.setdefault(each["topic"], []).append(each)
    return grouped


def held_in(atlas: AtlasRelease, region: Region) -> dict[str, dict[str, dict[str, int]]]:
    """How many members of the region have a value: indicator → level → period → number; nothing where nobody has."""
    answer: dict[str, dict[str, dict[str, int]]] = atlas.remember(("held", region.slug), lambda: _held(atlas, region))
    return answer


def _held(atlas: AtlasRelease, region: Region) -> dict[str, dict[str, dict[str, int]]]:
    if not atlas.has("indicators"):
        return {}
    members = [*region.municipalities, *region.districts]
    counted = (
        atlas.table("indicators")
        .filter(pl.col("area").is_in(members) & pl.col("level").is_in(MAP_LEVELS) & pl.col("value").is_not_null())
        .group_by("indicator", "level", "period")
        .agg(pl.len())
        .sort("indicator", "level", "period")
        .collect()
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    for indicator, level, period, number in counted.iter_rows():
        found.setdefault(indicator, {}).setdefault(level, {})[period] = number
    return found


def default_level(atlas: AtlasRelease, region: Region, indicator: str) -> str | None:
    """Level to draw an indicator at: municipalities where at least half of them have a value, else districts."""
    held = held_in(atlas, region).get(indicator, {})
    municipal = max(held.get("municipality", {}).values(), default=0)
    if municipal and ("district" not in held or 2 * municipal >= len(region.municipalities)):
        return "municipality"
    return "district" if "district" in held else None


def sparse_levels(atlas: AtlasRelease, region: Region, indicator: str) -> dict[str, tuple[int, int]]:
    """Levels at which hardly anybody has a value while another level has them: level → how many of how many.

    Commuters of municipalities are known for towns alone that are districts themselves: such a map would be blank.
    """
    held = held_in(atlas, region).get(indicator, {})
    known = {level: max(found.values(), default=0) for level, found in held.items()}
    sizes = {level: len(region.members(level)) for level in held}
    thin = {level for level in held if _SPARSE * sizes[level] > known[level]}
    return {level: (known[level], sizes[level]) for level in thin} if thin != set(held) else {}


def default_indicator(atlas: AtlasRelease, region: Region) -> tuple[str, str] | None:
    """Indicator and level a map opens with; None when no indicator has values at a map level."""
    wanted = [region.entry.get("opens_with"), *OPENING]
    ordered = [key for key in wanted if key in atlas.indicators] + list(atlas.indicators)
    held = held_in(atlas, region)
    key = next((str(key) for key in ordered if key in held), None)
    return (key, str(default_level(atlas, region, key))) if key else None


def describe_region(atlas: AtlasRelease, slug: str, lang: str) -> dict[str, Any]:
    """A region with its members and their names."""
    region = atlas.region(slug)
    return {
        "slug": slug,
        "key": region.key,
        "name": region.name(lang),
        "short": region.short(lang),
        "states": [{"key": key, "name": atlas.name(key, lang)} for key in region.states],
        "districts": [{"key": key, "name": atlas.name(key, lang)} for key in region.districts],
        "municipalities": [
            {"key": key, "name": atlas.name(key, lang), "district": key[:5], "inhabited": _inhabited(atlas, key)}
            for key in region.municipalities
        ],
        "core": list(region.core),
    }


def _inhabited(atlas: AtlasRelease, key: str) -> bool:
    area = atlas.areas.get(key)
    return area.inhabited if area else True
