"""Passed-on official figures in flat csv files: one row for each area (and year), one column for each figure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import reduce

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import (
    check_keys,
    numeric_column,
    observations,
    read_delimited,
    without_false_zeros,
)
from raumwerk.pipeline.editions import date_in, known_edition
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources.flat_tables import LAYOUTS, Flat
from raumwerk.tables.keys import NATION

__all__ = ["SOURCES", "FlatCsv", "header_of", "reference_date"]

_PATTERNS = {"municipality": r"\d{8}", "district": r"\d{5}", "padded": r"(DG|\d{2})\d{6}"}
_YEAR = r"(19|20)\d{2}(\.0)?"
_ROUNDING = 6.0  # ha: eleven parts, each rounded to full hectares
_APART = 0.01  # share by which a district may differ from its municipalities (separate rounding, secrecy)
_ROUNDED = 60.0  # and the least difference that counts: a hundred municipalities, each rounded
_CAVEATS = {
    "destatis_transit_zero": (
        "Die Quelle nennt für diesen Kreis null Fahrzeugkilometer; das ist zweifelhaft, der Wert gilt als unbekannt.",
        "The source gives zero vehicle kilometres for this district; this is doubtful and taken for unknown.",
    )
}


def header_of(file: RawFile) -> list[str]:
    """Column names of a text file's first line; empty for other files."""
    if file.head.kind is not Kind.TEXT or not file.head.lines:
        return []
    return [name.strip() for name in next(csv.reader([file.head.lines[0]]), [])]


def reference_date(file: RawFile) -> str:
    """Date the figures are of, from the tracked list of editions or the file name.

    Raises
    ------
    InputError
        When neither tells it.
    """
    known = known_edition(file)
    found = (known.population or known.edition) if known else date_in(file.name)
    if found is None:
        raise InputError(
            Problem(
                "the file does not say of which date its figures are",
                expected="a date",
                advice="Put it into the file name (for example …_2024-12-31.csv) or list the file in "
                "catalogue/editions.toml.",
                file=file.name,
            )
        )
    return found


@dataclass(frozen=True)
class FlatCsv:
    """Reader of one declared layout."""

    layout: Flat
    version: str = "2"

    @property
    def key(self) -> str:
        """Key in catalogue/sources."""
        return self.layout.source

    def recognise(self, file: RawFile) -> bool:
        """By the key column and most of the declared columns: a missing one is then named when reading."""
        header = header_of(file)
        hits = sum(column in header for column in self.layout.columns)
        return self.layout.key in header and 2 * hits > len(self.layout.columns) and self._no_other_key(header)

    def _no_other_key(self, header: list[str]) -> bool:
        """A narrow layout (key and one figure) must not claim wider tables that happen to have its column."""
        return len(self.layout.columns) > 1 or len(header) == 2

    def read(self, file: RawFile) -> Tables:
        """Read all declared columns as observations."""
        frame = read_delimited(file)
        _require(frame, self.layout, file)
        frame = self._areas(frame, file)
        values = [numeric_column(frame, column, file=file, signed=measure in self.layout.absent)
                  for column, measure in self.layout.columns.items()]  # fmt: skip
        wide = frame.select("area", *(["year"] if self.layout.periods == "year" else [])).with_columns(
            series.alias(measure) for series, measure in zip(values, self.layout.columns.values(), strict=True)
        )
        wide = self._without_absent(wide, frame["row"], file)
        caveat = pl.lit(None, dtype=pl.String)
        if self.layout.total[0]:
            wide = _true_zeros(wide, self.layout)
        if self.layout.by_hand:
            wide = _without_wrong_districts(wide, self.layout)
        if self.layout.doubtful_zero:
            wide, caveat = _doubtful(wide, self.layout)
        tables: Tables = {
            "observations": observations(self._long(wide.with_columns(caveat.alias("caveat")), file), file)
        }
        if self.layout.doubtful_zero:
            german, english = _CAVEATS[self.layout.doubtful_zero]
            tables["caveats"] = pl.DataFrame(
                {"caveat": [self.layout.doubtful_zero], "text_de": [german], "text_en": [english],
                 "file": [file.sha256]}
            )  # fmt: skip
        return tables

    def _areas(self, frame: pl.DataFrame, file: RawFile) -> pl.DataFrame:
        """Check keys and years and add the column ``area``."""
        layout = self.layout
        patterns = {layout.key: _PATTERNS[layout.keys.removesuffix("_district")]}
        key = [layout.key]
        if layout.periods == "year":
            patterns["year"] = _YEAR
            key.append("year")
        check_keys(frame, key, patterns=patterns, file=file)
        column = pl.col(layout.key)
        if not layout.keys.startswith("padded"):
            return frame.with_columns(column.alias("area"))
        alone = (pl.len().over(column.str.slice(0, 5)) == 1) & pl.lit(self.layout.keys == "padded")
        state, district = column.str.ends_with("000000"), column.str.ends_with("000")
        area = (
            pl.when(column.str.starts_with(NATION)).then(pl.lit(NATION))
            .when(state).then(column.str.slice(0, 2))
            .when(district).then(column.str.slice(0, 5))
            .otherwise(column)
        )  # fmt: skip
        # a town that is its own district appears once: it is both, and a later reform may join only the district
        town = pl.when(alone & district & ~state & ~column.str.starts_with(NATION)).then(column)
        return frame.with_columns(pl.concat_list(area, town).list.drop_nulls().alias("area")).explode("area")

    def _without_absent(self, wide: pl.DataFrame, rows: pl.Series, file: RawFile) -> pl.DataFrame:
        """Codes for "no figure" become null; any other negative number is a problem."""
        changed = wide.with_columns(
            pl.when(pl.col(measure).round(2).is_in(list(codes))).then(None).otherwise(pl.col(measure)).alias(measure)
            for measure, codes in self.layout.absent.items()
        )
        for measure in self.layout.absent:
            wrong = (changed[measure] < 0).fill_null(value=False).arg_true().to_list()
            if wrong:
                what = f"{changed[measure][wrong[0]]} is negative"
                raise InputError(Problem(what, "≥ 0", file=file.name, row=rows[wrong[0]], column=measure))
        return changed

    def _long(self, wide: pl.DataFrame, file: RawFile) -> pl.DataFrame:
        """One row for each figure, with its period; cells without a figure in rows without any are left out."""
        measures = list(self.layout.columns.values())
        kept = wide.filter(~pl.all_horizontal(pl.col(measures).is_null()) | pl.col("caveat").is_not_null())
        index = ["area", "caveat"] + (["year"] if "year" in wide.columns else [])
        long = kept.unpivot(measures, index=index, variable_name="measure", value_name="value")
        factors = {measure: factor for measure, factor in self.layout.scale.items() if factor != 1}
        if factors:
            factor = pl.col("measure").replace_strict(factors, default=1.0, return_dtype=pl.Float64)
            long = long.with_columns(pl.col("value") * factor)
        if self.layout.periods == "year":  # series begin and end: an absent figure of one year is no statement
            ending = pl.col("measure").replace_strict(dict(self.layout.month), default="", return_dtype=pl.String)
            period = pl.concat_str(pl.col("year").str.slice(0, 4), ending)
            long = long.filter(pl.col("value").is_not_null())
            long = without_false_zeros(long) if self.layout.gaps else long
        elif self.layout.periods.startswith("edition"):
            date = reference_date(file)
            period = pl.lit(date[:4] if self.layout.periods == "edition_year" else date)
        else:
            period = pl.lit(self.layout.periods)
        return long.select("measure", "area", period.alias("period"), "value", "caveat")


