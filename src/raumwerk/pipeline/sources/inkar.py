"""INKAR, the indicator system of the BBSR: workbooks by association of municipalities, and tables derived from them.

INKAR counts small municipalities by association (Gemeindeverband). Such a figure belongs to the association alone: its
area is written as district + ``0`` + last three digits of INKAR's key (``01051963`` → ``010510963``), nine digits as
all associations have, and :mod:`~raumwerk.pipeline.derived.associations` finds the official one by its members. The
municipalities that form no association have their own figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import (
    Cells,
    check_keys,
    iso_period,
    numeric_column,
    observations,
    read_delimited,
    without_false_zeros,
)
from raumwerk.pipeline.sheets import cell_text, fold, read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources.flat import header_of
from raumwerk.tables.status import Status

__all__ = ["SOURCES", "AssociationLink", "AssociationWorkbook", "DistrictSeries", "EmployeesAtResidence"]

_SHEET = "Daten"
_ASSOCIATION = "Gemeindeverband"
_KINDS = (_ASSOCIATION, "verbandsfreie Gemeinde", "gemeindefreies Gebiet")
#: Rates are printed with two decimals.
_RATE_STEP = 0.005
_ADVICE = "Download the table again, or correct the cell."


def _area(key: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """Area key: the municipality itself, or nine digits for an association."""
    nine = pl.concat_str(key.str.slice(0, 5), pl.lit("0"), key.str.slice(5, 3))
    return pl.when(kind == _ASSOCIATION).then(nine).otherwise(key)


@dataclass(frozen=True)
class _Indicator:
    title: str
    measure: str
    month: str
    half_step: float


_INDICATORS = (
    _Indicator("Beschäftigtenquote", "employment_rate", "-06-30", _RATE_STEP),
    _Indicator("Erwerbsfähige Bevölkerung (15 bis unter 65 Jahre)", "population_15_64", "-12-31", 0.0),
)


class AssociationWorkbook:
    """Workbook as INKAR exports it: sheet ``Daten``, one column for each year."""

    key = "bbsr_inkar_associations"
    version = "2"

    def recognise(self, file: RawFile) -> bool:
        """By the head of sheet ``Daten``: Kennziffer, Raumeinheit, Aggregat and a known indicator."""
        rows = file.head.sheets.get(_SHEET, []) if file.head.kind is Kind.SPREADSHEET else []
        head = [fold(cell) for cell in rows[0]] if rows else []
        return head[:3] == ["kennziffer", "raumeinheit", "aggregat"] and any(fold(i.title) in head for i in _INDICATORS)

    def read(self, file: RawFile) -> Tables:
        """Read one indicator for all years."""
        rows = read_rows(file.path, _SHEET, name=file.name)
        cells = Cells(file, sheet=_SHEET)
        titles, years = (
            [fold(cell) for cell in rows[0]],
            [iso_period(cell) for cell in rows[1]] if len(rows) > 1 else [],
        )
        known = {fold(indicator.title): indicator for indicator in _INDICATORS}
        columns = [
            (position, known[title], year)
            for position, (title, year) in enumerate(zip(titles, years, strict=False))
            if title in known and year
        ]
        if not columns:
            cells.wrong("no column has an indicator and a year", "names in row 1, years in row 2", row=2)
        for number, row in enumerate(rows[2:], start=3):
            key, kind = cell_text(row[0]).zfill(8), cell_text(row[2])
            if not cell_text(row[0]):
                continue
            if len(key) != 8 or not key.isdigit():
                cells.wrong(f"{key!r} is no key", "8 digits", row=number, column="Kennziffer")
                continue
            if kind not in _KINDS:
                cells.wrong(f"{kind!r} is no kind of area", " or ".join(_KINDS), row=number, column="Aggregat")
                continue
            area = f"{key[:5]}0{key[5:]}" if kind == _ASSOCIATION else key
            for position, indicator, year in columns:
                value, status = cells.number(row[position], row=number, column=f"{indicator.title} {year}")
                if value is not None:
                    cells.add(indicator.measure, area, f"{year}{indicator.month}", value, status, row=number,
                              half_step=indicator.half_step)  # fmt: skip
        if cells.problems:
            raise InputError(cells.problems)
        return {"observations": without_false_zeros(cells.frame())}


class EmployeesAtResidence:
    """Employees at the place of residence by association, derived from INKAR's rate and population.

    The rate has two decimals, so the product is known to half a step of it: value ± population × 0.00005.
    """

    key = "bbsr_inkar_residence"
    version = "2"
    _columns = ("ags", "level", "year", "quote", "pop_15_64", "svb_wo_est")

    def recognise(self, file: RawFile) -> bool:
        """By its columns."""
        return {"ags", "quote", "svb_wo_est"} <= set(header_of(file))

    def read(self, file: RawFile) -> Tables:
        """Read employees_residence and population_15_64."""
        frame = _with_columns(read_delimited(file), self._columns, file)
        check_keys(frame, ["ags", "year"], patterns={"ags": r"\d{8}", "year": r"(19|20)\d{2}"}, file=file)
        _check_kinds(frame, file)
        employees = numeric_column(frame, "svb_wo_est", file=file)
        people = numeric_column(frame, "pop_15_64", file=file)
        base = frame.select(_area(pl.col("ags"), pl.col("level")).alias("area"), "year").with_columns(
            employees.alias("employees"), people.alias("people")
        )
        step = pl.col("people") * _RATE_STEP / 100 + 0.5  # the product was rounded to whole persons, too
        residence = base.filter(pl.col("employees").is_not_null() & pl.col("people").is_not_null()).select(
            pl.lit("employees_residence").alias("measure"), "area", (pl.col("year") + "-06-30").alias("period"),
            pl.col("employees").alias("value"),
            (pl.col("employees") - step).clip(lower_bound=0).alias("lower"),
            (pl.col("employees") + step).alias("upper"),
            pl.lit(Status.ROUNDED.value).alias("status"),
        )  # fmt: skip
        population = base.filter(pl.col("people").is_not_null()).select(
            pl.lit("population_15_64").alias("measure"), "area", (pl.col("year") + "-12-31").alias("period"),
            pl.col("people").alias("value"),
        )  # fmt: skip
        both = pl.concat([observations(residence, file), observations(population, file)])
        return {"observations": without_false_zeros(both)}


class AssociationLink:
    """Which municipalities of 31.12.2019 form which association, by INKAR's keys."""

    key = "bbsr_inkar_association_members"
    version = "2"

    def recognise(self, file: RawFile) -> bool:
        """By its two columns."""
        return header_of(file) == ["ags", "gvb"]

    def read(self, file: RawFile) -> Tables:
        """Read as classes: the code is the association's key, nine digits, or the municipality's own."""
        frame = read_delimited(file)
        check_keys(frame, ["ags"], patterns={"ags": r"\d{8}", "gvb": r"\d{8}"}, file=file)
        kind = pl.when(pl.col("ags") == pl.col("gvb")).then(pl.lit("")).otherwise(pl.lit(_ASSOCIATION))
        code = _area(pl.col("gvb"), kind)
        return {
            "classes": frame.select(
                pl.lit("inkar_association").alias("scheme"), pl.col("ags").alias("area"),
                pl.lit("2019-12-31").alias("period"), code.alias("code"), code.alias("label"),
                pl.lit(file.sha256).alias("file"),
            )
        }  # fmt: skip


