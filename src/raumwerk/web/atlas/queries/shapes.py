"""Shapes of a region for the map: simplified together, so that neighbours keep one common line."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import shapely
from django.utils.translation import gettext
from numpy.typing import NDArray

from raumwerk.errors import MissingError
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = ["full_shapes", "region_shapes", "shape_files"]

Shapes = dict[str, Any]  # GeoJSON

DECIMALS = 5  # about one metre
_TOLERANCE = {Level.MUNICIPALITY: 0.004, Level.DISTRICT: 0.008}  # degrees; one or two pixels of a 1,000 px wide map
_SURROUNDINGS = 0.35  # of the region's width and height, on every side
_TOWNS = 24  # named on the map as far as there is room
_PARTNERS = 12  # districts further away that exchange most commuters with the region


def full_shapes(atlas: AtlasRelease, keys: list[str]) -> dict[str, Any]:
    """Unsimplified geometries of areas by key, WGS 84; areas without a boundary are left out."""
    if not atlas.has("boundaries"):
        raise MissingError(gettext("Release %(release)s holds no boundaries.") % {"release": atlas.id})
    rows = (
        atlas.table("boundaries")
        .filter((pl.col("edition") == atlas.edition) & pl.col("area").is_in(keys))
        .select("area", "geometry")
        .unique(subset="area", keep="first", maintain_order=True)
        .collect()
    )
    return dict(zip(rows["area"].to_list(), shapely.from_wkb(rows["geometry"].to_numpy()), strict=True))


def region_shapes(atlas: AtlasRelease, region: Region, level: str, lang: str) -> Shapes:
    """What the map of a region draws.

    Returns
    -------
    dict
        ``release``, ``level``; ``features``: members of the region at ``level``; ``context``: districts around it and
        its strongest partners; ``borders``: lines between states; ``outline``: outer line of the region. WGS 84 degrees
        with five decimals; features and the context around them share their common vertices.
    """
    key = ("shapes", region.slug, level, lang)
    answer: Shapes = atlas.remember(key, lambda: _build(atlas, region, level, lang))
    return answer


def _build(atlas: AtlasRelease, region: Region, level: str, lang: str) -> Shapes:
    members = full_shapes(atlas, list(region.members(level)))
    if not members:
        message = gettext("Release %(release)s holds no boundaries of “%(region)s” at this level.")
        raise MissingError(message % {"release": atlas.id, "region": region.slug})
    around = _context(atlas, region, members)
    keys = [*members, *around]
    drawn = _simplified(np.array([*members.values(), *around.values()], dtype=object), _TOLERANCE[Level(level)])
    own, other = drawn[: len(members)], drawn[len(members) :]
    states = np.array([key[:2] for key in keys])
    near = shapely.intersects(drawn, _frame(own))
    return {
        "release": atlas.id,
        "level": level,
        "features": _collection(atlas, list(members), own, lang),
        "context": _collection(atlas, list(around), other, lang),
        "borders": _geojson(_state_borders(drawn[near], states[near])),
        "outline": _geojson(shapely.union_all(own)),
        "labels": _labels(atlas, region, lang),
    }


def _labels(atlas: AtlasRelease, region: Region, lang: str) -> list[dict[str, Any]]:
    """The largest towns of the region with their places, largest first; none where nobody counted inhabitants."""
    if "population" not in atlas.indicators:
        return []
    counted = atlas.table("indicators").filter(
        (pl.col("indicator") == "population") & pl.col("area").is_in(list(region.municipalities))
    )
    newest = counted.sort("period").group_by("area").agg(pl.col("value").last()).drop_nulls().collect()
    rows = newest.sort(["value", "area"], descending=[True, False]).head(_TOWNS)
    placed = [(key, *atlas.centre(key)) for key in rows["area"]]
    return [
        {"key": key, "name": atlas.name(key, lang), "x": round(x, DECIMALS), "y": round(y, DECIMALS)}
        for key, x, y in placed
        if x is not None and y is not None
    ]


def _frame(own: NDArray[Any]) -> Any:
    west, south, east, north = shapely.total_bounds(own)
    wide, high = (east - west) * _SURROUNDINGS, (north - south) * _SURROUNDINGS
    return shapely.box(west - wide, south - high, east + wide, north + high)


def _context(atlas: AtlasRelease, region: Region, members: dict[str, Any]) -> dict[str, Any]:
    """Districts of the surroundings and the strongest partners, without those the region consists of."""
    districts = atlas.remember("districts", lambda: full_shapes(atlas, atlas.keys_of(Level.DISTRICT)))
    frame = _frame(np.array(list(members.values()), dtype=object))
    wanted = {*strongest_partners(atlas, region)}
    taken = {*region.districts, *(key[:5] for key in members)}
    return {
        key: shape
        for key, shape in districts.items()
        if key not in taken and (key in wanted or shapely.intersects(shape, frame))
    }


def strongest_partners(atlas: AtlasRelease, region: Region, count: int = _PARTNERS) -> list[str]:
    """Districts outside that exchange most commuters with the region's, in both directions, latest period."""
    if not atlas.has("flows"):
        return []
    rows = atlas.table("flows").filter((pl.col("level") == Level.DISTRICT) & (pl.col("part") == "all"))
    latest = rows.select(pl.col("period").max()).collect().item()
    own = list(region.districts)
    inside, outside = pl.col("origin").is_in(own), pl.col("destination").is_in(own)
    crossing = rows.filter((pl.col("period") == latest) & (inside != outside)).select(
        pl.when(inside).then("destination").otherwise("origin").alias("partner"), "value"
    )
    sums = crossing.group_by("partner").agg(pl.col("value").sum()).sort(["value", "partner"], descending=[True, False])
    return sums.head(count).collect()["partner"].to_list()


