"""Gravity models against published parameters, by hand, and by their properties."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raumwerk.analysis._poisson import balance, truncated_mean
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.gravity import Constraint, fit_gravity
from raumwerk.analysis.interfaces import interfaces
from raumwerk.errors import InputError

if TYPE_CHECKING:
    from .conftest import Austria


@pytest.fixture(scope="module")
def published(shared: Callable[[str], Path]) -> dict[str, Any]:
    text = shared("spatial_interaction/austria_expected_parameters_spint.json").read_text("utf-8")
    return dict(json.loads(text))


@pytest.mark.real_data
def test_doubly_constrained_austria_to_all_published_digits(austria: Austria, published: dict[str, Any]) -> None:
    model = fit_gravity(austria.flows, austria.cost)
    assert austria.flows.total == 89_575
    assert model.parameters["cost"] == pytest.approx(-0.007915333, abs=5e-10)
    assert model.standard_errors["cost"] == pytest.approx(5.06213514e-05, rel=1e-4)
    assert model.fit.cells == 72
    assert model.fit.srmse == pytest.approx(0.379257, abs=5e-7)
    assert model.fit.pseudo_r2 == pytest.approx(0.943540, abs=5e-7)
    assert model.fit.cpc == pytest.approx(0.884529, abs=5e-7)
    assert model.fit.deviance == pytest.approx(published["test_Doubly"]["model.deviance"], rel=1e-6)
    assert model.fit.log_likelihood == pytest.approx(published["test_Doubly"]["model.llf"], rel=1e-8)
    assert model.fit.explained_deviance == pytest.approx(published["test_Doubly"]["model.D2"], rel=1e-7)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("constraint", "case", "variables"),
    [
        ("production", "test_Production", ["destination_size", "cost"]),
        ("attraction", "test_Attraction", ["origin_size", "cost"]),
        ("unconstrained", "test_Gravity", ["origin_size", "destination_size", "cost"]),
    ],
)
def test_singly_and_unconstrained_austria(
    austria: Austria, published: dict[str, Any], constraint: Constraint, case: str, variables: list[str]
) -> None:
    model = fit_gravity(
        austria.flows,
        austria.cost,
        constraint=constraint,
        origin_size=austria.origin_size,
        destination_size=austria.destination_size,
    )
    expected = published[case]
    tail = len(variables)
    assert [model.parameters[name] for name in variables] == pytest.approx(expected["model.params"][-tail:], rel=1e-6)
    errors = [model.standard_errors[name] for name in variables]
    assert errors == pytest.approx(expected["model.std_err"][-tail:], rel=1e-4)
    assert model.fit.deviance == pytest.approx(expected["model.deviance"], rel=1e-6)
    assert model.fit.pseudo_r2 == pytest.approx(expected["model.pseudoR2"], rel=1e-7)
    assert model.fit.srmse == pytest.approx(expected["model.SRMSE"], rel=1e-5)


def test_doubly_constrained_two_areas_by_hand() -> None:
    """Four cells, three sums, one parameter: the model is exact, θ = ln(T12 T21 / (T11 T22)) / (2 Δc)."""
    flows = FlowMatrix.from_dense([[60, 20], [10, 30]], ["a", "b"])
    for decay, change in (("exponential", 2.0), ("power", np.log(3.0))):
        model = fit_gravity(flows, [[1, 3], [3, 1]], decay=decay, diagonal=True)  # type: ignore[arg-type]
        assert model.parameters["cost"] == pytest.approx(np.log(200 / 1800) / (2 * change), rel=1e-9)
        assert model.expected == pytest.approx(np.array([[60, 20], [10, 30]]), rel=1e-9)
        assert model.fit.cpc == pytest.approx(1.0)


def _wide(seed: int, n: int = 25) -> tuple[np.ndarray, np.ndarray, list[str]]:
    random = np.random.default_rng(seed)
    places = random.uniform(0, 50, (n, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 1
    size = random.lognormal(3, 1, n)
    flows = random.poisson(np.outer(size, size) * np.exp(-0.05 * cost))
    return flows, cost, [f"{i:02}" for i in range(n)]


@pytest.mark.parametrize("decay", ["exponential", "power"])
def test_maximum_likelihood_reproduces_sums_and_mean_cost(decay: Any) -> None:
    flows, cost, codes = _wide(1)
    model = fit_gravity(FlowMatrix.from_dense(flows, codes), cost, decay=decay, diagonal=True)
    assert model.expected.sum(axis=1) == pytest.approx(flows.sum(axis=1), rel=1e-9)
    assert model.expected.sum(axis=0) == pytest.approx(flows.sum(axis=0), rel=1e-9)
    seen = cost if decay == "exponential" else np.log(cost)
    assert (model.expected * seen).sum() == pytest.approx((flows * seen).sum(), rel=1e-9)
    factors = model.origin_factor[:, None] * model.destination_factor
    decayed = np.exp(model.parameters["cost"] * seen)
    assert factors * decayed == pytest.approx(model.expected, rel=1e-9)


@pytest.mark.parametrize("constraint", ["production", "attraction", "unconstrained"])
def test_each_constraint_keeps_its_sums(constraint: Any) -> None:
    flows, cost, codes = _wide(2)
    sizes = (flows.sum(axis=1) + 1.0, flows.sum(axis=0) + 1.0)
    model = fit_gravity(
        FlowMatrix.from_dense(flows, codes), cost, constraint=constraint, diagonal=True,
        origin_size=sizes[0], destination_size=sizes[1],
    )  # fmt: skip
    assert model.expected.sum() == pytest.approx(flows.sum())
    if constraint == "production":
        assert model.expected.sum(axis=1) == pytest.approx(flows.sum(axis=1))
    if constraint == "attraction":
        assert model.expected.sum(axis=0) == pytest.approx(flows.sum(axis=0))
    kernel = np.exp(model.parameters["cost"] * cost)
    assert model.origin_factor[:, None] * model.destination_factor * kernel == pytest.approx(model.expected)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 10))
def test_gravity_scales_with_cost_and_flows_and_ignores_order(seed: int, unit: float) -> None:
    flows, cost, codes = _wide(seed, 12)
    first = fit_gravity(FlowMatrix.from_dense(flows, codes), cost)
    scaled = fit_gravity(FlowMatrix.from_dense(flows * 3, codes), cost * unit)
    assert scaled.parameters["cost"] * unit == pytest.approx(first.parameters["cost"], rel=1e-6)
    assert scaled.expected == pytest.approx(first.expected * 3, rel=1e-5, abs=1e-9)
    order = np.random.default_rng(seed).permutation(12)
    shuffled = fit_gravity(
        FlowMatrix.from_dense(flows[np.ix_(order, order)], [f"{i:02}" for i in range(12)]), cost[np.ix_(order, order)]
    )
    assert shuffled.parameters["cost"] == pytest.approx(first.parameters["cost"], rel=1e-8)


def _regression(y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Poisson regression by iteratively reweighted least squares, with every factor as a column of its own."""
    beta = np.linalg.lstsq(x, np.log(y + 0.5), rcond=None)[0]
    for _ in range(200):
        mean = np.exp(x @ beta)
        root = np.sqrt(mean)
        renewed = np.linalg.lstsq(root[:, None] * x, root * (x @ beta + (y - mean) / mean), rcond=None)[0]
        beta, moved = renewed, np.abs(renewed - beta).max()
        if moved < 1e-12:
            break
    mean = np.exp(x @ beta)
    deviance = 2 * (np.where(y > 0, y * np.log(np.where(y > 0, y, 1) / mean), 0.0) - (y - mean)).sum()
    return beta, deviance, np.linalg.pinv(x.T @ (mean[:, None] * x))


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(["unconstrained", "production", "attraction", "doubly"]),
    st.sampled_from(["exponential", "power"]),
)
def test_every_kind_and_decay_equals_a_plain_poisson_regression(seed: int, constraint: Any, decay: Any) -> None:
    flows, cost, codes = _wide(seed, 9)
    random = np.random.default_rng(seed)
    flows = random.poisson(flows * random.lognormal(0, 0.4, flows.shape) + 1)  # rougher than Poisson, as real ones are
    out, into = random.lognormal(3, 0.7, 9), random.lognormal(3, 0.7, 9)
    i, j = np.nonzero(~np.eye(9, dtype=bool))
    columns = [cost[i, j] if decay == "exponential" else np.log(cost[i, j])]
    if constraint in ("unconstrained", "attraction"):
        columns.append(np.log(out)[i])
    if constraint in ("unconstrained", "production"):
        columns.append(np.log(into)[j])
    if constraint == "unconstrained":
        columns.append(np.ones(len(i)))
    if constraint in ("production", "doubly"):
        columns += [(i == k).astype(float) for k in range(9)]
    if constraint in ("attraction", "doubly"):
        columns += [(j == k).astype(float) for k in range(1 if constraint == "doubly" else 0, 9)]
    beta, deviance, covariance = _regression(flows[i, j].astype(float), np.stack(columns, axis=1))
    model = fit_gravity(FlowMatrix.from_dense(flows, codes), cost, constraint=constraint, decay=decay,
                        origin_size=out, destination_size=into)  # fmt: skip
    assert model.parameters["cost"] == pytest.approx(beta[0], rel=1e-7)
    assert model.standard_errors["cost"] == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-6)
    assert model.fit.deviance == pytest.approx(deviance, rel=1e-9)
    sizes = [name for name in ("origin_size", "destination_size") if name in model.parameters]
    assert [model.parameters[name] for name in sizes] == pytest.approx(beta[1 : 1 + len(sizes)], rel=1e-6)


