"""Places of supply with coordinates: stations, hospitals, schools, pharmacies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import numeric_column, read_delimited
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources.flat import header_of

__all__ = ["SOURCES", "PointList"]


@dataclass(frozen=True)
class PointList:
    """Reader of one layout.

    Attributes
    ----------
    key : str
        Key in catalogue/sources.
    kind : str
        station, hospital, school or pharmacy.
    period : str
        Year the list is of; the files do not carry it in a usable way.
    columns : mapping
        Ours (``point``, ``name``, ``variant``, ``capacity``, ``longitude``, ``latitude``) → column of the file. Without
        ``point`` the rows are numbered.
    marks : tuple of str
        Columns that tell this layout from others.
    """

    key: str
    kind: str
    period: str
    columns: Mapping[str, str]
    marks: tuple[str, ...] = field(default=())
    version: str = "1"

    def recognise(self, file: RawFile) -> bool:
        """By the columns that are peculiar to it."""
        header = header_of(file)
        return set(self.marks) <= set(header) if self.marks else header == list(self.columns.values())

    def read(self, file: RawFile) -> Tables:
        """Read table points; a place that is listed several times (once for each kind of school) counts once."""
        frame = read_delimited(file)
        problems = [
            Problem(f"column {name!r} is missing", f"columns {', '.join(self.columns.values())}", file=file.name, row=1)
            for name in self.columns.values()
            if name not in frame.columns
        ]
        if problems:
            raise InputError(problems)
        placed = frame.with_columns(
            self._coordinate(frame, "longitude", 180.0, file), self._coordinate(frame, "latitude", 90.0, file)
        ).filter(pl.col("longitude").is_not_null() & pl.col("latitude").is_not_null())
        if "point" in self.columns:
            column = self.columns["point"]
            nameless = placed.filter(pl.col(column).is_null())["row"].to_list()
            if nameless:
                what = "the place has no identifier"
                raise InputError(Problem(what, "one for each place", file=file.name, row=nameless[0], column=column))
        capacity = (
            numeric_column(placed, self.columns["capacity"], file=file)
            if "capacity" in self.columns
            else pl.Series([None] * placed.height, dtype=pl.Float64)
        )
        point = pl.col(self.columns["point"]) if "point" in self.columns else pl.col("row").cast(pl.String)
        points = placed.with_columns(capacity.alias("capacity")).select(
            pl.lit(self.kind).alias("kind"), point.alias("point"), self._text("name"), self._text("variant"),
            pl.lit(self.period).alias("period"), "longitude", "latitude", "capacity", pl.lit(file.sha256).alias("file"),
        )  # fmt: skip
        places = points.unique(["point", "longitude", "latitude"], keep="first", maintain_order=True)
        number = pl.int_range(1, pl.len() + 1).over("point")  # one identifier, two sites
        suffixed = pl.when(number > 1).then(pl.concat_str("point", pl.lit("-"), number)).otherwise(pl.col("point"))
        return {"points": places.with_columns(suffixed.alias("point"))}

    def _text(self, name: str) -> pl.Expr:
        return (pl.col(self.columns[name]) if name in self.columns else pl.lit(None, dtype=pl.String)).alias(name)

    def _coordinate(self, frame: pl.DataFrame, name: str, limit: float, file: RawFile) -> pl.Series:
        column = self.columns[name]
        values = numeric_column(frame, column, file=file, signed=True)
        wrong = (values.abs() > limit).fill_null(value=False).arg_true().to_list()
        if wrong:
            what = f"{values[wrong[0]]:g} is no {name}"
            raise InputError(
                Problem(what, f"degrees, at most {limit:g}", file=file.name, row=frame["row"][wrong[0]], column=column)
            )
        return values.alias(name)


SOURCES = (
    PointList(
        "db_stations", "station", "2020",
        {"point": "eva", "name": "name", "variant": "verkehr", "longitude": "lon", "latitude": "lat"},
        marks=("eva", "ds100"),
    ),
    PointList(
        "hospital_directory", "hospital", "2019",
        {"point": "ID", "name": "HospitalName", "variant": "type", "capacity": "quantityBeds", "longitude": "lon",
         "latitude": "lat"},
        marks=("HospitalName", "quantityBeds"),
    ),
    PointList(
        "school_directory", "school", "2019",
        {"point": "id", "name": "name", "variant": "school_type_entity", "longitude": "lon", "latitude": "lat"},
        marks=("school_type", "school_type_entity"),
    ),
    # the file does not say its day: 17,793 pharmacies lie between the numbers of the ends of 2022 and 2023
    PointList(
        "osm_pharmacies", "pharmacy", "2023", {"name": "name", "longitude": "lon", "latitude": "lat"},
    ),
)  # fmt: skip
