"""Series of one indicator through the years, of one area, an own selection, or several areas beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.web.atlas.queries.catalogue import describe_indicator
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.selection import selection_of, selection_series

__all__ = ["MOST_LINES", "Trend", "area_series", "indexed_lines", "trend_of", "trends_beside"]

MOST_LINES = 5
_COLUMNS = ("period", "value", "lower", "upper", "status", "caveat", "files")


@dataclass(frozen=True, slots=True)
class Trend:
    """``series``: name and points (``period``, ``value``, ``lower``, ``upper``, ``status``) of each line.

    ``indexed``: the values are per cent of the first common year, so that areas of different size compare.
    """

    indicator: dict[str, Any]
    series: list[tuple[str, list[dict[str, Any]]]]
    files: list[str]
    indexed: bool = False


def trend_of(atlas: AtlasRelease, region: Region, areas: Sequence[str], indicator: str, lang: str) -> Trend:
    """Series of one area, or of several taken together as the own selection they are.

    Raises
    ------
    MissingError
        An indicator or area that the release does not hold.
    """
    told = describe_indicator(atlas, indicator, lang)
    if len(areas) == 1:
        name, frame = atlas.name(areas[0], lang), area_series(atlas, areas[0], indicator)
    else:
        selection = selection_of(atlas, region, areas)
        name = selection.label(atlas, lang)
        frame = selection_series(atlas, selection).get(indicator, pl.DataFrame(schema={"files": pl.List(pl.String)}))
    if frame.is_empty():
        message = gettext("Release %(release)s holds no “%(indicator)s” for %(area)s.")
        raise MissingError(message % {"release": atlas.id, "indicator": told["name"], "area": name})
    files = sorted({file for each in frame["files"].drop_nulls() for file in each})
    points = frame.select("period", "value", "lower", "upper", "status").to_dicts()
    return Trend(told, [(name, points)], files)


def area_series(atlas: AtlasRelease, area: str, indicator: str) -> pl.DataFrame:
    """All dates of one area, oldest first."""
    if not atlas.has("indicators"):
        return pl.DataFrame(schema={"files": pl.List(pl.String)})
    rows = atlas.table("indicators").filter((pl.col("indicator") == indicator) & (pl.col("area") == area))
    return rows.select(_COLUMNS).with_columns(pl.col("status").cast(pl.String)).sort("period").collect()


def trends_beside(atlas: AtlasRelease, areas: Sequence[str], indicator: str, lang: str) -> Trend:
    """Lines of up to five areas beside each other; persons as per cent of the first common year.

    Raises
    ------
    InputError
        Too many areas, or one without two dates of the indicator.
    """
    told = describe_indicator(atlas, indicator, lang)
    if len(areas) > MOST_LINES:
        raise InputError(
            Problem(gettext("At most %(most)s areas fit side by side") % {"most": MOST_LINES}, column="area")
        )
    rows = pl.concat(
        [area_series(atlas, area, indicator).with_columns(pl.lit(area).alias("area")) for area in areas], how="diagonal"
    )
    known = rows.drop_nulls("value") if "value" in rows.columns else rows
    indexed = told["decimals"] == 0
    series = indexed_lines(atlas, known, areas, lang, indexed=indexed) if len(known) else []
    if not series:
        what = gettext("“%(indicator)s” has no two dates for each of these areas") % {"indicator": told["name"]}
        raise InputError(Problem(what, column="indicator"))
    files = sorted({file for each in known["files"].drop_nulls() for file in each})
    return Trend(told, series, files, indexed)


def indexed_lines(
    atlas: AtlasRelease, rows: pl.DataFrame, areas: Sequence[str], lang: str, *, indexed: bool
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Name and points of each area from the first year that all have; none where an area has fewer than two."""
    if rows["area"].n_unique() < len(areas):
        return []
    first = rows.group_by("area").agg(pl.col("period").min())["period"].max()
    series = [(atlas.name(area, lang), _line(rows, area, str(first), indexed=indexed)) for area in areas]
    return [] if any(len(points) < 2 for _name, points in series) else series


def _line(rows: pl.DataFrame, area: str, first: str, *, indexed: bool) -> list[dict[str, Any]]:
    points = rows.filter((pl.col("area") == area) & (pl.col("period") >= first)).select("period", "value").to_dicts()
    base = points[0]["value"] if points and indexed else None
    if indexed and not base:
        return []
    return [{**point, "value": 100 * point["value"] / base} for point in points] if base else points
