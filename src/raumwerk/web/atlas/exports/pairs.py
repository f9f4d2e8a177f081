"""Downloads of the commuting page: every pair that its filters let through, as lines where the format can hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import shapely
from django.utils.translation import gettext as _

from raumwerk.web.atlas.exports.content import Content, Field, border_name, level_name, origin_facts, warning_facts
from raumwerk.web.atlas.queries.commuting import BALANCE, Commuting
from raumwerk.web.atlas.queries.expected import Expected
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["commuting_content", "interfaces_content"]

_BOTH = ("out", "back")


def commuting_content(atlas: AtlasRelease, view: Commuting, slug: str, lang: str) -> Content:
    """Every pair of a commuting view."""
    asked = view.question
    fields = [*_ends(), *_counts(asked.direction == BALANCE)]
    frame = _named(atlas, view.pairs, "origin", "destination", lang).select([field.name for field in fields])
    names = ", ".join(atlas.name(key, lang) for key in view.units.areas)
    facts = [
        (_("Areas"), f"{names} ({', '.join(view.units.areas)})"),
        (_("Direction"), _direction(asked.direction)),
        (_("Level"), level_name(view.level)),
        (_("Period"), view.period),
        (_("Rows shown"), border_name(asked.border)),
        (_("Least number of persons"), f"{view.least:g}"),
        *_distances(asked.nearest, asked.farthest),
        *([(_("Estimate"), _("Every number is estimated by a model; none was counted."))] if view.estimated else []),
        *warning_facts(atlas, view.side.caveats, lang),
        *origin_facts(atlas, view.side.files, lang),
    ]
    heading = _("Commuters")
    stem = f"raumwerk-{slug}-commuting-{_short(view.units.areas)}-{asked.direction}-{view.level}-{asked.border}"
    return Content(
        f"{stem}-{view.period.replace('/', '-')}-{atlas.id}", f"{heading}: {names}, {view.period}", fields, frame,
        facts, _lines(atlas, frame["pair"], view.pairs["origin"], view.pairs["destination"]),
        str(atlas.manifest["created"]),
    )  # fmt: skip


def interfaces_content(atlas: AtlasRelease, view: Expected, slug: str, lang: str) -> Content:
    """Every pair of districts held against what could be expected."""
    persons = _("persons")
    fields = [
        *_ends(),
        Field("observed", _("Counted"), _("Commuters in both directions"), persons),
        Field("expected", _("Expected"), _("Commuters that sizes and distance let expect"), persons),
        Field("difference", _("Difference"), _("Counted less expected"), persons),
        Field("ratio", _("Counted for each expected"), _("Counted divided by expected")),
        Field("score", _("Surprise"), _("Deviance residual of the pair: its sign and weight; no test")),
        Field("crosses", _("Crosses a state border"), _("Whether the pair lies on both sides of a state border")),
        Field("km", _("Distance"), _("Distance between the centres of the inhabitants as the crow flies"), "km"),
    ]
    frame = _named(atlas, view.pairs, "area", "partner", lang).select([field.name for field in fields])
    names = ", ".join(atlas.name(key, lang) for key in view.units.areas)
    facts = [
        (_("Areas"), f"{names} ({', '.join(view.units.areas)})"),
        (_("Period"), view.period),
        (_("Method"), _("Doubly constrained gravity model with power decay over all districts")),
        (_("Fit"), f"CPC {view.fit:.3f}"),
        *origin_facts(atlas, view.files, lang),
    ]
    stem = (
        f"raumwerk-{slug}-interfaces-{_short(view.units.areas)}-{view.kind}-{view.period.replace('/', '-')}-{atlas.id}"
    )
    heading = _("Interfaces and gaps")
    return Content(
        stem, f"{heading}: {names}, {view.period}", fields, frame, facts,
        _lines(atlas, frame["pair"], view.pairs["area"], view.pairs["partner"]), str(atlas.manifest["created"]),
    )  # fmt: skip


def _ends() -> list[Field]:
    return [
        Field("pair", _("Pair"), _("Keys of both areas")),
        Field("from_key", _("From"), _("Official key of the first area")),
        Field("from_name", _("From (name)"), _("Name of the first area")),
        Field("to_key", _("To"), _("Official key of the second area")),
        Field("to_name", _("To (name)"), _("Name of the second area")),
    ]


def _counts(balance: bool) -> list[Field]:
    persons = _("persons")
    told = _("More go this way than back") if balance else _("Live in the first and work in the second area")
    more = [
        Field("out", _("Out"), _("Leave the chosen area for the other one"), persons),
        Field("back", _("In"), _("Come to the chosen area from the other one"), persons),
    ]
    return [
        Field("value", _("Persons"), told, persons),
        Field("lower", _("Smallest possible"), _("Smallest possible value"), persons),
        Field("upper", _("Largest possible"), _("Largest possible value"), persons),
        Field("status", _("Status"), _("measured, rounded, estimated, masked (suppressed), unlisted or unknown")),
        *(more if balance else []),
        Field("crosses", _("Crosses a state border"), _("Whether everybody of this row crosses a state border")),
        Field("km", _("Distance"), _("Distance between the centres as the crow flies"), "km"),
    ]


def _named(atlas: AtlasRelease, pairs: pl.DataFrame, start: str, end: str, lang: str) -> pl.DataFrame:
    kept = pairs.rename({start: "from_key", end: "to_key"})
    return kept.with_columns(
        pl.concat_str("from_key", "to_key", separator="-").alias("pair"),
        pl.Series("from_name", [atlas.name(key, lang) for key in kept["from_key"]], pl.String),
        pl.Series("to_name", [atlas.name(key, lang) for key in kept["to_key"]], pl.String),
    )


def _direction(direction: str) -> str:
    known = {
        "out": _("out: where residents work"),
        "in": _("in: where workers live"),
        BALANCE: _("balance: in less out"),
    }
    return known[direction]


def _distances(nearest: float | None, farthest: float | None) -> list[tuple[str, str]]:
    given = (_("Distance from (km)"), nearest), (_("Distance to (km)"), farthest)
    return [(label, f"{value:g}") for label, value in given if value is not None]


def _short(areas: Sequence[str]) -> str:
    return areas[0].replace(":", "-") if len(areas) == 1 else f"{len(areas)}-areas"


def _lines(atlas: AtlasRelease, names: pl.Series, starts: pl.Series, ends: pl.Series) -> dict[str, Any]:
    centre = {key: atlas.centre(key) for key in {*starts, *ends}}
    return {
        name: shapely.LineString([centre[start], centre[end]])
        for name, start, end in zip(names, starts, ends, strict=True)
        if None not in centre[start] and None not in centre[end] and centre[start] != centre[end]
    }
