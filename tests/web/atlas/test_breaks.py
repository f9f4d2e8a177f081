"""Class breaks: hand-sized cases, an exhaustive check of the natural breaks, and properties."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.web.atlas.queries.breaks import class_breaks


def test_breaks_by_hand():
    values = [1, 2, 3, 10, 11, 12, 100, None]
    assert class_breaks(values, classes=3) == {
        "quantile": [1.0, 3.0, 11.0, 100.0],
        "equal": [1.0, 34.0, 67.0, 100.0],
        "natural": [1.0, 3.0, 12.0, 100.0],
    }


def test_breaks_without_values():
    assert class_breaks([None, None]) == {"quantile": [], "equal": [], "natural": []}


def test_breaks_of_one_value():
    assert class_breaks([4.0, 4.0]) == {"quantile": [4.0, 4.0], "equal": [4.0, 4.0], "natural": [4.0, 4.0]}


def deviation(values, edges):
    """Sum of squared deviations within the classes that the edges make."""
    placed = np.searchsorted(np.array(edges[1:-1]), values, side="left")
    return sum(((values[placed == group] - values[placed == group].mean()) ** 2).sum() for group in np.unique(placed))


@pytest.mark.parametrize("seed", range(5))
def test_natural_breaks_are_the_best_of_all_partitions(seed):
    values = np.unique(np.random.default_rng(seed).lognormal(3, 1, 14).round(2))
    found = deviation(values, class_breaks(values, classes=4)["natural"])
    best = min(
        deviation(values, [values[0], *inner, values[-1]]) for inner in combinations(values[:-1], 3)
    )  # fmt: skip
    assert found == pytest.approx(best)


def test_natural_breaks_of_many_values_stay_near_the_clusters():
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(centre, 1, 4000) for centre in (0, 50, 200)])
    edges = class_breaks(values, classes=3)["natural"]
    assert 2 < edges[1] < 10
    assert 52 < edges[2] < 60


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(2, 9))
def test_breaks_rise_and_hold_every_value(values, classes):
    for edges in class_breaks(values, classes=classes).values():
        assert edges[0] == min(values)
        assert edges[-1] == max(values)
        assert len(edges) <= classes + 1
        assert all(low < high for low, high in zip(edges, edges[1:], strict=False)) or len(set(values)) == 1
