"""The Atlas page: controls, text, table and downloads of one view; the script adds the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext

from raumwerk import __version__
from raumwerk.errors import InputError
from raumwerk.web.atlas.forms import DRAWN_AS, LEVELS, METHOD_NAMES, SCOPES, MapForm
from raumwerk.web.atlas.queries import catalogue
from raumwerk.web.atlas.queries.breaks import METHODS, OWN
from raumwerk.web.atlas.queries.release import Region
from raumwerk.web.atlas.queries.values import RegionValues, region_values
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.charts import histogram, scatter
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs
from raumwerk.web.kit.problems import worded
from raumwerk.web.kit.templatetags.kit import number

__all__ = ["FORMS", "atlas_map", "cite"]

#: Rows of the table on the page, and dots of a scatter plot; the files hold all.
MOST_ROWS, MOST_DOTS = 500, 1000
FORMS = ("csv", "xlsx", "geojson", "gpkg", "parquet")


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
        "drawn_as": DRAWN_AS.items(),
        "scopes": SCOPES.items(),
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


def _downloads(page: Page, asked: dict[str, Any]) -> list[tuple[str, str]]:
    return [(form, _api(page, "api-values-file", asked, form=form)) for form in FORMS]


def _pictures(
    page: Page, asked: dict[str, Any], cut: dict[str, Any], state: dict[str, Any], second: RegionValues | None
) -> dict[str, Any]:
    """Files of the drawings: as on the screen, own classes and circles too."""
    shown = {**asked, **cut, "method": state["method"], "draw": state["draw"]}
    found = {"histogram": page.pictures("histogram", shown)}
    if second is not None:
        drawn = "symbols" if second.indicator["absolute"] and state["draw"] == "symbols" else "areas"
        pair = {**shown, "compare": state["compare"], "compare_period": second.period, "compare_draw": drawn}
        found["scatter"] = page.pictures("scatter", {**pair, "area": state["area"]})
        found["two_maps"] = page.pictures("two-maps", pair)
    return {**found, "map": page.pictures("map", shown)}


def _values(page: Page, state: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """View of an indicator; a level or period without values falls back and is told."""
    chosen = {"indicator": state["indicator"], "classes": state["classes"], "lang": page.lang,
              "own": state["breaks"], "steady": bool(state["steady"])}  # fmt: skip
    country = state["scope"] == "germany"
    where = page.atlas.country if country else page.region
    sparse = catalogue.sparse_levels(page.atlas, where, state["indicator"])
    thin = sparse.get(state["level"])
    if thin:
        state["level"] = None
    try:
        view = region_values(page.atlas, where, level=state["level"], period=state["period"], **chosen)
        notice = _too_few(thin, view) if thin else ""
    except InputError as error:
        view = _nearest_values(page, where, state, chosen)
        notice = worded(error.problems[0]).what + ". " + gettext("The view shows what there is instead.")
    asked = {"indicator": state["indicator"], "level": view.level, "period": view.period,
             "scope": "germany" if country else ""}  # fmt: skip
    state.update(level=view.level, period=view.period)
    if state["method"] == OWN:
        view, told = _own_breaks(view, state)
        notice = " ".join(text for text in (notice, told) if text)
    if country:  # so many circles would cover each other
        state["draw"] = "areas"
    state["draw"] = state["draw"] or ("symbols" if view.indicator["absolute"] else "areas")
    second, told = _second(page, state, view)
    rows = _value_rows(page, view, state["sort"] or "-value", second)
    cut = {"classes": state["classes"], "breaks": ";".join(f"{each:.12g}" for each in state["breaks"]),
           "steady": "true" if state["steady"] else ""}  # fmt: skip
    held = catalogue.held_in(page.atlas, where).get(state["indicator"], {})
    shapes = {
        "shapes_url": "" if country else _api(page, "api-shapes", {"level": view.level}),
        "nation_url": _nation(page, view.level) if country else "",
    }
    return {
        "values": view,
        "country": country,
        "rows": rows[:MOST_ROWS],
        "more": max(0, len(rows) - MOST_ROWS),
        **shapes,
        "chosen": next((row for row in rows if row["area"] == state["area"]), None),
        "periods": sorted(held.get(view.level, {})) or view.periods,
        "levels": [pair for pair in LEVELS if pair[0] in held and pair[0] not in sparse],
        "values_url": _api(page, "api-values", {**asked, **cut}),
        "attribution": page.credits(view.files),
        **(_compared(page, state, view, second) if second else {}),
        "breaks_text": "; ".join(f"{each:.12g}" for each in state["breaks"]),
        "histogram": histogram(view, state["method"], joined=not country),
        "downloads": _downloads(page, asked),
        "pictures": _pictures(page, asked, cut, state, second),
        "ranked": view.ranked().select("area", "name", "value", "rank").to_dicts(),
        "missing": view.frame.filter(pl.col("inhabited") & pl.col("value").is_null()).height,
        "caveats": page.atlas.caveats(view.frame, page.lang),
        "sort": state["sort"] or "-value",
        "several_districts": view.level == "municipality",
    }, " ".join(part for part in (notice, told) if part)


def _nation(page: Page, level: str) -> str:
    query = urlencode({"level": level, "lang": page.lang, "release": page.atlas.id})
    return f"{reverse('api-nation-shapes')}?{query}"


def _second(page: Page, state: dict[str, Any], first: RegionValues) -> tuple[RegionValues | None, str]:
    """The view to compare with: another indicator, or the same one at another time, at the level of the first."""
    if not state["compare"]:
        return None, ""
    asked = {"indicator": state["compare"], "level": first.level, "classes": state["classes"], "lang": page.lang}
    thin = catalogue.sparse_levels(page.atlas, first.region, state["compare"]).get(first.level)
    if thin:
        told = gettext("Only %(known)s of %(all)s areas have a value of the second indicator at this level.")
        told %= {"known": thin[0], "all": thin[1]}
        return None, f"{told} {gettext('There is no second map; choose another level to see one.')}"
    told = ""
    for period in dict.fromkeys((state["compare_period"], None)):
        try:
            view = region_values(page.atlas, first.region, period=period, **asked)
        except InputError as error:
            told = worded(error.problems[0]).what + ". "
        else:
            state["compare_period"] = view.period
            return view, told + (gettext("The view shows what there is instead.") if told else "")
    return None, told + gettext("There is no second map; choose another level to see one.")


def _too_few(known: tuple[int, int], view: RegionValues) -> str:
    """What to say of a level that would leave the map all but blank."""
    told = gettext("Only %(known)s of %(all)s areas have a value at the level asked for; the map shows: %(level)s.")
    return told % {"known": known[0], "all": known[1], "level": dict(LEVELS)[view.level]}


def _own_breaks(view: RegionValues, state: dict[str, Any]) -> tuple[RegionValues, str]:
    """Breaks of the reader's own, or where none are written yet those of the map so far, to start from."""
    known = view.frame["value"].drop_nulls()
    decimals = view.indicator["decimals"]
    if not state["breaks"]:
        state["breaks"] = sorted({round(each, decimals) for each in view.breaks[METHODS[0]]})
        if not state["breaks"]:
            state["method"] = METHODS[0]
            return view, ""
        return replace(view, breaks={**view.breaks, OWN: list(state["breaks"])}), ""
    low, high = min(known, default=0.0), max(known, default=0.0)
    if low == high or any(low < each <= high for each in state["breaks"]):
        return view, ""
    told = gettext("None of your breaks lies within the values, which go from %(low)s to %(high)s.")
    return view, told % {"low": number(low, decimals), "high": number(high, decimals)}


