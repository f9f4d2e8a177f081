"""Downloads of what the API answers: the same question, another ending."""

from __future__ import annotations

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
from raumwerk.web.atlas.queries.flows import area_flows
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.values import region_values

__all__ = ["FORMS", "TABLES", "FlowFile", "ValueFile"]

#: Ending of the address → media type; tables first, then pictures.
TABLES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
FORMS = {**TABLES, **IMAGE_FORMS}
_WITH_SHAPES = ("geojson", "gpkg")


def file_question(asked: Any, name: str, summary: str) -> Any:
    """Describe a download for the OpenAPI file."""
    form = OpenApiParameter("form", str, OpenApiParameter.PATH, enum=list(FORMS), description="Format of the file.")
    binary = {(200, media.split(";", maxsplit=1)[0]): OpenApiTypes.BINARY for media in FORMS.values()}
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
    """The download in the form that its address names."""
    body = {
        "csv": lambda: to_csv(content, lang),
        "xlsx": lambda: to_xlsx(content),
        "parquet": lambda: to_parquet(content),
        "geojson": lambda: to_geojson(content),
        "gpkg": lambda: to_gpkg(content),
    }[form]()
    return _named(body, form, content.stem)


def _picture(figure: Figure, stem: str, form: str, lang: str) -> HttpResponse:
    body = {
        "svg": lambda: figure_svg(figure).encode(),
        "png": lambda: to_png(figure, lang),
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
        )  # fmt: skip
        content = values_content(atlas, view, lang, shapes=form in _WITH_SHAPES)
        if form in IMAGE_FORMS:
            if asked["scope"] == "germany":
                what = gettext("A map of the whole country is not drawn as a picture")
                advice = gettext("Leave “scope” out, or take the GeoPackage.")
                raise InputError(Problem(what, expected="region", advice=advice, column="scope"))
            figure = values_figure(atlas, view, method=asked["method"], lang=lang)
            return _picture(figure, content.stem, form, lang)
        return file_answer(content, form, lang)


@file_question(params.FlowParams, "flows_file", "Commuters of an area as a file or picture")
class FlowFile(AtlasView):
    params = params.FlowParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        form, lang = kwargs["form"], asked["lang"]
        chosen = {key: asked.get(key) for key in ("area", "level", "period")}
        region = atlas.region(kwargs["slug"])
        view = area_flows(atlas, region, direction=asked["direction"], border=asked["border"], lang=lang, **chosen)
        content = flows_content(atlas, view, kwargs["slug"], lang)
        if form in IMAGE_FORMS:
            return _picture(flows_figure(atlas, region, view, lang=lang), content.stem, form, lang)
        return file_answer(content, form, lang)
