from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import spearmanr

from raumwerk.analysis.perception import felt_against_measured, protect_small_groups
from raumwerk.errors import InputError


def _answers(groups: dict[str, list[float]]) -> pl.DataFrame:
    return pl.DataFrame(
        {"area": [code for code, scores in groups.items() for _ in scores],
         "score": [float(score) for scores in groups.values() for score in scores]}
    )  # fmt: skip


GROUPS = {"a": [1, 2, 1, 2, 1, 2], "b": [3, 3, 2, 3, 4, 3], "c": [5, 4, 5, 5, 4, 5], "d": [1, 5, 3, 1]}
MEASURED = {"a": 10.0, "b": 20.0, "c": 15.0, "d": 5.0}


def test_felt_against_measured_by_hand():
    found = felt_against_measured(_answers(GROUPS), MEASURED, draws=300)
    mean = np.array([1.5, 3.0, 14 / 3])
    within = (5 * 0.3 + 5 * 0.4 + 5 * (4 / 15)) / 15
    between = (6 * ((mean - mean.mean()) ** 2).sum() - 2 * within) / (18 - 6)
    keep = between / (between + within / 6)
    shrunk = mean.mean() + keep * (mean - mean.mean())
    assert found.areas["shrunk"].to_list() == pytest.approx(shrunk)
    half = 1.6448536 * np.sqrt(keep * within / 6)
    assert found.areas["upper"].to_list() == pytest.approx(shrunk + half)
    z = (shrunk - shrunk.mean()) / shrunk.std()
    measured = np.array([10, 20, 15])
    assert found.areas["gap"].to_list() == pytest.approx(z - (measured - 15) / measured.std())
    assert found.areas["gap_rank"].to_list() == [3, 1, 2]
    assert found.correlation == pytest.approx(spearmanr(mean, measured).statistic)
    assert found.correlation_lower <= found.correlation <= found.correlation_upper
    assert found.suppressed == 1
    assert "d" not in found.areas["area"]


def test_felt_against_measured_direction_turns_the_correlation():
    up, down = (felt_against_measured(_answers(GROUPS), MEASURED, direction=way, draws=50) for way in ("up", "down"))
    assert down.correlation == pytest.approx(-up.correlation)


def test_felt_against_measured_few_answers_are_drawn_to_the_middle():
    rng = np.random.default_rng(0)
    groups = {f"a{i}": list(rng.normal(3 + i / 4, 1, 200)) for i in range(6)}
    groups["few"] = [9, 9, 8, 9, 9]
    found = felt_against_measured(_answers(groups), {**{f"a{i}": i for i in range(6)}, "few": 2}, draws=20)
    pulled = dict(zip(found.areas["area"], found.areas["mean"] - found.areas["shrunk"], strict=True))
    assert pulled["few"] > 10 * abs(pulled["a5"])


def test_felt_against_measured_suppressed_answers_change_nothing_that_is_shown():
    other = {**GROUPS, "d": [5, 5, 5, 5]}
    one, two = (felt_against_measured(_answers(groups), MEASURED, draws=50) for groups in (GROUPS, other))
    assert one.areas.equals(two.areas)
    assert one.correlation == two.correlation


def test_protect_small_groups_by_hand():
    table = pl.DataFrame({"district": ["x", "x", "x", "y", "y", "z", "z"], "answers": [3, 8, 30, 9, 12, 1, 2]})
    found = protect_small_groups(table, group="district")
    # In z all rows and the total are below 5: to hide that total, another one and one of its rows must go as well.
    assert found.rows["answers"].to_list() == [None, None, 30, None, 12, None, None]
    assert found.rows["suppressed"].to_list() == [True, True, False, True, False, True, True]
    assert found.totals.rows() == [("district", "x", 41.0, False), ("district", "y", None, True),
                                   ("district", "z", None, True), (None, None, 65.0, False)]  # fmt: skip
    alone = protect_small_groups(pl.DataFrame({"answers": [3]}))
    assert alone.totals["suppressed"].to_list() == [True]


