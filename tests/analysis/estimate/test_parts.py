"""The parts of the municipal estimate: raking, completion within bounds, places, prior, decay, accuracy."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.estimate._raking import Blocks, rake
from raumwerk.analysis.estimate.accuracy import interval, measure_accuracy
from raumwerk.analysis.estimate.calibration import learn_prior
from raumwerk.analysis.estimate.decay import fit_district_decay
from raumwerk.analysis.estimate.districts import complete_flows
from raumwerk.analysis.estimate.places import great_circle, read_places
from raumwerk.analysis.estimate.prior import FEATURES, Prior, features, log_prior, own_distance
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError, MissingError


def test_rake_two_districts_by_hand() -> None:
    """Three places, the first two in one district; from a flat prior the margins decide."""
    totals = np.array([[8.0, 4.0], [2.0, 6.0]])
    raked = rake(
        np.ones((3, 3)), Blocks(np.array([0, 0, 1])), totals,
        np.array([3.0, 9.0, 8.0]), np.array([5.0, 5.0, 10.0]), fixed=np.ones(3, dtype=bool),
    )  # fmt: skip
    assert raked.matrix == pytest.approx(np.array([[1, 1, 1], [3, 3, 3], [1, 1, 6]]), rel=1e-3)
    assert Blocks(np.array([0, 0, 1])).sums(raked.matrix) == pytest.approx(totals, rel=1e-12)
    assert raked.error < 1e-3


def test_rake_refuses_people_without_a_place_and_sums_that_contradict() -> None:
    alone = Blocks(np.array([0, 1]))
    fixed = np.ones(2, dtype=bool)
    with pytest.raises(InputError, match="no place"):
        rake(np.zeros((2, 2)), alone, np.eye(2), np.ones(2), np.ones(2), fixed=fixed)
    with pytest.raises(InputError, match="miss each other by up to 4"):
        rake(np.ones((2, 2)), alone, np.eye(2), np.full(2, 5.0), np.ones(2), fixed=fixed, max_sweeps=20)


def masked(rows: list[tuple[str, str, float | None, float, float]]) -> FlowMatrix:
    schema = {
        "origin": pl.String,
        "destination": pl.String,
        "flow": pl.Float64,
        "lower": pl.Float64,
        "upper": pl.Float64,
    }
    return FlowMatrix.from_pairs(pl.DataFrame(rows, schema=schema, orient="row"), codes=["a", "b", "c"])


def test_complete_flows_keeps_bounds_and_joint_bounds() -> None:
    flows = masked([("a", "b", None, 0, 9), ("a", "c", None, 0, 9), ("b", "c", None, 2, 3), ("c", "c", 7, 7, 7)])
    joint = pl.DataFrame(
        {"group": ["out a", "out a", "in c", "in c"], "origin": ["a", "a", "a", "b"],
         "destination": ["b", "c", "c", "c"], "lower": [10.0, 10.0, 0.0, 0.0], "upper": [10.0, 10.0, 8.0, 8.0]}
    )  # fmt: skip
    full = complete_flows(flows, [[0, 1, 9], [0, 0, 50], [0, 0, 0]], joint=joint)
    value = dict(
        zip(zip(*full.to_pairs()["origin", "destination"], strict=True), full.to_pairs()["value"], strict=True)
    )
    assert value["a", "b"] + value["a", "c"] == pytest.approx(10, abs=1e-4)
    assert value["a", "c"] + value["b", "c"] <= 8 + 1e-4
    assert 2 <= value["b", "c"] <= 3
    assert value["c", "c"] == 7
    assert full.is_estimated.tolist() == [True, True, True, False]


def test_complete_flows_names_a_joint_bound_that_cannot_be() -> None:
    flows = masked([("a", "b", None, 0, 9), ("a", "c", 4, 4, 4)])
    joint = pl.DataFrame(
        {"group": ["rest of a"], "origin": ["a"], "destination": ["b"], "lower": [20.0], "upper": [20.0]}
    )
    with pytest.raises(InputError, match="cells of rest of a hold 0 to 9"):
        complete_flows(flows, np.ones((3, 3)), joint=joint)
    with pytest.raises(InputError, match="a → c is not a masked flow"):
        complete_flows(flows, np.ones((3, 3)), joint=joint.with_columns(pl.lit("c").alias("destination")))
    with pytest.raises(InputError, match="row 1, column 1: the expected flow is nan"):
        complete_flows(flows, np.full((3, 3), np.nan))


def test_complete_flows_finds_contradicting_groups() -> None:
    flows = masked([("a", "b", None, 0, 9), ("a", "c", None, 0, 9)])
    both = {"origin": ["a", "a"], "destination": ["b", "c"]}
    joint = pl.concat([
        pl.DataFrame({"group": ["one"] * 2, **both, "lower": [4.0] * 2, "upper": [4.0] * 2}),
        pl.DataFrame({"group": ["two"] * 2, **both, "lower": [6.0] * 2, "upper": [6.0] * 2}),
    ])  # fmt: skip
    with pytest.raises(InputError, match="contradict each other"):
        complete_flows(flows, np.ones((3, 3)), joint=joint)


def towns(**changes: Any) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "area": ["n2", "n1", "s1", "s2", "t"],
            "district": ["n", "n", "s", "s", "t"],
            "residents": [30.0, 70.0, 40.0, 60.0, 10.0],
            "jobs": [10.0, 90.0, 20.0, 50.0, 40.0],
            "longitude": [9.0, 9.1, 9.0, 9.1, 12.0],
            "latitude": [52.0, 52.0, 51.9, 51.9, 53.0],
        }
    )
    return frame.with_columns(**{name: pl.Series(values) for name, values in changes.items()})


def test_read_places_sorts_by_district_and_marks_the_region() -> None:
    places = read_places(towns(), region=["s"])
    assert places.area.tolist() == ["n1", "n2", "s1", "s2", "t"]
    assert places.inside.tolist() == [False, False, True, True, False]
    assert places.residents.tolist() == [70, 30, 40, 60, 10]
    assert np.isnan(places.internal).all()


def test_places_far_away_become_whole_districts() -> None:
    coarse = read_places(towns(), region=["t"]).coarsened(near=100)
    assert coarse.area.tolist() == ["n", "s", "t"]
    assert coarse.residents.tolist() == [100, 100, 10]
    assert coarse.jobs.tolist() == [100, 70, 40]
    assert coarse.longitude[0] == pytest.approx((9.1 * 160 + 9.0 * 40) / 200)
    assert read_places(towns(), region=["s"]).coarsened(near=100).area.tolist() == ["n1", "n2", "s1", "s2", "t"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"residents": [30.0, None, 40.0, 60.0, 10.0]}, "row 2, column residents"),
        ({"jobs": [-1.0, 90.0, 20.0, 50.0, 40.0]}, "row 1, column jobs"),
        ({"latitude": [52.0, 52.0, 51.9, 51.9, 530.0]}, "row 5, column latitude"),
        ({"area": ["n1", "n1", "s1", "s2", "t"]}, "given twice"),
        ({"internal": [11.0, None, None, None, None]}, "smaller of residents and jobs"),
    ],
)
def test_read_places_refuses(changes: dict[str, list[Any]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_places(towns(**changes), region=None)


def test_read_places_names_missing_columns_and_districts() -> None:
    with pytest.raises(InputError, match="column jobs: a column is missing"):
        read_places(towns().drop("jobs"), region=None)
    with pytest.raises(MissingError, match="district x"):
        read_places(towns(), region=["s", "x"])


def test_great_circle_between_known_cities() -> None:
    """Kassel (9.4797, 51.3127) to Paderborn (8.7575, 51.7189): 67.3 km by the same formula on paper."""
    there = great_circle(np.array([9.4797, 8.7575]), np.array([51.3127, 51.7189]))
    assert there[0, 1] == pytest.approx(67.3, abs=0.1)
    assert there[0, 1] == there[1, 0]
    assert there[0, 0] == 0


def test_features_are_named_and_live_either_within_or_between() -> None:
    places = read_places(towns(), region=None)
    every = list(features(places.distance(), places.residents, places.jobs))
    assert len(every) == len(FEATURES)
    for name, values in zip(FEATURES, every, strict=True):
        diagonal = np.diag(values)
        if name.startswith("within"):
            assert np.count_nonzero(values - np.diag(diagonal)) == 0, name
        else:
            assert not diagonal.any(), name
    nearer = np.exp(every[FEATURES.index("nearer_jobs")]) - 1
    assert nearer[0, 1] == pytest.approx(90 + 10)  # n1 → n2: own jobs and those of n2, which is nearest
    assert nearer[0, 4] == pytest.approx(210)  # to the farthest place all jobs are nearer


def test_log_prior_is_linear_in_its_coefficients() -> None:
    places = read_places(towns(), region=None)
    distance = places.distance()
    nothing = Prior(dict.fromkeys(FEATURES, 0.0), "nothing")
    base = log_prior(nothing, distance, places.residents, places.jobs)
    assert base == pytest.approx(np.log(np.outer(places.residents, places.jobs)))
    one = Prior(dict.fromkeys(FEATURES, 0.0) | {"log_distance": -2.0}, "one")
    moved = log_prior(one, distance, places.residents, places.jobs) - base
    off = ~np.eye(5, dtype=bool)
    assert moved[off] == pytest.approx(-2 * np.log(distance[off]))
    assert not np.diag(moved).any()


def test_own_distance_is_half_the_way_to_the_neighbour() -> None:
    filled = own_distance(np.array([[0.0, 4.0, 10.0], [4.0, 0.0, 8.0], [10.0, 8.0, 0.0]]))
    assert np.diag(filled).tolist() == [2, 2, 4]
    assert own_distance(np.array([[0.0]])).tolist() == [[0.5]]


def synthetic(seed: int, coefficients: dict[str, float]) -> tuple[pl.DataFrame, FlowMatrix]:
    """Flows that follow the prior's own model, 120 places in 8 districts."""
    random = np.random.default_rng(seed)
    n = 120
    size = random.lognormal(7, 1, n)
    jobs = size * random.lognormal(0, 0.5, n)
    frame = pl.DataFrame(
        {
            "area": [f"{i:03}" for i in range(n)], "district": [f"d{i // 15}" for i in range(n)],
            "residents": size, "jobs": jobs,
            "longitude": random.uniform(9, 10, n), "latitude": random.uniform(51, 52, n),
        }
    )  # fmt: skip
    places = read_places(frame, region=None)
    prior = Prior(dict.fromkeys(FEATURES, 0.0) | coefficients, "made up")
    mean = np.exp(log_prior(prior, places.distance(), places.residents, places.jobs))
    flows = random.poisson(mean * size.sum() / mean.sum())
    return frame, FlowMatrix.from_dense(flows, places.area.tolist())


