"""Sums of measures from the smallest areas up to districts, regions, states and the nation, with bounds and files.

Rules
-----
- A published value stands before a sum, unless the sum is surer (a masked total whose parts are all published).
- A sum is made only when every part has a row; uninhabited areas may be missing where they hold nothing by definition.
- Areas that are one and the same (Hamburg as state, district and municipality) share their values, rates included.
- Masked, unlisted and unknown parts make an interval; nothing is taken for zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from raumwerk.pipeline.derived.file_sets import FileSets
from raumwerk.tables.keys import NATION, Level
from raumwerk.tables.status import STATUS_DTYPE

__all__ = ["KEY", "Hierarchy", "around_value", "contradictions", "differing", "roll_up", "sums_of_municipalities"]

KEY = ["measure", "area", "period"]
_COLUMNS = [*KEY, "value", "lower", "upper", "status", "fs", "caveat"]
_NO_MEMBERS = pl.DataFrame(schema=dict.fromkeys(("region", "perimeter", "level", "area"), pl.String))
_LENGTHS = {8: Level.MUNICIPALITY, 9: Level.ASSOCIATION, 5: Level.DISTRICT, 2: Level.STATE}


class Hierarchy:
    """Who is part of whom, by key: municipality → district → state → nation, and the regions' members.

    Parameters
    ----------
    areas : polars.DataFrame
        Released areas; columns ``area``, ``level``, ``inhabited``.
    members : polars.DataFrame
        Table region_members; the wider perimeter counts.
    """

    def __init__(self, areas: pl.DataFrame, members: pl.DataFrame) -> None:
        units = areas.select("area", "level", "inhabited").unique("area")
        self.inhabited = units.select("area", "inhabited")
        self.municipalities = self._children(units, Level.MUNICIPALITY, pl.col("area").str.slice(0, 5))
        self.districts = self._children(units, Level.DISTRICT, pl.col("area").str.slice(0, 2))
        self.states = self._children(units, Level.STATE, pl.lit(NATION))
        self.regions = self._regions(members)
        self.same = pl.concat([self._same(self.municipalities), self._same(self.districts)])

    @property
    def steps(self) -> tuple[tuple[Level, pl.DataFrame, Level], ...]:
        """Child level, its areas with their parents, parent level; from the smallest up."""
        return (
            (Level.MUNICIPALITY, self.municipalities, Level.DISTRICT),
            (Level.DISTRICT, self.districts, Level.STATE),
            (Level.STATE, self.states, Level.NATION),
        )

    @staticmethod
    def _children(units: pl.DataFrame, level: Level, parent: pl.Expr) -> pl.DataFrame:
        """Columns area, parent, inhabited of one level."""
        return units.filter(pl.col("level") == level.value).select("area", parent.alias("parent"), "inhabited")

    @staticmethod
    def _same(children: pl.DataFrame) -> pl.DataFrame:
        """Pairs (area, parent) where the parent has no other child."""
        return children.filter(pl.len().over("parent") == 1).select("area", "parent")

    def _regions(self, members: pl.DataFrame) -> pl.DataFrame:
        """Columns area, parent (the region), inhabited: whole districts where they fit exactly, else municipalities."""
        wider = members.filter(pl.col("perimeter") == "wider")
        districts = wider.filter(pl.col("level") == "district").select("region", "area")
        places = wider.filter(pl.col("level") == "municipality").select("region", "area")
        inside = districts.join(self.municipalities, left_on="area", right_on="parent").select("region", "area_right")
        counted = places.join(
            inside.with_columns(pl.lit(value=True).alias("covered")),
            left_on=["region", "area"], right_on=["region", "area_right"], how="full", coalesce=True,
        )  # fmt: skip
        listed = places.with_columns(pl.lit(value=True).alias("listed"))
        counted = counted.join(listed, on=["region", "area"], how="left")
        exact = counted.group_by("region").agg(
            (pl.col("covered").is_not_null() & pl.col("listed").is_not_null()).all().alias("exact")
        )
        whole = exact.filter("exact").select("region")
        chosen = pl.concat(
            [districts.join(whole, on="region", how="semi"), places.join(whole, on="region", how="anti")]
        )
        return chosen.join(self.inhabited, on="area", how="left").select(
            "area", pl.col("region").alias("parent"), pl.col("inhabited").fill_null(value=True)
        )


def roll_up(
    observations: pl.DataFrame, hierarchy: Hierarchy, measures: Mapping[str, Mapping[str, Any]], files: FileSets
) -> pl.DataFrame:
    """All values at all levels.

    Parameters
    ----------
    observations : polars.DataFrame
        Table observations on the boundaries' keys, one row for each measure, area and period.
    hierarchy : Hierarchy
    measures : mapping
        Catalogue entries; ``aggregate`` says whether a measure may be summed, ``uninhabited = "counted"`` that areas
        without inhabitants must not be missing in a sum (land use), the default being that they hold nothing.
    files : FileSets

    Returns
    -------
    polars.DataFrame
        measure, area, level, period, value, lower, upper, status, fs (set of files), caveat.
    """
    parts = _by_level(observations, files)
    _share_down(parts, hierarchy)
    kinds = _kinds(measures)
    for child, tree, parent in hierarchy.steps:
        sums = _sum(parts[child], tree, kinds, files)
        shared = _renamed(parts[child], hierarchy.same) if parent is not Level.NATION else parts[parent].clear()
        parts[parent] = _surest([parts[parent], shared, sums])
    below = pl.concat([parts[Level.MUNICIPALITY], parts[Level.DISTRICT]])
    parts[Level.REGION] = _surest([parts[Level.REGION], _sum(below, hierarchy.regions, kinds, files)])
    return pl.concat(frame.with_columns(pl.lit(level.value).alias("level")) for level, frame in parts.items())


def sums_of_municipalities(
    observations: pl.DataFrame, areas: pl.DataFrame, measures: Mapping[str, Mapping[str, Any]], files: FileSets
) -> pl.DataFrame:
    """Sums of the municipalities of each district, where all of them have a row.

    Parameters
    ----------
    observations, areas : polars.DataFrame
        Table observations on the boundaries' keys; released table areas.
    measures : mapping
        Catalogue entries.
    files : FileSets

    Returns
    -------
    polars.DataFrame
        measure, area (the district), period, value, lower, upper, status, fs (set of files), caveat.
    """
    hierarchy = Hierarchy(areas, _NO_MEMBERS)
    municipalities = _by_level(observations, files)[Level.MUNICIPALITY]
    return _sum(municipalities, hierarchy.municipalities, _kinds(measures), files)


def contradictions(
    observations: pl.DataFrame,
    areas: pl.DataFrame,
    measures: Mapping[str, Mapping[str, Any]],
    *,
    tolerance: float = 0.005,
) -> pl.DataFrame:
    """Where a published total and the sum of its published parts are apart: other sources, revisions, or an error.

    Parameters
    ----------
    observations, areas : polars.DataFrame
        Released tables.
    measures : mapping
        Catalogue entries.
    tolerance : float
        Relative difference that is passed over; bounds that meet never contradict each other.

    Returns
    -------
    polars.DataFrame
        One row for each measure and level with ``compared``, ``differing``, ``largest`` (relative difference) and the
        ``area`` and ``period`` where it occurs; only those that differ somewhere.
    """
    files = FileSets(observations["file"].unique().sort().to_list())
    hierarchy = Hierarchy(areas, _NO_MEMBERS)
    parts, kinds = _by_level(observations, files), _kinds(measures)
    found = []
    for child, tree, parent in hierarchy.steps:
        judged = differing(parts[parent], _sum(parts[child], tree, kinds, files), tree, tolerance)
        ordered = judged.sort("differs", "gap", "area", "period", descending=[True, True, False, False])
        grouped = ordered.group_by("measure", maintain_order=True).agg(
            pl.len().alias("compared"), pl.col("differs").sum().alias("differing"),
            pl.col("gap").first().alias("largest"), pl.col("area").first(), pl.col("period").first(),
        )  # fmt: skip
        found.append(grouped.filter(pl.col("differing") > 0).with_columns(pl.lit(parent.value).alias("level")))
    return pl.concat(found).sort("measure", "level")


def differing(totals: pl.DataFrame, sums: pl.DataFrame, tree: pl.DataFrame, tolerance: float = 0.005) -> pl.DataFrame:
    """Published totals beside the sums of their parts: ``gap`` (relative) and ``differs``.

    Bounds that meet never differ, nor do counts that are apart only because each part was rounded for itself.

    Parameters
    ----------
    totals, sums : polars.DataFrame
        ``measure``, ``area``, ``period``, ``value``, ``lower``, ``upper``.
    tree : polars.DataFrame
        ``parent`` of each part.
    tolerance : float
        Relative difference that is passed over.

    Returns
    -------
    polars.DataFrame
        Rows of ``totals`` that have a sum and are not both zero, with the columns of ``sums`` as ``*_sum``.
    """
    both = totals.join(sums, on=KEY, suffix="_sum")
    both = both.join(tree.group_by(pl.col("parent").alias("area")).len("parts"), on="area")
    size = pl.max_horizontal(pl.col("value").abs(), pl.col("value_sum").abs())
    gap = (pl.col("value") - pl.col("value_sum")).abs() / size
    apart = (pl.col("lower") > pl.col("upper_sum")) | (pl.col("lower_sum") > pl.col("upper"))
    apart &= gap * size > 0.5 * pl.col("parts")  # counts are printed in full units, each part rounded for itself
    compared = both.filter((size > 0) & gap.is_not_null())
    return compared.with_columns(gap.alias("gap"), (apart & (gap > tolerance)).alias("differs"))


def _by_level(observations: pl.DataFrame, files: FileSets) -> dict[Level, pl.DataFrame]:
    base = observations.with_columns(files.encode(observations["file"])).select(_COLUMNS)
    base = base.with_columns(_level().alias("level")).filter(pl.col("level").is_not_null())
    return {level: base.filter(pl.col("level") == level.value).drop("level") for level in Level}


def _kinds(measures: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Columns measure, summed, empty_is_zero (areas without inhabitants hold nothing)."""
    return pl.DataFrame(
        [(key, entry["aggregate"] == "sum", entry.get("uninhabited") != "counted") for key, entry in measures.items()],
        schema={"measure": pl.String, "summed": pl.Boolean, "empty_is_zero": pl.Boolean},
        orient="row",
    )


