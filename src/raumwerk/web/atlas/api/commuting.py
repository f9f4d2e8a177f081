"""Commuters of any set of areas, pair by pair, and pairs held against what could be expected: answers of the API."""

from __future__ import annotations

from typing import Any

import polars as pl
from rest_framework import serializers

from raumwerk.web.atlas.api.answers import (
    LEVELS,
    Accuracy,
    Attribution,
    BoundedNumber,
    Caveat,
    FlowCrossing,
    FlowTotal,
    Interval,
    StatusField,
    number,
    string,
)
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.params_commuting import CommutingParams, ExpectedParams, question_of
from raumwerk.web.atlas.api.views import question
from raumwerk.web.atlas.queries.commuting import DRAWN, WAYS, Commuting, commuting
from raumwerk.web.atlas.queries.expected import KINDS, Expected, expected_pairs
from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["RegionCommuting", "RegionInterfaces", "commuting_answer", "expected_answer", "expected_view"]


def _numbers(help_text: str = "") -> serializers.ListField:
    return serializers.ListField(child=number(), help_text=help_text)


def _strings(help_text: str = "") -> serializers.ListField:
    return serializers.ListField(child=string(), help_text=help_text)


class Places(serializers.Serializer):
    """Areas that pairs begin or end at; the lists have the same order."""

    keys, names, states = _strings(), _strings(), _strings()
    x, y = _numbers("Longitude of the centre."), _numbers("Latitude of the centre.")


class Pairs(serializers.Serializer):
    """One entry for each pair, largest first; the lists have the same order."""

    origin = serializers.ListField(child=serializers.IntegerField(), help_text="Position in the places.")
    destination = serializers.ListField(child=serializers.IntegerField(), help_text="Position in the places.")
    value, lower, upper = _numbers("Persons."), _numbers(), _numbers()
    status = serializers.ListField(child=StatusField())
    crosses = serializers.ListField(child=serializers.BooleanField(), help_text="Crosses a state border.")
    km = _numbers("Distance between the centres.")


class WayTotals(serializers.Serializer):
    total, crossing = FlowTotal(), FlowCrossing()
    abroad = BoundedNumber(allow_null=True)
    unlisted = Interval(allow_null=True)


class Hidden(BoundedNumber):
    pairs = serializers.IntegerField(help_text="Pairs that the filters take away; value to upper are their persons.")


class CommutingAnswer(serializers.Serializer):
    release = string()
    areas = _strings("Keys of the chosen areas.")
    direction = serializers.ChoiceField(WAYS)
    level = serializers.ChoiceField(LEVELS)
    period = string()
    periods = _strings()
    border = serializers.ChoiceField(["all", "crossing", "within"])
    least = number("Smallest number of persons of a pair that is shown.")
    estimated = serializers.BooleanField(help_text="True when every pair is a model's estimate, not a count.")
    accuracy = Accuracy(allow_null=True)
    out = WayTotals(help_text="Everybody who leaves the own area for work, whatever the filters.")
    into = WayTotals(help_text="Everybody who comes in from another area, whatever the filters.")
    balance = BoundedNumber(help_text="Persons who come in less those who go out.")
    inside = BoundedNumber(help_text="Leave the own area but stay among the chosen ones.")
    internal = BoundedNumber(allow_null=True, help_text="Live and work in the same area.")
    hidden = Hidden()
    count = serializers.IntegerField(help_text="Pairs that pass the filters.")
    places = Places()
    pairs = Pairs(help_text=f"At most the {DRAWN} largest; the files hold all.")
    caveats = Caveat(many=True)
    attribution = Attribution(many=True)


class ExpectedPair(serializers.Serializer):
    area, partner, name, partner_name = string(), string(), string(), string()
    observed, expected, difference, ratio, score = number(), number(), number(), number(), number()
    out_observed, out_expected, back_observed, back_expected, km = number(), number(), number(), number(), number()
    crosses = serializers.BooleanField()
    from_x, from_y, to_x, to_y = number(), number(), number(), number()


class BorderFactor(serializers.Serializer):
    factor = number("Commuters across the state border over those that the same sizes and distances bring without one.")
    lower, upper, level = number(), number(), number()
    pairs, crossing_pairs = serializers.IntegerField(), serializers.IntegerField()


class ExpectedAnswer(serializers.Serializer):
    release = string()
    areas = _strings("Keys of the chosen areas.")
    kind = serializers.ChoiceField(KINDS)
    period = string()
    periods = _strings()
    fit = number("Share of commuters that model and counts place alike (CPC), 0 to 1.")
    decay = number("Elasticity of the commuters with distance.")
    state_border = BorderFactor(allow_null=True)
    hidden = serializers.IntegerField(help_text="Pairs that the filters take away.")
    count = serializers.IntegerField()
    pairs = ExpectedPair(many=True, help_text="Most surprising first.")
    attribution = Attribution(many=True)


