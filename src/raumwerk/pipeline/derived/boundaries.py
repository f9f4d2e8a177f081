"""The polygons of a release: one for each area of today, and the outline of each region."""

from __future__ import annotations

import polars as pl
import shapely

from raumwerk.tables.keys import Level
from raumwerk.tables.schemas import BOUNDARIES

__all__ = ["boundaries"]


def boundaries(drawn: pl.DataFrame, areas: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Build the released table ``boundaries``.

    Parameters
    ----------
    drawn : DataFrame
        Checked table ``boundaries`` of all files.
    areas : DataFrame
        Released table ``areas``.
    members : DataFrame
        Table ``region_members``.

    Returns
    -------
    DataFrame
        Every area of ``areas`` that has a polygon, once, under its released name: of the edition that sets the keys
        where it has the level, else the newest. Regions get the outline of their wider perimeter.
    """
    chosen = areas.select("area", "level", pl.col("name").alias("shown"), pl.col("edition").alias("wanted"))
    rows = drawn.join(chosen, on=["area", "level"], how="inner")
    best = rows.sort((pl.col("edition") == pl.col("wanted")), "edition", "file").unique("area", keep="last")
    named = best.with_columns(name=pl.col("shown")).select(BOUNDARIES.schema.names())
    return BOUNDARIES.conform(pl.concat([named, _outlines(named, areas, members)]).sort("area"))


def _outlines(named: pl.DataFrame, areas: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    wider = members.filter((pl.col("perimeter") == "wider") & (pl.col("level") == Level.MUNICIPALITY.value))
    parts = wider.select("region", "area").join(named, on="area").sort("region", "area")
    outlines = parts.group_by("region", maintain_order=True).agg(
        "geometry", pl.col("edition").max(), pl.col("file").last()
    )
    names = dict(areas.filter(pl.col("level") == Level.REGION.value).select("area", "name").iter_rows())
    merged = [shapely.to_wkb(shapely.union_all(shapely.from_wkb(shapes))) for shapes in outlines["geometry"].to_list()]
    return outlines.select(
        pl.col("region").alias("area"),
        "edition",
        pl.lit(Level.REGION.value).alias("level"),
        pl.col("region").replace_strict(names, default=None, return_dtype=pl.String).alias("name"),
        pl.Series("geometry", merged, dtype=pl.Binary),
        "file",
    ).select(BOUNDARIES.schema.names())
