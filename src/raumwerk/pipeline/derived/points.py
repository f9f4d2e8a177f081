"""Places of supply by municipality: how many there are, and how far the nearest one is.

Distances are straight lines on the sphere from the centre of the municipality; they are computed from coordinates, not
modelled, and dated like the list of places.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from raumwerk.tables.keys import Level
from raumwerk.tables.schemas import OBSERVATIONS
from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = ["EARTH_RADIUS", "place", "supply"]

#: Mean radius of the earth in kilometres.
EARTH_RADIUS = 6371.0088


def supply(points: pl.DataFrame, areas: pl.DataFrame, boundaries: pl.DataFrame) -> pl.DataFrame:
    """Observations ``count_<kind>``, ``distance_<kind>`` and ``hospital_beds`` of every municipality.

    Parameters
    ----------
    points : polars.DataFrame
        Table points.
    areas : polars.DataFrame
        Released table areas; the centres (degrees, WGS 84) of municipalities are used.
    boundaries : polars.DataFrame
        Released table boundaries; municipalities as WKB in WGS 84.

    Returns
    -------
    polars.DataFrame
        Table observations. Municipalities without a centre have no distance.
    """
    if points.is_empty():
        return OBSERVATIONS.empty()
    municipalities = areas.filter(pl.col("level") == Level.MUNICIPALITY.value).select("area", "longitude", "latitude")
    placed = place(points, boundaries)
    frames = []
    for _, group in placed.group_by("kind", "period", "file", maintain_order=True):
        frames += [_counts(group, municipalities), _distances(group, municipalities)]
    return pl.concat(frames)


def place(points: pl.DataFrame, boundaries: pl.DataFrame) -> pl.DataFrame:
    """Add the column ``area``: the municipality each point lies in, null outside of all.

    A point on a common border goes to the municipality with the smaller key.
    """
    shapes = boundaries.filter(pl.col("level") == Level.MUNICIPALITY.value).sort("area")
    tree = shapely.STRtree(shapely.from_wkb(shapes["geometry"].to_list()))
    spots = shapely.points(points["longitude"].to_numpy(), points["latitude"].to_numpy())
    at, inside = tree.query(spots, predicate="intersects")
    hits = pl.DataFrame({"at": at, "shape": inside}, schema={"at": pl.Int64, "shape": pl.Int64})
    first = hits.sort("at", "shape").unique("at", keep="first", maintain_order=True)
    keys = first.with_columns(shapes["area"].gather(first["shape"]).alias("area")).select("at", "area")
    return (
        points.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64)).join(keys, on="at", how="left").drop("at")
    )


def _counts(group: pl.DataFrame, municipalities: pl.DataFrame) -> pl.DataFrame:
    """Number of places (and of beds) in every municipality, zero where there is none."""
    kind = group["kind"][0]
    counted = group.group_by("area").agg(
        pl.len().cast(pl.Float64).alias(f"count_{kind}"), pl.col("capacity").sum().alias(f"{kind}_beds")
    )
    wanted = [f"count_{kind}"] + ([f"{kind}_beds"] if group["capacity"].is_not_null().any() else [])
    every = municipalities.select("area").join(counted, on="area", how="left").with_columns(
        pl.col(wanted).fill_null(0.0)
    )  # fmt: skip
    return _observations(every.unpivot(wanted, index="area", variable_name="measure", value_name="value"), group)


def _distances(group: pl.DataFrame, municipalities: pl.DataFrame) -> pl.DataFrame:
    """Straight line from each centre to the nearest place, in kilometres."""
    centres = municipalities.drop_nulls()
    chord, _ = cKDTree(_on_sphere(group)).query(_on_sphere(centres))
    arc = 2 * EARTH_RADIUS * np.arcsin(np.clip(chord / 2, 0.0, 1.0))
    frame = centres.select("area").with_columns(
        pl.lit(f"distance_{group['kind'][0]}").alias("measure"), pl.Series("value", arc.round(3))
    )
    return _observations(frame, group)


def _on_sphere(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Unit vectors, shape (rows, 3), of the columns longitude and latitude."""
    longitude, latitude = (np.radians(frame[name].to_numpy()) for name in ("longitude", "latitude"))
    across = np.cos(latitude)
    return np.column_stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)])


def _observations(frame: pl.DataFrame, group: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "measure", "area", pl.lit(group["period"][0]).alias("period"), "value", pl.col("value").alias("lower"),
        pl.col("value").alias("upper"), pl.lit(Status.MEASURED.value).cast(STATUS_DTYPE).alias("status"),
        pl.lit(group["file"][0]).alias("file"), pl.lit(None, dtype=pl.String).alias("caveat"),
    ).select(OBSERVATIONS.schema.names())  # fmt: skip
