"""Poisson regression of a flow matrix with effects of origins and destinations, without ever writing them as columns.

All gravity models of Wilson's family are this one regression: a cell has the mean ``a_i · b_j · exp(Σ_k θ_k x_kij)``,
and its maximum-likelihood factors ``a`` and ``b`` are the balancing factors that reproduce the row and column sums. So
θ is found by Newton's method on the likelihood from which the factors have been eliminated: each step balances
(Furness) and projects the covariates off the factors, which costs a few matrix-vector products, not a regression with
hundreds of dummies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr, xlogy

from raumwerk.errors import InputError, Problem

__all__ = ["PoissonFit", "balance", "fit_poisson", "truncated_mean"]

Floats = NDArray[np.float64]

_MAX_SWEEPS = 400  # then places nearly fall apart into groups, and an exact solution is quicker
_MAX_STEPS = 100
_ROUGH, _EXACT = 1e-4, 1e-12  # largest relative change of a factor in the last sweep: on the way, at the end
_WIDE = 500  # possible counts between two bounds, up to which they are summed one by one


@dataclass(frozen=True)
class PoissonFit:
    """A fitted model of ``K`` covariates on an (r, c) matrix.

    ``coefficients`` (K,), ``covariance`` (K, K) as the Poisson model says, ``mean`` (r, c) fitted flows, ``row_factor``
    (r,) and ``column_factor`` (c,) such that mean = row · column · exp(Σ θx), ``iterations`` Newton steps taken,
    ``projected`` a function that returns the (K, r, c) covariates without what rows and columns explain.
    """

    coefficients: Floats
    covariance: Floats
    mean: Floats
    row_factor: Floats
    column_factor: Floats
    iterations: int
    projected: Callable[[], Floats]


def fit_poisson(
    flows: Floats,
    covariates: Floats,
    cells: NDArray[np.bool_],
    *,
    rows: bool,
    columns: bool,
    start: Floats | None = None,
    tolerance: float = 1e-14,
    max_iterations: int = 100,
) -> PoissonFit:
    """Fit ``E[y_ij] = a_i b_j exp(Σ_k θ_k x_kij)`` by maximum likelihood.

    Parameters
    ----------
    flows : (r, c) array
        Observed flows, not negative; outside ``cells`` ignored.
    covariates : (K, r, c) array
        Finite inside ``cells``.
    cells : (r, c) bool array
        Pairs that the model speaks about.
    rows, columns : bool
        Whether each row (column) has a factor of its own. Without either, one common factor keeps the total.
    start : (K,) array, optional
        First θ; default 0.
    tolerance : float
        Newton stops when the next step would gain less log-likelihood; 1e-14 puts θ within 1e-7 standard errors.

    Raises
    ------
    InputError
        When the covariates say the same thing twice, or no convergence is reached.
    """
    task = _Task.of(flows, covariates, cells, rows=rows, columns=columns)
    theta = np.zeros(len(task.x)) if start is None else np.asarray(start, dtype=float)
    state = _profile(task, theta, np.ones(cells.shape[1]), _ROUGH)
    part = (np.zeros((len(theta), len(cells))), np.zeros((len(theta), cells.shape[1])))
    steps = 0
    while True:
        gradient = task.moments - task.moments_of(state.mean)
        information, part = _information(task, state.mean, part)
        step = _solve(information, gradient)
        gain = float(gradient @ step)
        if gain <= tolerance and state.balanced <= _EXACT:
            break
        if steps == max_iterations:
            raise _not_converged("the interaction model", max_iterations)
        # Far from the end rough balances do: their error in θ is of the order of the step's square, as Newton's own is.
        state = _line_search(task, state, step, part[1], min(max(gain / task.total, _EXACT), _ROUGH))
        steps += 1
    return PoissonFit(
        state.theta, np.asarray(np.linalg.inv(information), dtype=float),
        state.mean, state.row, state.column, steps,
        lambda: _projection(task, state.mean, part),
    )  # fmt: skip


@dataclass(frozen=True)
class _Task:
    """What stays the same from step to step."""

    x: Floats  # (K, r, c), 0 outside the cells
    cells: NDArray[np.bool_]
    outside: NDArray[np.bool_] | None  # cells that are not part of the model, None when all are
    row_sums: Floats
    column_sums: Floats
    moments: Floats  # (K,) Σ x·y
    rows: bool
    columns: bool

    @property
    def total(self) -> float:
        return max(float(self.row_sums.sum()), 1.0)

    @classmethod
    def of(cls, flows: Floats, covariates: Floats, cells: NDArray[np.bool_], *, rows: bool, columns: bool) -> _Task:
        y = np.where(cells, flows, 0.0)
        x = np.where(cells, covariates, 0.0)
        moments = np.einsum("kij,ij->k", x, y)
        outside = None if cells.all() else ~cells
        return cls(x, cells, outside, y.sum(axis=1), y.sum(axis=0), moments, rows, columns)

    def moments_of(self, mean: Floats) -> Floats:
        # einsum, not matmul: on a busy machine the threads of a matrix product cost more than so small a sum
        return np.asarray(np.einsum("kij,ij->k", self.x, mean))


@dataclass(frozen=True)
class _State:
    theta: Floats
    mean: Floats
    row: Floats
    column: Floats
    likelihood: float  # up to a constant
    balanced: float  # tolerance its factors were balanced to


def _profile(task: _Task, theta: Floats, start: Floats, tolerance: float) -> _State:
    """The best factors for a θ and the log-likelihood they reach."""
    exponent = np.einsum("k,kij->ij", theta, task.x)
    # The largest exponent of each row moves into the row's factor (or the largest of all into the common one), so that
    # nothing overflows.
    peak = exponent.max(axis=1) if task.rows else np.full(len(exponent), exponent.max())
    exponent -= peak[:, None]
    kernel = np.exp(exponent, out=exponent)
    if task.outside is not None:
        kernel[task.outside] = 0.0
    row, column = balance(
        kernel, task.row_sums, task.column_sums, rows=task.rows, columns=task.columns, start=start, tolerance=tolerance
    )  # fmt: skip
    kernel *= row[:, None]
    kernel *= column
    likelihood = float(theta @ task.moments - (task.row_sums * peak).sum())
    likelihood += float(xlogy(task.row_sums, row).sum() + xlogy(task.column_sums, column).sum())
    return _State(theta, kernel, row * np.exp(-peak), column, likelihood, tolerance)


def _line_search(task: _Task, state: _State, step: Floats, part: Floats, tolerance: float) -> _State:
    """Take the step, or half of it as long as the likelihood would fall.

    `part` (K, c) is what columns explain of the covariates: by so much the column factors give way to a change of θ.
    """
    share = 1.0
    for _ in range(40):
        change = share * step
        try:
            moved = _profile(
                task, state.theta + change, state.column * np.exp(np.clip(-change @ part, -9, 9)), tolerance
            )
        except InputError:  # so far out that nothing can be balanced: too long a step, like one that loses likelihood
            moved = None
        if moved is not None and moved.likelihood >= state.likelihood - 1e-9 * abs(state.likelihood):
            return moved
        share /= 2
    raise _not_converged("the search along a step of the interaction model", 40)


def balance(
    kernel: Floats,
    row_sums: Floats,
    column_sums: Floats,
    *,
    rows: bool = True,
    columns: bool = True,
    start: Floats | None = None,
    tolerance: float = 1e-12,
) -> tuple[Floats, Floats]:
    """Factors ``a, b`` such that ``a_i b_j kernel_ij`` has the wanted sums (Furness 1965; Deming and Stephan 1940).

    Parameters
    ----------
    kernel : (r, c) array
        Not negative.
    row_sums, column_sums : (r,), (c,) arrays
        Wanted sums; both have the same total when both are kept.
    rows, columns : bool
        Which sums are kept; with neither, the total.
    start : (c,) array, optional
        First column factors.
    tolerance : float
        Largest relative change of a column factor in the last sweep.

    Raises
    ------
    InputError
        When a positive sum stands over an empty row or column, or the sweeps do not converge.
    """
    r, c = kernel.shape
    if not (rows and columns):
        if rows:
            return _ratio(row_sums, kernel.sum(axis=1), "row"), np.ones(c)
        if columns:
            return np.ones(r), _ratio(column_sums, kernel.sum(axis=0), "column")
        return np.full(r, row_sums.sum() / kernel.sum()), np.ones(c)
    column = np.where(column_sums > 0, np.ones(c) if start is None else start, 0.0)
    column = np.where((column_sums > 0) & (column == 0), 1.0, column)
    for _ in range(_MAX_SWEEPS):
        row = _ratio(row_sums, kernel @ column, "row")
        renewed = _ratio(column_sums, row @ kernel, "column")
        worst = np.abs(np.divide(column, renewed, out=np.ones(c), where=renewed > 0) - 1).max(initial=0.0)
        column = renewed
        if worst <= tolerance:
            return row, column
    return _balance_newton(kernel, row_sums, column_sums, column, tolerance)


def _balance_newton(
    kernel: Floats, row_sums: Floats, column_sums: Floats, column: Floats, tolerance: float
) -> tuple[Floats, Floats]:
    """Balance where sweeps crawl, because the places nearly fall apart into groups: Newton on the convex dual."""
    some = column_sums > 0
    wanted, part = column_sums[some], kernel[:, some]
    b = np.log(column[some])
    for _ in range(_MAX_STEPS):
        factor = np.exp(b)
        row = _ratio(row_sums, part @ factor, "row")
        mean = row[:, None] * part * factor
        missed = wanted - mean.sum(axis=0)
        if np.abs(missed).max() <= max(tolerance, 1e-13) * wanted.max():
            column = np.zeros(len(column_sums))
            column[some] = factor
            return row, column
        step = _reduced_solve(mean, missed)
        # With rows balanced the dual is Σ r ln(K b) − Σ c b; halve the step until it falls.
        value = _dual(part, row_sums, wanted, b)
        share = 1.0
        while share > 1e-10 and not _dual(part, row_sums, wanted, b + share * step) <= value:
            share /= 2
        b = b + share * step
    raise _not_converged("the balancing of rows and columns", _MAX_STEPS)


def _dual(kernel: Floats, row_sums: Floats, column_sums: Floats, b: Floats) -> float:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return float(xlogy(row_sums, kernel @ np.exp(b)).sum() - column_sums @ b)


def _reduced_solve(mean: Floats, right: Floats) -> Floats:
    """Solve (diag(column sums) − Mᵀ diag(1 / row sums) M) v = right; one direction is free, the shortest v is taken."""
    scaled = mean * _safe(np.ones(len(mean)), mean.sum(axis=1))[:, None]
    matrix = np.diag(mean.sum(axis=0)) - mean.T @ scaled
    scale = 1 / np.sqrt(np.maximum(mean.sum(axis=0), 1e-300))
    solution = np.linalg.lstsq(matrix * scale[:, None] * scale, right * scale, rcond=1e-13)[0]
    return np.asarray(solution * scale)


def _ratio(wanted: Floats, present: Floats, what: str) -> Floats:
    if present.min() > 0:  # the usual case, and the one that has to be quick
        return wanted / present
    empty = (wanted > 0) & ~(present > 0)
    if empty.any():
        raise InputError(
            Problem(f"{what} {int(np.flatnonzero(empty)[0]) + 1} has people but no cell to put them in",
                    expected=f"at least one possible pair in every {what} with flows")
        )  # fmt: skip
    return np.divide(wanted, present, out=np.zeros_like(present), where=wanted > 0)


def _information(task: _Task, mean: Floats, start: tuple[Floats, Floats]) -> tuple[Floats, tuple[Floats, Floats]]:
    """Second derivatives of the likelihood in θ, (K, K), and what rows and columns explain of the covariates.

    They are the weighted products of the projected covariates. Written as the quadratic form of the projection, an
    error of the parts enters only by its square, so parts known to five digits give ten.
    """
    weighted = task.x * mean
    whole = np.einsum("kij,lij->kl", weighted, task.x)
    sums = _Sums.of(mean, weighted)
    row, column = part = _factor_part(task, mean, sums, start, 1e-5)
    crossed = row @ sums.covariate_by_row.T + column @ sums.covariate_by_column.T
    own = (row * sums.by_row) @ row.T + (column * sums.by_column) @ column.T
    both = row @ mean @ column.T
    information = whole - crossed - crossed.T + own + both + both.T
    if not np.isfinite(information).all() or (np.diag(information) <= 1e-10 * np.diag(whole)).any():
        raise _singular()
    return np.asarray((information + information.T) / 2), part


def _projection(task: _Task, mean: Floats, start: tuple[Floats, Floats]) -> Floats:
    """Covariates without what the factors explain, by weighted least squares with the means as weights, (K, r, c)."""
    row, column = _factor_part(task, mean, _Sums.of(mean, task.x * mean), start, 1e-11)
    return np.asarray(task.x - row[:, :, None] - column[:, None, :])


@dataclass(frozen=True)
class _Sums:
    """Margins of the mean, (r,) and (c,), and of the covariates weighted by it, (K, r) and (K, c)."""

    by_row: Floats
    by_column: Floats
    covariate_by_row: Floats
    covariate_by_column: Floats

    @classmethod
    def of(cls, mean: Floats, weighted: Floats) -> _Sums:
        # products with ones: several times as fast as sums along an axis
        across, down = np.ones(mean.shape[1]), np.ones(mean.shape[0])
        return cls(mean @ across, down @ mean, weighted @ across, down @ weighted)


def _factor_part(
    task: _Task, mean: Floats, sums: _Sums, start: tuple[Floats, Floats], tolerance: float
) -> tuple[Floats, Floats]:
    """What rows (K, r) and columns (K, c) explain of each covariate; `start` is a first guess."""
    row, column = start[0].copy(), start[1].copy()
    if not (task.rows or task.columns):
        row[:] = (sums.covariate_by_row.sum(axis=1) / sums.by_row.sum())[:, None]
        return row, column
    for k, (by_row, by_column) in enumerate(zip(sums.covariate_by_row, sums.covariate_by_column, strict=True)):
        a, b = row[k], column[k]
        for _ in range(_MAX_SWEEPS):
            if task.rows:
                a = _safe(by_row - mean @ b, sums.by_row)
            before = b
            if task.columns:
                b = _safe(by_column - a @ mean, sums.by_column)
            settled = np.abs(b - before).max(initial=0.0) <= tolerance * max(np.abs(b).max(initial=0.0), 1e-300)
            if settled or not (task.rows and task.columns):
                break
        else:
            b = _reduced_solve(mean, by_column - mean.T @ _safe(by_row, sums.by_row))
            a = _safe(by_row - mean @ b, sums.by_row)
        row[k], column[k] = a, b
    return row, column


def _safe(top: Floats, bottom: Floats) -> Floats:
    if bottom.min() > 0:
        return top / bottom
    return np.divide(top, bottom, out=np.zeros_like(bottom), where=bottom > 0)


def _solve(information: Floats, gradient: Floats) -> Floats:
    scale = np.sqrt(np.diag(information))
    scaled = information / scale[:, None] / scale
    if len(gradient) > 1 and np.linalg.cond(scaled) > 1e12:
        raise _singular()
    return np.asarray(np.linalg.solve(scaled, gradient / scale) / scale) if len(gradient) else gradient


def _singular() -> InputError:
    return InputError(
        Problem("the model cannot tell its variables apart",
                expected="variables that differ between pairs, beyond what origins and destinations explain",
                advice="Leave out a variable, or a constraint, or give more areas.")
    )  # fmt: skip


def _not_converged(what: str, steps: int) -> InputError:
    return InputError(
        Problem(f"{what} did not converge in {steps} steps", expected="convergence",
                advice="Check the flows for areas that are cut off from all others, and the costs for outliers.")
    )  # fmt: skip


def truncated_mean(mean: Floats, lower: Floats, upper: Floats) -> Floats:
    """Expected value of a Poisson count that is known to lie in ``[lower, upper]``.

    Parameters
    ----------
    mean : array
        Mean of the count before anything is known about it.
    lower, upper : arrays of the same shape
        Bounds, both possible; whole numbers for a count.
    """
    first, last = np.ceil(lower), np.floor(upper)
    width = int((last - first).max(initial=0.0)) + 1
    if width > _WIDE:
        inside = pdtr(last, mean) - np.where(first > 0, pdtr(np.maximum(first - 1, 0), mean), 0.0)
        below = np.where(last > 0, pdtr(np.maximum(last - 1, 0), mean), 0.0)
        below = below - np.where(first > 1, pdtr(np.maximum(first - 2, 0), mean), 0.0)
        near = np.clip(mean, lower, upper)  # so far outside the bounds that the count sits on the nearer one
        return np.clip(np.where(inside > 1e-12, mean * below / np.maximum(inside, 1e-300), near), lower, upper)
    # Weights of the few possible counts, relative to the first: mean^k / ((first+1)…(first+k)), in logarithms.
    logarithm = np.zeros((width, *mean.shape))
    for k in range(1, width):
        step = np.log(np.maximum(mean, 1e-300)) - np.log(first + k)
        logarithm[k] = np.where(first + k <= last, logarithm[k - 1] + step, -np.inf)
    weights = np.exp(logarithm - logarithm.max(axis=0))
    extra = np.tensordot(np.arange(width, dtype=float), weights, axes=1) / weights.sum(axis=0)
    return np.asarray(np.clip(first + extra, lower, upper))
