"""From cells to observations: numbers with their bounds, and every problem with its place.

Readers of small tables (up to some hundred thousand cells) collect cell by cell with :class:`Cells`; readers of large
flat files turn whole columns with :func:`numeric_column`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline import sniff
from raumwerk.pipeline.source import RawFile
from raumwerk.tables import schemas
from raumwerk.tables.numbers import SYMBOLS, parse_number
from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = [
    "MAX_PROBLEMS",
    "Cells",
    "check_keys",
    "iso_period",
    "numeric_column",
    "observations",
    "read_delimited",
    "without_false_zeros",
]

#: Reading stops after so many problems: the file is of another kind, or damaged beyond single cells.
MAX_PROBLEMS = 200
#: A zero is no gap where a series usually holds fewer than so many.
_USUAL = 20
_HEADER = 65_536  # characters that a header row may have
_ADVICE = "Correct the cell, or download the table again."
_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")


def iso_period(text: object) -> str | None:
    """Period of a German date (``30.06.2019``) or year (``2019``, also read as a number); None for other text."""
    plain = str(int(text)) if isinstance(text, float) and text.is_integer() else str(text).strip()
    match = _DATE.fullmatch(plain)
    if match and 1 <= int(match[2]) <= 12 and 1 <= int(match[1]) <= 31:
        return f"{match[3]}-{match[2]}-{match[1]}"
    return plain if re.fullmatch(r"(19|20)\d{2}", plain) else None


@dataclass
class Cells:
    """Collects observations and problems of one sheet.

    Parameters
    ----------
    file : RawFile
    sheet : str, optional
        For the messages.
    decimal : {",", "."}
        Decimal mark of numbers that are written as text.
    """

    file: RawFile
    sheet: str | None = None
    decimal: str = ","
    problems: list[Problem] = field(default_factory=list)
    _rows: list[tuple[str, str, str, float | None, float | None, float | None, str, int]] = field(default_factory=list)

    def wrong(self, what: str, expected: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note a problem; stops the reading when there are too many."""
        self.problems.append(
            Problem(what, expected, _ADVICE, file=self.file.name, sheet=self.sheet, row=row, column=column)
        )
        if len(self.problems) >= MAX_PROBLEMS:
            raise InputError(self.problems)

    def number(self, cell: object, *, row: int, column: str, signed: bool = False) -> tuple[float | None, Status]:
        """One cell as value and status; a problem is noted when it is neither a number nor a known symbol."""
        parsed = parse_number(cell, decimal=self.decimal)
        if parsed is None:
            self.wrong(f"{str(cell)[:40]!r} is not a number", "a number or one of - . x / *", row=row, column=column)
            return None, Status.UNKNOWN
        if not signed and parsed[0] is not None and parsed[0] < 0:
            self.wrong(f"the value {parsed[0]:g} is negative", "zero or more", row=row, column=column)
        return parsed

    def add(  # one row of the observations table
        self,
        measure: str,
        area: str,
        period: str,
        value: float | None,
        status: Status,
        *,
        row: int,
        half_step: float = 0.0,
        bounds: tuple[float | None, float | None] = (None, None),
    ) -> None:
        """Add one observation; ``half_step``: how far a rounded value may be off, ``bounds``: of an absent one."""
        if value is None:
            lower, upper = bounds
        else:
            lower, upper = (max(0.0, value - half_step) if value >= 0 else value - half_step), value + half_step
            if half_step and status is Status.MEASURED:
                status = Status.ROUNDED
        self._rows.append((measure, area, period, value, lower, upper, status.value, row))

    def frame(self) -> pl.DataFrame:
        """All observations.

        Raises
        ------
        InputError
            With every problem noted, or naming the rows that give the same measure, area and period twice.
        """
        names = ["measure", "area", "period", "value", "lower", "upper", "status", "row"]
        types = [pl.String, pl.String, pl.String, pl.Float64, pl.Float64, pl.Float64, pl.String, pl.Int64]
        frame = pl.DataFrame(self._rows, schema=dict(zip(names, types, strict=True)), orient="row")
        key = ["measure", "area", "period"]
        doubled = frame.filter(pl.struct(key).is_duplicated()).unique(["area", "period", "row"]).sort("row")
        for area, period, row in doubled.select("area", "period", "row").head(10).iter_rows():
            self.wrong(f"area {area} appears twice for {period}", "each area once for each date", row=row)
        if self.problems:
            raise InputError(self.problems)
        return observations(frame.drop("row"), self.file)


def observations(frame: pl.DataFrame, file: RawFile) -> pl.DataFrame:
    """Complete a frame of measure, area, period, value (and bounds, status) to the observations table."""
    defaults = {
        "lower": pl.col("value"),
        "upper": pl.col("value"),
        "status": pl.when(pl.col("value").is_null())
        .then(pl.lit(Status.UNKNOWN.value))
        .otherwise(pl.lit(Status.MEASURED.value)),
        "caveat": pl.lit(None, dtype=pl.String),
    }
    missing = [expr.alias(name) for name, expr in defaults.items() if name not in frame.columns]
    filled = frame.with_columns(missing).with_columns(
        pl.col("status").cast(STATUS_DTYPE), pl.lit(file.sha256).alias("file")
    )
    return filled.select(column.name for column in schemas.OBSERVATIONS.columns)


