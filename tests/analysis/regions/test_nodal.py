from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions import large_flows, nodal_hierarchy
from raumwerk.errors import InputError


@pytest.fixture(scope="module")
def france(delimitation):
    pairs = pl.read_csv(delimitation / "france_urban_areas" / "nav.csv", infer_schema=False).with_columns(
        pl.col("fij").cast(pl.Float64)
    )
    return FlowMatrix.from_pairs(pairs, origin="i", destination="j", flow="fij")


def test_nodal_hierarchy_by_hand():
    # d → b → a, c independent because a receives no more than c does.
    values = [[0, 1, 3, 0], [8, 0, 2, 1], [4, 1, 0, 0], [0, 9, 1, 0]]
    found = nodal_hierarchy(FlowMatrix.from_dense(values, ["a", "b", "c", "d"]))
    assert found.rows() == [
        ("a", 12.0, "c", 3.0, 0.75, None, "a", 0, 2, "measured"),
        ("b", 11.0, "a", 8.0, 8 / 11, "a", "a", 1, 1, "measured"),
        ("c", 6.0, "a", 4.0, 0.8, "a", "a", 1, 0, "measured"),
        ("d", 1.0, "b", 9.0, 0.9, "b", "a", 2, 0, "measured"),
    ]


def test_nodal_hierarchy_share_and_ratio_cut_ties():
    values = [[0, 1, 3, 0], [8, 0, 2, 1], [4, 1, 0, 0], [0, 9, 1, 0]]
    flows = FlowMatrix.from_dense(values, ["a", "b", "c", "d"])
    assert nodal_hierarchy(flows, min_share=0.85)["depends_on"].to_list() == [None, None, None, "b"]
    assert nodal_hierarchy(flows, ratio=2.0)["depends_on"].to_list() == [None, None, None, "b"]


@pytest.mark.real_data
def test_nodal_hierarchy_france_equals_the_answer_of_the_r_package_flows(france, delimitation):
    answer = pl.read_csv(delimitation / "france_urban_areas" / "nodal_flows_result_R_flows.csv", infer_schema=False)
    found = nodal_hierarchy(france).drop_nulls("depends_on")
    ours = found.select(i="area", j="depends_on", fij="largest_flow").sort("i")
    assert ours.equals(answer.with_columns(pl.col("fij").cast(pl.Float64)).sort("i"))


@pytest.mark.real_data
def test_large_flows_france_from_20_percent_on_carry_the_published_share(france):
    kept, volume = large_flows(france, min_share=0.2)
    assert round(100 * volume, 1) == 53.3
    assert len(kept) == 240
    assert kept["flow"].sum() == 167_088


@given(st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_nodal_hierarchy_chains_end_at_independent_centres(n, seed):
    values = np.random.default_rng(seed).integers(0, 5, (n, n)) + np.eye(n)
    found = nodal_hierarchy(FlowMatrix.from_dense(values, [f"{i:02d}" for i in range(n)]))
    upward = dict(found.select("area", "depends_on").rows())
    for area, centre, rank in found.select("area", "centre", "rank").rows():
        chain = [area]
        while upward[chain[-1]] is not None:
            chain.append(upward[chain[-1]])
        assert (chain[-1], len(chain) - 1) == (centre, rank)


def test_nodal_bad_input_is_refused():
    flows = FlowMatrix.from_dense([[1, 0], [0, 1]], ["a", "b"])
    with pytest.raises(InputError, match=r"min_share is 1\.2"):
        nodal_hierarchy(flows, min_share=1.2)
    with pytest.raises(InputError, match=r"ratio is 0\.5"):
        nodal_hierarchy(flows, ratio=0.5)
    with pytest.raises(InputError, match="nobody leaves an area"):
        large_flows(flows, min_share=0.1)
