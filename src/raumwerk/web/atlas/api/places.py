"""All figures of areas: the numbers of profiles, own selections and areas side by side, as data and as files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from raumwerk.web.atlas.api import answers
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.files import TABLES, file_answer, file_question
from raumwerk.web.atlas.api.params import AreasParams
from raumwerk.web.atlas.api.views import question
from raumwerk.web.atlas.exports.content import Content, Field, origin_facts, warning_facts
from raumwerk.web.atlas.queries.place_rows import PlaceRows, place_rows
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["PROFILE_FORMS", "PlaceFigures", "ProfileFile"]

#: Rows are figures, not areas: tables without shapes.
PROFILE_FORMS = {form: media for form, media in TABLES.items() if form not in ("geojson", "gpkg")}


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


@file_question(AreasParams, "profile_file", "Every figure of areas as a file", PROFILE_FORMS)
class ProfileFile(AtlasView):
    params = AreasParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        found = _asked(atlas, asked, kwargs["slug"])
        return file_answer(_content(atlas, found, kwargs["slug"], asked), kwargs["form"], asked["lang"])


def _content(atlas: AtlasRelease, found: PlaceRows, slug: str, asked: dict[str, Any]) -> Content:
    fields = [
        Field("area", _("Key"), _("Official key of the area")),
        Field("name", _("Name"), _("Name of the area")),
        Field("indicator", _("Indicator"), _("Key of the indicator")),
        Field("indicator_name", _("Indicator (name)"), _("Name of the indicator")),
        Field("topic", _("Topic"), _("Key of the topic")),
        Field("unit", _("Unit"), _("Unit of the value")),
        Field("period", _("Period"), _("Date or year that the value is of")),
        Field("value", _("Value"), _("Value of the indicator in its unit")),
        Field("lower", _("Smallest possible"), _("Smallest possible value")),
        Field("upper", _("Largest possible"), _("Largest possible value")),
        Field("status", _("Status"), _("measured, rounded, estimated, masked (suppressed), unlisted or unknown")),
        Field("caveat", _("Warning"), _("Key of a warning of the publisher")),
    ]
    names = ", ".join(found.names)
    facts = [(_("Areas"), names)]
    if asked["together"]:
        facts.append((_("Own selection"), str(asked["area"])))
        facts.append((_("Note"), _("Figures are added up from counts; shares are computed from the sums, never from "
                                   "shares.")))  # fmt: skip
    facts += [*warning_facts(atlas, found.frame, asked["lang"]), *origin_facts(atlas, found.files, asked["lang"])]
    areas = str(asked["area"]).split(",")
    short = areas[0].replace(":", "-") if len(areas) == 1 else f"{len(areas)}-areas"
    title = _("All figures: %(names)s") % {"names": names}
    stem = f"raumwerk-{slug}-profile-{short}-{atlas.id}"
    return Content(stem, title, fields, found.frame, facts, {}, str(atlas.manifest["created"]))
