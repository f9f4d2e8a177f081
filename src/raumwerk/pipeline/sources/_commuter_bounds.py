"""What the printed totals of a commuter workbook leave for its masked cells."""

from __future__ import annotations

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.tables.status import Status

__all__ = ["bound_masked"]

_KEY = ["direction", "area", "part"]
_NATION, _EVERYWHERE = "DG", "all"  # as column ``group`` names them
_WIDTHS = (5, 3, 2)  # digits of districts (in the municipal edition), government regions, states


def bound_masked(long: pl.DataFrame, *, file: str) -> pl.DataFrame:
    """Give every masked cell the bounds that its row and the totals above it leave.

    A masked cell lies between 0 and what its total leaves beside the listed rows, and is no higher than the whole of
    its own row. No narrower range is assumed, because masking may be secondary.

    Parameters
    ----------
    long : polars.DataFrame
        One row for each printed row and part: ``sheet``, ``row``, ``direction``, ``area``, ``partner``, ``kind``,
        ``group`` (whose rows a total or remainder sums), ``part``, ``value`` (persons), ``status``.
    file : str
        Name for messages.

    Returns
    -------
    polars.DataFrame
        With ``lower`` and ``upper`` (persons); repeated rows of the same country appear once.

    Raises
    ------
    InputError
        When listed rows hold more people than their total.
    """
    long = long.unique([*_KEY, "partner", "label"], keep="first", maintain_order=True)
    beside_pairs, beside_groups = _left_over(long, file)
    whole_row = long.filter(pl.col("part") == "all").select("sheet", "row", whole="value")
    masked = long.filter(pl.col("status") != Status.MEASURED).join(whole_row, on=["sheet", "row"], how="left")
    pairs = masked.filter(pl.col("kind") == "pair").with_columns(
        pl.lit(_NATION).alias("at0"), *(pl.col("partner").str.head(width).alias(f"at{width}") for width in _WIDTHS)
    )
    for width in (0, *_WIDTHS):
        found = beside_pairs.rename({"group": f"at{width}", "left": f"left{width}"})
        pairs = pairs.join(found, on=[*_KEY, f"at{width}"], how="left")
    others = masked.filter(pl.col("kind") != "pair").join(beside_groups, on=[*_KEY, "group"], how="left")
    place = ("sheet", "row", "part")
    upper = pl.concat([
        pairs.select(*place, upper=pl.min_horizontal("whole", *(f"left{width}" for width in (0, *_WIDTHS)))),
        others.select(*place, upper=pl.min_horizontal("whole", "left")),
    ])  # fmt: skip
    measured = pl.col("status") == Status.MEASURED
    return long.join(upper, on=list(place), how="left").with_columns(
        lower=pl.when(measured).then("value").otherwise(0.0), upper=pl.when(measured).then("value").otherwise("upper")
    )


def _left_over(long: pl.DataFrame, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What each printed total leaves: beside the listed pairs, and beside the rows one level below it."""
    digits = pl.col("partner").str.len_chars()
    pair, group = pl.col("kind") == "pair", pl.col("kind") == "group"
    beside_pairs = pl.concat([
        _left(long, long.filter(pair & (digits > width)), _head(width), file) for width in (0, *_WIDTHS)
    ])  # fmt: skip
    below = [
        (group & (digits == 5), _head(3)),
        (group & (digits == 3), _head(2)),
        (group & (digits == 2), pl.lit(_NATION)),
        ((group & (digits == 2)) | (pl.col("kind") == "country"), pl.lit(_EVERYWHERE)),
    ]
    beside_groups = pl.concat([beside_pairs, *(_left(long, long.filter(rows), to, file) for rows, to in below)])
    return beside_pairs, beside_groups.group_by(*_KEY, "group").agg(pl.col("left").min())


def _head(width: int) -> pl.Expr:
    return pl.col("partner").str.head(width) if width else pl.lit(_NATION)


def _left(long: pl.DataFrame, listed: pl.DataFrame, group: pl.Expr, file: str) -> pl.DataFrame:
    wholes = long.filter(pl.col("kind").is_in(["group", "nation", "total"]) & pl.col("value").is_not_null())
    sums = listed.group_by(*_KEY, group.alias("group")).agg(pl.col("value").sum().alias("listed"))
    left = wholes.join(sums, on=[*_KEY, "group"]).with_columns(left=pl.col("value") - pl.col("listed"))
    wrong = left.filter(pl.col("left") < 0).select("sheet", "row", "area", "label", "part", "value", "listed")
    if not wrong.is_empty():
        raise InputError(
            Problem(
                f"{area}, {label}: the rows listed below it hold {summed:g} ({part}), more than their total {total:g}",
                expected="an unchanged workbook", advice="Download it again.", file=file, sheet=sheet, row=row,
            )
            for sheet, row, area, label, part, total, summed in wrong.iter_rows()
        )  # fmt: skip
    return left.select(*_KEY, "group", "left")
