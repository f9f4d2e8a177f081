"""What the pages of scenarios say, list and draw: one against today, several beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.analysis.scenarios import (
    OUTCOMES,
    Judgement,
    Scenario,
    ScenarioResult,
    judge,
)
from raumwerk.web.atlas.queries.breaks import class_breaks
from raumwerk.web.atlas.queries.planning.analysis import Analysis, Column, Dot, Figure, Legend, Picture, Table, apart
from raumwerk.web.atlas.queries.planning.drawing import drawing_of
from raumwerk.web.atlas.queries.planning.inputs import (
    files_of,
    flow_files,
    municipal_flows,
)
from raumwerk.web.atlas.queries.planning.params import Case, State
from raumwerk.web.atlas.queries.planning.scenarios import SHOWN, Outcome, outcome_of

__all__ = ["Comparison", "compare_scenarios", "comparison_of", "scenario_analysis"]

#: From much better to much worse, blue to brown; the middle is hardly any change.
_DIVERGING = ("#01665e", "#5ab4ac", "#c7eae5", "#f5f5f5", "#f6e8c3", "#d8b365", "#8c510a")
_SHOWN = {
    "commuter_km": (_("km a day"), 0, -1),
    "access": (_("jobs"), 0, 1),
    "self_containment": (_("percentage points"), 1, 1),
    "residents": (_("persons"), 0, 0),
    "jobs": (_("jobs"), 0, 0),
}


def scenario_analysis(case: Case) -> Analysis:
    """Answer of the page: key figures against today, map and table of the change."""
    atlas, region = case.atlas, case.region
    outcome = outcome_of(case)
    after, before = outcome.result.total, outcome.today.total
    tonnes = 1000.0
    figures = [
        Figure(
            "commuter_km",
            gettext("Commuter kilometres a working day"),
            after["commuter_km"],
            gettext("km"),
            0,
            before["commuter_km"],
        ),
        Figure("co2", gettext("CO₂ of commuting a working day"), after["co2"] / tonnes, "t", 1, before["co2"] / tonnes),
        Figure(
            "access",
            gettext("Jobs within reach, mean over residents"),
            after["access"],
            gettext("jobs"),
            0,
            before["access"],
        ),
        Figure(
            "self_containment",
            gettext("Work where they live"),
            100 * after["self_containment"],
            "%",
            1,
            100 * before["self_containment"],
        ),
    ]
    flows = municipal_flows(atlas, region)
    table = _table(case, outcome)
    return Analysis(
        key="scenarios",
        title=gettext("A scenario for %(name)s") % {"name": region.name(case.lang)},
        sentences=_sentences(case, outcome),
        figures=figures,
        tables=[table],
        picture=_picture(case, table.frame),
        files=sorted({*flow_files(atlas, str(flows.date)), *files_of(atlas, "areas", "classes")}),
        estimated=True,
        warnings=[
            gettext(
                "A model, not a forecast: it answers what would change if only the levers changed. Flows across the "
                "border of the region are left out."
            ),
            gettext("Ways by car are an estimate: straight line × 1.3 and assumed speeds."),
        ],
        extra={"untouched": _untouched(outcome)},
    )


def _untouched(outcome: Outcome) -> bool:
    """Whether nothing differs from today."""
    after, before = outcome.result.total, outcome.today.total
    return all(abs(after[name] - before[name]) < 0.5 for name in ("commuter_km", "access"))


def _sentences(case: Case, outcome: Outcome) -> list[str]:
    after, before = outcome.result.total, outcome.today.total
    change = after["commuter_km"] - before["commuter_km"]
    if _untouched(outcome):
        return [gettext("No lever is moved yet: this is the region as it is. Move a lever to see what would change.")]
    share = 100 * change / before["commuter_km"]
    words = {"change": case.decimal(change, 0, sign=True), "share": case.decimal(share, 1, sign=True)}
    told = [
        gettext("Compared with today the commuter kilometres of a working day change by %(change)s km (%(share)s %%).")
        % words
    ]
    moved = outcome.result.areas.with_columns(change=pl.col("commuter_km") - outcome.today.areas["commuter_km"])
    better = moved.filter(pl.col("change") < -0.5).height
    told.append(
        gettext("It becomes less for the residents of %(less)s municipalities and more for those of %(more)s.")
        % {"less": better, "more": moved.filter(pl.col("change") > 0.5).height}
    )
    return told


def _table(case: Case, outcome: Outcome) -> Table:
    today = outcome.today.areas
    names = ("residents", "jobs", "commuter_km", "access", "self_containment")
    frame = outcome.result.areas.select("area", *names).with_columns(
        pl.col("self_containment") * 100,
        *((pl.col(name) - today[name]).alias(f"{name}_change") for name in names if name != "self_containment"),
        (100 * (pl.col("self_containment") - today["self_containment"])).alias("self_containment_change"),
        pl.col("area").map_elements(case.name, return_dtype=pl.String).alias("name"),
    )
    people, per_day, jobs = gettext("persons"), gettext("km a day"), gettext("jobs")
    change = gettext("Change")
    return Table(
        "areas",
        gettext("What changes, by municipality"),
        [
            Column("name", gettext("Municipality"), gettext("Name of the municipality"), area="area"),
            Column(
                "commuter_km", gettext("Commuter kilometres"), gettext("Of its residents, there and back"), per_day, 0
            ),
            Column("commuter_km_change", change, gettext("Against today"), per_day, 0),
            Column("residents", gettext("Employed residents"), gettext("Who work in the region"), people, 0),
            Column("residents_change", change, gettext("Against today"), people, 0),
            Column("jobs", gettext("Jobs"), gettext("Held by people of the region"), jobs, 0),
            Column("jobs_change", change, gettext("Against today"), jobs, 0),
            Column("access", gettext("Jobs within reach"), gettext("Within the minutes chosen"), jobs, 0),
            Column("access_change", change, gettext("Against today"), jobs, 0),
            Column("self_containment", gettext("Work where they live"), gettext("Share of employed residents"), "%", 1),
            Column("self_containment_change", change, gettext("Against today"), gettext("percentage points"), 1),
        ],
        frame.sort(pl.col("commuter_km_change").abs(), "name", descending=[True, False]),
    )


def _picture(case: Case, frame: pl.DataFrame) -> Picture:
    drawing, state = drawing_of(case.atlas, case.region, "municipality"), case.state
    shown = state["shown"]
    unit, decimals, better = _SHOWN[shown]
    change = dict(frame.select("area", f"{shown}_change").rows())
    steps = _steps([value for value in change.values() if value is not None], decimals)
    ramp = list(reversed(_DIVERGING)) if better >= 0 else list(_DIVERGING)
    fills, titles = {}, {}
    for key in drawing.areas:
        value = change.get(key)
        fills[key] = "#ffffff" if value is None else ramp[sum(value >= step for step in steps)]
        said = gettext("no value") if value is None else f"{_decimal(case, value, decimals)} {unit}"
        titles[key] = f"{case.name(key)}: {said}"
    legend = []
    edges = [None, *steps, None]
    for number, colour in enumerate(ramp):
        low, high = edges[number], edges[number + 1]
        if number == len(ramp) // 2:
            text = gettext("hardly any change")
        elif low is None:
            text = gettext("below %(high)s %(unit)s") % {"high": _decimal(case, high or 0.0, decimals), "unit": unit}
        elif high is None:
            text = gettext("%(low)s %(unit)s and more") % {"low": _decimal(case, low, decimals), "unit": unit}
        else:
            text = gettext("%(low)s to %(high)s %(unit)s") % {
                "low": _decimal(case, low, decimals),
                "high": _decimal(case, high, decimals),
                "unit": unit,
            }
        legend.append(Legend(colour, text))
    dots = [Dot(*drawing.centres[key], 8, case.name(key)) for key in state["hubs"] or () if key in drawing.centres]
    if dots:
        legend.append(Legend("#1d1d1b", gettext("Shared office"), "dot"))
    return Picture(drawing, fills, titles, legend, (), apart(dots), _heading(shown))


def _heading(shown: str) -> str:
    """What the colours show, in words for the legend."""
    return capfirst(str(dict(SHOWN)[shown]))


def _steps(values: list[float], decimals: int) -> list[float]:
    """Six borders, alike on both sides of 0, by the size of the changes."""
    sizes = [abs(value) for value in values if abs(value) >= 0.5 * 10.0**-decimals]
    found = class_breaks(sizes, classes=3)["quantile"]
    low = 0.5 * 10.0**-decimals
    far = [round(edge, decimals) for edge in found if edge > low][-2:]
    top = max(sizes, default=low)
    while len(far) < 2:
        far.append(max([*far, low, top]) * 2)
    return [-far[1], -far[0], -low, low, far[0], far[1]]


def _decimal(case: Case, value: float, decimals: int) -> str:
    return case.decimal(value, max(decimals, 1) if abs(value) < 1 else decimals)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scenarios beside today. ``tables``: outcomes and ranks; ``areas``: what the maps show; ``views``: each alone."""

    tables: list[Table]
    areas: Table
    judged: Judgement | None
    views: Mapping[str, Analysis]


