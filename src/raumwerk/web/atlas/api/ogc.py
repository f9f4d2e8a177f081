"""``/ogc/``: OGC API – Features, so that geographic information systems load the layers themselves.

OGC API - Features - Part 1: Core corrigendum (OGC 17-069r4), with GeoJSON and OpenAPI 3.0, and Part 2 (18-058r1):
Masterportal asks for the coordinate system of its map.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import shapely
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.web.atlas.api.base import CURRENT, PINNED, conditional
from raumwerk.web.atlas.api.ogc_crs import CRS84, SYSTEMS, from_system, to_system
from raumwerk.web.atlas.api.ogc_openapi import openapi
from raumwerk.web.atlas.api.problems import handle, problem
from raumwerk.web.atlas.queries.features import Layer, layer, layer_rows, layers
from raumwerk.web.atlas.queries.release import AtlasRelease, atlas_release

__all__ = ["api_description", "collection", "collections", "conformance", "item", "items", "landing", "queryables"]

CONFORMS_TO = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
]
GEOJSON, JSON, OPENAPI = "application/geo+json", "application/json", "application/vnd.oai.openapi+json;version=3.0"
DEFAULT_LIMIT, MOST = 100, 1000
COMMON = ("f", "lang", "release")
TEXTS = ("key", "name", "district", "state")
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})([Tt ].*)?\Z")


def _door(*known: str) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    """Answer as JSON with an ETag; refuse unknown parameters, other methods and other formats, each with a sentence."""

    def declared(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            lang = request.GET.get("lang", "de")
            with translation.override(lang if lang in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
                response = _answer(request, view, known, kwargs)
            # other websites' maps may read it: it is public and knows no session
            response.headers["Access-Control-Allow-Origin"] = "*"
            return response

        return answered

    return declared


def _answer(
    request: HttpRequest, view: Callable[..., Any], known: tuple[str, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        response = problem(405, gettext("Method not allowed"), gettext("This interface is read with GET only."))
        response.headers["Allow"] = "GET, HEAD"
        return response
    try:
        _check(request, known)
        atlas = atlas_release(request.GET.get("release"))
        content, media = view(_Asked(request, atlas), **kwargs)
    except (InputError, MissingError) as error:
        found = handle(error, {})
        if found is None:
            raise
        return found
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    response = HttpResponse(body, content_type=media)
    response.headers["Cache-Control"] = PINNED if "release" in request.GET else CURRENT
    if media == GEOJSON:
        response.headers["Content-Crs"] = f"<{request.GET.get('crs', CRS84)}>"
    return conditional(request, response, atlas.id)


def _check(request: HttpRequest, known: tuple[str, ...]) -> None:
    for name in request.GET:
        if name not in (*COMMON, *known):
            raise InputError(_wrong(name[:60], gettext("is no parameter here"), ", ".join((*COMMON, *known))))
    if request.GET.get("f", "json") not in ("json", "geojson"):
        raise InputError(_wrong("f", gettext("is no format of this interface"), "json"))
    if request.GET.get("lang", "de") not in dict(settings.LANGUAGES):
        raise InputError(_wrong("lang", gettext("is no language of this interface"), "de, en"))


def _wrong(name: str, what: str, expected: str) -> Problem:
    return Problem(f"{name} {what}", expected=expected, column=name)


class _Asked:
    """A question: release, language, and addresses that keep both."""

    def __init__(self, request: HttpRequest, atlas: AtlasRelease) -> None:
        self.request, self.atlas = request, atlas
        self.lang = request.GET.get("lang", "de")
        self.kept = {name: request.GET[name] for name in ("lang", "release") if name in request.GET}

    def url(self, name: str, more: dict[str, Any] | None = None, **kwargs: Any) -> str:
        query = urlencode({**self.kept, **(more or {})})
        address = self.request.build_absolute_uri(reverse(f"ogc-{name}", kwargs=kwargs))
        return f"{address}?{query}" if query else address

    def link(self, rel: str, name: str, title: str, media: str = JSON, **kwargs: Any) -> dict[str, str]:
        return {"href": self.url(name, **kwargs), "rel": rel, "type": media, "title": title}


@_door()
def landing(asked: _Asked) -> tuple[Any, str]:
    """Entry of the interface."""
    return {
        "title": settings.RAUMWERK["NAME"],
        "description": gettext("Areas of the regions with their indicators, release %(release)s")
        % {"release": asked.atlas.id},
        "attribution": _attribution(asked, tuple(asked.atlas.manifest.get("files", {}))),
        "links": [
            asked.link("self", "landing", gettext("This page")),
            asked.link("service-desc", "api", "OpenAPI 3.0", OPENAPI),
            asked.link("conformance", "conformance", gettext("What this interface conforms to")),
            asked.link("data", "collections", gettext("Layers")),
        ],
    }, JSON


@_door()
def conformance(asked: _Asked) -> tuple[Any, str]:
    """What the interface conforms to."""
    return {"conformsTo": CONFORMS_TO}, JSON


@_door()
def api_description(asked: _Asked) -> tuple[Any, str]:
    """Describe the interface as OpenAPI 3.0."""
    found = layers(asked.atlas, asked.lang)
    root = asked.request.build_absolute_uri(reverse("ogc-landing")).rstrip("/")
    return openapi(root, found, TEXTS, pages=(DEFAULT_LIMIT, MOST), systems=list(SYSTEMS)), OPENAPI


@_door()
def collections(asked: _Asked) -> tuple[Any, str]:
    """List the layers."""
    return {
        "links": [asked.link("self", "collections", gettext("Layers"))],
        "collections": [_described(asked, each) for each in layers(asked.atlas, asked.lang)],
    }, JSON


@_door()
def collection(asked: _Asked, key: str) -> tuple[Any, str]:
    """Describe one layer."""
    return _described(asked, layer(asked.atlas, key, asked.lang)), JSON


def _described(asked: _Asked, found: Layer) -> dict[str, Any]:
    return {
        "id": found.key,
        "title": found.title,
        "description": found.description,
        "attribution": _attribution(asked, found.files),
        "itemType": "feature",
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "extent": {"spatial": {"bbox": [[round(each, 5) for each in found.bbox]], "crs": CRS84}},
        "links": [
            asked.link("self", "collection", found.title, key=found.key),
            asked.link("items", "items", found.title, GEOJSON, key=found.key),
            asked.link("queryables", "queryables", gettext("Columns"), "application/schema+json", key=found.key),
        ],
    }


def _attribution(asked: _Asked, files: tuple[str, ...]) -> str:
    told = asked.atlas.attribution(files, asked.lang)
    return "; ".join(f"{each['attribution']} ({each['licence']})" for each in told)


@_door()
def queryables(asked: _Asked, key: str) -> tuple[Any, str]:
    """Describe the columns of a layer as JSON Schema."""
    found = layer(asked.atlas, key, asked.lang)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": asked.url("queryables", key=key),
        "type": "object",
        "title": found.title,
        "properties": {
            each.name: {
                "title": each.title,
                "type": each.kind,
                "description": f"{each.description} {f'[{each.unit}]' if each.unit else ''}".strip(),
            }
            for each in found.properties
        },
    }, "application/schema+json"


@_door("bbox", "bbox-crs", "crs", "datetime", "limit", "offset", *TEXTS)
def items(asked: _Asked, key: str) -> tuple[Any, str]:
    """Features of a layer, page by page."""
    given = asked.request.GET
    found = layer(asked.atlas, key, asked.lang)
    limit = min(MOST, _count(given.get("limit"), "limit", DEFAULT_LIMIT, least=1))
    offset = _count(given.get("offset"), "offset", 0, least=0)
    frame, system = _box(given.get("bbox"), _system(given, "bbox-crs")), _system(given, "crs")
    rows = layer_rows(
        asked.atlas, found, lang=asked.lang, frame=frame, until=_until(given.get("datetime")),
        equal={name: given[name] for name in TEXTS if name in given},
    )  # fmt: skip
    shown = rows[offset : offset + limit]
    kept = {name: given[name] for name in given if name not in ("lang", "release", "offset", "limit")}

    def page(rel: str, start: int) -> dict[str, str]:
        more = {**kept, "limit": limit, **({"offset": start} if start else {})}
        return {"href": asked.url("items", more, key=key), "rel": rel, "type": GEOJSON, "title": found.title}

    links = [page("self", offset), asked.link("collection", "collection", found.title, key=key)]
    if offset + limit < len(rows):
        links.append(page("next", offset + limit))
    if offset:
        links.append(page("prev", max(0, offset - limit)))
    return {
        "type": "FeatureCollection",
        "timeStamp": str(asked.atlas.manifest["created"]).replace("+00:00", "Z"),
        "numberMatched": len(rows),
        "numberReturned": len(shown),
        "links": links,
        "features": [_feature(properties, shape, system) for properties, shape in shown],
    }, GEOJSON


@_door("crs")
def item(asked: _Asked, key: str, feature: str) -> tuple[Any, str]:
    """One feature."""
    found, system = layer(asked.atlas, key, asked.lang), _system(asked.request.GET, "crs")
    rows = layer_rows(asked.atlas, found, lang=asked.lang, equal={"key": feature})
    if not rows:
        message = gettext("Layer “%(layer)s” has no area “%(area)s”.")
        raise MissingError(message % {"layer": key, "area": feature[:20]})
    links = [
        asked.link("self", "item", rows[0][0]["name"], GEOJSON, key=key, feature=feature),
        asked.link("collection", "collection", found.title, key=key),
    ]
    return {**_feature(*rows[0], system), "links": links}, GEOJSON


def _feature(properties: dict[str, Any], shape: Any, system: str) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(to_system(shape, system)))
    return {"type": "Feature", "id": properties["key"], "geometry": geometry, "properties": properties}


def _system(given: Mapping[str, Any], name: str) -> str:
    system = str(given.get(name, CRS84))
    if system not in SYSTEMS:
        raise InputError(_wrong(name, gettext("is no coordinate system of this interface"), ", ".join(SYSTEMS)))
    return system


def _count(text: str | None, name: str, default: int, *, least: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < least:
        raise InputError(_wrong(name, gettext("is no whole number in range"), f"{least}–"))
    return int(text)


def _box(text: str | None, system: str) -> Any:
    """Area of a box of four numbers, or of six with heights, which do not matter."""
    if text is None:
        return None
    try:
        numbers = [float(each) for each in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)) or numbers[1] > numbers[3]:
        raise InputError(_wrong("bbox", gettext("is no box"), "west,south,east,north"))
    if numbers[0] > numbers[2] and system != CRS84:
        raise InputError(_wrong("bbox", gettext("is no box"), "west,south,east,north"))
    return from_system(numbers, system)


def _until(text: str | None) -> str | None:
    """Last day that an instant or interval names; None for no limit."""
    if text is None:
        return None
    end = text.rpartition("/")[2]
    if "/" in text and end in ("", ".."):
        return None
    found = _DAY.match(end)
    if not found:
        examples = "2023-12-31, 2020-01-01/2023-12-31, ../2020-12-31"
        raise InputError(_wrong("datetime", gettext("is no date or interval"), examples))
    return found[1]
