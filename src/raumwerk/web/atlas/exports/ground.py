"""Where degrees lie on a map drawn by the server."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, hypot, radians
from typing import Any

__all__ = ["Ground", "points_of"]

_PADDING = 12.0


class Ground:
    """Equal scales east and north at the middle of the box that is drawn.

    Parameters
    ----------
    box : tuple of float
        West, south, east, north in degrees.
    width, most : float
        Width of the drawing, and its largest height.
    detail : float
        Points of an outline that lie nearer to each other are dropped.
    """

    def __init__(
        self, box: tuple[float, float, float, float], width: float, most: float, *, detail: float = 0.9
    ) -> None:
        self._detail = detail
        west, south, east, north = box
        self._west, self._north = west, north
        self._squeeze = cos(radians((south + north) / 2))
        wide, high = max(1e-6, (east - west) * self._squeeze), max(1e-6, north - south)
        room = width - 2 * _PADDING
        self._scale = min(room / wide, (most - 2 * _PADDING) / high)
        self.width, self.height = width, high * self._scale + 2 * _PADDING
        self._left = (width - wide * self._scale) / 2

    @classmethod
    def around(cls, shapes: Mapping[str, Any], width: float, most: float, *, detail: float = 0.9) -> Ground:
        """Ground of the areas of a region, whose surroundings may reach beyond it."""
        points = [point for feature in shapes["features"]["features"] for point in points_of(feature["geometry"])]
        across, up = [x for x, _ in points], [y for _, y in points]
        return cls((min(across), min(up), max(across), max(up)), width, most, detail=detail)

    def __call__(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Place of one point, or of arrays of points."""
        return (
            self._left + (x - self._west) * self._squeeze * self._scale,
            _PADDING + (self._north - y) * self._scale,
        )

    def path(self, geometry: Mapping[str, Any]) -> str:
        """Return SVG commands of a MultiPolygon or MultiLineString; points nearer than the detail are dropped."""
        areas = geometry["type"] == "MultiPolygon"
        lines = [ring for area in geometry["coordinates"] for ring in area] if areas else geometry["coordinates"]
        return "".join(self._line(line, closed=areas) for line in lines)

    def _line(self, line: list[list[float]], *, closed: bool) -> str:
        placed: list[tuple[float, float]] = []
        for x, y in line:
            point = self(x, y)
            if not placed or hypot(point[0] - placed[-1][0], point[1] - placed[-1][1]) > self._detail:
                placed.append(point)
        if len(placed) < (3 if closed else 2):
            return ""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed) + ("Z" if closed else "")


def points_of(geometry: Mapping[str, Any]) -> list[list[float]]:
    """Points of the outer rings of a MultiPolygon."""
    return [point for area in geometry["coordinates"] for point in area[0]]
