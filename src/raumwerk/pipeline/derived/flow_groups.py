"""How many people pairs can hold that the publisher does not list."""

from __future__ import annotations

import polars as pl

__all__ = ["listing_threshold", "unlisted_upper"]

_NATION = "nation"


def listing_threshold(flows: pl.DataFrame) -> pl.DataFrame:
    """Largest number that a pair can hold without being listed: one less than the smallest listed pair.

    Returns
    -------
    polars.DataFrame
        ``period``, ``level``, ``most`` (persons); the agency lists from 10 on, so 9.
    """
    listed = flows.filter(pl.col("part") == "all", pl.col("value") > 0)
    return listed.group_by("period", "level").agg((pl.col("value").min() - 1).clip(0).alias("most"))


def unlisted_upper(pairs: pl.DataFrame, flows: pl.DataFrame, margins: pl.DataFrame) -> pl.DataFrame:
    """Upper bound of pairs that are not listed.

    A pair is bounded by the listing threshold and, on both of its ends, by what the printed total of the smallest
    group around its partner (government region, state, nation) leaves beside the listed rows.

    Parameters
    ----------
    pairs : polars.DataFrame
        ``period``, ``level``, ``origin``, ``destination``.
    flows, margins : polars.DataFrame
        Tables ``flows`` and ``flow_margins`` on the same keys.

    Returns
    -------
    polars.DataFrame
        ``pairs`` with ``upper`` (persons).
    """
    bounded = pairs.join(listing_threshold(flows), on=["period", "level"], how="left", maintain_order="left")
    for direction, near, far in (("out", "origin", "destination"), ("in", "destination", "origin")):
        left = _left_over(direction, near, far, flows, margins)
        groups = [pl.col(far).str.head(3), pl.col(far).str.head(2) + "0", pl.col(far).str.head(2), pl.lit(_NATION)]
        names = []
        for number, group in enumerate(groups):
            name = f"{direction}{number}"
            names.append(name)
            found = left.rename({"area": near, "group": "wanted", "left": name})
            bounded = bounded.with_columns(group.alias("wanted")).join(
                found, on=["period", near, "wanted"], how="left", maintain_order="left"
            )
        bounded = bounded.with_columns(pl.coalesce(names).alias(direction)).drop(names)
    upper = pl.min_horizontal("most", "out", "in").alias("upper")
    return bounded.with_columns(upper).select("period", "level", "origin", "destination", "upper")


def _left_over(direction: str, near: str, far: str, flows: pl.DataFrame, margins: pl.DataFrame) -> pl.DataFrame:
    """What the total of each group leaves beside the listed rows one level below: ``period, area, group, left``."""
    printed = margins.filter(direction=direction, part="all").select("period", "area", "partner", "value")
    regions = printed.filter(pl.col("partner").str.contains(r"^\d{3}$"))
    states = printed.filter(pl.col("partner").str.contains(r"^\d{2}$"))
    nation = printed.filter(pl.col("partner") == _NATION)
    pairs = flows.filter(part="all", level="district").select(
        "period", pl.col(near).alias("area"), pl.col(far).alias("partner"), pl.col("lower").alias("value")
    )
    undivided = regions.filter(pl.col("partner").str.ends_with("0"))["partner"].str.head(2).unique().to_list()
    region = (
        pl.when(pl.col("partner").str.head(2).is_in(undivided)).then(pl.col("partner").str.head(2) + "0")
        .otherwise(pl.col("partner").str.head(3))
    )  # fmt: skip
    steps = (
        (regions, pairs, region),
        (states, regions, pl.col("partner").str.head(2)),
        (nation, states, pl.lit(_NATION)),
    )
    frames = []
    for wholes, listed, group in steps:
        sums = listed.group_by("period", "area", group.alias("partner")).agg(pl.col("value").sum().alias("listed"))
        frames.append(
            wholes.join(sums, on=["period", "area", "partner"], how="left").select(
                "period", "area", pl.col("partner").alias("group"),
                (pl.col("value") - pl.col("listed").fill_null(0)).clip(0).alias("left"),
            )
        )  # fmt: skip
    return pl.concat(frames)
