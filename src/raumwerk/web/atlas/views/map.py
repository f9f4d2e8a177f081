"""The Atlas page: controls, text, table and downloads of one view; the script adds the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext

from raumwerk import __version__
from raumwerk.errors import InputError
from raumwerk.web.atlas.forms import LEVELS, METHOD_NAMES, MapForm
from raumwerk.web.atlas.queries import catalogue
from raumwerk.web.atlas.queries.values import RegionValues, region_values
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs

__all__ = ["FORMS", "atlas_map", "cite"]

FORMS = ("csv", "xlsx", "geojson", "gpkg")


@atlas_page
def atlas_map(page: Page) -> HttpResponse:
    """``/<region>/atlas/``: one view of the Atlas, as its address says."""
    if not page.has_areas:
        return page.missing()
    if page.request.GET.get("mode") == "flows":
        return _moved_to_commuting(page)
    form = MapForm(page.request.GET, atlas=page.atlas, region=page.region, lang=page.lang)
    state, problems = form.state, list(form.problems)
    if form.default:
        context, notice = _values(page, state)
    else:
        context, notice = {"empty": True}, gettext("This release holds no indicators.")
    context |= {
        "crumbs": crumbs(page, (gettext("Atlas"), "")),
        "form": form,
        "state": state,
        "problems": problems,
        "notice": notice,
        "topics": catalogue.topics(page.atlas, page.lang, region=page.region),
        "methods": METHOD_NAMES.items(),
        "class_numbers": range(2, 10),
        "cite": cite(page),
    }
    return page.render("atlas/map.html", context, status=400 if problems else 200)


def _moved_to_commuting(page: Page) -> HttpResponse:
    """Links of earlier days named commuters as a mode of the map."""
    given = page.request.GET.copy()
    for name in ("mode", "indicator", "method", "classes", "sort"):
        given.pop(name, None)
    address = reverse("atlas:commuting", kwargs={"region": page.region.slug})
    return HttpResponsePermanentRedirect(f"{address}?{given.urlencode(safe=',:')}")


def cite(page: Page) -> dict[str, str]:
    """Lasting address of the view, and the words to cite it by: title, release, version of the program, address."""
    given = page.request.GET.copy()
    given["release"] = page.atlas.id
    url = page.request.build_absolute_uri(f"{page.request.path}?{given.urlencode(safe=',:/')}")
    told = gettext("Raumwerk, Atlas %(region)s, release %(release)s, program version %(version)s. %(url)s")
    facts = {"region": page.region.short(page.lang), "release": page.atlas.id, "version": __version__, "url": url}
    return {"url": url, "text": told % facts}


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