def test_learn_prior_recovers_what_made_the_flows() -> None:
    made = {"log_distance": -1.0, "log_distance_squared": -0.3, "within": -1.0, "within_x_jobs": -0.2}
    frame, flows = synthetic(1, made)
    learned = learn_prior([(read_places(frame, region=None), flows)], learned_on="made up")
    places = read_places(frame, region=None)
    residents, jobs = (frame["value"].to_numpy() for frame in (flows.residents(), flows.jobs()))
    blocks = Blocks(np.repeat(np.arange(8), 15))
    truth = Prior(dict.fromkeys(FEATURES, 0.0) | made, "")
    fitted = []
    for prior in (learned, truth):
        start = np.exp(log_prior(prior, places.distance(), residents, jobs) - 20)
        whole = np.ones(120, dtype=bool)
        fitted.append(rake(start, blocks, blocks.sums(flows.values.toarray()), residents, jobs, fixed=whole).matrix)
    difference = np.abs(fitted[0] - fitted[1]).sum() / fitted[1].sum()
    assert difference < 0.03
    assert learned.learned_on == "made up"


def test_learn_prior_refuses_masked_flows_and_strange_areas() -> None:
    frame, flows = synthetic(2, {"log_distance": -1.0})
    places = read_places(frame, region=None)
    with pytest.raises(InputError, match="has no flows"):
        learn_prior([(places, flows.select(flows.codes[1:]))], learned_on="")
    hidden = masked([("a", "b", None, 0, 9)])
    with pytest.raises(InputError, match="masked"):
        learn_prior([(places, hidden)], learned_on="")


