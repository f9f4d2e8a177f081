"""Best places for shared offices: what they save, how sure the choice is, and whether they lie in plan centres."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.analysis.hubs import HubPlan, best_hubs, greedy_hubs
from raumwerk.analysis.plan import hub_agreement
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
from raumwerk.web.atlas.queries.planning.centres import designated_in, straight_line_note
from raumwerk.web.atlas.queries.planning.drawing import drawing_of
from raumwerk.web.atlas.queries.planning.inputs import files_of, flow_files, municipal_flows, ways_between
from raumwerk.web.atlas.queries.planning.params import Case, Param

__all__ = ["NODE_PARAMS", "hub_plan", "nodes_analysis"]

_VIEW = {"view": ("nodes",)}
_TIME_LIMIT = 10.0  # seconds for the proof; the gap then says how good the choice is at least

NODE_PARAMS = (
    Param(
        name="places",
        label=_("Shared offices"),
        kind="number",
        default=3,
        least=1,
        most=12,
        group=_("Offices"),
        when=_VIEW,
    ),
    Param(
        name="share",
        label=_("Commuters who could use one"),
        kind="number",
        default=30,
        least=1,
        most=100,
        unit="%",
        group=_("Offices"),
        when=_VIEW,
    ),
    Param(
        name="days",
        label=_("on days a week"),
        kind="number",
        default=2,
        least=0.5,
        most=5,
        step=0.5,
        unit=_("days"),
        group=_("Offices"),
        when=_VIEW,
    ),
    Param(
        name="among",
        label=_("Possible places"),
        default="all",
        group=_("Offices"),
        when=_VIEW,
        choices=(
            ("all", _("every municipality")),
            ("centres", _("central places only")),
            ("no_centres", _("only places that are no centre")),
        ),
    ),
    Param(
        name="search",
        label=_("Search"),
        default="fast",
        group=_("Offices"),
        when=_VIEW,
        choices=(("fast", _("fast, nearly best")), ("exact", _("proven best (up to ten seconds)"))),
    ),
    Param(
        name="co2_grams",
        label=_("CO₂ per kilometre by car"),
        kind="number",
        default=160,
        least=0,
        most=300,
        step=5,
        unit="g",
        group=_("Offices"),
        when=_VIEW,
        help=_("Assumption, yours to change; no figure of this release."),
    ),
)

_COLOURS = (
    "#0b4f6c",
    "#c4621d",
    "#4b8b3b",
    "#8e4585",
    "#b8860b",
    "#3f5fae",
    "#a83246",
    "#2f8f83",
    "#6b5b95",
    "#7a5230",
    "#5b7083",
    "#99752e",
)


def hub_plan(case: Case) -> HubPlan:
    """Places and what they save; kept for a release and its parameters."""
    atlas, region, state = case.atlas, case.region, case.state
    flows, ways = municipal_flows(atlas, region), ways_between(atlas, region)
    options = {
        "hubs": state["places"],
        "share": state["share"] / 100,
        "days": float(state["days"]),
        "co2_per_km": state["co2_grams"] / 1000,
    }
    candidates = list(ways.destinations)
    if state["among"] != "all":
        named = set(designated_in(atlas, "GZ"))
        candidates = [code for code in candidates if (code in named) == (state["among"] == "centres")]
    key = ("hubs", region.slug, state["among"], state["search"], *options.values())
    if state["search"] == "exact":
        return kept(
            atlas, key, lambda: best_hubs(flows, ways, candidates, time_limit=_TIME_LIMIT, **options), heavy=True
        )
    return kept(atlas, key, lambda: greedy_hubs(flows, ways, candidates, **options))


def nodes_analysis(case: Case) -> Analysis:
    """Places for shared offices, what each saves, and who would use them."""
    atlas, region, state = case.atlas, case.region, case.state
    plan = hub_plan(case)
    saved = dict(plan.hubs.select("hub", "saved").rows())
    figures = [
        Figure("saved", gettext("Kilometres saved a working day"), plan.saved, gettext("km"), 0),
        Figure("people", gettext("People who use them a working day"), plan.people, gettext("persons"), 0),
        Figure("co2", gettext("CO₂ saved a working day"), plan.co2 / 1000, "t", 1),
        Figure(
            "gap",
            gettext("No other choice can save more than this much more"),
            100 * plan.gap,
            "%",
            1,
            note=gettext("proven best") if plan.optimal else gettext("bound of the fast rule, mostly far too careful"),
        ),
    ]
    centres: set[str] = set()
    if "central_place_level" in atlas.manifest.get("classes", {}) and plan.saved > 0:
        centres = set(designated_in(atlas, "GZ"))
        share = hub_agreement(saved, centres)[1]
        figures.append(Figure("centres", gettext("Share of the saving in designated centres"), 100 * share, "%", 0))
    names = ", ".join(case.name(hub) for hub in plan.hubs["hub"])
    told = gettext(
        "Best places for %(count)s shared offices: %(names)s. Together they would save %(saved)s km a working "
        "day if %(share)s %% of the commuters used them on %(days)s days a week."
    )
    words = {
        "count": state["places"],
        "names": names,
        "saved": case.people(plan.saved),
        "share": state["share"],
        "days": case.decimal(state["days"], 0 if float(state["days"]).is_integer() else 1),
    }
    return Analysis(
        key="nodes",
        title=gettext("Places for shared offices in %(name)s") % {"name": region.name(case.lang)},
        sentences=[told % words],
        figures=figures,
        tables=[_hub_table(case, plan, centres), _user_table(case, plan)],
        picture=_picture(case, plan),
        files=sorted(
            {*flow_files(atlas, str(municipal_flows(atlas, region).date)), *files_of(atlas, "areas", "classes")}
        ),
        estimated=True,
        warnings=[
            straight_line_note(),
            gettext("Commuters inside the region only. Rents, space and demand for offices are not known here."),
        ],
    )


def _hub_table(case: Case, plan: HubPlan, centres: set[str]) -> Table:
    frame = plan.hubs.with_columns(
        pl.col("hub").map_elements(case.name, return_dtype=pl.String).alias("name"),
        (pl.col("co2") / 1000).alias("co2"),
        pl.Series(
            "centre", [gettext("yes") if hub in centres else gettext("no") for hub in plan.hubs["hub"]], pl.String
        ),
    )
    return Table(
        "hubs",
        gettext("Shared offices"),
        [
            Column("name", gettext("Place"), gettext("Municipality with a shared office"), area="hub"),
            Column("people", gettext("People"), gettext("Who use it on a working day"), gettext("persons"), 0),
            Column("saved", gettext("Saved"), gettext("Kilometres a working day, there and back"), gettext("km"), 0),
            Column("co2", gettext("CO₂ saved"), gettext("On a working day"), "t", 1),
            Column("centre", gettext("Designated centre"), gettext("By the official classification")),
        ],
        frame,
    )


def _user_table(case: Case, plan: HubPlan) -> Table:
    frame = plan.areas.with_columns(
        pl.col("area").map_elements(case.name, return_dtype=pl.String).alias("name"),
        pl.col("hub").map_elements(case.name, return_dtype=pl.String).alias("hub_name"),
    ).sort("saved", descending=True)
    return Table(
        "users",
        gettext("Who would use them"),
        [
            Column("name", gettext("From"), gettext("Municipality of residence"), area="area"),
            Column("hub_name", gettext("Shared office"), gettext("The nearest one that saves a way")),
            Column("people", gettext("People"), gettext("On a working day"), gettext("persons"), 0),
            Column("saved", gettext("Saved"), gettext("Kilometres a working day, there and back"), gettext("km"), 0),
        ],
        frame,
    )


def _picture(case: Case, plan: HubPlan) -> Picture:
    drawing = drawing_of(case.atlas, case.region, "municipality")
    hubs = plan.hubs["hub"].to_list()
    colours = dict(zip(hubs, _COLOURS, strict=False))
    used = plan.areas.sort("saved", descending=True).unique("area", keep="first")
    chosen = {row["area"]: row for row in used.iter_rows(named=True)}
    most = max((row["saved"] for row in chosen.values()), default=1.0) or 1.0
    fills, titles = {}, {}
    for key in drawing.areas:
        row = chosen.get(key)
        strength = 0.25 + 0.75 * (row["saved"] / most) ** 0.5 if row else 0.0
        fills[key] = _mixed(colours[row["hub"]], strength) if row else "#ffffff"
        said = (
            gettext("saves %(saved)s km by way of %(hub)s")
            % {"saved": case.people(row["saved"]), "hub": case.name(row["hub"])}
            if row
            else gettext("nothing saved")
        )
        titles[key] = f"{case.name(key)}: {said}"
    legend = [Legend(colours[hub], case.name(hub)) for hub in hubs]
    legend.append(Legend("#ffffff", gettext("Nobody gains by a shared office")))
    legend.append(Legend("#1d1d1b", gettext("Shared office; the stronger the colour, the more is saved"), "dot"))
    dots = [Dot(*drawing.centres[hub], 10, case.name(hub)) for hub in hubs if hub in drawing.centres]
    border = Layer(drawing.between({key: key[:2] for key in drawing.areas}), "#b3261e", 2.0, dashed=True)
    return Picture(
        drawing, fills, titles, legend, [border], apart(dots), gettext("Shared office that saves residents most")
    )


def _mixed(colour: str, strength: float) -> str:
    parts = (round(255 - (255 - int(colour[at : at + 2], 16)) * strength) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)
