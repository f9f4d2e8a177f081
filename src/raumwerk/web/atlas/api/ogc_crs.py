"""Coordinate systems of ``/ogc/``, after OGC API - Features - Part 2: CRS by Reference (18-058r1)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["CRS84", "SYSTEMS", "from_system", "to_system"]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
#: Address of each system → its name in PROJ: degrees east first, the two UTM zones of German offices, web maps, and
#: degrees north first.
SYSTEMS = {
    CRS84: "OGC:CRS84",
    **{f"{_EPSG}{code}": f"EPSG:{code}" for code in (25832, 25833, 3857, 4326)},
}
_STEPS = 16  # pieces of a side: the straight line of one system is bent in another


def to_system(shape: Any, system: str) -> Any:
    """Geometry in degrees, east first, as geometry in another system, its axes in the order the system has them."""
    return shape if system == CRS84 else shapely.transform(shape, _transformed(CRS84, system))


def from_system(box: list[float], system: str) -> Any:
    """Area in degrees, east first, of a box in a system: low and high end of its two axes.

    A box in degrees whose west lies east of its east spans the 180th meridian.
    """
    low, side, high, other = box
    if system == CRS84 and low > high:
        return shapely.union(shapely.box(low, side, 180, other), shapely.box(-180, side, high, other))
    frame = shapely.box(low, side, high, other)
    if system == CRS84:
        return frame
    fine = shapely.segmentize(frame, max(high - low, other - side, 1e-9) / _STEPS)
    return shapely.transform(fine, _transformed(system, CRS84))


def _transformed(source: str, target: str) -> Any:
    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(_transformer(source, target).transform(points[:, 0], points[:, 1]))

    return moved


@cache
def _transformer(source: str, target: str) -> Any:
    from pyproj import Transformer  # noqa: PLC0415 - loads PROJ, which no other page needs

    return Transformer.from_crs(SYSTEMS[source], SYSTEMS[target])
