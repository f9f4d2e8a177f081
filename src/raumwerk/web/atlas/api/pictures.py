"""Pictures of the charts of the Atlas: histogram, scatter, two maps, profiles, trends; SVG, PNG and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from raumwerk.web.atlas.api import params
from raumwerk.web.atlas.api.files import FigureView, asked_values, file_question, method_of, refuse_circles, turn_of
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS, Figure
from raumwerk.web.atlas.exports.place_figures import locator_figure, structure_figure, trend_figure
from raumwerk.web.atlas.exports.value_charts import histogram_figure, pair_figure, scatter_figure
from raumwerk.web.atlas.queries.breaks import METHODS, OWN
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.trend import trend_of, trends_beside
from raumwerk.web.atlas.queries.values import RegionValues, region_values

__all__ = ["AgePicture", "HistogramPicture", "LocatorPicture", "ScatterPicture", "SectorsPicture", "TrendPicture",
           "TrendsPicture", "TwoMapsPicture"]  # fmt: skip


def _second(atlas: AtlasRelease, asked: dict[str, Any], first: RegionValues) -> RegionValues:
    return region_values(
        atlas, first.region, indicator=asked["compare"], level=first.level, period=asked.get("compare_period"),
        classes=asked["classes"], lang=asked["lang"],
    )  # fmt: skip


def _stem(view: RegionValues, kind: str, atlas: AtlasRelease) -> str:
    period = view.period.replace("/", "-")
    return f"raumwerk-{view.region.slug}-{kind}-{view.indicator['key']}-{view.level}-{period}-{atlas.id}"


@file_question(params.ValueFileParams, "histogram", "Histogram of an indicator as a picture", IMAGE_FORMS)
class HistogramPicture(FigureView):
    params = params.ValueFileParams

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        view = asked_values(atlas, asked, slug)
        figure = histogram_figure(atlas, view, method=method_of(asked), lang=asked["lang"])
        return figure, _stem(view, "histogram", atlas)


class _Pair(FigureView):
    params = params.TwoMapsParams

    def turn(self, asked: Mapping[str, Any]) -> AbstractContextManager[None]:
        return turn_of(asked)


@file_question(params.TwoMapsParams, "scatter", "Two indicators against each other as a picture", IMAGE_FORMS)
class ScatterPicture(_Pair):
    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        first = asked_values(atlas, asked, slug)
        second = _second(atlas, asked, first)
        figure = scatter_figure(atlas, first, second, chosen=asked.get("area"), lang=asked["lang"])
        return figure, _stem(first, "scatter", atlas)


@file_question(params.TwoMapsParams, "two_maps", "Two maps side by side as a picture", IMAGE_FORMS)
class TwoMapsPicture(_Pair):
    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        first = asked_values(atlas, asked, slug)
        refuse_circles(asked)
        method = method_of(asked)
        methods = (method, METHODS[0] if method == OWN else method)  # own breaks are made for the first indicator
        draw = (asked["draw"], asked["compare_draw"])
        second = _second(atlas, asked, first)
        figure = pair_figure(atlas, first, second, methods=methods, draw=draw, lang=asked["lang"])
        return figure, _stem(first, "maps", atlas)


def _areas(asked: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(str(asked["area"]).split(",")))


def _named(kind: str, slug: str, asked: dict[str, Any], atlas: AtlasRelease) -> str:
    areas = _areas(asked)
    short = areas[0].replace(":", "-") if len(areas) == 1 else f"{len(areas)}-areas"
    return "-".join(part for part in ("raumwerk", slug, kind, asked.get("indicator", ""), short, atlas.id) if part)


@file_question(params.PlaceParams, "locator", "Where areas lie in the region, as a picture", IMAGE_FORMS)
class LocatorPicture(FigureView):
    params = params.PlaceParams

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        figure = locator_figure(atlas, atlas.region(slug), _areas(asked), asked["lang"])
        return figure, _named("locator", slug, asked, atlas)


class _Structure(FigureView):
    params = params.PlaceParams
    kind = ""

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        region = atlas.region(slug)
        figure = structure_figure(atlas, region, self.kind, _areas(asked), asked["lang"])
        return figure, _named(self.kind, slug, asked, atlas)


@file_question(params.PlaceParams, "age", "Age structure of districts as a picture", IMAGE_FORMS)
class AgePicture(_Structure):
    kind = "age"


@file_question(params.PlaceParams, "sectors", "Economic structure of districts as a picture", IMAGE_FORMS)
class SectorsPicture(_Structure):
    kind = "sectors"


@file_question(params.TrendParams, "trend", "An indicator of an area through the years as a picture", IMAGE_FORMS)
class TrendPicture(FigureView):
    params = params.TrendParams

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        region, lang = atlas.region(slug), asked["lang"]
        found = trend_of(atlas, region, _areas(asked), asked["indicator"], lang)
        stem = _named("trend", slug, asked, atlas)
        return trend_figure(atlas, found, lang), stem


@file_question(
    params.TrendParams, "trends", "An indicator of several areas beside each other as a picture", IMAGE_FORMS
)
class TrendsPicture(FigureView):
    params = params.TrendParams

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        atlas.region(slug)  # a trend of areas stands below a region, which there must be
        found = trends_beside(atlas, _areas(asked), asked["indicator"], asked["lang"])
        stem = _named("trends", slug, asked, atlas)
        return trend_figure(atlas, found, asked["lang"]), stem
