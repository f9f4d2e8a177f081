"""Shapes of the whole country in few bytes: whole numbers, each point as a step from the one before it."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import shapely
from django.utils.translation import gettext
from numpy.typing import NDArray

from raumwerk.errors import MissingError
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.shapes import full_shapes

__all__ = ["SCALE", "nation_shapes"]

SCALE = 1000  # steps in a degree: about 100 metres, an eighth of a pixel where Germany fills a screen
_TOLERANCE = 0.015  # degrees; about one pixel and a half there
_BORDER_TOLERANCE = 0.01


def nation_shapes(atlas: AtlasRelease, level: str, lang: str) -> dict[str, Any]:
    """Every municipality or district.

    Returns
    -------
    dict
        ``areas`` and ``names`` in key order; ``rings``: number of rings of each; ``shapes`` and ``states``: ``sizes``
        (points of each ring) and ``steps`` (x, y of each point in 1/``scale`` degree less those of the point before it,
        across rings).
    """
    found: dict[str, Any] = atlas.remember(("nation", level), lambda: _build(atlas, level))
    return {"release": atlas.id, **found, "names": [atlas.name(key, lang) for key in found["areas"]]}


def _build(atlas: AtlasRelease, level: str) -> dict[str, Any]:
    keys = list(atlas.country.members(level))
    drawn = full_shapes(atlas, keys)
    if not drawn:
        message = gettext("Release %(release)s holds no boundaries of “%(region)s” at this level.")
        raise MissingError(message % {"release": atlas.id, "region": atlas.name("DG", "de")})
    # Boundaries of the whole country do not fit together everywhere; simplified as one they still keep common lines.
    simple = shapely.coverage_simplify(np.array(list(drawn.values()), dtype=object), _TOLERANCE)
    counts, sizes, steps = _packed(simple)
    _, border_sizes, border_steps = _packed(_states(atlas))
    return {
        "level": level,
        "scale": SCALE,
        "areas": list(drawn),
        "rings": counts.tolist(),
        "shapes": {"sizes": sizes.tolist(), "steps": steps.tolist()},
        "states": {"sizes": border_sizes.tolist(), "steps": border_steps.tolist()},
    }


def _states(atlas: AtlasRelease) -> NDArray[Any]:
    keys = atlas.table("boundaries").filter(pl.col("level") == Level.STATE).select("area").collect()["area"].unique()
    shapes = np.array(list(full_shapes(atlas, sorted(keys)).values()), dtype=object)
    simple: NDArray[Any] = shapely.coverage_simplify(shapes, _BORDER_TOLERANCE) if len(shapes) else shapes
    return simple


def _packed(shapes: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rings of each shape, points of each ring, and the steps from point to point; the closing points are left out."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.round(points * SCALE).astype(np.int64)
    kept = np.ones(len(whole), dtype=bool)
    if len(whole):
        # a point that repeats the one before it in its ring, and the one that closes the ring
        kept[1:] = (whole[1:] != whole[:-1]).any(axis=1) | (of_ring[1:] != of_ring[:-1])
        kept[np.append(np.flatnonzero(of_ring[1:] != of_ring[:-1]), len(whole) - 1)] = False
    sizes = np.bincount(of_ring[kept], minlength=len(rings))
    counts = np.bincount(owner[of_part], minlength=len(shapes))
    steps = np.diff(whole[kept], axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel()
    return counts, sizes, steps
