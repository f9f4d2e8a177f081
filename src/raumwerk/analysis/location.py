"""Where to put a given number of places: p-median, greatest coverage, fewest places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack

from raumwerk.analysis._check import numbers_of, time_limit_of, whole_number
from raumwerk.analysis._milp import Program, solve
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, Problem

__all__ = ["Placement", "fewest_places", "greatest_coverage", "p_median"]

Floats = NDArray[np.float64]
_SECONDS, _GAP = 60.0, 1e-6


@dataclass(frozen=True, slots=True)
class Placement:
    """Chosen places.

    Parameters
    ----------
    places : tuple of str
        Sorted codes.
    areas : polars.DataFrame
        ``area, weight, place, minutes``: the nearest chosen place (null where there is no way).
    value : float
        Objective: weight × minutes, weight covered, or number of places.
    gap : float
        How far from the best it can be at most, relative; 0 when proven best.
    travel_source : str
        Where the minutes come from.
    travel_estimated : bool
        Whether they are a declared estimate.
    """

    places: tuple[str, ...]
    areas: pl.DataFrame
    value: float
    gap: float
    travel_source: str
    travel_estimated: bool


def p_median(
    travel: TravelMatrix, weights: Mapping[str, float], *, places: int, time_limit: float = _SECONDS
) -> Placement:
    r"""Choose p places so that the weighted time to the nearest is least.

    Parameters
    ----------
    travel : TravelMatrix
        From n areas to m candidates; all finite.
    weights : mapping
        Weight of each area (people), at least 0.
    places : int
        1 to m.
    time_limit : float
        Seconds.

    Returns
    -------
    Placement
        ``value`` is :math:`\sum_i w_i c_{i,near(i)}`.

    Raises
    ------
    InputError
        When a weight is bad, ``places`` is out of range, a pair has no way, or no solution is found in time.

    References
    ----------
    S. L. Hakimi (1964): Operations Research 12, 450–459. C. ReVelle, R. Swain (1970): Geographical Analysis 2, 30–42.

    Examples
    --------
    >>> travel = TravelMatrix(["a", "b", "c"], ["x", "y"], [[1, 9], [2, 8], [9, 1]])
    >>> found = p_median(travel, {"a": 1, "b": 1, "c": 5}, places=1)
    >>> found.places, found.value
    (('y',), 22.0)
    """
    time_limit_of(time_limit)
    weight = numbers_of(weights, travel.origins, what="the weight")
    _check_places(places, travel)
    if not np.isfinite(travel.minutes).all():
        raise InputError(Problem("a pair has no way", expected="times for all pairs",
                                 advice="Leave out areas or candidates that cannot be reached."))  # fmt: skip
    n, m = travel.minutes.shape
    cost = weight[:, None] * travel.minutes
    near = np.arange(n * m)
    assign = coo_array((np.ones(n * m), (near // m, near)), shape=(n, n * m + m))
    open_ = coo_array(
        (np.r_[np.ones(n * m), -np.ones(n * m)], (np.r_[near, near], np.r_[near, n * m + near % m])),
        shape=(n * m, n * m + m),
    )
    count = coo_array((np.ones(m), (np.zeros(m, int), n * m + np.arange(m))), shape=(1, n * m + m))
    program = Program(
        np.r_[-cost.ravel(), np.zeros(m)], _stack(assign, open_, count),
        np.r_[np.ones(n), np.full(n * m, -np.inf), places], np.r_[np.ones(n), np.zeros(n * m), places],
        np.r_[np.zeros(n * m, bool), np.ones(m, bool)],
    )  # fmt: skip
    found = solve(program, time_limit=time_limit, tolerance=_GAP)
    chosen = np.flatnonzero(found.x[n * m :] > 0.5)
    value = float((weight * travel.minutes[:, chosen].min(axis=1)).sum())
    return _placement(travel, weight, chosen, value=value, gap=found.gap)


def greatest_coverage(
    travel: TravelMatrix, weights: Mapping[str, float], *, places: int, target: float, time_limit: float = _SECONDS
) -> Placement:
    """Choose p places so that most people have one within the target (maximal covering location problem).

    Parameters
    ----------
    travel, weights, places, time_limit
        As for :func:`p_median`; pairs without a way are allowed.
    target : float
        Minutes of at least 0 (the same unit as the matrix).

    Returns
    -------
    Placement
        ``value`` is the weight covered.

    Raises
    ------
    InputError
        As for :func:`p_median`, or when the target is negative.

    References
    ----------
    R. Church, C. ReVelle (1974): The maximal covering location problem. Papers in Regional Science 32, 101–118.

    Examples
    --------
    >>> travel = TravelMatrix(["a", "b", "c"], ["x", "y"], [[1, 9], [2, 8], [9, 1]])
    >>> greatest_coverage(travel, {"a": 1, "b": 1, "c": 1}, places=1, target=5).value
    2.0
    """
    time_limit_of(time_limit)
    weight = numbers_of(weights, travel.origins, what="the weight")
    _check_places(places, travel)
    covers = _covers(travel, target)
    n, m = covers.shape
    area, place = np.nonzero(covers)
    reached = coo_array(
        (np.r_[np.ones(n), -np.ones(len(area))], (np.r_[np.arange(n), area], np.r_[np.arange(n), n + place])),
        shape=(n, n + m),
    )
    count = coo_array((np.ones(m), (np.zeros(m, int), n + np.arange(m))), shape=(1, n + m))
    program = Program(
        np.r_[weight, np.zeros(m)], _stack(reached, count), np.r_[np.full(n, -np.inf), places],
        np.r_[np.zeros(n), places], np.r_[np.zeros(n, bool), np.ones(m, bool)],
    )  # fmt: skip
    found = solve(program, time_limit=time_limit, tolerance=_GAP)
    chosen = np.flatnonzero(found.x[n:] > 0.5)
    value = float(weight[covers[:, chosen].any(axis=1)].sum())
    return _placement(travel, weight, chosen, value=value, gap=found.gap)


def fewest_places(travel: TravelMatrix, *, target: float, time_limit: float = _SECONDS) -> Placement:
    """Choose as few places as possible so that every area has one within the target (location set covering).

    Parameters
    ----------
    travel : TravelMatrix
        From areas to candidates.
    target : float
        Minutes of at least 0.
    time_limit : float
        Seconds.

    Returns
    -------
    Placement
        ``value`` is the number of places; every weight is 1.

    Raises
    ------
    InputError
        Naming the areas that no candidate can cover, or when no solution is found in time.

    References
    ----------
    C. Toregas, R. Swain, C. ReVelle, L. Bergman (1971): Operations Research 19, 1363–1373.

    Examples
    --------
    >>> travel = TravelMatrix(["a", "b", "c"], ["x", "y"], [[1, 9], [2, 8], [9, 1]])
    >>> fewest_places(travel, target=5).places
    ('x', 'y')
    """
    time_limit_of(time_limit)
    covers = _covers(travel, target)
    beyond = np.flatnonzero(~covers.any(axis=1))
    if len(beyond):
        raise InputError(
            Problem(f"no candidate is within {target:g} of the area", expected="at least one",
                    advice="Widen the target or add candidates.", row=travel.origins[int(i)])
            for i in beyond
        )  # fmt: skip
    n, m = covers.shape
    program = Program(-np.ones(m), coo_array(covers.astype(float)).tocsr(), np.ones(n), np.full(n, np.inf),
                      np.ones(m, bool))  # fmt: skip
    found = solve(program, time_limit=time_limit, tolerance=_GAP)
    chosen = np.flatnonzero(found.x > 0.5)
    return _placement(travel, np.ones(n), chosen, value=float(len(chosen)), gap=found.gap)


def _stack(*parts: coo_array) -> csr_array:
    return csr_array(vstack(parts))


def _check_places(places: int, travel: TravelMatrix) -> None:
    if not len(travel.destinations):
        raise InputError(Problem("there is no candidate", expected="at least one destination of the travel matrix"))
    whole_number(places, "places", 1, len(travel.destinations))


def _covers(travel: TravelMatrix, target: float) -> NDArray[np.bool_]:
    if not (np.isfinite(target) and target >= 0):
        raise InputError(Problem(f"the target is {target}", expected="a number of at least 0"))
    return np.asarray(travel.minutes <= target)


def _placement(
    travel: TravelMatrix, weight: Floats, chosen: NDArray[np.int64], *, value: float, gap: float
) -> Placement:
    names = tuple(sorted(travel.destinations[int(k)] for k in chosen))
    return Placement(names, _assigned(travel, weight, chosen), value, gap, travel.source, travel.estimated)


def _assigned(travel: TravelMatrix, weight: Floats, chosen: NDArray[np.int64]) -> pl.DataFrame:
    nearest = chosen[np.argmin(travel.minutes[:, chosen], axis=1)]
    time = travel.minutes[np.arange(len(weight)), nearest]
    reached = np.isfinite(time)
    return pl.DataFrame(
        {
            "area": list(travel.origins),
            "weight": weight,
            "place": [travel.destinations[int(k)] if ok else None for k, ok in zip(nearest, reached, strict=True)],
            "minutes": [float(value) if ok else None for value, ok in zip(time, reached, strict=True)],
        },
        schema={"area": pl.String, "weight": pl.Float64, "place": pl.String, "minutes": pl.Float64},
    )