def _simplified(shapes: NDArray[Any], tolerance: float) -> NDArray[Any]:
    """Simplify as one coverage; shapes that do not fit together as one stay as they are. Then quantise."""
    if shapely.coverage_is_valid(shapes):
        shapes = shapely.coverage_simplify(shapes, tolerance)
    rounded: NDArray[Any] = shapely.transform(shapes, lambda points: np.round(points, DECIMALS))
    return rounded


def _state_borders(shapes: NDArray[Any], states: NDArray[Any]) -> Any:
    """Lines where areas of different states touch."""
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    pairs = (left < right) & (states[left] != states[right])
    shared = shapely.intersection(shapely.boundary(shapes[left[pairs]]), shapely.boundary(shapes[right[pairs]]))
    lines = [part for part in shapely.get_parts(shared) if part.geom_type == "LineString"]
    return shapely.line_merge(shapely.MultiLineString(lines))


def _collection(atlas: AtlasRelease, keys: list[str], shapes: NDArray[Any], lang: str) -> dict[str, Any]:
    features = []
    for key, shape in zip(keys, shapes, strict=True):
        x, y = atlas.centre(key)
        area = atlas.areas.get(key)
        features.append(
            {
                "type": "Feature",
                "id": key,
                "properties": {
                    "key": key,
                    "name": atlas.name(key, lang),
                    "state": key[:2],
                    "district": key[:5],
                    "inhabited": area is None or area.inhabited,
                    "x": None if x is None else round(x, DECIMALS),
                    "y": None if y is None else round(y, DECIMALS),
                },
                "geometry": _geojson(shape),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _geojson(shape: Any) -> dict[str, Any]:
    """GeoJSON geometry; lines always as MultiLineString, areas always as MultiPolygon."""
    kind, parts = ("MultiLineString", "LineString") if "Line" in shape.geom_type else ("MultiPolygon", "Polygon")
    whole = [part for part in shapely.get_parts(shape) if part.geom_type == parts]
    if kind == "MultiLineString":
        return {"type": kind, "coordinates": [_ring(line) for line in whole]}
    return {
        "type": kind,
        "coordinates": [[_ring(area.exterior), *(_ring(hole) for hole in area.interiors)] for area in whole],
    }


def _ring(line: Any) -> list[list[float]]:
    """Coordinates, rounded and without a point that repeats the one before it."""
    points = np.round(shapely.get_coordinates(line), DECIMALS)
    kept = np.ones(len(points), dtype=bool)
    kept[1:] = (points[1:] != points[:-1]).any(axis=1)
    found: list[list[float]] = points[kept].tolist()
    return found


def shape_files(atlas: AtlasRelease) -> list[str]:
    """Raw files the boundaries were read from."""
    return list(atlas.manifest["tables"].get("boundaries", {}).get("files", []))