def comparison_of(cases: Mapping[str, Case], weights: State) -> Comparison:
    """Everything that the comparison of one to four scenarios shows; raises as :func:`compare_scenarios`."""
    tables, judged = compare_scenarios(cases, weights)
    views = {name: scenario_analysis(case) for name, case in cases.items()}
    return Comparison(tables, _areas_table(cases, views), judged, views)


def _areas_table(cases: Mapping[str, Case], views: Mapping[str, Analysis]) -> Table:
    """What the maps show, in numbers: the change of each municipality, a column for each scenario."""
    columns = [Column("name", gettext("Municipality"), gettext("Name of the municipality"), area="area")]
    frame = pl.DataFrame()
    for number, (name, case) in enumerate(cases.items(), start=1):
        table, shown, own = views[name].tables[0], case.state["shown"], f"change_{number}"
        part = table.frame.select("area", "name", pl.col(f"{shown}_change").alias(own))
        frame = part if number == 1 else frame.join(part.drop("name"), on="area", how="left", maintain_order="left")
        known = {column.name: column for column in table.columns}
        change, label = known[f"{shown}_change"], known[shown].label
        columns.append(Column(own, f"{name}: {label}", change.description, change.unit, change.decimals))
    return Table("areas", gettext("What changes, by municipality"), columns, frame)


