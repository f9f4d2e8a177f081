"""Commuter flows for a release: one row for each pair, on the keys of the boundaries, with the diagonal.

Publishers list pairs from ten people on. A pair that is absent is therefore not zero: it holds 0 to 9, and all absent
pairs of a group together hold what the printed total leaves. Where a district reform joins a listed pair with an absent
one, the sum is known only within bounds, and so it is published.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.derived.flow_groups import unlisted_upper
from raumwerk.tables.schemas import FLOW_MARGINS, FLOWS
from raumwerk.tables.status import STATUS_DTYPE, Status, combine_status

__all__ = ["merge_flows", "merge_margins", "release_flows"]

_PAIR = ["period", "level", "part", "origin", "destination"]
_MARGIN = ["period", "part", "direction", "area", "partner"]
_BOUNDED = ["value", "lower", "upper"]
_PRIVATE = 100  # problems shown at most


def merge_flows(flows: pl.DataFrame, margins: pl.DataFrame, priorities: Mapping[str, int]) -> pl.DataFrame:
    """One row for each pair, period and part.

    The workbook of the residence and that of the place of work both name a pair; they must agree, and the less masked
    cell counts. Of sources with different priority the higher one is taken.

    Parameters
    ----------
    flows, margins : polars.DataFrame
        Checked tables of all files.
    priorities : mapping of str to int
        SHA-256 of each file → priority of its source.

    Returns
    -------
    polars.DataFrame
        Table ``flows``; ``file`` is that of the residence where there are two.

    Raises
    ------
    InputError
        Naming the pairs on which two files of the same priority disagree.
    """
    own = margins.filter(direction="out").select("period", pl.col("area").alias("origin"), "file").unique()
    ranked = flows.with_columns(
        pl.col("file").replace_strict(priorities, default=0, return_dtype=pl.Int64).alias("priority")
    ).join(own.with_columns(pl.lit(0).alias("second")), on=["period", "origin", "file"], how="left")
    best = ranked.filter(pl.col("priority") == pl.col("priority").max().over(_PAIR))
    best = best.sort(*_PAIR, pl.col("second").fill_null(1), "file")
    merged = best.group_by(_PAIR, maintain_order=True).agg(
        pl.col("value").drop_nulls().first(),
        pl.col("lower").max(),
        pl.col("upper").min(),
        pl.col("status").min(),
        pl.col("file").first(),
        pl.col("caveat").drop_nulls().first(),
    )
    wrong = merged.filter(pl.col("lower") > pl.col("upper"))
    if not wrong.is_empty():
        raise InputError(
            Problem(
                f"{origin} to {destination} ({part}, {period}) differs between two files",
                "the same number in the workbooks of both states", "Import both from the same edition.",
                file=file[:12],
            )
            for period, _, part, origin, destination, file in wrong.select(*_PAIR, "file").head(_PRIVATE).iter_rows()
        )  # fmt: skip
    return merged.select(FLOWS.schema.names())


def merge_margins(margins: pl.DataFrame, priorities: Mapping[str, int]) -> pl.DataFrame:
    """One row for each printed total or remainder: that of the source with the highest priority."""
    rank = pl.col("file").replace_strict(priorities, default=0, return_dtype=pl.Int64)
    ordered = margins.sort(rank, descending=True, maintain_order=True)
    return ordered.unique([*_MARGIN, "label"], keep="first", maintain_order=True).unique(
        _MARGIN, keep="first", maintain_order=True
    )


def release_flows(
    original: pl.DataFrame,
    margins: pl.DataFrame,
    internal: pl.DataFrame,
    keys: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Bring flows and their totals to the keys of the boundaries and add the diagonal.

    Parameters
    ----------
    original : polars.DataFrame
        What :func:`merge_flows` gives.
    margins : polars.DataFrame
        Totals and remainders on the same keys, one row for each period, part, direction, area, partner.
    internal : polars.DataFrame
        ``area``, ``period``, ``value``, ``lower``, ``upper``, ``status``, ``file``, ``caveat``: people who live and
        work in the same area (part ``all``).
    keys : polars.DataFrame
        ``area``, ``to_area``: where every key goes; keys that are not named stay.

    Returns
    -------
    tuple of polars.DataFrame
        Tables ``flows`` and ``flow_margins``.
    """
    target = dict(keys.select("area", "to_area").iter_rows())
    moved = original.with_columns(
        pl.col("origin").replace(target).alias("to_origin"),
        pl.col("destination").replace(target).alias("to_destination"),
    )
    joined = _joined_keys(original, target)
    changed = pl.col("to_origin").is_in(joined) | pl.col("to_destination").is_in(joined)
    stays = moved.filter(~changed).drop("origin", "destination")
    stays = stays.rename({"to_origin": "origin", "to_destination": "destination"})
    sums = _joined_pairs(original, moved.filter(changed), margins, target)
    inside = sums.filter(pl.col("origin") == pl.col("destination"))
    diagonal = _diagonal(internal, inside, original, target)
    between = sums.filter(pl.col("origin") != pl.col("destination"))
    names = FLOWS.schema.names()
    flows = pl.concat([stays.select(names), between.select(names), diagonal.select(names)])
    return flows, _released_margins(margins, inside, target, original)