def _level() -> pl.Expr:
    """Level of a key, by its length."""
    length = pl.col("area").str.len_bytes()
    named: Any = pl.when(pl.col("area") == NATION).then(pl.lit(Level.NATION.value))
    named = named.when(pl.col("area").str.starts_with("region:")).then(pl.lit(Level.REGION.value))
    for digits, level in _LENGTHS.items():
        named = named.when(length == digits).then(pl.lit(level.value))
    level_of_key: pl.Expr = named.otherwise(None)
    return level_of_key


def _share_down(parts: dict[Level, pl.DataFrame], hierarchy: Hierarchy) -> None:
    """Give a state's values to its only district and a district's to its only municipality, where they are surer."""
    for parent, child in ((Level.STATE, Level.DISTRICT), (Level.DISTRICT, Level.MUNICIPALITY)):
        given = parts[parent].rename({"area": "parent"}).join(hierarchy.same, on="parent").select(_COLUMNS)
        parts[child] = _surest([parts[child], given])


def _renamed(frame: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Values of only children under the key of their parent."""
    joined = frame.join(same, on="area").drop("area").rename({"parent": "area"})
    return joined.select(_COLUMNS)


def _surest(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """One row for each key: the surest status, then the earlier frame."""
    ranked = pl.concat(frame.with_columns(pl.lit(rank).alias("rank")) for rank, frame in enumerate(frames))
    doubled = pl.struct(KEY).is_duplicated()
    flagged = ranked.with_columns(doubled.alias("doubled"))
    single = flagged.filter(~pl.col("doubled"))
    best = flagged.filter(pl.col("doubled")).sort("status", "rank").unique(KEY, keep="first", maintain_order=True)
    return pl.concat([single, best]).select(_COLUMNS)


def _sum(frame: pl.DataFrame, tree: pl.DataFrame, kinds: pl.DataFrame, files: FileSets) -> pl.DataFrame:
    """Sums over the children of each parent for which all children have a row."""
    size = tree.group_by("parent").agg(pl.len().alias("n"), pl.col("inhabited").sum().alias("n_inhabited"))
    nothing = ~pl.col("inhabited") & pl.col("empty_is_zero") & pl.col("value").is_null()
    rows = (
        frame.join(kinds.filter("summed"), on="measure")
        .join(tree, on="area")
        .filter(~nothing)  # no figure for an area without inhabitants: it holds nothing
    )
    grouped = rows.group_by("measure", "parent", "period").agg(
        pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()).alias("value"),
        pl.when(pl.col("lower").is_null().any()).then(None).otherwise(pl.col("lower").sum()).alias("lower"),
        pl.when(pl.col("upper").is_null().any()).then(None).otherwise(pl.col("upper").sum()).alias("upper"),
        pl.col("status").max(),
        pl.col("fs").min().alias("fs"),
        pl.col("fs").max().alias("fs_max"),
        pl.col("caveat").drop_nulls().max(),
        pl.col("empty_is_zero").first(),
        pl.len().alias("rows"),
        pl.col("inhabited").sum().alias("rows_inhabited"),
    )
    complete = (pl.col("rows") == pl.col("n")) | (
        pl.col("empty_is_zero") & (pl.col("rows_inhabited") == pl.col("n_inhabited"))
    )
    full = grouped.join(size, on="parent").filter(complete & (pl.col("rows") > 0))
    named = _files_of_mixed(full, rows, files).rename({"parent": "area"}).select(_COLUMNS)
    return named.with_columns(
        pl.col("status").cast(STATUS_DTYPE),
        *around_value(),
    )


def around_value() -> list[pl.Expr]:
    """Bounds that hold the value in spite of the last digit of a float; absent bounds stay absent."""
    return [
        pl.when(pl.col("lower").is_null()).then(None).otherwise(pl.min_horizontal("lower", "value")).alias("lower"),
        pl.when(pl.col("upper").is_null()).then(None).otherwise(pl.max_horizontal("upper", "value")).alias("upper"),
    ]


def _files_of_mixed(full: pl.DataFrame, rows: pl.DataFrame, files: FileSets) -> pl.DataFrame:
    """Exact set of files where the parts of a sum come from several."""
    key = ["measure", "parent", "period"]
    mixed = full.filter(pl.col("fs") != pl.col("fs_max")).select(key)
    if mixed.is_empty():
        return full
    lists = rows.join(mixed, on=key, how="semi").group_by(key).agg(pl.col("fs").unique().sort())
    exact = lists.with_columns(files.union_lists(lists["fs"]).alias("fs_exact")).drop("fs")
    return full.join(exact, on=key, how="left").with_columns(pl.coalesce("fs_exact", "fs").alias("fs"))
