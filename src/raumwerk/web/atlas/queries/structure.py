"""Age and economic structure of districts: groups as shares of their own sum, with the bounds of what is suppressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from raumwerk.tables.status import sum_bounded
from raumwerk.web.atlas.queries.release import AtlasRelease, localised

__all__ = ["Group", "Structure", "age_structure", "economic_structure"]

_AGES: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("under 18"), ("00_02", "03_05", "06_09", "10_14", "15_17")),
    ("18–24", ("18_19", "20_24")),
    ("25–44", ("25_29", "30_34", "35_39", "40_44")),
    ("45–64", ("45_49", "50_54", "55_59", "60_64")),
    ("65–74", ("65_74",)),
    (_("75 and older"), ("75_plus",)),
)
#: Sections of the economy that together are all employees; ``employees_work`` is their sum.
_SECTORS = ("a", "be", "f", "gi", "j", "k", "l", "mn", "oq", "ru")
_TOTAL = "employees_work"


@dataclass(frozen=True, slots=True)
class Group:
    """One bar: persons with bounds, share of all in per cent with bounds, share of the areas to compare with."""

    name: str
    persons: dict[str, Any]
    share: dict[str, Any]
    compared: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure of ``areas`` at ``period``; ``files`` are the raw files behind it."""

    areas: tuple[str, ...]
    period: str
    groups: list[Group]
    files: list[str]


def age_structure(atlas: AtlasRelease, areas: Sequence[str], against: Sequence[str], lang: str) -> Structure | None:
    """Inhabitants by age groups; None where the release does not have them all for every area.

    Parameters
    ----------
    areas, against : sequence of str
        Keys of districts, each group of them added up.
    lang : str
        Language of names that come from the release.
    """
    wanted = {str(name): [f"population_{sex}_{part}" for part in parts for sex in ("female", "male")]
              for name, parts in _AGES}  # fmt: skip
    return _structure(atlas, areas, against, wanted, None)


def economic_structure(
    atlas: AtlasRelease, areas: Sequence[str], against: Sequence[str], lang: str
) -> Structure | None:
    """Employees at their place of work by section of the economy; parameters as of `age_structure`."""
    measures: Mapping[str, Mapping[str, Any]] = atlas.manifest.get("measures", {})
    keys = [f"{_TOTAL}_{sector}" for sector in _SECTORS]
    names = {localised(measures.get(key, {}), "name", lang).partition(": ")[2] or key: [key] for key in keys}
    return _structure(atlas, areas, against, names, _TOTAL)


def _structure(
    atlas: AtlasRelease, areas: Sequence[str], against: Sequence[str], wanted: dict[str, list[str]], total: str | None
) -> Structure | None:
    measures = sorted({each for parts in wanted.values() for each in parts} | ({total} if total else set()))
    if not areas or not atlas.has("observations"):
        return None
    rows = _rows(atlas, [*areas, *against], measures)
    period = _latest(rows, areas, measures)
    if period is None:
        return None
    own, other = (_sums(rows, keys, period, wanted, total) for keys in (areas, against))
    if own is None:
        return None
    groups = [
        Group(name, own[name], _share(own[name], own[""]), _share(other[name], other[""]) if other else None)
        for name in wanted
    ]
    used = rows.filter((pl.col("period") == period) & pl.col("area").is_in(list(areas)))
    return Structure(tuple(areas), period, groups, sorted(used["file"].drop_nulls().unique()))


def _rows(atlas: AtlasRelease, areas: Sequence[str], measures: list[str]) -> pl.DataFrame:
    return (
        atlas.table("observations")
        .filter(pl.col("measure").is_in(measures) & pl.col("area").is_in(list(areas)))
        .select("measure", "area", "period", "value", "lower", "upper", "status", "file")
        .collect()
    )


def _latest(rows: pl.DataFrame, areas: Sequence[str], measures: list[str]) -> str | None:
    """Latest period in which every measure has a row for every area."""
    counted = rows.filter(pl.col("area").is_in(list(areas))).group_by("period").agg(
        pl.struct("measure", "area").n_unique().alias("cells")
    )  # fmt: skip
    full = counted.filter(pl.col("cells") == len(measures) * len(set(areas)))["period"]
    return str(full.max()) if len(full) else None


def _sums(
    rows: pl.DataFrame, areas: Sequence[str], period: str, wanted: dict[str, list[str]], total: str | None
) -> dict[str, dict[str, Any]] | None:
    """Sum of each group, and under the empty name of all; None where an area lacks a measure."""
    here = rows.filter((pl.col("period") == period) & pl.col("area").is_in(list(areas)))
    needed = {each for parts in wanted.values() for each in parts} | ({total} if total else set())
    if here.select(pl.struct("measure", "area").n_unique()).item() < len(needed) * len(set(areas)) or not areas:
        return None
    every = [total] if total else [each for parts in wanted.values() for each in parts]
    return {
        name: here.filter(pl.col("measure").is_in(parts)).select(sum_bounded()).row(0, named=True)
        for name, parts in {**wanted, "": every}.items()
    }


def _share(part: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Per cent of the whole, with the bounds of the part; None where the whole itself is not known."""
    base = whole["value"]
    known = {name: 100 * part[name] / base if base and part[name] is not None else None
             for name in ("value", "lower", "upper")}  # fmt: skip
    return {**known, "status": part["status"]}
