"""Class breaks of a choropleth: where one colour ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFAULT_CLASSES", "MAX_CLASSES", "METHODS", "MIN_CLASSES", "class_breaks"]

METHODS = ("quantile", "equal", "natural")
MIN_CLASSES, DEFAULT_CLASSES, MAX_CLASSES = 2, 5, 9
_MAX_GROUPS = 600  # natural breaks cost groups², so very many values are first gathered into this many groups


def class_breaks(values: Iterable[float | None], *, classes: int = DEFAULT_CLASSES) -> dict[str, list[float]]:
    """Edges of ``classes`` classes by each method.

    Parameters
    ----------
    values : iterable of float or None
        Values of the areas; None (masked, unknown) does not count.
    classes : int
        Wanted number of classes, 2 to 9; fewer come out when there are fewer different values.

    Returns
    -------
    dict
        ``{"quantile": [...], "equal": [...], "natural": [...]}``; each list holds the smallest value, the inner breaks
        and the largest value, strictly rising, in the unit of the values. A class holds what is above its lower and
        not above its upper edge (the first one its lower edge too). Empty lists when there is no value.

    Notes
    -----
    Natural breaks minimise the sum of squared deviations within classes: W. D. Fisher, "On Grouping for Maximum
    Homogeneity", Journal of the American Statistical Association 53 (1958), 789-798.
    """
    present = np.sort(np.array([value for value in values if value is not None], dtype=float))
    if present.size == 0:
        return {method: [] for method in METHODS}
    distinct = np.unique(present)
    wanted = min(classes, distinct.size)
    edges = {
        "quantile": np.quantile(present, np.linspace(0, 1, wanted + 1), method="inverted_cdf"),
        "equal": np.linspace(present[0], present[-1], wanted + 1),
        "natural": _natural(present, wanted),
    }
    return {method: _rising(edges[method]) for method in METHODS}


def _rising(edges: NDArray[np.float64]) -> list[float]:
    kept = np.unique(edges)
    return [float(edge) for edge in kept] if kept.size > 1 else [float(kept[0]), float(kept[0])]


def _natural(present: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    """Fisher's exact partition by dynamic programming over the sorted groups of equal values."""
    groups, counts = np.unique(present, return_counts=True)
    if groups.size > _MAX_GROUPS:
        groups, counts = _gather(present)
    weight = np.concatenate([[0.0], np.cumsum(counts)])
    # Deviations from the mean keep the squares small, so that their differences stay exact enough.
    centred = groups - np.average(groups, weights=counts)
    first = np.concatenate([[0.0], np.cumsum(counts * centred)])
    second = np.concatenate([[0.0], np.cumsum(counts * centred**2)])
    size = groups.size
    cost = np.concatenate([[0.0], second[1:] - first[1:] ** 2 / weight[1:]])  # one class over the first j groups
    starts = np.zeros((classes + 1, size + 1), dtype=int)
    for level in range(2, classes + 1):
        fresh = np.full(size + 1, np.inf)
        for end in range(level, size + 1):
            start = np.arange(level - 1, end)
            inside = second[end] - second[start] - (first[end] - first[start]) ** 2 / (weight[end] - weight[start])
            total = cost[start] + inside
            best = int(np.argmin(total))
            fresh[end], starts[level, end] = total[best], start[best]
        cost = fresh
    edges, end = [groups[-1]], size
    for level in range(classes, 1, -1):
        end = int(starts[level, end])
        edges.append(groups[end - 1])
    return np.array([*edges, groups[0]])[::-1]


def _gather(present: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Equally filled groups of neighbouring values, named by their largest value, so that breaks stay real values."""
    parts = np.array_split(present, _MAX_GROUPS)
    return np.unique([part[-1] for part in parts for _ in part], return_counts=True)
