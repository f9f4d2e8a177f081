"""How well modelled flows meet observed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from raumwerk.analysis._check import as_numbers, finite_array
from raumwerk.errors import InputError, Problem

__all__ = ["GoodnessOfFit", "common_part", "goodness_of_fit"]

Floats = NDArray[np.float64]

_MANY = 1e6  # persons; above it counting costs more than it saves


@dataclass(frozen=True)
class GoodnessOfFit:
    """Measures of agreement over the same cells.

    Parameters
    ----------
    cells : int
        Number of pairs compared.
    srmse : float
        Standardised root mean square error: RMSE over the mean observed flow; 0 is perfect, 1 and more is poor.
    cpc : float
        Common part of commuters, 0 to 1: the share of people whom both matrices put into the same pair.
    deviance : float
        Poisson deviance, 0 is perfect.
    pseudo_r2 : float
        McFadden's 1 − ln L(model) / ln L(one common mean); can be negative.
    explained_deviance : float
        1 − deviance(model) / deviance(one common mean).
    log_likelihood : float
        Poisson log-likelihood of the modelled flows.
    """

    cells: int
    srmse: float
    cpc: float
    deviance: float
    pseudo_r2: float
    explained_deviance: float
    log_likelihood: float


def common_part(observed: Any, modelled: Any) -> float:
    """Common part of commuters: ``2 Σ min(T, M) / (Σ T + Σ M)``.

    Parameters
    ----------
    observed, modelled : array_like of the same shape
        Flows, not negative.

    Returns
    -------
    float
        Between 0 (no common cell) and 1 (the same matrix).

    Raises
    ------
    InputError
        When shapes differ, a value is negative or not finite, or nobody commutes in either.

    Notes
    -----
    Lenormand, Huet, Gargiulo and Deffuant (2012), "A universal model of commuting networks", PLoS ONE 7(10); the same
    as the index of Sørensen (1948).

    Examples
    --------
    >>> common_part([4, 6], [5, 5])
    0.9
    """
    first, second = _pair(observed, modelled)
    total = float(first.sum() + second.sum())
    if total == 0:
        raise InputError(Problem("nobody commutes in either matrix", expected="at least one flow above 0"))
    return float(2 * np.minimum(first, second).sum() / total)


def goodness_of_fit(observed: Any, modelled: Any, *, cells: Any = None) -> GoodnessOfFit:
    """Compare modelled flows with observed ones.

    Parameters
    ----------
    observed, modelled : array_like of the same shape
        Flows, not negative and finite.
    cells : bool array_like, optional
        Pairs to compare; default all.

    Returns
    -------
    GoodnessOfFit

    Raises
    ------
    InputError
        When shapes differ, a value is negative or not finite, no cell is left or nobody commutes in them.

    Notes
    -----
    SRMSE as in Knudsen and Fotheringham (1986), "Matrix comparison, goodness-of-fit, and spatial interaction
    modeling", International Regional Science Review 10(2); pseudo-R² after McFadden (1974).

    Examples
    --------
    >>> result = goodness_of_fit([4.0, 6.0], [5.0, 5.0])
    >>> result.srmse, result.cpc
    (0.2, 0.9)
    """
    y, m = _pair(observed, modelled)
    if cells is not None:
        chosen = np.asarray(cells, dtype=bool)
        if chosen.shape != y.shape:
            raise InputError(Problem(f"cells has the shape {chosen.shape}", expected=f"that of the flows, {y.shape}"))
        # Zeros on both sides add nothing to any sum, and cost less than picking the others out.
        y, m, compared = np.where(chosen, y, 0.0), np.where(chosen, m, 0.0), int(chosen.sum())
    else:
        compared = y.size
    y, m = y.ravel(), m.ravel()
    total = float(y.sum())
    if total == 0:
        raise InputError(Problem("there is nothing to compare", expected="at least one pair with an observed flow"))
    mean = total / compared
    # Σ y ln y, Σ y ln m and Σ y ln ȳ, from which likelihoods and deviances of model and null model follow
    own, constant = _sums_of_counts(y)
    with np.errstate(divide="ignore"):  # people where the model has none: the likelihood is 0, its logarithm −∞
        model = float((y * np.log(np.where(y > 0, m, 1.0))).sum())
    null = total * float(np.log(mean))
    surplus = float(m.sum()) - total
    deviance, null_deviance = 2 * max(own - model + surplus, 0.0), 2 * (own - null)
    likelihood = model - total - surplus - constant
    return GoodnessOfFit(
        cells=compared,
        srmse=float(np.sqrt(np.sum((y - m) ** 2) / compared) / mean),
        cpc=float(2 * np.minimum(y, m).sum() / (2 * total + surplus)),
        deviance=deviance,
        pseudo_r2=1 - likelihood / (null - total - constant),
        explained_deviance=1 - deviance / null_deviance if null_deviance > 0 else float(deviance == 0),
        log_likelihood=likelihood,
    )


def _pair(observed: Any, modelled: Any) -> tuple[Floats, Floats]:
    first, second = as_numbers(observed, "the observed flows"), as_numbers(modelled, "the modelled flows")
    if first.shape != second.shape:
        raise InputError(
            Problem(f"the shapes {first.shape} and {second.shape} differ", expected="the same pairs twice")
        )
    return finite_array(first, "an observed flow"), finite_array(second, "a modelled flow")


def _sums_of_counts(y: Floats) -> tuple[float, float]:
    """Σ y ln y and Σ ln y!; whole numbers are first counted, as most flows are small and alike."""
    if y.max() < _MANY:
        whole = y.astype(np.int64)
        if (whole == y).all():
            often = np.bincount(whole)
            value = np.flatnonzero(often).astype(float)
            often = often[often > 0]
            return float((often * xlogy(value, value)).sum()), float((often * gammaln(value + 1)).sum())
    return float(xlogy(y, y).sum()), float(gammaln(y + 1).sum())
