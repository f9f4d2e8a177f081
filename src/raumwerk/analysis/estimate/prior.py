"""What is likely before district totals are known: the prior of the municipal estimate.

The logarithm of the prior is linear in a few features of a pair of municipalities. Their coefficients were learned on
the complete commuter matrices of two countries (see :mod:`raumwerk.analysis.estimate.calibration`), not on Germany,
where no such matrix is public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from raumwerk.analysis._check import finite_array
from raumwerk.analysis.radiation import intervening_opportunities
from raumwerk.errors import InputError, Problem

__all__ = ["FEATURES", "Prior", "features", "log_prior", "own_distance"]

Floats = NDArray[np.float64]

_SHORTEST = 0.3  # km; two places are never nearer than this
_NEIGHBOUR = 2.0  # km; nearer places do not make a potential larger
_POTENTIAL = 1.5  # exponent of the potential, near the power decay fitted to Belgium and Switzerland (1.77, 1.75)
_FEW_RESIDENTS, _FEW_JOBS = 1000.0, 500.0  # persons; where the line for villages bends

#: Features of a pair in the order of the coefficients. The first six are 0 within a municipality, the others between.
FEATURES = (
    "log_distance",  # ln c
    "log_distance_squared",  # (ln c)²
    "log_distance_x_jobs",  # ln c · ln jobs of the destination: large centres reach farther
    "log_distance_x_residents",  # ln c · ln residents of the origin
    "nearer_jobs",  # ln of the jobs that the commuter passes by (intervening opportunities)
    "nearer_residents",  # ln of the residents who live nearer to the jobs (competition)
    "within",  # 1
    "within_x_residents",  # ln residents
    "within_x_few_residents",  # ln 1000 − ln residents below 1000: villages keep more than the line says
    "within_x_jobs",  # ln jobs: a place with many jobs keeps its people
    "within_x_few_jobs",  # ln 500 − ln jobs below 500
    "within_x_job_potential",  # ln of the jobs around
    "within_x_resident_potential",  # ln of the workers around
)


@dataclass(frozen=True)
class Prior:
    """Coefficients of the features, and where they were learned.

    Parameters
    ----------
    coefficients : mapping
        One number for each of :data:`FEATURES`.
    learned_on : str
        The matrices used.
    """

    coefficients: Mapping[str, float]
    learned_on: str

    def vector(self) -> Floats:
        """Coefficients in the order of :data:`FEATURES`."""
        lacking = [name for name in FEATURES if name not in self.coefficients]
        if lacking:
            raise InputError(Problem(f"the prior has no coefficient {name}", expected="one for each feature")
                             for name in lacking)  # fmt: skip
        return np.array([self.coefficients[name] for name in FEATURES])


def features(distance: Floats, residents: Floats, jobs: Floats) -> Iterator[Floats]:
    """The features of all pairs, one (n, n) array after the other, in the order of :data:`FEATURES`.

    Parameters
    ----------
    distance : (n, n) array
        Kilometres; the diagonal is not used.
    residents, jobs : (n,) arrays
        Employed people by residence and by place of work.

    Yields
    ------
    (n, n) array
        One for each of :data:`FEATURES`.

    Raises
    ------
    InputError
        When shapes do not fit, or a number is negative or not finite.

    Notes
    -----
    Our own choice of features; intervening opportunities after Stouffer (1940), American Sociological Review 5.

    Examples
    --------
    >>> import numpy as np
    >>> found = list(features(np.array([[0, 4], [4, 0]]), np.array([10, 20]), np.array([30, 40])))
    >>> len(found), found[FEATURES.index("log_distance")].round(4).tolist()
    (13, [[0.0, 1.3863], [1.3863, 0.0]])
    """
    n = len(residents)
    distance = finite_array(distance, "the distance", shape=(n, n))
    residents = finite_array(residents, "the number of residents", shape=(n,))
    jobs = finite_array(jobs, "the number of jobs", shape=(n,))
    own = np.eye(n, dtype=bool)
    cost = np.maximum(distance, _SHORTEST)
    log_cost = np.log(cost)
    log_residents, log_jobs = np.log(np.maximum(residents, 1.0)), np.log(np.maximum(jobs, 1.0))

    def between(values: Floats) -> Floats:
        return np.where(own, 0.0, values)

    yield between(log_cost)
    yield between(log_cost**2)
    yield between(log_cost * log_jobs)
    yield between(log_cost * log_residents[:, None])
    yield between(np.log1p(intervening_opportunities(cost, jobs) + jobs[:, None] + jobs))
    yield between(np.log1p(intervening_opportunities(cost.T.copy(), residents).T + residents[:, None] + residents))
    reach = np.where(own, 0.0, np.maximum(cost, _NEIGHBOUR) ** -_POTENTIAL)
    around = np.maximum(reach @ jobs, 1e-9), np.maximum(residents @ reach, 1e-9)
    yield np.eye(n)
    few = np.maximum(np.log(_FEW_RESIDENTS) - log_residents, 0.0), np.maximum(np.log(_FEW_JOBS) - log_jobs, 0.0)
    for values in (log_residents, few[0], log_jobs, few[1], np.log(around[0]), np.log(around[1])):
        yield np.diag(values)


def log_prior(prior: Prior, distance: Floats, residents: Floats, jobs: Floats) -> Floats:
    """Logarithm of the prior up to a constant: ``ln residents_i + ln jobs_j + Σ θ_k x_kij``, (n, n).

    Places without residents (jobs) have −∞ in their row (column).

    Parameters
    ----------
    prior : Prior
    distance : (n, n) array
        Kilometres; the diagonal is not used.
    residents, jobs : (n,) arrays
        Employed people by residence and by place of work.

    Returns
    -------
    (n, n) array

    Raises
    ------
    InputError
        When shapes do not fit, a number is negative or not finite, or the prior lacks a coefficient.

    Notes
    -----
    Our own model, see :func:`raumwerk.analysis.estimate.calibration.learn_prior`.

    Examples
    --------
    >>> import numpy as np
    >>> inverse = Prior(dict.fromkeys(FEATURES, 0.0) | {"log_distance": -1.0}, "made up")
    >>> distance = np.array([[0.0, 4.0], [4.0, 0.0]])
    >>> np.exp(log_prior(inverse, distance, np.array([10.0, 20.0]), np.array([30.0, 40.0]))).round(6).tolist()
    [[300.0, 100.0], [150.0, 800.0]]
    """
    coefficients = prior.vector()
    residents = finite_array(residents, "the number of residents", shape=(len(distance),))
    jobs = finite_array(jobs, "the number of jobs", shape=(len(distance),))
    with np.errstate(divide="ignore"):
        total = np.log(residents)[:, None] + np.log(jobs)
    for coefficient, feature in zip(coefficients, features(distance, residents, jobs), strict=True):
        total += coefficient * feature
    return np.asarray(total)


def own_distance(distance: Floats) -> Floats:
    """Distances with a diagonal: within a place, half the way to its nearest neighbour, in km.

    Parameters
    ----------
    distance : (n, n) array
        Kilometres; the diagonal is not used.

    Returns
    -------
    (n, n) array
        No distance is below 0.3 km.

    Raises
    ------
    InputError
        When the array is not square or a distance is negative or not finite.

    Notes
    -----
    Half the way to the nearest neighbour: a usual choice for distances within areas (Head and Mayer 2002 discuss
    others); here it only serves the plain power method.

    Examples
    --------
    >>> import numpy as np
    >>> own_distance(np.array([[0, 4], [4, 0]])).tolist()
    [[2.0, 4.0], [4.0, 2.0]]
    """
    n = len(distance)
    distance = finite_array(distance, "the distance", shape=(n, n))
    apart = distance + np.where(np.eye(len(distance), dtype=bool), np.inf, 0.0)
    filled = np.maximum(distance, _SHORTEST)
    nearest = apart.min(axis=1) if len(distance) > 1 else np.ones(1)
    np.fill_diagonal(filled, np.maximum(nearest / 2, _SHORTEST))
    return filled
