"""What the page of functional regions says, lists and draws."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from django.utils.translation import gettext

from raumwerk.analysis.regions import (
    border_disagreement,
    compare_partitions,
)
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
from raumwerk.web.atlas.queries.planning.drawing import Drawing, colour_classes, drawing_of
from raumwerk.web.atlas.queries.planning.inputs import (
    class_name,
    classes_of,
    employed_of,
    flow_files,
)
from raumwerk.web.atlas.queries.planning.params import Case, State
from raumwerk.web.atlas.queries.planning.regions import Delineation, delineate, stability_of
from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = ["regions_analysis"]

#: Light colours that people with any colour vision tell apart beside each other; regions also have lines around them.
_COLOURS = ("#aec7e8", "#ffd27f", "#b5e0c6", "#f2b8c6", "#d5c9ea", "#e3dcc0", "#9fd8dd", "#f5c5a3")
_STEPS = ((0.95, "#0b4f6c"), (0.8, "#3f85a8"), (0.6, "#8dbcd4"), (0.4, "#c9dfeb"), (0.0, "#f3ece2"))
_ALONE = "#ffffff"
_RESERVE = "#7a3b00"


def regions_analysis(case: Case) -> Analysis:
    """Answer of the page: regions that touch the region, agreement, tables, map."""
    atlas, region, state = case.atlas, case.region, case.state
    level = state["level"]
    made = delineate(case)
    shaky = state["shade"] == "stability" and state["method"] == "coombes_bond"
    firm = stability_of(case) if shaky else {}
    near = _shown(region, state, made)
    touching = {made.partition[area] for area in near}
    units = _overlay(atlas, made, state["overlay"])
    figures = _figures(case, made, near, units)
    extent = "region" if level == "municipality" else state["extent"]
    drawing = drawing_of(atlas, region, level, extent)
    regions = made.regions.filter(pl.col("region").is_in(list(touching)))
    return Analysis(
        key="regions",
        title=gettext("Functional regions of %(name)s") % {"name": region.name(case.lang)},
        sentences=[*_sentences(case, made, near, regions), *_without(case, units)],
        figures=figures,
        tables=[_region_table(case, made, regions), _area_table(case, made, near, firm)],
        picture=_picture(case, made, drawing, firm, units),
        files=flow_files(atlas, str(made.flows.date)),
        estimated=level == "municipality",
        extra={"facts": dict(made.facts)},
    )


def _shown(region: Region, state: State, made: Delineation) -> list[str]:
    """Areas that figures and tables speak of: the region's, or all."""
    if state["level"] == "district" and state["extent"] == "nation":
        return sorted(made.partition)
    members = region.municipalities if state["level"] == "municipality" else region.districts
    return [area for area in members if area in made.partition]


def _overlay(atlas: AtlasRelease, made: Delineation, overlay: str) -> dict[str, str]:
    """Unit of each area in the division laid over; areas that it does not know are left out."""
    if overlay == "state":
        return {area: area[:2] for area in made.partition}
    if overlay == "district":
        return {area: area[:5] for area in made.partition}
    units = classes_of(atlas, overlay)[0]
    by_district = len(next(iter(units))) == 5
    if not by_district and len(next(iter(made.partition))) == 5:
        return {}
    pairs = ((area, units.get(area[:5] if by_district else area)) for area in made.partition)
    return {area: unit for area, unit in pairs if unit is not None}


def overlay_name(atlas: AtlasRelease, overlay: str, lang: str) -> str:
    """Name of the division laid over."""
    own = {"state": gettext("States"), "district": gettext("Districts")}
    return own.get(overlay) or class_name(atlas, overlay, lang)


