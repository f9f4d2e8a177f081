"""One current list of areas: the keys that every released figure is brought to.

The municipalities of the newest boundaries set the keys, state by state. What boundaries do not tell — kind,
association, whether anybody lives there, the official centre — comes from the newest register that knows the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from raumwerk.pipeline.regions import absent
from raumwerk.tables.keys import NATION, Level, region_key
from raumwerk.tables.schemas import AREAS

__all__ = ["areas", "target_municipalities"]

_ORDER = ["edition", "file"]
#: Names that say already what kind of district they are.
_SPEAKING = r"(?i)kreis|region|verband"
_CITY_KINDS = ("Kreisfreie Stadt", "Stadtkreis")


def target_municipalities(listed: pl.DataFrame, boundaries: pl.DataFrame) -> pl.DataFrame:
    """Municipalities whose keys are the target: of the newest boundaries of each state, else of its newest register.

    Parameters
    ----------
    listed : DataFrame
        Checked table ``areas`` of all files.
    boundaries : DataFrame
        Checked table ``boundaries`` of all files (the geometry is not looked at).

    Returns
    -------
    DataFrame
        Rows of ``listed``, one for each municipality.
    """
    rows = listed.filter(pl.col("level") == Level.MUNICIPALITY.value).with_columns(
        pl.col("area").str.slice(0, 2).alias("state")
    )
    drawn = boundaries.filter(pl.col("level") == Level.MUNICIPALITY.value).select(
        pl.col("area").str.slice(0, 2).alias("state"), "edition", "file"
    )
    with_boundaries = drawn.unique().sort(_ORDER).group_by("state").last()
    registers = rows.select("state", "edition", "file").unique().sort(_ORDER).group_by("state").last()
    without = registers.join(with_boundaries, on="state", how="anti")
    chosen = pl.concat([with_boundaries, without.select(with_boundaries.columns)])
    return rows.join(chosen, on=["state", "edition", "file"], how="semi").drop("state")


def areas(
    listed: pl.DataFrame, boundaries: pl.DataFrame, regions: Mapping[str, Mapping[str, Any]] | None = None
) -> pl.DataFrame:
    """Build the released table ``areas``.

    Parameters
    ----------
    listed, boundaries : DataFrame
        Checked tables ``areas`` and ``boundaries`` of all files.
    regions : mapping, optional
        Region definitions by slug (catalogue entries with ``name_de``); each of which some part is loaded becomes an
        area ``region:<slug>``.

    Returns
    -------
    DataFrame
        Table ``areas``, every key once: nation, regions, states, government regions, districts, associations,
        municipalities. ``parent`` leads from municipality and association to district, from district to government
        region where the state has them, else to state, and on to the nation. ``edition`` is that of the boundaries.
    """
    target = target_municipalities(listed, boundaries)
    if target.is_empty():
        return AREAS.empty()
    states = target.select(
        pl.col("area").str.slice(0, 2).alias("state"), pl.col("edition").alias("target_edition")
    ).unique("state")
    municipalities = _municipalities(target, listed)
    government = _government_regions(listed, states)
    parts = [
        municipalities,
        _associations(listed, states, municipalities),
        _districts(listed, municipalities, government),
        government,
        _newest(listed, Level.STATE).join(states, left_on="area", right_on="state", how="semi"),
    ]
    frame = pl.concat([part.select(AREAS.schema.names()) for part in parts])
    frame = frame.with_columns(pl.col("area").str.slice(0, 2).alias("state")).join(states, on="state", how="left")
    frame = frame.with_columns(edition=pl.col("target_edition")).drop("state", "target_edition")
    top = _top(target, regions or {})
    return AREAS.conform(pl.concat([frame.sort("area"), top]))


def _newest(listed: pl.DataFrame, level: Level) -> pl.DataFrame:
    """Newest row of every key of one level; rows that name a kind are preferred within an edition."""
    rows = listed.filter(pl.col("level") == level.value)
    return rows.sort("edition", pl.col("kind").is_not_null(), "file").unique("area", keep="last", maintain_order=True)


def _municipalities(target: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    rows = listed.filter(pl.col("level") == Level.MUNICIPALITY.value)
    described = rows.filter(pl.col("kind").is_not_null())
    facts = described.sort(_ORDER).unique("area", keep="last", maintain_order=True)
    official = described.filter(pl.col("longitude").is_not_null())
    centres = official.sort(_ORDER).unique("area", keep="last", maintain_order=True)
    associated = described.filter(pl.col("association").is_not_null())
    member = associated.sort(_ORDER).unique("area", keep="last", maintain_order=True)
    frame = (
        target.join(facts.select("area", "kind", "inhabited"), on="area", how="left", suffix="_known")
        .join(centres.select("area", "longitude", "latitude"), on="area", how="left", suffix="_official")
        .join(member.select("area", "association"), on="area", how="left", suffix="_known")
    )
    return frame.with_columns(
        kind=pl.coalesce("kind_known", "kind"),
        inhabited=pl.coalesce("inhabited_known", "inhabited"),
        association=pl.coalesce("association_known", "association"),
        longitude=pl.coalesce("longitude_official", "longitude"),
        latitude=pl.coalesce("latitude_official", "latitude"),
        parent=pl.col("area").str.slice(0, 5),
    ).select(AREAS.schema.names())


def _associations(listed: pl.DataFrame, states: pl.DataFrame, municipalities: pl.DataFrame) -> pl.DataFrame:
    """Associations of the newest register of each state that still have a municipality."""
    rows = _newest(listed, Level.ASSOCIATION)
    inside = municipalities.select(pl.col("association").alias("area")).drop_nulls().unique()
    rows = rows.join(inside, on="area", how="semi").with_columns(parent=pl.col("area").str.slice(0, 5))
    return rows.filter(pl.col("area").str.slice(0, 2).is_in(states["state"].implode()))


def _districts(listed: pl.DataFrame, municipalities: pl.DataFrame, government: pl.DataFrame) -> pl.DataFrame:
    """Districts that hold a municipality of the target, named so that a district and its city can be told apart."""
    inside = municipalities.group_by(pl.col("parent").alias("area")).agg(
        pl.len().alias("count"), pl.col("name").first().alias("only"), pl.col("inhabited").any().alias("settled")
    )
    rows = _newest(listed, Level.DISTRICT)
    # The register says more about a district (kind) than boundaries do, which may be newer: look it up apart.
    kinds = listed.filter((pl.col("level") == Level.DISTRICT.value) & pl.col("kind").is_not_null())
    kinds = kinds.sort(_ORDER).unique("area", keep="last", maintain_order=True).select("area", known=pl.col("kind"))
    frame = _with_centres(rows.join(inside, on="area", how="inner").join(kinds, on="area", how="left"), listed)
    kind = pl.coalesce("known", "kind")
    plain = pl.col("name").str.replace(r",.*$", "")
    name = (
        pl.when(kind.is_in(_CITY_KINDS) & (pl.col("count") == 1))
        .then("only")
        .when(kind.is_in(_CITY_KINDS) | kind.is_null() | pl.col("name").str.contains(_SPEAKING))
        .then(plain)
        .otherwise(pl.concat_str(kind, pl.lit(" "), plain))
    )
    upper = pl.col("area").str.slice(0, 3)
    parent = pl.when(upper.is_in(government["area"].implode())).then(upper).otherwise(pl.col("area").str.slice(0, 2))
    return frame.with_columns(
        name=name,
        kind=kind,
        parent=parent,
        inhabited=pl.col("settled"),
    )


def _government_regions(listed: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Government regions in force: those with boundaries or called so; former and purely statistical ones are left."""
    rows = listed.filter(pl.col("level") == Level.GOVERNMENT_REGION.value)
    in_force = rows.filter((pl.col("kind") == "Regierungsbezirk") | pl.col("name").str.starts_with("Reg.-Bez."))
    newest = _with_centres(_newest(in_force, Level.GOVERNMENT_REGION), listed)
    name = pl.col("name").str.replace(r"^Reg\.-Bez\.\s*", "")
    return newest.filter(pl.col("area").str.slice(0, 2).is_in(states["state"].implode())).with_columns(
        name=pl.concat_str(pl.lit("Regierungsbezirk "), name),
        kind=pl.lit("Regierungsbezirk"),
        parent=pl.col("area").str.slice(0, 2),
    )


def _with_centres(rows: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Centres from the newest edition that has them (a register has none for districts, boundaries have)."""
    known = listed.join(rows.select("area", "level"), on=["area", "level"], how="semi")
    known = known.filter(pl.col("longitude").is_not_null()).sort(_ORDER)
    newest = known.unique("area", keep="last", maintain_order=True).select("area", "longitude", "latitude")
    return rows.drop("longitude", "latitude").join(newest, on="area", how="left")


def _top(target: pl.DataFrame, regions: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Nation and regions; they rest on the file of the newest boundaries."""
    newest = target.sort(_ORDER).row(-1, named=True)
    missing = absent(regions, pl.concat([target.select("area"), target.select(pl.col("area").str.slice(0, 5))]))
    rows = [{"area": NATION, "level": Level.NATION.value, "name": "Deutschland", "parent": None}]
    rows += [
        {"area": region_key(slug), "level": Level.REGION.value, "name": str(entry["name_de"]), "parent": NATION}
        for slug, entry in sorted(regions.items())
        if slug not in missing
    ]
    common = {"edition": newest["edition"], "file": newest["file"], "inhabited": True}
    return AREAS.conform(pl.DataFrame([row | common for row in rows], schema_overrides={"parent": pl.String}))
