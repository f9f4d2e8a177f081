from __future__ import annotations

import itertools
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.hubs import best_hubs, greedy_hubs
from raumwerk.analysis.location import fewest_places, greatest_coverage, p_median
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError

ABC = ["a", "b", "c"]
KM = [[2, 10, 40], [10, 2, 30], [40, 30, 2]]


@pytest.fixture(scope="module")
def san_francisco() -> tuple[TravelMatrix, dict[str, float]]:
    spopt = find_spec("spopt")
    if spopt is None or spopt.origin is None:
        pytest.skip("the San Francisco case is shipped with spopt (group bench)")
    folder = Path(spopt.origin).parent / "tests" / "test_locate" / "data"
    rows = pl.read_csv(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv", infer_schema=False)
    wide = rows.with_columns(pl.col("distance").cast(pl.Float64)).pivot(
        on="name", index="DestinationName", values="distance", sort_columns=False
    )
    stores = wide.columns[1:]
    travel = TravelMatrix(wide["DestinationName"].to_list(), stores, wide.select(stores).to_numpy())
    tracts = pl.read_csv(folder / "SF_demand_205_centroid_uniform_weight.csv", infer_schema=False)
    return travel, dict(tracts.select("NAME", pl.col("POP2000").cast(pl.Float64)).rows())


def test_p_median_san_francisco_equals_spopt(san_francisco):
    travel, people = san_francisco
    found = p_median(travel, people, places=4)
    assert found.value == pytest.approx(2_848_268_129.7, abs=0.1)
    assert found.value / sum(people.values()) == pytest.approx(2982.12685799, abs=1e-6)
    assert found.places == ("Store_11", "Store_12", "Store_15", "Store_2")
    assert found.gap <= 1e-6
    three = p_median(travel, people, places=3)
    assert three.value / sum(people.values()) == pytest.approx(3544.6752, abs=1e-4)


def test_greatest_coverage_san_francisco_equals_spopt(san_francisco):
    travel, people = san_francisco
    found = greatest_coverage(travel, people, places=4, target=5000)
    assert found.value == 875_247
    covered = found.areas.filter(pl.col("minutes") <= 5000)
    assert (len(covered), round(100 * len(covered) / 205, 3)) == (184, 89.756)


def test_fewest_places_san_francisco_equals_spopt(san_francisco):
    found = fewest_places(san_francisco[0], target=5000)
    assert found.value == 8
    assert (found.areas["minutes"] <= 5000).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_location_equals_enumeration(seed, places):
    rng = np.random.default_rng(seed)
    travel = TravelMatrix([f"a{i}" for i in range(7)], [f"c{j}" for j in range(5)], rng.uniform(1, 60, (7, 5)))
    weight = {code: float(rng.integers(1, 50)) for code in travel.origins}
    w, minutes = np.array(list(weight.values())), travel.minutes
    sets = [list(some) for some in itertools.combinations(range(5), places)]
    assert p_median(travel, weight, places=places).value == pytest.approx(
        min((w * minutes[:, some].min(axis=1)).sum() for some in sets)
    )
    assert greatest_coverage(travel, weight, places=places, target=20).value == pytest.approx(
        max(w[(minutes[:, some] <= 20).any(axis=1)].sum() for some in sets)
    )
    target = float(minutes.min(axis=1).max())  # the least at which all can be covered
    every = [list(some) for count in range(1, 6) for some in itertools.combinations(range(5), count)]
    fewest = next(len(some) for some in every if (minutes[:, some] <= target).any(axis=1).all())
    assert fewest_places(travel, target=target).value == fewest


def test_location_bad_input_is_refused():
    travel = TravelMatrix(["a", "b"], ["x"], [[1], [np.inf]])
    with pytest.raises(InputError, match="a pair has no way"):
        p_median(travel, {"a": 1, "b": 1}, places=1)
    with pytest.raises(InputError, match="places is 2; expected a whole number from 1 to 1"):
        greatest_coverage(travel, {"a": 1, "b": 1}, places=2, target=5)
    with pytest.raises(InputError, match="row b: no candidate is within 5"):
        fewest_places(travel, target=5)
    with pytest.raises(InputError, match="row a: the weight is -1"):
        p_median(travel, {"a": -1, "b": 1}, places=1)
    with pytest.raises(InputError, match="the target is -1"):
        fewest_places(travel, target=-1)


# ---------------------------------------------------------------- hubs


def _travel(km) -> TravelMatrix:
    codes = [f"m{i:03d}" for i in range(len(km))]
    return TravelMatrix(codes, codes, np.asarray(km) * 1.2, kilometres=km)


def test_greedy_hubs_by_hand():
    # 100 from a to c (40 km) and 100 from b to c (30 km). A hub in b: a saves 30, b saves 28 km each way.
    flows = FlowMatrix.from_dense([[5, 0, 100], [0, 5, 100], [0, 0, 5]], ABC)
    travel = TravelMatrix(ABC, ABC, KM, kilometres=KM)
    plan = greedy_hubs(flows, travel, ["b", "c"], hubs=1, share=0.5, days=2, co2_per_km=0.15)
    use = 0.5 * 2 / 5
    assert plan.hubs.rows() == [("b", 200 * use, pytest.approx(2 * 100 * use * 58), pytest.approx(0.15 * 2320))]
    assert plan.areas.rows() == [("a", "b", 100 * use, pytest.approx(2 * 100 * use * 30)),
                                 ("b", "b", 100 * use, pytest.approx(2 * 100 * use * 28))]  # fmt: skip
    assert (plan.saved, plan.people, plan.co2) == pytest.approx((2320, 40, 348))
    assert plan.optimal


def test_best_hubs_full_hub_turns_people_away():
    flows = FlowMatrix.from_dense([[0, 0, 100], [0, 0, 100], [0, 0, 0]], ABC)
    travel = TravelMatrix(ABC, ABC, KM, kilometres=KM)
    plan = best_hubs(flows, travel, ABC, hubs=1, share=1.0, days=5, capacity={"a": 10, "b": 120, "c": 500})
    assert plan.hubs["hub"].to_list() == ["b"]
    assert plan.people == pytest.approx(120)
    assert plan.saved == pytest.approx(2 * (100 * 30 + 20 * 28))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_hubs_equal_enumeration_over_single_pairs(seed, hubs):
    rng = np.random.default_rng(seed)
    n = 7
    xy = rng.uniform(0, 50, (n, 2))
    km = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 1
    values = rng.integers(0, 40, (n, n)) + 1
    travel = _travel(km)
    flows = FlowMatrix.from_dense(values, travel.origins)

    def saved(places):
        near = km[:, places].min(axis=1)
        away = values * ~np.eye(n, dtype=bool)
        return 2 * 0.3 * 2 / 5 * (away * np.maximum(km - near[:, None], 0)).sum()

    best = max(saved(list(some)) for some in itertools.combinations(range(n), hubs))
    exact, fast = (rule(flows, travel, travel.origins, hubs=hubs) for rule in (best_hubs, greedy_hubs))
    assert exact.saved == pytest.approx(best)
    assert exact.optimal
    assert fast.saved <= best * (1 + 1e-9)
    assert fast.upper_bound >= best * (1 - 1e-9)
    assert fast.saved >= (1 - 1 / np.e) * best
    for plan in (exact, fast):
        assert saved([travel.origins.index(hub) for hub in plan.hubs["hub"]]) == pytest.approx(plan.saved)
        assert plan.areas["saved"].sum() == pytest.approx(plan.saved)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_hubs_with_capacity_equal_the_best_of_all_choices(seed):
    rng = np.random.default_rng(seed)
    n = 6
    xy = rng.uniform(0, 50, (n, 2))
    km = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 1
    travel = _travel(km)
    values = rng.integers(0, 40, (n, n)) * ~np.eye(n, dtype=bool)
    values[0, 1] += 1
    gain = np.maximum(km[:, :, None] - km[:, None, :], 0)  # origin, job, hub
    saving, users = 2 * (values[:, :, None] * gain).sum(axis=1), (values[:, :, None] * (gain > 0)).sum(axis=1)
    room = rng.integers(5, 60, n).astype(float)
    best = 0.0
    for some in itertools.combinations(range(n), 2):
        once = np.kron(np.eye(n), np.ones(2))
        full = [np.where(np.arange(2) == k, users[:, [hub]], 0).ravel() for k, hub in enumerate(some)]
        found = linprog(-saving[:, some].ravel(), A_ub=np.vstack([once, *full]), b_ub=[*np.ones(n), *room[[*some]]],
                        bounds=(0, 1))  # fmt: skip
        best = max(best, -found.fun)
    plan = best_hubs(FlowMatrix.from_dense(values, travel.origins), travel, travel.origins, hubs=2, share=1.0, days=5,
                     capacity=dict(zip(travel.origins, room, strict=True)))  # fmt: skip
    assert plan.saved == pytest.approx(best, rel=1e-6)
    for hub, people in plan.hubs.select("hub", "people").rows():
        assert people <= room[travel.origins.index(hub)] + 1e-6


def test_greedy_hubs_for_195_municipalities_is_close_to_the_best():
    rng = np.random.default_rng(5)
    n = 195
    xy = rng.uniform(0, 110, (n, 2))
    km = 1.3 * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 2
    size = np.exp(rng.normal(7.5, 1.1, n))
    pull = size[None, :] * np.exp(-km / 12)
    flows = FlowMatrix.from_dense(rng.poisson(0.4 * size[:, None] * pull / pull.sum(axis=1, keepdims=True)),
                                  [f"m{i:03d}" for i in range(n)])  # fmt: skip
    travel = _travel(km)
    fast = greedy_hubs(flows, travel, travel.origins, hubs=10)
    exact = best_hubs(flows, travel, travel.origins, hubs=10)
    assert exact.optimal
    assert 0.98 * exact.saved <= fast.saved <= exact.saved * (1 + 1e-6)
    assert fast.upper_bound >= exact.saved * (1 - 1e-6)


def test_hubs_bad_input_is_refused():
    flows = FlowMatrix.from_dense([[0, 5], [5, 0]], ["a", "b"])
    km = [[1, 9], [9, 1]]
    travel = TravelMatrix(["a", "b"], ["a", "b"], km, kilometres=km)
    for options, complaint in (
        ({"hubs": 3}, "hubs is 3"), ({"hubs": 1, "share": 2}, "share of workers is 2"),
        ({"hubs": 1, "share": {"a": 0.1}}, "row b: the share of workers is None"),
        ({"hubs": 1, "days": 6}, "days is 6"), ({"hubs": 1, "co2_per_km": -1}, "co2_per_km is -1"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=complaint):
            greedy_hubs(flows, travel, ["a", "b"], **options)
    with pytest.raises(InputError, match="candidate z is no destination"):
        greedy_hubs(flows, travel, ["z"], hubs=1)
    with pytest.raises(InputError, match="no kilometres"):
        greedy_hubs(flows, TravelMatrix(["a", "b"], ["a", "b"], km), ["a"], hubs=1)
    with pytest.raises(InputError, match="row a: the capacity is None"):
        best_hubs(flows, travel, ["a"], hubs=1, capacity={})
    with pytest.raises(InputError, match="nobody commutes"):
        greedy_hubs(FlowMatrix.from_dense([[5, 0], [0, 5]], ["a", "b"]), travel, ["a"], hubs=1)
