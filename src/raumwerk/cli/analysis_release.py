"""Flows of a published release for the analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from raumwerk.errors import MissingError
from raumwerk.store import read
from raumwerk.store.layout import Store
from raumwerk.tables.keys import Level, level_of, region_key

if TYPE_CHECKING:
    from raumwerk.analysis.flows import FlowMatrix

__all__ = ["region_flows"]


def region_flows(store: Store, slug: str, release: str | None = None) -> tuple[FlowMatrix, str]:
    """Estimated flows between the municipalities of a region, of the latest period, and the release they are from.

    Flows to and from places outside the region are left out: what is computed from them speaks about the region alone.

    Raises
    ------
    MissingError
        When there is no release or it holds no flows for the region.
    """
    from raumwerk.analysis.flows import FlowMatrix  # noqa: PLC0415 - slow to load, other commands need not wait

    source = read.current(store) if release is None else read.release(store, release)
    pairs = source.table("flow_estimates").filter(pl.col("region") == region_key(slug)).collect()
    pairs = pairs.filter(pl.col("period") == pl.col("period").max())
    towns = [code for code in pairs["origin"].unique() if level_of(code) is Level.MUNICIPALITY]
    inside = pairs.filter(pl.col("origin").is_in(towns) & pl.col("destination").is_in(towns))
    if inside.is_empty():
        known = source.table("flow_estimates").select(pl.col("region").unique().sort()).collect()["region"].to_list()
        names = ", ".join(name.removeprefix("region:") for name in known) or "none"
        raise MissingError(f"Release {source.id} has no flows for the region {slug!r}. It has: {names}.")
    matrix = FlowMatrix.from_pairs(inside, flow="value", date=inside["period"][0])
    return matrix, source.id
