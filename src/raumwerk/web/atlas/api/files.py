"""Downloads of what the API answers: the same question, another ending."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from raumwerk.web.atlas.api import answers, params
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.exports.content import Content, flows_content, values_content
from raumwerk.web.atlas.exports.geo import to_geojson, to_gpkg
from raumwerk.web.atlas.exports.tables import to_csv, to_xlsx
from raumwerk.web.atlas.queries.flows import area_flows
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.values import region_values

__all__ = ["FORMS", "FlowFile", "ValueFile"]

#: Ending of the address → media type.
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
_WITH_SHAPES = ("geojson", "gpkg")


def _described(asked: Any, name: str, summary: str) -> Any:
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


def _file(content: Content, form: str, lang: str) -> HttpResponse:
    body = {
        "csv": lambda: to_csv(content, lang),
        "xlsx": lambda: to_xlsx(content),
        "geojson": lambda: to_geojson(content),
        "gpkg": lambda: to_gpkg(content),
    }[form]()
    response = HttpResponse(body, content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{content.stem}.{form}"'
    return response


@_described(params.ValueParams, "values_file", "Values of an indicator as a file")
class ValueFile(AtlasView):
    params = params.ValueParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        form, lang = kwargs["form"], asked["lang"]
        view = region_values(
            atlas, atlas.region(kwargs["slug"]),
            indicator=asked["indicator"], level=asked.get("level"), period=asked.get("period"), lang=lang,
        )  # fmt: skip
        return _file(values_content(atlas, view, lang, shapes=form in _WITH_SHAPES), form, lang)


@_described(params.FlowParams, "flows_file", "Commuters of an area as a file")
class FlowFile(AtlasView):
    params = params.FlowParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        form, lang = kwargs["form"], asked["lang"]
        chosen = {key: asked.get(key) for key in ("area", "level", "period")}
        view = area_flows(
            atlas, atlas.region(kwargs["slug"]),
            direction=asked["direction"], border=asked["border"], lang=lang, **chosen,
        )  # fmt: skip
        return _file(flows_content(atlas, view, kwargs["slug"], lang), form, lang)
