"""Downloads for geographic information systems: GeoJSON and GeoPackage, WGS 84."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from raumwerk.web.atlas.exports.content import Content

__all__ = ["to_geojson", "to_gpkg"]


def to_geojson(content: Content) -> bytes:
    """FeatureCollection (RFC 7946) with the facts and column descriptions in its member ``metadata``."""
    features = [
        {
            "type": "Feature",
            "id": row[content.fields[0].name],
            "properties": row,
            "geometry": _as_json(content.geometries.get(row[content.fields[0].name])),
        }
        for row in content.frame.iter_rows(named=True)
    ]
    collection = {
        "type": "FeatureCollection",
        "name": content.stem,
        "metadata": _metadata(content),
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, allow_nan=False).encode()


def _as_json(shape: Any) -> Any:
    return None if shape is None else json.loads(shapely.to_geojson(shape))


def _metadata(content: Content) -> dict[str, Any]:
    return {
        "title": content.title,
        "facts": [{"label": label, "text": text} for label, text in content.facts],
        "columns": [
            {"name": field.name, "label": field.label, "description": field.description, "unit": field.unit}
            for field in content.fields
        ],
    }


def to_gpkg(content: Content) -> bytes:
    """GeoPackage: layer ``data``, and a table ``metadata`` with the facts and column descriptions."""
    # pyogrio brings pandas: two seconds of start that no other page should wait for
    from pyogrio import set_gdal_config_options  # noqa: PLC0415 - loads GDAL

    # GDAL notes the time of writing; the release's own makes equal answers equal bytes
    set_gdal_config_options({"OGR_CURRENT_DATE": content.created.replace("+00:00", "Z")})
    with tempfile.TemporaryDirectory(prefix="raumwerk-") as folder:
        path = Path(folder) / "data.gpkg"
        shapes = [content.geometries.get(key) for key in content.frame[content.fields[0].name]]
        wkb = np.array([None if shape is None else shapely.to_wkb(_multi(shape)) for shape in shapes], dtype=object)
        kind = "MultiLineString" if any(shape and "Line" in shape.geom_type for shape in shapes) else "MultiPolygon"
        _write(path, "data", {field.name: content.frame[field.name].to_list() for field in content.fields}, wkb, kind)
        facts = [
            *content.facts,
            *((field.name, f"{field.description} {field.unit}".strip()) for field in content.fields),
        ]
        facts = [("title", content.title), *facts]
        table: dict[str, list[Any]] = {"label": [fact[0] for fact in facts], "text": [fact[1] for fact in facts]}
        _write(path, "metadata", table, None, None)
        return path.read_bytes()


def _multi(shape: Any) -> Any:
    """One kind of geometry in a layer: always the multiple one."""
    match shape.geom_type:
        case "Polygon":
            return shapely.MultiPolygon([shape])
        case "LineString":
            return shapely.MultiLineString([shape])
    return shape


def _write(path: Path, layer: str, columns: dict[str, list[Any]], wkb: Any, kind: str | None) -> None:
    import pyogrio.raw  # noqa: PLC0415 - as in to_gpkg

    data, masks = [], []
    for values in columns.values():
        absent = np.array([value is None for value in values], dtype=bool)
        present = [value for value in values if value is not None]
        numeric = bool(present) and all(isinstance(value, int | float) for value in present)
        if numeric and all(isinstance(value, bool) for value in present):
            data.append(np.array([bool(value) for value in values], dtype=bool))
        elif numeric:
            data.append(np.array([np.nan if value is None else value for value in values], dtype=float))
        else:
            data.append(np.array(values, dtype=object))
        masks.append(absent)
    pyogrio.raw.write(
        path,
        wkb,
        data,
        list(columns),
        field_mask=masks,
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        crs="EPSG:4326" if wkb is not None else None,
        append=path.exists(),
    )
