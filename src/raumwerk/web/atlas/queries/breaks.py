"""Class breaks of a choropleth: where one colour ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFAULT_CLASSES", "MAX_CLASSES", "METHODS", "MIN_CLASSES", "OWN", "class_breaks", "own_breaks"]

METHODS = ("quantile", "equal", "natural")
OWN = "own"  # breaks that the reader chose
MIN_CLASSES, DEFAULT_CLASSES, MAX_CLASSES = 2, 5, 9
_MAX_GROUPS = 600  # natural breaks cost groups², so very many values are first gathered into this many groups


def class_breaks(
    values: Iterable[float | None], *, classes: int = DEFAULT_CLASSES, middle: float | None = None
) -> dict[str, list[float]]:
    """Borders between ``classes`` classes by each method.

    Parameters
    ----------
    values : iterable of float or None
        Values of the areas; None (masked, unknown) does not count.
    classes : int
        Wanted number of classes, 2 to 9; fewer come out when there are fewer different values.
    middle : float, optional
        Where the meaning turns (growth and decline part at zero): the border nearest to it is moved there, so that no
        class holds both. Without effect where all values lie on one side.

    Returns
    -------
    dict
        ``{"quantile": [...], "equal": [...], "natural": [...]}``; each list holds the inner borders, strictly rising,
        in the unit of the values: one less than there are classes. A value on a border belongs to the class above it.

    Notes
    -----
    Natural breaks minimise the sum of squared deviations within classes: W. D. Fisher, "On Grouping for Maximum
    Homogeneity", Journal of the American Statistical Association 53 (1958), 789-798.
    """
    present = np.sort(np.array([value for value in values if value is not None], dtype=float))
    wanted = min(classes, np.unique(present).size)
    if wanted < 2:
        return {method: [] for method in METHODS}
    borders = {
        "quantile": _quantiles(present, wanted),
        "equal": np.linspace(present[0], present[-1], wanted + 1)[1:-1],
        "natural": _natural(present, wanted),
    }
    if middle is not None and present[0] < middle <= present[-1]:
        borders = {method: _through(found, middle) for method, found in borders.items()}
    return {method: _rising(borders[method], present[0]) for method in METHODS}


def own_breaks(text: str) -> list[float]:
    """Breaks as a reader writes them: numbers parted by semicolons or spaces, decimal comma or point, in any order.

    Raises
    ------
    ValueError
        When a part is no finite number, or there are none or more than make nine classes.
    """
    parts = [part for part in text.replace(";", " ").split() if part]
    found = sorted({float(part.replace("\N{MINUS SIGN}", "-").replace(",", ".")) for part in parts})
    if not found or len(found) >= MAX_CLASSES or not np.isfinite(found).all():
        raise ValueError(text)
    return found


def _quantiles(present: NDArray[np.float64], wanted: int) -> NDArray[np.float64]:
    """Borders of equally filled classes; where most values are the smallest one, that is a class of its own."""
    borders = present[_starts(present.size, wanted)]
    if borders[-1] > present[0]:
        return borders
    rest = present[present > present[0]]
    return np.concatenate([rest[:1], rest[_starts(rest.size, wanted - 1)]])


def _starts(size: int, classes: int) -> NDArray[np.int64]:
    return np.ceil(size * np.arange(1, classes) / classes).astype(np.int64)


def _through(borders: NDArray[np.float64], middle: float) -> NDArray[np.float64]:
    """Borders with the nearest one moved to the middle."""
    moved = borders.copy()
    moved[np.argmin(np.abs(moved - middle))] = middle
    return moved


def _rising(borders: NDArray[np.float64], smallest: float) -> list[float]:
    """Each border once, and none that would leave the lowest class empty."""
    return [float(border) for border in np.unique(borders) if border > smallest]


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
    borders, end = [], size
    for level in range(classes, 1, -1):
        end = int(starts[level, end])
        borders.append(groups[end])
    return np.array(borders)


def _gather(present: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Equally filled groups of neighbouring values, named by their smallest value, so that borders stay real values."""
    parts = np.array_split(present, _MAX_GROUPS)
    return np.unique([part[0] for part in parts for _ in part], return_counts=True)
