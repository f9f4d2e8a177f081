"""Conversion keys (Umsteigeschlüssel) of the Federal Institute BBSR between editions of municipalities and districts.

Each sheet leads from the keys of one 31 December to those of another, with the share of area, population and employees
that goes over. The municipal workbook also gives area, population and **employees at the place of work**. Traps: keys
lack their leading zero; the counts of a divided area stand as parts in some sheets and repeated as a whole in others;
uninhabited areas carry a population share of 1 in each of their rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import observations
from raumwerk.pipeline.sheets import Rows, cell_text, fold, read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.tables.keys import Level
from raumwerk.tables.numbers import parse_number
from raumwerk.tables.status import Status

__all__ = ["SOURCES", "DistrictConversion", "MunicipalConversion"]

_KEY = re.compile(r"^(gemeinden|kreise) 31\.12\.(\d{4})$")
_WEIGHTS = {"area": "flächen", "population": "bevölkerungs", "employees": "beschäftigten"}
_COUNTS = {"area_km2": "fläche am", "population": "bevölkerung am", "employees_work": "sozialvers"}
_ADVICE = "Take the workbook as the BBSR publishes it."
_SHARE_SLACK = 0.005  # published shares are rounded


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns of one sheet (positions), the two dates and the unit of the counts."""

    from_edition: str
    to_edition: str
    columns: dict[str, int]
    factors: dict[str, float]
    dates: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Conversion:
    """Reader of one of the two workbooks."""

    key: str
    what: str  # what the keys name, as the header says it
    level: Level
    version: str = "2"

    def recognise(self, file: RawFile) -> bool:
        """Whether every sheet has two columns of keys and a conversion share."""
        if file.head.kind is not Kind.SPREADSHEET or not file.head.sheets:
            return False
        return all(rows and _is_layout(rows[0], self.what) for rows in file.head.sheets.values())

    def _sheets(self, file: RawFile) -> list[tuple[str, _Layout, pl.DataFrame]]:
        found = []
        for sheet in file.head.sheets:
            rows = read_rows(file.path, sheet, name=file.name)
            layout = _layout(rows[0], file, sheet)
            found.append((sheet, layout, _frame(rows, layout, self.level, file, sheet)))
        return found


class DistrictConversion(_Conversion):
    """Districts: from the end of each year since 1990 to one target year."""

    def read(self, file: RawFile) -> Tables:
        """Read table ``crosswalk``."""
        parts = [_crosswalk(frame, layout, file) for _, layout, frame in self._sheets(file)]
        return {"crosswalk": pl.concat(parts)}


class MunicipalConversion(_Conversion):
    """Municipalities: from year to year, with area, population and employees at the place of work."""

    def read(self, file: RawFile) -> Tables:
        """Read tables ``crosswalk``, ``areas`` and ``observations``."""
        sheets = self._sheets(file)
        last = max(sheets, key=lambda item: item[1].to_edition)
        areas = [_areas(frame, "from", layout.from_edition, file) for _, layout, frame in sheets]
        areas.append(_areas(last[2], "to", last[1].to_edition, file))
        return {
            "crosswalk": pl.concat(_crosswalk(frame, layout, file) for _, layout, frame in sheets),
            "areas": pl.concat(areas).unique(["area", "edition"], keep="first", maintain_order=True),
            "observations": pl.concat(_observations(frame, layout, file) for _, layout, frame in sheets),
        }


def _is_layout(header: Sequence[object], what: str) -> bool:
    cells = [fold(cell) for cell in header]
    keys = [match for cell in cells if (match := _KEY.match(cell)) and match[1] == what]
    return len(keys) == 2 and any("umsteige" in cell for cell in cells)


