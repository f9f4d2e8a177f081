"""Downloads of what the API answers: the same question, another ending."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from raumwerk.errors import InputError, Problem
from raumwerk.web.atlas.api import params
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.described import PROBLEMS, example
from raumwerk.web.atlas.api.views import scoped
from raumwerk.web.atlas.exports.content import Content, flows_content, values_content
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS, Figure, figure_svg, to_pdf, to_png
from raumwerk.web.atlas.exports.figures import flows_figure, values_figure
from raumwerk.web.atlas.exports.geo import to_geojson, to_gpkg
from raumwerk.web.atlas.exports.tables import to_csv, to_parquet, to_xlsx
from raumwerk.web.atlas.queries.breaks import OWN
from raumwerk.web.atlas.queries.flows import AreaFlows, area_flows
from raumwerk.web.atlas.queries.planning.analysis import heavy_turn
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.values import RegionValues, region_values

__all__ = [
    "FORMS",
    "TABLES",
    "WITH_SHAPES",
    "FigureView",
    "FlowFile",
    "ValueFile",
    "answers_of",
    "asked_values",
    "file_answer",
    "file_question",
    "method_of",
    "refuse_circles",
    "turn_of",
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


def answers_of(forms: Mapping[str, str]) -> dict[tuple[int, str], Any]:
    """What a file is for the OpenAPI file: GeoJSON is data that a program reads, everything else is bytes."""
    kinds = {form: OpenApiTypes.OBJECT if form == "geojson" else OpenApiTypes.BINARY for form in forms}
    return {(200, media.partition(";")[0]): kinds[form] for form, media in forms.items()}


def file_question(asked: Any, name: str, summary: str, forms: Mapping[str, str] = FORMS) -> Any:
    """Describe a download for the OpenAPI file."""
    form = OpenApiParameter("form", str, OpenApiParameter.PATH, enum=list(forms), description="Format of the file.")
    binary = answers_of(forms)
    return extend_schema_view(
        get=extend_schema(
            operation_id=name,
            summary=summary,
            description=example(name),
            parameters=[asked, form],
            tags=["files"],
            responses={**binary, **PROBLEMS},
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


class FigureView(AtlasView, ABC):
    """A question that has a picture for its answer, as a file or in the frame of another website."""

    def turn(self, asked: Mapping[str, Any]) -> AbstractContextManager[None]:
        """Turn to draw what is asked for: what takes seconds is drawn one at a time."""
        return nullcontext()

    @abstractmethod
    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        """Picture, and the name of its files."""

    def picture(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str, form: str) -> HttpResponse:
        """The picture in the form that its address names."""
        lang = asked["lang"]
        with self.turn(asked):
            figure, stem = self.drawn(atlas, asked, slug)
            body = {
                "svg": lambda: figure_svg(figure).encode(),
                "png": lambda: to_png(figure, lang, asked["size"]),
                "pdf": lambda: to_pdf(figure, lang),
            }[form]()
        return _named(body, form, stem)

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        return self.picture(atlas, asked, kwargs["slug"], kwargs["form"])


def _named(body: bytes, form: str, stem: str) -> HttpResponse:
    response = HttpResponse(body, content_type=FORMS[form])
    # pictures are looked at or put into a page; the rest is for other programs
    kind = "inline" if form in IMAGE_FORMS else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{stem}.{form}"'
    return response


@file_question(params.ValueFileParams, "values_file", "Values of an indicator as a file or picture")
class ValueFile(FigureView):
    params = params.ValueFileParams

    def turn(self, asked: Mapping[str, Any]) -> AbstractContextManager[None]:
        return turn_of(asked)

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        view, lang = asked_values(atlas, asked, slug), asked["lang"]
        refuse_circles(asked)
        figure = values_figure(atlas, view, method=method_of(asked), lang=lang, draw=asked["draw"])
        return figure, values_content(atlas, view, lang, shapes=False).stem

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        form, lang = kwargs["form"], asked["lang"]
        if form in IMAGE_FORMS:
            return self.picture(atlas, asked, kwargs["slug"], form)
        view = asked_values(atlas, asked, kwargs["slug"])
        return file_answer(values_content(atlas, view, lang, shapes=form in WITH_SHAPES), form, lang)


def asked_values(atlas: AtlasRelease, asked: Mapping[str, Any], slug: str) -> RegionValues:
    """Values that checked parameters ask for."""
    return region_values(
        atlas, scoped(atlas, slug, asked["scope"]), indicator=asked["indicator"], level=asked.get("level"),
        period=asked.get("period"), classes=asked["classes"], lang=asked["lang"], own=asked.get("breaks", ()),
        steady=asked["steady"],
    )  # fmt: skip


def turn_of(asked: Mapping[str, Any]) -> AbstractContextManager[None]:
    """Turn to draw what is asked for: pictures of the whole country are drawn one at a time."""
    return heavy_turn() if asked["scope"] == "germany" else nullcontext()


def refuse_circles(asked: Mapping[str, Any]) -> None:
    """Refuse circles for the whole country: so many would cover each other."""
    for name in ("draw", "compare_draw"):
        if asked["scope"] == "germany" and asked.get(name) == "symbols":
            what = gettext("Circles are not drawn for the whole country: so many would cover each other")
            raise InputError(Problem(what, expected=f"{name}=areas", column=name))


def method_of(asked: Mapping[str, Any]) -> str:
    """Way of cutting the classes; own breaks must be given."""
    method = str(asked["method"])
    if method == OWN and not asked.get("breaks"):
        what = gettext("Own classes need their breaks")
        raise InputError(Problem(what, expected="breaks=10;20;50", column="breaks"))
    return method


@file_question(params.FlowFileParams, "flows_file", "Commuters of an area as a file or picture")
class FlowFile(FigureView):
    params = params.FlowFileParams

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        view, lang = self._flows(atlas, asked, slug), asked["lang"]
        figure = flows_figure(atlas, atlas.region(slug), view, lang=lang)
        return figure, flows_content(atlas, view, slug, lang).stem

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        slug, form, lang = kwargs["slug"], kwargs["form"], asked["lang"]
        if form in IMAGE_FORMS:
            return self.picture(atlas, asked, slug, form)
        return file_answer(flows_content(atlas, self._flows(atlas, asked, slug), slug, lang), form, lang)

    def _flows(self, atlas: AtlasRelease, asked: Mapping[str, Any], slug: str) -> AreaFlows:
        chosen = {key: asked.get(key) for key in ("area", "level", "period")}
        return area_flows(
            atlas, atlas.region(slug), direction=asked["direction"], border=asked["border"], lang=asked["lang"],
            **chosen,
        )  # fmt: skip
