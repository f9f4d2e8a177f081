"""Functional regions live from the parameters, how firm they are, and how far they agree with official divisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions import (
    PRESETS,
    SelfContainment,
    functional_regions,
    leiden_regions,
    name_regions,
    nodal_hierarchy,
    region_stability,
    threshold_ladder,
)
from raumwerk.errors import MissingError
from raumwerk.web.atlas.queries.planning.analysis import (
    kept,
)
from raumwerk.web.atlas.queries.planning.inputs import (
    district_flows,
    employed_of,
    municipal_flows,
)
from raumwerk.web.atlas.queries.planning.params import Case, Param, State, read_state
from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = [
    "DRAWS",
    "PARAMS",
    "Delineation",
    "delineate",
    "flows_of",
    "presets",
    "regions_holding",
    "rule_of",
    "stability_of",
]

#: Draws for the stability; enough for shares to the nearest few per cent.
DRAWS = {"municipality": 100, "district": 40}
_STANDARD = {"municipality": "uk", "district": "grw"}
_OWN_RULE = {"method": ("coombes_bond",)}


def _preset(name: str, factor: float = 1) -> Any:
    def standard(state: State) -> Any:
        value = getattr(PRESETS[_STANDARD[state["level"]]], name) * factor
        return round(value, 1) if factor != 1 else round(value)

    return standard


PARAMS = (
    Param(
        name="level",
        label=_("Made from"),
        default="municipality",
        group=_("Flows"),
        choices=(
            ("municipality", _("municipalities of the region (estimated flows)")),
            ("district", _("districts of Germany (counted flows)")),
        ),
    ),
    Param(
        name="method",
        label=_("Method"),
        default="coombes_bond",
        group=_("Flows"),
        choices=(
            ("coombes_bond", _("Self-containment (Coombes and Bond)")),
            ("leiden", _("Communities (Leiden)")),
            ("nodal", _("Largest flow (Nystuen and Dacey)")),
            ("threshold", _("Threshold ladder")),
        ),
    ),
    Param(
        name="min_size",
        label=_("Smallest region"),
        kind="number",
        default=_preset("min_size"),
        least=500,
        most=100_000,
        step=500,
        unit=_("employed residents"),
        group=_("Rule"),
        when=_OWN_RULE,
        help=_("A region of this size needs the higher self-containment."),
    ),
    Param(
        name="target_size",
        label=_("Large region"),
        kind="number",
        default=_preset("target_size"),
        least=1_000,
        most=300_000,
        step=1_000,
        unit=_("employed residents"),
        group=_("Rule"),
        when=_OWN_RULE,
        help=_("From this size on the lower self-containment is enough."),
    ),
    Param(
        name="min_share",
        label=_("Lower self-containment"),
        kind="number",
        default=_preset("min_self_containment", 100),
        least=30,
        most=95,
        step=0.1,
        unit="%",
        group=_("Rule"),
        when=_OWN_RULE,
        help=_("Share of people who live and work in the same region, for large regions."),
    ),
    Param(
        name="target_share",
        label=_("Higher self-containment"),
        kind="number",
        default=_preset("target_self_containment", 100),
        least=30,
        most=95,
        step=0.1,
        unit="%",
        group=_("Rule"),
        when=_OWN_RULE,
        help=_("The same share, for the smallest regions."),
    ),
    Param(
        name="rule",
        label=_("Way of counting"),
        default="clean",
        group=_("Rule"),
        when=_OWN_RULE,
        choices=(("clean", _("sums added up at each step")), ("lma34", _("as the R package LabourMarketAreas 3.4"))),
    ),
    Param(
        name="resolution",
        label=_("Granularity"),
        kind="number",
        default=1.0,
        least=0.2,
        most=5,
        step=0.1,
        group=_("Rule"),
        when={"method": ("leiden",)},
        help=_("Above 1: more and smaller regions."),
    ),
    Param(
        name="ratio",
        label=_("Centre is larger by"),
        kind="number",
        default=1.0,
        least=1,
        most=3,
        step=0.1,
        group=_("Rule"),
        when={"method": ("nodal",)},
        help=_("A place looks to another one only if that one draws so many times as many people."),
    ),
    Param(
        name="shade",
        label=_("Colours show"),
        default="regions",
        group=_("Map"),
        when=_OWN_RULE,
        choices=(("regions", _("the regions")), ("stability", _("how firmly areas belong to them"))),
    ),
    Param(
        name="overlay",
        label=_("Lay over"),
        default="state",
        group=_("Map"),
        choices=(
            ("state", _("states")),
            ("district", _("districts")),
            ("labour_market_region", _("labour-market regions (BBSR)")),
            ("planning_region", _("planning regions (BBSR)")),
            ("mittelbereich", _("middle-centre areas")),
        ),
        help=_("Dashed on the map; agreement is measured against it."),
    ),
    Param(
        name="extent",
        label=_("Part shown"),
        default="around",
        group=_("Map"),
        when={"level": ("district",)},
        choices=(("around", _("region and surroundings")), ("nation", _("Germany"))),
    ),
)


@dataclass(frozen=True, slots=True)
class Delineation:
    """A division of areas into regions. ``facts`` holds what only some methods know."""

    flows: FlowMatrix
    partition: Mapping[str, str]
    names: Mapping[str, str]
    regions: pl.DataFrame
    reserve: frozenset[str]
    facts: Mapping[str, float]


def presets(level: str) -> list[tuple[str, str, dict[str, str]]]:
    """Known parameters: key, name, and what they are as an address holds them."""
    names = {"uk": gettext("United Kingdom"), "italy": gettext("Italy"), "grw": gettext("GRW (Germany)")}
    found = []
    for key, rule in PRESETS.items():
        shares = (rule.min_self_containment, rule.target_self_containment)
        lower, higher = (f"{round(100 * share, 1):g}" for share in shares)
        asked = {
            "min_size": f"{rule.min_size:g}",
            "target_size": f"{rule.target_size:g}",
            "min_share": lower,
            "target_share": higher,
            "level": level,
        }
        found.append((key, names[key], asked))
    return found


def rule_of(state: State) -> SelfContainment:
    """Parameters of the rule; InputError says what does not go together."""
    return SelfContainment(
        float(state["min_size"]), float(state["target_size"]), state["min_share"] / 100, state["target_share"] / 100
    )


def flows_of(atlas: AtlasRelease, region: Region, level: str) -> FlowMatrix:
    """Flows that regions of this level are made from."""
    return municipal_flows(atlas, region) if level == "municipality" else district_flows(atlas)


def delineate(case: Case) -> Delineation:
    """Regions by the chosen method; kept for a release and its parameters."""
    level, state = case.state["level"], case.state
    own = {
        name: state[name]
        for name in ("method", "min_size", "target_size", "min_share", "target_share", "rule", "resolution", "ratio")
    }
    key = ("regions", case.region.slug if level == "municipality" else "", level, case.lang, *own.values())
    return kept(case.atlas, key, lambda: _delineate(case, flows_of(case.atlas, case.region, level)))


def regions_holding(atlas: AtlasRelease, region: Region, areas: Sequence[str], lang: str) -> list[tuple[str, int]]:
    """Functional regions of municipalities by the standard rule, as the page shows them first.

    Returns
    -------
    list of tuple
        Name of each region that holds one of ``areas``, and how many municipalities it has; those with most of
        ``areas`` first. Empty where the release has no flows to make regions from.
    """
    state, _problems = read_state(PARAMS, {}, atlas=atlas, region=region)
    try:
        made = delineate(Case(atlas, region, state, lang))
    except MissingError:
        return []
    held = Counter(made.partition[area] for area in areas if area in made.partition)
    sizes = Counter(made.partition.values())
    return [(made.names[key], sizes[key]) for key, _number in held.most_common()]


def _delineate(case: Case, flows: FlowMatrix) -> Delineation:
    state = case.state
    partition: Mapping[str, str]
    facts: dict[str, float] = {}
    reserve: frozenset[str] = frozenset()
    if state["method"] == "coombes_bond":
        found = functional_regions(flows, rule_of(state), rule=state["rule"])
        partition = found.partition
        reserve = frozenset(found.areas.filter("reserve")["area"])
        facts = {"iterations": found.iterations, "masked_pairs": found.masked_pairs, "left_out": found.left_out.height}
        regions = found.regions.select("region", "validity")
    else:
        partition, facts = _other(flows, state)
        regions = pl.DataFrame({"region": sorted(set(partition.values()))}).with_columns(
            pl.lit(None, pl.Float64).alias("validity")
        )
    residents, jobs = employed_of(flows)
    names = {area: case.name(area) for area in partition}
    called = name_regions(partition, names, jobs).select("region", "name")
    inside = flows.select(partition).aggregate(partition)
    sums = (
        pl.DataFrame(
            {
                "region": list(partition.values()),
                "residents": [residents[area] for area in partition],
                "jobs": [jobs[area] for area in partition],
            }
        )
        .group_by("region")
        .agg(pl.len().alias("areas"), pl.col("residents").sum(), pl.col("jobs").sum())
    )
    internal = pl.DataFrame({"region": inside.codes, "internal": inside.values.diagonal()})
    table = (
        called.join(sums, on="region")
        .join(internal, on="region")
        .join(regions, on="region", how="left")
        .with_columns(
            supply=100 * pl.col("internal") / pl.col("residents"), demand=100 * pl.col("internal") / pl.col("jobs")
        )
        .sort("residents", descending=True)
    )
    return Delineation(flows, partition, dict(called.rows()), table, reserve, facts)


def _other(flows: FlowMatrix, state: State) -> tuple[Mapping[str, str], dict[str, float]]:
    if state["method"] == "leiden":
        found = leiden_regions(flows, resolution=state["resolution"])
        return found.partition, {"modularity": found.modularity}
    if state["method"] == "threshold":
        ladder = threshold_ladder(flows)
        return ladder.best.partition, {"modularity": ladder.best.modularity, "threshold": 100 * ladder.threshold}
    nodal = nodal_hierarchy(flows, ratio=state["ratio"])
    return dict(nodal.select("area", "centre").rows()), {"centres": nodal.filter(pl.col("rank") == 0).height}


def stability_of(case: Case) -> Mapping[str, float | None]:
    """How often each area stays with the others of its region when flows and parameters shake a little; 0 to 1."""
    level, rule, counting = case.state["level"], rule_of(case.state), case.state["rule"]
    key = ("stability", case.region.slug if level == "municipality" else "", level, rule, counting)
    flows = flows_of(case.atlas, case.region, level)
    found = kept(case.atlas, key, lambda: region_stability(flows, rule, draws=DRAWS[level], rule=counting), heavy=True)
    return dict(found.areas.select("area", "stability").rows())
