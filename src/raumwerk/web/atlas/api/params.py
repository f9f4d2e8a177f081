"""Parameters of the API: one serializer for each question, so that OpenAPI file and checks are the same thing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from raumwerk.web.atlas.queries.breaks import DEFAULT_CLASSES, MAX_CLASSES, METHODS, MIN_CLASSES, OWN, own_breaks
from raumwerk.web.atlas.queries.flows import BORDERS, DIRECTIONS

__all__ = [
    "AreaParams",
    "AreasParams",
    "CommonParams",
    "FlowFileParams",
    "FlowParams",
    "IndicatorParams",
    "LineageParams",
    "NationParams",
    "PictureParams",
    "PlaceParams",
    "ShapeParams",
    "TrendParams",
    "TwoMapsParams",
    "ValueFileParams",
    "ValueParams",
]

MAP_LEVELS = ("municipality", "district")
PERIOD = r"^\d{4}(-\d{2}(-\d{2})?)?(/\d{4})?\Z"
AREA_KEY = r"^(DG|\d{2}|\d{3}|\d{5}|\d{8}|\d{9}|region:[a-z0-9-]{1,60})\Z"


_ONE_AREA = AREA_KEY.removeprefix("^").removesuffix(r"\Z")


class CommonParams(serializers.Serializer):
    """Every question may name a release and a language."""

    release = serializers.RegexField(
        r"^\d{8}-[0-9a-f]{8}\Z", required=False, help_text="Release to read; default the current one."
    )
    lang = serializers.ChoiceField(["de", "en"], default="de", help_text="Language of names and texts.")


class IndicatorParams(CommonParams):
    """Which indicators to list."""

    topic = serializers.RegexField(r"^[a-z0-9_]{1,40}\Z", required=False, help_text="Only indicators of this topic.")


class ShapeParams(CommonParams):
    """Which shapes to draw."""

    level = serializers.ChoiceField(MAP_LEVELS, default="municipality", help_text="Level of the shapes.")


_NUMBER = r"-?[0-9]{1,9}(\.[0-9]{1,4})?"


@extend_schema_field({"type": "string", "maxLength": 200, "pattern": f"^{_NUMBER}(;{_NUMBER}){{0,7}}$"})
class BreaksField(serializers.CharField):
    """Numbers parted by semicolons."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, **options)

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return own_breaks(text)
        except ValueError:
            raise serializers.ValidationError(gettext("Give one to eight numbers parted by semicolons.")) from None


class NationParams(ShapeParams):
    """Which shapes of the whole country to draw."""


class ValueParams(CommonParams):
    """Which choropleth to draw."""

    indicator = serializers.RegexField(r"^[a-z0-9_]{1,80}\Z", help_text="Key of the indicator.")
    level = serializers.ChoiceField(MAP_LEVELS, required=False, help_text="Default the finest level with values.")
    period = serializers.RegexField(PERIOD, required=False, help_text="Default the latest period.")
    classes = serializers.IntegerField(
        min_value=MIN_CLASSES, max_value=MAX_CLASSES, default=DEFAULT_CLASSES, help_text="Number of classes."
    )
    scope = serializers.ChoiceField(
        ["region", "germany"], default="region", help_text="germany: every municipality or district of the country."
    )
    breaks = BreaksField(required=False, help_text="Own breaks, rising, parted by semicolons: at most eight.")
    steady = serializers.BooleanField(
        default=False, help_text="Cut the classes over all periods, so that maps of different years can be compared."
    )


class PictureParams(CommonParams):
    """How large a picture of pixels is."""

    size = serializers.ChoiceField(
        ["screen", "print"], default="screen", help_text="Of a PNG: screen 1,920 pixels wide, print 3,840 pixels wide."
    )


class ValueFileParams(ValueParams, PictureParams):
    """Which choropleth to take away."""

    method = serializers.ChoiceField(
        [*METHODS, OWN], default=METHODS[0], help_text="Classes of the picture; own needs breaks."
    )
    draw = serializers.ChoiceField(
        ["areas", "symbols"], default="areas", help_text="Shades of the areas, or circles for absolute numbers."
    )


class TwoMapsParams(ValueFileParams):
    """Which two maps to put beside or against each other."""

    compare = serializers.RegexField(r"^[a-z0-9_]{1,80}\Z", help_text="Key of the second indicator.")
    compare_period = serializers.RegexField(PERIOD, required=False, help_text="Its period; default the latest.")
    compare_draw = serializers.ChoiceField(["areas", "symbols"], default="areas", help_text="How it is drawn.")
    area = serializers.RegexField(AREA_KEY, required=False, help_text="Area that the scatter plot points out.")


class FlowParams(CommonParams):
    """Whose commuters to show."""

    area = serializers.RegexField(
        AREA_KEY, required=False, help_text="District, municipality or region; default region."
    )
    direction = serializers.ChoiceField(DIRECTIONS, default="out", help_text="out: where to; in: where from.")
    level = serializers.ChoiceField(MAP_LEVELS, required=False, help_text="Level of the partners.")
    period = serializers.RegexField(PERIOD, required=False, help_text="Default the latest period.")
    border = serializers.ChoiceField(
        BORDERS, default="all", help_text="Rows to show: all, only across a state border, only within a state."
    )


class FlowFileParams(FlowParams, PictureParams):
    """Whose commuters to take away."""


class AreaParams(CommonParams):
    """Which profile to show."""

    region = serializers.RegexField(
        r"^[a-z][a-z0-9-]{0,59}\Z", required=False, help_text="Region to compare with; default the first that holds it."
    )


class PlaceParams(PictureParams):
    """Which area, or areas taken together."""

    area = serializers.RegexField(
        rf"^{_ONE_AREA}(,{_ONE_AREA}){{0,399}}\Z", help_text="Keys of areas, separated by commas."
    )


class AreasParams(CommonParams):
    """Whose figures: areas each for itself, or municipalities added up."""

    area = serializers.RegexField(
        rf"^{_ONE_AREA}(,{_ONE_AREA}){{0,399}}\Z", help_text="Keys of areas, separated by commas."
    )
    together = serializers.BooleanField(
        default=False, help_text="Add the municipalities and districts up as one selection of the region."
    )


class TrendParams(PlaceParams):
    """Which line through the years."""

    indicator = serializers.RegexField(r"^[a-z0-9_]{1,80}\Z", help_text="Key of the indicator.")


class LineageParams(CommonParams):
    """Which number to walk back to its files."""

    table = serializers.RegexField(r"^[a-z_]{1,40}\Z", help_text="Table of the release.")
    indicator = serializers.RegexField(r"^[a-z0-9_]{1,80}\Z", required=False)
    area = serializers.RegexField(AREA_KEY, required=False)
    origin = serializers.RegexField(AREA_KEY, required=False)
    destination = serializers.RegexField(AREA_KEY, required=False)
    period = serializers.RegexField(PERIOD, required=False)
