"""Gravity models of commuting: unconstrained, production-, attraction- and doubly constrained (Wilson 1971)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import as_numbers, number_in
from raumwerk.analysis._poisson import PoissonFit, fit_poisson, truncated_mean
from raumwerk.analysis._status import status_column
from raumwerk.analysis.fit import GoodnessOfFit, goodness_of_fit
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError, Problem

__all__ = ["Constraint", "Decay", "GravityFit", "check_cost", "fit_bounded", "fit_gravity"]

Floats = NDArray[np.float64]
Constraint = Literal["unconstrained", "production", "attraction", "doubly"]
Decay = Literal["exponential", "power"]

_MAX_ROUNDS = 500
_KEEPS: Mapping[str, tuple[bool, bool]] = {  # which sums each model reproduces: of rows, of columns
    "unconstrained": (False, False),
    "production": (True, False),
    "attraction": (False, True),
    "doubly": (True, True),
}


@dataclass(frozen=True, eq=False)
class GravityFit:
    """A calibrated gravity model.

    Parameters
    ----------
    codes : tuple of str
        The ``n`` areas.
    constraint, decay : str
        What was fitted.
    parameters : dict
        Coefficient of each variable: ``cost`` (per unit of cost for the exponential, elasticity for the power decay;
        negative when distance deters), ``origin_size`` and ``destination_size`` (elasticities) where they are free.
    standard_errors : dict
        Their standard errors, true if flows were Poisson counts; real flows vary more, so take them as a lower limit.
    expected : (n, n) array
        Modelled flows; 0 outside ``cells``.
    observed : (n, n) array
        Flows the model was fitted to; masked cells hold their expected value within the bounds.
    cells : (n, n) bool array
        Pairs that the model speaks about.
    origin_factor, destination_factor : (n,) arrays
        ``A_i O_i`` and ``B_j D_j`` of Wilson's form, including sizes and the constant.
    fit : GoodnessOfFit
    iterations : int
        Newton steps.
    unit, date : str
        Of the flows.
    status : (n, n) int8 array
        Position of each observed flow's status in :class:`raumwerk.tables.status.Status`; a masked cell was only known
        within its bounds.
    estimated_share : float
        Share of the people whose flows come from a model, 0 to 1; above 0 the result is an estimate.
    masked_pairs : int
        Pairs without a published value; they take part as counts within their bounds.
    """

    codes: tuple[str, ...]
    constraint: Constraint
    decay: Decay
    parameters: dict[str, float]
    standard_errors: dict[str, float]
    expected: Floats
    observed: Floats
    cells: NDArray[np.bool_]
    origin_factor: Floats
    destination_factor: Floats
    fit: GoodnessOfFit
    iterations: int
    unit: str
    date: str | None
    status: NDArray[np.int8]
    estimated_share: float
    masked_pairs: int

    def to_pairs(self) -> pl.DataFrame:
        """One row for each pair: ``origin, destination, observed, expected`` in ``unit``, and ``status`` (observed)."""
        rows, columns = np.nonzero(self.cells)
        codes = pl.Series(self.codes, dtype=pl.String)
        return pl.DataFrame(
            {
                "origin": codes.gather(pl.Series(rows)),
                "destination": codes.gather(pl.Series(columns)),
                "observed": self.observed[rows, columns],
                "expected": self.expected[rows, columns],
                "status": status_column(self.status[rows, columns]),
            }
        )


def fit_gravity(
    flows: FlowMatrix,
    cost: Any,
    *,
    constraint: Constraint = "doubly",
    decay: Decay = "exponential",
    origin_size: Any = None,
    destination_size: Any = None,
    diagonal: bool = False,
    tolerance: float = 1e-14,
) -> GravityFit:
    """Calibrate a gravity model to its maximum-likelihood parameters.

    Parameters
    ----------
    flows : FlowMatrix
        ``n`` areas. A masked cell enters as a count that is only known to lie within its bounds.
    cost : (n, n) array_like
        Distance or time between the areas in order of ``flows.codes``; any unit, finite, above 0 for the power decay.
    constraint : {"doubly", "production", "attraction", "unconstrained"}
        Which sums the model reproduces: residents and jobs, residents, jobs, or only the total.
    decay : {"exponential", "power"}
        ``exp(θ c)`` or ``c^θ``.
    origin_size, destination_size : (n,) array_like, optional
        Mass of the areas as origins and destinations, above 0. Needed where the constraint leaves that side free:
        both for the unconstrained, destinations for the production-, origins for the attraction-constrained model.
    diagonal : bool
        Whether flows within an area take part; the costs then need a sensible diagonal.
    tolerance : float
        Newton stops when a step would gain less log-likelihood.

    Returns
    -------
    GravityFit

    Raises
    ------
    InputError
        When costs or sizes do not fit, variables cannot be told apart, or no convergence is reached.

    Notes
    -----
    ``T_ij = A_i O_i B_j D_j f(c_ij)``, Wilson (1971), "A family of spatial interaction models, and associated
    developments", Environment and Planning 3, 1–32. The maximum-likelihood parameter of the exponential decay is the
    one that reproduces the observed mean cost (Hyman 1969; Evans 1971), that of the power decay the mean log cost.

    Examples
    --------
    >>> import numpy as np
    >>> flows = FlowMatrix.from_dense([[60, 20], [10, 30]], ["a", "b"])
    >>> model = fit_gravity(flows, np.array([[1.0, 2.0], [2.0, 1.0]]), diagonal=True)
    >>> round(model.parameters["cost"], 6), round(float(np.log(20 * 10 / (60 * 30))) / 2, 6)
    (-1.098612, -1.098612)
    """
    n = len(flows)
    cells = np.ones((n, n), dtype=bool) if diagonal else ~np.eye(n, dtype=bool)
    c = check_cost(cost, n, cells, positive=decay == "power")
    if constraint not in _KEEPS or decay not in ("exponential", "power"):
        raise InputError(
            Problem(
                f"there is no {decay} {constraint} model", expected=f"one of {', '.join(_KEEPS)}; exponential, power"
            )
        )
    number_in(tolerance, "tolerance", 0.0)
    rows, columns = _KEEPS[constraint]
    variables = {"cost": c if decay == "exponential" else np.log(np.where(cells, c, 1.0))}
    if not rows:
        variables["origin_size"] = np.repeat(_log_size(origin_size, n, "origin_size")[:, None], n, axis=1)
    if not columns:
        variables["destination_size"] = np.repeat(_log_size(destination_size, n, "destination_size")[None], n, axis=0)
    observed, model = fit_bounded(
        flows, np.stack(list(variables.values())), cells, rows=rows, columns=columns, tolerance=tolerance
    )
    errors = np.sqrt(np.diag(model.covariance))
    rescale = [_log_size(size, n, "size") if not kept else np.zeros(n)
               for size, kept in ((origin_size, rows), (destination_size, columns))]  # fmt: skip
    theta = dict(zip(variables, model.coefficients.tolist(), strict=True))
    return GravityFit(
        flows.codes, constraint, decay, theta, dict(zip(variables, errors.tolist(), strict=True)),
        model.mean, observed, cells,
        model.row_factor * np.exp(theta.get("origin_size", 0.0) * rescale[0]),
        model.column_factor * np.exp(theta.get("destination_size", 0.0) * rescale[1]),
        goodness_of_fit(observed, model.mean, cells=cells), model.iterations, flows.unit, flows.date,
        flows.statuses, flows.estimated_share, flows.masked_pairs,
    )  # fmt: skip


def fit_bounded(
    flows: FlowMatrix,
    variables: Floats,
    cells: NDArray[np.bool_],
    *,
    rows: bool,
    columns: bool,
    tolerance: float = 1e-14,
    settled: float = 1e-5,
) -> tuple[Floats, PoissonFit]:
    """Fit a Poisson model to flows of which some are only known to lie within bounds.

    Masked cells are filled with their expected value and the model is fitted again, until nothing moves: the
    expectation-maximisation algorithm for censored counts (Dempster, Laird and Rubin 1977).

    Parameters
    ----------
    flows : FlowMatrix
        n areas.
    variables : (K, n, n) array
        What enters the exponent; finite inside ``cells``.
    cells : (n, n) bool array
        Pairs that the model speaks about.
    rows, columns : bool
        Whether each origin (destination) has a factor of its own.
    tolerance : float
        Newton stops when a step would gain less log-likelihood.
    settled : float
        The rounds stop when masked flows move by less than this share of all.

    Returns
    -------
    observed : (n, n) array
        Flows as used, 0 outside ``cells``.
    model : PoissonFit

    Raises
    ------
    InputError
        When shapes do not fit, nobody commutes, variables cannot be told apart, or there is no convergence.

    References
    ----------
    A. Dempster, N. Laird, D. Rubin (1977): Journal of the Royal Statistical Society B 39, 1–38.

    Examples
    --------
    >>> import numpy as np
    >>> flows = FlowMatrix.from_dense([[60, 20], [10, 30]], ["a", "b"])
    >>> cost = np.array([[[1.0, 2.0], [2.0, 1.0]]])
    >>> observed, model = fit_bounded(flows, cost, np.ones((2, 2), bool), rows=True, columns=True)
    >>> model.coefficients.round(6).tolist(), model.mean.round(6).tolist()
    ([-1.098612], [[60.0, 20.0], [10.0, 30.0]])
    """
    number_in(tolerance, "tolerance", 0.0)
    number_in(settled, "settled", 0.0, above=True)
    n = len(flows)
    if cells.shape != (n, n) or variables.ndim != 3 or variables.shape[1:] != (n, n):
        raise InputError(
            Problem(f"variables has the shape {variables.shape} and cells {cells.shape}",
                    expected=f"K × {n} × {n} and {n} × {n}")
        )  # fmt: skip
    if not (np.isfinite(variables).all() or np.isfinite(variables[:, cells]).all()):
        raise InputError(
            Problem("one of the variables is not finite", expected="finite numbers for all pairs in cells")
        )
    observed = np.where(cells, flows.values.toarray(), 0.0)
    hidden = flows.is_masked & (flows.upper > flows.lower)
    if hidden.any():
        hidden &= cells[flows.rows, flows.columns]
    if not (hidden.any() or observed.any()):
        raise InputError(Problem("nobody commutes between the areas", expected="at least one flow off the diagonal"))
    at = (flows.rows[hidden], flows.columns[hidden])
    low, high = flows.lower[hidden], flows.upper[hidden]
    if not hidden.any():
        return observed, fit_poisson(observed, variables, cells, rows=rows, columns=columns, tolerance=tolerance)
    observed[at] = (low + high) / 2
    theta = None
    for _ in range(_MAX_ROUNDS):
        model = fit_poisson(observed, variables, cells, rows=rows, columns=columns, start=theta, tolerance=tolerance)
        renewed = truncated_mean(model.mean[at], low, high)
        moved = np.abs(renewed - observed[at]).sum()
        observed[at], theta = renewed, model.coefficients
        if moved <= settled * observed.sum():
            return observed, model
    raise InputError(Problem(f"the masked flows did not settle in {_MAX_ROUNDS} rounds", expected="convergence",
                             advice="Narrow their bounds with the totals, or leave the areas out."))  # fmt: skip


def check_cost(cost: Any, n: int, cells: NDArray[np.bool_], *, positive: bool = False) -> Floats:
    """Return the costs as an (n, n) array, or raise an InputError that names the first wrong pairs.

    Parameters
    ----------
    cost : array_like
    n : int
        Number of areas.
    cells : (n, n) bool array
        Pairs whose cost matters.
    positive : bool
        Whether 0 is refused.

    Returns
    -------
    (n, n) array

    Raises
    ------
    InputError
        When the shape is another, or a cost is negative (0, when positive) or not finite; with row and column.

    Notes
    -----
    A check of input; there is no formula in it.

    Examples
    --------
    >>> import numpy as np
    >>> check_cost([[0, 2], [2, 0]], 2, np.ones((2, 2), bool)).tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    """
    c = as_numbers(cost, "the cost")
    if c.shape != (n, n):
        raise InputError(
            Problem(f"the costs have the shape {c.shape}", expected=f"{n} × {n}, in the order of the codes")
        )
    if np.shape(cells) != (n, n):
        raise InputError(Problem(f"cells has the shape {np.shape(cells)}", expected=f"{n} × {n}"))
    fine = np.isfinite(c) & ((c > 0) if positive else (c >= 0))
    if not fine[cells].all():
        expected = "finite and above 0" if positive else "finite and 0 or more"
        raise InputError(
            Problem(f"the cost is {c[i, j]}", expected=expected, row=int(i) + 1, column=str(int(j) + 1),
                    advice="Give a distance within the area, or leave the pair out.")
            for i, j in np.argwhere(cells & ~fine)
        )  # fmt: skip
    return c


def _log_size(size: Any, n: int, name: str) -> Floats:
    if size is None:
        raise InputError(
            Problem(f"{name} is missing", expected=f"{n} sizes above 0", advice="Give the mass of the areas.")
        )
    array = as_numbers(size, name)
    if array.shape != (n,) or not np.isfinite(array).all() or (array <= 0).any():
        raise InputError(Problem(f"{name} does not fit", expected=f"{n} finite sizes above 0 in order of the codes"))
    return np.asarray(np.log(array))
