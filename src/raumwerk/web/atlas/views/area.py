"""Profile page of a municipality or district, of an own selection, and both as document of two pages."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.web.atlas.queries.commuting import Question, commuting
from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.queries.planning.analysis import heavy_turn
from raumwerk.web.atlas.queries.profile import MOST_COMPARED, area_profile, selection_indicators
from raumwerk.web.atlas.queries.selection import Selection, inside, left_out, selection_of
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs
from raumwerk.web.atlas.views.profile import Subject, asked_comparison, comparison_choices, safe_svg, topics_of
from raumwerk.web.atlas.views.profile_pdf import profile_pdf
from raumwerk.web.kit.problems import worded

__all__ = ["area_page", "area_pdf", "area_subject", "profile_context", "selection_page", "selection_pdf"]

_TOP = 10
#: Selections of more municipalities than this are added up one at a time.
_MANY = 25
_FLOW_WORDS = ("out", "in")


@atlas_page
def area_page(page: Page, key: str) -> HttpResponse:
    """``/<region>/atlas/gebiet/<key>/``: everything the release knows of one area."""
    if not page.has_areas:
        return page.missing()
    return _profile(page, area_subject(page, key), page.url("area_pdf", key=key))


@atlas_page
def area_pdf(page: Page, key: str) -> HttpResponse:
    """``/<region>/atlas/gebiet/<key>/profil.pdf``."""
    return _document(page, area_subject(page, key), key)


@atlas_page
def selection_page(page: Page) -> HttpResponse:
    """``/<region>/atlas/auswahl/``: choose municipalities; with ``?gebiete=…`` their profile."""
    if not page.has_areas:
        return page.missing()
    asked = _asked(page)
    if not asked and "umriss" not in page.request.GET:
        return _choose(page, [])
    try:
        subject = _selected(page)
    except InputError as error:
        return _choose(
            page, asked, [f"{each.what}. {each.advice}".strip(" .") + "." for each in map(worded, error.problems)]
        )
    query = urlencode({"gebiete": ",".join(_shortened(subject))})
    address = page.url("selection_pdf")
    return _profile(page, subject, f"{address}{'&' if '?' in address else '?'}{query}")


@atlas_page
def selection_pdf(page: Page) -> HttpResponse:
    """``/<region>/atlas/auswahl/profil.pdf?gebiete=…``."""
    return _document(page, _selected(page), gettext("selection"))


def _asked(page: Page) -> list[str]:
    """Keys of the address, with commas or one by one."""
    return [key for value in page.request.GET.getlist("gebiete") for key in value.split(",") if key.strip()]


def area_subject(page: Page, key: str) -> Subject:
    """One area, its comparison as the address asks."""
    profile = area_profile(page.atlas, key, lang=page.lang, region=page.region, against=asked_comparison(page))
    area = profile.area
    districts = (str(area.district),) if area.district in page.atlas.areas else ()
    return Subject(
        area.name, (key,), districts, profile.indicators, profile.parents, profile.flows, profile.files, area
    )


def _selected(page: Page) -> Subject:
    atlas, region = page.atlas, page.region
    asked = _asked(page)
    if "umriss" in page.request.GET:
        asked += inside(atlas, region, _corners(page.request.GET["umriss"]))
    selection = selection_of(atlas, region, asked)
    # Adding up many municipalities takes seconds, and everybody can ask for ever new selections of them.
    with heavy_turn() if len(selection.keys) > _MANY else nullcontext():
        return _figures_of(page, selection)


def _figures_of(page: Page, selection: Selection) -> Subject:
    atlas, region, lang = page.atlas, page.region, page.lang
    against = asked_comparison(page) or [region.key, *region.states[:2], "DG"]
    indicators, files = selection_indicators(atlas, selection, lang=lang, against=against)
    flows = _selection_flows(page, selection)
    files = sorted({*files, *(file for view in flows.values() for file in view.files)})
    rest = left_out(atlas, selection, {row["indicator"] for row in indicators}, lang)
    return Subject(selection.label(atlas, lang), selection.keys, selection.touched, indicators, against, flows, files,
                   None, selection, rest)  # fmt: skip


def _corners(text: str) -> list[tuple[float, float]]:
    """Read ``9.1,51.8;9.3,51.9;…``."""
    try:
        pairs = [part.split(",") for part in text.split(";") if part]
        return [(float(x), float(y)) for x, y in pairs]
    except ValueError:
        what = gettext("The outline is not written as longitude,latitude;longitude,latitude;…")
        raise InputError(Problem(what, column="umriss")) from None


def _selection_flows(page: Page, selection: Selection) -> dict[str, AreaFlows]:
    """Commuters over the edge of the selection; none where the release holds none."""
    areas = selection.districts if selection.whole else selection.keys
    try:
        found = commuting(page.atlas, page.region, Question(areas=areas), lang=page.lang)
    except (MissingError, InputError):  # a release without flows at this level is no error of the reader
        return {}
    return {"out": found.out, "in": found.into}


def _shortened(subject: Subject) -> list[str]:
    """Keys for an address: whole districts by theirs."""
    if subject.selection is None:
        return list(subject.keys)
    whole = subject.selection.districts
    return [*whole, *(key for key in subject.keys if key[:5] not in whole)]


def _choose(page: Page, asked: list[str], problems: list[str] | None = None) -> HttpResponse:
    """Map and list of all municipalities by district, to be ticked."""
    atlas, lang = page.atlas, page.lang
    groups = []
    for district in sorted(
        {key[:5] for key in page.region.municipalities}, key=lambda k: alphabetical(atlas.name(k, lang))
    ):
        keys = [key for key in page.region.municipalities if key[:5] == district]
        members = sorted(((key, atlas.name(key, lang)) for key in keys), key=lambda pair: alphabetical(pair[1]))
        ticked = {key for key in keys if key in asked or district in asked}
        groups.append({"key": district, "name": atlas.name(district, lang), "members": members, "ticked": ticked,
                       "whole": district in asked})  # fmt: skip
    query = urlencode({"level": "municipality", "lang": lang, "release": atlas.id})
    context = {
        "crumbs": crumbs(page, (gettext("Atlas"), page.url("map")), (gettext("Own selection"), "")),
        "groups": groups,
        "shapes_url": f"{reverse('api-shapes', kwargs={'slug': page.region.slug})}?{query}",
        "problems": problems or [],
    }
    return page.render("atlas/selection.html", context, status=400 if problems else 200)


def _profile(page: Page, subject: Subject, pdf: str) -> HttpResponse:
    return page.render("atlas/area.html", profile_context(page, subject, pdf))


def profile_context(page: Page, subject: Subject, pdf: str) -> dict[str, Any]:
    """Everything that the template of a profile shows; ``pdf`` is the address of the document."""
    charts = subject.charts(page)
    drawn = subject.locator(page)
    name = subject.name
    places = {"area": ",".join(_shortened(subject))}
    topics = topics_of(subject)
    for row in (row for topic in topics for row in topic["rows"]):
        row["picture"] = page.pictures("trend", {**places, "indicator": row["indicator"]}) if row["spark"] else None
    return {
        "crumbs": crumbs(page, (gettext("Atlas"), page.url("map")), (name, "")),
        "subject": subject,
        "area": subject.area,
        "selection": subject.selection,
        "member_names": [(key, page.atlas.name(key, page.lang)) for key in subject.keys],
        "parents": [{"key": key, "name": _short_name(page, key)} for key in subject.compared],
        "district": bool(subject.area and subject.area.level == "municipality" and _is_parent(subject)),
        "topics": topics,
        "pictures": {"locator": page.pictures("locator", places)},
        "charts": [
            {"chart": chart, "svg": safe_svg(chart.drawing, chart.title), "picture": page.pictures(chart.key, places)}
            for chart in charts
        ],
        "facts": subject.facts(page),
        "functional": subject.functional_regions(page),
        "centres": [_way(page, way) for way in subject.centres(page)],
        "locator": safe_svg(drawn, gettext("Where %(name)s lies in the region") % {"name": name}) if drawn else "",
        "accuracy": page.atlas.accuracy(page.lang) if any(v.estimated for v in subject.flows.values()) else None,
        "flows": [_flow_part(page, view, places) for view in subject.flows.values()],
        "attribution": subject.sources(page, charts),
        "choices": comparison_choices(page),
        "most_compared": MOST_COMPARED,
        "pdf": _with_comparison(page, pdf),
        "downloads": page.figure_files(_shortened(subject), together=True)
        if subject.selection
        else page.figure_files([*subject.keys, *subject.compared][:MOST_COMPARED]),
        "hidden_keys": ",".join(_shortened(subject)) if subject.selection else "",
        "compare_keys": ",".join(_shortened(subject)[:5]),
    }


def _is_parent(subject: Subject) -> bool:
    return bool(subject.compared) and subject.area is not None and subject.compared[0] == subject.area.district


def _with_comparison(page: Page, address: str) -> str:
    asked = page.request.GET.getlist("mit")
    if not asked:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'mit': ','.join(asked)})}"


def _way(page: Page, way: Any) -> dict[str, Any]:
    return {
        "way": way,
        "origin": page.atlas.name(way.origin, page.lang),
        "centre": page.atlas.name(way.centre, page.lang),
    }


def _document(page: Page, subject: Subject, stem: str) -> HttpResponse:
    body = profile_pdf(page, subject)
    response = HttpResponse(body, content_type="application/pdf")
    name = f"raumwerk-{page.region.slug}-{stem}-{page.atlas.id}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _short_name(page: Page, key: str) -> str:
    return page.region.short(page.lang) if key == page.region.key else page.atlas.name(key, page.lang)


def _flow_part(page: Page, view: AreaFlows, places: dict[str, str]) -> dict[str, Any]:
    rows = view.frame.head(_TOP).to_dicts()
    for row in rows:
        row["state_name"] = page.atlas.name(row["state"], page.lang) if row["state"] else ""
    asked = {"direction": view.direction, "period": view.period}
    several = "," in places["area"]
    key, area = ("commuting", places["area"]) if several else ("flows", view.area)
    return {
        "picture": page.pictures(key, {**asked, "area": area}),
        "view": view,
        "rows": rows,
        "more": view.frame.height - len(rows),
    }
