"""Everything the release knows of one area, held against district, region, state and nation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.tables.keys import NATION, Level
from raumwerk.web.atlas.queries.catalogue import describe_indicator
from raumwerk.web.atlas.queries.flows import DIRECTIONS, AreaFlows, area_flows
from raumwerk.web.atlas.queries.ranking import place_of
from raumwerk.web.atlas.queries.release import Area, AtlasRelease, Region
from raumwerk.web.atlas.queries.selection import Selection, selection_series

__all__ = [
    "MOST_COMPARED",
    "PROFILE_LEVELS",
    "Profile",
    "area_profile",
    "comparable",
    "profile_area",
    "selection_indicators",
]

_COLUMNS = ("indicator", "level", "area", "period", "value", "lower", "upper", "status", "caveat", "files")
_UNRANKED: dict[str, Any] = {"rank": None, "of": 0, "place": None}
PROFILE_LEVELS = (Level.MUNICIPALITY, Level.DISTRICT)
MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Profile:
    """One area: its indicators in catalogue order, its flows by direction, the raw files behind both."""

    area: Area
    region: Region
    parents: list[str]
    indicators: list[dict[str, Any]]
    flows: dict[str, AreaFlows]
    files: list[str]


def profile_area(atlas: AtlasRelease, key: str) -> Area:
    """Municipality or district of that key, or MissingError."""
    area = atlas.areas.get(key)
    if area is None or area.level not in PROFILE_LEVELS:
        message = gettext("“%(area)s” is no district and no municipality of release %(release)s.")
        raise MissingError(message % {"area": key, "release": atlas.id})
    return area


def area_profile(
    atlas: AtlasRelease,
    key: str,
    *,
    lang: str,
    region: Region | None = None,
    against: Sequence[str] | None = None,
) -> Profile:
    """Profile of a municipality or district.

    Parameters
    ----------
    region : Region, optional
        The region to compare with and to rank in; default the first that holds the area.
    against : sequence of str, optional
        Keys of areas to compare with; default district, region, state and nation.

    Raises
    ------
    MissingError
        When the release knows no such municipality or district.
    """
    area = profile_area(atlas, key)
    region = region or atlas.region_of(key)
    parents = _parents(atlas, area, region) if against is None else list(against)
    by_indicator = _rows(atlas, region, area, parents)
    indicators: list[dict[str, Any]] = []
    files: set[str] = set()
    for rows in (by_indicator[each] for each in atlas.indicators if each in by_indicator):
        own = rows.filter(pl.col("area") == key).sort("period")
        if len(own):
            row = _indicator(atlas, rows, own, parents=parents, lang=lang)
            indicators.append(row | _ranks(atlas, rows, row, area, region))
            files |= {file for each in own["files"].drop_nulls() for file in each}
    # The commuters of a town that is its own district are counted, not estimated: they stand under the district.
    flows = _flows(atlas, region, str(area.district) if _is_district(atlas, area) else key, lang)
    files |= {file for each in flows.values() for file in each.files}
    return Profile(area, region, parents, indicators, flows, sorted(files))


def _parents(atlas: AtlasRelease, area: Area, region: Region) -> list[str]:
    """District (of a municipality that is not one itself), region, state, nation."""
    district = [str(area.district)] if area.level == Level.MUNICIPALITY and not _is_district(atlas, area) else []
    held = [region.key] if area.key in (*region.municipalities, *region.districts) else []
    return [*district, *held, str(area.state), NATION]


def _is_district(atlas: AtlasRelease, area: Area) -> bool:
    """Whether the municipality is a town that is its own district."""
    alone = atlas.remember("towns", lambda: Counter(key[:5] for key in atlas.keys_of(Level.MUNICIPALITY)))
    return alone[area.key[:5]] == 1


def _rows(atlas: AtlasRelease, region: Region, area: Area, parents: list[str]) -> dict[str, pl.DataFrame]:
    """Rows of the area, its parents, and the region's members of the same level (for ranks), by indicator."""
    if not atlas.has("indicators"):
        return {}
    members = region.members(area.level)
    if area.key not in members:
        return _scan(atlas, [area.key, *parents])
    known = [*members, *_all_parents(region)]
    rows = atlas.remember(("profile", region.slug, area.level), lambda: _scan(atlas, known))
    others = [key for key in parents if key not in known]
    if not others:
        return rows
    more = _scan(atlas, others)
    return {key: pl.concat([frame, more[key]]) if key in more else frame for key, frame in rows.items()}


def _all_parents(region: Region) -> list[str]:
    return [*region.districts, region.key, *region.states, NATION]


