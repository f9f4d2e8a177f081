"""Estimated and masked flows, and estimated travel times, stay visible in every result that rests on them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from raumwerk.analysis.access import (
    catchment_overlap,
    floating_catchment,
    hansen_potential,
    nearest_centre,
    opportunities_within,
)
from raumwerk.analysis.border import border_effect
from raumwerk.analysis.excess import excess_commuting
from raumwerk.analysis.flow_measures import border_crossing, commuting_balance, commuting_cost, top_partners
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.gravity import fit_gravity
from raumwerk.analysis.hubs import best_hubs, greedy_hubs
from raumwerk.analysis.interfaces import interfaces
from raumwerk.analysis.location import fewest_places, greatest_coverage, p_median
from raumwerk.analysis.regions import (
    SelfContainment,
    contiguous_regions,
    functional_regions,
    large_flows,
    leiden_regions,
    nodal_hierarchy,
    region_stability,
    threshold_ladder,
)
from raumwerk.analysis.scenarios import Baseline, Scenario, evaluate
from raumwerk.analysis.travel import TravelMatrix

CODES = ["a", "b", "c", "d", "e"]
SIDES = dict(zip(CODES, "xxyyy", strict=True))
RULE = SelfContainment(30, 90, 0.3, 0.4)
COST = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0) ** 1.2)) + 1


@pytest.fixture(scope="module")
def flows() -> FlowMatrix:
    """Five areas; a → b is estimated (12 of them), c → d masked with 2 to 5."""
    values = np.random.default_rng(7).integers(1, 20, (5, 5)) + 80 * np.eye(5)
    pairs = FlowMatrix.from_dense(values, CODES).to_pairs().with_columns(pl.col("status").cast(pl.String))
    at, hidden = (pl.concat_str("origin", "destination") == pair for pair in ("ab", "cd"))
    pairs = pairs.select(
        "origin", "destination", flow=pl.when(at).then(12.0).when(~hidden).then("value"),
        lower=pl.when(at).then(4.0).when(hidden).then(2.0).otherwise("value"),
        upper=pl.when(at).then(30.0).when(hidden).then(5.0).otherwise("value"),
        status=pl.when(at).then(pl.lit("estimated")).when(hidden).then(pl.lit("masked")).otherwise("status"),
    )  # fmt: skip
    return FlowMatrix.from_pairs(pairs)


@pytest.fixture(scope="module")
def travel() -> TravelMatrix:
    return TravelMatrix(CODES, CODES, COST, kilometres=COST, estimated=True, source="a straight line")


def test_flow_matrix_counts_what_is_estimated_and_masked(flows):
    assert flows.masked_pairs == 1
    assert flows.estimated_share == pytest.approx(12 / flows.total)
    assert flows.statuses[0, 1] == 2
    assert flows.statuses[2, 3] == 3
    assert flows.statuses.sum() == 5
    assert FlowMatrix.from_dense([[1, 2], [3, 4]], ["a", "b"]).estimated_share == 0


def test_results_say_how_much_of_them_is_estimated_or_masked(flows, travel):
    touching = list(pairwise(CODES))
    regions = functional_regions(flows, RULE)
    found = [
        regions,
        region_stability(flows, RULE, draws=2, vary=0.0),
        leiden_regions(flows),
        threshold_ladder(flows).best,
        contiguous_regions(regions.partition, touching, flows),
        fit_gravity(flows, COST),
        border_effect(flows, COST, SIDES),
        excess_commuting(flows, COST),
        greedy_hubs(flows, travel, CODES, hubs=1),
        best_hubs(flows, travel, CODES, hubs=1),
        evaluate(Baseline(flows, travel, decay=0.1), Scenario("as it is")),
    ]
    assert {(result.masked_pairs, result.estimated_share) for result in found} == {(1, flows.estimated_share)}


def test_frames_carry_the_least_sure_status(flows):
    def of(frame: pl.DataFrame, *areas: str | None) -> list[str]:
        names = [name for name in ("area", "origin", "partner", "destination") if name in frame.columns]
        keys = frame.select(names).rows()
        return [frame["status"][keys.index((area, *pair)[: len(names)])] for area, *pair in areas]

    assert of(commuting_balance(flows), "a", "b", "c", "d", "e") == [
        "estimated",
        "estimated",
        "masked",
        "masked",
        "measured",
    ]
    assert of(border_crossing(flows, SIDES), "a", "c") == ["estimated", "masked"]  # commuters are part of the share
    assert border_crossing(flows, dict(zip(CODES, CODES, strict=True)))["status"][-1] == "masked"
    assert of(commuting_cost(flows, COST), "a", "c") == ["estimated", "masked"]
    assert of(top_partners(flows), "ab", "cd", "de") == ["estimated", "masked", "measured"]
    assert of(interfaces(fit_gravity(flows, COST), smallest=0), "ab", "cd", "de") == ["estimated", "masked", "measured"]
    assert of(fit_gravity(flows, COST).to_pairs(), "ab", "cd", "ba") == ["estimated", "masked", "measured"]
    assert of(nodal_hierarchy(flows), "a", "b", "c", "d", "e") == [
        "estimated",
        "estimated",
        "masked",
        "masked",
        "measured",
    ]
    assert of(large_flows(flows, min_share=0.0)[0], "ab", "cd", "de") == ["estimated", "masked", "measured"]


def test_access_and_places_say_that_travel_times_are_estimated(travel):
    one = dict.fromkeys(CODES, 1.0)
    for ways, estimated in ((travel, True), (replace(travel, estimated=False), False)):
        for result in (
            nearest_centre(ways, one, target=2), p_median(ways, one, places=1),
            greatest_coverage(ways, one, places=1, target=2), fewest_places(ways, target=9),
        ):  # fmt: skip
            assert (result.travel_source, result.travel_estimated) == ("a straight line", estimated)
        for frame in (
            catchment_overlap(ways, one, target=2)[0], floating_catchment(ways, one, one, reach=2),
            hansen_potential(ways, one, decay=0.1), opportunities_within(ways, one, target=2),
        ):  # fmt: skip
            assert frame["estimated"].to_list() == [estimated] * 5


def test_bounds_of_masked_flows_hold_every_possible_truth_through_aggregation_rates_and_shares(flows):
    """Fill the masked and the estimated cell with every whole number in their bounds: no measure leaves its bounds."""
    groups = {"a": "A", "b": "A", "c": "C", "d": "D", "e": "D"}
    sides = {"A": "x", "C": "y", "D": "y"}
    cost = np.array([[1.0, 5, 9], [5, 1, 4], [9, 4, 1]])
    bounded = flows.aggregate(groups)
    wide = commuting_balance(bounded), border_crossing(bounded, sides), commuting_cost(bounded, cost)
    pairs = flows.to_pairs()
    for estimated in (4, 17, 30):
        for masked in range(2, 6):
            key = pl.concat_str("origin", "destination")
            full = pairs.select("origin", "destination", flow=pl.when(key == "ab").then(float(estimated))
                                .when(key == "cd").then(float(masked)).otherwise("value"))  # fmt: skip
            true = FlowMatrix.from_pairs(full).aggregate(groups)
            narrow = commuting_balance(true), border_crossing(true, sides), commuting_cost(true, cost)
            for outer, inner in zip(wide, narrow, strict=True):
                for name in [name for name in outer.columns if f"{name}_lower" in outer.columns]:
                    held = pl.DataFrame({"v": inner[name], "lo": outer[f"{name}_lower"], "hi": outer[f"{name}_upper"]})
                    held = held.drop_nulls()
                    assert (held["lo"] <= held["v"] + 1e-12).all(), name
                    assert (held["hi"] >= held["v"] - 1e-12).all(), name
