"""Indicators from their catalogue: numerators over denominators, never percentages of percentages.

A definition names measures and how to combine them; nothing here knows a single indicator. Values, bounds, status,
caveats and files travel through every step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.derived.file_sets import FileSets
from raumwerk.pipeline.derived.rollup import Hierarchy, around_value, roll_up
from raumwerk.tables.keys import LEVELS, Level
from raumwerk.tables.schemas import INDICATORS
from raumwerk.tables.status import Status

__all__ = ["FIELDS", "Definition", "definitions", "indicators"]

_AT = ["area", "level", "period"]
_PAIRING = ("same", "year", "nearest")
_CHANGE = ("percent", "absolute")
#: Fields of a catalogue entry; any other one is a slip of the pen that would silently change nothing.
FIELDS = frozenset(
    {"key", "topic", "name_de", "name_en", "description_de", "description_en", "unit", "unit_de", "decimals",
     "direction", "levels", "numerator", "minus", "denominator", "factor", "periods", "within_years", "change",
     "change_years", "relative_to", "maximum", "diverging_at", "caveat_de", "caveat_en"}
)  # fmt: skip
_KEEP = [*_AT, "value", "lower", "upper", "status", "fs", "caveat"]


@dataclass(frozen=True)
class Definition:
    """One indicator.

    Attributes
    ----------
    key : str
    levels : tuple of str
        Levels at which it is published.
    numerator, minus, denominator : tuple of str
        Measures; ``minus`` is taken off the sum of the numerator. Without denominator the sum itself is the value.
    factor : float
        100 for percent, 1000 for "per 1,000".
    periods : {"same", "year", "nearest"}
        How a denominator's date is found: the same date; the nearest one of the same year; the nearest one at most
        ``within_years`` away.
    change : {"", "percent", "absolute"}
        Publish the change against the value of ``change_years`` years before.
    relative_to : str
        Divide by the value of this area at the same date (``DG`` gives location quotients).
    maximum : float, optional
        Largest value that can be true (100 for a share): cuts the bounds.
    """

    key: str
    levels: tuple[str, ...]
    numerator: tuple[str, ...]
    minus: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    factor: float = 1.0
    periods: str = "year"
    within_years: int = 0
    change: str = ""
    change_years: int = 0
    relative_to: str = ""
    maximum: float | None = None

    @property
    def measures(self) -> set[str]:
        """All measures it needs."""
        return {*self.numerator, *self.minus, *self.denominator}

    @classmethod
    def from_entry(cls, key: str, entry: Mapping[str, Any]) -> Definition:
        """Read a catalogue entry.

        Raises
        ------
        InputError
            Naming the indicator and the field.
        """
        problems = list(_entry_problems(key, entry))
        if problems:
            raise InputError(problems)
        maximum = entry.get("maximum")
        return cls(
            key=key,
            levels=tuple(entry["levels"]),
            numerator=tuple(entry["numerator"]),
            minus=tuple(entry.get("minus", ())),
            denominator=tuple(entry.get("denominator", ())),
            factor=float(entry.get("factor", 1)),
            periods=entry.get("periods", "year"),
            within_years=int(entry.get("within_years", 0)),
            change=entry.get("change", ""),
            change_years=int(entry.get("change_years", 0)),
            relative_to=entry.get("relative_to", ""),
            maximum=None if maximum is None else float(maximum),
        )


def _entry_problems(key: str, entry: Mapping[str, Any]) -> Sequence[Problem]:
    unknown = sorted(set(entry) - FIELDS)
    rules = (
        (bool(unknown), f"it has unknown fields: {', '.join(unknown)}", ", ".join(sorted(FIELDS)), None),
        (not entry.get("numerator"), "it has no numerator", 'numerator = ["measure"]', "numerator"),
        (not entry.get("levels"), "it has no levels", 'levels = ["district"]', "levels"),
        (
            bool(set(entry.get("levels", [])) - {level.value for level in LEVELS}),
            "it names an unknown level", ", ".join(level.value for level in LEVELS), "levels",
        ),
        (
            entry.get("periods", "year") not in _PAIRING,
            f"periods is {entry.get('periods')!r}", ", ".join(_PAIRING), "periods",
        ),
        (
            entry.get("periods") == "nearest" and not entry.get("within_years"),
            "periods is nearest without a limit", "within_years = 3", "within_years",
        ),
        (
            entry.get("change", "") not in ("", *_CHANGE),
            f"change is {entry.get('change')!r}", ", ".join(_CHANGE), "change",
        ),
        (
            bool(entry.get("change")) != bool(entry.get("change_years")),
            "change and change_years belong together", 'change = "percent" and change_years = 5', "change_years",
        ),
    )  # fmt: skip
    return [
        Problem(f"indicator {key}: {what}", expected=expected, file="catalogue/indicators", row=key, column=column)
        for wrong, what, expected, column in rules
        if wrong
    ]


def definitions(catalogue: Mapping[str, Mapping[str, Any]]) -> list[Definition]:
    """All definitions of the catalogue, or one InputError with everything that is wrong in them."""
    found: list[Definition] = []
    problems: list[Problem] = []
    for key, entry in catalogue.items():
        try:
            found.append(Definition.from_entry(key, entry))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def indicators(
    observations: pl.DataFrame,
    areas: pl.DataFrame,
    members: pl.DataFrame,
    *,
    measures: Mapping[str, Mapping[str, Any]],
    catalogue: Mapping[str, Mapping[str, Any]],
) -> pl.DataFrame:
    """Compute every indicator of the catalogue at every level where its measures are known.

    Parameters
    ----------
    observations : polars.DataFrame
        Table observations, harmonised and merged.
    areas, members : polars.DataFrame
        Released tables areas and region_members.
    measures, catalogue : mapping
        Catalogue entries of measures and indicators.

    Returns
    -------
    polars.DataFrame
        Table indicators.
    """
    wanted = definitions(catalogue)
    needed = set().union(*(definition.measures for definition in wanted)) if wanted else set()
    used = observations.filter(pl.col("measure").is_in(sorted(needed)))
    files = FileSets(used["file"].unique().sort().to_list())
    entries = {key: entry for key, entry in measures.items() if key in needed}
    values = roll_up(used, Hierarchy(areas, members), entries, files)
    by_measure = {str(key[0]): frame.drop("measure") for key, frame in values.partition_by(
        "measure", as_dict=True).items()}  # fmt: skip
    frames = [_compute(definition, by_measure, files) for definition in wanted]
    frames = [frame for frame in frames if not frame.is_empty()]
    if not frames:
        return INDICATORS.empty()
    whole = pl.concat(frames)
    listed = whole.with_columns(files.decode(whole["fs"]).alias("files"))
    return listed.select(column.name for column in INDICATORS.columns)


def _compute(definition: Definition, values: Mapping[str, pl.DataFrame], files: FileSets) -> pl.DataFrame:
    """Rows of one indicator: the columns of the table with ``fs`` in place of ``files``."""
    top = _total(definition.numerator, definition.minus, values, files)
    if top is None:
        return pl.DataFrame()
    top = top.filter(
        pl.col("level").is_in([*definition.levels, *([Level.NATION.value] * bool(definition.relative_to))])
    )
    if definition.denominator:
        bottom = _total(definition.denominator, (), values, files)
        if bottom is None:
            return pl.DataFrame()
        result = _ratio(definition, top, bottom, files)
    else:
        factor = definition.factor
        result = top.with_columns(
            pl.col("value").alias("numerator"), pl.lit(None, dtype=pl.Float64).alias("denominator"),
            *(pl.col(name) * factor for name in ("value", "lower", "upper")),
        )  # fmt: skip
    if definition.change:
        result = _change(definition, result, files)
    if definition.relative_to:
        result = _relative(definition, result, files)
    estimated = (pl.col("level") == Level.MUNICIPALITY.value) & (pl.col("status") == Status.ESTIMATED.value)
    return _finished(definition, result.filter(pl.col("level").is_in(definition.levels) & ~estimated))


def _finished(definition: Definition, frame: pl.DataFrame) -> pl.DataFrame:
    """Bounds around the value, cut at the largest possible one; rows without value or closed interval are left out."""
    exact = ("value", "lower", "upper")
    cut = [pl.col(name).clip(upper_bound=definition.maximum) for name in exact] if definition.maximum else []
    kept = frame.with_columns(cut).with_columns(around_value())
    closed = pl.col("lower").is_not_null() & pl.col("upper").is_not_null()
    return kept.filter(pl.col("value").is_not_null() | closed).select(
        pl.lit(definition.key).alias("indicator"), *_KEEP, "numerator", "denominator"
    )


def _total(
    measures: Sequence[str], minus: Sequence[str], values: Mapping[str, pl.DataFrame], files: FileSets
) -> pl.DataFrame | None:
    """Sum of measures, less others, where all of them are known for the area and date."""
    if any(measure not in values for measure in (*measures, *minus)):
        return None
    total = values[measures[0]].select(_KEEP)
    for sign, measure in [(1, name) for name in measures[1:]] + [(-1, name) for name in minus]:
        other = values[measure].select(_KEEP)
        low, high = ("lower_right", "upper_right") if sign > 0 else ("upper_right", "lower_right")
        total = files.union_columns(
            total.join(other, on=_AT).with_columns(
                pl.col("value") + sign * pl.col("value_right"),
                pl.col("lower") + sign * pl.col(low),
                pl.col("upper") + sign * pl.col(high),
                _worse("status", "status_right"),
                pl.coalesce("caveat", "caveat_right").alias("caveat"),
            ),
            "fs", "fs_right",
        ).select(_KEEP)  # fmt: skip
    return total


def _paired(definition: Definition, top: pl.DataFrame, bottom: pl.DataFrame) -> pl.DataFrame:
    """Join to each numerator the denominator of its area whose date is near enough, the nearest first.

    A date of the same year goes before a nearer one of another year: employees of June belong to the population of the
    following December, by which offices relate them.
    """
    if definition.periods == "same":
        return top.join(bottom, on=_AT)
    year = pl.col("period").str.slice(0, 4)
    left, right = top.with_columns(year.alias("year")), bottom.with_columns(year.alias("year_right"))
    if definition.periods == "year":
        both = left.join(right, left_on=["area", "level", "year"], right_on=["area", "level", "year_right"])
        both = both.with_columns(pl.col("year").alias("year_right"))
    else:
        both = left.join(right, on=["area", "level"])
    days = (_day("period") - _day("period_right")).dt.total_days().abs()
    both = both.with_columns(days.alias("days"), (pl.col("year") != pl.col("year_right")).alias("other_year"))
    if definition.periods == "nearest":
        both = both.filter(~pl.col("other_year") | (pl.col("days") <= 366 * definition.within_years))
    if not both.select(pl.struct(_AT).is_duplicated().any()).item():
        return both
    return both.sort("other_year", "days", "period_right").unique(_AT, keep="first", maintain_order=True)


def _day(column: str) -> pl.Expr:
    """Middle of the year for a year, the day itself for a date."""
    text = pl.col(column)
    full = (
        pl.when(text.str.len_bytes() == 4)
        .then(text + "-06-30")
        .when(text.str.len_bytes() == 7)
        .then(text + "-15")
        .otherwise(text.str.slice(0, 10))
    )
    return full.str.to_date("%Y-%m-%d", strict=False)


def _ratio(definition: Definition, top: pl.DataFrame, bottom: pl.DataFrame, files: FileSets) -> pl.DataFrame:
    """Numerator by denominator, times the factor, with the widest interval that both bounds allow."""
    joined = _paired(definition, top, bottom)
    known = files.union_columns(joined, "fs", "fs_right").filter(pl.col("upper_right").fill_null(1.0) > 0)
    factor = definition.factor
    low_base = pl.when(pl.col("lower") >= 0).then(pl.col("upper_right")).otherwise(pl.col("lower_right"))
    high_base = pl.when(pl.col("upper") >= 0).then(pl.col("lower_right")).otherwise(pl.col("upper_right"))

    def divided(numerator: str, base: pl.Expr) -> pl.Expr:
        return pl.when(base > 0).then(pl.col(numerator) * factor / base).otherwise(None)

    return known.with_columns(
        pl.col("value").alias("numerator"),
        pl.col("value_right").alias("denominator"),
        divided("value", pl.col("value_right")).alias("value"),
        divided("lower", low_base).alias("lower"),
        divided("upper", high_base).alias("upper"),
        _worse("status", "status_right"),
        pl.coalesce("caveat", "caveat_right").alias("caveat"),
    ).select(*_KEEP, "numerator", "denominator")


def _worse(left: str, right: str) -> pl.Expr:
    surer = pl.col(left).to_physical() < pl.col(right).to_physical()
    return pl.when(surer).then(pl.col(right)).otherwise(pl.col(left)).alias("status")


def _change(definition: Definition, frame: pl.DataFrame, files: FileSets) -> pl.DataFrame:
    """Change against the value of some years before, dated by the later one."""
    year = pl.col("period").str.slice(0, 4).cast(pl.Int32)
    last = frame.with_columns(year.alias("year")).sort("period").unique(["area", "year"], keep="last")
    earlier = last.select(
        "area", (pl.col("year") + definition.change_years).alias("year"), "value", "lower", "upper", "status", "fs",
        "caveat",
    )  # fmt: skip
    both = files.union_columns(last.join(earlier, on=["area", "year"]), "fs", "fs_right")
    if definition.change == "percent":
        both = both.filter(pl.col("lower_right") > 0)
        new = [
            (pl.col(mine) / pl.col(theirs) - 1) * 100
            for mine, theirs in (("value", "value_right"), ("lower", "upper_right"), ("upper", "lower_right"))
        ]
    else:
        new = [
            pl.col(mine) - pl.col(theirs)
            for mine, theirs in (("value", "value_right"), ("lower", "upper_right"), ("upper", "lower_right"))
        ]
    return both.with_columns(
        pl.col("value").alias("numerator"), pl.col("value_right").alias("denominator"),
        *(expr.alias(name) for expr, name in zip(new, ("value", "lower", "upper"), strict=True)),
        _worse("status", "status_right"), pl.coalesce("caveat", "caveat_right").alias("caveat"),
    ).select(*_KEEP, "numerator", "denominator")  # fmt: skip


def _relative(definition: Definition, frame: pl.DataFrame, files: FileSets) -> pl.DataFrame:
    """Value by that of a reference area at the same date; numerator and denominator become the two values."""
    reference = frame.filter((pl.col("area") == definition.relative_to) & (pl.col("lower") > 0)).select(
        "period", "value", "lower", "upper", "status", "fs"
    )
    both = files.union_columns(frame.join(reference, on="period"), "fs", "fs_right")
    return both.with_columns(
        pl.col("value").alias("numerator"), pl.col("value_right").alias("denominator"),
        (pl.col("value") / pl.col("value_right")).alias("value"),
        (pl.col("lower") / pl.col("upper_right")).alias("lower"),
        (pl.col("upper") / pl.col("lower_right")).alias("upper"),
        _worse("status", "status_right"),
    ).select(*_KEEP, "numerator", "denominator")  # fmt: skip
