"""Commuters of any set of areas, pair by pair: out, in or the balance of both, by size, distance and border."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import InputError, Problem
from raumwerk.tables.keys import Level
from raumwerk.tables.status import STATUS_DTYPE, sum_bounded
from raumwerk.web.atlas.queries.bounded import NOBODY, Bounded
from raumwerk.web.atlas.queries.distance import kilometres_between
from raumwerk.web.atlas.queries.flows import AreaFlows, assemble, partner_rows
from raumwerk.web.atlas.queries.pairs import estimated_pairs, measured_pairs, printed_margins
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.units import Units, chosen_period, counted_units

__all__ = [
    "BALANCE",
    "DRAWN",
    "LEAST_ESTIMATED",
    "MOST_KM",
    "MOST_PERSONS",
    "WAYS",
    "Commuting",
    "Question",
    "check_distances",
    "commuting",
]

BALANCE = "net"
WAYS = ("out", "in", BALANCE)
#: A map draws this many pairs; more would hide each other, and a download holds them all.
DRAWN = 5000
#: Upper ends of the filters; Germany is 880 km long.
MOST_PERSONS, MOST_KM = 1_000_000, 1_000
#: The model shares people out over all pairs: many of a fraction of a person, which no map should draw.
LEAST_ESTIMATED = 10.0
_KEPT = 16  # answers before filters, for the sliders; a few megabytes each at most
_BOUNDED = ("value", "lower", "upper", "status")


@dataclass(frozen=True, slots=True)
class Question:
    """Whose commuters: keys of municipalities, districts or the region; ``None`` stands for the default.

    ``least`` are persons of a pair (default :data:`LEAST_ESTIMATED` where several areas are estimated, else 0),
    ``nearest`` and ``farthest`` kilometres between the centres.
    """

    areas: tuple[str, ...] = ()
    direction: str = "out"
    level: str | None = None
    period: str | None = None
    border: str = "all"
    least: float | None = None
    nearest: float | None = None
    farthest: float | None = None


@dataclass(frozen=True, slots=True)
class Commuting:
    """Answer to a :class:`Question`.

    ``pairs`` has a row for each pair that passes the filters, largest first: near, far, origin, destination, value,
    lower, upper, status, crosses, km; for the balance also out and back (far → near), and origin → destination is the
    way that more people take. ``partners`` sums them by partner (:func:`~.flows.partner_rows`). ``out`` and ``into``
    hold the totals of both directions, whatever the filters take away; ``inside`` are those who stay among the chosen
    areas but leave their own. ``hidden`` are the pairs that the filters take away and their persons.
    """

    question: Question
    units: Units
    least: float
    level: str
    period: str
    periods: list[str]
    pairs: pl.DataFrame
    partners: pl.DataFrame
    out: AreaFlows
    into: AreaFlows
    inside: Bounded
    hidden: tuple[int, Bounded]

    @property
    def estimated(self) -> bool:
        """Whether every pair is a model's estimate."""
        return self.units.estimated

    @property
    def side(self) -> AreaFlows:
        """Totals of the direction asked for; of the balance those of the way out."""
        return self.into if self.question.direction == "in" else self.out

    @property
    def balance(self) -> Bounded:
        """Persons who come in less those who go out, below zero where more leave."""
        return _difference(self.into.total, self.out.total)


def commuting(atlas: AtlasRelease, region: Region, question: Question, *, lang: str) -> Commuting:
    """Commuters of a set of areas.

    Raises
    ------
    MissingError
        An unknown area, or no flows for it.
    InputError
        Areas that do not go together, or a level or period without flows.
    """
    check_distances(question.nearest, question.farthest)
    units = counted_units(atlas, region, question.areas, question.level)
    period = chosen_period(units, question.period)
    level = question.level or units.level
    if level == Level.MUNICIPALITY and units.level != level:
        level = units.level
    pairs, out, into, inside = _unfiltered(atlas, region.slug, units.areas, units.level, question.direction, level,
                                           period, lang)  # fmt: skip
    least = question.least
    if least is None:
        least = LEAST_ESTIMATED if units.estimated and len(units.near) > 1 else 0.0
    kept = pairs.filter(_wanted(question, least))
    return Commuting(
        question=question,
        units=units,
        least=least,
        level=level,
        period=period,
        periods=units.periods,
        pairs=kept.sort(["value", "upper", "near", "far"], descending=[True, True, False, False], nulls_last=True),
        partners=_partners(atlas, kept, units.near, question.direction, lang),
        out=out,
        into=into,
        inside=inside,
        hidden=_hidden(pairs, kept),
    )


