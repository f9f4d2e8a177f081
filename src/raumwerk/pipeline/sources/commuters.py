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
_MEASURED, _MASKED, _UNKNOWN = Status.MEASURED.value, Status.MASKED.value, Status.UNKNOWN.value
_HALVES = (("men", "women"), ("german", "foreign"))


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
        caveats = _caveats(sheets, file.sha256)
        long = pl.concat([_long(sheet, file.name) for sheet in sheets])
        long = bound_masked(long, file=file.name)
        period = sheets[0].period
        own = {"period": pl.lit(period), "file": pl.lit(file.sha256)}
        flows = _merge_directions(long.filter(pl.col("kind") == "pair"), file.name).with_columns(**own)
        margins = _with_abroad(long.filter(pl.col("kind") != "pair")).with_columns(**own)
        return {
            "flows": _flag(flows, "origin", caveats).select(*_FLOW_COLUMNS),
            "flow_margins": _flag(margins, "residence", caveats).select(*_MARGIN_COLUMNS),
            "caveats": caveats.select("caveat", "text_de", "text_en", "file"),
        }


SOURCES: tuple[Source, ...] = (CommuterWorkbook(),)

_BOUNDED = ("value", "lower", "upper", "status", "file", "caveat")
_FLOW_COLUMNS = ("origin", "destination", "period", "level", "part", *_BOUNDED)
_MARGIN_COLUMNS = ("direction", "area", "partner", "label", "period", "part", *_BOUNDED)


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
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        **dict.fromkeys(("caveat", "text_de", "text_en", "file"), pl.String),
        "areas": pl.List(pl.String),
    }
    return pl.DataFrame(list(rows.values()), schema=schema)


def _flag(frame: pl.DataFrame, column: str, caveats: pl.DataFrame) -> pl.DataFrame:
    """Let each warning travel with the keys it names: it concerns figures by residence."""
    named = caveats.explode("areas").select(pl.col("areas").alias(column), "caveat").unique(column, keep="first")
    return frame.join(named.drop_nulls(), on=column, how="left", maintain_order="left")


def _long(sheet: CommuterSheet, file: str) -> pl.DataFrame:
    """One row for each printed row and part, with the kind of its partner decided."""
    rows = _kinds(sheet.rows, sheet, file)
    _check_rows(rows, sheet, file)
    shared = ("row", "area", "partner", "label", "kind", "group")
    return pl.concat(
        rows.select(
            *shared,
            pl.lit(part).alias("part"),
            pl.col(part).alias("value"),
            pl.when(f"{part}_masked").then(pl.lit(_MASKED)).when(f"{part}_unknown").then(pl.lit(_UNKNOWN))
            .otherwise(pl.lit(_MEASURED)).cast(STATUS_DTYPE).alias("status"),
        )
        for part in PARTS
    ).with_columns(pl.lit(sheet.direction).alias("direction"), pl.lit(sheet.name).alias("sheet"))  # fmt: skip


def _kinds(rows: pl.DataFrame, sheet: CommuterSheet, file: str) -> pl.DataFrame:
    """Tell pairs from totals and remainders; ``group`` is the key whose rows a total or remainder sums."""
    widths = rows["area"].str.len_chars().unique().to_list()
    if len(widths) > 1:
        raise InputError(Problem("district and municipal keys are mixed", "keys of one width", file=file))
    partner, label = pl.col("partner"), pl.col("label").str.to_lowercase()
    digits = partner.str.contains(r"^\d+$")
    other = label.str.starts_with("übrige")
    nation = (partner == "ZZ") & label.str.contains("bundesgebiet", literal=True)
    kind = (
        pl.when(digits & (partner.str.len_chars() == widths[0])).then(pl.lit("pair"))
        .when(digits & other).then(pl.lit("other"))
        .when(digits & partner.str.len_chars().is_in([2, 3, 5])).then(pl.lit("group"))
        .when(partner == "Z").then(pl.lit("total"))
        .when(nation).then(pl.lit("nation"))
        .when((partner == "ZZ") & other & ~label.str.contains("staaten", literal=True)).then(pl.lit("other_nation"))
        .when(partner == "ZZ").then(pl.lit("other_total"))
        .when(partner.str.contains(r"^[A-Z]{1,3}$")).then(pl.lit("country"))
    )  # fmt: skip
    named = rows.with_columns(kind.alias("kind"))
    unknown = named.filter(pl.col("kind").is_null())
    if not unknown.is_empty():
        raise InputError(
            Problem(
                f"{key!r} is no key of a partner area", expected="a key of 2, 3, 5 or 8 digits, a country, ZZ or Z",
                file=file, sheet=sheet.name, row=row,
            )
            for row, key in unknown.select("row", "partner").iter_rows()
        )  # fmt: skip
    group = (
        pl.when(pl.col("kind").is_in(["nation", "other_nation"])).then(pl.lit("DG"))
        .when(pl.col("kind").is_in(["total", "other_total"])).then(pl.lit("all"))
        .otherwise("partner")
    )  # fmt: skip
    return named.with_columns(group.alias("group"))


