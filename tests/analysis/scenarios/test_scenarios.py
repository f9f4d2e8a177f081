from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.scenarios import Baseline, Levers, Link, Scenario, evaluate, judge
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, MissingError

CODES = ["a", "b", "c"]
KM = np.array([[2.0, 10, 40], [10, 2, 30], [40, 30, 2]])
VALUES = np.array([[80.0, 15, 5], [60, 30, 10], [20, 10, 70]])


def _baseline(values=VALUES, **options) -> Baseline:
    travel = TravelMatrix(CODES, CODES, KM * 1.5, kilometres=KM)
    settings_ = {"decay": 0.05, "centres": ["a"], "co2_per_km": 0.2, "car_share": 0.8, "land_per_resident": 300,
                 "land_per_job": 100, "access_target": 20} | options  # fmt: skip
    return Baseline(FlowMatrix.from_dense(values, CODES), travel, **settings_)


def test_baseline_result_by_hand():
    found = _baseline().result
    km = 2 * (VALUES * KM).sum(axis=1)
    assert found.areas["commuter_km"].to_list() == pytest.approx(km)
    assert found.areas["co2"].to_list() == pytest.approx(km * 0.16)
    assert found.areas["access"].to_list() == [215, 215, 85]  # a and b are 15 minutes apart, c is beyond 20
    assert found.areas["self_containment"].to_list() == [0.8, 0.3, 0.7]
    assert found.total["self_containment"] == pytest.approx(0.6)
    assert found.total["access"] == pytest.approx((215 + 215 + 85) / 3)
    assert (found.total["land"], found.estimated_share) == (0, 0)


def test_levers_without_any_change_give_the_baseline():
    baseline = _baseline()
    found = evaluate(baseline, Scenario("nothing"))
    for name in baseline.result.areas.columns[1:]:
        assert found.areas[name].to_list() == pytest.approx(baseline.result.areas[name].to_list())
    assert found.against(baseline.result)["commuter_km"].to_list() == pytest.approx([0, 0, 0, 0], abs=1e-6)


def test_telework_hubs_and_public_transport_by_hand():
    baseline = _baseline()
    home = evaluate(baseline, Scenario("home", Levers(telework_share=0.5, telework_days=2)))
    assert home.total["commuter_km"] == pytest.approx(0.8 * baseline.result.total["commuter_km"])
    bus = evaluate(baseline, Scenario("bus", Levers(public_transport_shift=0.25)))
    assert bus.total["co2"] == pytest.approx(0.75 * baseline.result.total["co2"])
    assert bus.total["commuter_km"] == pytest.approx(baseline.result.total["commuter_km"])
    hub = evaluate(baseline, Scenario("hub in b", Levers(hubs=("b",), hub_share=0.5, hub_days=1)))
    # With a hub in b: a saves 30 km on the way to c; b saves 8 to a and 28 to c; c saves 10 to a.
    saved = 2 * 0.1 * np.array([5 * 30, 60 * 8 + 10 * 28, 20 * 10])
    difference = hub.against(baseline.result)["commuter_km"].to_numpy()
    assert difference == pytest.approx([*-saved, -saved.sum()])
    assert hub.against(baseline.result)["area"].to_list() == ["a", "b", "c", None]


def test_large_employer_closing_takes_its_workers_where_they_live():
    found = evaluate(_baseline(), Scenario("closing", Levers(jobs={"c": -17})))
    assert found.areas["jobs"].to_list() == pytest.approx([160, 55, 68])
    assert found.areas["residents"].to_list() == pytest.approx([99, 98, 86])  # 17 of 85: 5, 10 and 70 lose a fifth
    assert found.total["land"] == 0


def test_housing_brings_jobs_where_its_people_work_today_and_takes_land():
    found = evaluate(_baseline(), Scenario("housing", Levers(housing={"a": 20})))
    assert found.areas["residents"].to_list() == pytest.approx([120, 100, 100])
    assert found.areas["jobs"].to_list() == pytest.approx([176, 58, 86])
    assert found.areas["land"].to_list() == pytest.approx([20 * 300 + 16 * 100, 300, 100])


def test_centrality_moves_jobs_and_keeps_their_number():
    central = evaluate(_baseline(), Scenario("central", Levers(centrality=0.1)))
    assert central.areas["jobs"].to_list() == pytest.approx([160 + 14, 55 * 0.9, 85 * 0.9])
    spread = evaluate(_baseline(), Scenario("spread", Levers(centrality=-0.1)))
    assert spread.areas["jobs"].to_list() == pytest.approx([144, 55 + 8, 85 + 8])
    for found in (central, spread):
        assert found.areas["residents"].to_list() == pytest.approx([100, 100, 100])
    assert spread.areas["self_containment"][1] > central.areas["self_containment"][1]


def test_new_link_shortens_ways_and_draws_people():
    baseline = _baseline()
    found = evaluate(baseline, Scenario("link", Levers(links=(Link("a", "c", 15, 12),))))
    assert found.areas["access"].to_list() == pytest.approx([300, 215, 245])
    change = found.against(baseline.result)
    assert change["internal"][0] < 0  # more of a go to c
    assert found.areas["jobs"].to_list() == pytest.approx(baseline.result.areas["jobs"].to_list())


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(-0.5, 0.5))
def test_evaluate_keeps_totals(seed, centrality):
    rng = np.random.default_rng(seed)
    baseline = _baseline(rng.integers(1, 90, (3, 3)))
    levers = Levers(centrality=centrality, jobs={"b": float(rng.integers(0, 50))},
                    links=(Link("b", "c", 10, 8),))  # fmt: skip
    found = evaluate(baseline, Scenario("any", levers))
    assert found.total["jobs"] == pytest.approx(found.total["residents"])
    assert found.total["jobs"] == pytest.approx(baseline.matrix.sum() + levers.jobs["b"])
    again = evaluate(baseline, Scenario("any", levers))
    assert again.areas.equals(found.areas)


