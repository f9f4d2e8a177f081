"""Boundaries of the Federal Agency for Cartography and Geodesy (BKG): the municipal GeoPackage, and VG250/VG1000.

All geometry leaves here as WKB in WGS 84 (EPSG:4326). Simplified boundaries are for maps and for finding where a point
lies; areas in km² always come from the registers.
"""

from __future__ import annotations

import re
import sqlite3
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import CRS, Transformer

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.editions import require_edition
from raumwerk.pipeline.sniff import Kind, reject
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.tables.keys import NATION, Level, level_of
from raumwerk.tables.schemas import CAVEATS

__all__ = ["SOURCES", "AdministrativeGeoPackage", "AdministrativeShapefile", "MunicipalGeoPackage"]

_Layer = tuple[pl.DataFrame, NDArray[np.object_], str]
#: What reading a damaged container raises.
_UNREADABLE = (
    DataSourceError, DataLayerError, GeometryError, FeatureError, CRSError, FieldError, UnicodeDecodeError,
    UnboundLocalError,  # pyogrio 0.13 raises it for a reference system that it cannot read
)  # fmt: skip
#: Warnings of the reading library that mean damage; others concern speed or style.
_DAMAGE = re.compile(r"parsed incompletely|closed ring|corrupt|truncated|invalid", re.IGNORECASE)
_WGS84 = CRS.from_epsg(4326)
#: Land area in VG250 and VG1000; the other factors are water bodies, which repeat the keys.
_LAND_AREA = 4
_VG_COLUMNS = ("ADE", "GF", "AGS", "GEN", "BEZ")
#: Simplifying may leave nothing of very small areas; more than this share means a damaged file.
_MAX_EMPTY = 0.01
#: Levels that VG250/VG1000 files hold, by administrative level (ADE).
_ADE = {2: Level.STATE, 3: Level.GOVERNMENT_REGION, 4: Level.DISTRICT, 6: Level.MUNICIPALITY}


@dataclass(frozen=True, slots=True)
class _LayerPlan:
    """Where the GeoPackage keeps one level: layer, key column, level."""

    layer: str
    key: str
    level: Level


_PLANS = (
    _LayerPlan("gemeinden", "ags", Level.MUNICIPALITY),
    _LayerPlan("kreise", "kreis", Level.DISTRICT),
    _LayerPlan("laender", "land", Level.STATE),
)


class MunicipalGeoPackage:
    """``gemeinden_de.gpkg``: three layers with municipalities, districts and states of Germany."""

    key = "bkg_municipalities"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """Whether it is a GeoPackage with the three layers."""
        return file.head.kind is Kind.GEOPACKAGE and {plan.layer for plan in _PLANS} <= set(file.head.layers)

    def read(self, file: RawFile) -> Tables:
        """Read tables ``areas`` and ``boundaries``; centres are points inside the polygons."""
        edition = require_edition(file, content=_descriptions(file))
        parts = [_geopackage_level(file, plan, edition) for plan in _PLANS]
        return _joined(parts)


class AdministrativeShapefile:
    """One shapefile of VG250 or VG1000 (``*_GEM``, ``*_KRS``, ``*_RBZ``, ``*_LAN``); only land areas (GF = 4) count."""

    key = "bkg_vg"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """Whether it is a shapefile with BKG's columns, or one that came without its ``.dbf``."""
        if file.head.kind is not Kind.SHAPEFILE:
            return False
        if not file.path.with_suffix(".dbf").exists():
            return file.name.upper().startswith("VG")
        try:
            fields = pyogrio.read_info(file.path)["fields"]
        except _UNREADABLE:
            return file.name.upper().startswith("VG")
        return set(_VG_COLUMNS) <= {str(name).upper() for name in fields}

    def read(self, file: RawFile) -> Tables:
        """Read tables ``areas`` and ``boundaries`` of one level."""
        _require_companions(file)
        return _joined([_administrative_level(file, None, require_edition(file))])


class AdministrativeGeoPackage:
    """VG250 or VG1000 as one GeoPackage with the layers ``*_gem``, ``*_krs``, ``*_rbz`` and ``*_lan``."""

    key = "bkg_vg"
    version = "1"
    _endings = ("_gem", "_krs", "_rbz", "_lan")

    def recognise(self, file: RawFile) -> bool:
        """Whether it is a GeoPackage with layers named as the BKG names them."""
        return file.head.kind is Kind.GEOPACKAGE and bool(self._layers(file))

    def read(self, file: RawFile) -> Tables:
        """Read tables ``areas`` and ``boundaries`` of all levels; only land areas (GF = 4) count."""
        edition = require_edition(file, content=_descriptions(file))
        return _joined([_administrative_level(file, layer, edition) for layer in self._layers(file)])

    def _layers(self, file: RawFile) -> list[str]:
        names = (layer for layer in file.head.layers if layer.lower().startswith("vg"))
        return sorted(layer for layer in names if layer.lower().endswith(self._endings))