def test_gravity_transposed_swaps_production_and_attraction() -> None:
    flows, cost, codes = _wide(3)
    size = flows.sum(axis=1) + flows.sum(axis=0) + 1.0
    one = fit_gravity(FlowMatrix.from_dense(flows, codes), cost, constraint="production", destination_size=size)
    two = fit_gravity(FlowMatrix.from_dense(flows.T, codes), cost.T, constraint="attraction", origin_size=size)
    assert two.parameters["cost"] == pytest.approx(one.parameters["cost"], rel=1e-9)
    assert np.abs(two.expected.T - one.expected).max() < 1e-8 * one.expected.max()


def test_masked_flows_enter_as_counts_within_their_bounds() -> None:
    """The decay is recovered when every flow below 10 is masked, and lost when it is taken for zero."""
    flows, cost, codes = _wide(4, 30)
    flows = np.random.default_rng(4).poisson(flows / 40)
    truth = fit_gravity(FlowMatrix.from_dense(flows, codes), cost).parameters["cost"]
    frame = FlowMatrix.from_dense(flows, codes).to_pairs()
    every = pl.DataFrame({"origin": codes}).join(pl.DataFrame({"destination": codes}), how="cross")
    frame = every.join(frame.select("origin", "destination", "value"), on=["origin", "destination"], how="left")
    frame = frame.with_columns(pl.col("value").fill_null(0.0)).with_columns(
        pl.when(pl.col("value") >= 10).then("value").alias("flow"),
        pl.when(pl.col("value") >= 10).then("value").otherwise(0.0).alias("lower"),
        pl.when(pl.col("value") >= 10).then("value").otherwise(9.0).alias("upper"),
    )
    hidden = FlowMatrix.from_pairs(frame)
    model = fit_gravity(hidden, cost)
    zeros = fit_gravity(FlowMatrix.from_dense(np.where(flows >= 10, flows, 0), codes), cost).parameters["cost"]
    assert hidden.is_masked.sum() > 300
    assert model.parameters["cost"] == pytest.approx(truth, rel=0.02)
    assert abs(zeros - truth) > 4 * abs(model.parameters["cost"] - truth)
    at = (hidden.rows[hidden.is_masked], hidden.columns[hidden.is_masked])
    off = at[0] != at[1]
    assert ((model.observed[at][off] >= 0) & (model.observed[at][off] <= 9)).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cost": np.ones((2, 2))}, "shape"),
        ({"cost": np.array([[0, np.inf, 1], [1, 0, 1], [1, 2, 0]])}, "the cost is inf"),
        ({"cost": np.zeros((3, 3)), "decay": "power"}, "above 0"),
        ({"constraint": "production"}, "destination_size is missing"),
        ({"constraint": "unconstrained", "origin_size": [1, 2, 0], "destination_size": [1, 1, 1]}, "sizes above 0"),
        ({"constraint": "triply"}, "no exponential triply model"),
        ({"cost": np.ones((3, 3))}, "cannot tell its variables apart"),
    ],
)
def test_gravity_refuses(change: dict[str, Any], message: str) -> None:
    flows = FlowMatrix.from_dense([[0, 8, 2], [6, 0, 4], [3, 5, 0]], ["a", "b", "c"])
    options: dict[str, Any] = {"cost": np.array([[0.0, 1, 2], [1, 0, 1], [2, 1, 0]])} | change
    with pytest.raises(InputError, match=message):
        fit_gravity(flows, options.pop("cost"), **options)


