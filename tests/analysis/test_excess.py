"""Excess commuting: by hand, and the transport problem against another solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from raumwerk.analysis.excess import excess_commuting, least_transport
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError


def test_excess_commuting_by_hand() -> None:
    """10 live and 4 work in a, 2 live and 8 work in b: 6 people must cross, 8 do."""
    flows = FlowMatrix.from_dense([[3, 7], [1, 1]], ["a", "b"])
    result = excess_commuting(flows, [[1, 9], [9, 1]], most=True)
    assert result.commuters == 12
    assert result.observed == pytest.approx((4 * 1 + 8 * 9) / 12)
    assert result.least == pytest.approx((6 * 1 + 6 * 9) / 12)
    assert result.most == pytest.approx((2 * 1 + 10 * 9) / 12)
    assert result.proportional == pytest.approx((10 * 4 / 12 + 2 * 8 / 12 + 9 * (10 * 8 / 12 + 2 * 4 / 12)) / 12)
    assert result.excess == pytest.approx(16 / 76)
    assert result.used_capacity == pytest.approx(16 / 32)
    assert result.flows.tolist() == [[4, 6], [0, 2]]


def test_excess_commuting_without_choice_is_zero() -> None:
    result = excess_commuting(FlowMatrix.from_dense([[5]], ["a"]), [[2.0]])
    assert (result.observed, result.least, result.excess, result.effort) == (2, 2, 0, 0)
    assert result.most is result.used_capacity is None


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 30))
def test_least_transport_equals_the_whole_linear_programme(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    flows = random.poisson(random.uniform(0, 4), (n, n)) + np.eye(n)
    cost = random.uniform(0, 10, (n, n))
    best = least_transport(flows.sum(axis=1), flows.sum(axis=0), cost)
    assert best.sum(axis=1) == pytest.approx(flows.sum(axis=1))
    assert best.sum(axis=0) == pytest.approx(flows.sum(axis=0))
    sums = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    whole = linprog(cost.ravel(), A_eq=sums, b_eq=np.concatenate([flows.sum(axis=1), flows.sum(axis=0)]))
    assert (best * cost).sum() == pytest.approx(whole.fun, rel=1e-8, abs=1e-8)
    assert (best * cost).sum() <= (flows * cost).sum() + 1e-9


def test_least_transport_leaves_empty_places_empty() -> None:
    assert least_transport([0, 4], [4, 0], [[0, 1], [3, 0]]).tolist() == [[0, 0], [4, 0]]


def test_excess_refuses() -> None:
    with pytest.raises(InputError, match="same total"):
        least_transport([1], [2], [[1]])
    with pytest.raises(InputError, match="shape"):
        excess_commuting(FlowMatrix.from_dense([[1]], ["a"]), [[1, 2]])
    nobody = FlowMatrix.from_dense([[0, 3], [0, 0]], ["a", "b"]).select(["a"])
    with pytest.raises(InputError, match="nobody"):
        excess_commuting(nobody, [[1]])
