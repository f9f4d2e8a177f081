"""An own selection of municipalities: who belongs to it, and its figures added up from counts, never from percentages.

An indicator is known for a selection when every measure it rests on is a count that may be added (the release's
catalogue says so). What cannot be added - an average age, a rate as published, the commuters between members - is left
out and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import shapely
from django.utils.translation import gettext

from raumwerk.errors import InputError, Problem
from raumwerk.tables.keys import Level
from raumwerk.tables.status import STATUS_DTYPE, combine_status
from raumwerk.web.atlas.queries.catalogue import describe_indicator
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.words import alphabetical

__all__ = ["MAX_CORNERS", "Selection", "addable", "inside", "left_out", "selection_of", "selection_series"]

MAX_KEYS = 600
MAX_CORNERS = 200
_BOUNDS = ("value", "lower", "upper")


@dataclass(frozen=True, slots=True)
class Selection:
    """Municipalities of one region, in key order; ``districts`` are those of which all inhabited members are in."""

    keys: tuple[str, ...]
    districts: tuple[str, ...]
    touched: tuple[str, ...]
    region: Region

    @property
    def whole(self) -> bool:
        """Whether the selection consists of whole districts, so that figures of districts add up to it."""
        return self.districts == self.touched

    def label(self, atlas: AtlasRelease, lang: str) -> str:
        """Names of what was chosen, the whole districts by theirs; shortened to a number when there are many."""
        rest = [key for key in self.keys if key[:5] not in self.districts]
        names = [atlas.name(key, lang) for key in (*self.districts, *rest)]
        shown = sorted(names, key=alphabetical)
        if len(shown) <= 4:
            return ", ".join(shown)
        text = gettext("%(first)s and %(number)s more areas")
        return text % {"first": ", ".join(shown[:2]), "number": len(shown) - 2}


def selection_of(atlas: AtlasRelease, region: Region, wanted: Sequence[str]) -> Selection:
    """Municipalities that the keys name; the key of a district stands for all its members in the region.

    Raises
    ------
    InputError
        Nothing chosen, too many keys, or a key that is no municipality or district of the region.
    """
    asked = list(dict.fromkeys(key.strip() for key in wanted if key.strip()))
    if not asked:
        raise InputError(_problem(gettext("No municipality is chosen"), gettext("Choose at least one.")))
    if len(asked) > MAX_KEYS:
        raise InputError(_problem(gettext("The address names more areas than a region has"), str(MAX_KEYS)))
    known = set(region.municipalities)
    keys: set[str] = set()
    for key in asked:
        members = {each for each in known if each[:5] == key} if key in region.districts else {key} & known
        if not members:
            shown = key if len(key) <= 20 else key[:20] + "…"
            what = gettext("“%(area)s” is no municipality and no district of this region") % {"area": shown}
            raise InputError(_problem(what, gettext("Choose from the list on this page.")))
        keys |= members
    chosen = tuple(sorted(keys))
    touched = tuple(sorted({key[:5] for key in chosen}))
    whole = tuple(each for each in touched if _inhabited(atlas, each, known) <= keys)
    return Selection(chosen, whole, touched, region)


def _inhabited(atlas: AtlasRelease, district: str, known: Iterable[str]) -> set[str]:
    """Inhabited members of a district in all of Germany: a region may hold a part of a district only."""
    everywhere = atlas.remember("municipalities", lambda: atlas.keys_of(Level.MUNICIPALITY))
    return {key for key in {*everywhere, *known} if key[:5] == district and _lived_in(atlas, key)}


def _lived_in(atlas: AtlasRelease, key: str) -> bool:
    area = atlas.areas.get(key)
    return area is None or area.inhabited


def _problem(what: str, advice: str) -> Problem:
    return Problem(what, advice=advice, column="gebiete")


def inside(atlas: AtlasRelease, region: Region, corners: Sequence[tuple[float, float]]) -> list[str]:
    """Municipalities whose centre lies within the drawn outline (longitude, latitude of its corners).

    Raises
    ------
    InputError
        Fewer than three corners, too many, or corners that are no place on Earth.
    """
    if not 3 <= len(corners) <= MAX_CORNERS:
        raise InputError(_problem(gettext("The outline needs 3 to %(most)s corners") % {"most": MAX_CORNERS}, ""))
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in corners):
        raise InputError(_problem(gettext("A corner of the outline is no place on Earth"), ""))
    outline = shapely.make_valid(shapely.Polygon(corners))
    placed = [(key, *atlas.centre(key)) for key in region.municipalities]
    known = [(key, x, y) for key, x, y in placed if x is not None and y is not None]
    points = shapely.points(np.array([(x, y) for _, x, y in known], dtype=float).reshape(-1, 2))
    held = shapely.covers(outline, points)
    return [key for (key, _x, _y), is_in in zip(known, held, strict=True) if is_in]


def addable(atlas: AtlasRelease, indicator: str) -> bool:
    """Whether the indicator of several areas can be computed from what the release keeps of each."""
    entry = atlas.indicators[indicator]
    parts = [*entry.get("numerator", []), *entry.get("minus", []), *entry.get("denominator", [])]
    measures: Mapping[str, Mapping[str, Any]] = atlas.manifest.get("measures", {})
    counts = all(measures.get(name, {}).get("aggregate") == "sum" for name in parts)
    # a change of a share and a share of shares have lost the counts they were made of
    changed = bool(entry.get("change")) and bool(entry.get("denominator"))
    return counts and bool(parts) and not changed and not entry.get("relative_to")


def selection_series(atlas: AtlasRelease, selection: Selection) -> dict[str, pl.DataFrame]:
    """Every indicator of the selection that can be added up, by indicator.

    Returns
    -------
    dict of str to polars.DataFrame
        ``period, value, lower, upper, status, caveat, files``, oldest first. A period counts when every inhabited
        member has a figure. Municipalities are added; where the selection consists of whole districts, these are.
    """
    found = _added(atlas, selection.keys, [key for key in selection.keys if _lived_in(atlas, key)])
    if selection.whole:
        # what an office prints for a district goes before the sum of its rounded or suppressed municipalities
        found |= _added(atlas, selection.districts, selection.districts)
    return {key: found[key] for key in atlas.indicators if key in found}


def _added(atlas: AtlasRelease, keys: Sequence[str], needed: Sequence[str]) -> dict[str, pl.DataFrame]:
    if not atlas.has("indicators"):
        return {}
    wanted = [key for key in atlas.indicators if addable(atlas, key)]
    rows = (
        atlas.table("indicators")
        .filter(pl.col("area").is_in(list(keys)) & pl.col("indicator").is_in(wanted))
        .select("indicator", "area", "period", *_BOUNDS, "status", "numerator", "denominator", "files", "caveat")
        .collect()
    )
    return {
        str(key): frame
        for (key,), part in rows.partition_by("indicator", as_dict=True).items()
        if len(frame := _sum(atlas, str(key), part, list(needed)))
    }


def _sum(atlas: AtlasRelease, indicator: str, rows: pl.DataFrame, needed: list[str]) -> pl.DataFrame:
    entry = atlas.indicators[indicator]
    complete = pl.col("area").is_in(needed).sum() == len(needed)
    shared = (
        combine_status().cast(STATUS_DTYPE).cast(pl.String).alias("status"),
        pl.col("caveat").drop_nulls().first(),
        pl.col("files").explode().drop_nulls().unique().sort().alias("files"),
    )
    if entry.get("denominator") or entry.get("change") == "percent":
        values = _weighted(entry)
    else:
        values = [_total(name) for name in _BOUNDS]
    kept = rows.group_by("period").agg(complete.alias("_complete"), *values, *shared).filter("_complete")
    closed = pl.col("lower").is_not_null() & pl.col("upper").is_not_null()
    return kept.filter(pl.col("value").is_not_null() | closed).drop("_complete").sort("period")


def _total(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).alias(name)


def _weighted(entry: Mapping[str, Any]) -> list[pl.Expr]:
    """Sum of numerators over sum of denominators; the bounds of the parts weigh as much as their denominators."""
    factor, top, base = float(entry.get("factor", 1)), pl.col("numerator"), pl.col("denominator")
    ratio = top.sum() / base.sum()
    value = (ratio - 1) * 100 if entry.get("change") == "percent" else ratio * factor
    if entry.get("maximum") is not None:
        value = value.clip(upper_bound=float(entry["maximum"]))
    unknown = top.is_null().any() | base.is_null().any() | (base.sum() <= 0)
    exact = pl.when(unknown).then(None).otherwise(value).alias("value")
    bounds = [
        pl.when(pl.col(name).is_null().any() | base.is_null().any() | (base.sum() <= 0))
        .then(None)
        .otherwise((pl.col(name) * base).sum() / base.sum())
        .alias(name)
        for name in ("lower", "upper")
    ]
    return [exact, *bounds]


def left_out(atlas: AtlasRelease, selection: Selection, shown: Iterable[str], lang: str) -> list[str]:
    """Names of the indicators of municipalities that cannot be added up, for the sentence that says so."""
    known = {key for (key,) in atlas.coverage.filter(pl.col("level") == Level.MUNICIPALITY).select("indicator").rows()}
    names = [describe_indicator(atlas, key, lang)["name"] for key in atlas.indicators if key in known - set(shown)]
    return sorted(names, key=alphabetical)
