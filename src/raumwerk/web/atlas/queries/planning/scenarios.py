"""Scenarios: levers on the region as it is, what they change, and how several scenarios compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.analysis.scenarios import (
    Baseline,
    Levers,
    Link,
    Scenario,
    ScenarioResult,
    evaluate,
)
from raumwerk.errors import InputError, Problem
from raumwerk.web.atlas.queries.planning.analysis import kept
from raumwerk.web.atlas.queries.planning.inputs import (
    classes_of,
    municipal_flows,
    ways_between,
    ways_decay,
)
from raumwerk.web.atlas.queries.planning.params import Case, Param, State
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["OUTCOME_NAMES", "PARAMS", "WEIGHTS", "Outcome", "levers_of", "outcome_of"]

#: What the map can show.
SHOWN = (
    ("commuter_km", _("change of commuter kilometres")),
    ("access", _("change of jobs within reach")),
    ("self_containment", _("change of people who work where they live")),
    ("residents", _("change of employed residents")),
    ("jobs", _("change of jobs")),
)

PARAMS = (
    Param(
        name="telework_share",
        label=_("Workers who work at home"),
        kind="number",
        default=0,
        most=100,
        unit="%",
        group=_("Work at home"),
    ),
    Param(
        name="telework_days",
        label=_("on days a week"),
        kind="number",
        default=2,
        most=5,
        step=0.5,
        unit=_("days"),
        group=_("Work at home"),
        help=_("Without effect while nobody works at home."),
    ),
    Param(
        name="hubs",
        label=_("Places with a shared office"),
        kind="areas",
        default=None,
        group=_("Shared offices"),
        help=_("Commuters use the nearest one if it is nearer than their work. Several: hold Ctrl (Cmd)."),
    ),
    Param(
        name="hub_share",
        label=_("Commuters who use it"),
        kind="number",
        default=30,
        most=100,
        unit="%",
        group=_("Shared offices"),
    ),
    Param(
        name="hub_days",
        label=_("on days a week"),
        kind="number",
        default=2,
        most=5,
        step=0.5,
        unit=_("days"),
        group=_("Shared offices"),
    ),
    Param(name="jobs_area", label=_("Jobs come to or leave"), kind="area", group=_("Jobs and housing")),
    Param(
        name="jobs",
        label=_("Jobs more (less: below 0)"),
        kind="amount",
        least=-100_000,
        most=100_000,
        unit=_("jobs"),
        group=_("Jobs and housing"),
    ),
    Param(name="housing_area", label=_("Housing is built in"), kind="area", group=_("Jobs and housing")),
    Param(
        name="housing",
        label=_("Employed residents more"),
        kind="amount",
        least=-100_000,
        most=100_000,
        unit=_("persons"),
        group=_("Jobs and housing"),
    ),
    Param(
        name="centrality",
        label=_("Jobs move to centres (below 0: away)"),
        kind="number",
        default=0,
        least=-50,
        most=50,
        unit="%",
        group=_("Centres and ways"),
        help=_("Middle and high-order centres by the official classification."),
    ),
    Param(name="link_from", label=_("New way from"), kind="area", group=_("Centres and ways")),
    Param(name="link_to", label=_("New way to"), kind="area", group=_("Centres and ways")),
    Param(
        name="link_minutes",
        label=_("takes"),
        kind="amount",
        least=1,
        most=180,
        unit=_("minutes"),
        group=_("Centres and ways"),
    ),
    Param(name="link_km", label=_("is long"), kind="amount", least=1, most=200, unit="km", group=_("Centres and ways")),
    Param(
        name="public_transport_shift",
        label=_("Kilometres by car that move to bus and rail"),
        kind="number",
        default=0,
        most=100,
        unit="%",
        group=_("Centres and ways"),
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
        group=_("Assumptions"),
        help=_("Assumption, yours to change; no figure of this release."),
    ),
    Param(
        name="car_share",
        label=_("Kilometres that are driven by car today"),
        kind="number",
        default=80,
        most=100,
        unit="%",
        group=_("Assumptions"),
        help=_("Assumption, yours to change; no figure of this release."),
    ),
    Param(
        name="access_target",
        label=_("Jobs count as near within"),
        kind="number",
        default=30,
        least=5,
        most=120,
        step=5,
        unit=_("minutes"),
        group=_("Assumptions"),
    ),
    Param(
        name="shown",
        label=_("Map shows"),
        default="commuter_km",
        group=_("Map"),
        choices=SHOWN,
    ),
)

#: Weights of two groups when scenarios are compared, from 0 to 10 for each outcome.
OUTCOME_NAMES = {
    "commuter_km": _("fewer commuter kilometres"),
    "co2": _("less CO₂"),
    "access": _("more jobs within reach"),
    "self_containment": _("more people work where they live"),
    "land": _("less land taken"),
}
WEIGHTS = tuple(
    Param(
        name=f"{group}_{outcome}", label=OUTCOME_NAMES[outcome], kind="number", default=standard, most=10, group=title
    )
    for group, title, weights in (
        ("a", _("Group A"), {"commuter_km": 5, "co2": 5, "access": 1, "self_containment": 1, "land": 1}),
        ("b", _("Group B"), {"commuter_km": 1, "co2": 1, "access": 5, "self_containment": 5, "land": 1}),
    )
    for outcome, standard in weights.items()
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario gives, beside today."""

    result: ScenarioResult
    today: ScenarioResult