_SERIES = {
    "arbeitslose": ("unemployed", ""),
    "svb_wohnort": ("employees_residence", "-06-30"),
    "pop_15_64": ("population_15_64", "-12-31"),
    "beschaeftigtenquote": ("employment_rate", "-06-30"),
    "haushaltseinkommen_eur_je_ew": ("inkar_household_income", ""),
    "bruttoverdienst_eur": ("inkar_gross_earnings", ""),
    "anteil_svb_akademisch": ("inkar_share_academic", "-06-30"),
}


class DistrictSeries:
    """INKAR series of districts, passed on in long form."""

    key = "bbsr_inkar_districts"
    version = "2"
    _columns = ("kreis", "year", "indicator", "value")

    def recognise(self, file: RawFile) -> bool:
        """By its columns."""
        return set(self._columns) <= set(header_of(file))

    def read(self, file: RawFile) -> Tables:
        """Read all seven series."""
        frame = _with_columns(read_delimited(file), self._columns, file)
        patterns = {"kreis": r"\d{5}", "year": r"(19|20)\d{2}", "indicator": "|".join(_SERIES)}
        check_keys(frame, ["kreis", "year", "indicator"], patterns=patterns, file=file)
        value = numeric_column(frame, "value", file=file)
        series = pl.col("indicator")
        measure = series.replace_strict(
            {name: measure for name, (measure, _) in _SERIES.items()}, return_dtype=pl.String
        )
        ending = series.replace_strict({name: month for name, (_, month) in _SERIES.items()}, return_dtype=pl.String)
        long = frame.with_columns(value.alias("value")).filter(pl.col("value").is_not_null())
        return {
            "observations": observations(
                long.select(
                    measure.alias("measure"), pl.col("kreis").alias("area"),
                    pl.concat_str("year", ending).alias("period"), "value",
                ),
                file,
            )
        }  # fmt: skip


def _with_columns(frame: pl.DataFrame, wanted: tuple[str, ...], file: RawFile) -> pl.DataFrame:
    problems = [
        Problem(f"column {name!r} is missing", f"columns {', '.join(wanted)}", file=file.name, row=1)
        for name in wanted
        if name not in frame.columns
    ]
    if problems:
        raise InputError(problems)
    return frame


def _check_kinds(frame: pl.DataFrame, file: RawFile) -> None:
    wrong = frame.filter(~pl.col("level").is_in(list(_KINDS)).fill_null(value=False)).select("level", "row")
    if not wrong.is_empty():
        kind, row = wrong.row(0)
        problem = Problem(f"{kind!r} is no kind of area", " or ".join(_KINDS), _ADVICE, file=file.name, row=row,
                          column="level")  # fmt: skip
        raise InputError(problem)


SOURCES = (AssociationWorkbook(), EmployeesAtResidence(), AssociationLink(), DistrictSeries())