def test_gravity_refuses_flows_that_stay_at_home() -> None:
    with pytest.raises(InputError, match="nobody commutes"):
        fit_gravity(FlowMatrix.from_dense([[4, 0], [0, 5]], ["a", "b"]), [[0, 1], [1, 0]])


def test_gravity_survives_an_area_without_people() -> None:
    flows, cost, codes = _wide(5, 10)
    flows[3], flows[:, 3] = 0, 0
    model = fit_gravity(FlowMatrix.from_dense(flows, codes), cost)
    assert model.expected[3].sum() == model.expected[:, 3].sum() == 0
    assert np.isfinite(model.expected).all()


def test_balance_reaches_both_sums() -> None:
    row, column = balance(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0]), np.array([12.0, 18.0]))
    filled = row[:, None] * column * np.array([[1.0, 2.0], [3.0, 4.0]])
    assert filled.sum(axis=1) == pytest.approx([10, 20])
    assert filled.sum(axis=0) == pytest.approx([12, 18])


def test_balance_names_a_row_that_has_no_cell() -> None:
    with pytest.raises(InputError, match="row 2 has people but no cell"):
        balance(np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([1.0, 1.0]), np.array([1.0, 1.0]))


@given(st.floats(0.01, 50), st.integers(0, 9), st.integers(0, 9))
def test_truncated_mean_equals_the_sum_over_counts(mean: float, first: int, second: int) -> None:
    low, high = sorted((first, second))
    counts = np.arange(low, high + 1)
    logs = counts * np.log(mean) - np.array([np.log(np.arange(1, k + 1)).sum() for k in counts])
    weights = np.exp(logs - logs.max())
    expected = (counts * weights).sum() / weights.sum()
    got = truncated_mean(np.array([mean]), np.array([float(low)]), np.array([float(high)]))[0]
    assert got == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_interfaces_add_both_directions_and_order_by_surprise() -> None:
    flows, cost, codes = _wide(6, 12)
    flows[2, 5] += 400
    flows[5, 2] += 300
    model = fit_gravity(FlowMatrix.from_dense(flows, codes), cost)
    frame = interfaces(model)
    first = frame.row(0, named=True)
    assert (first["area"], first["partner"]) == ("02", "05")
    assert first["out_observed"] == flows[2, 5]
    assert first["both_observed"] == flows[2, 5] + flows[5, 2]
    assert first["both_residual"] == pytest.approx(first["out_residual"] + first["back_residual"])
    assert first["ratio"] > 1
    assert (frame["score"].abs().diff().drop_nulls() <= 0).all()
    pairs = model.to_pairs()
    assert len(pairs) == 12 * 11
    assert pairs["observed"].sum() == pytest.approx(pairs["expected"].sum())


