"""Municipal tables of the BKG as comma-separated text: points (VG250_PK) and VG250-EW with population and area."""

from __future__ import annotations

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import check_keys, numeric_column, observations, read_delimited
from raumwerk.pipeline.editions import require_edition
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources._areas import damaged_names
from raumwerk.tables.keys import Level

__all__ = ["SOURCES", "MunicipalPoints", "PopulationBoundaries"]

_PATTERNS = {"ARS": r"\d{12}", "AGS": r"\d{8}"}


class MunicipalPoints:
    """Official points of the municipalities (seat of the administration or centre of the place)."""

    key = "bkg_municipal_points"
    version = "1"
    _columns = ("ARS", "AGS", "GEN", "IBZ", "BEZ", "LON_DEZ", "LAT_DEZ")

    def recognise(self, file: RawFile) -> bool:
        """Whether the header has the columns of the points."""
        return set(self._columns) <= _header(file)

    def read(self, file: RawFile) -> Tables:
        """Read table ``areas``."""
        frame = _frame(file)
        longitude = numeric_column(frame, "LON_DEZ", file=file, signed=True)
        latitude = numeric_column(frame, "LAT_DEZ", file=file, signed=True)
        kind = pl.col("BEZ").str.to_lowercase().str.starts_with("gemeindefrei")
        return {"areas": _areas(frame.with_columns(longitude=longitude, latitude=latitude), ~kind, file)}


class PopulationBoundaries:
    """Attributes of VG250-EW: population (EWZ) and cadastral area in km² (KFL) of every municipality."""

    key = "bkg_vg250ew"
    version = "1"
    _columns = ("ARS", "AGS", "GEN", "BEZ", "EWZ", "KFL")

    def recognise(self, file: RawFile) -> bool:
        """Whether the header has the columns of VG250-EW."""
        return set(self._columns) <= _header(file)

    def read(self, file: RawFile) -> Tables:
        """Read tables ``areas`` and ``observations``."""
        frame = _frame(file)
        values = frame.select("AGS").with_columns(
            population=numeric_column(frame, "EWZ", file=file), area_km2=numeric_column(frame, "KFL", file=file)
        )
        _require_values(frame, values, file)
        edition = require_edition(file)
        long = values.rename({"AGS": "area"}).unpivot(index="area", variable_name="measure", value_name="value")
        free = frame["BEZ"].str.to_lowercase().str.starts_with("gemeindefrei")
        settled = ~(free & (values["population"] == 0))
        blank = frame.with_columns(
            longitude=pl.lit(None, dtype=pl.Float64), latitude=pl.lit(None, dtype=pl.Float64), settled=settled
        )
        return {
            "areas": _areas(blank, pl.col("settled"), file),
            "observations": observations(long.with_columns(period=pl.lit(edition)), file),
        }


def _header(file: RawFile) -> set[str]:
    if file.head.kind is not Kind.TEXT or not file.head.lines:
        return set()
    return {name.strip().strip('"') for name in file.head.lines[0].split(",")}


def _frame(file: RawFile) -> pl.DataFrame:
    frame = read_delimited(file)
    check_keys(frame, ["AGS"], patterns=_PATTERNS, file=file)
    problems = damaged_names(frame, name="GEN", file=file.name)
    apart = frame.filter(pl.col("ARS").str.slice(0, 5) + pl.col("ARS").str.slice(9) != pl.col("AGS"))
    problems += [
        Problem(f"ARS {ars} and AGS {ags} name different areas", "AGS = ARS without digits 6 to 9",
                "Download the file again.", file=file.name, row=row, column="AGS")
        for ars, ags, row in apart.select("ARS", "AGS", "row").head(5).iter_rows()
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return frame


def _require_values(frame: pl.DataFrame, values: pl.DataFrame, file: RawFile) -> None:
    empty = frame.filter(values["population"].is_null() | values["area_km2"].is_null())
    if not empty.is_empty():
        raise InputError(
            Problem("population or area is missing", "a number", "Download the file again.", file=file.name, row=row)
            for row in empty["row"].head(5)
        )


def _areas(frame: pl.DataFrame, inhabited: pl.Expr, file: RawFile) -> pl.DataFrame:
    return frame.select(
        pl.col("AGS").alias("area"),
        pl.lit(require_edition(file)).alias("edition"),
        pl.lit(Level.MUNICIPALITY.value).alias("level"),
        pl.col("GEN").alias("name"),
        pl.col("BEZ").alias("kind"),
        pl.col("AGS").str.slice(0, 5).alias("parent"),
        pl.col("ARS").str.slice(0, 9).alias("association"),
        "longitude",
        "latitude",
        inhabited.alias("inhabited"),
        pl.lit(file.sha256).alias("file"),
    )


SOURCES = (MunicipalPoints(), PopulationBoundaries())
