"""Bringing figures to the keys of the boundaries, without hiding what was done.

A file does not say by which edition's keys it was made, its keys do: the edition that knows them best is taken. Where
an area of today is made of several old ones, counts are summed with their bounds; a share of a divided area makes the
sum an estimate and marks it so; a sum with a missing part is unknown, not too small. What cannot be summed (rates,
medians) is carried over only where one whole area became one whole area, else it ends: a break, counted in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from raumwerk.pipeline.derived.crosswalk import Crosswalk
from raumwerk.tables.keys import Level
from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = ["Harmonised", "basis_of", "classes", "observations", "rekey"]

_WHOLE = 1 - 1e-9
_CARRIED = (pl.col("weight") >= _WHOLE) & (pl.col("parts") == 1)
_NUMBERS = ("value", "lower", "upper")
_LEVELS = {8: Level.MUNICIPALITY, 5: Level.DISTRICT}


@dataclass(frozen=True)
class Harmonised:
    """Figures on the keys of the boundaries.

    Attributes
    ----------
    frame : DataFrame
        The table in its own columns (further columns such as ``source`` are kept).
    changes : DataFrame
        One row for each file, period and edition that was not on today's keys: ``file``, ``period``, ``level``,
        ``edition``, ``summed`` (values made of several), ``estimated`` (of these with shares of divided areas),
        ``incomplete`` (left unknown because a part is missing), ``ended`` (could not be summed), ``unknown`` (keys that
        no edition knows) and up to five of these in ``examples``.
    """

    frame: pl.DataFrame
    changes: pl.DataFrame


_CHANGES: dict[str, pl.DataType | type[pl.DataType]] = {
    "file": pl.String,
    "period": pl.String,
    "level": pl.String,
    "edition": pl.String,
    "summed": pl.Int64,
    "estimated": pl.Int64,
    "incomplete": pl.Int64,
    "ended": pl.Int64,
    "unknown": pl.Int64,
    "examples": pl.List(pl.String),
}


def basis_of(measure: Mapping[str, Any]) -> str:
    """What a count of a divided area is shared out by: area for areas, employees for employees, else population."""
    if str(measure.get("unit", "")) in ("km²", "ha", "m²"):
        return "area"
    return "employees" if str(measure.get("name_en", "")).casefold().startswith("employees") else "population"


def observations(
    frame: pl.DataFrame, walk: Crosswalk, measures: Mapping[str, Mapping[str, Any]], *, targets: Iterable[str]
) -> Harmonised:
    """Bring table ``observations`` to the keys of the boundaries.

    Parameters
    ----------
    frame : DataFrame
        Checked observations of all files; municipalities and districts are harmonised, other levels pass.
    walk : Crosswalk
    measures : mapping
        Catalogue entries by key; ``aggregate = "sum"`` allows summing, ``basis`` (optional) names what a share is a
        share of, else :func:`basis_of` decides. A measure that is not described is not summed.
    targets : iterable of str
        Keys of the boundaries.

    Returns
    -------
    Harmonised
    """
    known = set(targets)
    groups = _old_groups(frame, known)
    if groups.is_empty():
        return Harmonised(frame, pl.DataFrame(schema=_CHANGES))
    place = ["file", "period", "level"]
    levelled = frame.with_columns(_level("area").alias("level"))
    old = levelled.join(groups.select(place), on=place, how="semi")
    rest = levelled.join(groups.select(place), on=place, how="anti").drop("level")
    editions = _editions_of(groups, walk.frame)
    links = _links(walk.frame, editions)
    rules = pl.DataFrame(
        {
            "measure": list(measures),
            "additive": [entry.get("aggregate") == "sum" for entry in measures.values()],
            "basis": [str(entry.get("basis") or basis_of(entry)) for entry in measures.values()],
        },
        schema={"measure": pl.String, "additive": pl.Boolean, "basis": pl.String},
    )
    old = old.join(editions.select(*place, "edition"), on=place).join(rules, on="measure", how="left")
    old = old.with_columns(pl.col("additive").fill_null(value=False), pl.col("basis").fill_null("population"))
    linked = old.join(links, on=["edition", "area", "basis"], how="left")
    settled = linked.filter(pl.col("to_area").is_not_null())
    moved, above, made, ended = _sum(settled, frame.columns)
    above = above.join(frame, on=["measure", "area", "period", "file"], how="anti")
    unknown = linked.filter(pl.col("to_area").is_null() & ~pl.col("area").is_in(walk.dropped["area"].implode()))
    return Harmonised(pl.concat([rest, moved, above]), _report(editions, made, ended, unknown))


def _level(column: str) -> pl.Expr:
    widths = {width: level.value for width, level in _LEVELS.items()}
    return pl.col(column).str.len_chars().replace_strict(widths, default=None, return_dtype=pl.String)


def _old_groups(frame: pl.DataFrame, known: set[str]) -> pl.DataFrame:
    """Files, periods and levels in which some key is not of today, with all their keys."""
    keys = frame.select("file", "period", "area").unique().with_columns(_level("area").alias("level"))
    keys = keys.filter(pl.col("level").is_not_null()).with_columns(pl.col("area").is_in(list(known)).alias("current"))
    place = ["file", "period", "level"]
    old = keys.group_by(place).agg(pl.col("current").all(), pl.col("area")).filter(~pl.col("current"))
    return old.select(*place, "area").sort(place)


def _editions_of(groups: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Choose for each group the edition that knows its keys best.

    First the fewest keys that the edition does not know, then the fewest of its keys that the group lacks; among equals
    the newest.
    """
    members = links.select("from_edition", "from_area").unique().with_columns(_level("from_area").alias("level"))
    by_edition: dict[tuple[str, str], set[str]] = {
        (edition, level): set(keys)
        for edition, level, keys in members.group_by("from_edition", "level").agg("from_area").iter_rows()
    }
    rows = []
    for file, period, level, keys in groups.select("file", "period", "level", "area").iter_rows():
        mine = set(keys)
        ranked = [
            (len(mine - theirs), len(theirs - mine), edition)
            for (edition, at), theirs in by_edition.items()
            if at == level
        ]
        best = min(ranked, key=lambda one: one[:2]) if ranked else (len(mine), 0, "")
        newest = max((one[2] for one in ranked if one[:2] == best[:2]), default="")
        rows.append((file, period, level, newest))
    return pl.DataFrame(rows, schema=["file", "period", "level", "edition"], orient="row", strict=False).cast(pl.String)