def _require(frame: pl.DataFrame, layout: Flat, file: RawFile) -> None:
    wanted = [layout.key, *layout.columns, *(["year"] if layout.periods == "year" else [])]
    problems = [
        Problem(f"column {name!r} is missing", f"columns {', '.join(wanted)}", file=file.name, row=1)
        for name in wanted
        if name not in frame.columns
    ]
    if problems:
        raise InputError(problems)


def _true_zeros(wide: pl.DataFrame, layout: Flat) -> pl.DataFrame:
    """Empty or zero cells of the parts: zero where the parts add up to the total, unknown elsewhere."""
    total, parts = layout.total
    known = reduce(lambda left, right: left + right, (pl.col(part).fill_null(0.0) for part in parts))
    closed = ((pl.col(total) - known).abs() <= _ROUNDING).fill_null(value=False)
    return wide.with_columns(
        pl.when(pl.col(part).fill_null(0.0) != 0).then(pl.col(part)).when(closed).then(0.0).otherwise(None).alias(part)
        for part in parts
    )


def _without_wrong_districts(wide: pl.DataFrame, layout: Flat) -> pl.DataFrame:
    """Figures of districts that contradict those of their own municipalities in the same file become unknown.

    Those who pass such files on re-keyed districts by hand: the district of Göttingen is then without Osterode, while
    its municipalities are complete.
    """
    measures = list(layout.columns.values())
    length = pl.col("area").str.len_chars()
    inside = wide.filter(length == 8).with_columns(pl.col("area").str.slice(0, 5).alias("district"))
    sums = inside.group_by("district").agg(
        pl.when(pl.col(measure).is_null().any()).then(None).otherwise(pl.col(measure).sum()).alias(f"{measure}_sum")
        for measure in measures
    )
    joined = wide.join(sums, left_on="area", right_on="district", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(((pl.col(measure) - pl.col(f"{measure}_sum")).abs() > _apart(measure)).fill_null(value=False))
        .then(None).otherwise(pl.col(measure)).alias(measure)
        for measure in measures
    ).select(wide.columns)  # fmt: skip


def _apart(measure: str) -> pl.Expr:
    return pl.max_horizontal(pl.col(measure).abs() * _APART, pl.lit(_ROUNDED))


def _doubtful(wide: pl.DataFrame, layout: Flat) -> tuple[pl.DataFrame, pl.Expr]:
    """Rows of zeros alone become unknown and carry the caveat."""
    measures = list(layout.columns.values())
    zero = wide.select(pl.all_horizontal(pl.col(measures) == 0).alias("zero"))["zero"]
    emptied = wide.with_columns(
        pl.when(pl.lit(zero)).then(None).otherwise(pl.col(measure)).alias(measure) for measure in measures
    )
    return emptied, pl.when(pl.lit(zero)).then(pl.lit(layout.doubtful_zero)).otherwise(None)


SOURCES = tuple(FlatCsv(layout) for layout in LAYOUTS)
