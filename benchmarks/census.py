"""Complete commuter matrices of two countries, read from the shared folder: communes of Belgium and of Switzerland."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import polars as pl

from raumwerk.analysis.flows import FlowMatrix

_ROOT = Path(__file__).parents[1]


def shared_folder() -> Path:
    """Folder of the official files."""
    return Path(os.environ.get("RAUMWERK_SHARED_DATA", _ROOT.parent / "shared" / "data"))


def belgium(folder: Path) -> tuple[pl.DataFrame, FlowMatrix]:
    """Communes of Belgium (census 2011); the upper level is the arrondissement, the first two digits.

    Returns
    -------
    places : polars.DataFrame
        ``area, district, residents, jobs, longitude, latitude``; the centre is the middle of the boundary's area.
    flows : FlowMatrix
    """
    base = folder / "delimitation" / "belgium_communes"
    shapes = gpd.read_file(base / "communes.gpkg").to_crs(3035)
    shapes["area"] = shapes["CODE_INS"].astype(str)
    centre = shapes.dissolve("area").geometry.centroid.to_crs(4326)
    points = pl.DataFrame(
        {"area": centre.index.tolist(), "longitude": centre.x.to_list(), "latitude": centre.y.to_list()}
    )
    return _joined(base / "be_commune_flows_census2011.csv.gz", points)


def switzerland(folder: Path) -> tuple[pl.DataFrame, FlowMatrix]:
    """Communes of Switzerland; the upper level is the canton, the first two digits. See :func:`belgium`."""
    base = folder / "delimitation" / "switzerland_communes"
    table = pl.read_csv(base / "ch_commune_centroids.csv", infer_schema=False)
    points = table.select(
        pl.col("code").alias("area"), pl.col("lon").cast(float).alias("longitude"),
        pl.col("lat").cast(float).alias("latitude"),
    )  # fmt: skip
    return _joined(base / "ch_commune_flows.csv.gz", points)


def _joined(path: Path, points: pl.DataFrame) -> tuple[pl.DataFrame, FlowMatrix]:
    pairs = pl.read_csv(path, infer_schema=False).select(
        pl.col("NODE_2_CODE").alias("origin"), pl.col("NODE_1_CODE").alias("destination"),
        pl.col("INCOMING_FLOW").cast(float).alias("flow"),
    )  # fmt: skip
    known = points["area"].to_list()
    pairs = pairs.filter(pl.col("origin").is_in(known) & pl.col("destination").is_in(known))
    flows = FlowMatrix.from_pairs(pairs)
    places = (
        points.filter(pl.col("area").is_in(flows.codes))
        .join(flows.residents().select("area", residents="value"), on="area")
        .join(flows.jobs().select("area", jobs="value"), on="area")
        .with_columns(pl.col("area").str.slice(0, 2).alias("district"))
        .sort("area")
    )
    return places, flows


def districts_of(places: pl.DataFrame, flows: FlowMatrix) -> FlowMatrix:
    """The flows summed to the upper level."""
    return flows.aggregate(dict(places.select("area", "district").iter_rows()))
