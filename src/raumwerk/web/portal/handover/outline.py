"""The small map of a home page: the region's districts, coloured by state, as paths of an inline drawing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from raumwerk.errors import RaumwerkError
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import region_shapes, shape_files
from raumwerk.web.portal.handover.statistics import present_release

__all__ = ["District", "RegionMap", "region_map"]

log = logging.getLogger(__name__)

WIDTH = 480.0
MARGIN = 0.08
TINTS = 4


@dataclass(frozen=True, slots=True)
class District:
    """One district: its outline as path data, its name, and the number of its state's tint."""

    path: str
    name: str
    tint: int


@dataclass(frozen=True, slots=True)
class RegionMap:
    """Path data in a view box of `width` × `height`; ``states`` are the names with their tints, for the legend.

    ``attribution`` is what must be said beside it: source and licence of the boundaries.
    """

    width: int
    height: int
    districts: tuple[District, ...]
    around: tuple[str, ...]
    borders: str
    states: tuple[tuple[str, int], ...]
    attribution: str


class _Plane:
    """Turns degrees into the drawing's units: equirectangular, true to scale in the middle of the region."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        west, south, east, north = bounds
        wide, high = (east - west) * MARGIN, (north - south) * MARGIN
        self.west, self.north = west - wide, north + high
        squeeze = cos(radians((south + north) / 2))
        self.x_scale = WIDTH / (east - west + 2 * wide)
        self.y_scale = self.x_scale / squeeze
        self.height = round((north - south + 2 * high) * self.y_scale)

    def path(self, geometry: dict[str, Any]) -> str:
        return "".join(self._line(line) for line in _lines(geometry))

    def _line(self, line: list[list[float]]) -> str:
        spots = dict.fromkeys(
            (round((x - self.west) * self.x_scale, 1), round((self.north - y) * self.y_scale, 1)) for x, y in line
        )
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in spots) + ("Z" if line[0] == line[-1] else "")


def region_map(slug: str, language: str) -> RegionMap | None:
    """Return the map of a region from the current release; None where there are no boundaries of it."""
    atlas = present_release()
    if atlas is None or slug not in atlas.regions:
        return None
    region = atlas.region(slug)
    return atlas.remember(("portal map", slug, language), lambda: _drawn(atlas, region, language))


def _drawn(atlas: AtlasRelease, region: Region, language: str) -> RegionMap | None:
    try:
        shapes = region_shapes(atlas, region, Level.DISTRICT, language)
    except RaumwerkError as error:
        log.warning("No small map of %s: %s", region.slug, error)
        return None
    own, around = shapes["features"]["features"], shapes["context"]["features"]
    plane = _Plane(_bounds(own))
    tints = {state: number % TINTS for number, state in enumerate(region.states)}
    return RegionMap(
        width=round(WIDTH),
        height=plane.height,
        districts=tuple(
            District(plane.path(one["geometry"]), one["properties"]["name"], tints.get(one["properties"]["key"][:2], 0))
            for one in own
        ),
        around=tuple(plane.path(one["geometry"]) for one in around if _touches(one["geometry"], plane)),
        borders=plane.path(shapes["borders"]),
        states=tuple((atlas.name(state, language), tint) for state, tint in tints.items()),
        attribution="; ".join(
            f"{told['attribution']} ({told['licence']})" for told in atlas.attribution(shape_files(atlas), language)
        ),
    )


def _lines(geometry: dict[str, Any]) -> Iterator[list[list[float]]]:
    parts = geometry["coordinates"]
    if geometry["type"] == "MultiLineString":
        yield from (line for line in parts if line)
        return
    for polygon in parts:
        yield from (ring for ring in polygon if ring)


def _bounds(features: list[dict[str, Any]]) -> tuple[float, float, float, float]:
    points = [point for one in features for line in _lines(one["geometry"]) for point in line]
    across, up = [point[0] for point in points], [point[1] for point in points]
    return min(across), min(up), max(across), max(up)


def _touches(geometry: dict[str, Any], plane: _Plane) -> bool:
    east, south = plane.west + WIDTH / plane.x_scale, plane.north - plane.height / plane.y_scale
    return any(plane.west <= x <= east and south <= y <= plane.north for line in _lines(geometry) for x, y in line)