def _figures(case: Case, made: Delineation, near: list[str], units: Mapping[str, str]) -> list[Figure]:
    people = employed_of(made.flows)[0]
    shared = [area for area in near if area in units]
    own = {area: made.partition[area] for area in shared}
    figures = [Figure("regions", gettext("Functional regions"), float(len({made.partition[area] for area in near})))]
    if not shared:
        return figures
    weights = {area: people[area] for area in shared}
    agreed = compare_partitions(own, {area: units[area] for area in shared}, weights=weights)
    apart = border_disagreement(own, {area: area[:2] for area in shared}, weights=weights)
    against = overlay_name(case.atlas, case.state["overlay"], case.lang)
    crossing = apart.regions.filter("crosses").height
    return [
        *figures,
        Figure("crossing", gettext("of these across a state border"), float(crossing)),
        Figure(
            "outside",
            gettext("Employed people outside the state with most people of their region"),
            100 * apart.outside_largest_unit,
            "%",
            1,
        ),
        Figure(
            "same",
            gettext("Employed people in regions that correspond to: %(name)s") % {"name": against},
            100 * agreed.same_region_share,
            "%",
            1,
        ),
        Figure(
            "adjusted_rand",
            gettext("Adjusted Rand index"),
            agreed.adjusted_rand,
            "",
            3,
            note=gettext("1: equal; 0: as alike as by chance"),
        ),
        Figure(
            "nmi",
            gettext("Normalised mutual information"),
            agreed.normalised_mutual_information,
            "",
            3,
            note=gettext("1: equal; 0: nothing in common"),
        ),
        Figure(
            "vi",
            gettext("Variation of information"),
            agreed.variation_of_information,
            "",
            3,
            note=gettext("0: equal; the larger, the more different"),
        ),
    ]


def _sentences(case: Case, made: Delineation, near: list[str], regions: pl.DataFrame) -> list[str]:
    atlas, region, state = case.atlas, case.region, case.state
    largest = regions.row(0, named=True)
    told = [
        gettext(
            "By this rule the %(areas)s areas shown lie in %(count)s functional regions. The largest is %(name)s with "
            "%(people)s employed residents, of whom %(share)s %% also work there."
        )
        % {
            "areas": len(near),
            "count": regions.height,
            "name": largest["name"],
            "people": case.people(largest["residents"]),
            "share": case.people(largest["supply"]),
        }
    ]
    beyond = {made.partition[area] for area in near} & {made.partition[a] for a in made.partition if a not in set(near)}
    if beyond:
        told.append(gettext("%(count)s of them reach beyond the areas shown.") % {"count": len(beyond)})
    if made.reserve & set(near):
        names = ", ".join(case.name(area) for area in sorted(made.reserve & set(near))[:6])
        told.append(
            gettext("%(count)s areas fit nowhere at first and were handed out at the end (reserve list): %(names)s …")
            % {"count": len(made.reserve & set(near)), "names": names}
        )
    missing = [
        area
        for area in (region.municipalities if state["level"] == "municipality" else region.districts)
        if area not in made.partition and (area not in atlas.areas or atlas.areas[area].inhabited)
    ]
    if missing:
        told.append(gettext("Without a region: %(names)s.") % {"names": ", ".join(case.name(a) for a in missing)})
    return told


def _without(case: Case, units: Mapping[str, str]) -> list[str]:
    """What to say where the division laid over knows none of the areas."""
    if units:
        return []
    told = gettext(
        "“%(name)s” divides districts into parts, so it cannot be laid over regions made of whole districts."
    )
    return [told % {"name": overlay_name(case.atlas, case.state["overlay"], case.lang)}]


