"""Commuters of one area: where they go or come from, how many cross a state border, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.tables.keys import Level, level_of, state_of
from raumwerk.tables.status import Status, sum_bounded
from raumwerk.web.atlas.queries.bounded import Bounded
from raumwerk.web.atlas.queries.distance import kilometres
from raumwerk.web.atlas.queries.pairs import (
    estimate_periods,
    estimated_pairs,
    measured_pairs,
    measured_periods,
    printed_margins,
)
from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = ["BORDERS", "DIRECTIONS", "AreaFlows", "area_flows", "assemble", "partner_rows"]

DIRECTIONS = ("out", "in")
BORDERS = ("all", "crossing", "within")


@dataclass(frozen=True, slots=True)
class AreaFlows:
    """Flows of one area in one direction; of a region: of its districts, each commuter leaving his own district.

    ``frame`` has a row for each partner that passes the border filter: area, name, state, x, y, value, lower, upper,
    status, crosses (everybody of the row crosses a state border), some_cross, km; largest first. ``shown`` sums them.
    ``total`` and ``crossing`` do not depend on the filter: everybody who goes to (comes from) another district of
    Germany for work, and those of them who cross a state border. ``listed`` and ``listed_crossing`` are their parts
    with a published (or estimated) pair; ``unlisted`` is the rest. ``internal`` live and work in the same area and
    ``abroad`` come from abroad; None where the release does not know.
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
    listed: float
    listed_crossing: float
    internal: Bounded | None
    abroad: Bounded | None
    unlisted: Bounded | None
    files: list[str]
    caveats: pl.DataFrame

    @property
    def crossing_share(self) -> float | None:
        """Share of all commuters who cross a state border, per cent.

        None where it is only known within bounds, and for estimates: no rate of a municipality rests on them alone.
        """
        return None if self.estimated else _share(self.crossing.value, self.total.value)

    @property
    def listed_crossing_share(self) -> float | None:
        """Share of the listed commuters who cross a state border, per cent.

        The share to compare periods by: sources differ in what they say of the pairs they do not list, and these, being
        few and far apart, cross borders more often than others.
        """
        return None if self.estimated else _share(self.listed_crossing, self.listed)

    @property
    def crossing_share_bounds(self) -> tuple[float | None, float | None]:
        """Smallest and largest possible share of all commuters who cross a state border, per cent."""
        if self.estimated:
            return None, None
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
        together, commuters between them included.
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
    level = _chosen_level(area, level, own_level)
    estimated, periods = _periods(atlas, region, area, own_level)
    period = _chosen_period(area, period, periods)
    if estimated:
        pairs = estimated_pairs(atlas, region, near, direction=direction, period=period)
    else:
        pairs = measured_pairs(atlas, near, direction=direction, level=own_level, period=period)
    margins = printed_margins(atlas, () if estimated else near, direction=direction, period=period)
    return assemble(
        atlas, pairs, margins, near,
        area=area, direction=direction, level=level, period=period, periods=periods, border=border, lang=lang,
        estimated=estimated,
    )  # fmt: skip


def _chosen_level(area: str, level: str | None, own_level: str) -> str:
    if level == Level.MUNICIPALITY and own_level != level:
        raise InputError(
            Problem(
                gettext("The flows of “%(area)s” are counted between districts") % {"area": area},
                expected="district",
                advice=gettext("Choose a municipality of the region to see partners at municipal level."),
                column="level",
            )
        )
    return level or own_level


def _chosen_period(area: str, period: str | None, periods: list[str]) -> str:
    if period is not None and period not in periods:
        raise InputError(
            Problem(
                gettext("There are no flows of “%(area)s” for “%(period)s”") % {"area": area, "period": period},
                expected=", ".join(periods),
                advice=gettext("Choose one of the values named here."),
                column="period",
            )
        )
    return period or periods[-1]


def _near(atlas: AtlasRelease, region: Region, area: str) -> tuple[str, ...]:
    if area == region.key:
        return region.districts
    known = atlas.areas.get(area)
    if known is None or known.level not in (Level.MUNICIPALITY, Level.DISTRICT):
        message = gettext("“%(area)s” is no district and no municipality of release %(release)s.")
        raise MissingError(message % {"area": area, "release": atlas.id})
    if known.level == Level.MUNICIPALITY and area not in region.municipalities:
        message = gettext("Municipality “%(area)s” does not belong to the region; choose its district %(district)s.")
        raise MissingError(message % {"area": area, "district": known.district})
    return (area,)