def _scan(atlas: AtlasRelease, keys: list[str]) -> dict[str, pl.DataFrame]:
    wanted = atlas.table("indicators").filter(pl.col("area").is_in(sorted(set(keys)))).select(_COLUMNS)
    rows = wanted.with_columns(pl.col("status").cast(pl.String)).collect()
    return {str(key): part for (key,), part in rows.partition_by("indicator", as_dict=True).items()}


def _indicator(
    atlas: AtlasRelease, rows: pl.DataFrame, own: pl.DataFrame, *, parents: Sequence[str], lang: str
) -> dict[str, Any]:
    latest = own.row(-1, named=True)
    key = latest["indicator"]
    described = describe_indicator(atlas, key, lang)
    same = rows.filter(pl.col("period") == latest["period"])
    compared = {row["area"]: row for row in same.filter(pl.col("area").is_in(parents)).iter_rows(named=True)}
    bounded = ("value", "lower", "upper", "status")
    return {
        "indicator": key,
        **{name: described[name] for name in ("name", "topic", "unit", "decimals", "direction")},
        "period": latest["period"],
        **{name: latest[name] for name in bounded},
        "caveat": atlas.caveat_texts.get(latest["caveat"], {}).get(lang, latest["caveat"])
        if latest["caveat"]
        else None,
        "comparison": [
            {"area": parent, "name": atlas.name(parent, lang), **{name: compared[parent][name] for name in bounded}}
            for parent in parents
            if parent in compared
        ],
        "series": own.select("period", *bounded).to_dicts(),
    }


def _ranks(atlas: AtlasRelease, rows: pl.DataFrame, row: dict[str, Any], area: Area, region: Region) -> dict[str, Any]:
    """Rank among the areas with a value, and the places possible when those known within bounds count too."""
    members = list(region.members(area.level)) or [area.key]
    same = rows.filter((pl.col("period") == row["period"]) & pl.col("area").is_in(members))
    rank, ranked = _rank(atlas, same, area, row["value"])
    return {"rank": rank, "of": ranked, "place": place_of(atlas, same, area.key, area.level)}


def _rank(atlas: AtlasRelease, same: pl.DataFrame, area: Area, value: float | None) -> tuple[int | None, int]:
    """Place of the area among the inhabited ones of its level with a value, largest first."""
    peers = same.filter((pl.col("level") == area.level) & pl.col("value").is_not_null())
    counted = [row for row in peers.select("area", "value").iter_rows() if atlas.areas[row[0]].inhabited]
    own = [row for row in counted if row[0] == area.key]
    if value is None or not own or len(counted) < 2:
        return None, 0
    return 1 + sum(1 for _, other in counted if other > value), len(counted)


def _flows(atlas: AtlasRelease, region: Region, key: str, lang: str) -> dict[str, AreaFlows]:
    """Flows in both directions; none where the release holds none for the area."""
    found = {}
    for direction in DIRECTIONS:
        try:
            found[direction] = area_flows(atlas, region, area=key, direction=direction, lang=lang)
        except (MissingError, InputError):  # a release without flows at this level is no error of the reader
            continue
    return found


def comparable(atlas: AtlasRelease, keys: Sequence[str]) -> list[str]:
    """Return the keys that may stand beside a profile, each once.

    Raises
    ------
    InputError
        More than `MOST_COMPARED`, or a key that is no area of the release.
    """
    wanted = list(dict.fromkeys(key for key in keys if key))
    if len(wanted) > MOST_COMPARED:
        what = gettext("At most %(most)s areas can be compared with at a time") % {"most": MOST_COMPARED}
        raise InputError(Problem(what, column="mit"))
    for key in wanted:
        region = key.startswith("region:") and key.removeprefix("region:") in atlas.regions
        if not region and key != NATION and key not in atlas.areas:
            shown = key if len(key) <= 20 else key[:20] + "…"
            raise InputError(Problem(gettext("“%(area)s” is no area of this release") % {"area": shown}, column="mit"))
    return wanted


def selection_indicators(
    atlas: AtlasRelease, selection: Selection, *, lang: str, against: Sequence[str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Figures of an own selection, as `area_profile` has them but without ranks, and the raw files behind them."""
    compared = _scan(atlas, list(against)) if against and atlas.has("indicators") else {}
    found: list[dict[str, Any]] = []
    files: set[str] = set()
    for key, series in selection_series(atlas, selection).items():
        own = series.with_columns(pl.lit(key).alias("indicator"))
        rows = compared.get(key, pl.DataFrame(schema={"area": pl.String, "period": pl.String}))
        found.append(_indicator(atlas, rows, own, parents=against, lang=lang) | _UNRANKED)
        files |= {file for each in own["files"].drop_nulls() for file in each}
    return found, sorted(files)
