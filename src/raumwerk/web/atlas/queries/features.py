"""Layers for geographic information systems: areas with all their indicators, commuter lines, places of supply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import shapely
from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.catalogue import describe_indicator
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import full_shapes, shape_files
from raumwerk.web.atlas.queries.words import level_name

__all__ = ["Layer", "Property", "layer", "layer_rows", "layers"]

_LEVELS = {"municipalities": Level.MUNICIPALITY.value, "districts": Level.DISTRICT.value}


@dataclass(frozen=True, slots=True)
class Property:
    """One property of the features of a layer; ``kind`` is a type of JSON Schema."""

    name: str
    title: str
    kind: str
    description: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of one region; ``key`` is its name in addresses, ``bbox`` its extent in WGS 84."""

    key: str
    region: Region
    level: str
    title: str
    description: str
    bbox: tuple[float, float, float, float]
    properties: tuple[Property, ...]
    files: tuple[str, ...]


def layers(atlas: AtlasRelease, lang: str) -> list[Layer]:
    """Return every layer of the release."""
    return atlas.remember(("layers", lang), lambda: list(_layers(atlas, lang)))


def layer(atlas: AtlasRelease, key: str, lang: str) -> Layer:
    """Layer of that name, or MissingError naming the known ones."""
    known = {each.key: each for each in layers(atlas, lang)}
    if key not in known:
        message = gettext("There is no layer “%(layer)s”; known layers: %(known)s.")
        raise MissingError(message % {"layer": key[:80], "known": ", ".join(known) or "–"})
    return known[key]


def _layers(atlas: AtlasRelease, lang: str) -> Iterator[Layer]:
    if not atlas.has("boundaries"):
        return
    for region in atlas.regions.values():
        for name, level in _LEVELS.items():
            shapes = _shapes(atlas, region, level)
            if not shapes:
                continue
            values = _values(atlas, region, level)
            files = {*shape_files(atlas), *(file for each in values["files"].drop_nulls() for file in each)}
            west, south, east, north = (float(each) for each in shapely.total_bounds(list(shapes.values())))
            words = gettext("%(region)s: %(level)s with their latest indicators")
            yield Layer(
                f"{region.slug}-{name}",
                region,
                level,
                f"{region.name(lang)}: {level_name(level)}",
                words % {"region": region.name(lang), "level": level_name(level)},
                (west, south, east, north),
                _properties(atlas, sorted(set(values["indicator"])), lang),
                tuple(sorted(files)),
            )


def _properties(atlas: AtlasRelease, indicators: Sequence[str], lang: str) -> tuple[Property, ...]:
    own = [
        Property("key", gettext("Key"), "string", gettext("Official key of the area")),
        Property("name", gettext("Name"), "string", gettext("Name of the area")),
        Property("district", gettext("District"), "string", gettext("Key of the district")),
        Property("state", gettext("State"), "string", gettext("Key of the state")),
    ]
    told = (describe_indicator(atlas, key, lang) for key in atlas.indicators if key in indicators)
    return (*own, *(Property(each["key"], each["name"], "number", each["description"], each["unit"]) for each in told))


def _shapes(atlas: AtlasRelease, region: Region, level: str) -> dict[str, Any]:
    found: dict[str, Any] = atlas.remember(
        ("layer shapes", region.slug, level), lambda: full_shapes(atlas, list(region.members(level)))
    )
    return found


def _values(atlas: AtlasRelease, region: Region, level: str) -> pl.DataFrame:
    """Every value of the members: indicator, area, period, value, files."""

    def read() -> pl.DataFrame:
        columns: dict[str, Any] = {"indicator": pl.String, "area": pl.String, "period": pl.String, "value": pl.Float64,
                   "files": pl.List(pl.String)}  # fmt: skip
        if not atlas.has("indicators"):
            return pl.DataFrame(schema=columns)
        wanted = (pl.col("level") == level) & pl.col("area").is_in(list(region.members(level)))
        return atlas.table("indicators").filter(wanted).select(list(columns)).collect()

    found: pl.DataFrame = atlas.remember(("layer values", region.slug, level), read)
    return found


def layer_rows(
    atlas: AtlasRelease,
    chosen: Layer,
    *,
    lang: str,
    frame: Any = None,
    until: str | None = None,
    equal: Mapping[str, str] | None = None,
) -> list[tuple[dict[str, Any], Any]]:
    """Features of a layer in key order: properties and geometry.

    Parameters
    ----------
    frame : shapely geometry, optional
        Area in WGS 84 degrees: only features that meet it.
    until : str, optional
        Day: of each indicator the latest value not after it, else the latest of all.
    equal : mapping, optional
        Only features whose text properties have these values.

    Returns
    -------
    list of (dict, shapely geometry)
        A value that is suppressed or unknown is None, never zero.
    """
    shapes = _shapes(atlas, chosen.region, chosen.level)
    keys = sorted(shapes)
    if frame is not None:
        keys = [key for key in keys if shapely.intersects(shapes[key], frame)]
    for name, value in (equal or {}).items():
        keys = [key for key in keys if _text(atlas, key, lang)[name] == value]
    values = _latest(_values(atlas, chosen.region, chosen.level), until)
    names = [each.name for each in chosen.properties if each.kind == "number"]
    empty = dict.fromkeys(names)
    return [({**_text(atlas, key, lang), **empty, **values.get(key, {})}, shapes[key]) for key in keys]


def _text(atlas: AtlasRelease, key: str, lang: str) -> dict[str, str]:
    return {"key": key, "name": atlas.name(key, lang), "district": key[:5], "state": key[:2]}


def _latest(values: pl.DataFrame, until: str | None) -> dict[str, dict[str, float | None]]:
    """By area the values of each indicator's latest period."""
    ends = values.with_columns(pl.col("period").str.split("/").list.last().alias("end"))
    if until is not None:
        length = pl.col("end").str.len_bytes()
        # a year or month alone is over at its end
        rest = pl.when(length == 4).then(pl.lit("-12-31")).when(length == 7).then(pl.lit("-31")).otherwise(pl.lit(""))
        ends = ends.filter(pl.col("end") + rest <= until)
    last = ends.filter(pl.col("end") == pl.col("end").max().over("indicator"))
    found: dict[str, dict[str, float | None]] = {}
    for area, indicator, value in last.select("area", "indicator", "value").iter_rows():
        found.setdefault(area, {})[indicator] = value
    return found
