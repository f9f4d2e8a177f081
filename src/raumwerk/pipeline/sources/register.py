"""GV100AD: the register of municipalities of the Federal Statistical Office, fixed width.

Layout by Destatis: columns counted from 0, end not included: 0–2 record type (10 state, 20 government region,
30 planning region, 40 district, 50 association, 60 municipality), 2–10 date of the areas, 10–18 key, 18–22
association, 22–72 name, 122–124 text mark, and for municipalities 128–139 area in hectares, 139–150 population, 150–161
male population.
"""

from __future__ import annotations

import re

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline import sniff
from raumwerk.pipeline.cells import observations
from raumwerk.pipeline.editions import date_in, known_edition
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources._areas import KINDS, UNINHABITED, damaged_names, level_by_record, parent_by_level
from raumwerk.tables.schemas import CAVEATS

__all__ = ["SOURCES", "MunicipalRegister"]

_SLICES = {
    "record": (0, 2),
    "date": (2, 10),
    "key": (10, 18),
    "association": (18, 22),
    "name": (22, 72),
    "mark": (122, 124),
    "hectares": (128, 139),
    "population": (139, 150),
    "male": (150, 161),
}
_KEY_LENGTH = {"10": 2, "20": 3, "30": 4, "40": 5, "50": 5, "60": 8}
_SHORTEST = 161  # a municipality's record reaches at least to its male population
_LINE = re.compile(r"(10|20|30|40|50|60)\d{8}\d{2}[\d ]{10}\S")
_ADVICE = "Download the register again from the official address; do not edit it."


class MunicipalRegister:
    """Areas of all levels, and population, male and female population and area of every municipality."""

    key = "destatis_gv100ad"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """Whether the first lines are records of the register; a few damaged ones are for :meth:`read` to name."""
        lines = [line for line in file.head.lines[:20] if line.strip()]
        records = sum(bool(_LINE.match(line)) for line in lines)
        return file.head.kind is Kind.TEXT and bool(lines) and records >= 0.75 * len(lines)

    def read(self, file: RawFile) -> Tables:
        """Read tables ``areas`` and ``observations``."""
        records = _records(file)
        _check_structure(records, file)
        edition = _edition(records, file)
        areas = records.filter(pl.col("record") != "30").select(
            "area",
            pl.lit(edition).alias("edition"),
            level_by_record().alias("level"),
            "name",
            pl.col("mark").replace_strict(KINDS, default=None, return_dtype=pl.String).alias("kind"),
            parent_by_level().alias("parent"),
            pl.when(pl.col("record") == "60").then(pl.col("area").str.slice(0, 5) + pl.col("association"))
            .alias("association"),
            (pl.col("mark") != UNINHABITED).alias("inhabited"),
            pl.lit(file.sha256).alias("file"),
        )  # fmt: skip
        counted, caveats = _population_date(edition, file)
        return {"areas": areas, "observations": _observations(records, edition, counted, file), "caveats": caveats}


def _records(file: RawFile) -> pl.DataFrame:
    """All records as text columns, with the row in the file and the area key."""
    text = sniff.open_text(file.path, name=file.name)
    lines = pl.DataFrame({"line": text.split("\n")}).with_row_index("row", offset=1)
    lines = lines.with_columns(pl.col("line").str.strip_chars_end("\r\x1a")).filter(pl.col("line").str.len_chars() > 0)
    frame = lines.select(
        pl.col("row").cast(pl.Int64),
        pl.col("line").str.len_chars().alias("width"),
        *(
            pl.col("line").str.slice(start, end - start).str.strip_chars().alias(name)
            for name, (start, end) in _SLICES.items()
        ),
    )
    unknown = frame.filter(~pl.col("record").is_in(list(_KEY_LENGTH)))
    if not unknown.is_empty():
        raise InputError(
            Problem(
                f"the line begins with {record!r}",
                expected=f"a record type: {', '.join(_KEY_LENGTH)}",
                advice=_ADVICE,
                file=file.name,
                row=row,
                column="record type",
            )
            for record, row in unknown.select("record", "row").iter_rows()
        )
    return frame.with_columns(
        pl.when(pl.col("record") == "50").then(pl.col("key") + pl.col("association")).otherwise("key").alias("area")
    )


