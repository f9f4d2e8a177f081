"""Answers of the queries as the plain values that the API declares."""

from __future__ import annotations

from typing import Any

from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.queries.profile import Profile
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.values import RegionValues

__all__ = ["flows_answer", "profile_answer", "values_answer"]


def values_answer(atlas: AtlasRelease, view: RegionValues, lang: str) -> dict[str, Any]:
    """A choropleth in columns, as maps and charts read it."""
    frame = view.frame
    return {
        "release": atlas.id,
        "indicator": view.indicator,
        "level": view.level,
        "period": view.period,
        "periods": view.periods,
        "areas": frame["area"].to_list(),
        "names": frame["name"].to_list(),
        "values": frame["value"].to_list(),
        "lower": frame["lower"].to_list(),
        "upper": frame["upper"].to_list(),
        "status": frame["status"].to_list(),
        "inhabited": frame["inhabited"].to_list(),
        "caveats": atlas.caveats(frame, lang),
        "comparison": view.comparison,
        "breaks": view.breaks,
        "attribution": atlas.attribution(view.files, lang),
    }


def flows_answer(atlas: AtlasRelease, view: AreaFlows, lang: str) -> dict[str, Any]:
    """Flows of one area."""
    share_lower, share_upper = view.crossing_share_bounds
    x, y = atlas.centre(view.area)
    return {
        "release": atlas.id,
        "area": view.area,
        "name": atlas.name(view.area, lang),
        "x": x,
        "y": y,
        "direction": view.direction,
        "level": view.level,
        "period": view.period,
        "periods": view.periods,
        "border": view.border,
        "estimated": view.estimated,
        "accuracy": atlas.accuracy(lang) if view.estimated else None,
        "total": {**view.total.as_dict(), "listed": view.listed},
        "crossing": {
            **view.crossing.as_dict(),
            "listed": view.listed_crossing,
            "share": view.crossing_share,
            "share_listed": view.listed_crossing_share,
            "share_lower": share_lower,
            "share_upper": share_upper,
        },
        "shown": view.shown.as_dict(),
        "internal": view.internal.as_dict() if view.internal else None,
        "abroad": view.abroad.as_dict() if view.abroad else None,
        "unlisted": {"lower": view.unlisted.lower, "upper": view.unlisted.upper} if view.unlisted else None,
        "rows": view.frame.to_dicts(),
        "caveats": atlas.caveats(view.caveats, lang),
        "attribution": atlas.attribution(view.files, lang),
    }


def profile_answer(atlas: AtlasRelease, profile: Profile, lang: str) -> dict[str, Any]:
    """Profile of one area."""
    area = profile.area
    return {
        "release": atlas.id,
        "area": area.key,
        "name": area.name,
        "level": area.level,
        "kind": area.kind,
        "inhabited": area.inhabited,
        "region": profile.region.slug if profile.region.key in profile.parents else None,
        "parents": [{"key": key, "name": atlas.name(key, lang)} for key in profile.parents],
        "indicators": [{name: row[name] for name in row if name != "place"} for row in profile.indicators],
        "partners": {direction: flows_answer(atlas, view, lang) for direction, view in profile.flows.items()},
        "attribution": atlas.attribution(profile.files, lang),
    }
