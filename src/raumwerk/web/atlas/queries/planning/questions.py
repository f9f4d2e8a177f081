"""The questions of the planning pages: what may be asked, who answers, and which methods page explains it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from raumwerk.web.atlas.queries.planning import (
    centres,
    economy,
    economy_view,
    nodes,
    regions,
    regions_view,
    scenarios,
    scenarios_view,
    supply,
)
from raumwerk.web.atlas.queries.planning.analysis import Analysis
from raumwerk.web.atlas.queries.planning.params import Case, Param

__all__ = ["QUESTIONS", "VIEWS", "Question"]

Answer = Callable[[Case], Analysis]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``key`` names its page and its part of the API; ``methods`` the page of docs/methods."""

    key: str
    params: Sequence[Param]
    answer: Answer
    methods: str


#: Ways of looking at centres.
VIEWS = (
    ("centres", _("central places and their reach")),
    ("nodes", _("places for shared offices")),
    ("supply", _("places of supply")),
)
_ANSWERS: Mapping[str, Answer] = {
    "centres": centres.centres_analysis, "nodes": nodes.nodes_analysis, "supply": supply.supply_analysis,
}  # fmt: skip
_CENTRES = (
    Param(name="view", label=_("Look at"), default="centres", choices=VIEWS, group=_("Theme")),
    *centres.CENTRE_PARAMS[:2], *nodes.NODE_PARAMS, *supply.SUPPLY_PARAMS, *centres.CENTRE_PARAMS[2:],
)  # fmt: skip


def _centres(case: Case) -> Analysis:
    return _ANSWERS[case.state["view"]](case)


QUESTIONS: Mapping[str, Question] = {
    question.key: question
    for question in (
        Question("economy", economy.PARAMS, economy_view.economy_analysis, "structure"),
        Question("regions", regions.PARAMS, regions_view.regions_analysis, "regions"),
        Question("centres", _CENTRES, _centres, "access"),
        Question("scenarios", scenarios.PARAMS, scenarios_view.scenario_analysis, "scenarios"),
    )
}  # fmt: skip
