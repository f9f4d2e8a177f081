"""FlowMatrix: made from pairs, summed, regrouped; and everything it refuses."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError, MissingError


def pairs(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"origin": pl.String, "destination": pl.String, "flow": pl.Float64}, orient="row")


def small() -> FlowMatrix:
    """Three areas: 01 keeps 50, sends 10 to 02 and 5 to 03; 02 keeps 20, sends a masked 1–2 to 03; 03 is empty."""
    frame = pl.DataFrame(
        {
            "origin": ["02", "01", "01", "02", "01"],
            "destination": ["02", "02", "01", "03", "03"],
            "flow": [20.0, 10.0, 50.0, None, 5.0],
            "lower": [20.0, 10.0, 50.0, 1.0, None],
            "upper": [20.0, 10.0, 50.0, 2.0, None],
            "status": ["measured", "measured", "measured", "masked", "estimated"],
        }
    )
    return FlowMatrix.from_pairs(frame, codes=["03", "02", "01"], date="2019-06-30")


def test_flow_matrix_holds_pairs_in_order_of_codes() -> None:
    flows = small()
    assert flows.codes == ("01", "02", "03")
    assert flows.values.toarray().tolist() == [[50, 10, 5], [0, 20, 1], [0, 0, 0]]
    assert flows.upper_values.toarray().tolist() == [[50, 10, 5], [0, 20, 2], [0, 0, 0]]
    assert flows.lower_values.toarray().tolist() == flows.values.toarray().tolist()
    assert flows.is_masked.tolist() == [False, False, False, False, True]
    assert flows.is_estimated.tolist() == [False, False, True, False, False]
    assert (flows.unit, flows.date, flows.total, len(flows)) == ("persons", "2019-06-30", 86.0, 3)
    assert repr(flows) == "<FlowMatrix 3 areas, 5 pairs, 1 masked, persons, 2019-06-30>"


def test_flow_matrix_gives_its_pairs_back() -> None:
    frame = small().to_pairs()
    assert frame.to_dict(as_series=False) == {
        "origin": ["01", "01", "01", "02", "02"],
        "destination": ["01", "02", "03", "02", "03"],
        "value": [50.0, 10.0, 5.0, 20.0, None],
        "lower": [50.0, 10.0, 5.0, 20.0, 1.0],
        "upper": [50.0, 10.0, 5.0, 20.0, 2.0],
        "status": ["measured", "measured", "estimated", "measured", "masked"],
    }
    again = FlowMatrix.from_pairs(frame, flow="value", codes=["01", "02", "03"])
    assert again.to_pairs().equals(frame)


def test_flow_matrix_sums_keep_masked_cells_masked() -> None:
    flows = small()
    out = flows.outflow()
    assert out["area"].to_list() == ["01", "02", "03"]
    assert out["value"].to_list() == [15.0, None, 0.0]
    assert out["lower"].to_list() == [15.0, 1.0, 0.0]
    assert out["upper"].to_list() == [15.0, 2.0, 0.0]
    assert out["status"].to_list() == ["estimated", "masked", "measured"]
    assert flows.inflow()["value"].to_list() == [0.0, 10.0, None]
    assert flows.internal()["value"].to_list() == [50.0, 20.0, 0.0]
    assert flows.residents()["upper"].to_list() == [65.0, 22.0, 0.0]
    assert flows.jobs()["lower"].to_list() == [50.0, 30.0, 6.0]


def test_flow_matrix_aggregates_bounds_status_and_diagonal() -> None:
    grouped = small().aggregate({"01": "A", "02": "B", "03": "B", "99": "C"})
    assert grouped.to_pairs().to_dict(as_series=False) == {
        "origin": ["A", "A", "B"],
        "destination": ["A", "B", "B"],
        "value": [50.0, 15.0, None],
        "lower": [50.0, 15.0, 21.0],
        "upper": [50.0, 15.0, 22.0],
        "status": ["measured", "estimated", "masked"],
    }


def test_flow_matrix_aggregate_names_areas_without_a_group() -> None:
    with pytest.raises(InputError, match="area 03 has no group"):
        small().aggregate({"01": "A", "02": "B"})


def test_flow_matrix_selects_areas() -> None:
    part = small().select(["03", "02"])
    assert part.codes == ("02", "03")
    assert part.values.toarray().tolist() == [[20, 1], [0, 0]]
    with pytest.raises(MissingError, match="no area 77"):
        small().select(["01", "77"])


def test_flow_matrix_from_dense_sorts_codes() -> None:
    flows = FlowMatrix.from_dense([[1, 2], [3, 4]], ["b", "a"])
    assert flows.codes == ("a", "b")
    assert flows.values.toarray().tolist() == [[4, 3], [2, 1]]
    assert flows.values.sum() == 10


def test_flow_matrix_from_dense_refuses_wrong_shape_and_doubled_codes() -> None:
    with pytest.raises(InputError, match="shape"):
        FlowMatrix.from_dense([[1, 2]], ["a", "b"])
    with pytest.raises(InputError, match="twice"):
        FlowMatrix.from_dense([[1, 2], [3, 4]], ["a", "a"])


def test_from_pairs_collects_every_problem_with_its_row() -> None:
    frame = pairs(
        ("a", "b", -1), ("a", "x", 3), ("b", "a", math.nan), ("a", "a", math.inf), ("b", "b", 1), ("b", "b", 2)
    )
    with pytest.raises(InputError) as caught:
        FlowMatrix.from_pairs(frame, codes=["a", "b"])
    found = {(problem.row, problem.column, problem.what) for problem in caught.value.problems}
    assert found == {
        (1, "flow", "the flow is negative"),
        (2, "destination", "code 'x' is unknown"),
        (3, "flow", "the flow is not a finite number"),
        (4, "flow", "the flow is not a finite number"),
        (6, None, "the pair b → b is already in row 5"),
    }


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"origin": [1001], "destination": [1002], "flow": [3.0]}, "leading zero"),
        ({"origin": ["a"], "destination": ["b"]}, "column flow is missing"),
        ({"origin": ["a"], "destination": ["b"], "flow": ["3"]}, "expected numbers"),
        ({"origin": ["a"], "destination": [None], "flow": [3.0]}, "row 1, column destination: the code is absent"),
        ({"origin": [""], "destination": ["a"], "flow": [3.0]}, "the code is empty"),
        ({"origin": ["a"], "destination": ["b"], "flow": [None]}, "the bounds are absent"),
        ({"origin": ["a"], "destination": ["b"], "flow": [None], "status": ["measured"]}, "the flow is absent"),
        ({"origin": ["a"], "destination": ["b"], "flow": [3.0], "lower": [4.0]}, "the flow is outside its bounds"),
        ({"origin": ["a"], "destination": ["b"], "flow": [3.0], "status": ["guess"]}, "the status is not known"),
        (
            {"origin": ["a"], "destination": ["b"], "flow": [None], "lower": [5.0], "upper": [2.0]},
            "the lower bound is above the upper one",
        ),
        (
            {
                "origin": ["a"],
                "destination": ["b"],
                "flow": [1.0],
                "lower": [0.0],
                "upper": [2.0],
                "status": ["masked"],
            },
            "a masked pair has a value",
        ),
    ],
)
def test_from_pairs_refuses(columns: dict[str, list[object]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        FlowMatrix.from_pairs(pl.DataFrame(columns))


def test_from_pairs_refuses_an_empty_table() -> None:
    with pytest.raises(InputError, match="no flows"):
        FlowMatrix.from_pairs(pairs())


matrices = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 50), min_size=n, max_size=n), min_size=n, max_size=n)
).filter(lambda rows: sum(map(sum, rows)) > 0)  # fmt: skip


@given(matrices, st.randoms(use_true_random=False))
def test_flow_matrix_does_not_depend_on_the_order_of_rows(rows: list[list[int]], random: object) -> None:
    flows = FlowMatrix.from_dense(rows, [f"{i:02}" for i in range(len(rows))])
    frame = flows.to_pairs()
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = FlowMatrix.from_pairs(frame[order], flow="value", codes=flows.codes)
    assert again.to_pairs().equals(frame)


@given(matrices, st.integers(1, 4))
def test_aggregation_keeps_the_total_and_equals_the_dense_sum(rows: list[list[int]], groups: int) -> None:
    array = np.array(rows)
    codes = [f"{i:02}" for i in range(len(rows))]
    mapping = {code: f"g{i % groups}" for i, code in enumerate(codes)}
    flows = FlowMatrix.from_dense(array, codes)
    grouped = flows.aggregate(mapping)
    assert grouped.total == flows.total == array.sum()
    member = np.array([[mapping[code] == name for code in codes] for name in grouped.codes], dtype=int)
    assert grouped.values.toarray().tolist() == (member @ array @ member.T).tolist()


@given(matrices)
def test_what_leaves_and_stays_is_what_lives_there(rows: list[list[int]]) -> None:
    flows = FlowMatrix.from_dense(rows, [f"{i:02}" for i in range(len(rows))])
    assert (flows.outflow()["value"] + flows.internal()["value"]).to_list() == flows.residents()["value"].to_list()
    assert (flows.inflow()["value"] + flows.internal()["value"]).to_list() == flows.jobs()["value"].to_list()
    assert flows.outflow()["value"].sum() == flows.inflow()["value"].sum()
