from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions import contiguous_regions, name_regions
from raumwerk.errors import InputError

ROW = [("a", "b"), ("b", "c"), ("c", "d")]


def test_contiguous_regions_piece_moves_to_the_neighbour_it_is_tied_to_most():
    # c belongs to a's region but lies between b and d; it exchanges 8 + 9 with b and 2 with d.
    values = [[90, 0, 5, 0], [2, 80, 9, 0], [9, 8, 20, 2], [0, 0, 0, 50]]
    flows = FlowMatrix.from_dense(values, ["a", "b", "c", "d"])
    found = contiguous_regions({"a": "A", "b": "B", "c": "A", "d": "D"}, ROW, flows)
    assert found.areas.rows() == [("a", "A", "A", False), ("b", "B", "B", False), ("c", "B", "A", True),
                                  ("d", "D", "D", False)]  # fmt: skip
    assert len(found.exclaves) == 0


def test_contiguous_regions_piece_without_ties_stays_and_is_listed():
    flows = FlowMatrix.from_dense([[90, 0, 5], [0, 80, 0], [9, 0, 20]], ["a", "b", "c"])
    found = contiguous_regions({"a": "A", "b": "B", "c": "A"}, ROW[:2], flows)
    assert not found.areas["moved"].any()
    assert found.exclaves.rows() == [("c", "A")]


def test_contiguous_regions_in_one_piece_stay():
    flows = FlowMatrix.from_dense(np.ones((4, 4)), list("abcd"))
    found = contiguous_regions({"a": "A", "b": "A", "c": "C", "d": "C"}, ROW, flows)
    assert not found.areas["moved"].any()


@given(st.integers(3, 12), st.integers(0, 2**32 - 1))
def test_contiguous_regions_on_full_flows_leave_no_exclave(n, seed):
    rng = np.random.default_rng(seed)
    codes = [f"{i:02d}" for i in range(n)]
    flows = FlowMatrix.from_dense(rng.integers(1, 9, (n, n)), codes)
    partition = {code: str(rng.integers(0, 3)) for code in codes}
    found = contiguous_regions(partition, itertools.pairwise(codes), flows)
    assert len(found.exclaves) == 0
    order = [found.partition[code] for code in codes]
    changes = sum(one != other for one, other in itertools.pairwise(order))
    assert changes == len(set(order)) - 1  # on a line every region is one run
    assert set(order) == set(partition.values())  # the main piece of each region stays


def test_contiguous_regions_bad_input_is_refused():
    flows = FlowMatrix.from_dense([[1, 1], [1, 1]], ["a", "b"])
    with pytest.raises(InputError, match=r"row b: area has no region"):
        contiguous_regions({"a": "A"}, [("a", "b")], flows)
    with pytest.raises(InputError, match="no pair of neighbours"):
        contiguous_regions({"a": "A", "b": "B"}, [("x", "y")], flows)


def test_name_regions_by_jobs_with_second_and_doubled_names():
    partition = {"1": "R", "2": "R", "3": "S", "4": "T"}
    names = {"1": "Aachen", "2": "Brand", "3": "Celle", "4": "Celle"}
    found = name_regions(partition, names, {"1": 100, "2": 49, "3": 10, "4": 7})
    assert found.rows() == [
        ("R", "Aachen", "1", None, 149.0),
        ("S", "Celle (3)", "3", None, 10.0),
        ("T", "Celle (4)", "4", None, 7.0),
    ]
    both = name_regions(partition, names, {"1": 100, "2": 50, "3": 10, "4": 7})
    assert both.row(0) == ("R", "Aachen – Brand", "1", "2", 150.0)


def test_name_regions_bad_input_is_refused():
    with pytest.raises(InputError, match=r"row 1: area has no name"):
        name_regions({"1": "R"}, {}, {"1": 3})
    with pytest.raises(InputError, match=r"row 1: number of jobs is -3"):
        name_regions({"1": "R"}, {"1": "x"}, {"1": -3})
    with pytest.raises(InputError, match="second_share is 0"):
        name_regions({"1": "R"}, {"1": "x"}, {"1": 3}, second_share=0)
