"""Charts beside the map drawn on the server: histogram and scatter as plain shapes that the script only joins up."""

from __future__ import annotations

from typing import Any

from raumwerk.web.atlas.exports.palette import class_of, colours_of
from raumwerk.web.atlas.queries.charts import Bar, Dot, bars, dots, rank_correlation
from raumwerk.web.atlas.queries.values import RegionValues

__all__ = ["histogram", "scatter"]

_WIDE, _HIGH, _FOOT, _LEFT = 560.0, 190.0, 24.0, 8.0  # of a chart, in its own units
_SIDE = 420.0
_GAP = 1.0


def histogram(view: RegionValues, method: str, *, joined: bool = True) -> dict[str, Any] | None:
    """Bars in the colours of the classes with the areas they are joined with; None where there is nothing."""
    found = bars(view)
    if not found:
        return None
    breaks = view.breaks.get(method, [])
    shades = colours_of(breaks, view.indicator["diverging_at"])
    most = max(len(bar.areas) for bar in found)
    wide = (_WIDE - 2 * _LEFT) / len(found)
    drawn = [_bar(bar, number, wide, most, shades[class_of((bar.low + bar.high) / 2, breaks)])
             for number, bar in enumerate(found)]  # fmt: skip
    return {
        "box": f"0 0 {_WIDE:g} {_HIGH:g}",
        "joined": joined,
        "open": max(found[0].high - found[0].low, found[-1].high - found[-1].low)
        > 1.5 * (found[1].high - found[1].low),
        "bars": drawn,
        "low": found[0].low,
        "high": found[-1].high,
        "foot": _HIGH - 6,
        "left": _LEFT,
        "right": _WIDE - _LEFT,
        "base": _HIGH - _FOOT,
    }


def _bar(bar: Bar, number: int, wide: float, most: int, colour: str) -> dict[str, Any]:
    high = (_HIGH - _FOOT - 10) * len(bar.areas) / most
    return {
        "low": bar.low,
        "high": bar.high,
        "count": len(bar.areas),
        "areas": ",".join(bar.areas),
        "x": round(_LEFT + number * wide + _GAP / 2, 1),
        "y": round(_HIGH - _FOOT - high, 1),
        "width": round(wide - _GAP, 1),
        "height": round(high, 1),
        "colour": colour,
    }


def scatter(first: RegionValues, second: RegionValues, chosen: str | None) -> dict[str, Any] | None:
    """Dots of the areas with a value of both indicators; None for fewer than two."""
    points = dots(first, second)
    if len(points) < 2:
        return None
    x_low, x_high = _span([point.x for point in points])
    y_low, y_high = _span([point.y for point in points])
    reach = _SIDE - 2 * _FOOT

    def placed(point: Dot) -> dict[str, Any]:
        return {
            "area": point.area, "name": point.name, "x_value": point.x, "y_value": point.y,
            "x": round(_FOOT + reach * (point.x - x_low) / (x_high - x_low), 1),
            "y": round(_SIDE - _FOOT - reach * (point.y - y_low) / (y_high - y_low), 1),
            "chosen": point.area == chosen,
        }  # fmt: skip

    return {
        "box": f"0 0 {_SIDE:g} {_SIDE:g}",
        "points": [placed(point) for point in points],
        "x_low": x_low, "x_high": x_high, "y_low": y_low, "y_high": y_high,
        "side": _SIDE, "edge": _FOOT, "end": _SIDE - _FOOT, "foot": _SIDE - 6,
        "correlation": rank_correlation(points),
        "count": len(points),
    }  # fmt: skip


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1, high + 1)