def compare_scenarios(cases: Mapping[str, Case], weights: State) -> tuple[list[Table], Judgement | None]:
    """Two to four scenarios beside today: outcomes, how two groups rank them, and how sure the ranks are.

    Parameters
    ----------
    cases : mapping
        Name of each scenario → its case. Assumptions are those of each scenario; today is that of the first.
    weights : dict
        Values of :data:`WEIGHTS`.

    Returns
    -------
    tables : list of Table
        Outcomes; scores and ranks of the groups; rank intervals over all weights.
    judgement : Judgement or None
        None when the scenarios differ in nothing.

    Raises
    ------
    InputError
        When the levers of a scenario do not go together, or a group gives no weight to what differs.
    """
    outcomes = {name: outcome_of(case, name) for name, case in cases.items()}
    first = next(iter(outcomes.values())).today
    today = gettext("Today")
    results = {today: first, **{name: each.result for name, each in outcomes.items()}}
    tables = [_outcome_table(results)]
    named = [_renamed(result, name) for name, result in results.items()]
    groups = {
        title: {outcome: float(weights[f"{key}_{outcome}"]) for outcome in OUTCOMES}
        for key, title in (("a", gettext("Group A")), ("b", gettext("Group B")))
    }
    if len({tuple(round(result.total[name], 9) for name in OUTCOMES) for result in named}) < 2:
        return tables, None
    judged = judge(named, groups, seed=0)
    return [*tables, _score_table(judged), _rank_table(judged)], judged


def _renamed(result: ScenarioResult, name: str) -> ScenarioResult:
    return replace(result, scenario=Scenario(name, result.scenario.levers))


def _outcome_table(results: Mapping[str, ScenarioResult]) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "commuter_km": each.total["commuter_km"],
            "co2": each.total["co2"] / 1000,
            "access": each.total["access"],
            "self_containment": 100 * each.total["self_containment"],
        }
        for name, each in results.items()
    ]
    return Table(
        "outcomes",
        gettext("What the scenarios give"),
        [
            Column("name", gettext("Scenario"), gettext("Name of the scenario")),
            Column("commuter_km", gettext("Commuter kilometres a working day"), gettext("There and back"), "km", 0),
            Column("co2", gettext("CO₂ of commuting a working day"), gettext("By the assumptions"), "t", 1),
            Column("access", gettext("Jobs within reach"), gettext("Mean over residents"), gettext("jobs"), 0),
            Column("self_containment", gettext("Work where they live"), gettext("Share of employed residents"), "%", 1),
        ],
        pl.DataFrame(rows),
    )


def _score_table(judged: Judgement) -> Table:
    wide = judged.scores.pivot(on="group", index="scenario", values="rank", maintain_order=True)
    groups = judged.scores["group"].unique(maintain_order=True).to_list()
    frame = wide.join(judged.dissent, on="scenario", maintain_order="left").with_columns(
        dissent=pl.col("worst_rank").cast(pl.Int64) - pl.col("best_rank").cast(pl.Int64)
    )
    columns = [Column("scenario", gettext("Scenario"), gettext("Name of the scenario"))]
    columns += [
        Column(
            group, gettext("Rank for %(group)s") % {"group": group}, gettext("1 is best by the group's weights"), "", 0
        )
        for group in groups
    ]
    columns.append(Column("dissent", gettext("Dissent"), gettext("How many ranks the groups are apart"), "", 0))
    return Table("groups", gettext("How the groups rank them"), columns, frame)


def _rank_table(judged: Judgement) -> Table:
    frame = judged.uncertainty.ranks.select(
        pl.col("area").alias("scenario"),
        "rank_low",
        "rank_median",
        "rank_high",
        (100 * pl.col("first")).alias("first"),
    )
    return Table(
        "ranks",
        gettext("How sure the ranks are"),
        [
            Column("scenario", gettext("Scenario"), gettext("Name of the scenario")),
            Column("rank_median", gettext("Middle rank"), gettext("Over all weights"), "", 0),
            Column("rank_low", gettext("Best rank"), gettext("Of nine in ten draws"), "", 0),
            Column("rank_high", gettext("Worst rank"), gettext("Of nine in ten draws"), "", 0),
            Column("first", gettext("How often first"), gettext("Share of the draws"), "%", 0),
        ],
        frame,
        note=gettext(
            "Every possible weighting counts the same here: what is first in nearly all of them is first for "
            "nearly everybody."
        ),
    )
