from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.access import (
    RIN_TARGETS,
    catchment_overlap,
    floating_catchment,
    hansen_potential,
    nearest_centre,
    opportunities_within,
    step_weight,
)
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, MissingError

TRAVEL = TravelMatrix(["a", "b", "c"], ["x", "y"], [[12, 25], [50, 35], [np.inf, np.inf]])
PEOPLE = {"a": 300, "b": 100, "c": 100}


def test_nearest_centre_by_hand():
    found = nearest_centre(TRAVEL, PEOPLE, target=RIN_TARGETS["MZ"]["car"])
    assert found.areas.rows() == [("a", 300, "x", 12, True), ("b", 100, "y", 35, False), ("c", 100, None, None, None)]
    assert (found.people, found.within, found.unreachable, found.share_within) == (500, 300, 100, 0.6)
    assert found.mean_minutes == (300 * 12 + 100 * 35) / 400


def test_nearest_centre_behind_the_border_does_not_count():
    sides = {"a": "06", "b": "06", "c": "06", "x": "16", "y": "06"}
    found = nearest_centre(TRAVEL, PEOPLE, target=30, sides=sides)
    assert found.areas["centre"].to_list() == ["y", "y", None]
    assert found.within == 300
    nobody = nearest_centre(TRAVEL, PEOPLE, target=30, sides={**sides, "y": "16"})
    assert (nobody.within, nobody.unreachable, nobody.mean_minutes) == (0, 500, None)


@given(st.integers(0, 2**32 - 1), st.floats(1, 60))
def test_nearest_centre_a_border_never_helps_and_a_longer_target_never_hurts(seed, target):
    rng = np.random.default_rng(seed)
    travel = TravelMatrix([f"a{i}" for i in range(8)], [f"c{j}" for j in range(4)], rng.uniform(0, 60, (8, 4)))
    people = {code: float(rng.integers(1, 900)) for code in travel.origins}
    sides = {code: str(rng.integers(0, 2)) for code in (*travel.origins, *travel.destinations)}
    free, bound = (nearest_centre(travel, people, target=target, sides=some) for some in (None, sides))
    assert bound.within <= free.within
    assert nearest_centre(travel, people, target=2 * target).within >= free.within


def test_catchment_overlap_by_hand():
    areas, pairs = catchment_overlap(TRAVEL, PEOPLE, target=40)
    assert areas.rows() == [("a", 300, 2, False), ("b", 100, 1, False), ("c", 100, 0, False)]
    assert pairs.rows() == [("x", "y", 300.0, 0.75)]


def test_floating_catchment_equals_the_hospital_case_of_pysal():
    # Three places 100, 50 and 10 people; 15, 20 and 100 physicians; weight 1/cost up to 61.
    cost = [[1, 80, 40], [80, 1, 40], [40, 40, 1]]
    travel = TravelMatrix(["1", "2", "3"], ["1", "2", "3"], cost)
    people, physicians = {"1": 100, "2": 50, "3": 10}, {"1": 15, "2": 20, "3": 100}
    found = floating_catchment(travel, physicians, people, reach=61, weight=lambda minutes: 1 / minutes)
    assert found["access"].round(6).to_list() == [0.331444, 0.579828, 7.286418]


