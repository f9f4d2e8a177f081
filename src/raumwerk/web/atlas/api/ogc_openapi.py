"""OpenAPI 3.0 description of ``/ogc/``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from raumwerk.web.atlas.queries.features import Layer

__all__ = ["openapi"]


def openapi(
    root: str, layers: Sequence[Layer], texts: Sequence[str], *, pages: tuple[int, int], systems: Sequence[str]
) -> dict[str, Any]:
    """Return the description for these layers.

    Parameters
    ----------
    root : str
        Address of the landing page, without slash.
    texts : sequence of str
        Text properties that features may be filtered by.
    pages : tuple of int
        Features of a page: how many without a limit, and at most.
    systems : sequence of str
        Addresses of the coordinate systems, that of the standard answer first.
    """
    collection = {
        "name": "collectionId", "in": "path", "required": True, "description": "Layer.",
        "schema": {"type": "string", "enum": [each.key for each in layers]},
    }  # fmt: skip
    feature = {
        "name": "featureId", "in": "path", "required": True, "description": "Official key of the area.",
        "schema": {"type": "string"},
    }  # fmt: skip
    common = [_query("f", "Format.", {"type": "string", "enum": ["json"]}),
              _query("lang", "Language of names.", {"type": "string", "enum": ["de", "en"], "default": "de"}),
              _query("release", "Release to read; default the current one.", {"type": "string"})]  # fmt: skip
    system = {"type": "string", "format": "uri", "enum": list(systems), "default": systems[0]}
    crs = _query("crs", "Coordinate system of the answer.", system)
    box_crs = _query("bbox-crs", "Coordinate system of the box.", system)
    paths = {
        "/": _get("landing", "Entry", common),
        "/conformance": _get("conformance", "What this interface conforms to", common),
        "/collections": _get("collections", "Layers", common),
        "/collections/{collectionId}": _get("collection", "One layer", [collection, *common]),
        "/collections/{collectionId}/queryables": _get("queryables", "Columns of a layer", [collection, *common]),
        "/collections/{collectionId}/items": _get(
            "items",
            "Features of a layer",
            [collection, *common, *_filters(texts, *pages), box_crs, crs],
            "application/geo+json",
        ),
        "/collections/{collectionId}/items/{featureId}": _get(
            "item", "One feature", [collection, feature, *common, crs], "application/geo+json"
        ),
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Raumwerk, OGC API – Features", "version": "1.0.0"},
        "servers": [{"url": root}],
        "paths": paths,
    }


def _filters(texts: Sequence[str], default: int, most: int) -> list[dict[str, Any]]:
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    limit = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    box = {**_query("bbox", "west,south,east,north in WGS 84 degrees.", numbers), "style": "form", "explode": False}
    return [
        box,
        _query("datetime", "Latest values not after the end of this date or interval.", {"type": "string"}),
        _query("limit", "Features of a page.", limit),
        _query("offset", "Features to skip.", {"type": "integer", "minimum": 0, "default": 0}),
        *(_query(name, f"Only features with this {name}.", {"type": "string"}) for name in texts),
    ]


def _query(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


def _get(name: str, summary: str, parameters: list[dict[str, Any]], media: str = "application/json") -> dict[str, Any]:
    wrong = {"description": "A parameter is wrong.", "content": {"application/problem+json": {}}}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters,
            "responses": {"200": {"description": summary, "content": {media: {}}}, "400": wrong, "404": wrong},
        }
    }
