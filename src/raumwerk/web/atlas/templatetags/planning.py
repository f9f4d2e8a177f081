"""How planning pages write cells of a table and draw maps without a script."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from raumwerk.web.atlas.queries.planning.analysis import Column, Dot, Layer, Picture, Table
from raumwerk.web.atlas.queries.planning.drawing import WIDTH
from raumwerk.web.kit.templatetags.kit import number

register = template.Library()


@register.simple_tag(takes_context=True)
def plan_rows(context: template.Context, table: Table) -> SafeString:
    """Body of a table: numbers as the reader writes them, names with the way to their profile.

    Written in one piece, because a table may have thousands of cells and is redrawn while a slider moves.
    """
    page = context["page"]
    pinned = f"?release={page.atlas.id}" if page.pinned else ""
    profile = reverse("atlas:area", kwargs={"region": page.region.slug, "key": "0"}).removesuffix("0/")
    parts = []
    for row in table.rows():
        parts.append("<tr>")
        for place, column in enumerate(table.columns):
            written = _cell(row, column, profile, pinned)
            if place == 0:
                parts.append(f'<th scope="row">{written}</th>')
            else:
                parts.append(f'<td class="atlas-number">{written}</td>' if column.number else f"<td>{written}</td>")
        parts.append("</tr>\n")
    if not parts:
        told = gettext("Nothing to list.")
        parts.append(f'<tr><td colspan="{len(table.columns)}">{escape(told)}</td></tr>')
    return mark_safe("".join(parts))  # noqa: S308 - every text is escaped


def _cell(row: Mapping[str, Any], column: Column, profile: str, pinned: str) -> str:
    value = row.get(column.name)
    if value is None and column.bounded and row.get(f"{column.name}_upper") is not None:
        ends = (float(row.get(f"{column.name}_{end}") or 0) for end in ("lower", "upper"))
        low, high = (_number(value, column.decimals or 0, get_language() or "") for value in ends)
        told = gettext("suppressed or not listed by the publisher; lies in this interval")
        return f'<span title="{escape(told)}">{low}–{high}</span>'
    if value is None:
        return "–"
    if column.decimals is not None:
        return _number(float(value), column.decimals, get_language() or "")
    key = str(row.get(column.area) or "") if column.area else ""
    if key.isdigit():
        return f'<a href="{profile}{key}/{pinned}">{escape(value)}</a>'
    return str(escape(value))


@lru_cache(maxsize=20_000)
def _number(value: float, decimals: int, language: str) -> str:
    """A number as the reader writes it; the language is only there to keep apart what is remembered."""
    return str(escape(number(value, decimals)))


@register.simple_tag
def plan_map(picture: Picture, label: str) -> SafeString:
    """SVG of a map. It is one picture to assistive technology; the table beside it holds what it shows."""
    drawing = picture.drawing
    parts = [
        f'<svg class="plan-map" viewBox="0 0 {WIDTH} {drawing.height}" role="img" aria-label="{escape(label)}">',
        '<g stroke="#6f6f6a" stroke-width="0.6">',
    ]
    parts += [
        f'<path d="{path}" fill="{picture.fills.get(key, "#ffffff")}">'
        f"<title>{escape(picture.titles.get(key, key))}</title></path>"
        for key, path in drawing.areas.items()
    ]
    parts.append("</g>")
    parts += [_layer(layer) for layer in picture.layers if layer.path]
    parts.append(f'<path d="{drawing.outline}" fill="none" stroke="#0f4163" stroke-width="4" stroke-opacity="0.55"/>')
    parts += [_dot(dot) for dot in picture.dots]
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - paths and colours are ours, every text is escaped


def _layer(layer: Layer) -> str:
    dashes = ' stroke-dasharray="9 6"' if layer.dashed else ""
    look = f'stroke="{layer.colour}" stroke-width="{layer.width}" stroke-linejoin="round"{dashes}'
    return f'<path d="{layer.path}" fill="none" {look}/>'


def _dot(dot: Dot) -> str:
    place = f'cx="{dot.x}" cy="{dot.y}" r="{dot.radius:g}"'
    mark = f'<circle {place} fill="{dot.colour}" stroke="#ffffff"><title>{escape(dot.name)}</title></circle>'
    if not dot.label:
        return mark
    side = 9 * len(dot.name) / 2  # about half the width of the name
    anchor = "start" if dot.x < side else "end" if dot.x > WIDTH - side else "middle"
    look = 'font-size="19" stroke="#ffffff" stroke-width="4" paint-order="stroke" fill="#1d1d1b"'
    place = f'x="{dot.x}" y="{dot.baseline:g}" text-anchor="{anchor}"'
    kind = "plan-map__name" if dot.narrow else "plan-map__name plan-map__name--wide"
    return f'{mark}<text class="{kind}" {place} {look}>{escape(dot.name)}</text>'
