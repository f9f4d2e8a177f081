"""Views of the Atlas within a story, drawn by the server from the release they are fixed to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from raumwerk.errors import RaumwerkError
from raumwerk.web.atlas.blocks import read_address
from raumwerk.web.atlas.models import StoryPage
from raumwerk.web.atlas.queries.breaks import OWN
from raumwerk.web.atlas.queries.release import atlas_release
from raumwerk.web.atlas.views.embed import FLOWS, pinned_figure
from raumwerk.web.atlas.views.frame import Page
from raumwerk.web.atlas.views.profile import safe_svg
from raumwerk.web.kit.problems import sentence

register = template.Library()


@register.simple_tag(takes_context=True)
def story_view(context: template.Context, value: Any) -> dict[str, Any]:
    """Figure of a view, its addresses, and a newer release if there is one; ``missing`` says why there is none."""
    try:
        slug, kind, asked = read_address(value["address"])
        atlas = atlas_release(asked.get("release"))
        page = Page(_request(context, asked), atlas, atlas.region(slug))
        figure = pinned_figure(page, kind, asked)
    except (RaumwerkError, ValidationError) as error:
        told = error.messages[0] if isinstance(error, ValidationError) else sentence(error)
        return {"missing": told, "title": value.get("caption", "")}
    address = value["address"] if page.lang == "de" else f"/{page.lang}{value['address']}"
    given = {name: text for name, text in asked.items() if name != "release"}
    return {
        "figure": figure,
        "title": figure.title,
        "svg": safe_svg(figure.picture, figure.title, figure.summary),
        "links": page.pictures(kind, _picture_of(kind, asked)),
        "release": atlas.id,
        "newer": page.newer,
        "address": address,
        "now": f"{address.partition('?')[0]}?{urlencode(given)}",
    }


def _picture_of(kind: str, asked: dict[str, str]) -> dict[str, str]:
    """Parameters that a picture of the view takes."""
    known = ("indicator", "level", "period", "method", "classes") if kind == "map" else FLOWS
    return {name: asked[name] for name in known if asked.get(name) and asked[name] != OWN}


def _request(context: template.Context, asked: dict[str, str]) -> HttpRequest:
    """Request for the view alone: the parameters of its address, not those of the story's."""
    request = HttpRequest()
    request.path, request.META = context["request"].path, context["request"].META
    query = request.GET.copy()
    query.update(asked)
    request.GET = query  # type: ignore[assignment]  # a copy, which nobody changes after this
    return request


@register.simple_tag
def story_crumbs(page: StoryPage) -> list[dict[str, str]]:
    """Way from the region's home to the story."""
    home = page.get_parent()
    return [{"title": home.title, "url": home.url or ""}, {"title": page.title, "url": ""}]