def test_evaluate_195_areas_with_all_levers_shortens_ways():
    rng = np.random.default_rng(4)
    n = 195
    xy = rng.uniform(0, 110, (n, 2))
    km = 1.3 * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 2
    codes = [f"m{i:03d}" for i in range(n)]
    size = np.exp(rng.normal(7.5, 1.1, n))
    pull = size * np.exp(-km / 12)
    values = rng.poisson(0.4 * size[:, None] * pull / pull.sum(axis=1, keepdims=True)) + np.eye(n)
    baseline = Baseline(FlowMatrix.from_dense(values, codes), TravelMatrix(codes, codes, km * 1.1, kilometres=km),
                        decay=0.06, centres=codes[:9], co2_per_km=0.15)  # fmt: skip
    levers = Levers(centrality=-0.05, telework_share=0.3, telework_days=2, hubs=("m005", "m050"), hub_share=0.1,
                    hub_days=2, links=(Link("m001", "m100", 20, 25),), jobs={"m007": 200.0})  # fmt: skip
    evaluate(baseline, Scenario("first"))
    found = evaluate(baseline, Scenario("all levers", levers))
    assert found.total["commuter_km"] < baseline.result.total["commuter_km"]


def test_scenario_survives_json():
    levers = Levers(jobs={"a": -3.0}, hubs=("b",), hub_share=0.1, hub_days=1, links=(Link("a", "b", 5, 4),))
    scenario = Scenario("x", levers, "20260101-abcd", {"g": {"co2": 1.0}}, 7)
    assert Scenario.from_dict(json.loads(json.dumps(scenario.to_dict()))) == scenario


def test_judge_shows_dissent_and_uncertainty():
    baseline = _baseline()
    results = [baseline.result, evaluate(baseline, Scenario("spread", Levers(centrality=-0.3))),
               evaluate(baseline, Scenario("bus", Levers(public_transport_shift=0.5)))]  # fmt: skip
    found = judge(results, {"climate": {"co2": 1}, "nearness": {"self_containment": 2, "commuter_km": 1}})
    rank = {row[:2]: row[3] for row in found.scores.rows()}
    assert rank["climate", "bus"] == 1
    assert rank["nearness", "spread"] == 1
    dissent = {row[0]: row[2] - row[1] for row in found.dissent.rows()}
    assert dissent["bus"] >= 1
    assert found.uncertainty.ranks["area"].to_list() == ["as it is", "spread", "bus"]


def test_scenario_bad_input_is_named():
    baseline = _baseline()
    with pytest.raises(InputError, match="lever centrality is 2"):
        Levers(centrality=2)
    with pytest.raises(InputError, match="take 6 days"):
        Levers(telework_share=1, telework_days=4, hub_share=1, hub_days=2)
    with pytest.raises(InputError, match="levers has an entry 'magic'"):
        Scenario.from_dict({"name": "x", "levers": {"magic": 1}})
    with pytest.raises(InputError, match="a link has no kilometres"):
        Scenario.from_dict({"name": "x", "levers": {"links": [{"first": "a", "second": "b", "minutes": 3}]}})
    with pytest.raises(MissingError, match="areas that the flows do not have: z"):
        evaluate(baseline, Scenario("x", Levers(jobs={"z": 3})))
    with pytest.raises(InputError, match="row c: 85 jobs cannot change by -86"):
        evaluate(baseline, Scenario("x", Levers(jobs={"c": -86})))
    with pytest.raises(InputError, match="needs central places"):
        evaluate(_baseline(centres=[]), Scenario("x", Levers(centrality=0.1)))
    with pytest.raises(InputError, match="decay is 0"):
        _baseline(decay=0)
    with pytest.raises(InputError, match="centre z is no area"):
        _baseline(centres=["z"])
    with pytest.raises(InputError, match="the outcome 'joy' is unknown"):
        judge([baseline.result, evaluate(baseline, Scenario("y"))], {"g": {"joy": 1}})
    with pytest.raises(InputError, match="two or more with different names"):
        judge([baseline.result], {})
    far = TravelMatrix(CODES, CODES, np.where(KM == 40, np.inf, KM), kilometres=KM)
    with pytest.raises(InputError, match="row a, column c: there are commuters but no way"):
        Baseline(FlowMatrix.from_dense(VALUES, CODES), far, decay=0.1)


def test_result_says_how_much_is_estimated():
    frame = pl.DataFrame(
        {
            "origin": ["a", "a", "b", "c"],
            "destination": ["a", "b", "b", "c"],
            "flow": [60.0, 20.0, 10.0, 10.0],
            "status": ["measured", "estimated", "measured", "measured"],
        }
    )
    travel = TravelMatrix(CODES, CODES, KM, kilometres=KM)
    assert Baseline(FlowMatrix.from_pairs(frame), travel, decay=0.1).result.estimated_share == 0.2
