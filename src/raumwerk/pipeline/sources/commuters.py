"""Commuter workbooks of the Federal Employment Agency (``krpend``): district and municipal edition, xlsb and xlsx.

The workbook of one state holds two sheets: out-commuters (by residence) and in-commuters (by place of work). Only pairs
of at least ten people are listed; what is not listed is not zero but part of the printed remainders ("Übrige …") and
totals, which are kept as ``flow_margins``. Commuters within an area are not in the file.
"""

from __future__ import annotations

import re

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.sheets import read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Source, Tables
from raumwerk.pipeline.sources._commuter_bounds import bound_masked
from raumwerk.pipeline.sources._commuter_sheet import PARTS, CommuterSheet, find_commuter_header, parse_sheet
from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = ["SOURCES", "CommuterWorkbook"]

#: English of the warnings known so far, by the German words that tell them; others are passed on as printed.
_WARNINGS = {
    "Gebietsreformen in Thüringen": (
        "incomplete_residence_thueringen_2019",
        "Because of district reforms in Thüringen, employees by residence in the districts 16063 Wartburgkreis, 16068 "
        "Sömmerda and 16073 Saalfeld-Rudolstadt are recorded incompletely in the first half of 2019. Figures by "
        "residence, and commuters derived from them, may be too low.",
    )
}
_HALVES = (("men", "women"), ("german", "foreign"))
_UPPER = [f"{part}_upper" for part in PARTS]
_BOUNDED = ("value", "lower", "upper", "status", "file", "caveat")
_FLOW_COLUMNS = ("origin", "destination", "period", "level", "part", *_BOUNDED)
_MARGIN_COLUMNS = ("direction", "area", "partner", "label", "period", "part", *_BOUNDED)


class CommuterWorkbook:
    """Reader of one workbook: flows between areas, totals and remainders, and the warnings printed above them."""

    key = "ba_commuters"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """A spreadsheet with a sheet headed by place of residence, place of work and total, entitled as commuters."""
        if file.head.kind is not Kind.SPREADSHEET:
            return False
        return any(
            find_commuter_header(rows) is not None and "pendler" in f"{name} {rows[:10]}".casefold()
            for name, rows in file.head.sheets.items()
        )

    def read(self, file: RawFile) -> Tables:
        """Read every commuter sheet of the workbook.

        Returns
        -------
        dict
            ``flows`` (one row for each pair and part; a pair named in both sheets appears once), ``flow_margins``,
            ``caveats``. Counts are persons.
        """
        sheets = [
            parse_sheet(read_rows(file.path, name, name=file.name), file=file.name, sheet=name)
            for name, rows in file.head.sheets.items()
            if find_commuter_header(rows) is not None
        ]
        _same_period(sheets, file.name)
        rows = _kinds(sheets, file.name)
        _check_rows(rows, file.name)
        rows = rows.unique(["sheet", "area", "partner", "label"], keep="first", maintain_order=True)
        rows = bound_masked(rows, file=file.name)
        caveats = _caveats(sheets, file.sha256)
        pairs = _merge_directions(rows.filter(pl.col("kind") == "pair"), file.name)
        margins = _with_abroad(rows.filter(pl.col("kind") != "pair"))
        unknown = [(sheet.name, row, part) for sheet in sheets for row, part in sheet.unknown]
        own = {"period": pl.lit(sheets[0].period), "file": pl.lit(file.sha256)}
        return {
            "flows": _long(_flag(pairs, "origin", caveats), unknown).with_columns(**own).select(_FLOW_COLUMNS),
            "flow_margins": _long(_flag(margins, "residence", caveats), unknown)
            .with_columns(**own)
            .select(_MARGIN_COLUMNS),
            "caveats": caveats.select("caveat", "text_de", "text_en", "file"),
        }


SOURCES: tuple[Source, ...] = (CommuterWorkbook(),)


def _same_period(sheets: list[CommuterSheet], file: str) -> None:
    periods = {sheet.period: sheet.name for sheet in sheets}
    if len(periods) > 1:
        named = ", ".join(f"{period} ({name})" for period, name in periods.items())
        raise InputError(Problem(f"the sheets differ in their reference date: {named}", "one date", file=file))


