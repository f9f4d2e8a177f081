"""Pairs of areas with commuters, seen from one side: ``near`` is the area asked about, ``far`` its partner."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from raumwerk.tables.schemas import FLOW_MARGINS
from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = ["estimate_periods", "estimated_pairs", "measured_pairs", "measured_periods", "printed_margins"]

_SIDES = {"out": ("origin", "destination"), "in": ("destination", "origin")}
_BOUNDED = ("value", "lower", "upper", "status")


def _table_periods(atlas: AtlasRelease, table: str, wanted: pl.Expr) -> list[str]:
    if not atlas.has(table):
        return []
    return sorted(atlas.table(table).filter(wanted).select("period").unique().collect()["period"].to_list())


def measured_periods(atlas: AtlasRelease, level: str, region: Region | None = None) -> list[str]:
    """Periods of the measured flows at ``level``, oldest first; with a region those that its members appear in."""
    wanted = (pl.col("level") == level) & (pl.col("part") == "all")
    if region is not None:
        wanted &= pl.col("origin").is_in(region.members(level))
    key = ("periods", level, region.slug if region else None)
    return atlas.remember(key, lambda: _table_periods(atlas, "flows", wanted))


def estimate_periods(atlas: AtlasRelease, region: Region) -> list[str]:
    """Periods of the estimated municipal flows of ``region``, oldest first."""
    wanted = pl.col("region") == region.key
    return atlas.remember(("estimates", region.slug), lambda: _table_periods(atlas, "flow_estimates", wanted))


def measured_pairs(
    atlas: AtlasRelease, near: Collection[str], *, direction: str, level: str, period: str
) -> pl.DataFrame:
    """Measured pairs of the areas ``near``, the diagonal included."""
    side, other = _SIDES[direction]
    rows = atlas.remember(("flows", level, period), lambda: _all_pairs(atlas, level, period))
    chosen = rows.filter(pl.col(side).is_in(list(near)))
    return chosen.select(
        pl.col(side).alias("near"), pl.col(other).alias("far"), *_BOUNDED, pl.col("file", "caveat").cast(pl.String)
    )


def _all_pairs(atlas: AtlasRelease, level: str, period: str) -> pl.DataFrame:
    """All measured pairs of a level and period, kept in memory: a few megabytes that every question needs."""
    wanted = (pl.col("period") == period) & (pl.col("part") == "all") & (pl.col("level") == level)
    rows = atlas.table("flows").filter(wanted).select("origin", "destination", *_BOUNDED, "file", "caveat").collect()
    return rows.with_columns(pl.col("file", "caveat").cast(pl.Categorical))


def estimated_pairs(
    atlas: AtlasRelease, region: Region, near: Collection[str], *, direction: str, period: str
) -> pl.DataFrame:
    """Estimated pairs of the municipalities ``near``; partners outside the region are districts."""
    side, other = _SIDES[direction]
    rows = atlas.remember(("estimates", region.slug, period), lambda: _all_estimates(atlas, region, period))
    empty = pl.lit(None, pl.String)
    chosen = rows.filter(pl.col(side).is_in(list(near)))
    return chosen.select(
        pl.col(side).alias("near"),
        pl.col(other).alias("far"),
        *_BOUNDED,
        empty.alias("file"),
        empty.alias("caveat"),
    )


def _all_estimates(atlas: AtlasRelease, region: Region, period: str) -> pl.DataFrame:
    wanted = (pl.col("region") == region.key) & (pl.col("period") == period)
    return atlas.table("flow_estimates").filter(wanted).select("origin", "destination", *_BOUNDED).collect()


def printed_margins(atlas: AtlasRelease, near: Collection[str], *, direction: str, period: str) -> pl.DataFrame:
    """Totals and remainders that the publisher prints beside the listed pairs of the areas ``near``."""
    columns = ("area", "partner", *_BOUNDED, "file")
    if not atlas.has("flow_margins"):
        return pl.DataFrame(schema={name: FLOW_MARGINS.schema[name] for name in columns})
    wanted = (pl.col("direction") == direction) & (pl.col("period") == period) & (pl.col("part") == "all")
    rows = atlas.remember(
        ("margins", direction, period), lambda: atlas.table("flow_margins").filter(wanted).select(columns).collect()
    )
    return rows.filter(pl.col("area").is_in(list(near)))
