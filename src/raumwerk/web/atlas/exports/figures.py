"""The figures of the Atlas: what a view shows as map, in words, and as table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from raumwerk.web.atlas.exports.figure import Figure, Table, credit_lines
from raumwerk.web.atlas.exports.maps import MOST_LINES, choropleth, flow_map, symbol_map
from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.queries.release import COUNTRY, AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import shape_files
from raumwerk.web.atlas.queries.values import RegionValues
from raumwerk.web.kit.templatetags.kit import number
from raumwerk.web.kit.templatetags.kit import period as written

__all__ = ["created", "flows_figure", "plain", "shortened", "values_figure", "values_table"]

#: Rows of a ranking in a document; of a longer one the first and last are listed.
MOST_LISTED, _LISTED = 1500, 50
_HIGH, _HIGH_NATION = 640.0, 860.0  # Germany is higher than wide


def plain(row: Mapping[str, Any], decimals: int = 0) -> str:
    """Value as sure as it is, as text: ``1.234``, ``≈ 120``, ``0–9``, a dash."""
    if row["value"] is not None:
        mark = "≈ " if row["status"] == "estimated" else ""
        return f"{mark}{number(row['value'], decimals)}"
    if row["upper"] is None:
        return "–"
    return f"{number(row['lower'] or 0, decimals)}–{number(row['upper'], decimals)}"


def values_figure(atlas: AtlasRelease, view: RegionValues, *, method: str, lang: str, draw: str = "areas") -> Figure:
    """Map with its ranking: shades of the areas, or circles (``draw="symbols"``)."""
    if draw == "symbols":
        picture, keys = symbol_map(atlas, view, lang=lang)
    else:
        most = _HIGH_NATION if view.region.slug == COUNTRY else _HIGH
        picture, keys = choropleth(atlas, view, method=method, lang=lang, most=most)
    indicator, decimals = view.indicator, view.indicator["decimals"]
    ranked = view.ranked().to_dicts()
    unit = f" {indicator['unit']}" if indicator["unit"] else ""
    summary = ""
    if ranked:
        words = gettext("Highest: %(high)s (%(top)s). Lowest: %(low)s (%(bottom)s).")
        summary = words % {
            "high": ranked[0]["name"], "top": number(ranked[0]["value"], decimals) + unit,
            "low": ranked[-1]["name"], "bottom": number(ranked[-1]["value"], decimals) + unit,
        }  # fmt: skip
    compared = "; ".join(f"{each['name']}: {plain(each, decimals)}{unit}" for each in view.comparison)
    title = f"{indicator['name']}, {written(view.period)} – {view.region.name(lang)}"
    notes = [*([indicator["caveat"]] if indicator["caveat"] else []), *credit_lines(
        atlas, [*view.files, *shape_files(atlas)], lang)]  # fmt: skip
    tables = [values_table(atlas, view, lang)]
    return Figure(
        title, f"{summary} {compared}".strip(), picture, keys, indicator["unit"], notes, created(atlas), tables
    )


def shortened(caption: str, rows: list[list[str]]) -> tuple[str, list[list[str]]]:
    """A ranking for a document: of one that is too long both ends, with a row of dots between; its caption says so."""
    if len(rows) <= MOST_LISTED:
        return caption, rows
    words = gettext("%(caption)s – the %(number)s first and last of %(count)s; the files of data hold all")
    told = words % {"caption": caption, "number": _LISTED, "count": number(len(rows))}
    return told, [*rows[:_LISTED], ["…"] * len(rows[0]), *rows[-_LISTED:]]


def values_table(atlas: AtlasRelease, view: RegionValues, lang: str) -> Table:
    """Ranking of the areas, those without a place behind; of very many areas both ends of it."""
    indicator, ranked = view.indicator, view.ranked().to_dicts()
    decimals = indicator["decimals"]
    places = {row["area"]: str(row["rank"]) for row in ranked}
    rest = view.frame.filter(~view.frame["area"].is_in(list(places))).to_dicts()
    rows = [
        [places.get(row["area"], "–"), row["name"], plain(row, decimals), atlas.name(row["district"], lang)]
        for row in (*ranked, *(rest if view.frame.height <= MOST_LISTED else ()))
    ]
    columns = [(gettext("Rank"), "right"), (gettext("Name"), "left"), (gettext("Value"), "right"),
               (gettext("District"), "left")]  # fmt: skip
    caption = f"{indicator['name']} ({indicator['unit']})" if indicator["unit"] else indicator["name"]
    caption, rows = shortened(f"{caption}, {written(view.period)}", rows)
    return Table(caption, columns, rows)


def flows_figure(atlas: AtlasRelease, region: Region, view: AreaFlows, *, lang: str) -> Figure:
    """Commuters of an area as map and table."""
    picture, keys = flow_map(atlas, region, view, lang=lang)
    name = atlas.name(view.area, lang)
    heading = gettext("Commuters from %(area)s") if view.direction == "out" else gettext("Commuters to %(area)s")
    words = gettext("All: %(all)s persons; across a state border: %(crossing)s.")
    summary = words % {"all": plain(view.total.as_dict()), "crossing": plain(view.crossing.as_dict())}
    if view.estimated:
        summary = f"{gettext('Every number is estimated by a model; none was counted.')} {summary}"
    rows = [
        [row["name"], plain(row), atlas.name(row["state"], lang) if row["state"] else "",
         gettext("yes") if row["crosses"] else gettext("no"), "–" if row["km"] is None else number(row["km"])]
        for row in view.frame.iter_rows(named=True)
    ]  # fmt: skip
    columns = [(gettext("Partner"), "left"), (gettext("Persons"), "right"), (gettext("State"), "left"),
               (gettext("Crosses a state border"), "left"), ("km", "right")]  # fmt: skip
    title = f"{heading % {'area': name}}, {written(view.period)}"
    notes = credit_lines(atlas, [*view.files, *shape_files(atlas)], lang)
    if len(rows) > MOST_LINES:
        words = gettext("Drawn are the %(number)s largest; the table holds all.") % {"number": MOST_LINES}
        notes = [words, *notes]
    return Figure(title, summary, picture, keys, gettext("Lines: the wider, the more commuters"), notes,
                  created(atlas), [Table(title, columns, rows)])  # fmt: skip


def created(atlas: AtlasRelease) -> str:
    """When the release was made: the date of the file's properties."""
    return str(atlas.manifest["created"])