def _caveats(sheets: list[CommuterSheet], sha256: str) -> pl.DataFrame:
    """Warnings printed above the tables, with the keys they name."""
    rows: dict[str, dict[str, object]] = {}
    for sheet in sheets:
        for text in sheet.warnings:
            known = next((found for words, found in _WARNINGS.items() if words in text), None)
            key, english = known or (f"warning_{sheet.period}", f"Warning of the publisher, in German: {text}")
            rows[key] = {
                "caveat": f"ba_commuters:{key}",
                "text_de": text,
                "text_en": english,
                "file": sha256,
                "areas": re.findall(r"\b(?:\d{8}|\d{5})\b", text),
            }
    texts = dict.fromkeys(("caveat", "text_de", "text_en", "file"), pl.String())
    return pl.DataFrame(list(rows.values()), schema={**texts, "areas": pl.List(pl.String)})


def _flag(frame: pl.DataFrame, column: str, caveats: pl.DataFrame) -> pl.DataFrame:
    """Let each warning travel with the keys it names: it concerns figures by residence."""
    named = {area: key for key, areas in caveats.select("caveat", "areas").iter_rows() for area in areas}
    if not named:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias("caveat"))
    flagged = pl.col(column).replace_strict(named, default=None, return_dtype=pl.String)
    return frame.with_columns(flagged.alias("caveat"))


def _kinds(sheets: list[CommuterSheet], file: str) -> pl.DataFrame:
    """All rows of all sheets, with pairs told from totals and remainders."""
    rows = pl.concat(
        sheet.rows.with_columns(sheet=pl.lit(sheet.name), direction=pl.lit(sheet.direction)) for sheet in sheets
    )
    widths = rows["area"].str.len_chars().unique().to_list()
    if len(widths) > 1:
        raise InputError(Problem("district and municipal keys are mixed", "keys of one width", file=file))
    partner = pl.col("partner")
    length = partner.str.len_chars()
    digits = partner.str.contains(r"^\d+$")
    other = pl.col("label").str.starts_with("Übrige")
    kind = (
        pl.when(digits & (length == widths[0])).then(pl.lit("pair"))
        .when(digits & other).then(pl.lit("other"))
        .when(digits & length.is_in([2, 3, 5])).then(pl.lit("group"))
        .when(partner == "Z").then(pl.lit("total"))
        .when((partner == "ZZ") & pl.col("label").str.contains("Bundesgebiet", literal=True)).then(pl.lit("nation"))
        .when((partner == "ZZ") & other & ~pl.col("label").str.contains("Staaten", literal=True))
        .then(pl.lit("other_nation"))
        .when(partner == "ZZ").then(pl.lit("other_total"))
        .when(partner.str.contains(r"^[A-Z]{1,3}$")).then(pl.lit("country"))
    )  # fmt: skip
    return rows.with_columns(kind.alias("kind"))


