"""Pictures of the charts of the Atlas: histogram, scatter, two maps, profiles, trends; SVG, PNG and PDF."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from raumwerk.errors import InputError, Problem
from raumwerk.web.atlas.api import params
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.files import file_question, method_of, picture_answer
from raumwerk.web.atlas.api.views import scoped
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS
from raumwerk.web.atlas.exports.place_figures import locator_figure, structure_figure, trend_figure
from raumwerk.web.atlas.exports.value_charts import histogram_figure, pair_figure, scatter_figure
from raumwerk.web.atlas.queries.breaks import METHODS, OWN
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.trend import trend_of, trends_beside
from raumwerk.web.atlas.queries.values import RegionValues, region_values

__all__ = ["AgePicture", "HistogramPicture", "LocatorPicture", "ScatterPicture", "SectorsPicture", "TrendPicture",
           "TrendsPicture", "TwoMapsPicture"]  # fmt: skip


def _first(atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> RegionValues:
    return region_values(
        atlas, scoped(atlas, slug, asked["scope"]), indicator=asked["indicator"], level=asked.get("level"),
        period=asked.get("period"), classes=asked["classes"], lang=asked["lang"], own=asked.get("breaks", ()),
        steady=asked["steady"],
    )  # fmt: skip


def _second(atlas: AtlasRelease, asked: dict[str, Any], first: RegionValues) -> RegionValues:
    return region_values(
        atlas, first.region, indicator=asked["compare"], level=first.level, period=asked.get("compare_period"),
        classes=asked["classes"], lang=asked["lang"],
    )  # fmt: skip


def _stem(view: RegionValues, kind: str, atlas: AtlasRelease) -> str:
    period = view.period.replace("/", "-")
    return f"raumwerk-{view.region.slug}-{kind}-{view.indicator['key']}-{view.level}-{period}-{atlas.id}"


@file_question(params.ValueFileParams, "histogram", "Histogram of an indicator as a picture", IMAGE_FORMS)
class HistogramPicture(AtlasView):
    params = params.ValueFileParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        view = _first(atlas, asked, kwargs["slug"])
        figure = histogram_figure(atlas, view, method=method_of(asked), lang=asked["lang"])
        return picture_answer(figure, _stem(view, "histogram", atlas), kwargs["form"], asked)


@file_question(params.TwoMapsParams, "scatter", "Two indicators against each other as a picture", IMAGE_FORMS)
class ScatterPicture(AtlasView):
    params = params.TwoMapsParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        first = _first(atlas, asked, kwargs["slug"])
        figure = scatter_figure(
            atlas, first, _second(atlas, asked, first), chosen=asked.get("area"), lang=asked["lang"]
        )
        return picture_answer(figure, _stem(first, "scatter", atlas), kwargs["form"], asked)


@file_question(params.TwoMapsParams, "two_maps", "Two maps side by side as a picture", IMAGE_FORMS)
class TwoMapsPicture(AtlasView):
    params = params.TwoMapsParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        first = _first(atlas, asked, kwargs["slug"])
        if asked["scope"] == "germany":
            what = gettext("A map of the whole country is not drawn as a picture")
            advice = gettext("Leave “scope” out, or take the GeoPackage.")
            raise InputError(Problem(what, expected="region", advice=advice, column="scope"))
        method = method_of(asked)
        methods = (method, METHODS[0] if method == OWN else method)  # own breaks are made for the first indicator
        figure = pair_figure(
            atlas, first, _second(atlas, asked, first), methods=methods, draw=(asked["draw"], asked["compare_draw"]),
            lang=asked["lang"],
        )  # fmt: skip
        return picture_answer(figure, _stem(first, "maps", atlas), kwargs["form"], asked)


def _areas(asked: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(str(asked["area"]).split(",")))


def _named(kind: str, slug: str, asked: dict[str, Any], atlas: AtlasRelease) -> str:
    areas = _areas(asked)
    short = areas[0].replace(":", "-") if len(areas) == 1 else f"{len(areas)}-areas"
    return "-".join(part for part in ("raumwerk", slug, kind, asked.get("indicator", ""), short, atlas.id) if part)


@file_question(params.PlaceParams, "locator", "Where areas lie in the region, as a picture", IMAGE_FORMS)
class LocatorPicture(AtlasView):
    params = params.PlaceParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        figure = locator_figure(atlas, atlas.region(kwargs["slug"]), _areas(asked), asked["lang"])
        return picture_answer(figure, _named("locator", kwargs["slug"], asked, atlas), kwargs["form"], asked)


class _Structure(AtlasView):
    params = params.PlaceParams
    kind = ""

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        region = atlas.region(kwargs["slug"])
        figure = structure_figure(atlas, region, self.kind, _areas(asked), asked["lang"])
        return picture_answer(figure, _named(self.kind, kwargs["slug"], asked, atlas), kwargs["form"], asked)


@file_question(params.PlaceParams, "age", "Age structure of districts as a picture", IMAGE_FORMS)
class AgePicture(_Structure):
    kind = "age"


@file_question(params.PlaceParams, "sectors", "Economic structure of districts as a picture", IMAGE_FORMS)
class SectorsPicture(_Structure):
    kind = "sectors"


@file_question(params.TrendParams, "trend", "An indicator of an area through the years as a picture", IMAGE_FORMS)
class TrendPicture(AtlasView):
    params = params.TrendParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        region, lang = atlas.region(kwargs["slug"]), asked["lang"]
        found = trend_of(atlas, region, _areas(asked), asked["indicator"], lang)
        stem = _named("trend", kwargs["slug"], asked, atlas)
        return picture_answer(trend_figure(atlas, found, lang), stem, kwargs["form"], asked)


@file_question(
    params.TrendParams, "trends", "An indicator of several areas beside each other as a picture", IMAGE_FORMS
)
class TrendsPicture(AtlasView):
    params = params.TrendParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        atlas.region(kwargs["slug"])  # a trend of areas stands below a region, which there must be
        found = trends_beside(atlas, _areas(asked), asked["indicator"], asked["lang"])
        stem = _named("trends", kwargs["slug"], asked, atlas)
        return picture_answer(trend_figure(atlas, found, asked["lang"]), stem, kwargs["form"], asked)
