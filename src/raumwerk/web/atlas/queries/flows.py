"""Commuters of one area: where they go or come from, how many cross a state border, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import polars as pl

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.tables.keys import Level, level_of, state_of
from raumwerk.tables.status import Status, sum_bounded
from raumwerk.web.atlas.queries.bounded import NOBODY, Bounded
from raumwerk.web.atlas.queries.distance import kilometres
from raumwerk.web.atlas.queries.pairs import (
    estimate_periods,
    estimated_pairs,
    measured_pairs,
    measured_periods,
    printed_margins,
)
from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = ["BORDERS", "DIRECTIONS", "AreaFlows", "area_flows"]

DIRECTIONS = ("out", "in")
BORDERS = ("all", "crossing", "within")


@dataclass(frozen=True, slots=True)
class AreaFlows:
    """Flows of one area in one direction.

    ``frame`` has a row for each partner that passes the border filter: area, name, state, x, y, value, lower, upper,
    status, crosses (everybody of the row crosses a state border), km; largest first. ``shown`` is their sum.
    ``total`` and ``crossing`` do not depend on the filter: everybody who leaves (enters) the area for work, and those of
    them who cross a state border. ``listed`` and ``listed_crossing`` are their parts with a published (or estimated)
    pair; ``unlisted`` bounds the rest. ``internal`` live and work in the area; None where that is not known.
    """

    area: str
    direction: str
    level: str
    period: str
    periods: list[str]
    border: str
    estimated: bool
    frame: pl.DataFrame
    total: Bounded
    shown: Bounded
    crossing: Bounded
    listed: Bounded
    listed_crossing: Bounded
    internal: Bounded | None
    unlisted: Bounded | None
    files: list[str]
    caveats: pl.DataFrame

    @property
    def crossing_share(self) -> float | None:
        """Share of the listed commuters who cross a state border, per cent."""
        return _share(self.listed_crossing.value, self.listed.value)

    @property
    def crossing_share_bounds(self) -> tuple[float | None, float | None]:
        """Smallest and largest possible share of all commuters who cross a state border, per cent."""
        return _share(self.crossing.lower, self.total.upper), _share(self.crossing.upper, self.total.lower)


def _share(part: float | None, whole: float | None) -> float | None:
    return min(100.0, 100 * part / whole) if part is not None and whole else None


def area_flows(
    atlas: AtlasRelease,
    region: Region,
    *,
    lang: str,
    area: str | None = None,
    direction: str = "out",
    level: str | None = None,
    period: str | None = None,
    border: str = "all",
) -> AreaFlows:
    """Commuters from (``out``) or to (``in``) an area, by partner.

    Parameters
    ----------
    area : str, optional
        A district of Germany, a municipality of the region, or the key of the region (default): its districts taken
        together, so that partners are the districts outside.
    level : {"district", "municipality"}, optional
        Level of the partners; default the level of the area.
    period : str, optional
        Default the latest one.
    border : {"all", "crossing", "within"}
        Which pairs the rows show: all, only those across a state border, only those within a state.

    Raises
    ------
    MissingError
        Unknown area, or no flows for it in this release.
    InputError
        A level or period that the flows of this area do not have.
    """
    area = area or region.key
    near = _near(atlas, region, area)
    own_level = Level.MUNICIPALITY.value if level_of(area) == Level.MUNICIPALITY else Level.DISTRICT.value
    level = level or own_level
    if level == Level.MUNICIPALITY and own_level != level:
        raise InputError(
            Problem(
                f"the flows of {area} are counted between districts",
                expected="level district, or a municipality as area",
                advice="Choose a municipality of the region to see partners at municipal level.",
                column="level",
            )
        )
    estimated, periods = _periods(atlas, region, area, own_level)
    period = period or periods[-1]
    if period not in periods:
        raise InputError(
            Problem(
                f"there are no flows of {area} for period {period}",
                expected="one of " + ", ".join(periods),
                advice="Choose another period.",
                column="period",
            )
        )
    if estimated:
        pairs = estimated_pairs(atlas, region, area, direction=direction, period=period)
    else:
        pairs = measured_pairs(atlas, near, direction=direction, level=own_level, period=period)
    margins = printed_margins(atlas, [] if estimated else near, direction=direction, period=period)
    return _assemble(
        atlas, pairs, margins, near,
        area=area, direction=direction, level=level, period=period, periods=periods, border=border, lang=lang,
        estimated=estimated,
    )  # fmt: skip


def _near(atlas: AtlasRelease, region: Region, area: str) -> tuple[str, ...]:
    if area == region.key:
        return region.districts
    known = atlas.areas.get(area)
    if known is None or (known.level == Level.MUNICIPALITY and area not in region.municipalities):
        raise MissingError(f"{area!r} is neither a district of release {atlas.id} nor a municipality of {region.slug}")
    if known.level not in (Level.MUNICIPALITY, Level.DISTRICT):
        raise MissingError(f"{area!r} is a {known.level}; flows are held for districts, municipalities and {region.key}")
    return (area,)


def _periods(atlas: AtlasRelease, region: Region, area: str, level: str) -> tuple[bool, list[str]]:
    """Whether the flows of the area are estimated, and their periods: measured ones win over estimates."""
    measured = measured_periods(atlas, level)
    if measured:
        return False, measured
    estimates = estimate_periods(atlas, region) if level == Level.MUNICIPALITY else []
    if not estimates:
        raise MissingError(f"release {atlas.id} has no commuter flows at {level} level for {area}")
    return True, estimates


def _assemble(
    atlas: AtlasRelease,
    pairs: pl.DataFrame,
    margins: pl.DataFrame,
    near: Collection[str],
    *,
    area: str,
    level: str,
    border: str,
    lang: str,
    estimated: bool,
    **named: Any,
) -> AreaFlows:
    pairs = pairs.with_columns(
        (pl.col("near").str.slice(0, 2) != pl.col("far").str.slice(0, 2)).alias("crosses"),
        pl.col("status").cast(pl.String),
    )
    inside = pl.col("far").is_in(list(near))
    inner, outer = pairs.filter(inside), pairs.filter(~inside)
    crossing = outer.filter("crosses")
    shown = {"all": outer, "crossing": crossing, "within": outer.filter(~pl.col("crosses"))}[border]
    listed, listed_crossing = Bounded.total_of(outer), Bounded.total_of(crossing)
    unlisted = None if estimated else _unlisted(margins, listed, near, covered=len(inner) == len(near) ** 2)
    files = {*shown["file"].drop_nulls(), *margins["file"].drop_nulls()}
    return AreaFlows(
        area=area,
        level=level,
        border=border,
        estimated=estimated,
        frame=_rows(atlas, shown, area, level, lang),
        total=_total(margins, near, listed, unlisted),
        shown=Bounded.total_of(shown),
        crossing=listed_crossing + _up_to(unlisted),
        listed=listed,
        listed_crossing=listed_crossing,
        internal=Bounded.total_of(inner) if len(inner) else None,
        unlisted=unlisted,
        files=sorted(files),
        caveats=pairs.select(pl.col("near").alias("area"), "caveat").unique(),
        **named,
    )


def _up_to(unlisted: Bounded | None) -> Bounded:
    """Anything between nobody and all of the unlisted: their partners, and so their borders, are not known."""
    if unlisted is None or unlisted.upper == 0:
        return NOBODY
    return Bounded(None, 0.0, unlisted.upper, Status.UNLISTED.value)


def _unlisted(margins: pl.DataFrame, listed: Bounded, near: Collection[str], *, covered: bool) -> Bounded | None:
    """Persons of the pairs that are not listed: printed remainders, else the printed total less the listed pairs.

    With several areas (a region) a remainder may hold pairs among themselves, so that nobody of it need be outside;
    only where all pairs among them are listed (``covered``) the lower bound stays.
    """
    remainders = margins.filter(pl.col("partner").str.starts_with("other"))
    if set(remainders["area"]) >= set(near):
        found = Bounded.total_of(remainders)
    elif len(near) == 1 and len(total := margins.filter(pl.col("partner") == "total")):
        printed = Bounded.total_of(total)
        if None in (printed.lower, printed.upper, listed.lower, listed.upper):
            return None
        lower, upper = float(printed.lower or 0) - float(listed.upper or 0), float(printed.upper or 0) - float(listed.lower or 0)
        found = Bounded(None, max(0.0, lower), max(0.0, upper), Status.UNLISTED.value)
    else:
        return None
    if len(near) > 1 and not covered:
        found = Bounded(None, 0.0, found.upper, Status.UNLISTED.value)
    return found


def _total(margins: pl.DataFrame, near: Collection[str], listed: Bounded, unlisted: Bounded | None) -> Bounded:
    printed = margins.filter(pl.col("partner") == "total")
    if len(near) == 1 and len(printed) == 1:
        return Bounded.total_of(printed)
    return listed if unlisted is None else listed + unlisted


def _rows(atlas: AtlasRelease, shown: pl.DataFrame, area: str, level: str, lang: str) -> pl.DataFrame:
    """One row a partner with name, place and distance, largest first."""
    if level == Level.DISTRICT:
        shown = shown.with_columns(pl.col("far").str.slice(0, 5))
    by_partner = shown.group_by("far").agg(*sum_bounded(), pl.col("crosses").all()).rename({"far": "area"})
    keys = by_partner["area"].to_list()
    start = atlas.centre(area)
    centres = [atlas.centre(key) for key in keys]
    named = by_partner.with_columns(
        pl.Series("name", [atlas.name(key, lang) for key in keys], pl.String),
        pl.Series("state", [state_of(key) for key in keys], pl.String),
        pl.Series("x", [centre[0] for centre in centres], pl.Float64),
        pl.Series("y", [centre[1] for centre in centres], pl.Float64),
        pl.Series("km", [kilometres(start, centre) for centre in centres], pl.Float64),
        pl.col("status").cast(pl.String),
    )
    columns = ["area", "name", "state", "x", "y", "value", "lower", "upper", "status", "crosses", "km"]
    return named.select(columns).sort(["upper", "value", "area"], descending=[True, True, False], nulls_last=True)