def test_protect_small_groups_across_two_margins_hides_the_corner_of_the_rectangle():
    table = pl.DataFrame({"area": ["a", "a", "b", "b", "c", "c"], "age": ["young", "old"] * 3,
                          "answers": [3, 20, 30, 12, 40, 50]})  # fmt: skip
    found = protect_small_groups(table, group=["area", "age"])
    # One row alone in its area and its age group would be a difference of totals; the cheapest rectangle hides four.
    assert found.rows["answers"].to_list() == [None, None, None, None, 40, 50]
    assert not found.totals["suppressed"].any()
    assert found.totals["answers"].sum() == 3 * 155


def _range_of(found, table, margins, row):
    """The least and the greatest count that a reader who knows all that is published must think possible."""
    totals = found.totals.filter(~pl.col("suppressed"))
    equations = [
        [float(margin is None or str(table[margin][k]) == group) for k in range(len(table))]
        for margin, group in totals.select("margin", "group").rows()
    ]
    known = [(value, value) if value is not None else (0, None) for value in found.rows["answers"].to_list()]
    limits = []
    for sign in (1, -1):
        goal = np.zeros(len(table))
        goal[row] = sign
        told = {"A_eq": np.array(equations), "b_eq": totals["answers"].to_numpy()} if equations else {}
        best = linprog(goal, bounds=known, **told)
        limits.append(np.inf if best.status == 3 else sign * best.fun)
    return limits


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4), st.sampled_from(["", "g", "gh", "ghk"]))
def test_protect_small_groups_leaves_nothing_to_a_reader_of_all_totals(seed, n, m, names):
    rng = np.random.default_rng(seed)
    table = pl.DataFrame({"g": np.repeat(np.arange(n), m), "h": np.tile(np.arange(m), n),
                          "k": np.repeat(np.arange(n) // 2, m), "answers": rng.integers(0, 25, n * m)})  # fmt: skip
    margins = list(names)
    found = protect_small_groups(table, group=margins or None)
    assert found.rows["suppressed"].to_list() == found.rows["answers"].is_null().to_list()
    for kept in (found.rows, found.totals):
        assert (kept["answers"].drop_nulls() >= 5).all()
    for row in np.flatnonzero(table["answers"].to_numpy() < 5):
        low, high = _range_of(found, table, margins, row)
        assert low <= 1e-6
        assert high >= 5 - 1e-6


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_protect_small_groups_never_leaves_one_alone(counts):
    found = protect_small_groups(pl.DataFrame({"answers": counts}))
    hidden = [count for count, gone in zip(counts, found.rows["suppressed"], strict=True) if gone]
    assert all(count in hidden for count in counts if count < 5)
    assert not hidden or found.totals["suppressed"][0] or (len(hidden) >= 2 and sum(hidden) >= 5)
    if min(counts) >= 5:
        assert not hidden
        assert found.totals["answers"].to_list() == [sum(counts)]


def test_perception_bad_input_is_named():
    with pytest.raises(InputError, match="row 2: the answer is None in a"):
        felt_against_measured(pl.DataFrame({"area": ["a", "a"], "score": [1.0, None]}), MEASURED)
    with pytest.raises(InputError, match="column mark: the column is missing"):
        felt_against_measured(_answers(GROUPS), MEASURED, score="mark")
    with pytest.raises(InputError, match="2 areas have 5 answers or more"):
        felt_against_measured(_answers({"a": [1] * 5, "b": [2] * 5}), MEASURED)
    with pytest.raises(InputError, match="same in all areas"):
        felt_against_measured(_answers(GROUPS), dict.fromkeys("abcd", 1.0))
    with pytest.raises(InputError, match="minimum is 1"):
        felt_against_measured(_answers(GROUPS), MEASURED, minimum=1)
    with pytest.raises(InputError, match="row 1, column answers: the count is -1"):
        protect_small_groups(pl.DataFrame({"answers": [-1]}))
