"""Charts drawn by the server: bars with their doubts, lines through the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

from django.utils.translation import gettext

from raumwerk.web.atlas.exports.drawing import INK, LINE, QUIET, Drawing, text_width, wrapped
from raumwerk.web.atlas.exports.maps import Key
from raumwerk.web.atlas.queries.structure import Structure
from raumwerk.web.kit.templatetags.kit import number, period

__all__ = ["LINES", "axis_steps", "line_chart", "structure_chart"]

_BAR, _DOUBT, _MARK = "#22698a", "#b9d8dc", "#a34f04"
#: Colours of lines, told apart also in grey; lines are named at their end as well.
LINES = ("#0f4163", "#a34f04", "#4b94aa", "#6b3fa0", "#3d7a3d")


def structure_chart(found: Structure, *, own: str, other: str, width: float = 640) -> tuple[Drawing, list[Key]]:
    """Bars of the shares of groups; a pale part is the interval of what is suppressed, a mark the others' share."""
    label_width = width * 0.44
    rows = [(group, wrapped(group.name, 12, label_width - 12)) for group in found.groups]
    heights = [max(26.0, 16.0 * len(lines) + 10) for _, lines in rows]
    drawing = Drawing(width, sum(heights) + 26)
    most = max([*(group.share["upper"] or 0 for group in found.groups),
                *(group.compared["upper"] or 0 for group in found.groups if group.compared), 1])  # fmt: skip
    room, y = width - label_width - 78, 6.0
    for (group, lines), height in zip(rows, heights, strict=True):
        drawing.lines(0, y + height / 2 - 8 * len(lines) + 12, lines, size=12)
        _bar(drawing, (label_width, y + height / 2 - 8, 16), group.share, room / most)
        if group.compared and group.compared["value"] is not None:
            x = label_width + group.compared["value"] * room / most
            drawing.line((x, y + height / 2 - 11), (x, y + height / 2 + 11), _MARK, 3)
        longest = max(group.share["upper"] or 0, (group.compared or {}).get("value") or 0)
        end = label_width + longest * room / most + 6
        drawing.text(end, y + height / 2 + 4, _percent(group.share), size=12)
        y += height
    drawing.line((label_width, 2), (label_width, y), INK, 1)
    keys = [Key(own, _BAR)]
    if any(group.share["value"] is None for group in found.groups):
        keys.append(Key(gettext("possible, not published"), _DOUBT))
    if any(group.compared for group in found.groups):
        keys.append(Key(other, _MARK, 3))
    return drawing, keys


def _bar(drawing: Drawing, place: tuple[float, float, float], share: Mapping[str, Any], scale: float) -> None:
    x, y, height = place
    low = share["value"] if share["value"] is not None else share["lower"] or 0
    drawing.rect(x, y, low * scale, height, _BAR)
    if share["value"] is None and share["upper"] is not None:
        drawing.rect(x + low * scale, y, (share["upper"] - low) * scale, height, _DOUBT, stroke=_BAR)


def _percent(share: Mapping[str, Any]) -> str:
    if share["value"] is not None:
        return f"{number(share['value'], 1)} %"
    if share["upper"] is None:
        return "–"
    return f"{number(share['lower'] or 0, 1)}–{number(share['upper'], 1)} %"


def line_chart(
    series: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], *, decimals: int, width: float = 640, height: float = 300
) -> tuple[Drawing, list[Key]]:
    """Lines through the periods; a gap stays a gap, and the scale says where it begins.

    Parameters
    ----------
    series : sequence of (name, points)
        Points have ``period``, ``value``, oldest first; at most five series.
    """
    drawing = Drawing(width, height)
    periods = sorted({point["period"] for _, points in series for point in points})
    values = [point["value"] for _, points in series for point in points if point["value"] is not None]
    if not values:
        drawing.text(8, 24, gettext("no value"), fill=QUIET)
        return drawing, []
    steps = axis_steps(min(values), max(values))
    left = 16 + max(text_width(number(step, decimals), 11) for step in steps)
    box = (left, 12.0, width - 12, height - 30)
    _axes(drawing, box, steps, periods, decimals)
    dated = {each: _date(each) for each in periods}
    first, last = min(dated.values()), max(dated.values())
    keys = []
    for (name, points), colour in zip(series, LINES, strict=False):
        placed: list[list[tuple[float, float]]] = [[]]
        for point in points:
            if point["value"] is None:
                placed.append([])
                continue
            x = box[0] + (dated[point["period"]] - first) / ((last - first) or 1) * (box[2] - box[0])
            y = box[3] - (point["value"] - steps[0]) / (steps[-1] - steps[0]) * (box[3] - box[1])
            placed[-1].append((x, y))
        for run in placed:
            if len(run) > 1:
                drawing.polyline(run, colour, 2.4)
            for x, y in run if len(run) == 1 else run[-1:]:
                drawing.circle(x, y, 3.2, colour)
        keys.append(Key(name, colour, 3))
    return drawing, keys


def _axes(
    drawing: Drawing, box: tuple[float, float, float, float], steps: list[float], periods: list[str], decimals: int
) -> None:
    left, top, right, bottom = box
    for step in steps:
        y = bottom - (step - steps[0]) / (steps[-1] - steps[0]) * (bottom - top)
        drawing.line((left, y), (right, y), LINE, 0.8)
        drawing.text(left - 6, y + 4, number(step, decimals), size=11, fill=QUIET, anchor="end")
    drawing.text(left, bottom + 18, period(periods[0]), size=11, fill=QUIET)
    if len(periods) > 1:
        drawing.text(right, bottom + 18, period(periods[-1]), size=11, fill=QUIET, anchor="end")


def _date(text: str) -> float:
    """Year with its part; a year alone is its middle, a span its end."""
    parts = [int(part) for part in text.rpartition("/")[2].split("-")]
    month = parts[1] if len(parts) > 1 else 7
    day = parts[2] if len(parts) > 2 else 1
    return parts[0] + (month - 1) / 12 + (day - 1) / 366


def axis_steps(low: float, high: float) -> list[float]:
    """Round numbers below, between and above: three to seven."""
    if low == high:
        low, high = low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1)
    rough = (high - low) / 4
    size = 10.0 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    start = floor(low / step)
    return [step * each for each in range(start, ceil(high / step) + 1)]