def test_floating_catchment_by_hand():
    travel = TravelMatrix(["a", "b"], ["p", "q"], [[5, 25], [40, 8]])
    supply, demand = {"p": 4, "q": 6}, {"a": 100, "b": 200}
    plain = floating_catchment(travel, supply, demand, reach=30)["access"]
    assert plain.to_list() == pytest.approx([4 / 100 + 6 / 300, 6 / 300])
    stepped = floating_catchment(travel, supply, demand, reach=30, weight=step_weight())["access"]
    assert stepped.to_list() == pytest.approx([4 / 100 + 0.22 * 6 / 222, 6 / 222])
    chosen = floating_catchment(travel, supply, demand, reach=30, weight=step_weight(), choose=True)["access"]
    to_p, to_q = 1 / 1.22, 0.22 * 0.22 / 1.22
    assert chosen.to_list() == pytest.approx([4 / 100 + to_q * 6 / (200 + 100 * to_q), 6 / (200 + 100 * to_q)])
    assert to_p < 1


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_floating_catchment_hands_out_all_supply_that_is_reached(seed, choose):
    rng = np.random.default_rng(seed)
    travel = TravelMatrix([f"a{i}" for i in range(6)], [f"p{j}" for j in range(4)], rng.uniform(0, 60, (6, 4)))
    demand = {code: float(rng.integers(1, 500)) for code in travel.origins}
    supply = {code: float(rng.integers(0, 50)) for code in travel.destinations}
    found = floating_catchment(travel, supply, demand, reach=30, weight=step_weight(), choose=choose)
    reached = (travel.minutes <= 30).any(axis=0)
    given_out = float((found["access"] * found["demand"]).sum())
    assert given_out == pytest.approx(sum(s for s, ok in zip(supply.values(), reached, strict=True) if ok))


def test_potential_and_opportunities_by_hand():
    travel = TravelMatrix(["a"], ["x", "y"], [[10, 30]])
    mass = {"x": 100, "y": 1000}
    exponential = hansen_potential(travel, mass, decay=0.1)["potential"][0]
    assert exponential == pytest.approx(100 * np.exp(-1) + 1000 * np.exp(-3))
    assert hansen_potential(travel, mass, decay=1, form="power")["potential"][0] == pytest.approx(10 + 1000 / 30)
    assert opportunities_within(travel, mass, target=20)["opportunities"].to_list() == [100]
    soft = opportunities_within(travel, mass, target=30, softness=5)["opportunities"][0]
    assert soft == pytest.approx(100 / (1 + np.exp(-4)) + 500)


def test_travel_matrix_names_what_is_wrong():
    with pytest.raises(InputError) as caught:
        TravelMatrix(["a", "a"], ["x"], [[-1], [float("nan")]])
    assert [problem.what for problem in caught.value.problems] == [
        "a is given twice", "minutes are -1.0", "minutes are nan"
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"the minutes have the shape \(1, 1\)"):
        TravelMatrix(["a", "b"], ["x"], [[1]])
    with pytest.raises(MissingError, match="no travel time for z"):
        TRAVEL.select(origins=["z"])
    with pytest.raises(InputError, match="row c: the place has no side"):
        TRAVEL.within({"a": "1", "b": "1", "x": "1", "y": "1"})
    assert TRAVEL.select(origins=["b"], destinations=["y", "x"]).minutes.tolist() == [[35, 50]]


def test_access_bad_input_is_refused():
    with pytest.raises(InputError, match="row c: people is None"):
        nearest_centre(TRAVEL, {"a": 1, "b": 2}, target=30)
    with pytest.raises(InputError, match="the target is 0"):
        nearest_centre(TRAVEL, PEOPLE, target=0)
    with pytest.raises(InputError, match="nobody lives"):
        nearest_centre(TRAVEL, dict.fromkeys("abc", 0), target=30)
    with pytest.raises(InputError, match="row y: supply is -1"):
        floating_catchment(TRAVEL, {"x": 1, "y": -1}, PEOPLE, reach=30)
    with pytest.raises(InputError, match="a weight is negative or not finite"):
        floating_catchment(TRAVEL, {"x": 1, "y": 1}, PEOPLE, reach=30, weight=lambda minutes: minutes - 20)
    with pytest.raises(InputError, match="the decay is -1"):
        hansen_potential(TRAVEL, {"x": 1, "y": 1}, decay=-1)
    with pytest.raises(InputError, match="0 minutes"):
        hansen_potential(TravelMatrix(["a"], ["x"], [[0]]), {"x": 1}, decay=1, form="power")
    with pytest.raises(InputError, match="rising minutes"):
        step_weight(steps=[(10, 1), (5, 0.5)])