def _layout(header: Sequence[object], file: RawFile, sheet: str) -> _Layout:
    cells = [fold(cell) for cell in header]
    keys = sorted((match[2], at) for at, cell in enumerate(cells) if (match := _KEY.match(cell)))
    columns = {"from": keys[0][1], "to": keys[1][1]}
    columns |= {"from_name": _name_after(cells, columns["from"]), "to_name": _name_after(cells, columns["to"])}
    factors: dict[str, float] = {}
    dates: dict[str, str] = {}
    for at, cell in enumerate(cells):
        for basis, word in _WEIGHTS.items():
            if "umsteige" in cell and cell.startswith(word):
                columns[f"weight_{basis}"] = at
        for measure, word in _COUNTS.items():
            date = re.search(r"am (\d{1,2})\.(\d{1,2})\.(\d{4})", cell)
            if cell.startswith(word) and "umsteige" not in cell and date:
                unit = re.search(r"in (1000?)$", cell)
                columns[measure], factors[measure] = at, float(unit[1]) if unit else 1.0
                dates[measure] = f"{date[3]}-{int(date[2]):02d}-{int(date[1]):02d}"
    missing = [name for name in ("weight_area", "weight_population", "area_km2", "population") if name not in columns]
    if missing:
        raise InputError(
            Problem(f"no column for {name}", "the columns of a conversion key", _ADVICE, file.name, sheet, row=1)
            for name in missing
        )
    return _Layout(f"{keys[0][0]}-12-31", f"{keys[1][0]}-12-31", columns, factors, dates)


def _name_after(cells: Sequence[str], key: int) -> int:
    """Position of the name that belongs to a key column: the next header that says name."""
    return next((at for at in range(key + 1, len(cells)) if "name" in cells[at]), key)


def _frame(rows: Rows, layout: _Layout, level: Level, file: RawFile, sheet: str) -> pl.DataFrame:
    """One row for each link: row, from, to, names, weights and counts."""
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell_text(cell) for cell in row)]
    problems: list[Problem] = []
    numbers = [number for number, _ in body]
    data: dict[str, list[object]] = {"row": list(numbers)}
    for name, at in layout.columns.items():
        cells = [row[at] for _, row in body]
        wrong = partial(Problem, advice=_ADVICE, file=file.name, sheet=sheet, column=cell_text(rows[0][at]))
        if name in ("from", "to"):
            keys = [_key(cell, level) for cell in cells]
            problems += [
                wrong(f"{cell_text(cell)!r} is no key", "a key of 7 or 8 digits", row=number)
                for number, cell, key in zip(numbers, cells, keys, strict=True)
                if key is None
            ]
            data[name] = list(keys)
        elif name.endswith("_name"):
            data[name] = [cell_text(cell) for cell in cells]
        else:
            top = 1 + _SHARE_SLACK if name.startswith("weight") else None
            found = [_number(cell, top) for cell in cells]
            expected = "a share from 0 to 1" if top else "a number, zero or more"
            problems += [
                wrong(f"the cell holds {cell_text(cell)!r}", expected, row=number)
                for number, cell, value in zip(numbers, cells, found, strict=True)
                if value is None
            ]
            data[name] = list(found)
    if not body:
        problems.append(Problem("the sheet holds no rows", "one row for each area", _ADVICE, file.name, sheet))
    if problems:
        raise InputError(problems)
    frame = pl.DataFrame(data, strict=False)
    return _checked(frame, file, sheet)


def _number(cell: object, top: float | None) -> float | None:
    """A number from 0 to ``top``; None for everything else."""
    parsed = parse_number(cell)
    value = parsed[0] if parsed else None
    return value if value is not None and 0 <= value <= (top or float("inf")) else None


def _key(cell: object, level: Level) -> str | None:
    """Key with its leading zero; the keys of districts carry three more zeros."""
    text = cell_text(cell)
    if not re.fullmatch(r"\d{7,8}", text):
        return None
    padded = text.zfill(8)
    if level is Level.DISTRICT:
        return padded[:5] if padded.endswith("000") else None
    return padded


def _checked(frame: pl.DataFrame, file: RawFile, sheet: str) -> pl.DataFrame:
    """Every link once; shares of an area sum to one. Uninhabited areas take the share of their area instead."""
    doubled = frame.filter(pl.struct("from", "to").is_duplicated())
    problems = [
        Problem(f"{old} → {new} is there twice", "each link once", _ADVICE, file=file.name, sheet=sheet, row=row)
        for old, new, row in doubled.select("from", "to", "row").head(6).iter_rows()
    ]
    weights = [name for name in frame.columns if name.startswith("weight_")]
    totals = frame.with_columns(pl.col(weights).sum().over("from").name.suffix("_sum"))
    for name in weights:
        if name != "weight_area":
            bare = (pl.col(f"{name}_sum") - 1).abs() > _SHARE_SLACK
            totals = totals.with_columns(
                pl.when(bare).then("weight_area").otherwise(name).alias(name),
                (bare & (pl.col("population") > 0)).alias(f"{name}_wrong"),
            )
    wrong = (pl.col("weight_area_sum") - 1).abs() > _SHARE_SLACK
    wrong = wrong | pl.any_horizontal(pl.col(f"{name}_wrong") for name in weights if name == "weight_population")
    problems += [
        Problem(f"the shares of {old} do not sum to 1", "shares that sum to 1", _ADVICE, file.name, sheet, row)
        for old, row in totals.filter(wrong).select("from", "row").head(5).iter_rows()
    ]
    if problems:
        raise InputError(problems)
    # Published shares are rounded: without this, one in ten thousand people would get lost.
    return totals.with_columns(pl.col(weights) / pl.col(weights).sum().over("from")).select(frame.columns)


