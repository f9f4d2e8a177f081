"""Parameters of the questions about commuters of any set of areas."""

from __future__ import annotations

from rest_framework import serializers

from raumwerk.web.atlas.api.params import AREA_KEY, MAP_LEVELS, PERIOD, CommonParams, PictureParams
from raumwerk.web.atlas.queries.commuting import MOST_KM, MOST_PERSONS, WAYS, Question
from raumwerk.web.atlas.queries.expected import KINDS
from raumwerk.web.atlas.queries.flows import BORDERS

__all__ = ["AREA_LIST", "CommutingFileParams", "CommutingParams", "ExpectedFileParams", "ExpectedParams", "question_of"]

_ONE = AREA_KEY.removeprefix("^").removesuffix(r"\Z")
AREA_LIST = rf"^{_ONE}(,{_ONE}){{0,399}}\Z"


class _PairParams(CommonParams):
    area = serializers.RegexField(
        AREA_LIST,
        required=False,
        help_text="Keys of municipalities and districts, separated by commas; default the region.",
    )
    period = serializers.RegexField(PERIOD, required=False, help_text="Default the latest period.")
    border = serializers.ChoiceField(
        BORDERS, default="all", help_text="Pairs to show: all, only across a state border, only within a state."
    )
    min = serializers.FloatField(
        min_value=0,
        max_value=MOST_PERSONS,
        required=False,
        help_text="Least number of persons of a pair; default 10 for estimates of several areas, else 0.",
    )
    km_min = serializers.FloatField(
        min_value=0, max_value=MOST_KM, required=False, help_text="Least distance between the centres, km."
    )
    km_max = serializers.FloatField(
        min_value=0, max_value=MOST_KM, required=False, help_text="Largest distance between the centres, km."
    )


class CommutingParams(_PairParams):
    """Whose commuters to show, pair by pair."""

    direction = serializers.ChoiceField(WAYS, default="out", help_text="out: where to; in: where from; net: balance.")
    level = serializers.ChoiceField(
        MAP_LEVELS, required=False, help_text="Level of the partners; municipality takes districts of the region apart."
    )


class ExpectedParams(_PairParams):
    """Which pairs of districts to hold against what size and distance let expect."""

    kind = serializers.ChoiceField(KINDS, default="all", help_text="all, only more or only fewer than expected.")


class _Drawn(PictureParams):
    borders = serializers.BooleanField(
        default=True, help_text="Whether line and colour of the picture tell of the state border."
    )


class CommutingFileParams(CommutingParams, _Drawn):
    """Whose commuters to take away."""


class ExpectedFileParams(ExpectedParams, _Drawn):
    """Which interfaces and gaps to take away."""


def question_of(asked: dict[str, object]) -> Question:
    """The question that checked parameters of the API ask."""
    return Question(
        areas=tuple(str(asked["area"]).split(",")) if asked.get("area") else (),
        direction=str(asked["direction"]),
        level=asked.get("level"),  # type: ignore[arg-type]  # checked by the serializer
        period=asked.get("period"),  # type: ignore[arg-type]
        border=str(asked["border"]),
        least=asked.get("min"),  # type: ignore[arg-type]
        nearest=asked.get("km_min"),  # type: ignore[arg-type]
        farthest=asked.get("km_max"),  # type: ignore[arg-type]
    )