@question(
    CommutingParams,
    CommutingAnswer,
    name="commuting",
    summary="Commuters of a set of areas, pair by pair, as on the map",
)
class RegionCommuting(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        view = commuting(atlas, atlas.region(kwargs["slug"]), question_of(asked), lang=asked["lang"])
        return commuting_answer(atlas, view, asked["lang"])


@question(
    ExpectedParams,
    ExpectedAnswer,
    name="interfaces",
    summary="Pairs of districts with more or fewer commuters than their sizes and distance let expect",
)
class RegionInterfaces(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        view = expected_view(atlas, kwargs["slug"], asked)
        return expected_answer(atlas, view, asked["lang"])


def expected_view(atlas: AtlasRelease, slug: str, asked: dict[str, Any]) -> Expected:
    """What checked parameters of the API ask about interfaces and gaps."""
    given = question_of({**asked, "direction": "out"})
    return expected_pairs(
        atlas, atlas.region(slug), given.areas,
        kind=asked["kind"], period=given.period, border=given.border, least=given.least or 0.0, nearest=given.nearest,
        farthest=given.farthest,
    )  # fmt: skip


def commuting_answer(atlas: AtlasRelease, view: Commuting, lang: str) -> dict[str, Any]:
    """The pairs as columns that point into one list of places."""
    drawn = view.pairs.head(DRAWN)
    number_hidden, persons_hidden = view.hidden
    internal = view.out.internal
    return {
        "release": atlas.id,
        "areas": list(view.units.areas),
        "direction": view.question.direction,
        "level": view.level,
        "period": view.period,
        "periods": view.periods,
        "border": view.question.border,
        "least": view.least,
        "estimated": view.estimated,
        "accuracy": atlas.accuracy(lang) if view.estimated else None,
        "out": _way(view.out),
        "into": _way(view.into),
        "balance": view.balance.as_dict(),
        "inside": view.inside.as_dict(),
        "internal": internal.as_dict() if internal else None,
        "hidden": {"pairs": number_hidden, **persons_hidden.as_dict()},
        "count": view.pairs.height,
        **_columns(atlas, drawn, lang),
        "caveats": atlas.caveats(view.side.caveats, lang),
        "attribution": atlas.attribution(view.side.files, lang),
    }


def _way(side: AreaFlows) -> dict[str, Any]:
    lower, upper = side.crossing_share_bounds
    return {
        "total": {**side.total.as_dict(), "listed": side.listed},
        "crossing": {
            **side.crossing.as_dict(),
            "listed": side.listed_crossing,
            "share": side.crossing_share,
            "share_listed": side.listed_crossing_share,
            "share_lower": lower,
            "share_upper": upper,
        },
        "abroad": side.abroad.as_dict() if side.abroad else None,
        "unlisted": {"lower": side.unlisted.lower, "upper": side.unlisted.upper} if side.unlisted else None,
    }


def _columns(atlas: AtlasRelease, drawn: pl.DataFrame, lang: str) -> dict[str, Any]:
    keys = sorted({*drawn["origin"], *drawn["destination"]})
    at = {key: index for index, key in enumerate(keys)}
    centres = [atlas.centre(key) for key in keys]
    # an estimate of a fraction of a person would pretend a precision that nobody has, and cost bytes
    rounded = drawn.with_columns(pl.col("value", "lower", "upper", "km").round(1))
    return {
        "places": {
            "keys": keys,
            "names": [atlas.name(key, lang) for key in keys],
            "states": [key[:2] for key in keys],
            "x": [None if x is None else round(x, 5) for x, _ in centres],
            "y": [None if y is None else round(y, 5) for _, y in centres],
        },
        "pairs": {
            "origin": [at[key] for key in drawn["origin"]],
            "destination": [at[key] for key in drawn["destination"]],
            **{name: rounded[name].to_list() for name in ("value", "lower", "upper", "status", "crosses", "km")},
        },
    }


def expected_answer(atlas: AtlasRelease, view: Expected, lang: str) -> dict[str, Any]:
    """Interfaces and gaps with the places of both ends."""
    rows = []
    for row in view.pairs.head(DRAWN).iter_rows(named=True):
        (x, y), (other_x, other_y) = atlas.centre(row["area"]), atlas.centre(row["partner"])
        rows.append(
            {
                **row,
                "name": atlas.name(row["area"], lang),
                "partner_name": atlas.name(row["partner"], lang),
                "from_x": x,
                "from_y": y,
                "to_x": other_x,
                "to_y": other_y,
            }
        )
    effect = view.border
    return {
        "release": atlas.id,
        "areas": list(view.units.areas),
        "kind": view.kind,
        "period": view.period,
        "periods": view.units.periods,
        "fit": view.fit,
        "decay": view.decay,
        "state_border": {
            name: getattr(effect, name) for name in ("factor", "lower", "upper", "level", "pairs", "crossing_pairs")
        } if effect else None,
        "hidden": view.hidden,
        "count": view.pairs.height,
        "pairs": rows,
        "attribution": atlas.attribution(view.files, lang),
    }  # fmt: skip
