"""Downloads of what the API answers: the same question, another ending."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from raumwerk.errors import InputError, Problem
from raumwerk.web.atlas.api import answers, params
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.views import scoped
from raumwerk.web.atlas.exports.content import Content, flows_content, values_content
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS, Figure, figure_svg, to_pdf, to_png
from raumwerk.web.atlas.exports.figures import flows_figure, values_figure
from raumwerk.web.atlas.exports.geo import to_geojson, to_gpkg
from raumwerk.web.atlas.exports.tables import to_csv, to_parquet, to_xlsx
from raumwerk.web.atlas.queries.breaks import OWN
from raumwerk.web.atlas.queries.flows import area_flows
from raumwerk.web.atlas.queries.planning.analysis import heavy_turn
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.values import region_values

__all__ = [
    "FORMS",
    "TABLES",
    "WITH_SHAPES",
    "FlowFile",
    "ValueFile",
    "file_answer",
    "file_question",
    "method_of",
    "picture_answer",
]

#: Ending of the address → media type; tables first, then pictures.
TABLES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
FORMS = {**TABLES, **IMAGE_FORMS}
WITH_SHAPES = ("geojson", "gpkg")
#: A file of more rows takes seconds to write and is too large to be kept: such files are written one at a time.
_LARGE = 20_000


def file_question(asked: Any, name: str, summary: str, forms: Mapping[str, str] = FORMS) -> Any:
    """Describe a download for the OpenAPI file."""
    form = OpenApiParameter("form", str, OpenApiParameter.PATH, enum=list(forms), description="Format of the file.")
    binary = {(200, media.split(";", maxsplit=1)[0]): OpenApiTypes.BINARY for media in forms.values()}
    problems = {
        (code, "application/problem+json"): OpenApiResponse(answers.Problem, description="As the question itself.")
        for code in (400, 404)
    }
    return extend_schema_view(
        get=extend_schema(
            operation_id=name,
            summary=summary,
            parameters=[asked, form],
            tags=["files"],
            responses={**binary, **problems},
        )
    )


def file_answer(content: Content, form: str, lang: str) -> HttpResponse:
    """The download in the form that its address names.

    Raises
    ------
    BusyError
        When it is a large one and others are waiting for such.
    """
    with heavy_turn() if content.frame.height > _LARGE else nullcontext():
        body = _written(content, form, lang)
    return _named(body, form, content.stem)


def _written(content: Content, form: str, lang: str) -> bytes:
    return {
        "csv": lambda: to_csv(content, lang),
        "xlsx": lambda: to_xlsx(content),
        "parquet": lambda: to_parquet(content),
        "geojson": lambda: to_geojson(content),
        "gpkg": lambda: to_gpkg(content),
    }[form]()


def picture_answer(figure: Figure, stem: str, form: str, asked: Mapping[str, Any]) -> HttpResponse:
    """The picture in the form that its address names."""
    lang = asked["lang"]
    body = {
        "svg": lambda: figure_svg(figure).encode(),
        "png": lambda: to_png(figure, lang, asked["size"]),
        "pdf": lambda: to_pdf(figure, lang),
    }[form]()
    return _named(body, form, stem)


def _named(body: bytes, form: str, stem: str) -> HttpResponse:
    response = HttpResponse(body, content_type=FORMS[form])
    # pictures are looked at or put into a page; the rest is for other programs
    kind = "inline" if form in IMAGE_FORMS else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{stem}.{form}"'
    return response


@file_question(params.ValueFileParams, "values_file", "Values of an indicator as a file or picture")
class ValueFile(AtlasView):
    params = params.ValueFileParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        form, lang = kwargs["form"], asked["lang"]
        view = region_values(
            atlas, scoped(atlas, kwargs["slug"], asked["scope"]), indicator=asked["indicator"],
            level=asked.get("level"), period=asked.get("period"), classes=asked["classes"], lang=lang,
            own=asked.get("breaks", ()), steady=asked["steady"],
        )  # fmt: skip
        content = values_content(atlas, view, lang, shapes=form in WITH_SHAPES)
        if form in IMAGE_FORMS:
            if asked["scope"] == "germany":
                what = gettext("A map of the whole country is not drawn as a picture")
                advice = gettext("Leave “scope” out, or take the GeoPackage.")
                raise InputError(Problem(what, expected="region", advice=advice, column="scope"))
            figure = values_figure(atlas, view, method=method_of(asked), lang=lang, draw=asked["draw"])
            return picture_answer(figure, content.stem, form, asked)
        return file_answer(content, form, lang)


def method_of(asked: Mapping[str, Any]) -> str:
    """Way of cutting the classes; own breaks must be given."""
    method = str(asked["method"])
    if method == OWN and not asked.get("breaks"):
        what = gettext("Own classes need their breaks")
        raise InputError(Problem(what, expected="breaks=10;20;50", column="breaks"))
    return method


@file_question(params.FlowFileParams, "flows_file", "Commuters of an area as a file or picture")
class FlowFile(AtlasView):
    params = params.FlowFileParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        form, lang = kwargs["form"], asked["lang"]
        chosen = {key: asked.get(key) for key in ("area", "level", "period")}
        region = atlas.region(kwargs["slug"])
        view = area_flows(atlas, region, direction=asked["direction"], border=asked["border"], lang=lang, **chosen)
        content = flows_content(atlas, view, kwargs["slug"], lang)
        if form in IMAGE_FORMS:
            return picture_answer(flows_figure(atlas, region, view, lang=lang), content.stem, form, asked)
        return file_answer(content, form, lang)