def _crosswalk(frame: pl.DataFrame, layout: _Layout, file: RawFile) -> pl.DataFrame:
    weights = {name: name.removeprefix("weight_") for name in frame.columns if name.startswith("weight_")}
    long = frame.select("from", "to", *weights).rename(weights).unpivot(
        index=["from", "to"], variable_name="basis", value_name="weight"
    )  # fmt: skip
    return long.select(
        pl.lit(layout.from_edition).alias("from_edition"),
        pl.col("from").alias("from_area"),
        pl.lit(layout.to_edition).alias("to_edition"),
        pl.col("to").alias("to_area"),
        "basis",
        pl.col("weight").clip(0, 1),
        pl.lit("official").alias("method"),
        pl.lit(file.sha256).alias("file"),
    )


def _areas(frame: pl.DataFrame, side: str, edition: str, file: RawFile) -> pl.DataFrame:
    return frame.unique(side, keep="first", maintain_order=True).select(
        pl.col(side).alias("area"),
        pl.lit(edition).alias("edition"),
        pl.lit(Level.MUNICIPALITY.value).alias("level"),
        pl.col(f"{side}_name").alias("name"),
        pl.lit(None, dtype=pl.String).alias("kind"),
        pl.col(side).str.slice(0, 5).alias("parent"),
        pl.lit(value=True).alias("inhabited"),
        pl.lit(file.sha256).alias("file"),
    )


def _observations(frame: pl.DataFrame, layout: _Layout, file: RawFile) -> pl.DataFrame:
    parts = [_measure(frame, name, layout) for name in _COUNTS if name in layout.dates]
    return observations(pl.concat(parts), file)


def _measure(frame: pl.DataFrame, name: str, layout: _Layout) -> pl.DataFrame:
    """One count of every area: the parts of divided areas summed, rounding and blanking turned into bounds."""
    repeated = frame.group_by("from").agg(pl.len().alias("rows"), pl.col("area_km2").n_unique().alias("different"))
    split = repeated.filter(pl.col("rows") > 1)
    whole = split.height > 0 and bool((split["different"] == 1).all())
    aggregate = pl.col(name).first() if whole else pl.col(name).sum()
    factor = layout.factors[name]
    rows = frame.group_by("from", maintain_order=True).agg((aggregate * factor).round(4).alias("value"))
    # Published in hundreds with one decimal the counts are rounded to 10, with two decimals they are exact.
    rounded = (
        name != "area_km2" and factor > 1 and bool(((frame[name] * 10) % 1).is_between(1e-6, 1 - 1e-6).not_().all())
    )
    half = factor / 20 if rounded else 0.0
    blank = (pl.col("value") == 0) & (name == "employees_work") & (not rounded)
    shown = pl.when(~blank).then(
        pl.col("value") if name == "area_km2" else pl.col("value").round(0 if factor > 1 else 4)
    )
    return rows.select(
        pl.lit(name).alias("measure"),
        pl.col("from").alias("area"),
        pl.lit(layout.dates[name]).alias("period"),
        shown.alias("value"),
        pl.when(blank).then(0.0).otherwise((shown - half).clip(lower_bound=0)).alias("lower"),
        (shown + half).alias("upper"),
        pl.when(blank).then(pl.lit(Status.MASKED.value))
        .otherwise(pl.lit((Status.ROUNDED if rounded else Status.MEASURED).value)).alias("status"),
    )  # fmt: skip


SOURCES = (
    DistrictConversion("bbsr_district_conversion", "kreise", Level.DISTRICT),
    MunicipalConversion("bbsr_municipal_conversion", "gemeinden", Level.MUNICIPALITY),
)
