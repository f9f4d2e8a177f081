"""What the release offers: indicators with topics, levels and periods; sources; regions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.web.atlas.queries.release import AtlasRelease, Region, localised
from raumwerk.web.atlas.queries.topics import topic_order

__all__ = ["default_indicator", "describe_indicator", "describe_region", "indicator_entry", "topics"]

MAP_LEVELS = ("municipality", "district")
#: What a map shows first, where the region's entry (``opens_with``) names nothing that the release has.
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
        "periods": periods,
    }


def topics(atlas: AtlasRelease, lang: str, *, level: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """Indicators by topic in the order of reading, by name within; only those with values at ``level`` if given."""
    described = [describe_indicator(atlas, key, lang) for key in atlas.indicators]
    grouped: dict[str, list[dict[str, Any]]] = {}
    for each in sorted(described, key=lambda each: (topic_order(each["topic"]), each["name"])):
        if level is None or level in each["periods"]:
            grouped.setdefault(each["topic"], []).append(each)
    return grouped


def default_indicator(atlas: AtlasRelease, region: Region) -> tuple[str, str] | None:
    """Indicator and level a map opens with; None when no indicator has values at a map level."""
    wanted = [region.entry.get("opens_with"), *OPENING]
    ordered = [key for key in wanted if key in atlas.indicators] + list(atlas.indicators)
    for key in ordered:
        for level in MAP_LEVELS:
            if atlas.periods(key, level):
                return str(key), level
    return None


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