@lru_cache(maxsize=_KEPT)
def _unfiltered(  # noqa: PLR0917 - the arguments name the answer that is kept
    atlas: AtlasRelease,
    slug: str,
    areas: tuple[str, ...],
    counted: str,
    direction: str,
    level: str,
    period: str,
    lang: str,
) -> tuple[pl.DataFrame, AreaFlows, AreaFlows, Bounded]:
    """All pairs with their distances, totals out and in, and those who stay inside: what a moved slider asks again."""
    region = atlas.region(slug)
    units = counted_units(atlas, region, areas, counted)
    sides = {way: _side(atlas, region, units, way=way, period=period, level=level, lang=lang) for way in ("out", "in")}
    pairs = _balanced(sides, units) if direction == BALANCE else sides[direction][0]
    return _measured_off(atlas, pairs), sides["out"][1], sides["in"][1], _inside(sides["out"][0], units)


def _side(
    atlas: AtlasRelease, region: Region, units: Units, *, way: str, period: str, level: str, lang: str
) -> tuple[pl.DataFrame, AreaFlows]:
    """Directed pairs without the diagonal, partners at ``level``, and the totals of the way."""
    near = units.near
    if units.estimated:
        rows = estimated_pairs(atlas, region, near, direction=way, period=period)
    else:
        rows = measured_pairs(atlas, near, direction=way, level=units.level, period=period)
    margins = printed_margins(atlas, () if units.estimated else near, direction=way, period=period)
    totals = assemble(
        atlas, rows, margins, near,
        area=units.label, direction=way, level=level, period=period, periods=units.periods, border="all",
        lang=lang, estimated=units.estimated,
    )  # fmt: skip
    pairs = rows.filter(pl.col("near") != pl.col("far")).with_columns(
        (pl.col("near").str.head(2) != pl.col("far").str.head(2)).alias("crosses")
    )
    if level == Level.DISTRICT and units.level != level:
        pairs = _by_district(pairs)
    places = (pl.col("near"), pl.col("far")) if way == "out" else (pl.col("far"), pl.col("near"))
    return pairs.with_columns(places[0].alias("origin"), places[1].alias("destination")), totals


def _by_district(pairs: pl.DataFrame) -> pl.DataFrame:
    """Partners summed by district; the own district stands for the other municipalities of it."""
    joined = pairs.with_columns(pl.col("far").str.head(5), pl.col("status").cast(STATUS_DTYPE))
    keys = ["near", "far", "crosses"]
    summed = joined.group_by(keys).agg(*sum_bounded(), pl.col("file").first(), pl.col("caveat").first())
    return summed.select("near", "far", *_BOUNDED, "file", "caveat", "crosses")


def _balanced(sides: dict[str, tuple[pl.DataFrame, AreaFlows]], units: Units) -> pl.DataFrame:
    """One row for each pair of areas in either direction: what comes in less what goes out."""
    columns = ("near", "far", "crosses", *_BOUNDED)
    out, back = (sides[way][0].select(columns) for way in ("out", "in"))
    joined = out.join(back, on=("near", "far", "crosses"), how="full", coalesce=True, suffix="_back")
    # a pair that nobody lists holds at most one person less than the smallest listed one; an estimate lists every pair
    most = 0.0 if units.estimated else max(0.0, float(_smallest(out, back)) - 1)
    joined = joined.with_columns(*_absent(most, ""), *_absent(most, "_back"))
    twice = pl.col("far").is_in(list(units.near)) & (pl.col("near") > pl.col("far"))
    value = pl.col("value_back") - pl.col("value")
    gain = (
        pl.coalesce(value, (pl.col("lower_back") + pl.col("upper_back") - pl.col("lower") - pl.col("upper")) / 2) >= 0
    )
    low, high = pl.col("lower_back") - pl.col("upper"), pl.col("upper_back") - pl.col("lower")
    return joined.filter(~twice).select(
        "near", "far", "crosses",
        pl.when(gain).then("far").otherwise("near").alias("origin"),
        pl.when(gain).then("near").otherwise("far").alias("destination"),
        value.abs().alias("value"),
        pl.when(gain).then(low.clip(lower_bound=0)).otherwise((-high).clip(lower_bound=0)).alias("lower"),
        pl.when(gain).then(high).otherwise(-low).alias("upper"),
        pl.max_horizontal(pl.col("status", "status_back").cast(STATUS_DTYPE)).alias("status"),
        pl.col("value").alias("out"), pl.col("value_back").alias("back"),
    )  # fmt: skip


def _smallest(*sides: pl.DataFrame) -> float:
    return min((float(side["value"].min() or 0.0) for side in sides if side.height), default=0.0)  # type: ignore[arg-type]


