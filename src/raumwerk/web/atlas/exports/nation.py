"""The map of the whole country drawn by the server: the shapes that browsers draw, in as few bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raumwerk.tables.keys import Level
from raumwerk.web.atlas.exports.drawing import Drawing
from raumwerk.web.atlas.exports.ground import Ground
from raumwerk.web.atlas.queries.nation import nation_shapes
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["nation_drawing"]

_STATES = "#1d1d1b"


def nation_drawing(
    atlas: AtlasRelease, level: str, lang: str, *, size: tuple[float, float], colour: Callable[[str], str | None]
) -> Drawing:
    """Every municipality or district of the country in the colour of its class (None is hatched), and the states.

    The areas of a colour are one path, without their names: ten thousand paths with names are four times as large and
    slow every program that opens them.
    """
    shapes = nation_shapes(atlas, level, lang)
    rings, states = (_rings(shapes[name], shapes["scale"]) for name in ("shapes", "states"))
    corners = np.concatenate(rings)
    west, south = corners.min(axis=0)
    east, north = corners.max(axis=0)
    ground = Ground((west, south, east, north), *size)
    of_colour: dict[str | None, list[str]] = {}
    at = 0
    for key, count in zip(shapes["areas"], shapes["rings"], strict=True):
        of_colour.setdefault(colour(key), []).extend(_commands(ground, ring) for ring in rings[at : at + count])
        at += count
    drawing = Drawing(ground.width, ground.height)
    for shade, parts in of_colour.items():
        fill = drawing.hatching() if shade is None else shade
        # an edge of the same colour closes the hairlines between neighbours; districts are large enough for white ones
        edge = "#ffffff" if level == Level.DISTRICT or shade is None else shade
        drawing.path("".join(parts), fill=fill, stroke=edge, width=0.3)
    drawing.path("".join(_commands(ground, ring) for ring in states), stroke=_STATES, width=0.8)
    return drawing


def _rings(packed: dict[str, list[int]], scale: int) -> list[NDArray[np.float64]]:
    """Corners of each ring in degrees."""
    points = np.cumsum(np.array(packed["steps"], dtype=np.int64).reshape(-1, 2), axis=0) / scale
    return np.split(points, np.cumsum(packed["sizes"])[:-1])


def _commands(ground: Ground, ring: NDArray[np.float64]) -> str:
    """SVG commands of a ring: where it begins, then the steps; corners that fall together are one."""
    x, y = ground(ring[:, 0], ring[:, 1])
    placed: NDArray[Any] = np.round(np.column_stack([x, y]) * 10).astype(np.int64)
    steps = np.diff(placed, axis=0)
    steps = steps[steps.any(axis=1)]
    if len(steps) < 2:
        return ""
    first, *rest = (f"{each / 10:g}" for each in (*placed[0], *steps.ravel()))
    return f"M{first} {rest[0]}l{' '.join(rest[1:])}z".replace(" -", "-")