def _links(frame: pl.DataFrame, editions: pl.DataFrame) -> pl.DataFrame:
    """Links of the editions in use, with the number of old areas that make up each new one.

    Columns ``edition``, ``area``, ``basis``, ``to_area``, ``weight``, ``parts``, and ``in_district`` and ``in_state``:
    the number of new areas in the district and the state of ``to_area``.
    """
    used = frame.join(editions.select(pl.col("edition").alias("from_edition")).unique(), on="from_edition", how="semi")
    width = pl.col("from_area").str.len_chars()
    return used.select(
        pl.col("from_edition").alias("edition"),
        pl.col("from_area").alias("area"),
        "basis",
        "to_area",
        "weight",
        pl.col("from_area").n_unique().over("from_edition", "to_area", "basis", width).alias("parts"),
        *(
            pl.col("to_area")
            .n_unique()
            .over("from_edition", pl.col("to_area").str.slice(0, digits), "basis", width)
            .alias(name)
            for name, digits in (("in_district", 5), ("in_state", 2))
        ),
    )


def _sum(linked: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Sum what belongs together.

    Returns rows on new keys, exact sums of larger areas, of the first the composed ones, and rows that cannot be
    summed.
    """
    carried = linked.filter(_CARRIED).with_columns(area=pl.col("to_area"))
    ended = linked.filter(~_CARRIED & ~pl.col("additive"))
    parts = _shared(linked.filter(~_CARRIED & pl.col("additive")))
    by = _by(columns)
    sums = parts.group_by(*by, "level", "edition", pl.col("to_area").alias("area"), maintain_order=True).agg(
        *_bounded_sums(),
        (pl.col("parts").first() > pl.len()).alias("incomplete"),
        pl.col("divided").any().alias("shared"),
    )
    lost = pl.col("incomplete")
    made = sums.with_columns(
        *(pl.when(lost).then(None).otherwise(pl.col(name)).alias(name) for name in _NUMBERS),
        pl.when(lost).then(pl.lit(_rank(Status.UNKNOWN))).otherwise("rank").cast(pl.UInt8).alias("rank"),
    ).with_columns(_status())
    above = _exact_parents(linked.filter("additive"), made, by)
    moved = pl.concat([carried.select(columns), made.select(columns)])
    return moved, above.select(columns), made, ended


def _by(columns: list[str]) -> list[str]:
    return [name for name in columns if name not in ("area", *_NUMBERS, "status", "caveat")]


def _shared(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each new area its share of the old one; ``divided`` marks shares that are guessed.

    The share of a divided count is an estimate between nothing and all of it; a share of nothing is nothing.
    """
    divided = (pl.col("weight") < _WHOLE) & ~((pl.col("lower") == 0) & (pl.col("upper") == 0))
    rows = rows.with_columns(divided.fill_null(value=True).alias("divided"))
    share = pl.col("divided")
    return rows.with_columns(
        pl.when(share).then(pl.col("value") * pl.col("weight")).otherwise("value").alias("value"),
        pl.when(share).then(pl.min_horizontal("lower", pl.lit(0.0))).otherwise("lower").alias("lower"),
        pl.when(share)
        .then(pl.max_horizontal(pl.col("status").to_physical(), pl.lit(_rank(Status.ESTIMATED))))
        .otherwise(pl.col("status").to_physical())
        .cast(pl.UInt8)
        .alias("rank"),
    )


def _bounded_sums() -> list[pl.Expr]:
    """Sums that forget neither bounds nor status; null as soon as one part is null."""
    return [
        *(
            pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).alias(name)
            for name in _NUMBERS
        ),
        pl.col("rank").max(),
        pl.col("caveat").drop_nulls().first(),
    ]


