"""One value for each measure, area and date: where several files give one, the source with the higher priority wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from raumwerk.tables.schemas import OBSERVATIONS

__all__ = ["TOLERANCE", "Merged", "merge"]

#: Two sources disagree when they differ by more than this share and their bounds do not meet.
TOLERANCE = 0.005
_KEY = ["measure", "area", "period"]


@dataclass(frozen=True)
class Merged:
    """What merging gives.

    Attributes
    ----------
    observations : polars.DataFrame
        Table observations with one row for each measure, area and period.
    discrepancies : polars.DataFrame
        One row for each measure, kept and other source: ``measure``, ``kept``, ``other``, ``compared`` (values that
        both give), ``differing`` (of these beyond the tolerance), ``largest`` (largest relative difference) and an
        ``area`` and ``period`` where it occurs. Only pairs that differ somewhere.
    """

    observations: pl.DataFrame
    discrepancies: pl.DataFrame


def merge(
    observations: pl.DataFrame, priorities: Mapping[str, int], batches: Mapping[str, int] | None = None
) -> Merged:
    """Choose among the values that several files give for the same measure, area and date.

    A value stands before a masked or unknown one, then the higher priority counts, then the surer status, the narrower
    bounds and the later import: a corrected file replaces what it corrects. Among files imported together the checksum
    decides, so that the choice never depends on their order.

    Parameters
    ----------
    observations : polars.DataFrame
        Harmonised rows of table observations with the column ``source`` (key in catalogue/sources).
    priorities : mapping
        Source → priority; higher wins.
    batches : mapping, optional
        SHA-256 of a file → number of the import it came with.
    """
    doubled = observations.select(pl.struct(_KEY).is_duplicated().alias("doubled"))["doubled"]
    single = observations.filter(~doubled)
    columns = [column.name for column in OBSERVATIONS.columns]
    if not doubled.any():
        return Merged(single.select(columns), _compare(single.clear(), single.clear()))
    rank = pl.col("source").replace_strict(priorities, default=0, return_dtype=pl.Int64)
    ranked = observations.filter(doubled).with_columns(
        pl.col("value").is_null().alias("absent"),
        (-rank).alias("rank"),
        (pl.col("upper") - pl.col("lower")).fill_null(float("inf")).alias("width"),
        (-pl.col("file").replace_strict(batches or {}, default=0, return_dtype=pl.Int64)).alias("age"),
    )
    ranked = ranked.sort(*_KEY, "absent", "rank", "status", "width", "age", "file")
    first = ranked.unique(_KEY, keep="first", maintain_order=True)
    rest = ranked.join(first.select(*_KEY, "file"), on=[*_KEY, "file"], how="anti")
    merged = pl.concat([single.select(columns), first.select(columns)])
    return Merged(merged, _compare(first, rest))


def _compare(first: pl.DataFrame, rest: pl.DataFrame) -> pl.DataFrame:
    """How far the values that were not chosen differ from the chosen ones."""
    both = first.join(rest, on=_KEY, suffix="_other").filter(
        pl.col("value").is_not_null() & pl.col("value_other").is_not_null()
    )
    gap = (pl.col("value") - pl.col("value_other")).abs()
    size = pl.max_horizontal(pl.col("value").abs(), pl.col("value_other").abs())
    apart = (pl.col("lower") > pl.col("upper_other")) | (pl.col("lower_other") > pl.col("upper"))
    relative = pl.when(size > 0).then(gap / size).otherwise(0.0)
    judged = both.with_columns(relative.alias("relative"), (apart & (relative > TOLERANCE)).alias("differs"))
    return (
        judged.sort("relative", descending=True)
        .group_by("measure", pl.col("source").alias("kept"), pl.col("source_other").alias("other"), maintain_order=True)
        .agg(
            pl.len().alias("compared"), pl.col("differs").sum().alias("differing"),
            pl.col("relative").filter("differs").max().alias("largest"),
            pl.col("area").first(), pl.col("period").first(),
        )
        .filter(pl.col("differing") > 0)
        .sort("measure", "kept", "other")
    )  # fmt: skip
