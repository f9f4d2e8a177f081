"""What the analyses take from a published release: flows, places, centres and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.store import read
from raumwerk.store.layout import Store
from raumwerk.tables.keys import Level, level_of, region_key

if TYPE_CHECKING:
    from raumwerk.analysis.flows import FlowMatrix
    from raumwerk.analysis.travel import TravelMatrix

# The matrices are imported where they are made, so that the other commands start at once.
# ruff: noqa: PLC0415 - analyses are slow to load, and the other commands start at once without them
__all__ = [
    "MODEL",
    "ClassScheme",
    "centres_near",
    "class_scheme",
    "district_flows",
    "district_places",
    "members",
    "model_facts",
    "open_release",
    "region_flows",
    "region_places",
    "travel_between",
]

#: What every result computed from estimated flows is called, in the text and in JSON.
MODEL = "model on estimated flows"
#: Ranks of centres as in RIN, and the codes of the class scheme that count as at least that.
_RANKS = {"OZ": ("1",), "MZ": ("1", "2"), "GZ": ("1", "2", "3")}
_NEAR = 150.0  # kilometres of straight line × detour beyond which a centre is nobody's nearest

ClassScheme = tuple[dict[str, str], str, str]


def open_release(store: Store, release: str | None) -> read.Release:
    """The named release, or the current one; MissingError when there is none."""
    return read.current(store) if release is None else read.release(store, release)


def region_flows(store: Store, slug: str, release: str | None = None) -> tuple[FlowMatrix, str]:
    """Flows between the municipalities of a region, of the latest period, and the release they are from.

    Counted ones where the release has them for every inhabited municipality of the region, else estimated ones. Flows
    to and from places outside the region are left out: what is computed from them speaks about the region alone.

    Raises
    ------
    MissingError
        When there is no release or it holds no flows for the region.
    """
    from raumwerk.analysis.flows import FlowMatrix

    source = open_release(store, release)
    counted = _counted_flows(source, slug)
    if counted is not None:
        return counted, source.id
    pairs = source.table("flow_estimates").filter(pl.col("region") == region_key(slug)).collect()
    pairs = pairs.filter(pl.col("period") == pl.col("period").max())
    towns = [code for code in pairs["origin"].unique() if level_of(code) is Level.MUNICIPALITY]
    inside = pairs.filter(pl.col("origin").is_in(towns) & pl.col("destination").is_in(towns))
    if inside.is_empty():
        known = source.table("flow_estimates").select(pl.col("region").unique().sort()).collect()["region"].to_list()
        names = ", ".join(name.removeprefix("region:") for name in known) or "none"
        raise MissingError(f"Release {source.id} has no flows for the region {slug!r}. It has: {names}.")
    matrix = FlowMatrix.from_pairs(inside, flow="value", date=inside["period"][0])
    return matrix, source.id


def _counted_flows(release: read.Release, slug: str) -> FlowMatrix | None:
    """Counted flows between all inhabited municipalities of a region on their latest date, or None."""
    from raumwerk.analysis.flows import FlowMatrix

    if "flows" not in release.tables or "region_members" not in release.tables:
        return None
    own = release.table("region_members").filter(
        (pl.col("region") == region_key(slug)) & (pl.col("perimeter") == "wider") & (pl.col("level") == "municipality")
    )  # fmt: skip
    lived_in = release.table("areas").filter(pl.col("inhabited")).select("area").unique()
    towns = own.select("area").unique().join(lived_in, on="area", how="semi").collect()["area"]
    pairs = release.table("flows").filter(
        (pl.col("level") == "municipality") & (pl.col("part") == "all")
        & pl.col("origin").is_in(towns.implode()) & pl.col("destination").is_in(towns.implode())
    )  # fmt: skip
    rows = pairs.filter(pl.col("period") == pl.col("period").max()).collect()
    if towns.is_empty() or not set(towns) <= {*rows["origin"], *rows["destination"]}:
        return None
    values = rows.select("origin", "destination", "value", "lower", "upper", pl.col("status").cast(pl.String))
    return FlowMatrix.from_pairs(values, flow="value", date=rows["period"][0])


def model_facts(release: read.Release, flows: FlowMatrix) -> tuple[dict[str, Any], list[str]]:
    """Facts for JSON and lines for the text: which release, and how sure estimated flows are."""
    facts: dict[str, Any] = {"release": release.id, "period": flows.date, "estimated": bool(flows.is_estimated.any())}
    if not facts["estimated"]:
        return facts, [f"From counted flows of {flows.date}, release {release.id}."]
    accuracy = release.manifest.get("estimate") or {}
    facts["label"] = MODEL
    facts["accuracy"] = {key: value for key, value in accuracy.items() if key.startswith(("cpc_", "text_"))}
    said = accuracy.get("text_en", "The release does not say how accurate the estimate is.")
    return facts, [f"A {MODEL} ({flows.date}, release {release.id}), not a count. {said}"]


def members(release: read.Release, slug: str, level: Level) -> list[str]:
    """Areas of a region at a level, its wider perimeter; MissingError when there is no such region."""
    rows = release.table("region_members").filter(pl.col("perimeter") == "wider").collect()
    own = rows.filter(region=region_key(slug))
    if own.is_empty():
        known = ", ".join(sorted({name.removeprefix("region:") for name in rows["region"]})) or "none"
        raise MissingError(f"Release {release.id} has no region {slug!r}. It has: {known}.")
    if level is Level.DISTRICT:
        return own["area"].str.head(5).unique().sort().to_list()
    return own.filter(level=level.value)["area"].unique().sort().to_list()


def region_places(release: read.Release) -> pl.DataFrame:
    """Inhabited municipalities: ``area, longitude, latitude, hectares, people`` (the newest counts)."""
    places = release.table("areas").filter(
        pl.col("longitude").is_not_null(), pl.col("inhabited"), pl.col("level") == "municipality"
    )  # fmt: skip
    places = places.select("area", "longitude", "latitude").unique("area", keep="last")
    for measure, name, factor in (("area_km2", "hectares", 100.0), ("population", "people", 1.0)):
        counted = (
            release.table("observations")
            .filter(pl.col("measure") == measure, pl.col("value").is_not_null(), pl.col("area").str.len_chars() == 8)
            .sort("period")
            .group_by("area")
            .agg((pl.col("value").last() * factor).alias(name))
        )
        places = places.join(counted, on="area", how="left")
    return places.sort("area").collect()


def district_places(release: read.Release) -> pl.DataFrame:
    """Districts at the centre of their people: ``area, longitude, latitude, hectares``."""
    weight = pl.col("people").fill_null(0) + 1e-9
    centre = [((pl.col(side) * weight).sum() / weight.sum()).alias(side) for side in ("longitude", "latitude")]
    whole = region_places(release).with_columns(pl.col("area").str.head(5))
    return whole.group_by("area").agg(*centre, pl.col("hectares").sum()).sort("area")


def district_flows(release: read.Release) -> FlowMatrix:
    """Counted flows between all districts on the newest date with internal commuters.

    Pairs that are not listed are masked: they hold from 0 to one less than the smallest listed pair.

    Raises
    ------
    MissingError
        When the release has no district flows.
    """
    from raumwerk.analysis.flows import FlowMatrix

    level = (pl.col("level") == "district") & (pl.col("part") == "all")
    rows = release.table("flows").filter(level).select("origin", "destination", "period", "value", "lower", "upper",
                                                       pl.col("status").cast(pl.String)).collect()  # fmt: skip
    dates = rows.filter(pl.col("origin") == pl.col("destination"))["period"]
    if dates.is_empty():
        raise MissingError(f"Release {release.id} has no flows between districts with their internal commuters.")
    period = str(dates.max())
    rows = rows.filter(period=period).drop("period")
    most = max(float(rows.filter(pl.col("value") > 0)["value"].min()) - 1, 0.0)  # type: ignore[arg-type]  # a column of numbers
    codes = pl.concat([rows["origin"], rows["destination"]]).unique().sort()
    every = codes.rename("origin").to_frame().join(codes.rename("destination").to_frame(), how="cross")
    absent = every.filter(pl.col("origin") != pl.col("destination")).join(
        rows, on=["origin", "destination"], how="anti"
    )
    unlisted = absent.with_columns(
        pl.lit(None, pl.Float64).alias("value"), pl.lit(0.0).alias("lower"), pl.lit(most).alias("upper"),
        pl.lit("unlisted").alias("status"),
    )  # fmt: skip
    return FlowMatrix.from_pairs(pl.concat([rows, unlisted]), flow="value", date=period)


def travel_between(travel: str, origins: pl.DataFrame, destinations: pl.DataFrame | None = None) -> TravelMatrix:
    """Ways from a provider (``line``, ``roads:FILE`` …), within areas too."""
    from raumwerk.pipeline.travel import travel_provider, with_inner_ways

    goals = origins if destinations is None else destinations
    return with_inner_ways(travel_provider(travel).travel(origins, goals), origins)


def centres_near(release: read.Release, rank: str, places: pl.DataFrame) -> pl.DataFrame:
    """Central places of at least a rank (OZ, MZ, GZ) that may be the nearest of some place, on both sides of borders.

    Raises
    ------
    MissingError
        When the release has no central places.
    """
    from raumwerk.pipeline.travel import StraightLine

    table, period, _ = class_scheme(release, "central_place_level")
    named = [area for area, code in table.items() if code in _RANKS[rank]]
    centres = region_places(release).filter(pl.col("area").is_in(named))
    if centres.is_empty():
        raise MissingError(f"Release {release.id} has no central places of the rank {rank} on {period}.")
    away = StraightLine().travel(places, centres).kilometres.min(axis=0)
    return centres.filter(pl.Series(away <= _NEAR))


def class_scheme(release: read.Release, scheme: str) -> ClassScheme:
    """Class of each area in the newest edition of a scheme, its date, and its name; MissingError lists the schemes."""
    if "classes" not in release.tables or scheme not in release.manifest["classes"]:
        known = ", ".join(sorted(release.manifest.get("classes", {}))) or "none"
        raise MissingError(f"Release {release.id} has no classes {scheme!r}. It has: {known}.")
    rows = release.table("classes").filter(pl.col("scheme") == scheme).collect()
    rows = rows.filter(pl.col("period") == pl.col("period").max())
    if rows.is_empty():
        raise InputError(Problem(f"the classes {scheme} are empty", expected="at least one area"))
    return dict(rows.select("area", "code").rows()), rows["period"][0], release.manifest["classes"][scheme]["name_en"]
