"""What the analyses take from a release: flows as matrices, places, ways, classes; each made once for a release."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from django.utils.translation import gettext

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.gravity import fit_gravity
from raumwerk.analysis.straight_line import straight_line_travel
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import MissingError
from raumwerk.tables.keys import Level, level_of
from raumwerk.web.atlas.queries.pairs import estimate_periods
from raumwerk.web.atlas.queries.release import AtlasRelease, Region, localised

__all__ = [
    "class_name",
    "classes_of",
    "district_flows",
    "employed_of",
    "files_of",
    "flow_files",
    "municipal_flows",
    "places_of",
    "ways_between",
    "ways_decay",
]


def district_flows(atlas: AtlasRelease) -> FlowMatrix:
    """Counted flows between all districts on the newest date with internal commuters.

    Pairs that are not listed hold from 0 to one less than the smallest listed pair.
    """
    return atlas.remember("planning:district flows", lambda: _district_flows(atlas))


def _district_flows(atlas: AtlasRelease) -> FlowMatrix:
    level = (pl.col("level") == Level.DISTRICT) & (pl.col("part") == "all")
    columns = ["origin", "destination", "period", "value", "lower", "upper", pl.col("status").cast(pl.String)]
    rows = atlas.table("flows").filter(level).select(columns).collect() if atlas.has("flows") else None
    dates = None if rows is None else rows.filter(pl.col("origin") == pl.col("destination"))["period"]
    if rows is None or dates is None or dates.is_empty():
        told = gettext("Release %(release)s holds no flows between districts with those who stay in their district.")
        raise MissingError(told % {"release": atlas.id})
    period = str(dates.max())
    rows = rows.filter(period=period).drop("period")
    smallest = rows.filter(pl.col("value") > 0)["value"].min()
    most = max(float(smallest or 1) - 1, 0.0)  # type: ignore[arg-type]  # a column of numbers
    codes = pl.concat([rows["origin"], rows["destination"]]).unique().sort()
    every = codes.rename("origin").to_frame().join(codes.rename("destination").to_frame(), how="cross")
    apart = every.filter(pl.col("origin") != pl.col("destination"))
    absent = apart.join(rows, on=["origin", "destination"], how="anti")
    unlisted = absent.with_columns(
        pl.lit(None, pl.Float64).alias("value"), pl.lit(0.0).alias("lower"), pl.lit(most).alias("upper"),
        pl.lit("unlisted").alias("status"),
    )  # fmt: skip
    return FlowMatrix.from_pairs(pl.concat([rows, unlisted]), flow="value", date=period)


def municipal_flows(atlas: AtlasRelease, region: Region) -> FlowMatrix:
    """Estimated flows between the municipalities of a region, newest period; flows across its border are left out."""
    return atlas.remember(("planning:municipal flows", region.slug), lambda: _municipal_flows(atlas, region))


def _municipal_flows(atlas: AtlasRelease, region: Region) -> FlowMatrix:
    periods = estimate_periods(atlas, region)
    if not periods:
        told = gettext("Release %(release)s holds no estimated flows between the municipalities of “%(region)s”.")
        raise MissingError(told % {"release": atlas.id, "region": region.slug})
    wanted = (pl.col("region") == region.key) & (pl.col("period") == periods[-1])
    pairs = atlas.table("flow_estimates").filter(wanted).collect()
    towns = [code for code in pairs["origin"].unique() if level_of(code) is Level.MUNICIPALITY]
    inside = pairs.filter(pl.col("origin").is_in(towns) & pl.col("destination").is_in(towns))
    return FlowMatrix.from_pairs(inside, flow="value", date=periods[-1])


def employed_of(flows: FlowMatrix) -> tuple[dict[str, float], dict[str, float]]:
    """Employed residents and jobs of each area as the analyses count them: masked pairs with their lower bound."""
    lives, works = (np.asarray(flows.values.sum(axis=side)).ravel().tolist() for side in (1, 0))
    return dict(zip(flows.codes, lives, strict=True)), dict(zip(flows.codes, works, strict=True))


def places_of(atlas: AtlasRelease) -> pl.DataFrame:
    """Inhabited municipalities: ``area, longitude, latitude, hectares, people`` (the newest counts)."""
    return atlas.remember("planning:places", lambda: _places(atlas))


def _places(atlas: AtlasRelease) -> pl.DataFrame:
    known = pl.col("longitude").is_not_null() & pl.col("inhabited") & (pl.col("level") == Level.MUNICIPALITY)
    places = atlas.table("areas").filter(known).select("area", "longitude", "latitude").unique("area", keep="last")
    for measure, name, factor in (("area_km2", "hectares", 100.0), ("population", "people", 1.0)):
        if not atlas.has("observations"):
            places = places.with_columns(pl.lit(None, pl.Float64).alias(name))
            continue
        wanted = (pl.col("measure") == measure) & pl.col("value").is_not_null() & (pl.col("area").str.len_chars() == 8)
        counted = atlas.table("observations").filter(wanted).sort("period")
        newest = counted.group_by("area").agg((pl.col("value").last() * factor).alias(name))
        places = places.join(newest, on="area", how="left")
    return places.sort("area").collect()


def ways_between(atlas: AtlasRelease, region: Region) -> TravelMatrix:
    """Estimated ways by car between the municipalities of the region's flows, within them too."""

    def made() -> TravelMatrix:
        codes = list(municipal_flows(atlas, region).codes)
        return straight_line_travel(places_of(atlas).filter(pl.col("area").is_in(codes)))

    return atlas.remember(("planning:ways", region.slug), made)


