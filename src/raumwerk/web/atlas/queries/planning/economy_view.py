"""What the page of the economy says, lists and draws."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import polars as pl
from django.utils.translation import gettext

from raumwerk.analysis.concentration import herfindahl, hoover, krugman
from raumwerk.errors import MissingError
from raumwerk.tables.keys import NATION
from raumwerk.web.atlas.queries.planning.analysis import (
    Analysis,
    Column,
    Dot,
    Figure,
    Layer,
    Legend,
    Picture,
    Table,
    apart,
)
from raumwerk.web.atlas.queries.planning.drawing import drawing_of
from raumwerk.web.atlas.queries.planning.economy import (
    SECTORS,
    Economy,
    economy_of,
    growth_of,
    quotients_of,
    sector_name,
)
from raumwerk.web.atlas.queries.planning.establishments import size_files, size_table
from raumwerk.web.atlas.queries.planning.inputs import files_of
from raumwerk.web.atlas.queries.planning.params import Case, State

__all__ = ["economy_analysis"]

_RAMP = ("#8c510a", "#d8b365", "#f6e8c3", "#f5f5f5", "#c7eae5", "#5ab4ac", "#01665e")
#: Borders of the map's classes by what it shows: quotients, per cent, per cent, share of jobs in per cent.
_EDGES: Mapping[str, tuple[float, ...]] = {
    "quotient": (0.5, 0.75, 0.9, 1.1, 1.33, 2.0),
    "growth": (-10.0, -4.0, -1.0, 1.0, 4.0, 10.0),
    "location": (-8.0, -3.0, -1.0, 1.0, 3.0, 8.0),
    "difference": (4.0, 7.0, 10.0, 13.0, 16.0, 20.0),
}


def economy_analysis(case: Case) -> Analysis:
    """Structure, specialisation, growth and concentration of the region and its districts."""
    atlas, region, state = case.atlas, case.region, case.state
    base, period, since = _times(case)
    economy = economy_of(atlas, region, base)
    quotients = quotients_of(atlas, region, base, period)
    growth = growth_of(atlas, region, base, since, period)
    spread = _spread(case, economy, base, period)
    own = growth.filter(area=region.key).to_dicts()
    mine = quotients.filter(area=region.key).drop_nulls("location_quotient").sort("location_quotient", descending=True)
    figures, sentences = _summary(case, own, mine, spread)
    tables = [
        _structure_table(case, quotients, base),
        _quotient_table(case, economy, quotients, base),
        *([_growth_table(case, growth, base)] if since else []),
        _spread_table(case, spread),
    ]
    sizes = size_table(case)
    warnings = [
        gettext("Region: sum of its %(count)s districts, because sectors are published by district.")
        % {"count": len(region.districts)},
        gettext(
            "Where a sector is suppressed, its specialisation stands as an interval, and growth takes the suppressed "
            "sectors together."
        ),
        gettext("Not in this release: crafts (Handwerk), and establishments by size other than the shares below.")
        if sizes
        else gettext("Not in this release: crafts (Handwerk) and size classes of establishments."),
    ]
    return Analysis(
        key="economy",
        title=gettext("Economy of %(name)s, %(year)s") % {"name": region.name(case.lang), "year": period[:4]},
        sentences=sentences,
        figures=figures,
        tables=[*tables, *([sizes] if sizes else [])],
        picture=_picture(case, _drawn(state), _mapped(state, quotients, growth, spread)),
        files=sorted({*economy.files, *files_of(atlas, "boundaries"), *(size_files(case) if sizes else ())}),
        estimated=False,
        warnings=warnings,
    )


def _times(case: Case) -> tuple[str, str, str | None]:
    base, period, since = (case.state[name] for name in ("base", "period", "since"))
    if period is None:
        raise MissingError(gettext("Release %(release)s holds no figures by sector.") % {"release": case.atlas.id})
    return base, period, since


def _summary(
    case: Case, own: list[dict[str, Any]], mine: pl.DataFrame, spread: pl.DataFrame
) -> tuple[list[Figure], list[str]]:
    since, period = case.state["since"], case.state["period"]
    figures, sentences = [], []
    if since is None:
        told = gettext("%(year)s is the first year with these figures, so there is no growth to tell of.")
        sentences.append(told % {"year": period[:4]})
    unit = "%"
    if own:
        row = own[0]
        parts = {name: 100 * row[name] / row["start"] for name in ("change", "national", "mix", "regional")}
        figures += [
            Figure(
                "growth",
                gettext("Growth %(from)s–%(to)s") % {"from": since[:4], "to": period[:4]},
                parts["change"],
                unit,
                1,
            ),
            Figure("national", gettext("of it: growth of the nation"), parts["national"], unit, 1),
            Figure("mix", gettext("of it: mix of sectors"), parts["mix"], unit, 1),
            Figure("regional", gettext("of it: location"), parts["regional"], unit, 1),
        ]
        words = {
            "change": case.decimal(parts["change"], 1, sign=True),
            "national": case.decimal(parts["national"], 1, sign=True),
            "mix": case.decimal(parts["mix"], 1, sign=True),
            "regional": case.decimal(parts["regional"], 1, sign=True),
            "from": since[:4],
            "to": period[:4],
        }
        sentences.append(
            gettext(
                "From %(from)s to %(to)s the region changed by %(change)s %%: %(national)s as the nation did, "
                "%(mix)s by its mix of sectors, %(regional)s by what is special to the region (percentage points)."
            )
            % words
        )
    if mine.height:
        base = case.state["base"]
        top = [
            f"{sector_name(case.atlas, base, row['sector'], case.lang)} ({case.decimal(row['location_quotient'], 2)})"
            for row in mine.head(2).iter_rows(named=True)
        ]
        sentences.append(
            gettext("Compared with the nation the region has most of: %(sectors)s.") % {"sectors": "; ".join(top)}
        )
    whole = spread.filter(area=case.region.key).to_dicts()
    if whole and whole[0]["difference"] is not None:
        figures.append(
            Figure(
                "difference",
                gettext("Jobs that would have to change sector to be like the nation"),
                whole[0]["difference"],
                "%",
                1,
            )
        )
    return figures, sentences


def _spread(case: Case, economy: Economy, base: str, period: str) -> pl.DataFrame:
    """Concentration on few sectors and distance to the nation's structure, where no sector is masked."""
    sectors = SECTORS[base][1]
    parts = economy.amounts.filter((pl.col("period") == period) & (pl.col("sector") != ""))
    by_area = {
        area: dict(frame.select("sector", "value").rows())
        for (area,), frame in parts.partition_by("area", as_dict=True).items()
    }
    nation = [by_area[NATION][sector] for sector in sectors]
    rows = []
    for area in economy.areas:
        values = [by_area.get(area, {}).get(sector) for sector in sectors]
        known = [value for value in values if value is not None]
        whole = len(known) == len(sectors) and sum(known) > 0
        rows.append(
            {
                "area": area,
                "herfindahl": herfindahl(known, normalised=True) if whole else None,
                "krugman": krugman(known, nation) if whole else None,
                "difference": 100 * hoover(known, nation) if whole else None,
            }
        )
    return pl.DataFrame(
        rows, schema={"area": pl.String, **dict.fromkeys(("herfindahl", "krugman", "difference"), pl.Float64)}
    )


