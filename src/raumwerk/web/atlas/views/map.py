"""The Atlas page: controls, text, table and downloads of one view; the script adds the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError
from raumwerk.web.atlas.forms import BORDER_NAMES, DIRECTION_NAMES, LEVELS, METHOD_NAMES, MODES, MapForm
from raumwerk.web.atlas.queries import catalogue
from raumwerk.web.atlas.queries.flows import AreaFlows, area_flows
from raumwerk.web.atlas.queries.values import RegionValues, region_values
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs

__all__ = ["atlas_map"]

FORMS = ("csv", "xlsx", "geojson", "gpkg")


@atlas_page
def atlas_map(page: Page) -> HttpResponse:
    """``/<region>/atlas/``: one view of the Atlas, as its address says."""
    if not page.has_areas:
        return page.missing()
    form = MapForm(page.request.GET, atlas=page.atlas, region=page.region, lang=page.lang)
    state, problems = form.state, list(form.problems)
    if state["mode"] == "flows":
        context, notice = _flows(page, state)
    elif form.default:
        context, notice = _values(page, state)
    else:
        context, notice = {"empty": True}, gettext("This release holds no indicators.")
    context |= {
        "crumbs": crumbs(page, (gettext("Atlas"), "")),
        "form": form,
        "state": state,
        "problems": problems,
        "notice": notice,
        "modes": MODES,
        "level_names": LEVELS,
        "topics": catalogue.topics(page.atlas, page.lang, region=page.region),
        "methods": METHOD_NAMES.items(),
        "directions": DIRECTION_NAMES.items(),
        "borders": BORDER_NAMES.items(),
        "class_numbers": range(2, 10),
        "area_groups": _inhabited(page, form.areas()[1:], state["area"]),
        "permalink": _permalink(page),
    }
    return page.render("atlas/map.html", context, status=400 if problems else 200)


def _inhabited(page: Page, groups: list[Any], chosen: str | None) -> list[Any]:
    """Areas that can have commuters; nobody lives in a forest of the same name as the town beside it."""
    areas = page.atlas.areas
    kept = [
        (group, [pair for pair in pairs if pair[0] not in areas or areas[pair[0]].inhabited or pair[0] == chosen])
        for group, pairs in groups
    ]
    return [(group, pairs) for group, pairs in kept if pairs]


def _permalink(page: Page) -> str:
    given = {key: value for key, value in page.request.GET.items() if key != "release"}
    query = urlencode({**given, "release": page.atlas.id})
    return page.request.build_absolute_uri(f"{page.request.path}?{query}")


def _api(page: Page, name: str, asked: Mapping[str, Any], **kwargs: Any) -> str:
    """Address of the API for this view; always of this release, so that browsers may keep the answer."""
    given = {key: value for key, value in asked.items() if value not in (None, "")}
    query = urlencode({**given, "lang": page.lang, "release": page.atlas.id})
    return f"{reverse(name, kwargs={'slug': page.region.slug, **kwargs})}?{query}"


def _values(page: Page, state: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """View of an indicator; a level or period without values falls back and is told."""
    chosen = {"indicator": state["indicator"], "classes": state["classes"], "lang": page.lang}
    try:
        view = region_values(page.atlas, page.region, level=state["level"], period=state["period"], **chosen)
        notice = ""
    except InputError as error:
        view = _nearest_values(page, state, chosen)
        notice = error.problems[0].what + ". " + gettext("The view shows what there is instead.")
    asked = {"indicator": state["indicator"], "level": view.level, "period": view.period}
    state.update(level=view.level, period=view.period)
    rows = _value_rows(page, view, state["sort"] or "-value")
    held = catalogue.held_in(page.atlas, page.region).get(state["indicator"], {})
    return {
        "values": view,
        "rows": rows,
        "chosen": next((row for row in rows if row["area"] == state["area"]), None),
        "periods": sorted(held.get(view.level, {})) or view.periods,
        "levels": [pair for pair in LEVELS if pair[0] in held],
        "shapes_url": _api(page, "api-shapes", {"level": view.level}),
        "values_url": _api(page, "api-values", {**asked, "classes": state["classes"]}),
        "downloads": [(form, _api(page, "api-values-file", asked, form=form)) for form in FORMS],
        "ranked": view.ranked().select("area", "name", "value", "rank").to_dicts(),
        "missing": view.frame.filter(pl.col("inhabited") & pl.col("value").is_null()).height,
        "caveats": page.atlas.caveats(view.frame, page.lang),
        "attribution": page.atlas.attribution(view.files, page.lang),
        "sort": state["sort"] or "-value",
        "several_districts": view.level == "municipality",
    }, notice


def _nearest_values(page: Page, state: dict[str, Any], chosen: dict[str, Any]) -> RegionValues:
    """Same level with its latest period, else whatever the indicator has."""
    try:
        return region_values(page.atlas, page.region, level=state["level"], **chosen)
    except InputError:
        return region_values(page.atlas, page.region, **chosen)


def _value_rows(page: Page, view: RegionValues, sort: str) -> list[dict[str, Any]]:
    ranks = dict(view.ranked().select("area", "rank").iter_rows())
    rows = [
        {**row, "rank": ranks.get(row["area"]), "district_name": page.atlas.name(row["district"], page.lang)}
        for row in view.frame.iter_rows(named=True)
    ]
    keys = {
        "value": _by_value,
        "name": lambda row: alphabetical(row["name"]),
        "district": lambda row: (alphabetical(row["district_name"]), alphabetical(row["name"])),
    }
    return _sorted(rows, sort, keys)


def _by_value(row: Mapping[str, Any]) -> float:
    return float(row["value"])


def _sorted(rows: list[dict[str, Any]], sort: str, keys: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows in the wanted order; those without a value come last, whichever way."""
    name = sort.removeprefix("-")
    key = keys.get(name, keys["value"])
    field = name if name in ("km", "state") else "value"
    by_number = key is _by_value or name == "km"
    known = [row for row in rows if not by_number or row[field] is not None]
    unknown = [row for row in rows if by_number and row[field] is None]
    return sorted(known, key=key, reverse=sort.startswith("-")) + unknown


