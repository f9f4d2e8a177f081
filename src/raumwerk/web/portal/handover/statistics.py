"""What the pages show of the Atlas: which release counts, key figures of a region, its shape."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from raumwerk.errors import MissingError, RaumwerkError
from raumwerk.web.atlas.queries.release import AtlasRelease, atlas_release, localised

__all__ = ["KeyFigure", "KeyFigures", "ReleaseNote", "key_figures", "present_release", "release_note"]

log = logging.getLogger(__name__)

# Shown where the release has them, in this order; a region's entry may name others (`key_figures = [...]`).
PREFERRED = (
    "population",
    "population_change_5y",
    "commuters_out",
    "cross_border_share_out",
    "employment_rate",
    "unemployed_share",
)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class ReleaseNote:
    """Which release the page speaks from."""

    id: str
    created: datetime
    sample: bool


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number with all that makes it readable: unit, period, what it is held against, where it comes from.

    ``value`` is None where a part is masked or not listed; then, and where sources round, the bounds differ.
    """

    key: str
    name: str
    value: float | None
    lower: float | None
    upper: float | None
    unit: str
    decimals: int
    period: str
    nation: float | None
    sources: tuple[str, ...]
    description: str = ""

    @property
    def is_interval(self) -> bool:
        """Tell whether the bounds differ in the digits that are shown."""
        if self.lower is None or self.upper is None:
            return False
        return round(self.lower, self.decimals) != round(self.upper, self.decimals)


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Key figures of a region from one release; ``attribution`` is the wording the publishers prescribe."""

    release: str
    figures: tuple[KeyFigure, ...]
    attribution: tuple[str, ...]
    nation: str = ""


def present_release() -> AtlasRelease | None:
    """Return the current release, or None where there is none; a damaged store is logged, pages stand without it."""
    try:
        return atlas_release()
    except MissingError:
        return None
    except RaumwerkError:
        log.exception("The current release cannot be read; pages are shown without statistics.")
        return None


def release_note() -> ReleaseNote | None:
    """Return id and date of the current release."""
    atlas = present_release()
    if atlas is None:
        return None
    return ReleaseNote(atlas.id, datetime.fromisoformat(atlas.manifest["created"]), bool(atlas.manifest.get("sample")))


def key_figures(slug: str, language: str) -> KeyFigures | None:
    """Return the key figures of a region in its latest periods; None where the release knows none of it."""
    atlas = present_release()
    if atlas is None or slug not in atlas.regions or not atlas.has("indicators"):
        return None
    return atlas.remember(("portal figures", slug, language), lambda: _key_figures(atlas, slug, language))


def _key_figures(atlas: AtlasRelease, slug: str, language: str) -> KeyFigures | None:
    region = atlas.region(slug)
    rows = _latest(atlas, region.key)
    wanted = [*region.entry.get("key_figures", PREFERRED), *atlas.indicators]
    keys = [key for key in dict.fromkeys(wanted) if key in rows and key in atlas.indicators][:SHOWN]
    figures = tuple(_figure(atlas, atlas.indicators[key], rows[key], language) for key in keys)
    if not figures:
        return None
    sources = dict.fromkeys(source for figure in figures for source in figure.sources)
    entries = atlas.manifest.get("sources", {})
    attribution = tuple(dict.fromkeys(str(entries[key]["attribution"]) for key in sources if key in entries))
    return KeyFigures(atlas.id, figures, attribution, atlas.name("DG", language))


def _latest(atlas: AtlasRelease, area: str) -> dict[str, dict[str, Any]]:
    """Return the row of the latest period of each indicator, with the nation's value of that period."""
    known = pl.col("value").is_not_null() | (pl.col("lower").is_not_null() & pl.col("upper").is_not_null())
    held = atlas.table("indicators").filter(pl.col("area").is_in([area, "DG"]) & known)
    frame = held.select("area", "indicator", "period", "value", "lower", "upper", "files").collect()
    nation = frame.filter(pl.col("area") == "DG").select("indicator", "period", pl.col("value").alias("nation"))
    own = frame.filter(pl.col("area") == area).sort("period").group_by("indicator", maintain_order=True).last()
    joined = own.join(nation, on=["indicator", "period"], how="left")
    return {row["indicator"]: row for row in joined.to_dicts()}


def _figure(atlas: AtlasRelease, entry: dict[str, Any], row: dict[str, Any], language: str) -> KeyFigure:
    files = atlas.manifest.get("files", {})
    sources = dict.fromkeys(files[file]["source"] for file in row["files"] or [] if file in files)
    counted = not entry.get("denominator")
    return KeyFigure(
        key=row["indicator"],
        name=localised(entry, "name", language),
        value=row["value"],
        lower=row["lower"],
        upper=row["upper"],
        unit=localised(entry, "unit", language),
        decimals=int(entry.get("decimals", 0)),
        period=row["period"],
        # A count of the whole country says nothing beside the region's; a rate does.
        nation=None if counted else row["nation"],
        sources=tuple(sources),
        description=localised(entry, "description", language),
    )
