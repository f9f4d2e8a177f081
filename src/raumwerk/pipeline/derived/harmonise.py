"""Bringing figures to the keys of the boundaries, without hiding what was done.

A file does not say by which edition's keys it was made, its keys do: state by state the edition that knows them best is
taken (offices convert some states back in time and leave others). Where an area of today is made of several old ones,
counts are summed with their bounds; a share of a divided area makes the sum an estimate and marks it so; a sum with a
missing part is unknown, not too small. What cannot be summed (rates, medians) is carried over only where one whole area
became one whole area, else it ends: a break, counted in the report.
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
_ROW = ["measure", "area", "period", "file"]
_PLACE = ["file", "period", "level", "state"]
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
        share of, else :func:`basis_of` decides; ``uninhabited = "counted"`` says that areas without inhabitants must
        not be missing in a sum (land use). A measure that is not described is not summed.
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
    levelled = frame.with_columns(*_places())
    old = levelled.join(groups.select(_PLACE), on=_PLACE, how="semi")
    rest = levelled.join(groups.select(_PLACE), on=_PLACE, how="anti").select(frame.columns)
    editions = _editions_of(groups, walk)
    links = _links(walk).join(editions.select("edition").unique(), on="edition", how="semi")
    rules = pl.DataFrame(
        {
            "measure": list(measures),
            "additive": [entry.get("aggregate") == "sum" for entry in measures.values()],
            "basis": [str(entry.get("basis") or basis_of(entry)) for entry in measures.values()],
            "counted": [entry.get("uninhabited") == "counted" for entry in measures.values()],
        },
        schema={"measure": pl.String, "additive": pl.Boolean, "basis": pl.String, "counted": pl.Boolean},
    )
    old = old.join(editions, on=_PLACE).join(rules, on="measure", how="left")
    old = old.with_columns(
        pl.col("additive").fill_null(value=False),
        pl.col("counted").fill_null(value=True),
        pl.col("basis").fill_null("population"),
    )
    linked = old.join(links, on=["edition", "area", "basis"], how="left")
    strange = linked.filter(pl.col("to_area").is_null() & ~pl.col("area").is_in(walk.dropped["area"].implode()))
    # A key of today in a file of old keys: the office converted this area itself, which is better than our sum.
    direct = strange.filter(pl.col("area").is_in(list(known))).select(frame.columns)
    given = direct.select(*_ROW)
    moved, above, made, ended = _sum(linked.filter(pl.col("to_area").is_not_null()), frame.columns)
    made, ended = (part.join(given, on=_ROW, how="anti") for part in (made, ended.with_columns(area=pl.col("to_area"))))
    moved = pl.concat([moved.join(given, on=_ROW, how="anti"), direct])
    above = above.join(frame, on=_ROW, how="anti")
    unknown = strange.filter(~pl.col("area").is_in(list(known)))
    lost = _lost(unknown)
    moved = _doubtful(moved, lost)
    above = above.filter(~pl.col("area").is_in(_above(lost["district"].to_list())))
    return Harmonised(pl.concat([rest, moved, above]), _report(editions, made, ended, unknown))


def _lost(unknown: pl.DataFrame) -> pl.DataFrame:
    """People that a file has under municipal keys that nobody knows: measure, period, file, district, ``lost``."""
    people = unknown.filter(pl.col("additive") & (pl.col("area").str.len_chars() == 8))
    lost = people.group_by("measure", "period", "file", pl.col("area").str.slice(0, 5).alias("district")).agg(
        pl.when(pl.col("upper").is_null().any()).then(None).otherwise(pl.col("upper").sum()).alias("lost"),
    )
    return lost.filter(pl.col("lost").is_null() | (pl.col("lost") > 0))


def _above(districts: Iterable[str]) -> list[str]:
    """Districts and their states: their sums would lack what is lost."""
    return sorted({area for district in districts for area in (district, district[:2])})


def _doubtful(moved: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """Counts of municipalities in a district in which people were lost.

    Any of them may hold today what was counted there: no value, but an interval up to all of it.
    """
    if lost.is_empty():
        return moved
    marked = moved.with_columns(pl.col("area").str.slice(0, 5).alias("district")).join(
        lost.with_columns(pl.lit(value=True).alias("doubtful")),
        on=["measure", "period", "file", "district"],
        how="left",
    )
    doubtful = pl.col("doubtful").fill_null(value=False) & (pl.col("area").str.len_chars() == 8)
    return marked.with_columns(
        pl.when(doubtful).then(None).otherwise("value").alias("value"),
        pl.when(doubtful).then(pl.col("upper") + pl.col("lost")).otherwise("upper").alias("upper"),
        pl.when(doubtful)
        .then(pl.lit(Status.UNKNOWN.value).cast(STATUS_DTYPE))
        .otherwise(pl.col("status").cast(STATUS_DTYPE))
        .alias("status"),
    ).select(moved.columns)


def _level(column: str) -> pl.Expr:
    widths = {width: level.value for width, level in _LEVELS.items()}
    return pl.col(column).str.len_chars().replace_strict(widths, default=None, return_dtype=pl.String)


def _places(column: str = "area") -> tuple[pl.Expr, pl.Expr]:
    """Level and state of a key."""
    return _level(column).alias("level"), pl.col(column).str.slice(0, 2).alias("state")


def _old_groups(frame: pl.DataFrame, known: set[str]) -> pl.DataFrame:
    """Files, periods, levels and states in which some key is not of today, with all their keys."""
    keys = frame.select("file", "period", "area").unique().with_columns(*_places())
    keys = keys.filter(pl.col("level").is_not_null()).with_columns(pl.col("area").is_in(list(known)).alias("current"))
    old = keys.group_by(_PLACE).agg(pl.col("current").all(), pl.col("area")).filter(~pl.col("current"))
    return old.select(*_PLACE, "area").sort(_PLACE)


def _editions_of(groups: pl.DataFrame, walk: Crosswalk) -> pl.DataFrame:
    """Choose for each group the edition that knows its keys best: the columns of ``_PLACE`` and ``edition``.

    First the fewest keys that the edition does not know, then the fewest of its keys that the group lacks; among equals
    the newest.
    """
    rows = []
    for *place, keys in groups.select(*_PLACE, "area").iter_rows():
        mine = set(keys)
        ranked = [
            (len(mine - theirs), len(theirs - mine), -number, edition)
            for number, (edition, theirs) in enumerate(walk.members.get((place[2], place[3]), ()))
        ]
        rows.append((*place, min(ranked)[3] if ranked else ""))
    return pl.DataFrame(rows, schema=dict.fromkeys([*_PLACE, "edition"], pl.String), orient="row")


def _links(walk: Crosswalk) -> pl.DataFrame:
    """Columns ``edition``, ``area``, ``basis``, ``to_area`` …: see :attr:`Crosswalk.parts`."""
    return walk.parts.rename({"from_edition": "edition", "from_area": "area"})


def _complete(rows: pl.Expr, settled: pl.Expr) -> pl.Expr:
    """Whether nothing is missing in a sum: every old area, or every inhabited one where the others hold nothing."""
    return (rows == pl.col("parts").first()) | (~pl.col("counted").first() & (settled == pl.col("settled").first()))


def _sum(linked: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Sum what belongs together.

    Returns rows on new keys, exact sums of larger areas, of the first the composed ones, and rows that cannot be
    summed.
    """
    carried = linked.filter(_CARRIED).with_columns(area=pl.col("to_area"))
    ended = linked.filter(~_CARRIED & ~pl.col("additive"))
    parts = _shared(linked.filter(~_CARRIED & pl.col("additive")))
    by = _by(columns)
    sums = parts.group_by(*by, "level", "state", "edition", pl.col("to_area").alias("area"), maintain_order=True).agg(
        *_bounded_sums(),
        _complete(pl.len(), (~pl.col("empty")).sum()).not_().alias("incomplete"),
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
        one = rows.group_by(*by, "parent", "to_area").agg(
            _complete(pl.len(), (~pl.col("empty")).sum()).alias("complete"), pl.col("settled", size).first()
        )
        counted = one.group_by(*by, "parent").agg(
            (pl.col("complete").all() & ((pl.col("settled") > 0).sum() == pl.col(size).first())).alias("complete")
        )
        sums = sums.join(counted, on=[*by, "parent"], nulls_equal=True).filter(pl.col("exact") & pl.col("complete"))
        found.append(sums.with_columns(_status(), pl.col("parent").alias("area")))
    return pl.concat(found)


def _status() -> pl.Expr:
    names = dict(enumerate(status.value for status in Status))
    return pl.col("rank").replace_strict(names, return_dtype=pl.String).cast(STATUS_DTYPE).alias("status")


def _rank(status: Status) -> int:
    return [one.value for one in Status].index(status.value)


def _report(editions: pl.DataFrame, made: pl.DataFrame, ended: pl.DataFrame, unknown: pl.DataFrame) -> pl.DataFrame:
    counts = made.group_by(_PLACE).agg(
        pl.len().cast(pl.Int64).alias("summed"),
        (pl.col("shared") & ~pl.col("incomplete")).sum().cast(pl.Int64).alias("estimated"),
        pl.col("incomplete").sum().cast(pl.Int64),
    )
    stopped = ended.group_by(_PLACE).agg(pl.struct("measure", "to_area").n_unique().cast(pl.Int64).alias("ended"))
    strange = unknown.group_by(_PLACE).agg(
        pl.col("area").n_unique().cast(pl.Int64).alias("unknown"), pl.col("area").unique().alias("examples")
    )
    frame = editions
    for part in (counts, stopped, strange):
        frame = frame.join(part, on=_PLACE, how="left")
    numbers = ["summed", "estimated", "incomplete", "ended", "unknown"]
    sums = frame.group_by("file", "period", "level", "edition").agg(
        pl.col(numbers).sum(), pl.col("examples").explode().drop_nulls().unique().sort().head(5)
    )
    return sums.select(list(_CHANGES)).sort("file", "period", "level", "edition")


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
    placed = listed.with_columns(pl.lit("").alias("file"), pl.lit("").alias("period"), *_places()).drop_nulls()
    editions = _editions_of(placed.group_by(_PLACE).agg("area").sort(_PLACE), walk)
    chosen = placed.join(editions, on=_PLACE).select("edition", "area")
    found = _links(walk).filter(pl.col("basis") == basis).join(chosen, on=["edition", "area"], how="semi")
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
    placed = frame.with_columns(*_places())
    groups = placed.filter(pl.col("level").is_not_null()).group_by(_PLACE).agg(pl.col("area").unique()).sort(_PLACE)
    editions = _editions_of(groups, walk)
    links = _links(walk).filter(pl.col("basis") == "population")
    linked = placed.join(editions, on=_PLACE).join(links, on=["edition", "area"])
    sized = linked.join(size, on="area", how="left").with_columns(
        (pl.col("population").fill_null(0) * pl.col("weight")).alias("people"),
        (pl.col("area") == pl.col("to_area")).alias("own"),
    )  # fmt: skip
    largest = sized.sort("people", "own", "area", descending=[True, True, False]).unique(
        ["scheme", "to_area", "period", "file"], keep="first", maintain_order=True
    )
    other = placed.filter(pl.col("level").is_null()).select(frame.columns)
    kept = largest.with_columns(area=pl.col("to_area")).select(frame.columns)
    return pl.concat([kept, other]).sort("scheme", "area", "period", "file")
