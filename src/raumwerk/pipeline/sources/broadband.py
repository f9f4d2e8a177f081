"""Broadband atlas of the federal government: share of households by technology and speed, by municipality."""

from __future__ import annotations

import re

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import check_keys, numeric_column, observations, read_delimited
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources.flat import header_of

__all__ = ["SOURCES", "BroadbandMunicipalities", "GoettingenKeys"]

_TECHNOLOGIES = {
    "alle Technologien": "all", "leitungsg. Technologien": "wired", "mobile Technologien": "mobile", "DSL": "dsl",
    "CATV": "cable", "FTTH/B": "fibre",
}  # fmt: skip
_COLUMN = re.compile(r"(?P<technology>.+) ≥ (?P<speed>\d+) Mbit/s")
#: The file covers the middle of 2021; its name says so, its content does not.
_PERIOD = "2021-06-30"
_KNOWN = 53
#: The atlas itself publishes shares up to 100.39 percent; they are kept as published.
_MOST = 101


class BroadbandMunicipalities:
    """Share of households that can have a speed, in percent."""

    key = "breitbandatlas"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """By columns such as ``alle Technologien ≥ 1000 Mbit/s``."""
        return sum(bool(_COLUMN.fullmatch(name)) for name in header_of(file)) >= _KNOWN // 2

    def read(self, file: RawFile) -> Tables:
        """Read every technology and speed as ``broadband_<technology>_<speed>``."""
        frame = read_delimited(file)
        measures = {}
        for name in frame.columns:
            match = _COLUMN.fullmatch(name)
            if match and match["technology"] in _TECHNOLOGIES:
                measures[name] = f"broadband_{_TECHNOLOGIES[match['technology']]}_{match['speed']}"
        problems = [
            Problem(f"column {name!r} is missing", "the area key and 53 speeds", file=file.name, row=1)
            for name in ("ags", "alle Technologien ≥ 1000 Mbit/s", "alle Technologien ≥ 50 Mbit/s")
            if name not in frame.columns
        ]
        if problems:
            raise InputError(problems)
        check_keys(frame, ["ags"], patterns={"ags": r"\d{8}"}, file=file)
        wide = frame.select(pl.col("ags").alias("area"), "row").with_columns(
            numeric_column(frame, name, file=file).alias(measure) for name, measure in measures.items()
        )
        over = [
            Problem(f"{wide[measure][at]:g} percent is too much", f"0 to {_MOST}", file=file.name, row=wide["row"][at],
                    column=name)
            for name, measure in measures.items()
            for at in (wide[measure] > _MOST).fill_null(value=False).arg_true().head(1).to_list()
        ]  # fmt: skip
        if over:
            raise InputError(over)
        long = wide.drop("row").unpivot(index="area", variable_name="measure", value_name="value")
        return {"observations": observations(long.with_columns(pl.lit(_PERIOD).alias("period")), file)}


class GoettingenKeys:
    """Keys of the municipalities of Göttingen and Osterode before and after their merger of 1 November 2016."""

    key = "goettingen_keys"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """By its columns."""
        return {"ags_2015", "ags_2021"} <= set(header_of(file))

    def read(self, file: RawFile) -> Tables:
        """Read as crosswalk; every old municipality went over as a whole."""
        frame = read_delimited(file).filter(pl.col("ags_2021").is_not_null())  # three areas have no named successor
        check_keys(frame, ["ags_2015"], patterns={"ags_2015": r"\d{8}", "ags_2021": r"\d{8}"}, file=file)
        bases = pl.DataFrame({"basis": ["population", "area", "employees"]})  # a whole area takes everything along
        return {
            "crosswalk": frame.join(bases, how="cross").select(
                pl.lit("2015-12-31").alias("from_edition"), pl.col("ags_2015").alias("from_area"),
                pl.lit("2021-12-31").alias("to_edition"), pl.col("ags_2021").alias("to_area"),
                "basis", pl.lit(1.0).alias("weight"), pl.lit("official").alias("method"),
                pl.lit(file.sha256).alias("file"),
            )
        }  # fmt: skip


SOURCES = (BroadbandMunicipalities(), GoettingenKeys())
