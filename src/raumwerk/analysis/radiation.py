"""The radiation model: commuting from sizes and intervening opportunities alone, without a parameter to fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from raumwerk.analysis._check import as_numbers, finite_array
from raumwerk.analysis.gravity import check_cost
from raumwerk.errors import InputError, Problem

__all__ = ["intervening_opportunities", "radiation"]

Floats = NDArray[np.float64]


def radiation(
    leavers: Any, cost: Any, *, origin_size: Any, destination_size: Any | None = None, finite: bool = True
) -> Floats:
    """Flows that the radiation model expects.

    Parameters
    ----------
    leavers : (n,) array_like
        People who leave each area for work, in persons.
    cost : (n, n) array_like
        Distance or time; only its order matters. The diagonal is not used.
    origin_size : (n,) array_like
        Size of each area as an origin, usually its population; above 0.
    destination_size : (n,) array_like, optional
        Size as a destination; default the same.
    finite : bool
        Whether each row is scaled to ``leavers``; in a finite system the plain formula loses the share
        ``m_i / M`` (Masucci and others 2013).

    Returns
    -------
    (n, n) array
        Expected flows in persons, origins in rows; the diagonal is 0.

    Raises
    ------
    InputError
        When shapes do not fit, or a value is negative, not finite or (for sizes) zero.

    Notes
    -----
    ``T_ij = T_i m_i n_j / ((m_i + s_ij)(m_i + n_j + s_ij))``, where ``s_ij`` is the size of all areas no farther from
    i than j, without i and j: Simini, González, Maritan and Barabási (2012), "A universal model for mobility and
    migration patterns", Nature 484, 96–100, equation 2. Areas at the same distance count for each other.

    Examples
    --------
    >>> import numpy as np
    >>> cost = np.array([[0, 1, 3], [1, 0, 2], [3, 2, 0]])
    >>> radiation([100, 0, 0], cost, origin_size=[10, 10, 20], finite=False).round(2).tolist()
    [[0.0, 50.0, 25.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    m = _sizes(origin_size, "origin_size")
    destinations = m if destination_size is None else _sizes(destination_size, "destination_size")
    people = as_numbers(leavers, "leavers")
    n = len(m)
    if people.shape != (n,) or destinations.shape != (n,) or not (people >= 0).all() or not np.isfinite(people).all():
        raise InputError(Problem("leavers or sizes do not fit", expected=f"{n} finite numbers, 0 or more, for each"))
    c = check_cost(cost, n, ~np.eye(n, dtype=bool))
    between = intervening_opportunities(c, destinations)
    flows = m[:, None] * destinations / ((m[:, None] + between) * (m[:, None] + destinations + between))
    np.fill_diagonal(flows, 0.0)
    if finite:
        total = flows.sum(axis=1)
        flows /= np.where(total > 0, total, 1.0)[:, None]
    return np.asarray(flows * people[:, None])


def intervening_opportunities(cost: Any, size: Any) -> Floats:
    """Size of all areas no farther from i than j, without i and j.

    Parameters
    ----------
    cost : (r, n) array_like
        Distances from r places to n areas. Row i belongs to area i when r = n.
    size : (n,) array_like
        Size of the areas.

    Returns
    -------
    (r, n) array
        In the unit of ``size``. When r = n the area i itself is never counted; the diagonal is 0.

    Raises
    ------
    InputError
        When shapes do not fit, or a cost or size is negative or not finite.

    References
    ----------
    F. Simini et al. (2012): Nature 484, 96–100 (there :math:`s_{ij}`).

    Examples
    --------
    >>> import numpy as np
    >>> cost = np.array([[0.0, 1.0, 3.0], [1.0, 0.0, 2.0], [3.0, 2.0, 0.0]])
    >>> intervening_opportunities(cost, np.array([1.0, 2.0, 4.0]))
    array([[0., 0., 2.],
           [0., 0., 1.],
           [2., 0., 0.]])
    """
    cost, size = as_numbers(cost, "the cost"), finite_array(size, "the size")
    if cost.ndim != 2 or size.shape != (cost.shape[1],):
        raise InputError(
            Problem(f"cost has the shape {cost.shape}", expected=f"one column for each of {size.size} sizes")
        )
    r, n = cost.shape
    finite_array(np.where(np.eye(r, n, dtype=bool) & (r == n), 0.0, cost), "the cost")
    square = r == n
    between = np.empty((r, n))
    for i in range(r):
        row = np.array(cost[i])
        weight = size.copy()
        if square:
            row[i], weight[i] = -1.0, 0.0
        order = np.argsort(row, kind="stable")
        reached = np.cumsum(weight[order])
        last = np.searchsorted(row[order], row, side="right") - 1  # ties count for each other
        between[i] = reached[last] - weight
        if square:
            between[i, i] = 0.0
    return between


def _sizes(values: Any, name: str) -> Floats:
    size = as_numbers(values, name)
    if size.ndim != 1 or not np.isfinite(size).all() or (size <= 0).any():
        raise InputError(Problem(f"{name} holds a value that is no size", expected="finite numbers above 0"))
    return size
