"""Excess commuting: how much of it the places of homes and jobs make necessary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from raumwerk.analysis._check import as_numbers, finite_array
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.gravity import check_cost
from raumwerk.errors import InputError, Problem

__all__ = ["ExcessCommuting", "excess_commuting", "least_transport"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NEAREST = 12  # arcs from each place that the first linear programme may use; others join when they would pay
_ROUNDS = 200


@dataclass(frozen=True, eq=False)
class ExcessCommuting:
    """Observed commuting between the least and the most that the same homes and jobs allow.

    Parameters
    ----------
    observed : float
        Mean cost of a way, in the unit of the cost.
    least : float
        The least possible mean, were everybody free to swap homes or jobs of the same kind.
    proportional : float
        The mean when everybody picked jobs without regard to distance.
    most : float or None
        The largest possible mean, where it was asked for.
    excess : float
        (observed − least) / observed, 0 to 1.
    used_capacity : float or None
        (observed − least) / (most − least), where ``most`` was asked for; 0 where nothing can vary.
    effort : float
        (observed − least) / (proportional − least); 0 where nothing can vary.
    flows : (n, n) array
        The flows of the least commuting, in persons.
    commuters : float
        People counted.
    estimated_share : float
        Share of the people whose flows come from a model, 0 to 1; above 0 the result is an estimate.
    masked_pairs : int
        Pairs without a published value; they take part with their lower bound.
    """

    observed: float
    least: float
    proportional: float
    most: float | None
    excess: float
    used_capacity: float | None
    effort: float
    flows: Floats
    commuters: float
    estimated_share: float
    masked_pairs: int


def excess_commuting(flows: FlowMatrix, cost: Any, *, most: bool = False) -> ExcessCommuting:
    """Hold the observed commuting against the least possible one.

    Parameters
    ----------
    flows : FlowMatrix
        Flows with their diagonal, in persons; masked cells count with their lower bound.
    cost : (n, n) array_like
        Distance or time of one way in order of ``flows.codes``, with the diagonal; finite and not negative.
    most : bool
        Whether the largest possible commuting is solved for as well; it takes far longer than the least.

    Returns
    -------
    ExcessCommuting

    Raises
    ------
    InputError
        When the costs do not fit or nobody commutes.

    Notes
    -----
    The least commuting is the transport problem of linear programming, solved exactly by HiGHS: White (1988),
    "Location choice and commuting behavior in cities with decentralized employment", Journal of Urban Economics 24;
    capacity used: Horner (2002), "Extensions to the concept of excess commuting", Environment and Planning A 34;
    effort: Murphy (2009), "Excess commuting and modal choice", Transportation Research A 43. It treats all jobs as
    alike: part of the excess is the price of different skills, and the measure grows with small areas.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[0, 10], [10, 0]], ["a", "b"])
    >>> result = excess_commuting(flows, [[1, 5], [5, 1]])
    >>> result.observed, result.least, result.excess
    (5.0, 1.0, 0.8)
    """
    n = len(flows)
    c = check_cost(cost, n, np.ones((n, n), dtype=bool))
    matrix = flows.values.toarray()
    total = float(matrix.sum())
    if total <= 0:
        raise InputError(Problem("nobody commutes", expected="at least one flow"))
    homes, jobs = matrix.sum(axis=1), matrix.sum(axis=0)
    best = least_transport(homes, jobs, c)
    observed, least = float((matrix * c).sum() / total), float((best * c).sum() / total)
    proportional = float(homes @ c @ jobs / total**2)
    largest = float((least_transport(homes, jobs, c.max() - c) * c).sum() / total) if most else None

    def share(top: float, bottom: float) -> float:
        return top / bottom if bottom > 1e-12 * max(observed, 1e-300) else 0.0

    return ExcessCommuting(
        observed, least, proportional, largest, share(observed - least, observed),
        None if largest is None else share(observed - least, largest - least),
        share(observed - least, proportional - least), best, total,
        flows.estimated_share, flows.masked_pairs,
    )  # fmt: skip


def least_transport(supply: Any, demand: Any, cost: Any) -> Floats:
    """Solve the transport problem: flows with given sums and the least total cost.

    Parameters
    ----------
    supply : (r,) array_like
        Row sums, not negative.
    demand : (c,) array_like
        Column sums, not negative, with the same total.
    cost : (r, c) array_like
        Cost of a unit on each arc, finite.

    Returns
    -------
    (r, c) array
        Optimal flows.

    Raises
    ------
    InputError
        When totals differ, a value does not fit, or the solver finds no optimum.

    Notes
    -----
    The linear programme starts with the cheapest arcs of each place; arcs whose reduced cost is negative join until
    there is none, which proves the optimum over all arcs (column generation).

    Examples
    --------
    >>> least_transport([3, 2], [2, 3], [[0, 1], [1, 0]]).tolist()
    [[2.0, 1.0], [0.0, 2.0]]
    """
    out, into, c = (as_numbers(*part) for part in ((supply, "the supply"), (demand, "the demand"), (cost, "the cost")))
    if c.shape != (len(out), len(into)):
        raise InputError(Problem(f"the costs have the shape {c.shape}", expected=f"{len(out)} × {len(into)}"))
    if not np.isfinite(c).all():
        raise InputError(
            Problem(f"the cost is {c[i, j]}", expected="a finite number", row=int(i) + 1, column=str(int(j) + 1))
            for i, j in np.argwhere(~np.isfinite(c))[:1000]
        )
    finite_array(out, "the supply")
    finite_array(into, "the demand")
    if abs(out.sum() - into.sum()) > 1e-9 * max(out.sum(), 1.0):
        raise InputError(Problem("supply and demand do not fit", expected="numbers, 0 or more, with the same total"))
    rows, columns = np.flatnonzero(out > 0), np.flatnonzero(into > 0)
    flows = np.zeros_like(c)
    if len(rows):
        flows[np.ix_(rows, columns)] = _solve(out[rows], into[columns], c[np.ix_(rows, columns)])
    return flows


def _solve(supply: Floats, demand: Floats, cost: Floats) -> Floats:
    r, n = cost.shape
    chosen = _corner(supply, demand)  # a feasible start
    chosen[np.arange(r)[:, None], np.argsort(cost, axis=1)[:, :_NEAREST]] = True
    chosen[np.argsort(cost, axis=0)[:_NEAREST], np.arange(n)] = True
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    empty = np.empty(0)
    solver.addRows(r + n, np.concatenate([supply, demand]), np.concatenate([supply, demand]), 0,
                   np.zeros(r + n, dtype=np.int32), np.empty(0, dtype=np.int32), empty)  # fmt: skip
    arcs = np.argwhere(chosen)
    new = arcs
    slack = 1e-9 * max(float(np.abs(cost).max()), 1e-300)
    for _ in range(_ROUNDS):
        _add(solver, new, cost, r)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            said = solver.modelStatusToString(solver.getModelStatus())
            raise InputError(Problem(f"the solver found no least transport and says {said}", expected="an optimum"))
        solution = solver.getSolution()
        dual = np.asarray(solution.row_dual)
        reduced = cost - dual[:r, None] - dual[r:]
        reduced[chosen] = 0.0
        new = _paying(reduced, slack)
        if not len(new):
            flows = np.zeros_like(cost)
            flows[arcs[:, 0], arcs[:, 1]] = np.maximum(np.asarray(solution.col_value), 0.0)
            return flows
        chosen[new[:, 0], new[:, 1]] = True
        arcs = np.concatenate([arcs, new])
    raise InputError(Problem(f"the least transport was not found in {_ROUNDS} rounds", expected="an optimum"))


def _add(solver: Any, arcs: Integers, cost: Floats, r: int) -> None:
    m = len(arcs)
    index = np.column_stack([arcs[:, 0], arcs[:, 1] + r]).astype(np.int32).ravel()
    solver.addCols(m, cost[arcs[:, 0], arcs[:, 1]], np.zeros(m), np.full(m, highspy.kHighsInf), 2 * m,
                   np.arange(0, 2 * m, 2, dtype=np.int32), index, np.ones(2 * m))  # fmt: skip


def _paying(reduced: Floats, slack: float) -> Integers:
    """The arcs of each row that would save most, at most a handful, so that the programme grows slowly."""
    count = min(5, reduced.shape[1])
    best = np.argpartition(reduced, count - 1, axis=1)[:, :count]
    rows = np.repeat(np.arange(len(reduced)), count)
    arcs = np.column_stack([rows, best.ravel()])
    return np.asarray(arcs[reduced[arcs[:, 0], arcs[:, 1]] < -slack])


def _corner(supply: Floats, demand: Floats) -> NDArray[np.bool_]:
    """Arcs of the north-west corner rule: they always carry a feasible flow."""
    used = np.zeros((len(supply), len(demand)), dtype=bool)
    i = j = 0
    left, wanted = supply.copy(), demand.copy()
    while i < len(supply) and j < len(demand):
        used[i, j] = True
        moved = min(left[i], wanted[j])
        left[i] -= moved
        wanted[j] -= moved
        if left[i] <= wanted[j] and i < len(supply) - 1:
            i += 1
        elif j < len(demand) - 1:
            j += 1
        else:
            i += 1
    return used
