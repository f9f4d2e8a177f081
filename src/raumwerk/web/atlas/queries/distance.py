"""Distances between centres."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["kilometres", "kilometres_between"]

_EARTH_KM = 6371.0088  # mean radius, IUGG


def kilometres(start: tuple[float | None, float | None], end: tuple[float | None, float | None]) -> float | None:
    """Great-circle distance in km between two (longitude, latitude) points in degrees; None if one is unknown."""
    if None in start or None in end:
        return None
    x1, y1, x2, y2 = (radians(float(part)) for part in (*start, *end) if part is not None)
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def kilometres_between(starts: Any, ends: Any) -> NDArray[np.float64]:
    """Great-circle distances in km; ``(…, 2)`` arrays of longitude and latitude in degrees, NaN where unknown."""
    (x1, y1), (x2, y2) = (np.moveaxis(np.radians(np.asarray(each, dtype=float)), -1, 0) for each in (starts, ends))
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    found: NDArray[np.float64] = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return found
