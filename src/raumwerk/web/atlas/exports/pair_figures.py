"""Pictures of the commuting page: pairs as counted or estimated, and held against what could be expected."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from raumwerk.web.atlas.exports.content import border_name
from raumwerk.web.atlas.exports.figure import Figure, Table, credit_lines
from raumwerk.web.atlas.exports.figures import created, plain
from raumwerk.web.atlas.exports.pair_maps import MOST_PAIRS, commuting_map, interfaces_map
from raumwerk.web.atlas.queries.commuting import BALANCE, Commuting
from raumwerk.web.atlas.queries.expected import MOST_SURPRISING, Expected
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import shape_files
from raumwerk.web.kit.templatetags.kit import number
from raumwerk.web.kit.templatetags.kit import period as written

__all__ = ["commuting_figure", "interfaces_figure"]

_NAMED = 3


def commuting_figure(
    atlas: AtlasRelease, region: Region, view: Commuting, *, lang: str, borders: bool = True
) -> Figure:
    """Commuters of a set of areas as map and table, drawn with or without the state border."""
    picture, keys = commuting_map(atlas, region, view, borders=borders)
    way = view.question.direction
    headings = {"out": gettext("Commuters from %(area)s"), "in": gettext("Commuters to %(area)s"),
                BALANCE: gettext("Balance of the commuters of %(area)s")}  # fmt: skip
    title = f"{headings[way] % {'area': names_of(atlas, view.units.areas, lang)}}, {written(view.period)}"
    total = view.balance if way == BALANCE else view.side.total
    words = gettext("All: %(all)s persons; across a state border: %(crossing)s.")
    told = [words % {"all": plain(total.as_dict()), "crossing": plain(view.side.crossing.as_dict())}]
    if way == BALANCE:
        words = gettext("In less out: %(balance)s persons.")
        told = [words % {"balance": plain(total.as_dict())}]
    if view.estimated:
        told.insert(0, gettext("Every number is estimated by a model; none was counted."))
    rows = [
        [atlas.name(row["origin"], lang), atlas.name(row["destination"], lang), plain(row),
         gettext("yes") if row["crosses"] else gettext("no"), "–" if row["km"] is None else number(row["km"])]
        for row in view.pairs.head(MOST_PAIRS).iter_rows(named=True)
    ]  # fmt: skip
    columns = [(gettext("From"), "left"), (gettext("To"), "left"), (gettext("Persons"), "right"),
               (gettext("Crosses a state border"), "left"), ("km", "right")]  # fmt: skip
    notes = [*_filters(view), *_drawn(view.pairs.height, MOST_PAIRS), *_warnings(atlas, view.side.caveats, lang),
             *credit_lines(atlas, [*view.side.files, *shape_files(atlas)], lang)]  # fmt: skip
    heading = gettext("Lines: the wider, the more commuters")
    return Figure(title, " ".join(told), picture, keys, heading, notes, created(atlas), [Table(title, columns, rows)])


def interfaces_figure(
    atlas: AtlasRelease, region: Region, view: Expected, *, lang: str, borders: bool = True
) -> Figure:
    """Interfaces and gaps as map and table."""
    picture, keys = interfaces_map(atlas, region, view, borders=borders)
    heading = gettext("Interfaces and gaps")
    title = f"{heading}: {names_of(atlas, view.units.areas, lang)}, {written(view.period)}"
    told = []
    for words, more in ((gettext("More than expected: %(pairs)s."), True),
                        (gettext("Fewer than expected: %(pairs)s."), False)):  # fmt: skip
        found = [row for row in view.pairs.iter_rows(named=True) if (row["score"] > 0) == more and row["score"]][
            :_NAMED
        ]
        if found:
            pairs = "; ".join(f"{atlas.name(row['area'], lang)} – {atlas.name(row['partner'], lang)}" for row in found)
            told.append(words % {"pairs": pairs})
    rows = [
        [atlas.name(row["area"], lang), atlas.name(row["partner"], lang), number(row["observed"]),
         f"≈ {number(row['expected'])}", number(row["ratio"], 2) if row["ratio"] is not None else "–"]
        for row in view.pairs.head(MOST_SURPRISING).iter_rows(named=True)
    ]  # fmt: skip
    columns = [(gettext("From"), "left"), (gettext("To"), "left"), (gettext("Counted"), "right"),
               (gettext("Expected"), "right"), (gettext("Counted for each expected"), "right")]  # fmt: skip
    method = gettext("Doubly constrained gravity model with power decay over all districts")
    notes = [f"{gettext('Method')}: {method}; CPC {number(view.fit, 3)}", *_drawn(view.pairs.height, MOST_SURPRISING),
             *credit_lines(atlas, [*view.files, *shape_files(atlas)], lang)]  # fmt: skip
    legend = gettext("Lines: the wider, the more surprising")
    return Figure(title, " ".join(told), picture, keys, legend, notes, created(atlas), [Table(title, columns, rows)])


def names_of(atlas: AtlasRelease, areas: tuple[str, ...], lang: str) -> str:
    """Names of the first areas, and how many more there are."""
    names = ", ".join(atlas.name(key, lang) for key in areas[:_NAMED])
    more = len(areas) - _NAMED
    if more <= 0:
        return names
    return gettext("%(first)s and %(number)s more areas") % {"first": names, "number": more}


def _filters(view: Commuting) -> list[str]:
    """What the filters let through, where they hold anything back."""
    asked, told = view.question, []
    if asked.border != "all":
        told.append(f"{gettext('Rows shown')}: {border_name(asked.border)}")
    if view.least:
        told.append(f"{gettext('Least number of persons')}: {number(view.least)}")
    for label, value in ((gettext("Distance from (km)"), asked.nearest), (gettext("Distance to (km)"), asked.farthest)):
        if value is not None:
            told.append(f"{label}: {number(value)}")
    return ["; ".join(told)] if told else []


def _drawn(count: int, most: int) -> list[str]:
    if count <= most:
        return []
    words = gettext("Of %(count)s pairs the %(number)s largest are drawn and listed; the files of data hold all.")
    return [words % {"number": most, "count": number(count)}]


def _warnings(atlas: AtlasRelease, caveats: Any, lang: str) -> list[str]:
    return [told["text"] for told in atlas.caveats(caveats, lang)]
