"""How the Atlas writes numbers with their doubts, and links that change one thing of a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from raumwerk.tables.status import Status
from raumwerk.web.atlas.modes import MODES
from raumwerk.web.atlas.queries.topics import topic_name
from raumwerk.web.kit.templatetags.kit import number

register = template.Library()


def _field(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name)


@register.simple_tag
def bounded(row: Any, decimals: int = 0, *, tagged: bool = True) -> SafeString | str:
    """Write a value as sure as it is: ``1.234``, ``≈ 120`` for an estimate, ``0–9`` for what is masked, else a dash.

    ``tagged=False`` where the text around says already that all is estimated.
    """
    if row is None:
        return "–"
    value, lower, upper = (_field(row, name) for name in ("value", "lower", "upper"))
    if value is not None:
        if _field(row, "status") == Status.ESTIMATED:
            if not tagged:
                return f"≈\N{NO-BREAK SPACE}{number(value, decimals)}"
            return format_html('≈&nbsp;{} <span class="rw-tag">{}</span>', number(value, decimals), gettext("estimate"))
        return number(value, decimals)
    if upper is None:
        return format_html('<span title="{}">–</span>', gettext("not known"))
    least, most = number(lower or 0, decimals), number(upper, decimals)
    if least == most:
        return most
    told = gettext("suppressed or not listed by the publisher; lies in this interval")
    between = " – " if (lower or 0) < 0 else "–"  # keeps minus signs and the dash apart
    return format_html('<span title="{}">{}{}{}</span>', told, least, between, most)


@register.simple_tag
def percent(value: float | None, decimals: int = 1) -> str:
    """Write a share; a dash when it is not known."""
    return "–" if value is None else f"{number(value, decimals)}\u00a0%"


@register.filter
def unit(text: str) -> str:
    """Write a unit behind a number: the per-cent sign with a narrow gap, words after a space."""
    return f"\u00a0{text}" if text else ""


@register.simple_tag(takes_context=True)
def same_view(context: template.Context, **changes: Any) -> str:
    """Address of this view with some of its parameters changed; an empty value takes a parameter away."""
    given = context["request"].GET.copy()
    for name, value in changes.items():
        given.setlist(name, [str(value)] if value not in (None, "") else [])
    query = urlencode([(name, value) for name, values in given.lists() for value in values if value])
    return f"?{query}" if query else "?"


@register.simple_tag(takes_context=True)
def atlas_url(context: template.Context, name: str, **asked: Any) -> str:
    """Address of another page of the Atlas for the same release; ``key`` goes into the path, the rest behind ``?``."""
    page = context["page"]
    path = {"key": asked.pop("key")} if "key" in asked else {}
    address: str = page.link(name, path, asked)
    return address


@register.inclusion_tag("atlas/_modes.html", takes_context=True)
def atlas_modes(context: template.Context, key: str) -> dict[str, Any]:
    """Navigation between the ways into the Atlas; the one of this page is marked and explained."""
    modes = [(mode, atlas_url(context, mode.view, **mode.asked)) for mode in MODES]
    return {"modes": modes, "current": next((mode for mode in MODES if mode.key == key), None)}


@register.inclusion_tag("atlas/parts/basemap.html")
def basemap() -> dict[str, Any]:
    """Offer the background map, where the operator named one; it is loaded only on request."""
    return {"basemap": settings.BASEMAP}


@register.inclusion_tag("atlas/parts/sort_head.html", takes_context=True)
def sort_head(context: template.Context, field: str, label: str) -> dict[str, Any]:
    """Head of a column that can be sorted by a link; says how it is sorted now."""
    current = context["sort"]
    first = field if field in ("name", "district", "state") else f"-{field}"
    other = field if current == f"-{field}" else f"-{field}"
    wanted = other if current.removeprefix("-") == field else first
    order = ""
    if current.removeprefix("-") == field:
        order = "descending" if current.startswith("-") else "ascending"
    number = field in ("value", "km", "ratio")
    return {"url": f"{same_view(context, sort=wanted)}#atlas-table", "label": label, "order": order, "number": number}


@register.filter
def topic(key: str) -> Any:
    """Name of a topic."""
    return topic_name(key)