def _exact_parents(linked: pl.DataFrame, made: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Districts and states in which shares of divided areas add up to whole ones again: their sums are no estimates.

    Without these rows every sum up to the nation would have to be called an estimate because one village was divided.
    """
    guessed = made.filter("shared").select(*by, "area")
    if guessed.is_empty():
        return made.clear()
    found = []
    for width, size in ((5, "in_district"), (2, "in_state")):
        parent = pl.col("to_area").str.slice(0, width).alias("parent")
        touched = guessed.select(*by, pl.col("area").str.slice(0, width).alias("parent")).unique()
        rows = linked.with_columns(parent).join(touched, on=[*by, "parent"], how="semi", nulls_equal=True)
        nothing = ((pl.col("lower") == 0) & (pl.col("upper") == 0)).fill_null(value=False)
        whole = rows.group_by(*by, "parent", "area").agg(
            ((pl.col("weight").sum() >= 1 - 1e-3) | nothing.first()).alias("exact"),
            *(pl.col(name).first() for name in (*_NUMBERS, "caveat")),
            pl.col("status").first().to_physical().cast(pl.UInt8).alias("rank"),
        )
        sums = whole.group_by(*by, "parent").agg(*_bounded_sums(), pl.col("exact").all())
        counted = rows.with_columns(pl.len().over(*by, "to_area").alias("present")).group_by(*by, "parent").agg(
            ((pl.col("present") == pl.col("parts")).all() & (pl.col("to_area").n_unique() == pl.col(size).first()))
            .alias("complete")
        )  # fmt: skip
        sums = sums.join(counted, on=[*by, "parent"], nulls_equal=True).filter(pl.col("exact") & pl.col("complete"))
        found.append(sums.with_columns(_status(), pl.col("parent").alias("area")))
    return pl.concat(found)


def _status() -> pl.Expr:
    names = dict(enumerate(status.value for status in Status))
    return pl.col("rank").replace_strict(names, return_dtype=pl.String).cast(STATUS_DTYPE).alias("status")


def _rank(status: Status) -> int:
    return [one.value for one in Status].index(status.value)


def _report(editions: pl.DataFrame, made: pl.DataFrame, ended: pl.DataFrame, unknown: pl.DataFrame) -> pl.DataFrame:
    place = ["file", "period", "level"]
    counts = made.group_by(place).agg(
        pl.len().cast(pl.Int64).alias("summed"),
        (pl.col("shared") & ~pl.col("incomplete")).sum().cast(pl.Int64).alias("estimated"),
        pl.col("incomplete").sum().cast(pl.Int64),
    )
    stopped = ended.group_by(place).agg(pl.struct("measure", "to_area").n_unique().cast(pl.Int64).alias("ended"))
    strange = unknown.group_by(place).agg(
        pl.col("area").n_unique().cast(pl.Int64).alias("unknown"),
        pl.col("area").unique().sort().head(5).alias("examples"),
    )
    frame = editions
    for part in (counts, stopped, strange):
        frame = frame.join(part, on=place, how="left")
    numbers = ["summed", "estimated", "incomplete", "ended", "unknown"]
    return (
        frame.with_columns(pl.col(numbers).fill_null(0), pl.col("examples").fill_null([]))
        .select(list(_CHANGES))
        .sort(place)
    )


def rekey(keys: Iterable[str], walk: Crosswalk, *, basis: str = "population") -> pl.DataFrame:
    """Where the keys of one file and date go: for tables of pairs.

    Parameters
    ----------
    keys : iterable of str
        All keys of one level that occur together.
    walk : Crosswalk
    basis : {"population", "area", "employees"}

    Returns
    -------
    DataFrame
        ``area``, ``to_area``, ``weight``, ``parts`` (number of old areas that make up ``to_area`` in the edition that
        knows the keys best). Keys without a target are left out.
    """
    listed = pl.DataFrame({"area": sorted(set(keys))}, schema={"area": pl.String})
    levels = listed.with_columns(_level("area").alias("level")).drop_nulls()
    groups = levels.group_by("level", maintain_order=True).agg("area").with_columns(
        pl.lit("").alias("file"), pl.lit("").alias("period")
    )  # fmt: skip
    links = _links(walk.frame, editions) if not (editions := _editions_of(groups, walk.frame)).is_empty() else None
    if links is None:
        return pl.DataFrame(schema={"area": pl.String, "to_area": pl.String, "weight": pl.Float64, "parts": pl.UInt32})
    chosen = editions.join(levels, on="level").select("edition", "area")
    found = links.filter(pl.col("basis") == basis).join(chosen, on=["edition", "area"], how="semi")
    return found.select("area", "to_area", "weight", "parts").sort("area", "to_area")


def classes(frame: pl.DataFrame, walk: Crosswalk, *, size: pl.DataFrame) -> pl.DataFrame:
    """Bring table ``classes`` to the keys of the boundaries.

    Where several old areas became one, it takes the class of the old area that gave it most inhabitants: a
    classification is never averaged.

    Parameters
    ----------
    frame : DataFrame
        Checked classes of all files.
    walk : Crosswalk
    size : DataFrame
        ``area``, ``population``: inhabitants of old and new keys, to find the largest part.
    """
    place = ["file", "period", "level"]
    levelled = frame.with_columns(_level("area").alias("level"))
    groups = levelled.filter(pl.col("level").is_not_null()).group_by(place).agg(pl.col("area").unique()).sort(place)
    editions = _editions_of(groups, walk.frame)
    links = _links(walk.frame, editions).filter(pl.col("basis") == "population")
    linked = levelled.join(editions, on=place).join(links, on=["edition", "area"])
    sized = linked.join(size, on="area", how="left").with_columns(
        (pl.col("population").fill_null(0) * pl.col("weight")).alias("people"),
        (pl.col("area") == pl.col("to_area")).alias("own"),
    )  # fmt: skip
    largest = sized.sort("people", "own", "area", descending=[True, True, False]).unique(
        ["scheme", "to_area", "period", "file"], keep="first", maintain_order=True
    )
    other = levelled.filter(pl.col("level").is_null()).select(frame.columns)
    kept = largest.with_columns(area=pl.col("to_area")).select(frame.columns)
    return pl.concat([kept, other]).sort("scheme", "area", "period", "file")