def _check_rows(rows: pl.DataFrame, sheet: CommuterSheet, file: str) -> None:
    """Each pair once, each area closed by its total, and parts that add up."""
    problems: list[Problem] = []
    name = sheet.name

    def report(wrong: pl.DataFrame, what: str, expected: str) -> None:
        problems.extend(
            Problem(f"{area} with {partner}: {what}", expected, file=file, sheet=name, row=row)
            for row, area, partner in wrong.select("row", "area", "partner").iter_rows()
        )

    content = ["area", "partner", "label", *PARTS, *(f"{part}_masked" for part in PARTS)]
    distinct = rows.filter((pl.col("kind") != "country") | ~pl.struct(content).is_duplicated() | _first(content))
    key = ["area", "partner", "label"]
    twice = distinct.filter(pl.struct(key).is_duplicated() | (_pair() & pl.struct(key[:2]).is_duplicated()))
    report(twice, "named more than once", "each pair of areas once")
    for first, second in _HALVES:
        report(
            rows.filter((pl.col(first) + pl.col(second) - pl.col("all")).abs() > 0),
            f"{PARTS[first][0]} and {PARTS[second][0]} do not add up to {PARTS['all'][0]}",
            "an unchanged workbook",
        )
    closed = rows.filter(pl.col("kind") == "total").select("area")
    for area, row in rows.join(closed, on="area", how="anti").group_by("area").agg(pl.col("row").max()).iter_rows():
        problems.append(
            Problem(f"the rows of {area} end without a total; the sheet seems cut off", "a row with key Z",
                    "Download the workbook again.", file=file, sheet=name, row=row)
        )  # fmt: skip
    if problems:
        raise InputError(sorted(problems, key=lambda problem: int(problem.row or 0)))


def _pair() -> pl.Expr:
    return pl.col("kind") == "pair"


def _first(columns: list[str]) -> pl.Expr:
    return pl.struct(columns).is_first_distinct()


def _merge_directions(pairs: pl.DataFrame, file: str) -> pl.DataFrame:
    """One row for each pair and part; where both sheets name a pair they must agree."""
    out = pl.col("direction") == "out"
    placed = pairs.with_columns(
        origin=pl.when(out).then("area").otherwise("partner"),
        destination=pl.when(out).then("partner").otherwise("area"),
        level=pl.when(pl.col("area").str.len_chars() == 8).then(pl.lit("municipality")).otherwise(pl.lit("district")),
    )
    key = ["origin", "destination", "level", "part"]
    merged = placed.group_by(key, maintain_order=True).agg(
        pl.col("value").max(),
        pl.col("lower").max(),
        pl.col("upper").min(),
        pl.col("status").min(),
        differ=(pl.col("lower").max() > pl.col("upper").min()),
        place=pl.format("{} row {}", "sheet", "row").str.join(" and "),
    )
    wrong = merged.filter("differ")
    if not wrong.is_empty():
        raise InputError(
            Problem(f"{origin} to {destination} ({part}) differs between {place}", "the same number in both sheets",
                    file=file)
            for origin, destination, part, place in wrong.select("origin", "destination", "part", "place").iter_rows()
        )  # fmt: skip
    return merged.drop("differ", "place")


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
    named = margins.with_columns(partner.alias("partner"))
    key = ["direction", "area", "part"]
    total, nation = (
        named.filter((pl.col("direction") == "in") & (kind == which)).select(
            *key, "label", "value", "lower", "upper", "status"
        )
        for which in ("total", "nation")
    )
    abroad = total.join(nation, on=key, suffix="_nation").select(
        *key,
        pl.lit("abroad").alias("partner"),
        pl.format("{} − {}", "label", "label_nation").alias("label"),
        (pl.col("value") - pl.col("value_nation")).alias("value"),
        pl.max_horizontal(pl.col("lower") - pl.col("upper_nation"), 0.0).alias("lower"),
        (pl.col("upper") - pl.col("lower_nation")).alias("upper"),
        pl.max_horizontal("status", "status_nation").alias("status"),
    )
    printed = named.select("direction", "area", "part", "partner", "label", "value", "lower", "upper", "status")
    residence = pl.when(pl.col("direction") == "out").then("area")
    return pl.concat([printed, abroad.select(printed.columns)]).with_columns(residence.alias("residence"))
