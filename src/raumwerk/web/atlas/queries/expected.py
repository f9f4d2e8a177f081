"""Interfaces and gaps: pairs of districts with more, or fewer, commuters than their sizes and distance let expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from django.utils.translation import gettext
from numpy.typing import NDArray

from raumwerk.analysis.border import BorderEffect, border_effect
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.gravity import GravityFit, fit_gravity
from raumwerk.analysis.interfaces import interfaces
from raumwerk.errors import InputError, MissingError
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.commuting import check_distances
from raumwerk.web.atlas.queries.distance import kilometres_between
from raumwerk.web.atlas.queries.pairs import measured_periods
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.units import Units, chosen_period, counted_units

__all__ = ["KINDS", "MOST_SURPRISING", "Expected", "expected_pairs"]

#: A map draws this many pairs, the most surprising ones: they are wide lines, and more would hide each other.
MOST_SURPRISING = 120
KINDS = ("all", "more", "fewer")
_SMALLEST = 10.0  # persons; below that neither side of the comparison says anything
_NEAR_KM = 100.0  # neighbours by which a border is judged
_LEAST_KM = 1.0


@dataclass(frozen=True, slots=True)
class Expected:
    """Pairs of districts held against a gravity model of all districts of the release.

    ``pairs``: area (one of the chosen), partner, observed, expected, difference, ratio, score (the sign and weight of
    the surprise), out_observed, out_expected, back_observed, back_expected, crosses, km; most surprising first.
    ``fit`` is the share of commuters that model and counts place alike (CPC, 0 to 1). ``border`` is the effect of state
    borders on the region and its surroundings; None where no border can be judged.
    """

    units: Units
    period: str
    kind: str
    pairs: pl.DataFrame
    fit: float
    decay: float
    border: BorderEffect | None
    hidden: int
    files: list[str]


def expected_pairs(
    atlas: AtlasRelease,
    region: Region,
    areas: tuple[str, ...] = (),
    *,
    kind: str = "all",
    period: str | None = None,
    border: str = "all",
    least: float = 0.0,
    nearest: float | None = None,
    farthest: float | None = None,
) -> Expected:
    """Interfaces (``more``) and gaps (``fewer``) of the districts that the areas lie in.

    Raises
    ------
    MissingError
        Unknown area; no counted flows between districts.
    InputError
        A period without flows; distances the wrong way round.
    """
    check_distances(nearest, farthest)
    keys = tuple(dict.fromkeys(key if key == region.key else key[:5] for key in areas))
    units = counted_units(atlas, region, keys, Level.DISTRICT.value)
    period = chosen_period(units, period)
    model = atlas.remember(("gravity", period), lambda: _model(atlas, period))
    near = list(units.near)
    ours = model.pairs.filter(pl.col("area").is_in(near) | pl.col("partner").is_in(near))
    turned = pl.col("partner").is_in(near) & ~pl.col("area").is_in(near)
    pairs = ours.select(
        pl.when(turned).then("partner").otherwise("area").alias("area"),
        pl.when(turned).then("area").otherwise("partner").alias("partner"),
        pl.col("both_observed").alias("observed"), pl.col("both_expected").alias("expected"),
        pl.col("both_residual").alias("difference"), "ratio", "score", *_ways(turned),
        (pl.col("area").str.head(2) != pl.col("partner").str.head(2)).alias("crosses"), "km",
    )  # fmt: skip
    wanted = pl.max_horizontal("observed", "expected") >= least
    if nearest is not None:
        wanted &= pl.col("km") >= nearest
    if farthest is not None:
        wanted &= pl.col("km") <= farthest
    if border != "all":
        wanted &= pl.col("crosses") if border == "crossing" else ~pl.col("crosses")
    if kind != "all":
        wanted &= pl.col("score") > 0 if kind == "more" else pl.col("score") < 0
    kept = pairs.filter(wanted)
    return Expected(
        units, period, kind, kept, model.fit.fit.cpc, model.fit.parameters["cost"],
        atlas.remember(("border", region.slug, period), lambda: _border(model, region)),
        pairs.height - kept.height, model.files,
    )  # fmt: skip


def _ways(turned: pl.Expr) -> list[pl.Expr]:
    """Both directions, seen from ``area``."""
    return [
        pl.when(turned).then(f"{other}_{what}").otherwise(f"{way}_{what}").alias(f"{way}_{what}")
        for way, other in (("out", "back"), ("back", "out"))
        for what in ("observed", "expected")
    ]


@dataclass(frozen=True, slots=True)
class _Model:
    flows: FlowMatrix
    km: NDArray[np.float64]
    fit: GravityFit
    pairs: pl.DataFrame
    files: list[str]


def _model(atlas: AtlasRelease, period: str) -> _Model:
    """Doubly constrained gravity model with power decay over all districts that have a place."""
    if period not in measured_periods(atlas, Level.DISTRICT):
        raise MissingError(gettext("There are no flows between districts for %(period)s.") % {"period": period})
    wanted = (pl.col("level") == Level.DISTRICT) & (pl.col("part") == "all") & (pl.col("period") == period)
    rows = atlas.table("flows").filter(wanted & (pl.col("origin") != pl.col("destination"))).collect()
    centres = district_centres(atlas)
    rows = rows.filter(pl.col("origin").is_in(list(centres)) & pl.col("destination").is_in(list(centres)))
    codes = sorted({*rows["origin"], *rows["destination"]})
    flows = FlowMatrix.from_pairs(rows, flow="value", codes=codes, date=period)
    places = np.array([centres[key] for key in flows.codes])
    km = np.maximum(kilometres_between(places[:, None], places[None]), _LEAST_KM)
    fit = fit_gravity(flows, km, decay="power")
    pairs = interfaces(fit, smallest=_SMALLEST)
    position = {key: index for index, key in enumerate(flows.codes)}
    apart = [km[position[one], position[other]] for one, other in pairs.select("area", "partner").iter_rows()]
    files = sorted(rows["file"].drop_nulls().cast(pl.String).unique().to_list())
    return _Model(flows, km, fit, pairs.with_columns(pl.Series("km", apart, pl.Float64)), files)


def _border(model: _Model, region: Region) -> BorderEffect | None:
    """Effect of the state borders, from the districts of the region and those within reach of them."""
    own = [index for index, key in enumerate(model.flows.codes) if key in region.districts]
    if not own:
        return None
    close = np.flatnonzero(model.km[own].min(axis=0) <= _NEAR_KM)
    kept = sorted({*own, *close.tolist()})
    codes = [model.flows.codes[index] for index in kept]
    inside = model.flows.to_pairs().filter(pl.col("origin").is_in(codes) & pl.col("destination").is_in(codes))
    flows = FlowMatrix.from_pairs(inside, flow="value", codes=codes, date=model.flows.date)
    try:
        return border_effect(flows, model.km[np.ix_(kept, kept)], {key: key[:2] for key in codes}, within=_NEAR_KM)
    except InputError:
        return None  # one state alone, or too few pairs to tell border and distance apart


def district_centres(atlas: AtlasRelease) -> dict[str, tuple[float, float]]:
    """Places of the districts: the mean of their municipalities by inhabitants, else the middle of the area."""
    found: dict[str, tuple[float, float]] = atlas.remember("district centres", lambda: _centres(atlas))
    return found


def _centres(atlas: AtlasRelease) -> dict[str, tuple[float, float]]:
    people: dict[str, float] = {}
    if "population" in atlas.indicators:
        counted = atlas.table("indicators").filter(
            (pl.col("indicator") == "population") & (pl.col("level") == Level.MUNICIPALITY)
        )
        newest = counted.sort("period").group_by("area").agg(pl.col("value").last()).collect()
        people = {key: value or 0.0 for key, value in newest.iter_rows()}
    sums: dict[str, list[float]] = {}
    for key, area in atlas.areas.items():
        if area.level == Level.MUNICIPALITY and area.x is not None and area.y is not None:
            weight = people.get(key, 0.0) + 1e-9
            total = sums.setdefault(key[:5], [0.0, 0.0, 0.0])
            for place, value in enumerate((weight * area.x, weight * area.y, weight)):
                total[place] += value
    centres = {key: (x / weight, y / weight) for key, (x, y, weight) in sums.items()}
    for key in atlas.keys_of(Level.DISTRICT):
        x, y = atlas.centre(key)
        if key not in centres and x is not None and y is not None:
            centres[key] = (x, y)
    return centres
