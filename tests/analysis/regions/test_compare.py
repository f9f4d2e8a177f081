from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from raumwerk.analysis.regions import border_disagreement, compare_partitions
from raumwerk.errors import InputError


def _mapping(labels):
    return {f"a{i:03d}": str(label) for i, label in enumerate(labels)}


def test_compare_partitions_by_hand():
    # {a,b}{c,d} against {a,b}{c}{d}: 1 common pair, 2 and 1 pairs in all, by chance 2·1/6.
    compared = compare_partitions(_mapping([1, 1, 2, 2]), _mapping([1, 1, 2, 3]), weights=_weights([10, 20, 30, 5]))
    assert compared.adjusted_rand == pytest.approx((1 - 1 / 3) / (1.5 - 1 / 3))
    assert compared.variation_of_information == pytest.approx(math.log(2) / 2)
    assert compared.normalised_mutual_information == pytest.approx(2 * math.log(2) / (2.5 * math.log(2)))
    assert compared.same_region_share == pytest.approx(60 / 65)
    assert compared.matches.rows() == [("1", "1", 30.0), ("2", "2", 30.0)]
    assert (compared.areas, compared.first_regions, compared.second_regions) == (4, 2, 3)


def _weights(values):
    return {f"a{i:03d}": value for i, value in enumerate(values)}


def test_compare_partitions_published_example():
    # Hubert and Arabie 1985, table 2: contingency (1 1 0 / 1 2 1 / 0 0 4), adjusted Rand index .313.
    table = [[1, 1, 0], [1, 2, 1], [0, 0, 4]]
    first = [i for i, row in enumerate(table) for count in row for _ in range(count)]
    second = [j for row in table for j, count in enumerate(row) for _ in range(count)]
    assert round(compare_partitions(_mapping(first), _mapping(second)).adjusted_rand, 3) == 0.313


_PAIR = st.integers(2, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 5), min_size=n, max_size=n) for _ in range(2)])
)


@settings(deadline=None)
@given(_PAIR)
def test_compare_partitions_equals_scikit_learn_and_is_symmetric(labels):
    first, second = labels
    one, other = compare_partitions(_mapping(first), _mapping(second)), compare_partitions(
        _mapping(second), _mapping(first)
    )  # fmt: skip
    assert one.adjusted_rand == pytest.approx(metrics.adjusted_rand_score(first, second))
    if max(len(set(first)), len(set(second))) > 1:
        nmi = metrics.normalized_mutual_info_score(first, second)
        assert one.normalised_mutual_information == pytest.approx(nmi, abs=1e-9)
    assert one.variation_of_information == pytest.approx(other.variation_of_information, abs=1e-12)
    assert one.same_region_share == pytest.approx(other.same_region_share)
    assert 0 < one.same_region_share <= 1


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_compare_partitions_with_itself_is_perfect(labels):
    renamed = [f"region {9 - label}" for label in labels]
    compared = compare_partitions(_mapping(labels), _mapping(renamed))
    assert compared.adjusted_rand == 1
    assert compared.normalised_mutual_information == pytest.approx(1)
    assert compared.variation_of_information == pytest.approx(0, abs=1e-12)
    assert compared.same_region_share == 1


def test_compare_partitions_other_areas_are_named():
    with pytest.raises(InputError) as caught:
        compare_partitions({"a": "1", "b": "1"}, {"a": "1", "c": "1"})
    assert [problem.row for problem in caught.value.problems] == ["b", "c"]


@pytest.mark.parametrize("weight", [-1, float("nan"), None])
def test_compare_partitions_bad_weight_is_named(weight):
    with pytest.raises(InputError, match=r"row b: weight of the area is"):
        compare_partitions({"a": "1", "b": "1"}, {"a": "1", "b": "1"}, weights={"a": 1, "b": weight})


def test_border_disagreement_by_hand():
    partition = {"a": "A", "b": "A", "c": "C", "d": "C"}
    borders = {"a": "06", "b": "16", "c": "16", "d": "16", "e": "99"}
    found = border_disagreement(partition, borders, weights={"a": 30, "b": 10, "c": 40, "d": 20})
    assert found.areas.drop("disagreement").rows() == [
        ("a", "A", "06", 30.0, 40.0, 30.0),
        ("b", "A", "16", 10.0, 40.0, 70.0),
        ("c", "C", "16", 60.0, 60.0, 70.0),
        ("d", "C", "16", 60.0, 60.0, 70.0),
    ]
    assert found.areas["disagreement"].to_list() == pytest.approx([1 / 4, 9 / 10, 1 / 7, 1 / 7])
    assert found.regions.rows() == [("A", 40.0, 2, "06", 0.75, True), ("C", 60.0, 1, "16", 1.0, False)]
    assert found.total == pytest.approx((30 / 4 + 9 + 60 / 7) / 100)
    assert found.outside_largest_unit == pytest.approx(0.1)


def test_border_disagreement_none_when_regions_are_the_units():
    borders = {"a": "06", "b": "06", "c": "16"}
    found = border_disagreement({"a": "x", "b": "x", "c": "y"}, borders)
    assert found.total == 0
    assert found.areas["disagreement"].to_list() == [0, 0, 0]


def test_border_disagreement_area_without_unit_is_named():
    with pytest.raises(InputError, match=r"row b: area is only in the first partition"):
        border_disagreement({"a": "x", "b": "x"}, {"a": "06"})
