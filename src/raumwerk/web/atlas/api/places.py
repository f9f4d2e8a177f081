"""All figures of areas: the numbers of profiles, own selections and areas side by side, as data and as files."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from raumwerk.web.atlas.api import answers
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.files import TABLES, WITH_SHAPES, file_answer, file_question
from raumwerk.web.atlas.api.params import AreasParams
from raumwerk.web.atlas.api.views import question
from raumwerk.web.atlas.exports.places import places_content, places_layer
from raumwerk.web.atlas.queries.place_rows import PlaceRows, place_rows
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["PlaceFigures", "ProfileFile"]


class PlaceFigure(serializers.Serializer):
    area, name, indicator, indicator_name = (answers.string() for _each in range(4))
    topic, unit, period, status = (answers.string() for _each in range(4))
    value, lower, upper = answers.number(), answers.number(), answers.number()
    caveat = serializers.CharField(allow_null=True)


class PlaceFiguresAnswer(serializers.Serializer):
    release = answers.string()
    names = serializers.ListField(child=answers.string(), help_text="Names of the areas, or of the selection.")
    rows = PlaceFigure(many=True, help_text="One row for each figure and date.")
    attribution = answers.Attribution(many=True)


def _asked(atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> PlaceRows:
    region = atlas.region(slug)
    areas = list(dict.fromkeys(str(asked["area"]).split(",")))
    return place_rows(atlas, region, areas, asked["lang"], together=asked["together"])


@question(AreasParams, PlaceFiguresAnswer, name="profile", summary="Every figure of areas, each for itself or added up")
class PlaceFigures(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        found = _asked(atlas, asked, kwargs["slug"])
        return {
            "release": atlas.id, "names": list(found.names), "rows": found.frame.to_dicts(),
            "attribution": atlas.attribution(found.files, asked["lang"]),
        }  # fmt: skip


@file_question(AreasParams, "profile_file", "Every figure of areas as a file", TABLES)
class ProfileFile(AtlasView):
    params = AreasParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        found = _asked(atlas, asked, kwargs["slug"])
        made = places_layer if kwargs["form"] in WITH_SHAPES else places_content
        areas = str(asked["area"]).split(",")
        content = made(atlas, found, kwargs["slug"], areas, asked["lang"], together=asked["together"])
        return file_answer(content, kwargs["form"], asked["lang"])