def _named(case: Case, area: str) -> str:
    return case.region.short(case.lang) if area == case.region.key else case.name(area)


def _structure_table(case: Case, quotients: pl.DataFrame, base: str) -> Table:
    region, unit = case.region, gettext("1,000 €") if base == "gva" else gettext("persons")
    rows = []
    for sector in SECTORS[base][1]:
        found = {row["area"]: row for row in quotients.filter(sector=sector).iter_rows(named=True)}
        own = found.get(region.key, {})
        row: dict[str, Any] = {
            "sector": sector_name(case.atlas, base, sector, case.lang),
            "value": own.get("value"),
            "quotient": own.get("location_quotient"),
        }
        for area in (region.key, *region.states, NATION):
            share = found.get(area, {}).get("share")
            row[f"share_{area}"] = None if share is None else 100 * share
        rows.append(row)
    columns = [
        Column("sector", gettext("Sector"), gettext("Sector of the economy")),
        Column("value", gettext("Region"), gettext("Sum of the districts"), unit, 0),
        *(
            Column(f"share_{area}", _named(case, area), gettext("Share of the total"), "%", 1)
            for area in (region.key, *region.states, NATION)
        ),
        Column(
            "quotient",
            gettext("Specialisation"),
            gettext("Location quotient: share in the region over share in the nation"),
            "",
            2,
        ),
    ]
    schema = {"sector": pl.String, **{column.name: pl.Float64 for column in columns[1:]}}
    return Table("structure", gettext("Sectors of the region"), columns, pl.DataFrame(rows, schema=schema))


def _quotient_table(case: Case, economy: Economy, quotients: pl.DataFrame, base: str) -> Table:
    rows = []
    for area in economy.areas[:-1]:
        row: dict[str, Any] = {"area": area, "name": _named(case, area)}
        for each in quotients.filter(area=area).iter_rows(named=True):
            sector = each["sector"]
            row[sector] = each["location_quotient"]
            row[f"{sector}_lower"], row[f"{sector}_upper"] = each["quotient_lower"], each["quotient_upper"]
        rows.append(row)
    columns = [Column("name", gettext("Area"), gettext("Name of the area"), area="area")]
    columns += [
        Column(
            sector,
            sector_name(case.atlas, base, sector, case.lang),
            gettext("Location quotient; an interval where suppressed"),
            "",
            2,
            bounded=True,
        )
        for sector in SECTORS[base][1]
    ]
    note = gettext("1: as much as in the nation; 2: twice as much; 0.5: half.")
    numbers = [f"{sector}{end}" for sector in SECTORS[base][1] for end in ("", "_lower", "_upper")]
    schema = {"area": pl.String, "name": pl.String, **dict.fromkeys(numbers, pl.Float64)}
    return Table(
        "quotients", gettext("Specialisation by district and state"), columns, pl.DataFrame(rows, schema=schema), note
    )


