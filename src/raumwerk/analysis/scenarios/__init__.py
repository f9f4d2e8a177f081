"""Models with levers: what would change in the region, and who would find it better."""

from raumwerk.analysis.scenarios.evaluate import OUTCOMES, Baseline, ScenarioResult, evaluate
from raumwerk.analysis.scenarios.groups import Judgement, judge
from raumwerk.analysis.scenarios.levers import Levers, Link, Scenario

__all__ = ["OUTCOMES", "Baseline", "Judgement", "Levers", "Link", "Scenario", "ScenarioResult", "evaluate", "judge"]
