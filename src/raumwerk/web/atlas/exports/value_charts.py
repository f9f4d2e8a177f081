"""Charts of the map mode drawn by the server for files: histogram, scatter, two maps side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from django.utils.translation import gettext, ngettext

from raumwerk.web.atlas.exports.charts import axis_steps
from raumwerk.web.atlas.exports.drawing import INK, LINE, QUIET, Drawing, text_width, wrapped
from raumwerk.web.atlas.exports.figure import Figure, Table, credit_lines, legend_of
from raumwerk.web.atlas.exports.figures import created, shortened, values_table
from raumwerk.web.atlas.exports.maps import Key, choropleth, symbol_map
from raumwerk.web.atlas.exports.palette import class_of, colours_of
from raumwerk.web.atlas.queries.charts import Bar, Dot, bars, dots, rank_correlation
from raumwerk.web.atlas.queries.release import COUNTRY, AtlasRelease
from raumwerk.web.atlas.queries.shapes import shape_files
from raumwerk.web.atlas.queries.values import RegionValues
from raumwerk.web.kit.templatetags.kit import number
from raumwerk.web.kit.templatetags.kit import period as written

__all__ = ["histogram_figure", "pair_figure", "scatter_figure"]

_WIDE, _HIGH = 640.0, 300.0
_SIDE = 560.0
_DOT, _CHOSEN = "#22698a", "#b30000"


def histogram_figure(atlas: AtlasRelease, view: RegionValues, *, method: str, lang: str) -> Figure:
    """Number of areas by value, in the colours of the classes."""
    found = bars(view)
    indicator, decimals = view.indicator, view.indicator["decimals"]
    breaks = view.breaks.get(method, [])
    shades = colours_of(breaks, indicator["diverging_at"])
    picture = _histogram(found, [shades[class_of((bar.low + bar.high) / 2, breaks)] for bar in found], decimals)
    rows = [[f"{number(bar.low, decimals)} – {number(bar.high, decimals)}", number(len(bar.areas))] for bar in found]
    table = Table(indicator["name"], [(_with_unit(gettext("Value"), view), "right"), (gettext("Areas"), "right")], rows)
    heading = gettext("Number of areas by value: %(name)s") % {"name": _titled(view, lang)}
    count = sum(len(bar.areas) for bar in found)
    summary = ngettext("One area with a value.", "%(number)s areas with a value.", count) % {"number": number(count)}
    keys = (
        [Key(words, colour) for words, colour in zip(_classes(breaks, decimals), shades, strict=True)] if found else []
    )
    return Figure(heading, summary, picture, keys, indicator["unit"], credit_lines(atlas, view.files, lang),
                  created(atlas), [table])  # fmt: skip


def _classes(breaks: Sequence[float], decimals: int) -> list[str]:
    edges = [number(each, decimals) for each in breaks]
    if not edges:
        return [gettext("all values")]
    inner = [f"{low} – {high}" for low, high in pairwise(edges)]
    first, last = gettext("below %(value)s"), gettext("%(value)s and more")
    return [first % {"value": edges[0]}, *inner, last % {"value": edges[-1]}]


def _histogram(found: Sequence[Bar], shades: Sequence[str], decimals: int) -> Drawing:
    drawing = Drawing(_WIDE, _HIGH)
    if not found:
        drawing.text(8, 24, gettext("no value"), fill=QUIET)
        return drawing
    steps = axis_steps(0, max(len(bar.areas) for bar in found))
    left, top, right, bottom = 16 + text_width(number(steps[-1]), 11), 12.0, _WIDE - 8, _HIGH - 28
    for step in steps:
        y = bottom - step / steps[-1] * (bottom - top)
        drawing.line((left, y), (right, y), LINE, 0.8)
        if step == int(step):
            drawing.text(left - 6, y + 4, number(step), size=11, fill=QUIET, anchor="end")
    wide = (right - left) / len(found)
    for place, (bar, shade) in enumerate(zip(found, shades, strict=True)):
        high = len(bar.areas) / steps[-1] * (bottom - top)
        name = f"{number(bar.low, decimals)} – {number(bar.high, decimals)}: {number(len(bar.areas))}"
        drawing.rect(left + place * wide + 0.5, bottom - high, wide - 1, high, shade, stroke="#565652", name=name)
    drawing.line((left, bottom), (right, bottom), INK, 1)
    drawing.text(left, bottom + 18, number(found[0].low, decimals), size=11, fill=QUIET)
    drawing.text(right, bottom + 18, number(found[-1].high, decimals), size=11, fill=QUIET, anchor="end")
    return drawing


def scatter_figure(
    atlas: AtlasRelease, first: RegionValues, second: RegionValues, *, chosen: str | None, lang: str
) -> Figure:
    """Two indicators of the same areas against each other."""
    points = dots(first, second)
    title = gettext("%(across)s (to the right) and %(up)s (upwards)") % {
        "across": _titled(first, lang, region=False), "up": _titled(second, lang),
    }  # fmt: skip
    correlation = rank_correlation(points)
    summary = ngettext("One area with both values.", "%(number)s areas with both values.", len(points))
    told = [summary % {"number": number(len(points))}]
    if correlation is not None:
        words = gettext("Rank correlation (Spearman): %(value)s. Going together is no proof of a cause.")
        told.append(words % {"value": number(correlation, 2)})
    rows = [
        [point.name, number(point.x, first.indicator["decimals"]), number(point.y, second.indicator["decimals"])]
        for point in sorted(points, key=lambda point: point.x, reverse=True)
    ]
    caption, rows = shortened(title, rows)
    heads = [(_with_unit(view.indicator["name"], view), "right") for view in (first, second)]
    keys = [Key(gettext("one area"), _DOT, circle=4.0)]
    if any(point.area == chosen for point in points):
        keys.append(Key(next(point.name for point in points if point.area == chosen), _CHOSEN, circle=6.0))
    notes = credit_lines(atlas, sorted({*first.files, *second.files}), lang)
    return Figure(title, " ".join(told), _scatter(points, first, second, chosen), keys, "", notes, created(atlas),
                  [Table(caption, [(gettext("Name"), "left"), *heads], rows)])  # fmt: skip


def _scatter(points: Sequence[Dot], first: RegionValues, second: RegionValues, chosen: str | None) -> Drawing:
    drawing = Drawing(_SIDE, _SIDE)
    if not points:
        drawing.text(8, 24, gettext("no value"), fill=QUIET)
        return drawing
    across = axis_steps(min(point.x for point in points), max(point.x for point in points))
    up = axis_steps(min(point.y for point in points), max(point.y for point in points))
    places = [view.indicator["decimals"] for view in (first, second)]
    left = 16 + max(text_width(number(step, places[1]), 11) for step in up)
    right, top, bottom = _SIDE - 16, 14.0, _SIDE - 48

    def at(x: float, y: float) -> tuple[float, float]:
        return (left + (x - across[0]) / (across[-1] - across[0]) * (right - left),
                bottom - (y - up[0]) / (up[-1] - up[0]) * (bottom - top))  # fmt: skip

    for step in up:
        drawing.line((left, at(across[0], step)[1]), (right, at(across[0], step)[1]), LINE, 0.8)
        drawing.text(left - 6, at(across[0], step)[1] + 4, number(step, places[1]), size=11, fill=QUIET, anchor="end")
    for step in across:
        drawing.line((at(step, up[0])[0], top), (at(step, up[0])[0], bottom), LINE, 0.8)
        drawing.text(at(step, up[0])[0], bottom + 18, number(step, places[0]), size=11, fill=QUIET, anchor="middle")
    for point in sorted(points, key=lambda point: point.area == chosen):
        name = f"{point.name}: {number(point.x, places[0])} / {number(point.y, places[1])}"
        mine = point.area == chosen
        drawing.circle(*at(point.x, point.y), 6 if mine else 4, _CHOSEN if mine else _DOT, edge="#ffffff",
                       opacity=1 if mine else 0.7, name=name)  # fmt: skip
    drawing.lines(left, _SIDE - 12, wrapped(f"→ {_with_unit(first.indicator['name'], first)}", 11, right - left)[:1],
                  size=11, fill=QUIET)  # fmt: skip
    drawing.lines(
        4, 11, wrapped(f"↑ {_with_unit(second.indicator['name'], second)}", 11, right)[:1], size=11, fill=QUIET
    )
    return drawing


def pair_figure(
    atlas: AtlasRelease, first: RegionValues, second: RegionValues, *, methods: tuple[str, str],
    draw: tuple[str, str], lang: str,
) -> Figure:  # fmt: skip
    """Two maps side by side, each with its legend; the ranking of both as tables."""
    room, gap = 440.0, 24.0
    sides = []
    for view, method, drawn in zip((first, second), methods, draw, strict=True):
        size = {"width": room, "most": 600.0 if view.region.slug == COUNTRY else 480.0}
        if drawn == "symbols":
            picture, keys = symbol_map(atlas, view, lang=lang, **size)
        else:
            picture, keys = choropleth(atlas, view, method=method, lang=lang, **size)
        sides.append((picture, legend_of(keys, _with_unit(_titled(view, lang, region=False), view), room)))
    high = max(picture.height for picture, _ in sides)
    whole = Drawing(2 * room + gap, high + 12 + max(legend.height for _, legend in sides))
    for place, (picture, legend) in enumerate(sides):
        whole.place(picture, place * (room + gap), 0)
        whole.place(legend, place * (room + gap), high + 12)
    title = f"{_titled(first, lang, region=False)} · {_titled(second, lang)}"
    notes = [*(view.indicator["caveat"] for view in (first, second) if view.indicator["caveat"]),
             *credit_lines(atlas, sorted({*first.files, *second.files, *shape_files(atlas)}), lang)]  # fmt: skip
    words = gettext("On the left: %(first)s. On the right: %(second)s.")
    summary = words % {"first": _titled(first, lang, region=False), "second": _titled(second, lang, region=False)}
    tables = [values_table(atlas, view, lang) for view in (first, second)]
    return Figure(title, summary, whole, [], "", notes, created(atlas), tables)


def _titled(view: RegionValues, lang: str, *, region: bool = True) -> str:
    name = f"{view.indicator['name']}, {written(view.period)}"
    return f"{name} – {view.region.name(lang)}" if region else name


def _with_unit(name: str, view: RegionValues) -> str:
    return f"{name} ({view.indicator['unit']})" if view.indicator["unit"] else name
