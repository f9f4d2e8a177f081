"""Pictures of profiles and of areas side by side: where a place lies, age and economy, trends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.web.atlas.exports.charts import line_chart, structure_chart
from raumwerk.web.atlas.exports.figure import Figure, Table, credit_lines
from raumwerk.web.atlas.exports.figures import created, plain
from raumwerk.web.atlas.exports.maps import Key, locator
from raumwerk.web.atlas.exports.pair_figures import names_of
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import shape_files
from raumwerk.web.atlas.queries.structure import Structure, age_structure, economic_structure
from raumwerk.web.atlas.queries.trend import Trend
from raumwerk.web.kit.templatetags.kit import number
from raumwerk.web.kit.templatetags.kit import period as written

__all__ = ["STRUCTURES", "locator_figure", "structure_figure", "trend_figure"]

_CHOSEN = "#0f4163"
#: Kinds of structure: the question and what the chart is called.
STRUCTURES: dict[str, tuple[Callable[..., Structure | None], Callable[[], str]]] = {
    "age": (age_structure, lambda: gettext("Age structure")),
    "sectors": (economic_structure, lambda: gettext("Economic structure: employees by place of work")),
}


def locator_figure(atlas: AtlasRelease, region: Region, areas: Sequence[str], lang: str) -> Figure:
    """Where the areas lie in the region."""
    picture = locator(atlas, region, areas, lang, width=640, most=640)
    name = names_of(atlas, tuple(areas), lang)
    title = gettext("Where %(name)s lies in the region") % {"name": name}
    rows = [[key, atlas.name(key, lang), atlas.name(key[:5], lang)] for key in areas]
    columns = [(gettext("Key"), "left"), (gettext("Name"), "left"), (gettext("District"), "left")]
    notes, table = credit_lines(atlas, shape_files(atlas), lang), Table(title, columns, rows)
    title = f"{title} – {region.name(lang)}"
    return Figure(title, name, picture, [Key(name, _CHOSEN)], "", notes, created(atlas), [table])


def structure_figure(atlas: AtlasRelease, region: Region, kind: str, areas: Sequence[str], lang: str) -> Figure:
    """Age or economic structure of the districts in which the areas lie, held against the region.

    Raises
    ------
    MissingError
        When the release does not hold it for these districts.
    """
    question, titled = STRUCTURES[kind]
    districts = tuple(sorted({key[:5] for key in areas}))
    found = question(atlas, districts, region.districts, lang)
    if found is None:
        message = gettext("Release %(release)s holds no “%(indicator)s” for %(area)s.")
        name = names_of(atlas, districts, lang)
        raise MissingError(message % {"release": atlas.id, "indicator": titled(), "area": name})
    own, other = gettext(", ").join(atlas.name(key, lang) for key in districts), region.name(lang)
    picture, keys = structure_chart(found, own=own, other=other)
    title = f"{titled()}, {own}, {written(found.period)}"
    rows = [
        [group.name, plain(group.persons), plain(group.share, 1), plain(group.compared, 1) if group.compared else "–"]
        for group in found.groups
    ]
    columns = [(gettext("Group"), "left"), (gettext("Persons"), "right"), (f"{gettext('Share')} (%)", "right"),
               (f"{other} (%)", "right")]  # fmt: skip
    largest = max(found.groups, key=lambda group: group.share["value"] or 0)
    summary = gettext("Largest group: %(name)s, %(share)s %%.") % {
        "name": largest.name, "share": plain(largest.share, 1),
    }  # fmt: skip
    return Figure(title, summary, picture, keys, gettext("Share of all, per cent"),
                  credit_lines(atlas, found.files, lang), created(atlas), [Table(title, columns, rows)])  # fmt: skip


def trend_figure(atlas: AtlasRelease, trend: Trend, lang: str) -> Figure:
    """One indicator through the years; several areas as lines of their own colours."""
    decimals = 1 if trend.indexed else trend.indicator["decimals"]
    picture, keys = line_chart(trend.series, decimals=decimals)
    name = trend.indicator["name"]
    if trend.indexed:
        name = gettext("%(name)s, first year = 100") % {"name": name}
    names = ", ".join(each for each, _ in trend.series)
    unit = "" if trend.indexed else trend.indicator["unit"]
    told = []
    for each, points in trend.series:
        known = [point for point in points if point["value"] is not None]
        if known:
            words = gettext("%(name)s: from %(first)s (%(start)s) to %(last)s (%(end)s)") % {
                "name": each, "first": number(known[0]["value"], decimals), "start": written(known[0]["period"]),
                "last": number(known[-1]["value"], decimals), "end": written(known[-1]["period"]),
            }  # fmt: skip
            told.append(f"{words}.")
    periods = sorted({point["period"] for _, points in trend.series for point in points})
    values = [{point["period"]: point for point in points} for _, points in trend.series]
    rows = [[written(period), *(_cell(each.get(period), decimals) for each in values)] for period in periods]
    columns = [(gettext("Period"), "left"), *((each, "right") for each, _ in trend.series)]
    notes = [*([trend.indicator["caveat"]] if trend.indicator["caveat"] else []),
             *credit_lines(atlas, trend.files, lang)]  # fmt: skip
    return Figure(f"{name}: {names}", " ".join(told), picture, keys, unit, notes, created(atlas),
                  [Table(f"{name} ({unit})" if unit else name, columns, rows)])  # fmt: skip


def _cell(point: dict[str, object] | None, decimals: int) -> str:
    if point is None:
        return "–"
    return plain({"lower": None, "upper": None, "status": "", **point}, decimals)