def _periods(atlas: AtlasRelease, region: Region, area: str, level: str) -> tuple[bool, list[str]]:
    """Whether the flows of the area are estimated, and their periods: measured ones win over estimates."""
    municipal = level == Level.MUNICIPALITY
    measured = measured_periods(atlas, level, region if municipal else None)
    if measured:
        return False, measured
    estimates = estimate_periods(atlas, region) if municipal else []
    if not estimates:
        message = gettext("Release %(release)s holds no commuter flows for “%(area)s”.")
        raise MissingError(message % {"release": atlas.id, "area": area})
    return True, estimates


def assemble(
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
    """Totals and partners of the areas ``near`` from their pairs, the diagonal included, and the printed margins."""
    pairs = pairs.with_columns(
        (pl.col("near").str.slice(0, 2) != pl.col("far").str.slice(0, 2)).alias("crosses"),
        pl.col("status").cast(pl.String),
    )
    diagonal = pl.col("near") == pl.col("far")
    internal, leaving = pairs.filter(diagonal), pairs.filter(~diagonal)
    across = leaving.filter("crosses")
    shown = {"all": leaving, "crossing": across, "within": leaving.filter(~pl.col("crosses"))}[border]
    known, known_across = Bounded.total_of(leaving), Bounded.total_of(across)
    printed = None if estimated else _printed(margins, near, "nation") or _printed(margins, near, "total")
    unlisted = None if printed is None else printed - known
    return AreaFlows(
        area=area,
        level=level,
        border=border,
        estimated=estimated,
        frame=partner_rows(atlas, shown, near, level, lang),
        total=printed or known,
        shown=Bounded.total_of(shown),
        crossing=_crossing(margins, near, printed, known_across, unlisted),
        listed=_listed(leaving),
        listed_crossing=_listed(across),
        internal=Bounded.total_of(internal) if len(internal) == len(near) else None,
        abroad=_printed(margins, near, "abroad"),
        unlisted=unlisted,
        files=sorted({*shown["file"].drop_nulls(), *margins["file"].drop_nulls()}),
        caveats=pairs.select(pl.col("near").alias("area"), "caveat").unique(),
        **named,
    )


def _listed(rows: pl.DataFrame) -> float:
    """Persons that the publisher lists; of a pair merged from a listed and an unlisted one, the listed part."""
    return float(rows.select(pl.coalesce("value", "lower").sum()).item())


def _printed(margins: pl.DataFrame, near: Collection[str], partner: str) -> Bounded | None:
    """Sum of what the publisher prints for all areas ``near``; None unless it prints it for each of them."""
    rows = margins.filter(pl.col("partner") == partner).unique(subset="area", maintain_order=True)
    return Bounded.total_of(rows) if len(near) and set(rows["area"]) == set(near) else None


def _crossing(
    margins: pl.DataFrame,
    near: Collection[str],
    printed: Bounded | None,
    known_across: Bounded,
    unlisted: Bounded | None,
) -> Bounded:
    """Everybody across a state border: the printed total less the printed row of the own state, so that the pairs that
    are not listed count too; else the listed pairs and anything between none and all of the rest."""
    own_state = margins.filter(pl.col("partner") == pl.col("area").str.slice(0, 2))
    at_home = Bounded.total_of(own_state) if set(own_state["area"]) == set(near) else None
    if printed is not None and at_home is not None:
        return printed - at_home
    if unlisted is None or unlisted.upper == 0:
        return known_across
    return known_across + Bounded(None, 0.0, unlisted.upper, Status.UNLISTED.value)


def partner_rows(
    atlas: AtlasRelease, shown: pl.DataFrame, near: Collection[str], level: str, lang: str
) -> pl.DataFrame:
    """One row a partner with name, place and (where all start from one area) distance, largest first."""
    if level == Level.DISTRICT:
        shown = shown.with_columns(pl.col("far").str.slice(0, 5))
    crosses = (pl.col("crosses").any().alias("some_cross"), pl.col("crosses").all())
    by_partner = shown.group_by("far").agg(*sum_bounded(), *crosses).rename({"far": "area"})
    keys = by_partner["area"].to_list()
    # several areas have no place that everybody starts from
    start = atlas.centre(next(iter(near))) if len(near) == 1 else (None, None)
    centres = [atlas.centre(key) for key in keys]
    named = by_partner.with_columns(
        pl.Series("name", [atlas.name(key, lang) for key in keys], pl.String),
        pl.Series("state", [state_of(key) for key in keys], pl.String),
        pl.Series("x", [centre[0] for centre in centres], pl.Float64),
        pl.Series("y", [centre[1] for centre in centres], pl.Float64),
        pl.Series("km", [kilometres(start, centre) for centre in centres], pl.Float64),
        pl.col("status").cast(pl.String),
    )
    columns = ["area", "name", "state", "x", "y", "value", "lower", "upper", "status", "crosses", "some_cross", "km"]
    return named.select(columns).sort(["upper", "value", "area"], descending=[True, True, False], nulls_last=True)