@pytest.mark.parametrize(("decay", "strength"), [("exponential", 1.0), ("exponential", 0.3), ("power", 4.0)])
def test_gravity_finds_a_decay_so_steep_that_places_nearly_fall_apart(decay: Any, strength: float) -> None:
    random = np.random.default_rng(2)
    places = random.uniform(0, 100, (40, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + np.eye(40) / 2
    size = random.lognormal(8, 1.5, 40)
    mean = np.outer(size, size) * (np.exp(-strength * cost) if decay == "exponential" else cost**-strength)
    flows = random.poisson(mean * 1e5 / mean.sum())
    model = fit_gravity(FlowMatrix.from_dense(flows, [f"{i:02}" for i in range(40)]), cost, decay=decay, diagonal=True)
    assert model.parameters["cost"] == pytest.approx(-strength, rel=0.05)
    assert model.expected.sum(axis=1) == pytest.approx(flows.sum(axis=1), rel=1e-6, abs=1e-6)
    assert model.expected.sum(axis=0) == pytest.approx(flows.sum(axis=0), rel=1e-6, abs=1e-6)


def test_balance_of_groups_that_hardly_touch_is_exact() -> None:
    kernel = np.full((4, 4), 1e-9)
    kernel[:2, :2] = kernel[2:, 2:] = 1.0
    row_sums, column_sums = np.array([10.0, 20.0, 30.0, 40.0]), np.array([25.0, 25.0, 25.0, 25.0])
    row, column = balance(kernel, row_sums, column_sums)
    filled = row[:, None] * kernel * column
    assert filled.sum(axis=1) == pytest.approx(row_sums, rel=1e-9)
    assert filled.sum(axis=0) == pytest.approx(column_sums, rel=1e-9)