def _joined_keys(original: pl.DataFrame, target: Mapping[str, str]) -> list[str]:
    """New keys that take in more than one old key of the flows."""
    old = pl.concat([original["origin"], original["destination"]]).unique().rename("old").to_frame()
    counted = old.group_by(pl.col("old").replace(dict(target)).alias("new")).len()
    return counted.filter(pl.col("len") > 1)["new"].to_list()


def _joined_pairs(
    original: pl.DataFrame, moved: pl.DataFrame, margins: pl.DataFrame, target: Mapping[str, str]
) -> pl.DataFrame:
    """Sums of the pairs that a reform joins; an absent pair counts as unlisted, within its bounds."""
    new = ["period", "level", "part", "to_origin", "to_destination"]
    if moved.is_empty():
        return original.clear()
    old = pl.concat(
        original.select("period", "level", pl.col(end).alias("old")) for end in ("origin", "destination")
    ).unique()
    old = old.with_columns(pl.col("old").replace(dict(target)).alias("new"))
    wanted = (
        moved.select(new).unique()
        .join(old.rename({"old": "origin", "new": "to_origin"}), on=["period", "level", "to_origin"])
        .join(old.rename({"old": "destination", "new": "to_destination"}), on=["period", "level", "to_destination"])
        .filter(pl.col("origin") != pl.col("destination"))
    )  # fmt: skip
    absent = wanted.join(original, on=_PAIR, how="anti")
    limits = unlisted_upper(absent.select("period", "level", "origin", "destination").unique(), original, margins)
    filled = absent.join(limits, on=["period", "level", "origin", "destination"]).with_columns(
        pl.when(pl.col("upper") == 0).then(0.0).alias("value"),
        pl.lit(0.0).alias("lower"),
        pl.when(pl.col("upper") == 0).then(pl.lit(Status.MEASURED.value)).otherwise(pl.lit(Status.UNLISTED.value))
        .cast(STATUS_DTYPE).alias("status"),
        pl.lit(None, dtype=pl.String).alias("file"),
        pl.lit(None, dtype=pl.String).alias("caveat"),
    )  # fmt: skip
    listed = moved.select(*new, *_BOUNDED, "status", "file", "caveat")
    parts = pl.concat([listed, filled.select(listed.columns)])
    return _summed(parts, new).rename({"to_origin": "origin", "to_destination": "destination"})


def _summed(parts: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return parts.group_by(by, maintain_order=True).agg(
        pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()).alias("value"),
        *(pl.when(pl.col(end).is_null().any()).then(None).otherwise(pl.col(end).sum()).alias(end)
          for end in ("lower", "upper")),
        combine_status().alias("status"),
        pl.col("file").drop_nulls().first(),
        pl.col("caveat").drop_nulls().first(),
    )  # fmt: skip


def _diagonal(
    internal: pl.DataFrame, inside: pl.DataFrame, original: pl.DataFrame, target: Mapping[str, str]
) -> pl.DataFrame:
    """People who live and work in the same area, together with the flows that a reform made internal."""
    warned = original.filter(part="all").group_by("period", pl.col("origin").alias("area")).agg(
        pl.col("caveat").drop_nulls().first().alias("warning")
    )  # fmt: skip
    periods = original.select("period", "level").unique()
    digits = pl.when(pl.col("area").str.len_chars() == 8).then(pl.lit("municipality")).otherwise(pl.lit("district"))
    own = (
        internal.with_columns(digits.alias("level"))
        .join(periods, on=["period", "level"], how="semi")
        .join(warned, on=["period", "area"], how="left")
        .sort("warning", nulls_last=True, maintain_order=True)  # the publisher's warning stands for all that join
        .select(
            "period", "level", pl.lit("all").alias("part"), pl.col("area").replace(dict(target)).alias("origin"),
            *_BOUNDED, "status", "file", pl.coalesce("warning", "caveat").alias("caveat"),
        )
    )  # fmt: skip
    made = inside.filter(part="all").join(own, on=["period", "level", "origin"], how="semi")
    parts = pl.concat([own, made.select(own.columns)])
    return _summed(parts, ["period", "level", "part", "origin"]).with_columns(
        pl.col("origin").alias("destination")
    )  # fmt: skip