def ways_decay(atlas: AtlasRelease, region: Region) -> float:
    """How much less people take a way for each minute more, fitted to the region's flows by the gravity model."""

    def fitted() -> float:
        flows = municipal_flows(atlas, region)
        ways = ways_between(atlas, region).select(origins=flows.codes, destinations=flows.codes)
        return -fit_gravity(flows, ways.minutes).parameters["cost"]

    return atlas.remember(("planning:decay", region.slug), fitted)


def classes_of(atlas: AtlasRelease, scheme: str) -> tuple[Mapping[str, str], Mapping[str, str], str]:
    """Code of each area in the newest edition of a scheme, the label of each code, and the date of the edition."""
    found: tuple[Mapping[str, str], Mapping[str, str], str] = atlas.remember(
        ("planning:classes", scheme), lambda: _classes(atlas, scheme)
    )
    return found


def _classes(atlas: AtlasRelease, scheme: str) -> tuple[Mapping[str, str], Mapping[str, str], str]:
    rows = atlas.table("classes").filter(pl.col("scheme") == scheme).collect() if atlas.has("classes") else None
    if rows is None or rows.is_empty():
        told = gettext("Release %(release)s holds no classes “%(scheme)s”.")
        raise MissingError(told % {"release": atlas.id, "scheme": scheme})
    rows = rows.filter(pl.col("period") == pl.col("period").max())
    labels = dict(rows.select("code", "label").unique("code", keep="first").rows())
    return dict(rows.select("area", "code").rows()), labels, str(rows["period"][0])


def class_name(atlas: AtlasRelease, scheme: str, lang: str) -> str:
    """Name of a scheme of classes."""
    return localised(atlas.manifest.get("classes", {}).get(scheme, {}), "name", lang) or scheme


def files_of(atlas: AtlasRelease, *tables: str) -> list[str]:
    """Raw files that the tables were made from, as the manifest names them; for attribution."""
    entries = atlas.manifest["tables"]
    return sorted({file for name in tables for file in entries.get(name, {}).get("files", [])})


def flow_files(atlas: AtlasRelease, period: str) -> list[str]:
    """Raw files of the flows of a period, counted or the base of an estimate, and of the boundaries of the map."""

    def read() -> list[str]:
        rows = atlas.table("flows").filter(period=period).select("file").unique().collect()
        return [str(file) for file in rows["file"]]

    found: list[str] = atlas.remember(("planning:flow files", period), read)
    return sorted({*found, *files_of(atlas, "boundaries")})
