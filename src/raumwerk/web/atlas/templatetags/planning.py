"""How planning pages write cells of a table and draw maps without a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from raumwerk.web.atlas.queries.planning.analysis import Column, Dot, Layer, Picture
from raumwerk.web.atlas.queries.planning.drawing import WIDTH
from raumwerk.web.kit.templatetags.kit import number

register = template.Library()


@register.simple_tag(takes_context=True)
def cell(context: template.Context, row: Mapping[str, Any], column: Column) -> SafeString | str:
    """One cell: numbers as the reader writes them, names with the way to their profile."""
    value = row.get(column.name)
    if value is None and column.bounded and row.get(f"{column.name}_upper") is not None:
        low, high = (
            number(float(row.get(f"{column.name}_{end}") or 0), column.decimals or 0) for end in ("lower", "upper")
        )
        told = gettext("suppressed or not listed by the publisher; lies in this interval")
        return format_html('<span title="{}">{}–{}</span>', told, low, high)
    if value is None:
        return "–"
    if column.decimals is not None:
        return number(float(value), column.decimals)
    key = row.get(column.area) if column.area else None
    if key and str(key).isdigit():
        page = context["page"]
        address = reverse("atlas:area", kwargs={"region": page.region.slug, "key": key})
        pinned = f"?release={page.atlas.id}" if page.pinned else ""
        return format_html('<a href="{}{}">{}</a>', address, pinned, value)
    return str(value)


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
    place = f'x="{dot.x}" y="{dot.y - dot.radius - 4:g}" text-anchor="{anchor}"'
    return f'{mark}<text class="plan-map__name" {place} {look}>{escape(dot.name)}</text>'