def _administrative_level(file: RawFile, layer: str | None, edition: str) -> Tables:
    """One level of VG250 or VG1000: a shapefile (no layer) or a layer of a GeoPackage."""
    fields, geometry, crs = _read_layer(file, layer, _VG_COLUMNS)
    land = (fields["GF"] == _LAND_AREA).to_numpy()
    fields, geometry = fields.filter(pl.Series(land)), geometry[land]
    level = _single_level(fields, file, layer)
    frame = fields.select(area="AGS", name="GEN", kind="BEZ")
    return _level_tables(frame, _to_wgs84(geometry, crs, file, layer=layer), level, edition, file, layer=layer)


def _descriptions(file: RawFile) -> str:
    """What the GeoPackage says about its layers: may hold the date of the area definitions."""
    connection = sqlite3.connect(f"{file.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        rows = connection.execute("select identifier, description from gpkg_contents").fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise reject(file.name, "the GeoPackage is damaged", "a complete GeoPackage", cause=error) from error
    finally:
        connection.close()
    return " ".join(str(cell) for row in rows for cell in row if cell)


def _geopackage_level(file: RawFile, plan: _LayerPlan, edition: str) -> Tables:
    fields, geometry, crs = _read_layer(file, plan.layer, (plan.key, "name"))
    frame = fields.select(area=plan.key, name="name", kind=pl.lit(None, dtype=pl.String))
    shapes = _to_wgs84(geometry, crs, file, layer=plan.layer)
    return _level_tables(frame, shapes, plan.level, edition, file, layer=plan.layer)


def _read_layer(file: RawFile, layer: str | None, wanted: Sequence[str]) -> _Layer:
    """Columns, WKB geometry and reference system of one layer."""
    try:
        present = [str(name) for name in pyogrio.read_info(file.path, layer=layer)["fields"]]
        spelled = {name.upper(): name for name in present}  # BKG writes them in capitals or small, by format
        missing = [name for name in wanted if name.upper() not in spelled]
        if missing:
            raise InputError(
                Problem(
                    f"column {name} is missing",
                    expected=f"columns {', '.join(wanted)}",
                    advice="Take the file as its publisher delivers it.",
                    file=file.name,
                    sheet=layer,
                    column=name,
                )
                for name in missing
            )
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            meta, _, geometry, columns = pyogrio.raw.read(
                file.path, layer=layer, columns=[spelled[name.upper()] for name in wanted]
            )
            shapes = shapely.from_wkb(geometry)
    except (*_UNREADABLE, shapely.errors.GEOSException) as error:
        raise reject(file.name, "the layer cannot be read", "a complete file of boundaries", cause=error) from error
    found = {str(name).upper(): values.tolist() for name, values in zip(meta["fields"], columns, strict=True)}
    frame = pl.DataFrame({name: pl.Series(found[name.upper()]) for name in wanted})
    damage = [str(one.message) for one in told if _DAMAGE.search(str(one.message))]
    if damage:
        raise reject(file.name, f"the layer is damaged: {damage[0][:200]}", "a complete file of boundaries")
    if not meta["crs"]:
        raise InputError(Problem("the reference system is not stated", expected="a .prj file", file=file.name))
    return frame, shapes, str(meta["crs"])


def _to_wgs84(
    geometry: NDArray[np.object_], crs: str, file: RawFile, *, layer: str | None = None
) -> NDArray[np.object_]:
    """Valid polygons in longitude and latitude (in this order); what simplifying left nothing of stays empty."""
    empty = np.flatnonzero(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    if empty.size > max(1.0, _MAX_EMPTY * geometry.size):
        raise InputError(
            Problem("the area has no polygon", expected="a polygon", file=file.name, sheet=layer, row=int(row) + 1)
            for row in empty
        )
    source = CRS.from_user_input(crs)
    if source != _WGS84:
        move = Transformer.from_crs(source, _WGS84, always_xy=True)
        geometry = shapely.transform(geometry, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))
    corners = shapely.get_coordinates(geometry)
    if not (np.isfinite(corners).all() and (np.abs(corners) <= (180, 90)).all()):
        raise reject(file.name, "a polygon has corners that are no places on earth", "a complete file of boundaries")
    broken = ~shapely.is_valid(geometry)
    if broken.any():
        geometry = geometry.copy()
        geometry[broken] = shapely.make_valid(geometry[broken])
    return geometry


def _level_tables(
    frame: pl.DataFrame,
    geometry: NDArray[np.object_],
    level: Level,
    edition: str,
    file: RawFile,
    *,
    layer: str | None = None,
) -> Tables:
    """Tables of one level from columns ``area``, ``name``, ``kind`` and the polygons in the same order."""
    _check_keys(frame["area"], level, file, layer)
    drawn = ~shapely.is_empty(geometry)
    centre = shapely.point_on_surface(np.where(drawn, geometry, np.array(None, dtype=object)))
    common = frame.with_columns(edition=pl.lit(edition), level=pl.lit(level.value), file=pl.lit(file.sha256))
    parent = {Level.MUNICIPALITY: 5, Level.DISTRICT: 2, Level.GOVERNMENT_REGION: 2}.get(level)
    areas = common.with_columns(
        parent=pl.col("area").str.slice(0, parent) if parent else pl.lit(NATION),
        association=pl.lit(None, dtype=pl.String),
        longitude=pl.Series(shapely.get_x(centre)).fill_nan(None),
        latitude=pl.Series(shapely.get_y(centre)).fill_nan(None),
        inhabited=~pl.col("kind").fill_null("").str.to_lowercase().str.starts_with("gemeindefrei"),
    )
    wkb = pl.Series(shapely.to_wkb(geometry).tolist(), dtype=pl.Binary)
    boundaries = common.drop("kind").with_columns(geometry=wkb).filter(pl.Series(drawn))
    return {"areas": areas, "boundaries": boundaries, "caveats": _not_drawn(common.filter(pl.Series(~drawn)), file)}


def _not_drawn(lost: pl.DataFrame, file: RawFile) -> pl.DataFrame:
    """A caveat that names the areas whose polygon was lost when the boundaries were simplified."""
    if lost.is_empty():
        return CAVEATS.empty()
    named = ", ".join(f"{name} ({area})" for name, area in lost.select("name", "area").iter_rows())
    return pl.DataFrame(
        {
            "caveat": [f"boundaries-not-drawn-{lost['edition'][0]}"],
            "text_de": [f"Durch die Vereinfachung der Grenzen ohne Fläche auf der Karte: {named}."],
            "text_en": [f"Without an area on the map because the boundaries were simplified: {named}."],
            "file": [file.sha256],
        }
    )


def _check_keys(keys: pl.Series, level: Level, file: RawFile, layer: str | None) -> None:
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for row, key in enumerate(keys.to_list(), start=1):
        if level_of(str(key)) is not level:
            problems.append(
                Problem(f"{key!r} is not a key", expected=f"the key of a {level}", file=file.name, sheet=layer, row=row)
            )
        elif key in seen:
            problems.append(
                Problem(
                    f"key {key} is there twice (first in row {seen[key]})",
                    expected="each area once",
                    file=file.name,
                    sheet=layer,
                    row=row,
                )
            )
        seen.setdefault(key, row)
    if not seen:
        problems.append(Problem("the layer is empty", expected="one row for each area", file=file.name, sheet=layer))
    if problems:
        raise InputError(problems)


def _single_level(fields: pl.DataFrame, file: RawFile, layer: str | None) -> Level:
    found = sorted(set(fields["ADE"].to_list()))
    if len(found) == 1 and found[0] in _ADE:
        return _ADE[found[0]]
    raise InputError(
        Problem(
            f"land areas (GF=4) of administrative level {found}",
            expected=f"one of {', '.join(f'{ade} ({level})' for ade, level in _ADE.items())}",
            file=file.name,
            sheet=layer,
            column="ADE",
        )
    )


def _require_companions(file: RawFile) -> None:
    missing = [end for end in (".dbf", ".shx", ".prj") if not file.path.with_suffix(end).exists()]
    if missing:
        raise InputError(
            Problem(
                f"{file.path.with_suffix(end).name} is missing beside the shapefile",
                expected="the .shp together with .dbf, .shx and .prj of the same name",
                advice="Import the unpacked folder as a whole.",
                file=file.name,
            )
            for end in missing
        )


def _joined(parts: Sequence[Tables]) -> Tables:
    names = ("areas", "boundaries", "caveats")
    return {name: pl.concat([part[name] for part in parts], how="vertical") for name in names}


SOURCES = (MunicipalGeoPackage(), AdministrativeShapefile(), AdministrativeGeoPackage())
