"""Commuters for the forum's question who belongs at a table, asked of the Atlas so that neither knows the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.tables.keys import Level, level_of
from raumwerk.web.atlas.queries.commuting import Question, commuting
from raumwerk.web.atlas.queries.pairs import estimate_periods, estimated_pairs, measured_pairs, measured_periods
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.release import Region as AtlasRegion
from raumwerk.web.forum.models import ThemeKind
from raumwerk.web.forum.providers import FlowNumbers, FlowQuestion, Population, Source, register_table
from raumwerk.web.portal.handover.statistics import present_release
from raumwerk.web.regions.models import Region

__all__ = ["flows_for_table", "places_for_table", "register_numbers"]

_BOUNDED = ("value", "lower", "upper", "status")
_MODEL_TABLE = "flow_estimates"


@dataclass(frozen=True, slots=True)
class _Counting:
    """How flows are counted: by which units, and whether a publisher counted them or a model shared them out."""

    level: str
    period: str
    estimated: bool


def register_numbers() -> None:
    """Have the Atlas answer the forum."""
    register_table(flows_for_table, places_for_table)


def places_for_table(region: Region, language: str) -> Mapping[str, str]:
    """Return all districts, and the municipalities of the region: key → name, in the order of keys."""
    atlas = present_release()
    if atlas is None:
        return {}
    own = atlas.regions[region.slug].municipalities if region.slug in atlas.regions else ()

    def make() -> dict[str, str]:
        keys = {*atlas.keys_of(Level.DISTRICT), *_short(own)}
        return {key: atlas.name(key, language) for key in sorted(keys)}

    return atlas.remember(("places for tables", region.slug, language), make)


def flows_for_table(region: Region, question: FlowQuestion, language: str) -> FlowNumbers | None:
    """Return the commuters of a theme from the current release, measured where they are, else as the model has them."""
    atlas = present_release()
    if atlas is None:
        return None
    own = atlas.region(region.slug)
    question = replace(question, areas=_short(question.areas), counterparts=_short(question.counterparts))
    named = (*question.areas, *question.counterparts)
    known = [key for key in named if key in atlas.areas]
    municipal = _is_municipal(question, known)
    counting = _counting(atlas, own, municipal=municipal)
    sides = _sides(own, question, known, municipal=municipal)
    inside = set(own.municipalities) if municipal else set(atlas.keys_of(Level.DISTRICT))
    pairs, files = _pairs(atlas, own, counting, (sides[0] | sides[1]) & inside)
    pairs = _of_theme(pairs, question.kind, sides[0], sides[1])
    keys = {*pairs["origin"], *pairs["destination"], *sides[0], *sides[1], *question.also}
    left_out = [(key, gettext("unknown in this release")) for key in named if key not in known]
    left_out += [(key, gettext("outside of the region, no flows there")) for key in known
                 if not any(unit.startswith(key) for unit in sides[0] | sides[1])]  # fmt: skip
    return FlowNumbers(
        release=atlas.id,
        period=counting.period,
        estimated=counting.estimated,
        level=counting.level,
        pairs=pairs,
        units=frozenset(sides[0] | sides[1]),
        names={key: atlas.name(key, language) for key in keys},
        population=_population(atlas, keys, language),
        sources=_sources(atlas, _model_files(atlas) if counting.estimated else files, language),
        left_out=tuple(left_out),
        unlisted=_unlisted(atlas, own, question, sides[0], counting, language),
        model=str((atlas.accuracy(language) or {}).get("text", "")) if counting.estimated else "",
    )


def _short(keys: Iterable[str]) -> tuple[str, ...]:
    """A town that is a district of its own is asked for as district: those flows are counted."""
    return tuple(dict.fromkeys(key[:5] if len(key) == 8 and key.endswith("000") else key for key in keys))


def _is_municipal(question: FlowQuestion, known: Collection[str]) -> bool:
    """Whether municipalities are asked for: one is named, or a single district whose inside nobody else could tell."""
    alone = question.kind == ThemeKind.AREAS and len(known) == 1
    return alone or any(level_of(key) == Level.MUNICIPALITY for key in known)


def _counting(atlas: AtlasRelease, own: AtlasRegion, *, municipal: bool) -> _Counting:
    """Take the latest period; a count of municipalities wins over the model."""
    level = Level.MUNICIPALITY.value if municipal else Level.DISTRICT.value
    if measured := measured_periods(atlas, level, own if municipal else None):
        return _Counting(level, measured[-1], estimated=False)
    estimates = estimate_periods(atlas, own) if municipal else []
    if not estimates:
        message = gettext("Release %(release)s holds no commuter flows that this theme could be told by.")
        raise MissingError(message % {"release": atlas.id})
    return _Counting(level, estimates[-1], estimated=True)


def _sides(
    own: AtlasRegion, question: FlowQuestion, known: Collection[str], *, municipal: bool
) -> tuple[frozenset[str], frozenset[str]]:
    """Units of both sides; a district outside of the region only as the partner of municipalities inside of it."""
    near, far = (_units(own, keys, known, municipal=municipal) for keys in (question.areas, question.counterparts))
    if not municipal:
        return near, far
    inside = frozenset(own.municipalities)
    partners = question.kind == ThemeKind.FLOW and (near <= inside or far <= inside)
    return (near, far) if partners else (near & inside, far & inside)


def _units(own: AtlasRegion, keys: Iterable[str], known: Collection[str], *, municipal: bool) -> frozenset[str]:
    """Areas that the named ones are counted by.

    Between municipalities a district of the region is taken apart; a district elsewhere stays whole, as a partner; a
    municipality elsewhere has no flows of its own and drops out.
    """
    found: set[str] = set()
    for key in keys:
        if key not in known:
            continue
        parts = {part for part in own.municipalities if part.startswith(key)} if municipal else {key}
        whole = {key} if level_of(key) == Level.DISTRICT else set()
        found |= parts or whole
    return frozenset(found)


def _pairs(
    atlas: AtlasRelease, own: AtlasRegion, counting: _Counting, near: Collection[str]
) -> tuple[pl.DataFrame, set[str]]:
    """All pairs that start or end in `near`, without those who stay in their area, and the files they come from."""
    frames = []
    for way, (origin, destination) in {"out": ("near", "far"), "in": ("far", "near")}.items():
        if counting.estimated:
            rows = estimated_pairs(atlas, own, near, direction=way, period=counting.period)
        else:
            rows = measured_pairs(atlas, near, direction=way, level=counting.level, period=counting.period)
        frames.append(
            rows.select(pl.col(origin).alias("origin"), pl.col(destination).alias("destination"), *_BOUNDED, "file")
        )
    both = pl.concat(frames).unique(subset=["origin", "destination"], keep="first", maintain_order=True)
    both = both.filter(pl.col("origin") != pl.col("destination"))
    return both.drop("file"), set(both["file"].drop_nulls().to_list())


def _of_theme(pairs: pl.DataFrame, kind: str, areas: Collection[str], others: Collection[str]) -> pl.DataFrame:
    starts, ends = pl.col("origin").is_in(list(areas)), pl.col("destination").is_in(list(areas))
    if kind == ThemeKind.AREAS:
        return pairs.filter(starts & ends)
    if kind == ThemeKind.CENTRE:
        return pairs.filter(starts ^ ends)
    there, back = pl.col("destination").is_in(list(others)), pl.col("origin").is_in(list(others))
    return pairs.filter((starts & there) | (ends & back))


def _unlisted(  # noqa: PLR0917 - what the answer depends on
    atlas: AtlasRelease,
    own: AtlasRegion,
    question: FlowQuestion,
    units: Collection[str],
    counting: _Counting,
    language: str,
) -> tuple[float, float] | None:
    """Bounds of those whom the publisher counts into the total of a centre without listing their pair."""
    if question.kind != ThemeKind.CENTRE or counting.estimated or not units:
        return None
    asked = Question(areas=tuple(sorted(units)), level=counting.level, period=counting.period)
    answer = commuting(atlas, own, asked, lang=language)
    parts = (answer.out.unlisted, answer.into.unlisted)
    if any(part is None or part.lower is None or part.upper is None for part in parts):
        return None
    return (
        sum(part.lower for part in parts if part is not None and part.lower is not None),
        sum(part.upper for part in parts if part is not None and part.upper is not None),
    )


def _population(atlas: AtlasRelease, keys: Collection[str], language: str) -> Population | None:
    """Return the inhabitants of areas in the latest period that districts and municipalities have."""
    if not atlas.has("indicators"):
        return None
    period, rows, files = atlas.remember("population for tables", lambda: _all_inhabitants(atlas))
    persons = {key: rows[key] for key in keys if key in rows}
    return Population(period, persons, _sources(atlas, files, language)) if period else None


def _all_inhabitants(atlas: AtlasRelease) -> tuple[str, dict[str, float], set[str]]:
    shared = set(atlas.periods("population", Level.DISTRICT))
    if municipal := set(atlas.periods("population", Level.MUNICIPALITY)):
        shared &= municipal
    if not shared:
        return "", {}, set()
    wanted = (pl.col("indicator") == "population") & (pl.col("period") == max(shared))
    levels = pl.col("level").is_in([Level.DISTRICT.value, Level.MUNICIPALITY.value]) & pl.col("value").is_not_null()
    rows = atlas.table("indicators").filter(wanted & levels).select("area", "value", "files").collect()
    files = set(rows.select(pl.col("files").explode().drop_nulls().unique()).to_series().to_list())
    return max(shared), dict(zip(rows["area"], rows["value"], strict=True)), files


def _model_files(atlas: AtlasRelease) -> set[str]:
    """Files that the estimate rests on."""
    return {key for key, entry in atlas.manifest.get("files", {}).items() if _MODEL_TABLE in entry.get("tables", ())}


def _sources(atlas: AtlasRelease, files: Iterable[str], language: str) -> tuple[Source, ...]:
    entries = atlas.attribution(files, language)
    return tuple(Source(entry["title"], entry["attribution"], entry["licence"]) for entry in entries)
