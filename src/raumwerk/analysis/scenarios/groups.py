"""Scenarios side by side, as several groups judge them; their dissent stays visible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from raumwerk.analysis.composite import WeightUncertainty, composite_index, weight_uncertainty
from raumwerk.analysis.scenarios.evaluate import OUTCOMES, ScenarioResult
from raumwerk.errors import InputError, Problem

__all__ = ["Judgement", "judge"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Scenarios judged by groups.

    Parameters
    ----------
    outcomes : polars.DataFrame
        ``scenario`` and its outcomes in total.
    scores : polars.DataFrame
        ``group, scenario, score, rank``: from 0 (worst in everything that counts for the group) to 1.
    dissent : polars.DataFrame
        ``scenario, best_rank, worst_rank``: over the groups; the difference is the dissent.
    uncertainty : WeightUncertainty
        Ranks and comparisons when all weights are equally likely.
    """

    outcomes: pl.DataFrame
    scores: pl.DataFrame
    dissent: pl.DataFrame
    uncertainty: WeightUncertainty


def judge(
    results: Sequence[ScenarioResult], groups: Mapping[str, Mapping[str, float]], *, draws: int = 2000, seed: int = 0
) -> Judgement:
    """Judge results by the weights of several groups.

    Outcomes are brought to 0…1 between the worst and the best scenario; outcomes that are the same in all scenarios
    cannot tell them apart and are left out.

    Parameters
    ----------
    results : sequence of ScenarioResult
        Two or more with different names, on the same areas.
    groups : mapping
        Name of a group → weight of each outcome in :data:`OUTCOMES` (missing ones weigh 0).
    draws, seed : int
        For the uncertainty of the weights.

    Returns
    -------
    Judgement

    Raises
    ------
    InputError
        When there are fewer than two results, names are doubled, all outcomes are the same, an outcome is unknown, or
        a group gives no weight to any outcome that differs.

    Notes
    -----
    Scores are the composite of :func:`raumwerk.analysis.composite.composite_index` (min-max, arithmetic). Showing the
    spread of ranks over groups is our own; no published source was found.

    Examples
    --------
    >>> from raumwerk.analysis.flows import FlowMatrix
    >>> from raumwerk.analysis.scenarios import Baseline, Levers, Scenario, evaluate
    >>> from raumwerk.analysis.travel import TravelMatrix
    >>> travel = TravelMatrix(["a", "b"], ["a", "b"], [[4, 12], [12, 4]], kilometres=[[2, 10], [10, 2]])
    >>> region = Baseline(FlowMatrix.from_dense([[80, 20], [50, 50]], ["a", "b"]), travel, decay=0.1)
    >>> home = evaluate(region, Scenario("home", Levers(telework_share=0.5, telework_days=2)))
    >>> judge([region.result, home], {"climate": {"commuter_km": 1}}).scores.rows()
    [('climate', 'as it is', 0.0, 2), ('climate', 'home', 1.0, 1)]
    """
    names = [result.scenario.name for result in results]
    unknown = sorted({outcome for weights in groups.values() for outcome in weights if outcome not in OUTCOMES})
    if len(names) < 2 or len(set(names)) < len(names) or unknown:
        raise InputError(
            [Problem(f"the outcome {name!r} is unknown", expected=f"one of {', '.join(OUTCOMES)}") for name in unknown]
            or Problem(f"the results are {', '.join(names) or 'none'}", expected="two or more with different names")
        )
    if any(not result.areas["area"].equals(results[0].areas["area"]) for result in results[1:]):
        raise InputError(Problem("the results are about different areas", expected="results on the same areas"))
    outcomes = pl.DataFrame(
        {"scenario": names, **{name: [result.total[name] for result in results] for name in OUTCOMES}}
    )
    telling = {name: way for name, way in OUTCOMES.items() if outcomes[name].n_unique() > 1}
    if not telling:
        raise InputError(Problem("all scenarios have the same outcomes", expected="scenarios that differ"))
    made = []
    for group, weights in groups.items():
        chosen = {name: float(weights.get(name, 0.0)) for name in telling}
        if not sum(chosen.values()) > 0:
            raise InputError(Problem(f"the group {group} gives no weight to an outcome that differs",
                                     expected=f"a weight for one of {', '.join(telling)}"))  # fmt: skip
        index = composite_index(outcomes, telling, weights=chosen, area="scenario")
        made.append(
            index.scores.select(pl.lit(group).alias("group"), pl.col("area").alias("scenario"), "score", "rank")
        )
    plain = composite_index(outcomes, telling, area="scenario")
    if not made:
        made.append(
            plain.scores.select(pl.lit("equal").alias("group"), pl.col("area").alias("scenario"), "score", "rank")
        )
    scores = pl.concat(made)
    dissent = scores.group_by("scenario", maintain_order=True).agg(
        best_rank=pl.col("rank").min(), worst_rank=pl.col("rank").max()
    )
    return Judgement(outcomes, scores, dissent, weight_uncertainty(plain, draws=draws, seed=seed))
