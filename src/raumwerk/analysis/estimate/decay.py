"""The plain way to a prior: one power decay, fitted to the flows between districts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import xlogy

from raumwerk.analysis._check import finite_array
from raumwerk.analysis._poisson import balance
from raumwerk.analysis.estimate._raking import Blocks
from raumwerk.errors import InputError, Problem

__all__ = ["fit_district_decay"]

Floats = NDArray[np.float64]

_STEEPEST = -4.0


def fit_district_decay(distance: Floats, residents: Floats, jobs: Floats, blocks: Blocks, totals: Floats) -> float:
    """Exponent of the power decay between municipalities that explains the flows between districts best.

    Parameters
    ----------
    distance : (n, n) array
        Kilometres above 0, also within each municipality.
    residents, jobs : (n,) arrays
        Employed people by residence and by place of work.
    blocks : Blocks
        Districts of the municipalities.
    totals : (d, d) array
        Flows between (and within) districts. A pair that is 0 takes no part, like one that was not asked for.

    Returns
    -------
    float
        θ ≤ 0 of ``E[T_AB] = a_A b_B Σ_{i∈A, j∈B} residents_i jobs_j c_ij^θ``, by Poisson maximum likelihood.

    Raises
    ------
    InputError
        When flows do not decay with distance within 0 … −4.

    Notes
    -----
    Our own: a gravity model of municipalities (Wilson 1971, Environment and Planning 3, 1–32) summed to districts.

    Examples
    --------
    >>> import numpy as np
    >>> place = np.array([0.0, 2.0, 5.0, 9.0])
    >>> distance = np.abs(place[:, None] - place) + np.eye(4)
    >>> blocks = Blocks(np.array([0, 0, 1, 2]))
    >>> totals = blocks.sums(100 * distance**-1.5)
    >>> round(fit_district_decay(distance, np.full(4, 10.0), np.full(4, 10.0), blocks, totals), 3)
    -1.5
    """
    n, d = len(blocks.district), int(blocks.district[-1]) + 1
    distance = finite_array(distance, "the distance", shape=(n, n), above=True)
    residents = finite_array(residents, "the number of residents", shape=(n,))
    jobs = finite_array(jobs, "the number of jobs", shape=(n,))
    totals = finite_array(totals, "the flow in totals", shape=(d, d))
    if not totals.any():
        raise InputError(Problem("the totals are all 0", expected="at least one district flow"))
    mass = residents[:, None] * jobs
    log_distance = np.log(distance)
    row_sums, column_sums = totals.sum(axis=1), totals.sum(axis=0)

    def misfit(theta: float) -> float:
        kernel = np.where(totals > 0, blocks.sums(mass * np.exp(theta * log_distance)), 0.0)
        kernel /= kernel.max()
        row, column = balance(kernel, row_sums, column_sums, tolerance=1e-7)
        expected = kernel * row[:, None] * column
        return float((expected - xlogy(totals, np.where(totals > 0, expected, 1.0))).sum() / totals.sum())

    found = minimize_scalar(misfit, bounds=(_STEEPEST, 0.0), method="bounded", options={"xatol": 1e-5})
    theta = float(found.x)
    if not _STEEPEST + 1e-3 < theta < -1e-3:
        raise InputError(
            Problem("the district flows do not decay with distance", expected=f"an exponent from {_STEEPEST} to 0",
                    advice="Check the coordinates of the municipalities and the district flows.")
        )  # fmt: skip
    return theta