def _growth_table(case: Case, growth: pl.DataFrame, base: str) -> Table:
    unit = gettext("1,000 €") if base == "gva" else gettext("persons")
    frame = growth.with_columns(
        pl.col("area").map_elements(lambda area: _named(case, area), return_dtype=pl.String).alias("name"),
        (100 * pl.col("change") / pl.col("start")).alias("rate"),
    )
    return Table(
        "growth",
        gettext("Growth and its parts"),
        [
            Column("name", gettext("Area"), gettext("Name of the area"), area="area"),
            Column("rate", gettext("Growth"), gettext("Change over the start"), "%", 1),
            Column("change", gettext("Change"), gettext("Sum of the three parts"), unit, 0),
            Column(
                "national", gettext("As the nation"), gettext("What the growth of the nation would have given"), unit, 0
            ),
            Column("mix", gettext("Mix of sectors"), gettext("Because its sectors grew faster or slower"), unit, 0),
            Column(
                "regional", gettext("Location"), gettext("Because sectors grew otherwise here than elsewhere"), unit, 0
            ),
            Column(
                "together", gettext("Sectors together"), gettext("Suppressed sectors that are taken together"), "", 0
            ),
        ],
        frame,
    )


def _spread_table(case: Case, spread: pl.DataFrame) -> Table:
    frame = spread.with_columns(
        pl.col("area").map_elements(lambda area: _named(case, area), return_dtype=pl.String).alias("name")
    )
    return Table(
        "concentration",
        gettext("Concentration"),
        [
            Column("name", gettext("Area"), gettext("Name of the area"), area="area"),
            Column(
                "herfindahl",
                gettext("On few sectors"),
                gettext("Normalised Herfindahl index: 0 even, 1 a single sector"),
                "",
                3,
            ),
            Column(
                "krugman",
                gettext("Against the nation"),
                gettext("Krugman index: 0 the same structure, 2 nothing in common"),
                "",
                3,
            ),
            Column("difference", gettext("Would have to change sector"), gettext("Hoover index"), "%", 1),
        ],
        frame,
        note=gettext("Not computed where a sector is suppressed."),
    )


def _drawn(state: State) -> str:
    """What the map shows: never growth in the first year, of which it would have to stay blank."""
    shown: str = state["shown"]
    return "quotient" if state["since"] is None and shown in ("growth", "location") else shown


def _mapped(
    state: State, quotients: pl.DataFrame, growth: pl.DataFrame, spread: pl.DataFrame
) -> dict[str, float | None]:
    shown = _drawn(state)
    if shown == "quotient":
        return dict(quotients.filter(sector=state["sector"]).select("area", "location_quotient").rows())
    if shown == "difference":
        return dict(spread.select("area", "difference").rows())
    name = "change" if shown == "growth" else "regional"
    return dict(growth.select("area", 100 * pl.col(name) / pl.col("start")).rows())


def _heading(case: Case, shown: str) -> str:
    """What the colours show, in words for the legend."""
    state = case.state
    if shown == "quotient":
        sector = sector_name(case.atlas, state["base"], state["sector"], case.lang)
        return gettext("Specialisation in %(sector)s (1: as much as in the nation)") % {"sector": sector}
    if shown == "difference":
        return gettext("Jobs that would have to change sector to be like the nation")
    told = {
        "growth": gettext("Growth %(from)s–%(to)s"),
        "location": gettext("Growth %(from)s–%(to)s beyond what nation and mix of sectors let expect"),
    }
    return told[shown] % {"from": state["since"][:4], "to": state["period"][:4]}


def _picture(case: Case, shown: str, values: Mapping[str, float | None]) -> Picture:
    drawing = drawing_of(case.atlas, case.region, "district")
    edges = _EDGES[shown]
    unit, decimals = ("", 2) if shown == "quotient" else (" %", 1)
    fills, titles = {}, {}
    for key in drawing.areas:
        value = values.get(key)
        fills[key] = "#ffffff" if value is None else _RAMP[sum(value >= edge for edge in edges)]
        said = (
            gettext("no value, because it is suppressed") if value is None else f"{case.decimal(value, decimals)}{unit}"
        )
        titles[key] = f"{case.name(key)}: {said}"
    texts = [gettext("below %(edge)s") % {"edge": f"{case.decimal(edges[0], decimals)}{unit}"}]
    texts += [
        gettext("%(low)s to %(high)s")
        % {"low": case.decimal(low, decimals), "high": f"{case.decimal(high, decimals)}{unit}"}
        for low, high in pairwise(edges)
    ]
    texts.append(gettext("%(edge)s and more") % {"edge": f"{case.decimal(edges[-1], decimals)}{unit}"})
    legend = [Legend(colour, text) for colour, text in zip(_RAMP, texts, strict=True)]
    legend += [Legend("#ffffff", gettext("no value")), Legend("#b3261e", gettext("State border"), "dashed")]
    border = Layer(drawing.between({key: key[:2] for key in drawing.areas}), "#b3261e", 2.4, dashed=True)
    dots = [Dot(*drawing.centres[key], 3.0, case.name(key)) for key in drawing.areas]
    return Picture(drawing, fills, titles, legend, [border], apart(dots), _heading(case, shown))