def read_delimited(file: RawFile, *, separator: str = ",") -> pl.DataFrame:
    """A flat csv file as text columns, plus ``row`` (counted from 1 as an editor shows it).

    Raises
    ------
    InputError
        When rows do not have as many fields as the header, the header names a column twice or the file has no rows.
    """
    text = sniff.open_text(file.path, name=file.name)
    header = next(csv.reader(text[:_HEADER].splitlines(), delimiter=separator), [])
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise InputError(
            Problem(f"column {sorted(twice)[0]!r} appears twice", "each column once", file=file.name, row=1)
        )
    try:
        frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False, row_index_name="row")
    except pl.exceptions.PolarsError as error:
        raise InputError(_ragged(text, separator, file.name)) from error
    if frame.is_empty():
        raise InputError(Problem("the file holds a header and nothing else", "rows of data", file=file.name))
    if frame[-1, frame.columns[-1]] is None:  # a short last row is the mark of a file that was cut off
        last = text.rstrip("\r\n").rsplit("\n", 1)[-1]
        fields = len(next(csv.reader([last.replace("\r", " ")], delimiter=separator)))
        if fields < len(header):
            raise InputError(
                Problem(
                    f"the last row has {fields} fields: the file is cut off",
                    f"{len(header)} fields",
                    "Copy or download the file again.",
                    file=file.name,
                    row=text.count("\n", 0, len(text.rstrip("\r\n"))) + 1,
                )
            )
    return frame.with_columns(pl.col("row").cast(pl.Int64) + 2)


def _ragged(text: str, separator: str, name: str) -> list[Problem]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    problems: list[Problem] = []
    begins = 1
    try:
        width = len(next(rows, []))
        begins = rows.line_num + 1
        for row in rows:
            if row and len(row) > width:
                what = f"the row has {len(row)} fields"
                problems.append(Problem(what, f"{width} fields as in the header", _ADVICE, file=name, row=begins))
            begins = rows.line_num + 1
    except csv.Error as error:
        what = f"the row cannot be read ({error})"
        if "end of data" in str(error):  # the reader looked for the closing mark up to the end of the file
            what = "a quotation mark is opened in this row and never closed"
        problems.append(Problem(what, "text, in pairs of quotation marks", _ADVICE, file=name, row=begins))
    return problems[:10] or [Problem("the file is not a table", "rows of equal length", _ADVICE, file=name)]


def numeric_column(frame: pl.DataFrame, column: str, *, file: RawFile, signed: bool = False) -> pl.Series:
    """A text column as numbers; empty cells and the symbols of the offices become null (``-`` becomes zero).

    Raises
    ------
    InputError
        Naming the rows whose text is neither, or that are negative.
    """
    text = frame[column].str.strip_chars()
    symbols = [symbol for symbol in SYMBOLS if symbol != "-"]
    plain = text.to_frame().select(
        pl.when(pl.col(column).is_in(symbols)).then(None).when(pl.col(column) == "-").then(pl.lit("0"))
        .otherwise(pl.col(column)).alias(column)
    )[column]  # fmt: skip
    value = plain.cast(pl.Float64, strict=False)
    broken = (plain.is_not_null() & (value.is_null() | value.is_nan() | value.is_infinite())).fill_null(value=True)
    below = (value < 0).fill_null(value=False) if not signed else pl.Series([False]).new_from_index(0, len(value))
    problems = [
        Problem(f"{text[at]!r} is not a number", "a number", _ADVICE, file=file.name, row=frame["row"][at],
                column=column)
        for at in broken.arg_true().head(5)
    ] + [
        Problem(f"{text[at]} is negative", "≥ 0", _ADVICE, file=file.name, row=frame["row"][at], column=column)
        for at in below.arg_true().head(5)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return value


def check_keys(frame: pl.DataFrame, key: Sequence[str], *, patterns: dict[str, str], file: RawFile) -> None:
    """Check key columns of a flat file: text like the pattern, each key once.

    Raises
    ------
    InputError
        Naming the rows.
    """
    problems: list[Problem] = []
    for column, pattern in patterns.items():
        wrong = frame.filter(~pl.col(column).str.contains(f"^(?:{pattern})$").fill_null(value=False))
        problems += [
            Problem(
                f"{value!r} is no key of this kind", f"text like {pattern}", _ADVICE, file=file.name, row=row,
                column=column,
            )
            for value, row in wrong.select(column, "row").head(5).iter_rows()
        ]  # fmt: skip
    doubled = frame.filter(pl.struct(key).is_duplicated()).sort([*key, "row"])
    problems += [
        Problem(
            f"{', '.join(str(cell) for cell in cells[:-1])} appears more than once",
            f"each {' + '.join(key)} once", _ADVICE, file=file.name, row=cells[-1],
        )
        for cells in doubled.select(*key, "row").head(5).iter_rows()
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def without_false_zeros(series: pl.DataFrame) -> pl.DataFrame:
    """Leave out zeros that stand for "no figure" in the yearly series of an area.

    INKAR writes 0 where an office published nothing: six towns of Nordrhein-Westfalen have no population of 2016, four
    municipalities founded in 2019 no unemployed of that year. Such a zero stands in a series that is usually well above
    it; where the usual value is small, a zero may be true and stays.

    Parameters
    ----------
    series : polars.DataFrame
        Columns ``measure``, ``area``, ``value`` and others.
    """
    usual = pl.col("value").filter(pl.col("value") > 0).median().over("measure", "area")
    return series.filter(~((pl.col("value") == 0) & (usual >= _USUAL)).fill_null(value=False))
