"""Balance, border crossing, partners and commuter-kilometres."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.flow_measures import border_crossing, commuting_balance, commuting_cost, top_partners
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError, MissingError


@pytest.fixture
def masked() -> FlowMatrix:
    """h1 keeps 50, sends 10 to h2 and a masked 1–2 to n1; h2 keeps 20; n1 keeps 8 and sends 4 to h1."""
    frame = pl.DataFrame(
        {
            "origin": ["h1", "h1", "h1", "h2", "n1", "n1"],
            "destination": ["h1", "h2", "n1", "h2", "n1", "h1"],
            "flow": [50.0, 10.0, None, 20.0, 8.0, 4.0],
            "lower": [50.0, 10.0, 1.0, 20.0, 8.0, 4.0],
            "upper": [50.0, 10.0, 2.0, 20.0, 8.0, 4.0],
        }
    )
    return FlowMatrix.from_pairs(frame)


def test_commuting_balance_of_masked_flows_has_bounds_and_no_value(masked: FlowMatrix) -> None:
    row = commuting_balance(masked).row(0, named=True)
    assert row["area"] == "h1"
    assert (row["out"], row["out_lower"], row["out_upper"]) == (None, 11.0, 12.0)
    assert (row["in"], row["net"], row["net_lower"], row["net_upper"]) == (4.0, None, -8.0, -7.0)
    assert row["out_rate"] is None
    assert (row["out_rate_lower"], row["out_rate_upper"]) == (11 / 61, 12 / 62)
    assert (row["self_containment_lower"], row["self_containment_upper"]) == (50 / 62, 50 / 61)
    assert row["in_rate"] == 4 / 54
    assert row["status"] == "masked"


def test_commuting_balance_of_an_area_without_people_has_no_rates() -> None:
    flows = FlowMatrix.from_dense([[3, 0], [0, 0]], ["a", "b"])
    row = commuting_balance(flows).row(1, named=True)
    assert (row["residents"], row["jobs"], row["net"]) == (0.0, 0.0, 0.0)
    assert row["out_rate"] is row["in_rate"] is row["self_containment"] is row["job_centrality"] is None


def test_border_crossing_counts_only_flows_between_sides(masked: FlowMatrix) -> None:
    frame = border_crossing(masked, {"h1": "h", "h2": "h", "n1": "n"})
    assert frame.select("area", "side", "crossing", "crossing_lower", "crossing_upper", "status").rows() == [
        ("h1", "h", None, 1.0, 2.0, "masked"),
        ("h2", "h", 0.0, 0.0, 0.0, "measured"),
        ("n1", "n", 4.0, 4.0, 4.0, "measured"),
        (None, None, None, 5.0, 6.0, "masked"),
    ]
    total = frame.row(3, named=True)
    assert (total["share"], total["share_lower"], total["share_upper"]) == (None, 5 / 15, 6 / 16)
    assert frame["share"].to_list() == [None, None, 1.0, None]


def test_border_crossing_names_areas_without_a_side(masked: FlowMatrix) -> None:
    with pytest.raises(InputError, match="area n1 has no side"):
        border_crossing(masked, {"h1": "h", "h2": "h"})


def test_top_partners_ranks_and_limits(masked: FlowMatrix) -> None:
    out = top_partners(masked, count=2)
    assert out.select("area", "rank", "partner", "value", "share").rows() == [
        ("h1", 1, "h2", 10.0, None),
        ("h1", 2, "n1", None, None),
        ("n1", 1, "h1", 4.0, 1.0),
    ]
    into = top_partners(masked, direction="in", areas=["h1"])
    assert into.select("area", "partner", "value", "share").rows() == [("h1", "n1", 4.0, 1.0)]


def test_top_partners_refuses_unknown_areas_and_counts(masked: FlowMatrix) -> None:
    with pytest.raises(MissingError, match="zz"):
        top_partners(masked, areas=["zz"])
    with pytest.raises(InputError, match="count is 0"):
        top_partners(masked, count=0)


def test_commuting_cost_by_hand(masked: FlowMatrix) -> None:
    cost = [[1, 10, 20], [10, 1, 5], [20, 5, 1]]
    frame = commuting_cost(masked, cost)
    assert frame.select("area", "total", "total_lower", "total_upper", "mean").rows() == [
        ("h1", None, 120.0, 140.0, None),
        ("h2", 0.0, 0.0, 0.0, None),
        ("n1", 80.0, 80.0, 80.0, 20.0),
        (None, None, 200.0, 220.0, None),
    ]
    assert commuting_cost(masked, cost, diagonal=True)["total_lower"].to_list() == [170.0, 20.0, 88.0, 278.0]


def test_commuting_cost_refuses_a_cost_that_is_no_number(masked: FlowMatrix) -> None:
    with pytest.raises(InputError, match="the cost is nan"):
        commuting_cost(masked, [[0, np.nan, 1], [1, 0, 1], [1, 1, 0]])


@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=4, max_size=4))
def test_balances_sum_to_zero_and_all_sides_different_means_everybody_crosses(rows: list[list[int]]) -> None:
    rows[0][0] += 1
    codes = ["a", "b", "c", "d"]
    flows = FlowMatrix.from_dense(rows, codes)
    balance = commuting_balance(flows)
    assert balance["net"].sum() == 0
    assert balance["residents"].sum() == balance["jobs"].sum() == flows.total
    apart = border_crossing(flows, {code: code for code in codes})
    assert apart["crossing"].to_list() == apart["commuters"].to_list()
    together = border_crossing(flows, dict.fromkeys(codes, "one"))
    assert together["crossing"].sum() == 0


def test_rates_after_aggregation_are_rates_of_sums() -> None:
    flows = FlowMatrix.from_dense([[6, 4, 0], [1, 0, 3], [0, 0, 6]], ["a", "b", "c"])
    grouped = commuting_balance(flows.aggregate({"a": "x", "b": "x", "c": "y"}))
    assert grouped.select("area", "out", "out_rate").rows() == [("x", 3.0, 3 / 14), ("y", 0.0, 0.0)]