def _released_margins(
    margins: pl.DataFrame, inside: pl.DataFrame, target: Mapping[str, str], original: pl.DataFrame
) -> pl.DataFrame:
    """Totals on the new keys: sums, less the flows that became internal."""
    moved = margins.with_columns(pl.col("area").replace(dict(target)), pl.col("partner").replace(dict(target)))
    sums = moved.group_by(_MARGIN, maintain_order=True).agg(
        pl.col("label").first(),
        pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()).alias("value"),
        *(pl.when(pl.col(end).is_null().any()).then(None).otherwise(pl.col(end).sum()).alias(end)
          for end in ("lower", "upper")),
        combine_status().alias("status"),
        pl.col("file").first(),
        pl.col("caveat").drop_nulls().first(),
    )  # fmt: skip
    if inside.is_empty():
        return _with_nation(sums, original, target).select(FLOW_MARGINS.schema.names())
    less = inside.select(
        "period", "part", pl.col("origin").alias("area"),
        *(pl.col(name).alias(f"{name}_in") for name in _BOUNDED), pl.col("status").alias("status_in"),
    )  # fmt: skip
    partner, area = pl.col("partner"), pl.col("area")
    own = partner.is_in(["total", "nation"]) | (partner == area.str.head(2)) | (partner == area.str.head(3))
    own |= (partner.str.len_chars() == 3) & (partner == area.str.head(2) + "0")
    left = sums.join(less, on=["period", "part", "area"], how="left", maintain_order="left").with_columns(
        pl.when(own & pl.col("lower_in").is_not_null()).then(1).otherwise(0).alias("own")
    )
    reduced = left.with_columns(
        pl.when(pl.col("own") == 1).then(pl.col("value") - pl.col("value_in")).otherwise("value").alias("value"),
        pl.when(pl.col("own") == 1)
        .then(pl.max_horizontal(pl.col("lower") - pl.col("upper_in"), 0.0)).otherwise("lower").alias("lower"),
        pl.when(pl.col("own") == 1).then(pl.col("upper") - pl.col("lower_in")).otherwise("upper").alias("upper"),
        pl.when((pl.col("own") == 1) & (pl.col("status_in").to_physical() > pl.col("status").to_physical()))
        .then("status_in").otherwise("status").alias("status"),
    )  # fmt: skip
    return _with_nation(reduced, original, target).select(FLOW_MARGINS.schema.names())


def _with_nation(margins: pl.DataFrame, original: pl.DataFrame, target: Mapping[str, str]) -> pl.DataFrame:
    """Add the total of the nation where a source prints only the total of all: bounds from the listed pairs.

    Nobody is recorded as working abroad, so out-commuters are all within the nation. In-commuters include people from
    abroad; those from within the nation are at least the listed ones, and no more than these with every absent pair at
    its largest.
    """
    key = ["period", "part", "direction", "area"]
    total = margins.filter(pl.col("partner") == "total")
    lacking = total.join(margins.filter(pl.col("partner") == "nation"), on=key, how="anti")
    if lacking.is_empty():
        return margins
    out = lacking.filter(direction="out").with_columns(pl.lit("nation").alias("partner"))
    counted = original.with_columns(pl.col("destination").replace(dict(target)).alias("area"))
    areas = original.group_by("period", "part").agg(
        pl.col("origin").n_unique().alias("areas"), (pl.col("value").min() - 1).clip(0).alias("most")
    )
    listed = counted.group_by("period", "part", "area").agg(
        pl.col("lower").sum().alias("least"), pl.col("upper").sum().alias("listed"), pl.len().alias("pairs")
    )
    into = (
        lacking.filter(direction="in")
        .join(listed, on=["period", "part", "area"], maintain_order="left")
        .join(areas, on=["period", "part"], maintain_order="left")
        .with_columns(
            pl.lit("nation").alias("partner"),
            pl.lit(None, dtype=pl.Float64).alias("value"),
            pl.col("least").alias("lower"),
            pl.min_horizontal(
                "upper", pl.col("listed") + pl.col("most") * (pl.col("areas") - 1 - pl.col("pairs"))
            ).alias("upper"),
            pl.lit(Status.UNLISTED.value).cast(STATUS_DTYPE).alias("status"),
        )
    )
    into = into.with_columns(pl.min_horizontal("lower", "upper").alias("lower"))
    return pl.concat([margins, out.select(margins.columns), into.select(margins.columns)])
