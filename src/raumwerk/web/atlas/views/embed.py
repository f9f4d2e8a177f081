"""Views of the Atlas for frames of other websites: drawn by the server, without script, cookie or form.

Only these addresses may be framed by others (``kit.middleware.SecurityHeaders``).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import resolve, reverse
from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.web.atlas.drawings import DRAWINGS, page_of
from raumwerk.web.atlas.exports.figure import Figure
from raumwerk.web.atlas.exports.figures import flows_figure, values_figure
from raumwerk.web.atlas.forms import MapForm
from raumwerk.web.atlas.queries.breaks import METHODS
from raumwerk.web.atlas.queries.flows import BORDERS, DIRECTIONS, area_flows
from raumwerk.web.atlas.queries.values import region_values
from raumwerk.web.atlas.views.frame import Page, atlas_page
from raumwerk.web.atlas.views.profile import safe_svg

__all__ = ["FLOWS", "embed_drawing", "embed_flows", "embed_map", "figure_of", "pinned_figure"]

_VALUES = ("indicator", "level", "period", "method", "classes")
FLOWS = ("area", "direction", "level", "period", "border")


@atlas_page
def embed_drawing(page: Page, key: str) -> HttpResponse:
    """``/<region>/einbetten/bild/<drawing>/?…``: any drawing of the Atlas, with the parameters of its picture."""
    if key not in DRAWINGS:
        told = gettext("There is no picture “%(name)s”; possible are: %(known)s.")
        raise MissingError(told % {"name": key[:40], "known": ", ".join(DRAWINGS)})
    slug, query = page.region.slug, page.request.GET.copy()
    query["lang"] = page.lang
    picture = _picture_view(key, slug)
    try:
        asked = picture.checked(query)
    except ValidationError as error:
        raise InputError(_problems(error.detail)) from None
    with picture.turn(asked):
        figure, _stem = picture.drawn(page.atlas, asked, slug)
    given = {name: query.getlist(name) if name == "s" else query[name] for name in query if name != "lang"}
    return _render(page, figure, page.request.build_absolute_uri(page_of(key, slug, given)))


def _problems(detail: Any) -> list[Problem]:
    """What is wrong with each parameter."""
    return [Problem(f"{name}: {each}", column=name) for name, told in detail.items() for each in told]


def _picture_view(key: str, slug: str) -> Any:
    """The view of the API that draws it: one address for files and frames, so that both show the same."""
    name, ending = DRAWINGS[key]
    return resolve(reverse(name, kwargs={"slug": slug, ending: "svg"})).func.cls()  # type: ignore[attr-defined]  # of DRF


@atlas_page
def embed_map(page: Page) -> HttpResponse:
    """``/<region>/einbetten/karte/?indicator=…``: choropleth."""
    return _framed(page, figure_of(page, "map"), "map", _VALUES)


@atlas_page
def embed_flows(page: Page) -> HttpResponse:
    """``/<region>/einbetten/pendeln/?area=…``: commuters of one area."""
    return _framed(page, figure_of(page, "flows"), "commuting", FLOWS)


def figure_of(page: Page, kind: str) -> Figure:
    """Figure of the parameters of the address; InputError or MissingError where there is none."""
    return pinned_figure(page, kind, page.request.GET.dict())


def pinned_figure(page: Page, kind: str, asked: dict[str, str]) -> Figure:
    """Figure of a view: ``map`` or ``flows`` with the parameters of its page."""
    atlas, region, lang = page.atlas, page.region, page.lang
    if kind == "flows":
        direction, border = asked.get("direction", "out"), asked.get("border", "all")
        _known("direction", direction, DIRECTIONS)
        _known("border", border, BORDERS)
        view = area_flows(
            atlas, region, area=asked.get("area") or None, level=asked.get("level") or None,
            period=asked.get("period") or None, direction=direction, border=border, lang=lang,
        )  # fmt: skip
        return flows_figure(atlas, region, view, lang=lang)
    form = MapForm({**asked, "mode": ""}, atlas=atlas, region=region, lang=lang)
    if form.problems:
        raise InputError([Problem(each) for each in form.problems])
    state = form.state
    values = region_values(
        atlas, region, indicator=state["indicator"], level=state["level"], period=state["period"],
        classes=state["classes"], lang=lang,
    )  # fmt: skip
    method = state["method"] if state["method"] in METHODS else METHODS[0]
    return values_figure(atlas, values, method=method, lang=lang)


def _known(name: str, value: str, possible: tuple[str, ...]) -> None:
    if value not in possible:
        raise InputError(Problem(f"{name}: {value[:40]}", expected=", ".join(possible), column=name))


def _framed(page: Page, figure: Figure, name: str, kept: tuple[str, ...]) -> HttpResponse:
    asked: dict[str, Any] = {key: page.request.GET[key] for key in kept if key in page.request.GET}
    if page.pinned:
        asked["release"] = page.atlas.id
    address = reverse(f"atlas:{name}", kwargs={"region": page.region.slug})
    whole = page.request.build_absolute_uri(f"{address}?{urlencode(asked)}" if asked else address)
    return _render(page, figure, whole)


def _render(page: Page, figure: Figure, whole: str) -> HttpResponse:
    drawn = safe_svg(figure.picture, figure.title, figure.summary)
    return page.render("atlas/embed.html", {"figure": figure, "svg": drawn, "whole": whole})