def _absent(most: float, suffix: str) -> list[pl.Expr]:
    """A pair without a row in one direction: nobody where everybody is listed, else some within bounds."""
    absent = pl.col(f"status{suffix}").is_null()
    known = 0.0 if most == 0 else None
    return [
        pl.when(absent).then(pl.lit(known, pl.Float64)).otherwise(pl.col(f"value{suffix}")).alias(f"value{suffix}"),
        pl.when(absent).then(0.0).otherwise(pl.col(f"lower{suffix}")).alias(f"lower{suffix}"),
        pl.when(absent).then(most).otherwise(pl.col(f"upper{suffix}")).alias(f"upper{suffix}"),
        pl.col(f"status{suffix}").cast(STATUS_DTYPE).fill_null("estimated" if most == 0 else "unlisted"),
    ]


def _measured_off(atlas: AtlasRelease, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with the distance between their centres."""
    centre = {key: atlas.centre(key) for key in {*pairs["near"], *pairs["far"]}}

    def placed(column: str) -> Any:
        return np.array([centre[key] for key in pairs[column]], dtype=float).reshape(-1, 2)

    km = pl.Series("km", kilometres_between(placed("near"), placed("far"))).fill_nan(None)
    return pairs.with_columns(km, pl.col("status").cast(pl.String))


def _wanted(question: Question, least: float) -> pl.Expr:
    wanted = pl.coalesce("value", "upper").fill_null(0) >= least
    if question.nearest is not None:
        wanted &= pl.col("km") >= question.nearest
    if question.farthest is not None:
        wanted &= pl.col("km") <= question.farthest
    if question.border == "crossing":
        wanted &= pl.col("crosses")
    elif question.border == "within":
        wanted &= ~pl.col("crosses")
    return wanted


def _partners(
    atlas: AtlasRelease, kept: pl.DataFrame, near: Collection[str], direction: str, lang: str
) -> pl.DataFrame:
    """Rows by partner; of the balance with its sign: below zero more people go there than come from there."""
    rows = kept.with_columns(pl.col("status").cast(STATUS_DTYPE))
    if direction != BALANCE:
        return partner_rows(atlas, rows, near, "", lang)
    # seen from the chosen areas: what comes in counts up, what goes out counts down
    leaves = pl.col("destination") == pl.col("far")
    signed = rows.with_columns(
        pl.when(leaves).then(-pl.col("value")).otherwise("value").alias("value"),
        pl.when(leaves).then(-pl.col("upper")).otherwise("lower").alias("lower"),
        pl.when(leaves).then(-pl.col("lower")).otherwise("upper").alias("upper"),
    )
    ways = signed.group_by("far").agg(*(_whole(name) for name in ("out", "back"))).rename({"far": "area"})
    found = partner_rows(atlas, signed, near, "", lang).join(ways, on="area", how="left", maintain_order="left")
    return found.sort(pl.coalesce("value", "upper").abs(), "area", descending=[True, False], nulls_last=True)


def _whole(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).alias(name)


def _inside(out: pl.DataFrame, units: Units) -> Bounded:
    among = out.filter(pl.col("far").is_in(list(units.near)))
    return Bounded.total_of(among.with_columns(pl.col("status").cast(STATUS_DTYPE))) if among.height else NOBODY


def _hidden(pairs: pl.DataFrame, kept: pl.DataFrame) -> tuple[int, Bounded]:
    """Number of pairs that the filters take away, and their persons."""
    left = pairs.join(kept.select("near", "far"), on=("near", "far"), how="anti")
    return left.height, Bounded.total_of(left.with_columns(pl.col("status").cast(STATUS_DTYPE)))


def _difference(first: Bounded, second: Bounded) -> Bounded:
    def less(a: float | None, b: float | None) -> float | None:
        return None if a is None or b is None else a - b

    worse = max((first.status, second.status), key=STATUS_DTYPE.categories.to_list().index)
    return Bounded(
        less(first.value, second.value), less(first.lower, second.upper), less(first.upper, second.lower), worse
    )


def check_distances(nearest: float | None, farthest: float | None) -> None:
    """Refuse a smallest distance beyond the largest one.

    Raises
    ------
    InputError
        With what to do.
    """
    if nearest is not None and farthest is not None and nearest > farthest:
        raise InputError(
            Problem(
                gettext("The smallest distance (%(nearest)s km) lies beyond the largest (%(farthest)s km)")
                % {"nearest": f"{nearest:g}", "farthest": f"{farthest:g}"},
                expected=gettext("a smallest distance below the largest"),
                advice=gettext("Swap the two numbers."),
                column="km_min",
            )
        )
