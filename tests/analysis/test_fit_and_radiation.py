"""Measures of fit by hand; the radiation model by hand and by its properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.fit import common_part, goodness_of_fit
from raumwerk.analysis.radiation import intervening_opportunities, radiation
from raumwerk.errors import InputError


def test_goodness_of_fit_by_hand() -> None:
    result = goodness_of_fit([2.0, 0.0, 4.0], [1.0, 1.0, 4.0])
    assert result.cells == 3
    assert result.srmse == pytest.approx(math.sqrt(2 / 3) / 2)
    assert result.cpc == pytest.approx(10 / 12)
    assert result.deviance == pytest.approx(2 * (2 * math.log(2) - 1 + 1))
    assert result.log_likelihood == pytest.approx(-1 - math.log(2) - 1 + 4 * math.log(4) - 4 - math.log(24))
    null = 6 * math.log(2) - 6 - math.log(2) - math.log(24)
    assert result.pseudo_r2 == pytest.approx(1 - result.log_likelihood / null)
    null_deviance = 2 * (4 * math.log(2))
    assert result.explained_deviance == pytest.approx(1 - result.deviance / null_deviance)


def test_goodness_of_fit_compares_only_the_chosen_cells() -> None:
    result = goodness_of_fit([[5, 9], [3, 9]], [[5, 0], [3, 0]], cells=[[True, False], [True, False]])
    assert (result.cells, result.cpc, result.srmse, result.deviance) == (2, 1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("observed", "modelled", "message"),
    [
        ([1.0], [1.0, 2.0], "differ"),
        ([-1.0], [1.0], "row 1: an observed flow is -1.0"),
        ([1.0], [math.nan], "row 1: a modelled flow is nan"),
        ([0.0], [1.0], "nothing"),
    ],
)
def test_goodness_of_fit_refuses(observed: list[float], modelled: list[float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        goodness_of_fit(observed, modelled)


flows = st.lists(st.floats(0, 1000), min_size=5, max_size=5).filter(lambda values: sum(values) > 1)


@given(flows, flows)
def test_common_part_is_symmetric_and_between_zero_and_one(one: list[float], two: list[float]) -> None:
    assert common_part(one, two) == common_part(two, one)
    assert 0 <= common_part(one, two) <= 1
    assert common_part(one, one) == 1


def test_radiation_of_uniform_areas_on_a_line_by_hand() -> None:
    """Four equal areas in a row, sizes 1: from the end T = 1/2, 1/6, 1/12; Simini's 1/((1+s)(2+s))."""
    cost = np.abs(np.subtract.outer(np.arange(4), np.arange(4))).astype(float)
    plain = radiation([1, 0, 0, 0], cost, origin_size=np.ones(4), finite=False)
    assert plain[0] == pytest.approx([0, 1 / 2, 1 / 6, 1 / 12])
    scaled = radiation([90, 0, 0, 0], cost, origin_size=np.ones(4))
    assert scaled[0] == pytest.approx([0, 60, 20, 10])


@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_radiation_keeps_leavers_and_ignores_the_unit_of_distance(seed: int, unit: float) -> None:
    random = np.random.default_rng(seed)
    places = random.uniform(0, 10, (8, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    size, leavers = random.uniform(1, 100, 8), random.uniform(0, 100, 8)
    expected = radiation(leavers, cost, origin_size=size)
    assert expected.sum(axis=1) == pytest.approx(leavers)
    assert (np.diag(expected) == 0).all()
    assert radiation(leavers, cost * unit, origin_size=size) == pytest.approx(expected)


def test_intervening_opportunities_count_areas_at_the_same_distance_for_each_other() -> None:
    cost = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 2.0], [1.0, 2.0, 0.0]])
    assert intervening_opportunities(cost, np.array([4.0, 2.0, 1.0])).tolist() == [[0, 1, 2], [0, 0, 4], [0, 4, 0]]


def test_radiation_refuses_sizes_that_are_none() -> None:
    cost = np.ones((2, 2))
    with pytest.raises(InputError, match="no size"):
        radiation([1, 1], cost, origin_size=[0, 1])
    with pytest.raises(InputError, match="do not fit"):
        radiation([1], cost, origin_size=[1, 1])
