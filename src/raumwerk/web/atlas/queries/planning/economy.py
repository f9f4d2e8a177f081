"""What districts and the region live on: sectors, specialisation, growth and its parts, concentration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.analysis.structure import location_quotients, shift_share
from raumwerk.errors import MissingError
from raumwerk.tables.keys import NATION
from raumwerk.tables.status import sum_bounded
from raumwerk.web.atlas.queries.planning.analysis import (
    kept,
)
from raumwerk.web.atlas.queries.planning.params import Choices, Param, State
from raumwerk.web.atlas.queries.release import AtlasRelease, Region, localised

__all__ = ["PARAMS", "SECTORS", "Economy", "economy_of", "growth_of", "quotients_of", "sector_name"]

#: Sectors that together are the total, without overlap, by base.
SECTORS = {
    "employees": ("employees_work", ("a", "be", "f", "gi", "j", "k", "l", "mn", "oq", "ru")),
    "gva": ("gva", ("a", "be", "f", "gj", "kn", "ot")),
}

_GROWTH = {
    "area": pl.String,
    **dict.fromkeys(("start", "change", "national", "mix", "regional", "mix_factor", "regional_factor"), pl.Float64),
    "together": pl.Int64,
}


def _periods(atlas: AtlasRelease, base: str) -> list[str]:
    """Periods with every sector for the nation and the total, oldest first."""
    total, sectors = SECTORS[base]

    def found() -> list[str]:
        if not atlas.has("observations"):
            return []
        names = [total, *(f"{total}_{sector}" for sector in sectors)]
        wanted = pl.col("measure").is_in(names) & (pl.col("area") == NATION) & pl.col("value").is_not_null()
        counted = atlas.table("observations").filter(wanted).group_by("period").agg(pl.col("measure").n_unique())
        return sorted(counted.filter(pl.col("measure") == len(names)).collect()["period"].to_list())

    return atlas.remember(("planning:periods", base), found)


def _period_choices(atlas: AtlasRelease, region: Region, state: State) -> Choices:
    return [(period, period[:4]) for period in reversed(_periods(atlas, state["base"]))]


def _same_year(atlas: AtlasRelease, text: str, choices: Choices) -> str | None:
    """The choice of the same year, else of the nearest one: the two bases are counted at different dates."""
    known = {period for base in SECTORS for period in _periods(atlas, base)}
    if text not in known and text not in {period[:4] for period in known}:
        return None
    return min((key for key, _name in choices), key=lambda key: abs(int(key[:4]) - int(text[:4])), default="")


def _since_choices(atlas: AtlasRelease, region: Region, state: State) -> Choices:
    return [(period, period[:4]) for period in _periods(atlas, state["base"]) if period < (state["period"] or "")]


def _same_sections(atlas: AtlasRelease, text: str, choices: Choices) -> str | None:
    """The sector that shares sections with one of the other base."""
    if all(text not in sectors for _total, sectors in SECTORS.values()):
        return None
    return next((key for key, _name in choices if key[0] <= text[-1] and text[0] <= key[-1]), None)


def _sector_choices(atlas: AtlasRelease, region: Region, state: State) -> Choices:
    lang = (get_language() or "de")[:2]
    return [(sector, sector_name(atlas, state["base"], sector, lang)) for sector in SECTORS[state["base"]][1]]


PARAMS = (
    Param(
        name="base",
        label=_("Counted in"),
        default="employees",
        group=_("Figures"),
        choices=(("employees", _("employees at the place of work")), ("gva", _("gross value added"))),
    ),
    Param(
        name="period", label=_("Year"), default=None, choices=_period_choices, group=_("Figures"), fitting=_same_year
    ),
    Param(
        name="since",
        label=_("Growth since"),
        default=None,
        choices=_since_choices,
        group=_("Figures"),
        fitting=_same_year,
    ),
    Param(
        name="shown",
        label=_("Map shows"),
        default="quotient",
        group=_("Map"),
        choices=(
            ("quotient", _("specialisation in a sector")),
            ("growth", _("growth")),
            ("location", _("growth beyond structure (location effect)")),
            ("difference", _("how far the structure differs from the nation's")),
        ),
    ),
    Param(
        name="sector",
        label=_("Sector"),
        default="be",
        choices=_sector_choices,
        group=_("Map"),
        fitting=_same_sections,
        when={"shown": ("quotient",)},
    ),
)


def sector_name(atlas: AtlasRelease, base: str, sector: str, lang: str) -> str:
    """Name of a sector as the catalogue has it."""
    whole = localised(atlas.manifest.get("measures", {}).get(f"{SECTORS[base][0]}_{sector}", {}), "name", lang)
    return whole.partition(": ")[2] or whole or sector


@dataclass(frozen=True, slots=True)
class Economy:
    """Amounts by area, sector and time.

    ``amounts``: ``area, sector, period, value, lower, upper, status``, the sector ``""`` is the published total.
    ``areas``: districts, region, states, nation in this order.
    """

    amounts: pl.DataFrame
    areas: Sequence[str]
    files: Sequence[str]


def economy_of(atlas: AtlasRelease, region: Region, base: str) -> Economy:
    """Amounts of the districts, their sum as the region, the states and the nation."""
    return atlas.remember(("planning:economy", region.slug, base), lambda: _economy(atlas, region, base))


def _economy(atlas: AtlasRelease, region: Region, base: str) -> Economy:
    periods = _periods(atlas, base)
    if not periods:
        told = gettext("Release %(release)s holds no figures by sector.")
        raise MissingError(told % {"release": atlas.id})
    total, sectors = SECTORS[base]
    names = {total: "", **{f"{total}_{sector}": sector for sector in sectors}}
    areas = [*region.districts, *region.states, NATION]
    wanted = pl.col("measure").is_in(list(names)) & pl.col("area").is_in(areas) & pl.col("period").is_in(periods)
    rows = atlas.table("observations").filter(wanted).collect()
    files = rows["file"].drop_nulls().unique().to_list()
    rows = rows.select(
        "area", pl.col("measure").replace_strict(names).alias("sector"), "period", "value", "lower", "upper", "status"
    )
    own = rows.filter(pl.col("area").is_in(region.districts))
    whole = own.group_by("sector", "period").agg(*sum_bounded(), pl.len().alias("parts"))
    whole = whole.filter(pl.col("parts") == len(region.districts)).select(
        pl.lit(region.key).alias("area"), "sector", "period", "value", "lower", "upper", "status"
    )
    known = pl.concat([rows, whole.with_columns(pl.col("status").cast(rows.schema["status"]))])
    return Economy(known, [*region.districts, region.key, *region.states, NATION], files)


def quotients_of(atlas: AtlasRelease, region: Region, base: str, period: str) -> pl.DataFrame:
    """Location quotients against the nation: ``area, sector, value, share, reference_share, location_quotient`` and its
    bounds ``lower, upper`` where the amount is masked."""

    def computed() -> pl.DataFrame:
        amounts = economy_of(atlas, region, base).amounts.filter(period=period)
        totals = dict(amounts.filter(sector="").select("area", "value").rows())
        nation = dict(amounts.filter(pl.col("area") == NATION).select("sector", "value").rows())
        parts = amounts.filter(pl.col("sector") != "")
        options: dict[str, Any] = {
            "reference": {sector: value for sector, value in nation.items() if sector},
            "totals": {area: totals[area] for area in parts["area"].unique()},
            "reference_total": nation[""],
        }
        frames = [
            location_quotients(parts.select("area", "sector", pl.col(column).alias("value")), **options)
            for column in ("value", "lower", "upper")
        ]
        bounds = [
            frame.select("area", "sector", pl.col("location_quotient").alias(f"quotient_{name}"))
            for frame, name in zip(frames[1:], ("lower", "upper"), strict=True)
        ]
        found = frames[0]
        for bound in bounds:
            found = found.join(bound, on=["area", "sector"], maintain_order="left")
        return found

    return kept(atlas, ("quotients", region.slug, base, period), computed)


def growth_of(atlas: AtlasRelease, region: Region, base: str, since: str | None, period: str) -> pl.DataFrame:
    """Shift-share of every area against the nation; no rows for the first year, before which nothing is known.

    Sectors that are masked at one of both times are taken together as the rest of the published total, so that nothing
    is guessed.

    Returns
    -------
    polars.DataFrame
        ``area, start, change, national, mix, regional, mix_factor, regional_factor, together`` (how many sectors were
        taken together), in the order of the areas.
    """

    def computed() -> pl.DataFrame:
        if since is None:
            return pl.DataFrame(schema=_GROWTH)
        economy = economy_of(atlas, region, base)
        times = economy.amounts.filter(pl.col("period").is_in([since, period]))
        wide = times.pivot(on="period", index=["area", "sector"], values="value").rename(
            {since: "start", period: "end"}
        )
        nation = wide.filter(pl.col("area") == NATION)
        frames = [found for area in economy.areas if (found := _parts(wide.filter(area=area), nation)) is not None]
        return pl.concat([pl.DataFrame(schema=_GROWTH), *frames])

    return kept(atlas, ("growth", region.slug, base, since, period), computed)


def _parts(own: pl.DataFrame, nation: pl.DataFrame) -> pl.DataFrame | None:
    """Shift-share of one area; None where its total is not known."""
    total = own.filter(sector="")
    if total.is_empty() or total.select(pl.any_horizontal(pl.all().is_null())).item():
        return None
    area = total["area"][0]
    known = own.filter((pl.col("sector") != "") & pl.col("start").is_not_null() & pl.col("end").is_not_null())
    together = own.filter(pl.col("sector") != "").height - known.height
    table, reference = (
        _with_rest(frame.filter(pl.col("sector").is_in(known["sector"])), frame.filter(sector=""), rest=together > 0)
        for frame in (own, nation)
    )
    found = shift_share(table, reference.select("sector", "start", "end")).areas
    return found.select(
        pl.lit(area).alias("area"),
        pl.lit(total["start"][0]).alias("start"),
        "change",
        "national",
        "mix",
        "regional",
        "mix_factor",
        "regional_factor",
        pl.lit(together, pl.Int64).alias("together"),
    )


def _with_rest(known: pl.DataFrame, total: pl.DataFrame, *, rest: bool) -> pl.DataFrame:
    """Sectors, and what is left of the total as one more where some are masked."""
    if not rest:
        return known.select("area", "sector", "start", "end")
    sums = known.select(pl.col("start", "end").sum())
    left = total.select(
        "area", pl.lit("rest").alias("sector"), pl.col("start") - sums["start"][0], pl.col("end") - sums["end"][0]
    )
    return pl.concat([known.select("area", "sector", "start", "end"), left])
