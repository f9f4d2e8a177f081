"""Municipalities and districts of each region, by perimeter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from raumwerk.errors import InputError
from raumwerk.pipeline.regions import absent, problems_of
from raumwerk.tables.keys import Level, region_key
from raumwerk.tables.schemas import REGION_MEMBERS

__all__ = ["region_members"]


def region_members(regions: Mapping[str, Mapping[str, Any]], areas: pl.DataFrame) -> pl.DataFrame:
    """Build table ``region_members``.

    Parameters
    ----------
    regions : mapping
        Definitions by slug: ``districts`` and ``municipalities`` make the wider perimeter, ``core`` (municipalities or
        whole districts) the core.
    areas : DataFrame
        Released table ``areas``.

    Returns
    -------
    DataFrame
        For each perimeter its municipalities, and the districts that lie in it as a whole. A region of which nothing
        is loaded (:func:`raumwerk.pipeline.regions.absent`) has no members.

    Raises
    ------
    InputError
        Naming region and key of everything that does not exist.
    """
    missing = absent(regions, areas)
    regions = {slug: entry for slug, entry in regions.items() if slug not in missing}
    problems = [problem for slug, entry in regions.items() for problem in problems_of(slug, entry, areas)]
    if problems:
        raise InputError(problems)
    municipalities = areas.filter(pl.col("level") == Level.MUNICIPALITY.value)["area"]
    frames = [REGION_MEMBERS.empty()]
    for slug, entry in sorted(regions.items()):
        wider = [*entry.get("districts", ()), *entry.get("municipalities", ())]
        for perimeter, keys in (("wider", wider), ("core", entry.get("core", ()))):
            frames.append(_members(slug, perimeter, keys, municipalities))
    return REGION_MEMBERS.conform(pl.concat(frames).sort(REGION_MEMBERS.key))


def _members(slug: str, perimeter: str, keys: Sequence[str], municipalities: pl.Series) -> pl.DataFrame:
    district = municipalities.str.slice(0, 5)
    inside = municipalities.is_in(list(keys)) | district.is_in(list(keys))
    counted = pl.DataFrame({"district": district, "area": municipalities, "inside": inside})
    whole = counted.group_by("district").agg(pl.col("inside").all()).filter("inside")["district"]
    listed = {
        Level.MUNICIPALITY: counted.filter("inside")["area"],
        Level.DISTRICT: whole,
    }
    return pl.concat(
        pl.DataFrame({"area": found}).select(
            pl.lit(region_key(slug)).alias("region"),
            pl.lit(perimeter).alias("perimeter"),
            pl.lit(level.value).alias("level"),
            "area",
        )
        for level, found in listed.items()
    )