def test_district_decay_is_recovered() -> None:
    frame, _ = synthetic(3, {})
    places = read_places(frame, region=None)
    cost = own_distance(places.distance())
    blocks = Blocks(np.repeat(np.arange(8), 15))
    totals = blocks.sums(np.outer(places.residents, places.jobs) * cost**-1.7)
    assert fit_district_decay(cost, places.residents, places.jobs, blocks, totals) == pytest.approx(-1.7, abs=1e-3)
    flat = blocks.sums(np.outer(places.residents, places.jobs))
    with pytest.raises(InputError, match="do not decay"):
        fit_district_decay(cost, places.residents, places.jobs, blocks, flat)


def test_measure_accuracy_by_hand() -> None:
    result = measure_accuracy([[40, 6], [0, 20]], [[44, 4], [2, 16]])
    assert result.cpc == pytest.approx(2 * (40 + 4 + 16) / 132)
    assert result.cpc_between == pytest.approx(2 * 4 / 12)
    assert result.within_ratio == 1.0
    rows = {(row.within, row.lower): row for row in result.classes}
    assert set(rows) == {(False, 1.0), (False, 3.0), (True, 10.0), (True, 30.0)}
    assert rows[False, 3.0].typical_error == 0.5
    assert (rows[False, 1.0].mean_error, rows[False, 1.0].high) == (1.0, 0.0)
    assert rows[True, 30.0].low == pytest.approx(40 / 44)
    assert result.to_frame()["pairs"].sum() == 4


