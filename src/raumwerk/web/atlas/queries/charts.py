"""Charts beside the map, as numbers: how values are spread, and how two indicators go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from raumwerk.web.atlas.queries.values import RegionValues

__all__ = ["BARS", "Bar", "Dot", "bars", "dots", "rank_correlation"]

BARS = 18
_TAIL, _FAR_OUT = 0.01, 2.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram: values from ``low`` to below ``high`` (the last one with it), and whose they are."""

    low: float
    high: float
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """One area with a value of both indicators."""

    area: str
    name: str
    x: float
    y: float


def bars(view: RegionValues, number: int = BARS) -> list[Bar]:
    """Equally wide bars over the inhabited areas with a value; none where all values are equal or missing.

    Where a few areas lie so far out that the others would fill two or three bars, the outermost bars take them in.
    """
    known = view.frame.filter(pl.col("inhabited") & pl.col("value").is_not_null())
    values = known["value"].to_numpy()
    if values.size == 0 or values.min() == values.max():
        return []
    low, high = np.quantile(values, [_TAIL, 1 - _TAIL])
    if high == low or values.max() - values.min() < _FAR_OUT * (high - low):
        low, high = values.min(), values.max()
    edges = np.linspace(low, high, number + 1)
    at = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, number - 1)
    keys = known["area"].to_numpy()
    edges[0], edges[-1] = values.min(), values.max()
    return [
        Bar(float(edges[index]), float(edges[index + 1]), tuple(sorted(keys[at == index]))) for index in range(number)
    ]


def dots(first: RegionValues, second: RegionValues) -> list[Dot]:
    """Inhabited areas with a value of both."""
    both = first.frame.filter("inhabited").join(second.frame.select("area", pl.col("value").alias("other")), on="area")
    rows = both.drop_nulls(["value", "other"]).select("area", "name", "value", "other").iter_rows()
    return [Dot(area, name, float(x), float(y)) for area, name, x, y in rows]


def rank_correlation(points: Sequence[Dot]) -> float | None:
    """Spearman's rank correlation, -1 to 1; None for fewer than five points or without any difference."""
    if len(points) < 5:
        return None
    frame = pl.DataFrame({"x": [point.x for point in points], "y": [point.y for point in points]})
    value: Any = frame.select(pl.corr(pl.col("x").rank(), pl.col("y").rank())).item()
    return None if value is None or not np.isfinite(value) else float(value)
