"""How sure a number is, and sums that do not forget it.

Official statistics suppress small counts. A suppressed value is not zero: it is unknown within bounds, and stays so
through every sum. Each value column ``value`` is therefore accompanied by ``lower``, ``upper`` and ``status``.
"""

from __future__ import annotations

from enum import StrEnum

import polars as pl

__all__ = ["STATUS_DTYPE", "Status", "combine_status", "sum_bounded"]


class Status(StrEnum):
    """Ordered from the surest to the least sure; a sum is only as sure as its least sure part."""

    MEASURED = "measured"  #: counted, value == lower == upper
    ROUNDED = "rounded"  #: published rounded; lower and upper say how far
    ESTIMATED = "estimated"  #: computed by a model; always shown as an estimate
    MASKED = "masked"  #: suppressed by the publisher: value is null, lower ≤ truth ≤ upper
    UNLISTED = "unlisted"  #: below the publisher's listing threshold: value is null, lower ≤ truth ≤ upper
    UNKNOWN = "unknown"  #: the publisher has no value; bounds may be null


STATUS_DTYPE = pl.Enum([status.value for status in Status])


def combine_status(column: str = "status") -> pl.Expr:
    """Least sure status of a group (an aggregating expression over an Enum column)."""
    return pl.col(column).cast(STATUS_DTYPE).max()  # an Enum is ordered as declared


def sum_bounded(value: str = "value", lower: str = "lower", upper: str = "upper") -> list[pl.Expr]:
    """Expressions that sum a group of bounded values.

    Returns
    -------
    list of polars.Expr
        ``value`` (null as soon as one part is null), ``lower`` and ``upper`` (null if a part has no bound) and the
        least sure ``status``. Units stay those of the parts.
    """
    return [
        pl.when(pl.col(value).is_null().any()).then(None).otherwise(pl.col(value).sum()).alias(value),
        pl.when(pl.col(lower).is_null().any()).then(None).otherwise(pl.col(lower).sum()).alias(lower),
        pl.when(pl.col(upper).is_null().any()).then(None).otherwise(pl.col(upper).sum()).alias(upper),
        combine_status().alias("status"),
    ]
