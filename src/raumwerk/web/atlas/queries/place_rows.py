"""All figures of areas as rows: what profiles, own selections and areas side by side show, for programs and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.tables.keys import NATION
from raumwerk.web.atlas.queries.catalogue import describe_indicator
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.selection import selection_of, selection_series

__all__ = ["MOST_AREAS", "SELECTION", "PlaceRows", "common_period", "place_rows"]

#: Key of several municipalities taken together.
SELECTION = "selection"
MOST_AREAS = 10
_BOUNDED = ("value", "lower", "upper", "status")
_COLUMNS = ("indicator", "area", "period", *_BOUNDED, "caveat", "files")


@dataclass(frozen=True, slots=True)
class PlaceRows:
    """``frame``: area, name, indicator, indicator_name, topic, unit, period, value, lower, upper, status, caveat.

    One row for each figure and date, in the order of the catalogue; ``files`` are the raw files behind them.
    """

    frame: pl.DataFrame
    names: tuple[str, ...]
    files: list[str]


def place_rows(
    atlas: AtlasRelease, region: Region, areas: Sequence[str], lang: str, *, together: bool = False
) -> PlaceRows:
    """Every figure of the areas, each for itself, or added up as the own selection that they are.

    Raises
    ------
    InputError
        More areas than :data:`MOST_AREAS`, or a selection that is none.
    MissingError
        An area that the release does not know, or of which it holds nothing.
    """
    if together:
        selection = selection_of(atlas, region, areas)
        names = {SELECTION: selection.label(atlas, lang)}
        parts = [
            frame.with_columns(pl.lit(key).alias("indicator"), pl.lit(SELECTION).alias("area")).select(_COLUMNS)
            for key, frame in selection_series(atlas, selection).items()
        ]
        rows = pl.concat(parts) if parts else pl.DataFrame()
    else:
        keys = _known(atlas, areas)
        names = {key: atlas.name(key, lang) for key in keys}
        rows = pl.DataFrame()
        if atlas.has("indicators"):
            rows = atlas.table("indicators").filter(pl.col("area").is_in(keys)).select(_COLUMNS).collect()
    if rows.is_empty():
        message = gettext("Release %(release)s holds no figures of %(area)s.")
        raise MissingError(message % {"release": atlas.id, "area": ", ".join(names.values())})
    told = {key: describe_indicator(atlas, key, lang) for key in rows["indicator"].unique()}
    order = {key: number for number, key in enumerate(atlas.indicators)}
    places = {key: number for number, key in enumerate(names)}

    def words(name: str) -> pl.Expr:
        return pl.col("indicator").replace_strict(
            {key: each[name] for key, each in told.items()}, return_dtype=pl.String
        )

    named = rows.with_columns(
        pl.col("area").replace_strict(names, return_dtype=pl.String).alias("name"),
        words("name").alias("indicator_name"), words("topic").alias("topic"), words("unit").alias("unit"),
        pl.col("status").cast(pl.String), pl.col("caveat").cast(pl.String),
    )  # fmt: skip
    ranked = named.sort(
        pl.col("indicator").replace_strict(order, return_dtype=pl.Int64),
        pl.col("area").replace_strict(places, return_dtype=pl.Int64), "period",
    )  # fmt: skip
    files = sorted({file for each in rows["files"].drop_nulls() for file in each})
    columns = ["area", "name", "indicator", "indicator_name", "topic", "unit", "period", *_BOUNDED, "caveat"]
    return PlaceRows(ranked.select(columns), tuple(names.values()), files)


def common_period(rows: pl.DataFrame) -> str:
    """Newest period of those in which most of the areas have a figure; ``rows``: one indicator, ``area, period``."""
    counted = rows.group_by("period").agg(pl.col("area").n_unique().alias("areas")).sort("areas", "period")
    return str(counted["period"][-1])


def _known(atlas: AtlasRelease, areas: Sequence[str]) -> list[str]:
    keys = list(dict.fromkeys(areas))
    if len(keys) > MOST_AREAS:
        what = gettext("At most %(most)s areas are listed at a time") % {"most": MOST_AREAS}
        raise InputError(Problem(what, advice=gettext("Ask for the others apart."), column="area"))
    for key in keys:
        region = key.startswith("region:") and key.removeprefix("region:") in atlas.regions
        if not region and key != NATION and key not in atlas.areas:
            raise MissingError(gettext("“%(area)s” is no area of this release") % {"area": key})
    return keys
