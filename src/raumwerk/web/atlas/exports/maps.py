"""Maps drawn by the server: choropleth, commuters, where a place lies. The same shapes and colours as on the screen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import floor, log10, sqrt
from typing import Any

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.tables.status import Status
from raumwerk.web.atlas.exports.drawing import INK, Drawing
from raumwerk.web.atlas.exports.ground import Ground, points_of
from raumwerk.web.atlas.exports.nation import nation_drawing
from raumwerk.web.atlas.exports.palette import CROSSING, WITHIN, class_of, colours_of
from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.queries.release import COUNTRY, AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import region_shapes
from raumwerk.web.atlas.queries.values import RegionValues
from raumwerk.web.kit.templatetags.kit import number

__all__ = ["MOST_LINES", "WIDEST", "Key", "arc", "areas_drawing", "choropleth", "examples_of", "flow_map",
           "locator", "symbol_map"]  # fmt: skip

_EDGE, _CONTEXT, _OUTLINE, _BORDER = "#ffffff", "#c9c9c4", "#1d1d1b", "#b35806"
PLAIN, _CHOSEN = "#dfe7ea", "#0f4163"
_SYMBOL, _LARGEST = "#22698a", 34.0  # circles of absolute numbers, as on the screen
WIDEST, _THINNEST, _BEND = 16.0, 0.75, 0.18
MOST_LINES = 80  # more would only darken the picture; the table holds them all


@dataclass(frozen=True, slots=True)
class Key:
    """One row of a legend: a patch of colour, hatching (``colour`` None), a line of some width, or a circle."""

    label: str
    colour: str | None
    line: float = 0.0
    dashed: bool = False
    dotted: bool = False
    circle: float = 0.0


def choropleth(
    atlas: AtlasRelease, view: RegionValues, *, method: str, lang: str, width: float = 640, most: float = 640
) -> tuple[Drawing, list[Key]]:
    """Choropleth of an indicator with its legend; areas without a value are hatched, their interval is in the table.

    Parameters
    ----------
    method : {"quantile", "equal", "natural"}
        Classes. The areas of the whole country are drawn without their names.
    width, most : float
        Width, and largest height, in units of the drawing.
    """
    breaks = view.breaks[method]
    ramp = colours_of(breaks, view.indicator["diverging_at"])
    rows = {row["area"]: row for row in view.frame.iter_rows(named=True)}
    decimals, unit = view.indicator["decimals"], view.indicator["unit"]

    def look(key: str) -> tuple[str | None, str]:
        row = rows.get(key)
        if row is None or row["value"] is None:
            return None, gettext("no value")
        return ramp[class_of(row["value"], breaks)], f"{number(row['value'], decimals)} {unit}".strip()

    if view.region.slug == COUNTRY:
        drawing = nation_drawing(atlas, view.level, lang, size=(width, most), colour=lambda key: look(key)[0])
    else:
        drawing = areas_drawing(atlas, view.region, view.level, lang, size=(width, most), look=look)
    keys = [Key(_class_words(breaks, index, decimals), colour) for index, colour in enumerate(ramp)]
    if any(row["value"] is None for row in rows.values()):
        keys.append(Key(gettext("no value"), None))
    return drawing, keys


def symbol_map(
    atlas: AtlasRelease, view: RegionValues, *, lang: str, width: float = 640, most: float = 640
) -> tuple[Drawing, list[Key]]:
    """Circles for absolute numbers, as on the screen: their areas grow with the values."""
    rows = {row["area"]: row for row in view.frame.iter_rows(named=True)}

    def look(key: str) -> tuple[str | None, str]:
        known = key in rows and rows[key]["value"] is not None
        return (PLAIN, "") if known else (None, gettext("no value"))

    drawing = areas_drawing(atlas, view.region, view.level, lang, size=(width, most), look=look)
    ground = Ground.around(region_shapes(atlas, view.region, view.level, lang), width, most)
    known = view.frame.filter(pl.col("value") > 0).sort("value", descending=True)
    largest = float(known["value"].max() or 0.0)  # type: ignore[arg-type]  # a column of numbers
    for area, name, value in known.select("area", "name", "value").iter_rows():
        x, y = atlas.centre(area)
        if x is not None and y is not None:
            words = f"{name}: {number(value, view.indicator['decimals'])}"
            drawing.circle(*ground(x, y), _radius(value, largest), _SYMBOL, edge=_EDGE, opacity=0.75, name=words)
    keys = [Key(number(each), _SYMBOL, circle=_radius(each, largest)) for each in _example_symbols(largest)]
    if any(row["value"] is None for row in rows.values()):
        keys.append(Key(gettext("no value"), None))
    return drawing, keys


def _radius(value: float, largest: float) -> float:
    return max(1.5, _LARGEST * sqrt(min(1.0, value / largest)))


def _example_symbols(largest: float) -> list[float]:
    """Largest one-digit number below the largest value, a quarter, a twentieth."""
    if largest <= 0:
        return []
    return list(dict.fromkeys(_down(largest / part) for part in (1, 4, 20)))


def _down(value: float) -> float:
    step = 10.0 ** floor(log10(value))
    return floor(value / step) * step


def _class_words(breaks: list[float], index: int, decimals: int) -> str:
    below = number(breaks[index], decimals) if index < len(breaks) else None
    above = number(breaks[index - 1], decimals) if index else None
    if above is None:
        return gettext("all values") if below is None else gettext("below %(value)s") % {"value": below}
    return gettext("%(value)s and more") % {"value": above} if below is None else f"{above} – {below}"


def areas_drawing(
    atlas: AtlasRelease,
    region: Region,
    level: str,
    lang: str,
    *,
    size: tuple[float, float],
    look: Callable[[str], tuple[str | None, str]],
    borders: bool = True,
) -> Drawing:
    """Areas of a region with their surroundings and lines; ``look`` gives colour (None is hatched) and words."""
    shapes = region_shapes(atlas, region, level, lang)
    ground = Ground.around(shapes, *size)
    drawing = Drawing(ground.width, ground.height)
    _surroundings(drawing, ground, shapes)
    for feature in shapes["features"]["features"]:
        colour, words = look(feature["id"])
        name = feature["properties"]["name"] + (f": {words}" if words else "")
        fill = drawing.hatching() if colour is None else colour
        drawing.path(ground.path(feature["geometry"]), fill=fill, stroke=_EDGE, width=0.8, name=name)
    _lines(drawing, ground, shapes, borders=borders)
    return drawing


def _surroundings(drawing: Drawing, ground: Ground, shapes: Mapping[str, Any]) -> None:
    """Neighbours as far as they lie on the picture; what lies beyond is cut by the frame of the drawing."""
    for feature in shapes["context"]["features"]:
        placed = [ground(x, y) for x, y in points_of(feature["geometry"])]
        if any(0 <= x <= ground.width and 0 <= y <= ground.height for x, y in placed):
            path = ground.path(feature["geometry"])
            drawing.path(path, fill="#fbfbfa", stroke=_CONTEXT, width=0.8)


def _lines(drawing: Drawing, ground: Ground, shapes: Mapping[str, Any], *, borders: bool = True) -> None:
    if borders:
        drawing.path(ground.path(shapes["borders"]), stroke=_BORDER, width=2, dash="8 6")
    drawing.path(ground.path(shapes["outline"]), stroke=_OUTLINE, width=1.6)


def locator(
    atlas: AtlasRelease, region: Region, keys: Collection[str], lang: str, *, width: float = 300, most: float = 320
) -> Drawing:
    """Where the chosen municipalities (or a district's) lie among the districts of the region.

    Raises
    ------
    MissingError
        When none of them lies in the region.
    """
    chosen = set(keys)
    districts, towns = (region_shapes(atlas, region, level, lang) for level in ("district", "municipality"))
    if not any(feature["id"] in chosen or feature["id"][:5] in chosen for feature in towns["features"]["features"]):
        what = gettext("“%(area)s” is no municipality and no district of this region")
        raise MissingError(what % {"area": ", ".join(sorted(chosen))[:80]})
    ground = Ground.around(districts, width, most, detail=1.2)
    drawing = Drawing(ground.width, ground.height)
    for feature in districts["features"]["features"]:
        drawing.path(ground.path(feature["geometry"]), fill=PLAIN, stroke=_EDGE)
    for feature in towns["features"]["features"]:
        if feature["id"] in chosen or feature["id"][:5] in chosen:
            name = feature["properties"]["name"]
            drawing.path(ground.path(feature["geometry"]), fill=_CHOSEN, stroke=_CHOSEN, width=0.5, name=name)
    _lines(drawing, ground, districts)
    return drawing


def flow_map(
    atlas: AtlasRelease, region: Region, view: AreaFlows, *, lang: str, width: float = 640, most: float = 640
) -> tuple[Drawing, list[Key]]:
    """Commuters of one area as lines, as wide as many; partners outside of the picture are in the table only."""
    level = "municipality" if view.estimated or len(view.area) == 8 else "district"
    shapes = region_shapes(atlas, region, level, lang)
    ground = Ground.around(shapes, width, most)
    drawing = areas_drawing(atlas, region, level, lang, size=(width, most), look=lambda key: (PLAIN, ""))
    x, y = atlas.centre(view.area)
    rows = [] if x is None or y is None or view.area.startswith("region:") else _drawn(view)
    largest = max((row["value"] for row in rows), default=0.0)
    for row in reversed(rows):
        home, other = ground(float(x or 0), float(y or 0)), ground(row["x"], row["y"])
        if 0 <= other[0] <= ground.width and 0 <= other[1] <= ground.height:
            start, end = (home, other) if view.direction == "out" else (other, home)
            arc(
                drawing, start, end, share=row["value"] / largest, name=f"{row['name']}: {number(row['value'])}",
                colour=CROSSING if row["crosses"] else WITHIN,
                dash="6 4" if row["status"] == Status.ESTIMATED else "",
            )  # fmt: skip
    return drawing, _flow_keys(rows, largest)


def _drawn(view: AreaFlows) -> list[dict[str, Any]]:
    rows = view.frame.drop_nulls(["value", "x", "y"]).filter((pl.col("value") > 0) & (pl.col("area") != view.area))
    return rows.head(MOST_LINES).to_dicts()


def arc(
    drawing: Drawing, start: tuple[float, float], end: tuple[float, float], *, colour: str, share: float, name: str,
    dash: str = "", bent: bool = True,
) -> None:  # fmt: skip
    """A line as wide as the square root of its ``share`` of the largest.

    It is ``bent`` to the right of its direction, so that there and back differ; a dot marks where it ends.
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    bend = ((start[0] + end[0]) / 2 - dy * _BEND, (start[1] + end[1]) / 2 + dx * _BEND)
    root = sqrt(min(1.0, share))
    drawing.path(
        f"M{start[0]:.1f} {start[1]:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {end[0]:.1f} {end[1]:.1f}",
        stroke=colour,
        width=max(_THINNEST, WIDEST * root),
        dash=dash,
        opacity=0.3 + 0.6 * root,
        name=name,
    )
    if bent:
        drawing.circle(*end, 2.2, INK)


def _flow_keys(rows: list[dict[str, Any]], largest: float) -> list[Key]:
    keys = []
    if any(not row["crosses"] for row in rows):
        keys.append(Key(gettext("within a state"), WITHIN, 3))
    if any(row["crosses"] for row in rows):
        keys.append(Key(gettext("across a state border"), CROSSING, 3))
    if any(row["status"] == Status.ESTIMATED for row in rows):
        keys.append(Key(gettext("dashed: estimate"), WITHIN, 3, dashed=True))
    for example in examples_of(largest):
        width = max(1.0, WIDEST * sqrt(example / largest))
        keys.append(Key(f"{number(example)} {gettext('persons')}", "#565652", width))
    return keys


def examples_of(largest: float) -> list[float]:
    """Largest flow and a tenth of it, rounded down to one digit."""
    if largest < 1:
        return []
    return [_down(largest), _down(largest / 10)] if largest >= 10 else [float(floor(largest))]
