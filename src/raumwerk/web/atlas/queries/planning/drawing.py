"""Maps drawn on the server: shapes as SVG paths, the lines between neighbours, and where names stand.

They need no script, print sharply, and a new division of the areas changes nothing but colours and a few lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext
from numpy.typing import NDArray

from raumwerk.errors import MissingError
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import full_shapes

__all__ = ["WIDTH", "Drawing", "colour_classes", "drawing_of"]

Floats = NDArray[np.float64]

#: Width of every drawing in its own units; the height follows from the shapes.
WIDTH = 1000
_TALLEST = 1400
_MARGIN = 8
#: Degrees by which outlines may be off: about one unit of the drawing.
_TOLERANCE = {"region": 0.0015, "around": 0.004, "nation": 0.012}
_AROUND = 0.3  # of the region's width and height, on every side, that the map with the surroundings shows


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in units of the drawing, x to the right, y down.

    ``areas``: path of each area; ``lines``: path of the common line of two neighbours; ``outline``: the region;
    ``centres``: where a name or a mark of an area stands; ``neighbours``: keys of the neighbours of each area.
    """

    height: int
    areas: Mapping[str, str]
    lines: Mapping[tuple[str, str], str]
    outline: str
    centres: Mapping[str, tuple[int, int]]
    neighbours: Mapping[str, frozenset[str]]
    frame: _Frame

    def between(self, groups: Mapping[str, Any]) -> str:
        """Path of all lines between neighbours of different groups; areas without a group part nobody."""
        known = ((pair, path) for pair, path in self.lines.items() if pair[0] in groups and pair[1] in groups)
        return "".join(path for (one, two), path in known if groups[one] != groups[two])

    def place(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Where a point stands."""
        x, y = self.frame.units(np.array([[longitude, latitude]]))[0]
        return int(x), int(y)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Mercator projection to the units of a drawing."""

    west: float
    north: float
    scale: float

    def units(self, points: Floats) -> NDArray[np.int64]:
        x, y = _mercator(points).T
        placed = np.column_stack([(x - self.west) * self.scale, (self.north - y) * self.scale])
        return np.asarray((_MARGIN + placed).round().astype(np.int64))


def _mercator(points: Floats) -> Floats:
    latitude = np.radians(points[:, 1])
    return np.column_stack([np.radians(points[:, 0]), np.log(np.tan(np.pi / 4 + latitude / 2))])


def drawing_of(atlas: AtlasRelease, region: Region, level: str, extent: str = "region") -> Drawing:
    """Drawing of a region's municipalities or districts, of the districts around it, or of the nation's.

    Parameters
    ----------
    level : {"municipality", "district"}
    extent : {"region", "around", "nation"}
        ``around`` and ``nation`` are drawn by districts.

    Raises
    ------
    MissingError
        When the release holds no boundaries of these areas.
    """
    key = ("drawing", None if extent == "nation" else region.slug, level, extent)
    made: Drawing = atlas.remember(key, lambda: _draw(atlas, region, level, extent))
    return made


def _draw(atlas: AtlasRelease, region: Region, level: str, extent: str) -> Drawing:
    own = list(region.members(level))
    shapes = full_shapes(atlas, own if extent == "region" else atlas.keys_of(Level.DISTRICT))
    if not shapes:
        message = gettext("Release %(release)s holds no boundaries of “%(region)s” at this level.")
        raise MissingError(message % {"release": atlas.id, "region": region.slug})
    if extent == "around":
        box = _box([shapes[key] for key in own if key in shapes])
        shapes = {key: shape for key, shape in shapes.items() if shapely.intersects(shape, box)}
    keys = sorted(shapes)
    drawn = np.array([shapes[key] for key in keys], dtype=object)
    if shapely.coverage_is_valid(drawn):  # else they do not fit together as one and stay as they are
        drawn = shapely.coverage_simplify(drawn, _TOLERANCE[extent])
    frame, height = _frame(drawn)
    members = [shape for key, shape in zip(keys, drawn, strict=True) if key in set(own)]
    lines = _common_lines(keys, drawn, frame)
    beside: dict[str, set[str]] = {key: set() for key in keys}
    for one, two in lines:
        beside[one].add(two)
        beside[two].add(one)
    return Drawing(
        height=height,
        areas={key: _path(shape, frame) for key, shape in zip(keys, drawn, strict=True)},
        lines=lines,
        outline=_path(shapely.union_all(members), frame),
        centres=_centres(keys, drawn, frame),
        neighbours={key: frozenset(found) for key, found in beside.items()},
        frame=frame,
    )


def _box(shapes: list[Any]) -> Any:
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    wide, high = (east - west) * _AROUND, (north - south) * _AROUND
    return shapely.box(west - wide, south - high, east + wide, north + high)


def _frame(shapes: NDArray[Any]) -> tuple[_Frame, int]:
    west, south, east, north = shapely.total_bounds(shapes)
    (left, bottom), (right, top) = _mercator(np.array([[west, south], [east, north]]))
    room = WIDTH - 2 * _MARGIN
    scale = min(room / (right - left), (_TALLEST - 2 * _MARGIN) / (top - bottom))
    spare = (room / scale - (right - left)) / 2  # a tall region stands in the middle
    return _Frame(left - spare, top, scale), round((top - bottom) * scale) + 2 * _MARGIN


def _centres(keys: list[str], shapes: NDArray[Any], frame: _Frame) -> dict[str, tuple[int, int]]:
    inside = shapely.point_on_surface(shapes)
    points = frame.units(np.column_stack([shapely.get_x(inside), shapely.get_y(inside)]))
    return {key: (int(x), int(y)) for key, (x, y) in zip(keys, points, strict=True)}


def _common_lines(keys: list[str], shapes: NDArray[Any], frame: _Frame) -> dict[tuple[str, str], str]:
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = left < right
    left, right = left[pairs], right[pairs]
    edges = shapely.boundary(shapes)
    shared = shapely.intersection(edges[left], edges[right])
    found = {}
    for one, two, line in zip(left, right, shared, strict=True):
        path = _path(line, frame)
        if path:  # areas that touch in a point have no common line
            found[keys[one], keys[two]] = path
    return found


def _path(shape: Any, frame: _Frame) -> str:
    """Path data with whole numbers, each step relative to the one before it."""
    parts = []
    lines = [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]
    if lines:
        merged = shapely.line_merge(shapely.MultiLineString(lines))
        parts += [_steps(shapely.get_coordinates(line), frame, closed=False) for line in shapely.get_parts(merged)]
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
            parts += [_steps(shapely.get_coordinates(ring), frame, closed=True) for ring in rings]
    return "".join(parts)


def _steps(points: Floats, frame: _Frame, *, closed: bool) -> str:
    placed = frame.units(points)
    kept = np.ones(len(placed), dtype=bool)
    kept[1:] = (placed[1:] != placed[:-1]).any(axis=1)
    placed = placed[kept]
    if len(placed) < (3 if closed else 2):
        return ""
    steps = np.diff(placed, axis=0)
    if closed:
        steps = steps[:-1]  # the last step leads back to the start, which z does
    moves = " ".join(f"{x} {y}" for x, y in steps.tolist())
    return f"M{placed[0, 0]} {placed[0, 1]}l{moves}{'z' if closed else ''}"


def colour_classes(groups: Mapping[str, str], neighbours: Mapping[str, Iterable[str]], colours: int) -> dict[str, int]:
    """Give each group a colour from 0 on so that neighbouring groups differ as far as the colours allow.

    The group with most neighbours comes first (Welsh and Powell's rule); where all colours are taken, the one used
    least among the neighbours is taken.
    """
    beside: dict[str, set[str]] = {group: set() for group in groups.values()}
    for area, group in groups.items():
        for other in neighbours.get(area, ()):
            if other in groups and groups[other] != group:
                beside[group].add(groups[other])
    chosen: dict[str, int] = {}
    used = dict.fromkeys(range(colours), 0)
    for group in sorted(beside, key=lambda group: (-len(beside[group]), group)):
        near = [chosen[other] for other in beside[group] if other in chosen]
        colour = min(range(colours), key=lambda number: (near.count(number), used[number], number))
        chosen[group] = colour
        used[colour] += 1
    return chosen
