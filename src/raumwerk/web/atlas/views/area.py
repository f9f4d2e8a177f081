"""Profile page of a municipality or district."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext

from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.queries.profile import area_profile
from raumwerk.web.atlas.queries.topics import topic_name, topic_order
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs

__all__ = ["area_page"]

_TOP = 10
_WIDTH, _HEIGHT, _MARGIN = 96.0, 24.0, 3.0  # of a sparkline, in its own units


@atlas_page
def area_page(page: Page, key: str) -> HttpResponse:
    """``/<region>/atlas/gebiet/<key>/``: everything the release knows of one area."""
    if not page.has_areas:
        return page.missing()
    profile = area_profile(page.atlas, key, lang=page.lang, region=page.region)
    indicators = [{**row, "spark": sparkline(row["series"])} for row in profile.indicators]
    parents = [{"key": parent, "name": _short_name(page, parent)} for parent in profile.parents]
    for row in indicators:
        compared = {each["area"]: each for each in row["comparison"]}
        row["compared"] = [compared.get(parent["key"]) for parent in parents]
    topics = [
        {"key": topic, "name": topic_name(topic), "rows": list(rows)}
        for topic, rows in groupby(sorted(indicators, key=_reading_order), key=lambda row: row["topic"])
    ]
    context = {
        "crumbs": crumbs(page, (gettext("Atlas"), page.url("map")), (profile.area.name, "")),
        "area": profile.area,
        "parents": parents,
        "district": profile.area.level == "municipality" and profile.parents[0] == profile.area.district,
        "topics": topics,
        "accuracy": page.atlas.accuracy(page.lang) if any(view.estimated for view in profile.flows.values()) else None,
        "flows": [_flow_part(page, view) for view in profile.flows.values()],
        "attribution": page.atlas.attribution(profile.files, page.lang),
    }
    return page.render("atlas/area.html", context)


def _short_name(page: Page, key: str) -> str:
    return page.region.short(page.lang) if key == page.region.key else page.atlas.name(key, page.lang)


def _reading_order(row: dict[str, Any]) -> tuple[Any, ...]:
    return (*topic_order(row["topic"]), alphabetical(row["name"]))


def _flow_part(page: Page, view: AreaFlows) -> dict[str, Any]:
    rows = view.frame.head(_TOP).to_dicts()
    for row in rows:
        row["state_name"] = page.atlas.name(row["state"], page.lang) if row["state"] else ""
    return {"view": view, "rows": rows, "more": view.frame.height - len(rows)}


def sparkline(series: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Points of a small line: one ``points`` text for each unbroken run of values, and the last point.

    None when fewer than two periods have a value. A gap stays a gap: no line is drawn across masked years.
    """
    known = [(number, float(each["value"])) for number, each in enumerate(series) if each["value"] is not None]
    if len(known) < 2:
        return None
    low, high = min(value for _, value in known), max(value for _, value in known)
    across, up = (_WIDTH - 2 * _MARGIN) / (len(series) - 1), _HEIGHT - 2 * _MARGIN
    heights = {number: 0.5 if high == low else (value - low) / (high - low) for number, value in known}
    placed = {
        number: (round(_MARGIN + number * across, 1), round(_HEIGHT - _MARGIN - height * up, 1))
        for number, height in heights.items()
    }
    lines: list[list[str]] = [[]]
    for number in range(len(series)):
        if number in placed:
            lines[-1].append("{},{}".format(*placed[number]))
        elif lines[-1]:
            lines.append([])
    last = placed[known[-1][0]]
    return {
        "lines": [" ".join(line) for line in lines if len(line) > 1],
        "x": last[0],
        "y": last[1],
        "box": f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        "first": series[known[0][0]],
        "last": series[known[-1][0]],
    }
