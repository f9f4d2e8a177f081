from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.plan import (
    check_designations,
    designated,
    hierarchy_agreement,
    hub_agreement,
    measured_levels,
)
from raumwerk.errors import InputError

LAYER = pl.DataFrame(
    [("x", "MZ", "Plan A", "2.2 03", "2010-01-01"), ("y", "MZ", "Plan A", "2.2 03", "2020-01-01"),
     ("y", "axis", "Plan A", "3.1", "2020-01-01"), ("z", "MZ", "Plan B", "Z 12", "2009-04-01")],
    schema=["area", "category", "plan", "paragraph", "date"], orient="row",
)  # fmt: skip


def test_designated_takes_the_version_valid_on_the_day_of_each_plan():
    assert designated(LAYER, "MZ", on="2015-06-30")["area"].to_list() == ["x", "z"]
    assert designated(LAYER, "MZ", on="2020-01-01")["area"].to_list() == ["y", "z"]
    assert designated(LAYER, "OZ", on="2020-01-01").is_empty()
    with pytest.raises(InputError, match="no version of a plan is valid on 2000-01-01"):
        designated(LAYER, "MZ", on="2000-01-01")


def test_check_designations_names_every_wrong_cell():
    wrong = LAYER.with_columns(
        paragraph=pl.Series(["", "2.2", "3.1", "Z"]), date=pl.Series(["1.1.2010", "2020-01-01", "2020-01-01", None])
    )
    with pytest.raises(InputError) as caught:
        check_designations(pl.concat([wrong, wrong[1:2]]))
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [
        (1, "paragraph"), (4, "date"), (1, "date"), (5, None)
    ]  # fmt: skip
    with pytest.raises(InputError, match="column plan: the column is missing"):
        check_designations(LAYER.drop("plan"))


def test_hierarchy_agreement_by_hand():
    planned = {"a": "OZ", "b": "MZ", "c": "GZ", "d": "none"}
    measured = {"a": "OZ", "b": "GZ", "c": "MZ", "d": "none"}
    found = hierarchy_agreement(planned, measured, weights={"a": 10, "b": 20, "c": 30, "d": 40})
    assert found.matrix.rows() == [("none", "none", 1, 40.0), ("GZ", "MZ", 1, 30.0), ("MZ", "GZ", 1, 20.0),
                                   ("OZ", "OZ", 1, 10.0)]  # fmt: skip
    assert found.differing.rows() == [("b", "MZ", "GZ", -1), ("c", "GZ", "MZ", 1)]
    assert found.agreement == 0.5
    assert found.kappa == pytest.approx(1 - 2 / 4 / (40 / 16))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30))
def test_hierarchy_agreement_kappa_equals_scikit_learn(pairs):
    levels = ("none", "GZ", "MZ", "OZ")
    planned, measured = ({f"a{i}": levels[pair[side]] for i, pair in enumerate(pairs)} for side in (0, 1))
    found = hierarchy_agreement(planned, measured)
    if len({level for pair in pairs for level in pair}) > 1:
        expected = cohen_kappa_score(*zip(*pairs, strict=True), weights="quadratic", labels=[0, 1, 2, 3])
        assert found.kappa == pytest.approx(expected)
    else:
        assert found.kappa == 1
    assert found.matrix["areas"].sum() == len(pairs)


def test_measured_levels_keep_the_numbers_of_the_plan_and_the_order_of_inflow():
    values = [[0, 1, 3, 0], [8, 0, 2, 1], [4, 1, 0, 0], [0, 9, 1, 0]]  # a draws 12, b 11, c 6, d 1
    flows = FlowMatrix.from_dense(values, ["a", "b", "c", "d"])
    planned = {"a": "GZ", "b": "OZ", "c": "none", "d": "none", "elsewhere": "OZ"}
    found = measured_levels(flows, planned)
    assert found == {"a": "OZ", "b": "GZ", "c": "none", "d": "none"}
    agreed = hierarchy_agreement({code: planned[code] for code in flows.codes}, found)
    assert agreed.differing.rows() == [("a", "GZ", "OZ", 2), ("b", "OZ", "GZ", -2)]
    with pytest.raises(InputError, match="row d: the planned level is 'XZ'"):
        measured_levels(flows, {**planned, "d": "XZ"})


def test_hub_agreement_by_hand_and_bad_input():
    frame, share = hub_agreement({"a": 40, "b": 60}, ["b", "c"])
    assert frame.rows() == [("b", 60.0, True), ("a", 40.0, False)]
    assert share == 0.6
    with pytest.raises(InputError, match="no hub achieves anything"):
        hub_agreement({}, ["a"])
    with pytest.raises(InputError, match="row a: the value is -1"):
        hub_agreement({"a": -1, "b": 3}, ["a"])
    with pytest.raises(InputError, match="row b: the measured level is None"):
        hierarchy_agreement({"a": "OZ", "b": "MZ"}, {"a": "OZ"})