def _check_rows(rows: pl.DataFrame, file: str) -> None:
    """Known keys, each pair once, parts that add up, and each area closed by its total."""
    content = ["sheet", "area", "partner", "label", *PARTS]
    repeated = pl.col("kind") == "country"  # the publisher prints countries two or three times
    label = pl.when(pl.col("kind") == "pair").then(pl.lit("")).otherwise("label")
    twice = pl.struct("sheet", "area", "partner", label).is_duplicated()
    changed = ~pl.struct(content).is_duplicated()
    sums = [((pl.col(a) + pl.col(b) - pl.col("all")).abs() > 0).fill_null(value=False) for a, b in _HALVES]
    closed = (pl.col("kind") == "total").any().over("sheet", "area")
    rules = {
        "the partner's key is unknown": (pl.col("kind").is_null(), "2, 3, 5 or 8 digits, a country, ZZ or Z"),
        "named more than once": (twice & (~repeated | changed), "each pair of areas once"),
        "men and women do not add up to the total": (sums[0], "an unchanged workbook"),
        "Germans and foreigners do not add up to the total": (sums[1], "an unchanged workbook"),
        "no total closes this area; the sheet seems cut off": (~closed, "a row with key Z"),
    }
    hits = rows.select(wrong.alias(what) for what, (wrong, _) in rules.items())
    problems = [
        Problem(f"{area} with {partner}: {what}", rules[what][1], "Download the workbook again.",
                file=file, sheet=sheet, row=row)
        for what in rules if hits[what].any()
        for sheet, row, area, partner in rows.filter(hits[what]).select("sheet", "row", "area", "partner").iter_rows()
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def _merge_directions(pairs: pl.DataFrame, file: str) -> pl.DataFrame:
    """One row for each pair; where both sheets name it they must agree, and the less masked cell counts."""
    out = pl.col("direction") == "out"
    numbers = [*PARTS, *_UPPER]
    placed = pairs.select(
        pl.when(out).then("area").otherwise("partner").alias("origin"),
        pl.when(out).then("partner").otherwise("area").alias("destination"),
        pl.when(pl.col("area").str.len_chars() == 8).then(pl.lit("municipality")).otherwise(pl.lit("district"))
        .alias("level"),
        "sheet", "row", *numbers,
    )  # fmt: skip
    inside = pl.struct("origin", "destination").is_duplicated()
    alone, twice = placed.filter(~inside), placed.filter(inside)
    first = pl.col("sheet") == placed["sheet"].first()
    both = twice.filter(first).join(twice.filter(~first), on=["origin", "destination"], suffix="_2")
    differ = both.select(pl.any_horizontal(pl.col(part) != pl.col(f"{part}_2") for part in PARTS)).to_series()
    if differ.any():
        raise InputError(
            Problem(f"{origin} to {destination} differs from {other}, row {there}", "the same in both sheets",
                    file=file, sheet=sheet, row=row)
            for origin, destination, sheet, row, other, there in both.filter(differ)
            .select("origin", "destination", "sheet", "row", "sheet_2", "row_2").iter_rows()
        )  # fmt: skip
    merged = both.with_columns(
        *(pl.coalesce(part, f"{part}_2").alias(part) for part in PARTS),
        *(pl.min_horizontal(upper, f"{upper}_2").alias(upper) for upper in _UPPER),
    )
    return pl.concat([alone, merged.select(alone.columns)])


def _with_abroad(margins: pl.DataFrame) -> pl.DataFrame:
    """Name the partners of totals and remainders, and add people from abroad: the total without the nation."""
    kind = pl.col("kind")
    partner = (
        pl.when(kind == "other").then(pl.format("other:{}", "partner"))
        .when(kind == "other_nation").then(pl.lit("other:DG"))
        .when(kind == "other_total").then(pl.lit("other:total"))
        .when(kind == "country").then(pl.format("country:{}", "partner"))
        .when(kind.is_in(["nation", "total"])).then(kind)
        .otherwise("partner")
    )  # fmt: skip
    named = margins.with_columns(
        partner.alias("partner"), pl.when(pl.col("direction") == "out").then("area").alias("residence")
    )
    into = named.filter(pl.col("direction") == "in")
    nation = into.filter(kind == "nation")
    abroad = into.filter(kind == "total").join(nation, on="area", suffix="_n").with_columns(
        pl.lit("abroad").alias("partner"),
        pl.format("{} − {}", "label", "label_n").alias("label"),
        *((pl.col(part) - pl.col(f"{part}_n")).alias(part) for part in PARTS),
        *((pl.col(f"{part}_upper") - pl.col(f"{part}_n").fill_null(0)).alias(f"{part}_upper") for part in PARTS),
    )  # fmt: skip
    return pl.concat([named, abroad.select(named.columns)])


def _long(wide: pl.DataFrame, unknown: list[tuple[str, int, str]]) -> pl.DataFrame:
    """One row for each part; masked cells from 0 to their upper bound."""
    rest = [column for column in wide.columns if column not in {*PARTS, *_UPPER}]
    long = pl.concat(
        wide.lazy().select(
            *rest, pl.lit(part).alias("part"), pl.col(part).alias("value"), pl.col(f"{part}_upper").alias("upper")
        )
        for part in PARTS
    )
    gap = pl.col("value").is_null()
    status = pl.when(gap).then(pl.lit(Status.MASKED.value)).otherwise(pl.lit(Status.MEASURED.value))
    if unknown:
        listed = pl.concat_list(pl.col("sheet"), pl.col("row").cast(pl.String), pl.col("part")).list.join("\n")
        is_unknown = listed.is_in([f"{sheet}\n{row}\n{part}" for sheet, row, part in unknown])
        status = pl.when(gap & is_unknown).then(pl.lit(Status.UNKNOWN.value)).otherwise(status)
    return long.with_columns(
        lower=pl.when(gap).then(0.0).otherwise("value"), status=status.cast(STATUS_DTYPE)
    ).collect()