def _compared(page: Page, state: dict[str, Any], first: RegionValues, second: RegionValues) -> dict[str, Any]:
    """What the page shows of the second indicator: map, scatter, sources."""
    held = catalogue.held_in(page.atlas, first.region).get(state["compare"], {})
    asked = {"indicator": state["compare"], "level": second.level, "period": second.period,
             "scope": "germany" if state["scope"] == "germany" else ""}  # fmt: skip
    both = [*first.files, *second.files]
    return {
        "second": second,
        "second_periods": sorted(held.get(second.level, {})) or second.periods,
        "second_url": _api(page, "api-values", {**asked, "classes": state["classes"]}),
        "second_method": METHODS[0] if state["method"] == OWN else state["method"],
        "second_symbols": second.indicator["absolute"] and state["draw"] == "symbols",
        "scatter": None if len(first.frame) > MOST_DOTS else scatter(first, second, state["area"]),
        "attribution": page.credits(both),
    }


def _nearest_values(page: Page, where: Region, state: dict[str, Any], chosen: dict[str, Any]) -> RegionValues:
    """Same level with its latest period, else whatever the indicator has."""
    try:
        return region_values(page.atlas, where, level=state["level"], **chosen)
    except InputError:
        return region_values(page.atlas, where, **chosen)


def _value_rows(page: Page, view: RegionValues, sort: str, second: RegionValues | None = None) -> list[dict[str, Any]]:
    others = {row["area"]: row for row in second.frame.iter_rows(named=True)} if second else {}
    ranks = dict(view.ranked().select("area", "rank").iter_rows())
    rows = [
        {
            **row,
            "rank": ranks.get(row["area"]),
            "district_name": page.atlas.name(row["district"], page.lang),
            "other": others.get(row["area"]),
        }
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