def levers_of(state: State) -> Levers:
    """Levers as the model takes them; InputError says what does not go together."""
    problems = [
        Problem(told, column=name)
        for name, wrong, told in (
            ("jobs_area", state["jobs"] and not state["jobs_area"], gettext("Say where the jobs come or go.")),
            ("jobs", state["jobs_area"] and not state["jobs"], gettext("Say how many jobs come or go.")),
            ("housing_area", state["housing"] and not state["housing_area"], gettext("Say where housing is built.")),
            ("housing", state["housing_area"] and not state["housing"], gettext("Say how many people housing is for.")),
            ("link_to", bool(state["link_from"]) != bool(state["link_to"]), gettext("A new way needs two ends.")),
            (
                "link_to",
                bool(state["link_from"]) and state["link_from"] == state["link_to"],
                gettext("A new way needs two different ends."),
            ),
            (
                "link_minutes",
                state["link_from"] and not (state["link_minutes"] and state["link_km"]),
                gettext("Say how many minutes and kilometres the new way takes."),
            ),
        )
        if wrong
    ]
    if problems:
        raise InputError(problems)
    links: tuple[Link, ...] = ()
    if state["link_from"]:
        links = (Link(state["link_from"], state["link_to"], float(state["link_minutes"]), float(state["link_km"])),)
    return Levers(
        jobs={state["jobs_area"]: float(state["jobs"])} if state["jobs_area"] else {},
        housing={state["housing_area"]: float(state["housing"])} if state["housing_area"] else {},
        centrality=state["centrality"] / 100,
        telework_share=state["telework_share"] / 100,
        telework_days=float(state["telework_days"]),
        hubs=tuple(state["hubs"] or ()),
        hub_share=state["hub_share"] / 100 if state["hubs"] else 0.0,
        hub_days=float(state["hub_days"]) if state["hubs"] else 0.0,
        links=links,
        public_transport_shift=state["public_transport_shift"] / 100,
    )


def outcome_of(case: Case, name: str = "") -> Outcome:
    """Evaluate the levers; kept for a release and its parameters."""
    state = case.state
    levers = levers_of(state)
    key = ("scenario", case.region.slug, name, *(str(state[param.name]) for param in PARAMS if param.name != "shown"))

    def computed() -> Outcome:
        base = _baseline(case)
        return Outcome(evaluate(base, Scenario(name or "levers", levers, release=case.atlas.id)), base.result)

    return kept(case.atlas, key, computed)


def _baseline(case: Case) -> Baseline:
    atlas, region, state = case.atlas, case.region, case.state
    key = ("baseline", region.slug, state["co2_grams"], state["car_share"], state["access_target"])

    def made() -> Baseline:
        flows = municipal_flows(atlas, region)
        return Baseline(
            flows,
            ways_between(atlas, region),
            ways_decay(atlas, region),
            centres=_centres(atlas, flows.codes),
            co2_per_km=state["co2_grams"] / 1000,
            car_share=state["car_share"] / 100,
            access_target=float(state["access_target"]),
        )

    return kept(atlas, key, made)


def _centres(atlas: AtlasRelease, codes: Sequence[str]) -> list[str]:
    """Middle and high-order centres by the official classification; none where the release has no such classes."""
    if "central_place_level" not in atlas.manifest.get("classes", {}):
        return []
    ranks = classes_of(atlas, "central_place_level")[0]
    return [code for code in codes if ranks.get(code) in ("1", "2")]
