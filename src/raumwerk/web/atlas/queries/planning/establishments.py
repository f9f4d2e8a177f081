"""Establishments by size: shares of the districts, and what they say of region, states and nation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from django.utils.translation import gettext

from raumwerk.tables.keys import NATION
from raumwerk.web.atlas.queries.planning.analysis import Column, Table
from raumwerk.web.atlas.queries.planning.params import Case
from raumwerk.web.atlas.queries.release import localised

__all__ = ["size_files", "size_table"]

_SHARES = ("micro_enterprises", "large_enterprises")


def size_table(case: Case) -> Table | None:
    """Shares of small and large establishments by district, region, state and nation; None where none is loaded.

    Shares are published for districts only, without the counts behind them. The share of a region, a state or the
    nation is a weighted mean of those of its districts, so it stands as the interval between them.
    """
    shares = _shares(case)
    own = shares.filter(pl.col("area").is_in(case.region.districts))
    if own.is_empty():
        return None
    period = str(own["period"].max())
    now = shares.filter(period=period)
    names = [name for name in _SHARES if name in set(now["indicator"])]
    rows = [_single(case, area, now, names) for area in case.region.districts]
    rows += [_whole(name, area, now, names) for name, area in _groups(case).items()]
    columns = [Column("name", gettext("Area"), gettext("Name of the area"), area="area")]
    for name in names:
        columns += _columns(case, name)
    numbers = [f"{name}{end}" for name in names for end in ("", "_lower", "_upper", "_median", "_rank")]
    schema = {"area": pl.String, "name": pl.String, **dict.fromkeys(numbers, pl.Float64)}
    note = gettext(
        "Shares are published for districts only. Those of region, states and nation lie between the shares of their "
        "districts: the table shows this interval, and the district in the middle. Rank 1 is the highest share of all "
        "districts of the nation."
    )
    title = gettext("Establishments by size, %(year)s") % {"year": period[:4]}
    return Table("sizes", title, columns, pl.DataFrame(rows, schema=schema), note)


def size_files(case: Case) -> list[str]:
    """Raw files of the shares."""
    return sorted({file for files in _shares(case)["files"].drop_nulls() for file in files})


def _shares(case: Case) -> pl.DataFrame:
    """Shares of all districts at all times."""
    names = [name for name in _SHARES if name in case.atlas.indicators]

    def found() -> pl.DataFrame:
        wanted = pl.col("indicator").is_in(names) & (pl.col("level") == "district") & pl.col("value").is_not_null()
        columns = ("indicator", "area", "period", "value", "files")
        return case.atlas.table("indicators").filter(wanted).select(columns).collect()

    return case.atlas.remember("planning:sizes", found)


def _groups(case: Case) -> Mapping[str, Iterable[str]]:
    """Names of region, states and nation with the beginnings of the keys of their districts."""
    states = {case.name(state): (state,) for state in case.region.states}
    return {case.region.short(case.lang): case.region.districts, **states, case.name(NATION): ("",)}


def _single(case: Case, area: str, now: pl.DataFrame, names: Iterable[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"area": area, "name": case.name(area)}
    for name in names:
        ranked = now.filter(indicator=name).with_columns(rank=pl.col("value").rank("min", descending=True))
        mine = ranked.filter(area=area).to_dicts()
        row |= {name: mine[0]["value"], f"{name}_rank": mine[0]["rank"]} if mine else {}
    return row


def _whole(title: str, beginnings: Iterable[str], now: pl.DataFrame, names: Iterable[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"name": title}
    inside = pl.any_horizontal(pl.col("area").str.starts_with(each) for each in beginnings)
    for name in names:
        values = now.filter((pl.col("indicator") == name) & inside)["value"]
        row |= {f"{name}_lower": values.min(), f"{name}_upper": values.max(), f"{name}_median": values.median()}
    return row


def _columns(case: Case, name: str) -> list[Column]:
    entry = case.atlas.indicators[name]
    label, decimals = localised(entry, "name", case.lang), int(entry.get("decimals", 1))
    return [
        Column(name, label, localised(entry, "description", case.lang), "%", decimals, bounded=True),
        Column(f"{name}_median", gettext("Middle district"), gettext("Half of the districts lie above"), "%", decimals),
        Column(f"{name}_rank", gettext("Rank"), gettext("Among all districts of the nation, 1: highest share"), "", 0),
    ]
