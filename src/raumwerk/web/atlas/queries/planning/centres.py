"""Plan centres and their reach, plan against practice, places for shared offices, and places of supply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.analysis.access import RIN_TARGETS, Reach, nearest_centre
from raumwerk.analysis.plan import LEVELS, HierarchyAgreement, hierarchy_agreement, measured_levels
from raumwerk.analysis.regions import nodal_hierarchy
from raumwerk.analysis.straight_line import straight_line_travel
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import MissingError
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
    kept,
)
from raumwerk.web.atlas.queries.planning.drawing import drawing_of
from raumwerk.web.atlas.queries.planning.inputs import classes_of, files_of, flow_files, municipal_flows, places_of
from raumwerk.web.atlas.queries.planning.params import Case, Param
from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = [
    "CENTRE_PARAMS",
    "CLASSES",
    "MINUTES_COLOURS",
    "RANKS",
    "centres_analysis",
    "designated_in",
    "minutes_picture",
    "own_places",
    "straight_line_note",
]

#: Codes of the official classification that count as at least that rank.
RANKS: Mapping[str, tuple[str, ...]] = {"OZ": ("1",), "MZ": ("1", "2"), "GZ": ("1", "2", "3")}
#: Rank that a code of the official classification stands for.
CLASSES = {"0": "none", "1": "OZ", "2": "MZ", "3": "GZ"}
_NEAR = 150.0  # kilometres of straight line × detour beyond which a centre is nobody's nearest
_VIEW = {"view": ("centres",)}
#: Minutes as shares of the target: half of it, the target, one and a half, more.
MINUTES_COLOURS = ((0.5, "#0b4f6c"), (1.0, "#6aa9c8"), (1.5, "#f6d9a8"), (float("inf"), "#c4621d"))

CENTRE_PARAMS = (
    Param(
        name="rank",
        label=_("Centres of at least this rank"),
        default="MZ",
        group=_("Centres"),
        when=_VIEW,
        choices=(("OZ", _("high-order centres")), ("MZ", _("middle-order centres")), ("GZ", _("low-order centres"))),
    ),
    Param(
        name="target",
        label=_("Within reach means"),
        kind="number",
        least=5,
        most=120,
        step=5,
        unit=_("minutes by car"),
        default=lambda state: RIN_TARGETS[state["rank"]]["car"],
        group=_("Centres"),
        when=_VIEW,
        help=_("Where nothing is chosen: the target of the guideline RIN 2008 for this rank."),
    ),
    Param(
        name="border",
        label=_("State border"),
        default="open",
        group=_("Centres"),
        when={"view": ("centres", "supply")},
        choices=(("open", _("may be crossed")), ("closed", _("only places in the own state"))),
    ),
)


def rank_names() -> dict[str, str]:
    """Names of the ranks of central places."""
    return {
        "none": gettext("no centre"),
        "GZ": gettext("low-order centre"),
        "MZ": gettext("middle-order centre"),
        "OZ": gettext("high-order centre"),
    }


def straight_line_note() -> str:
    """What must be said wherever estimated ways are used."""
    return gettext(
        "Ways by car are an estimate: straight line × 1.3 and assumed speeds, from centre to centre of the "
        "municipalities. Bus and rail are not known: no timetable is loaded."
    )


def own_places(atlas: AtlasRelease, region: Region) -> pl.DataFrame:
    """Inhabited municipalities of the region with their people."""
    return places_of(atlas).filter(pl.col("area").is_in(region.municipalities))


def designated_in(atlas: AtlasRelease, rank: str) -> list[str]:
    """Areas of at least that rank by the official classification, in the whole country."""
    return [area for area, code in classes_of(atlas, "central_place_level")[0].items() if code in RANKS[rank]]


def ways_to_centres(atlas: AtlasRelease, region: Region, rank: str) -> TravelMatrix:
    """Ways from the region's municipalities to all centres that may be somebody's nearest, beyond its border too."""

    def made() -> TravelMatrix:
        centres = places_of(atlas).filter(pl.col("area").is_in(designated_in(atlas, rank)))
        if centres.is_empty():
            raise MissingError(gettext("Release %(release)s holds no central places.") % {"release": atlas.id})
        ways = straight_line_travel(own_places(atlas, region), destinations=centres)
        near = (ways.kilometres if ways.kilometres is not None else ways.minutes).min(axis=0) <= _NEAR
        return ways.select(destinations=[code for code, kept in zip(ways.destinations, near, strict=True) if kept])

    return atlas.remember(("planning:centres", region.slug, rank), made)


def reach_of(case: Case, *, closed: bool) -> Reach:
    """Who reaches the nearest centre in time; ``closed`` counts centres of the own state alone."""
    rank, target = case.state["rank"], float(case.state["target"])
    ways = ways_to_centres(case.atlas, case.region, rank)
    people = _people(own_places(case.atlas, case.region))
    sides = {code: code[:2] for code in (*ways.origins, *ways.destinations)} if closed else None
    key = ("reach", case.region.slug, rank, target, closed)
    return kept(case.atlas, key, lambda: nearest_centre(ways, people, target=target, sides=sides))


def _people(places: pl.DataFrame) -> dict[str, float]:
    return dict(places.select("area", pl.col("people").fill_null(0)).rows())


def agreement_of(atlas: AtlasRelease, region: Region) -> tuple[HierarchyAgreement, dict[str, str], dict[str, str]]:
    """Ranks by plan against ranks by practice, and both.

    Practice: places in the order of the commuters they draw (Nystuen and Dacey's inflow); the first ones are given the
    highest rank, as many as the plan names of it, and so on.
    """

    def compared() -> tuple[HierarchyAgreement, dict[str, str], dict[str, str]]:
        codes = classes_of(atlas, "central_place_level")[0]
        flows = municipal_flows(atlas, region)
        planned = {area: CLASSES.get(codes.get(area, "0"), "none") for area in flows.codes}
        measured = measured_levels(flows, planned)
        people = _people(own_places(atlas, region))
        weights = {area: people.get(area, 0.0) for area in flows.codes}
        return hierarchy_agreement(planned, measured, weights=weights), planned, measured

    return atlas.remember(("planning:agreement", region.slug), compared)


def centres_analysis(case: Case) -> Analysis:
    """Reach of the plan's centres, uncovered people, and practice against plan."""
    atlas, region, state = case.atlas, case.region, case.state
    chosen = reach_of(case, closed=state["border"] == "closed")
    free, inside = reach_of(case, closed=False), reach_of(case, closed=True)
    agreed, planned, measured = agreement_of(atlas, region)
    practice = nodal_hierarchy(municipal_flows(atlas, region)).select(
        "area", pl.col("largest_destination").alias("main")
    )
    frame = chosen.areas.join(practice, on="area", how="left", maintain_order="left")
    ranks = rank_names()
    period = classes_of(atlas, "central_place_level")[2]
    figures = [
        Figure("within", gettext("People within reach"), 100 * chosen.share_within, "%", 1),
        Figure("uncovered", gettext("People not covered"), chosen.people - chosen.within, gettext("persons"), 0),
        Figure("minutes", gettext("Mean way to the nearest centre"), chosen.mean_minutes, gettext("minutes"), 1),
        Figure(
            "border",
            gettext("More people within reach because the state border may be crossed"),
            free.within - inside.within,
            gettext("persons"),
            0,
        ),
        Figure(
            "kappa",
            gettext("Agreement of plan and practice (weighted kappa)"),
            agreed.kappa,
            "",
            2,
            note=gettext("1: the same; 0: as by chance"),
        ),
    ]
    uncovered = frame.filter(~pl.col("within").fill_null(value=False)).sort("people", descending=True)
    names = ", ".join(case.name(area) for area in uncovered["area"].head(5))
    sentences = [
        gettext("%(share)s %% of the people reach a %(rank)s or higher within %(target)s minutes by car.")
        % {"share": case.decimal(100 * chosen.share_within, 1), "rank": ranks[state["rank"]], "target": state["target"]}
    ]
    if names:
        sentences.append(
            gettext("Not covered: %(count)s municipalities, the largest are %(names)s.")
            % {"count": uncovered.height, "names": names}
        )
    sentences.append(
        gettext("%(count)s municipalities rank otherwise in practice than in the plan.")
        % {"count": agreed.differing.height}
    )
    return Analysis(
        key="centres",
        title=gettext("Reach of the central places in %(name)s") % {"name": region.name(case.lang)},
        sentences=sentences,
        figures=figures,
        tables=[_reach_table(case, frame), _matrix_table(agreed), _differing_table(case, agreed, planned, measured)],
        picture=minutes_picture(
            case, dict(frame.select("area", "minutes").rows()), float(state["target"]), _centre_dots(case)
        ),
        files=sorted(
            {
                *files_of(atlas, "classes", "areas", "boundaries"),
                *flow_files(atlas, str(municipal_flows(atlas, region).date)),
            }
        ),
        estimated=False,
        warnings=[
            straight_line_note(),
            gettext("Ranks are those of the official classification of %(date)s; state plans name them differently.")
            % {"date": period},
            gettext("Practice rests on estimated flows; work is only one task of a centre."),
        ],
    )


def _reach_table(case: Case, frame: pl.DataFrame) -> Table:
    yes, no = gettext("yes"), gettext("no")
    told = frame.with_columns(
        pl.col("area").map_elements(case.name, return_dtype=pl.String).alias("name"),
        pl.col("centre").map_elements(case.name, return_dtype=pl.String).alias("centre_name"),
        pl.col("main").map_elements(case.name, return_dtype=pl.String).alias("main_name"),
        pl.when(pl.col("within").fill_null(value=False)).then(pl.lit(yes)).otherwise(pl.lit(no)).alias("covered"),
        pl.when(pl.col("centre") == pl.col("area"))
        .then(pl.lit("–"))
        .when(pl.col("main") == pl.col("centre"))
        .then(pl.lit(yes))
        .otherwise(pl.lit(no))
        .alias("same"),
    ).sort("minutes", descending=True, nulls_last=False)
    return Table(
        "reach",
        gettext("Way to the nearest centre"),
        [
            Column("name", gettext("Municipality"), gettext("Name of the municipality"), area="area"),
            Column("people", gettext("People"), gettext("Newest count"), gettext("persons"), 0),
            Column("centre_name", gettext("Nearest centre"), gettext("Of at least the chosen rank")),
            Column("minutes", gettext("Way"), gettext("By car, estimated"), gettext("minutes"), 0),
            Column("covered", gettext("Within reach"), gettext("Within the minutes chosen")),
            Column("main_name", gettext("Most commuters go to"), gettext("By estimated flows inside the region")),
            Column("same", gettext("Practice follows plan"), gettext("Most commuters go to the nearest centre")),
        ],
        told,
    )


def _matrix_table(agreed: HierarchyAgreement) -> Table:
    names = rank_names()
    rows: list[dict[str, Any]] = []
    for planned in reversed(LEVELS):
        counted = {row["measured"]: row["areas"] for row in agreed.matrix.filter(planned=planned).to_dicts()}
        rows.append({"planned": names[planned], **{level: counted.get(level, 0) for level in LEVELS}})
    columns = [Column("planned", gettext("In the plan"), gettext("Rank by the official classification"))]
    columns += [
        Column(level, names[level], gettext("Municipalities of this rank in practice"), "", 0)
        for level in reversed(LEVELS)
    ]
    note = gettext(
        "Rows: rank in the plan. Columns: rank in practice, by the commuters a place draws; as many places get "
        "a rank as the plan names."
    )
    return Table("matrix", gettext("Plan and practice"), columns, pl.DataFrame(rows), note)


def _differing_table(
    case: Case, agreed: HierarchyAgreement, planned: Mapping[str, str], measured: Mapping[str, str]
) -> Table:
    names = rank_names()
    frame = agreed.differing.select(
        "area",
        pl.col("area").map_elements(case.name, return_dtype=pl.String).alias("name"),
        pl.col("planned").replace_strict(names, return_dtype=pl.String),
        pl.col("measured").replace_strict(names, return_dtype=pl.String),
        "steps",
    ).sort("steps", "name", descending=[True, False])
    return Table(
        "differing",
        gettext("Where practice differs from the plan"),
        [
            Column("name", gettext("Municipality"), gettext("Name of the municipality"), area="area"),
            Column("planned", gettext("In the plan"), gettext("Rank by the official classification")),
            Column("measured", gettext("In practice"), gettext("Rank by the commuters it draws")),
            Column("steps", gettext("Steps"), gettext("Above 0: higher in practice than in the plan"), "", 0),
        ],
        frame,
    )


def _centre_dots(case: Case) -> list[Dot]:
    drawing = drawing_of(case.atlas, case.region, "municipality")
    codes = classes_of(case.atlas, "central_place_level")[0]
    size = {"OZ": 11.0, "MZ": 7.0, "GZ": 4.0}
    dots = [
        Dot(*drawing.centres[area], size[rank], case.name(area), label=rank != "GZ")
        for area in drawing.areas
        if (rank := CLASSES.get(codes.get(area, "0"), "none")) != "none" and codes[area] in RANKS[case.state["rank"]]
    ]
    return apart(sorted(dots, key=lambda dot: -dot.radius))


def minutes_picture(case: Case, minutes: Mapping[str, float | None], target: float, dots: list[Dot]) -> Picture:
    """Map of minutes against a target."""
    drawing = drawing_of(case.atlas, case.region, "municipality")
    fills, titles = {}, {}
    for key in drawing.areas:
        value = minutes.get(key)
        known = value is not None and value < float("inf")
        fills[key] = (
            next(colour for share, colour in MINUTES_COLOURS if value <= share * target)
            if known and value is not None
            else "#ffffff"
        )
        said = (
            gettext("%(minutes)s minutes") % {"minutes": case.decimal(value or 0, 0)}
            if known
            else gettext("no way known")
        )
        titles[key] = f"{case.name(key)}: {said}"
    edges = [case.decimal(share * target, 0) for share, _ in MINUTES_COLOURS[:3]]
    words = [gettext("up to %(minutes)s minutes") % {"minutes": edge} for edge in edges]
    words.append(gettext("more than %(minutes)s minutes") % {"minutes": edges[-1]})
    legend = [Legend(colour, text) for (_, colour), text in zip(MINUTES_COLOURS, words, strict=True)]
    legend += [
        Legend("#1d1d1b", gettext("Place that is reached"), "dot"),
        Legend("#b3261e", gettext("State border"), "dashed"),
    ]
    border = Layer(drawing.between({key: key[:2] for key in drawing.areas}), "#b3261e", 2.4, dashed=True)
    heading = gettext("Way by car to the nearest place, minutes (target: %(minutes)s)")
    told = heading % {"minutes": case.decimal(target, 0)}
    return Picture(drawing, fills, titles, legend, [border], dots, told)
