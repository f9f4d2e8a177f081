"""What a release changed: rows that came, went, or have another value."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from raumwerk.store.read import Release

__all__ = ["Change", "changes_between"]

#: What makes a row another one, where the table has it; how it was made is no change of what it says.
_SAID = ("value", "lower", "upper", "status", "code", "name", "inhabited")


@dataclass(frozen=True)
class Change:
    """Number of rows added, changed and removed."""

    added: int
    changed: int
    removed: int


def changes_between(old: Release, new: Release) -> dict[str, Change]:
    """Compare two releases table by table; tables that are the same in both are left out.

    Parameters
    ----------
    old, new : Release

    Returns
    -------
    dict
        Table to :class:`Change`. A table that only one release has counts as added or removed as a whole.
    """
    before, after = old.manifest["tables"], new.manifest["tables"]
    found = {}
    for table in sorted({*before, *after}):
        if table not in before:
            found[table] = Change(int(after[table]["rows"]), 0, 0)
        elif table not in after:
            found[table] = Change(0, 0, int(before[table]["rows"]))
        elif before[table]["sha256"] != after[table]["sha256"]:
            change = _compare(old.table(table), new.table(table), list(after[table]["key"]))
            if change != Change(0, 0, 0):
                found[table] = change
    return found


def _compare(old: pl.LazyFrame, new: pl.LazyFrame, key: list[str]) -> Change:
    names = set(old.collect_schema().names()) & set(new.collect_schema().names())
    said = [name for name in _SAID if name in names and name not in key]
    shared = [name for name in key if name in names and name != "file"]  # the same number from another file is the same
    digest = pl.struct(said).hash().alias("said") if said else pl.lit(0, pl.UInt64).alias("said")
    one, two = (frame.select(*shared, digest) for frame in (old, new))
    joined = one.join(two, on=shared, how="full", suffix="_new", nulls_equal=True)
    counted = joined.select(
        pl.col("said").is_null().sum().alias("added"),
        (pl.col("said") != pl.col("said_new")).sum().alias("changed"),
        pl.col("said_new").is_null().sum().alias("removed"),
    ).collect()
    return Change(*(int(number) for number in counted.row(0)))