def _check_structure(records: pl.DataFrame, file: RawFile) -> None:
    """Whole lines, keys of the right length, every key once, every area inside one that is there, names readable."""
    length = pl.col("record").replace_strict(_KEY_LENGTH, return_dtype=pl.Int64)
    municipality = pl.col("record") == "60"
    rules = (
        (municipality & (pl.col("width") < _SHORTEST), "the line is cut off", f"at least {_SHORTEST} characters", ""),
        (
            (pl.col("key").str.len_chars() != length) | ~pl.col("key").str.contains(r"^\d+$"),
            "the key {area!r} has the wrong length",
            "8 digits for a municipality, 5 for a district, 2 for a state",
            "key",
        ),
        (pl.struct("record", "area").is_duplicated(), "the key {area} is there twice", "each area once", "key"),
        (pl.col("name").str.len_chars() == 0, "the name is missing", "a name", "name"),
    )
    problems = [problem for rule in rules for problem in _broken(records, *rule, file=file)]
    problems += damaged_names(records, name="name", file=file.name)
    districts = records.filter(pl.col("record") == "40")["area"]
    inside = records.filter(municipality)["area"].str.slice(0, 5)
    orphans = records.filter(municipality & ~pl.col("key").str.slice(0, 5).is_in(districts.implode())
                             & (pl.col("key").str.slice(5) != "999"))  # fmt: skip
    problems += [
        Problem(f"the district of municipality {key} is missing", "a record of type 40 before it", _ADVICE, file.name,
                row=row)
        for key, row in orphans.select("key", "row").head(3).iter_rows()
    ]  # fmt: skip
    problems += [
        Problem(f"district {key} has no municipalities: the file is cut off", "a record of type 60", _ADVICE, file.name)
        for key in districts.filter(~districts.is_in(inside.implode())).head(3).to_list()
    ]
    if problems:
        raise InputError(problems)


def _broken(
    records: pl.DataFrame, wrong: pl.Expr, what: str, expected: str, column: str, *, file: RawFile
) -> list[Problem]:
    hits = records.filter(wrong.fill_null(value=True)).select("area", "row").head(5)
    return [
        Problem(what.format(area=area), expected, _ADVICE, file=file.name, row=row, column=column or None)
        for area, row in hits.iter_rows()
    ]


def _edition(records: pl.DataFrame, file: RawFile) -> str:
    dates = records["date"].unique(maintain_order=True).to_list()
    found = date_in(dates[0]) if len(dates) == 1 else None
    if found is None:
        raise InputError(
            Problem(
                f"the records are of {', '.join(str(date) for date in dates[:4])}",
                expected="one date (YYYYMMDD) in all records",
                advice=_ADVICE,
                file=file.name,
                column="date",
            )
        )
    return found


def _population_date(edition: str, file: RawFile) -> tuple[str, pl.DataFrame]:
    """Date of the population: not in the file. Known for listed files; else by the office's calendar, with a caveat.

    The population of a 31 December enters the register in the following autumn.
    """
    listed = known_edition(file)
    if listed is not None and listed.population:
        return listed.population, CAVEATS.empty()
    year, month, day = (int(part) for part in edition.split("-"))
    if (month, day) == (12, 31):
        return edition, CAVEATS.empty()
    counted = f"{year - 1 if month >= 10 else year - 2}-12-31"
    caveat = {
        "caveat": f"register-population-date-{edition}",
        "text_de": f"Stichtag der Bevölkerung nicht in der Datei genannt; nach dem Kalender des Amtes {counted}.",
        "text_en": f"The file does not name the date of its population; by the office's calendar it is {counted}.",
        "file": file.sha256,
    }
    return counted, pl.DataFrame([caveat])


def _observations(records: pl.DataFrame, edition: str, counted: str, file: RawFile) -> pl.DataFrame:
    rows = records.filter(pl.col("record") == "60")
    digits = rows.select(
        "area", "row", *(pl.col(name).str.to_integer(strict=False) for name in ("hectares", "population", "male"))
    )
    problems = [
        Problem(f"{text!r} is not a count", "digits", _ADVICE, file=file.name, row=row, column=name)
        for name in ("hectares", "population", "male")
        for text, row in rows.filter(digits[name].is_null() | (digits[name] < 0))
        .select(name, "row")
        .head(5)
        .iter_rows()
    ]
    more = digits.filter(pl.col("male") > pl.col("population"))
    problems += [
        Problem(f"{male} men among {population} inhabitants", "not more men than inhabitants", _ADVICE,
                file=file.name, row=row, column="male")
        for male, population, row in more.select("male", "population", "row").head(5).iter_rows()
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    caveat = _population_date(edition, file)[1]["caveat"]
    wide = digits.select(
        "area",
        pl.col("population").cast(pl.Float64),
        pl.col("male").cast(pl.Float64).alias("population_male"),
        (pl.col("population") - pl.col("male")).cast(pl.Float64).alias("population_female"),
        (pl.col("hectares") / 100).alias("area_km2"),
    )
    long = wide.unpivot(index="area", variable_name="measure", value_name="value")
    people = pl.col("measure") != "area_km2"
    long = long.with_columns(
        pl.when(people).then(pl.lit(counted)).otherwise(pl.lit(edition)).alias("period"),
        pl.when(people).then(pl.lit(caveat.first() if caveat.len() else None, dtype=pl.String)).alias("caveat"),
    )
    return observations(long, file)


SOURCES = (MunicipalRegister(),)