def _flows(page: Page, state: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """View of the commuters of an area; what the release does not hold is told."""
    notice = ""
    asked = {key: state[key] for key in ("area", "direction", "border")}
    try:
        view = area_flows(
            page.atlas, page.region, level=state["level"], period=state["period"], lang=page.lang, **asked
        )
    except MissingError as error:
        return {"empty": True, "periods": [], "levels": LEVELS}, str(error)
    except InputError:
        # level and period are left over from another view of the same page
        view = area_flows(page.atlas, page.region, lang=page.lang, **asked)
        if state["period"] and state["period"] != view.period:
            notice = gettext("There are no flows for this period; the latest one is shown.")
    state.update(area=view.area, level=view.level, period=view.period)
    asked = {**asked, "area": view.area, "level": view.level, "period": view.period}
    shape_level = "municipality" if view.estimated or len(view.area) == 8 else "district"
    levels = LEVELS if len(view.area) == 8 else [pair for pair in LEVELS if pair[0] == "district"]
    return {
        "flows": view,
        "rows": _flow_rows(page, view, state["sort"] or "-value"),
        "area_name": page.atlas.name(view.area, page.lang),
        "of_region": view.area == page.region.key,
        "periods": view.periods,
        "levels": levels,
        "shapes_url": _api(page, "api-shapes", {"level": shape_level}),
        "flows_url": _api(page, "api-flows", asked),
        "downloads": [(form, _api(page, "api-flows-file", asked, form=form)) for form in FORMS],
        "accuracy": page.atlas.accuracy(page.lang) if view.estimated else None,
        "caveats": page.atlas.caveats(view.caveats, page.lang),
        "attribution": page.atlas.attribution(view.files, page.lang),
        "sort": state["sort"] or "-value",
        "top": view.frame.drop_nulls("value").head(3).to_dicts(),
    }, notice


def _flow_rows(page: Page, view: AreaFlows, sort: str) -> list[dict[str, Any]]:
    # an estimate is not made a rate of
    whole = None if view.estimated else view.total.value or view.listed
    rows = [
        {
            **row,
            "state_name": page.atlas.name(row["state"], page.lang) if row["state"] else "",
            "share": 100 * row["value"] / whole if whole and row["value"] is not None else None,
        }
        for row in view.frame.iter_rows(named=True)
    ]
    keys = {
        "value": _by_value,
        "name": lambda row: alphabetical(row["name"]),
        "state": lambda row: (row["state_name"], alphabetical(row["name"])),
        "km": lambda row: row["km"],
    }
    return _sorted(rows, sort, keys)
