"""Values of one indicator over the areas of a region, with what they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import InputError, Problem
from raumwerk.tables.keys import NATION
from raumwerk.web.atlas.queries.breaks import DEFAULT_CLASSES, OWN, class_breaks
from raumwerk.web.atlas.queries.catalogue import MAP_LEVELS, default_level, describe_indicator, held_in
from raumwerk.web.atlas.queries.release import COUNTRY, AtlasRelease, Region

__all__ = ["VALUE_COLUMNS", "RegionValues", "region_values"]

VALUE_COLUMNS = ("area", "value", "lower", "upper", "status", "caveat", "files")


@dataclass(frozen=True, slots=True)
class RegionValues:
    """One choropleth: a row for each member of the region, whether it has a value or not.

    ``frame`` has area, name, state, district, inhabited and ``VALUE_COLUMNS``, in key order; an area without a row in
    the release has status ``unknown`` and no value. ``comparison`` names region, states and nation.
    """

    region: Region
    indicator: dict[str, Any]
    level: str
    period: str
    periods: list[str]
    frame: pl.DataFrame
    comparison: list[dict[str, Any]]
    breaks: dict[str, list[float]]
    files: list[str]

    def ranked(self) -> pl.DataFrame:
        """Inhabited areas with a value, largest first, with their rank; equal values share a rank."""
        counted = self.frame.filter(pl.col("inhabited") & pl.col("value").is_not_null())
        return counted.with_columns(pl.col("value").rank("min", descending=True).cast(pl.Int64).alias("rank")).sort(
            "rank", "name"
        )


def region_values(
    atlas: AtlasRelease,
    region: Region,
    *,
    indicator: str,
    lang: str,
    level: str | None = None,
    period: str | None = None,
    classes: int = DEFAULT_CLASSES,
    own: Sequence[float] = (),
    steady: bool = False,
) -> RegionValues:
    """Values of ``indicator`` for the members of ``region``.

    Parameters
    ----------
    level : str, optional
        ``municipality`` or ``district``; default the finest one that at least half of the members have values at.
    period : str, optional
        Default the latest one in which a member of the region has a value.
    own : sequence of float
        Breaks of the reader's own, rising; they stand beside those of the methods.
    steady : bool
        Cut the classes over the values of all periods, so that maps of different years can be compared.

    Raises
    ------
    MissingError
        Unknown indicator.
    InputError
        The indicator has no values at that level or for that period.
    """
    described = describe_indicator(atlas, indicator, lang)
    level = level or default_level(atlas, region, indicator) or next(iter(described["periods"]))
    if level not in MAP_LEVELS or level not in described["periods"]:
        raise InputError(_not_held(indicator, "level", str(level), list(described["periods"])))
    periods = described["periods"][level]
    held = held_in(atlas, region).get(indicator, {}).get(level, {})
    period = period or max(held, default=periods[-1])
    if period not in periods:
        raise InputError(_not_held(indicator, "period", period, periods))
    members = list(region.members(level))
    compared = [NATION] if region.slug == COUNTRY else [region.key, *region.states, NATION]
    rows = (
        atlas.table("indicators")
        .filter(
            (pl.col("indicator") == indicator)
            & (pl.col("period") == period)
            & pl.col("area").is_in([*members, *compared])
        )
        .select(VALUE_COLUMNS)
        .collect()
    )
    frame = _complete(atlas, rows, members, lang)
    inhabited = frame.filter(pl.col("inhabited"))
    counted = _all_periods(atlas, indicator, level, inhabited) if steady else inhabited["value"]
    breaks = class_breaks(counted, classes=classes, middle=described["diverging_at"])
    files = sorted({file for each in rows["files"].drop_nulls() for file in each})
    return RegionValues(
        region, described, level, period, periods, frame, _comparison(atlas, rows, compared, lang),
        {**breaks, OWN: list(own)} if own else breaks, files,
    )  # fmt: skip


def _all_periods(atlas: AtlasRelease, indicator: str, level: str, areas: pl.DataFrame) -> pl.Series:
    wanted = (
        (pl.col("indicator") == indicator) & (pl.col("level") == level) & pl.col("area").is_in(areas["area"].implode())
    )
    return atlas.table("indicators").filter(wanted).select("value").collect()["value"]


def _not_held(indicator: str, what: str, wanted: str, held: list[str]) -> Problem:
    message = gettext("Indicator “%(indicator)s” has no values for “%(wanted)s”")
    return Problem(
        message % {"indicator": indicator, "wanted": wanted},
        expected=", ".join(held),
        advice=gettext("Choose one of the values named here."),
        column=what,
    )


def _complete(atlas: AtlasRelease, rows: pl.DataFrame, members: list[str], lang: str) -> pl.DataFrame:
    """One row a member in key order, joined with names; members without a row become unknown."""
    known = [atlas.areas.get(key) for key in members]
    named = pl.DataFrame(
        {
            "area": members,
            "name": [atlas.name(key, lang) for key in members],
            "state": [key[:2] for key in members],
            "district": [key[:5] for key in members],
            "inhabited": [area is None or area.inhabited for area in known],
        },
        schema={
            "area": pl.String,
            "name": pl.String,
            "state": pl.String,
            "district": pl.String,
            "inhabited": pl.Boolean,
        },
    )
    joined = named.join(rows, on="area", how="left", maintain_order="left")
    return joined.with_columns(pl.col("status").cast(pl.String).fill_null("unknown"))


def _comparison(atlas: AtlasRelease, rows: pl.DataFrame, keys: list[str], lang: str) -> list[dict[str, Any]]:
    found = {row["area"]: row for row in rows.filter(pl.col("area").is_in(keys)).to_dicts()}
    return [
        {
            "area": key,
            "name": atlas.name(key, lang),
            "value": found[key]["value"],
            "lower": found[key]["lower"],
            "upper": found[key]["upper"],
            "status": found[key]["status"],
        }
        for key in keys
        if key in found
    ]
