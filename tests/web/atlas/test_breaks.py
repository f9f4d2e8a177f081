"""Class breaks: hand-sized cases, an exhaustive check of the natural breaks, and properties."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.web.atlas.queries.breaks import class_breaks


def test_breaks_by_hand():
    values = [1, 2, 3, 10, 11, 12, 100, None]
    assert class_breaks(values, classes=3) == {
        "quantile": [10.0, 12.0],
        "equal": [34.0, 67.0],
        "natural": [10.0, 100.0],
    }


@pytest.mark.parametrize("values", [[], [None, None], [4.0], [4.0, 4.0]])
def test_no_breaks_without_different_values(values):
    assert class_breaks(values) == {"quantile": [], "equal": [], "natural": []}


def test_breaks_skip_borders_that_would_leave_a_class_empty():
    assert class_breaks([0, 0, 0, 0, 0, 1, 2], classes=3)["quantile"] == [1.0]


def test_quantiles_tell_the_few_from_the_many_that_are_alike():
    values = [0] * 90 + [1, 2, 3, 4, 5, 6]
    assert class_breaks(values, classes=4)["quantile"] == [1.0, 3.0, 5.0]
    assert class_breaks(values, classes=2)["quantile"] == [1.0]


def test_a_class_never_holds_both_sides_of_the_middle():
    values = [-9, -8, -3, -1, 2, 5, 6, 7]
    plain, parted = class_breaks(values, classes=4), class_breaks(values, classes=4, middle=0)
    assert plain["quantile"] == [-3.0, 2.0, 6.0]
    assert parted["quantile"] == [-3.0, 0.0, 6.0]
    assert all(0.0 in borders for borders in parted.values())
    assert class_breaks(values, classes=4, middle=50) == plain


def deviation(values, borders):
    """Sum of squared deviations within the classes that the borders make."""
    placed = np.searchsorted(np.array(borders), values, side="right")
    return sum(((values[placed == group] - values[placed == group].mean()) ** 2).sum() for group in np.unique(placed))


@pytest.mark.parametrize("seed", range(5))
def test_natural_breaks_are_the_best_of_all_partitions(seed):
    values = np.unique(np.random.default_rng(seed).lognormal(3, 1, 14).round(2))
    found = deviation(values, class_breaks(values, classes=4)["natural"])
    assert found == pytest.approx(min(deviation(values, inner) for inner in combinations(values[1:], 3)))


def test_natural_breaks_of_many_values_part_the_clusters():
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(centre, 1, 4000) for centre in (0, 50, 200)])
    low, high = class_breaks(values, classes=3)["natural"]
    assert 10 < low < 50
    assert 60 < high < 200


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(2, 9))
def test_breaks_rise_between_smallest_and_largest_value(values, classes):
    for borders in class_breaks(values, classes=classes).values():
        assert len(borders) < classes
        assert all(low < high for low, high in pairwise(borders))
        assert all(min(values) < border <= max(values) for border in borders)
