from __future__ import annotations

import polars as pl
import pytest

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions import SelfContainment, functional_regions, region_stability
from raumwerk.errors import InputError

TOWNS = FlowMatrix.from_dense(
    [[900, 10, 20, 0], [300, 200, 0, 5], [10, 0, 700, 30], [0, 5, 250, 150]], ["A", "a", "B", "b"]
)
RULE = SelfContainment(600, 1200, 0.7, 0.8)


def test_region_stability_clear_towns_never_change():
    shaken = region_stability(TOWNS, RULE, draws=30)
    assert shaken.areas.rows() == [
        ("A", "A", 1.0, 1.0, None, None),
        ("B", "B", 1.0, 1.0, None, None),
        ("a", "A", 1.0, 1.0, None, None),
        ("b", "B", 1.0, 1.0, None, None),
    ]
    assert shaken.pairs.rows() == [("A", "a", 1.0), ("B", "b", 1.0)]
    assert shaken.draws["regions"].to_list() == [2] * 30


def test_region_stability_an_area_between_two_towns_is_unsteady():
    values = [[900, 0, 20], [0, 900, 20], [100, 99, 50]]
    flows = FlowMatrix.from_dense(values, ["A", "B", "x"])
    shaken = region_stability(flows, SelfContainment(600, 1200, 0.7, 0.8), draws=200, vary=0.0)
    together = {row[:2]: row[2] for row in shaken.pairs.rows()}
    assert together["A", "x"] + together["B", "x"] == pytest.approx(1)
    assert 0.3 < together["A", "x"] < 0.7
    row = shaken.areas.row(2, named=True)
    assert (row["region"], row["usual_partner"]) == ("A", "B")
    assert row["stability"] == together["A", "x"]
    assert row["usual_share"] == together["B", "x"]


def test_region_stability_same_seed_same_answer_and_parameters_stay_in_range():
    one, other = (region_stability(TOWNS, RULE, draws=25, seed=3) for _ in range(2))
    assert one.draws.equals(other.draws)
    assert one.pairs.equals(other.pairs)
    assert one.draws["min_size"].is_between(540, 660).all()
    assert one.draws["target_self_containment"].is_between(0.72, 0.88).all()


@pytest.mark.real_data
def test_region_stability_without_shaking_parameters_finds_the_published_regions_again(brindisi):
    parameters = SelfContainment(1000, 10000, 0.6667, 0.75)
    shaken = region_stability(brindisi, parameters, draws=50, vary=0.0)
    regions = functional_regions(brindisi, parameters).areas.select("area", "region")
    assert shaken.areas.select("area", "region").equals(regions)
    assert shaken.areas["stability"].drop_nulls().mean() > 0.8
    assert (shaken.pairs["together"] <= 1).all()
    assert (shaken.pairs["first"] < shaken.pairs["second"]).all()


def test_region_stability_masked_flows_move_within_their_bounds():
    frame = pl.DataFrame(
        {
            "origin": ["a", "a", "b", "b", "c", "c"], "destination": ["a", "b", "b", "a", "c", "a"],
            "flow": [90.0, 2.0, 90.0, 3.0, 40.0, None], "lower": [90.0, 2.0, 90.0, 3.0, 40.0, 0.0],
            "upper": [90.0, 2.0, 90.0, 3.0, 40.0, 60.0],
        }
    )  # fmt: skip
    shaken = region_stability(FlowMatrix.from_pairs(frame), SelfContainment(20, 40, 0.6, 0.7), draws=60, vary=0.0)
    assert 0 < {row[:2]: row[2] for row in shaken.pairs.rows()}["a", "c"] < 1


def test_region_stability_bad_input_is_refused():
    for options, complaint in (
        ({"draws": 0}, "draws is 0"),
        ({"vary": 0.5}, "vary is 0.5"),
        ({"vary": -0.1}, "vary is"),
    ):
        with pytest.raises(InputError, match=complaint):
            region_stability(TOWNS, RULE, **options)