def _region_table(case: Case, made: Delineation, regions: pl.DataFrame) -> Table:
    states: dict[str, set[str]] = {}
    for area, name in made.partition.items():
        states.setdefault(name, set()).add(area[:2])
    said = {name: ", ".join(sorted(case.name(key) for key in keys)) for name, keys in states.items()}
    frame = regions.with_columns(pl.col("region").replace_strict(said, return_dtype=pl.String).alias("states"))
    people = gettext("persons")
    return Table(
        "regions",
        gettext("Functional regions"),
        [
            Column("name", gettext("Region"), gettext("Named after its area with most jobs")),
            Column("areas", gettext("Areas"), gettext("Number of areas"), decimals=0),
            Column("residents", gettext("Employed residents"), gettext("Employed people who live there"), people, 0),
            Column("jobs", gettext("Jobs"), gettext("Employed people who work there"), people, 0),
            Column("internal", gettext("Live and work there"), gettext("Both in the region"), people, 0),
            Column("supply", gettext("of the residents"), gettext("Share of residents who work in the region"), "%", 1),
            Column("demand", gettext("of the jobs"), gettext("Share of jobs held by residents of the region"), "%", 1),
            Column("validity", gettext("Validity"), gettext("At least 1 when the rule is kept"), "", 2),
            Column("states", gettext("States"), gettext("States that the region touches")),
        ],
        frame,
    )


def _area_table(case: Case, made: Delineation, near: list[str], firm: Mapping[str, float | None]) -> Table:
    labels = {area: made.names[made.partition[area]] for area in near}
    stable = [None if firm.get(area) is None else 100 * (firm[area] or 0.0) for area in near]
    frame = pl.DataFrame(
        {
            "area": near,
            "name": [case.name(area) for area in near],
            "region": [labels[area] for area in near],
            "reserve": [gettext("yes") if area in made.reserve else "" for area in near],
            "stability": stable,
        },
        schema_overrides={"stability": pl.Float64},
    ).sort("region", "name")
    columns = [
        Column("name", gettext("Area"), gettext("Name of the area"), area="area"),
        Column("area", gettext("Key"), gettext("Official key of the area")),
        Column("region", gettext("Functional region"), gettext("Region the area lies in")),
        Column("reserve", gettext("Reserve list"), gettext("Fitted nowhere at first")),
    ]
    if firm:
        columns.append(
            Column(
                "stability",
                gettext("Firmness"),
                gettext("How often the area stays with the others of its region over the draws"),
                "%",
                0,
            )
        )
    return Table("areas", gettext("Areas and their region"), columns, frame)


def _picture(
    case: Case, made: Delineation, drawing: Drawing, firm: Mapping[str, float | None], units: Mapping[str, str]
) -> Picture:
    groups = {area: made.partition[area] for area in drawing.areas if area in made.partition}
    classes = colour_classes(groups, drawing.neighbours, len(_COLOURS))
    fills, titles = {}, {}
    none = gettext("no region")
    for area in drawing.areas:
        group = groups.get(area)
        title = f"{case.name(area)}: {made.names[group] if group else none}"
        share = firm.get(area)
        fills[area] = _ALONE if group is None else _COLOURS[classes[group]]
        if firm:
            fills[area] = _ALONE if share is None else next(colour for least, colour in _STEPS if share >= least)
            title += f" ({100 * share:.0f} %)" if share is not None else ""
        titles[area] = title
    layers = [
        Layer(drawing.between(groups), "#1d1d1b", 3.0),
        Layer(
            drawing.between({area: units[area] for area in drawing.areas if area in units}), "#b3261e", 2.4, dashed=True
        ),
    ]
    legend = [Legend("#1d1d1b", gettext("Border of a functional region"), "line")]
    if units:
        over = overlay_name(case.atlas, case.state["overlay"], case.lang)
        legend.append(Legend("#b3261e", gettext("Laid over: %(name)s") % {"name": over}, "dashed"))
    if firm:
        edges = [100 * least for least, _ in _STEPS]
        legend += [
            Legend(colour, gettext("from %(least)s %% of the draws together") % {"least": f"{edge:.0f}"})
            for edge, (_, colour) in zip(edges, _STEPS, strict=True)
        ]
    legend.append(
        Legend(_ALONE, gettext("No region, or alone in it") if firm else gettext("No region (nobody lives there)"))
    )
    dots = [
        Dot(*drawing.centres[row["region"]], 4.0, row["name"])
        for row in made.regions.head(200).iter_rows(named=True)
        if row["region"] in drawing.centres
    ]
    return Picture(drawing, fills, titles, legend, layers, apart(dots))
