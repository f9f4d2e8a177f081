from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions import leiden_regions, modularity, threshold_ladder
from raumwerk.errors import InputError

CODES = ["a", "b", "c", "d"]
BLOCKS = FlowMatrix.from_dense([[6, 4, 1, 0], [5, 6, 0, 1], [0, 1, 6, 4], [1, 0, 5, 6]], CODES)


def _karate() -> FlowMatrix:
    graph = nx.karate_club_graph()
    codes = [f"{node:02d}" for node in graph]
    return FlowMatrix.from_dense(nx.to_numpy_array(graph, weight=None), codes)


def test_modularity_by_hand():
    split = {"a": "x", "b": "x", "c": "y", "d": "y"}
    # 46 people, 42 stay; lives 23/46, 23/46; works 23/46, 23/46.
    assert modularity(BLOCKS, split) == pytest.approx(42 / 46 - 0.5)
    assert modularity(BLOCKS, dict.fromkeys(CODES, "all")) == pytest.approx(0)
    # Without those who stay in their area: 22 people, 18 stay in the region.
    assert modularity(BLOCKS, split, diagonal=False) == pytest.approx(18 / 22 - 0.5)


def test_leiden_regions_karate_club_reaches_the_published_maximum():
    # Zachary 1977; the greatest modularity is .4198 with four groups (Brandes et al. 2008).
    found = leiden_regions(_karate())
    assert round(found.modularity, 4) == 0.4198
    assert found.areas["region"].n_unique() == 4


def test_leiden_regions_same_seed_same_answer():
    flows = _karate()
    assert leiden_regions(flows, seed=7).areas.equals(leiden_regions(flows, seed=7).areas)


def test_leiden_regions_higher_resolution_gives_more_regions():
    flows = _karate()
    counts = [leiden_regions(flows, resolution=step).areas["region"].n_unique() for step in (0.2, 1.0, 3.0)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@pytest.mark.real_data
def test_leiden_regions_belgium_beats_its_arrondissements(belgium):
    found = leiden_regions(belgium)
    districts = {code: code[:2] for code in belgium.codes}
    assert found.modularity > modularity(belgium, districts)
    assert 5 <= found.areas["region"].n_unique() <= 60


def test_threshold_ladder_by_hand():
    # b sends 60 of 80 to a; c sends 10 of 100 to a. One rung each, then everything is one region.
    flows = FlowMatrix.from_dense([[60, 5, 0], [60, 20, 0], [10, 0, 90]], ["a", "b", "c"])
    ladder = threshold_ladder(flows, thresholds=[0.8, 0.5, 0.1])
    assert ladder.rungs["regions"].to_list() == [3, 2, 1]
    m = 245
    expected = [170 / m - (65 * 130 + 80 * 25 + 100 * 90) / m**2, 235 / m - (145 * 155 + 100 * 90) / m**2, 0.0]
    assert ladder.rungs["modularity"].to_list() == pytest.approx(expected)
    assert (ladder.threshold, ladder.best.partition) == (0.5, {"a": "a", "b": "a", "c": "c"})
    assert ladder.best.modularity == pytest.approx(expected[1])


@settings(deadline=None)
@given(st.integers(3, 12), st.integers(0, 2**32 - 1))
def test_threshold_ladder_only_joins_downwards(n, seed):
    values = np.random.default_rng(seed).integers(0, 30, (n, n)) + np.diag(np.full(n, 40))
    ladder = threshold_ladder(FlowMatrix.from_dense(values, [f"{i:02d}" for i in range(n)]))
    regions = ladder.rungs["regions"].to_list()
    assert regions == sorted(regions, reverse=True)
    assert ladder.best.modularity == pytest.approx(ladder.rungs["modularity"].max())


@settings(deadline=None)
@given(st.integers(2, 10), st.integers(0, 2**32 - 1))
def test_modularity_equals_networkx_on_directed_weighted_graphs(n, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 9, (n, n)) + np.eye(n, dtype=int)
    codes = [f"{i:02d}" for i in range(n)]
    group = {code: str(rng.integers(0, 3)) for code in codes}
    graph = nx.from_numpy_array(values, create_using=nx.DiGraph)
    sets = [{i for i, code in enumerate(codes) if group[code] == name} for name in set(group.values())]
    assert modularity(FlowMatrix.from_dense(values, codes), group) == pytest.approx(
        nx.community.modularity(graph, sets, weight="weight")
    )


def test_communities_bad_input_is_refused():
    with pytest.raises(InputError, match=r"row d: area has no region"):
        modularity(BLOCKS, {"a": "x", "b": "x", "c": "x"})
    with pytest.raises(InputError, match="resolution is 0"):
        leiden_regions(BLOCKS, resolution=0)
    with pytest.raises(InputError, match="thresholds are"):
        threshold_ladder(BLOCKS, thresholds=[0.5, 1.5])
    nobody = FlowMatrix.from_pairs(
        pl.DataFrame({"origin": ["a"], "destination": ["b"], "flow": [0.0]}), codes=["a", "b"]
    )
    with pytest.raises(InputError, match="there are no flows"):
        leiden_regions(nobody)
