from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    assert found["answers"].to_list() == [None, None, 30, 9, 12, None, None]
    assert found["suppressed"].to_list() == [True, True, False, False, False, True, True]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_protect_small_groups_never_leaves_one_alone(counts):
    found = protect_small_groups(pl.DataFrame({"answers": counts}))
    hidden = [count for count, gone in zip(counts, found["suppressed"], strict=True) if gone]
    assert all(count in hidden for count in counts if count < 5)
    assert not hidden or len(hidden) == len(counts) or (len(hidden) >= 2 and sum(hidden) >= 5)


def test_perception_bad_input_is_named():
    with pytest.raises(InputError, match="row 2: the answer is None in a"):
        felt_against_measured(pl.DataFrame({"area": ["a", "a"], "score": [1.0, None]}), MEASURED)
    with pytest.raises(InputError, match="column mark: the column is missing"):
        felt_against_measured(_answers(GROUPS), MEASURED, score="mark")
    with pytest.raises(InputError, match="2 areas have 5 answers or more"):
        felt_against_measured(_answers({"a": [1] * 5, "b": [2] * 5}), MEASURED)
    with pytest.raises(InputError, match="same in all areas"):
        felt_against_measured(_answers(GROUPS), dict.fromkeys("abcd", 1.0))
    with pytest.raises(InputError, match="minimum 1"):
        felt_against_measured(_answers(GROUPS), MEASURED, minimum=1)
    with pytest.raises(InputError, match="row 1, column answers: the count is -1"):
        protect_small_groups(pl.DataFrame({"answers": [-1]}))