def test_interval_holds_nine_of_ten_of_the_flows_it_was_made_from() -> None:
    random = np.random.default_rng(4)
    model = random.lognormal(2, 2, (200, 200))
    truth = model * random.lognormal(0, 0.5, (200, 200))
    result = measure_accuracy(truth, model)
    rows, columns = np.nonzero(model > 1)
    low, high = interval(model[rows, columns], rows == columns, result.classes)
    true = truth[rows, columns]
    assert ((true >= low) & (true <= high)).mean() == pytest.approx(0.9, abs=0.02)


def test_interval_without_measurements_knows_nothing() -> None:
    low, high = interval(np.array([5.0]), np.array([False]), ())
    assert (low.tolist(), high.tolist()) == ([0.0], [np.inf])


@given(st.lists(st.floats(0.01, 1e4), min_size=1, max_size=20))
def test_interval_contains_zero_to_something_and_is_ordered(values: list[float]) -> None:
    random = np.random.default_rng(5)
    model = random.lognormal(2, 2, (60, 60))
    classes = measure_accuracy(model * random.lognormal(0, 0.5, (60, 60)), model).classes
    low, high = interval(np.array(values), np.zeros(len(values), dtype=bool), classes)
    assert (low <= high).all()
    assert (low >= 0).all()


def test_interval_of_next_to_nobody_allows_one_person() -> None:
    model = np.full((30, 30), 0.01)
    classes = measure_accuracy(np.eye(30), model).classes
    low, high = interval(np.array([0.001, 0.5]), np.array([False, False]), classes)
    assert low.tolist() == [0.0, 0.0]
    assert high.tolist() == [1.0, 1.0]
