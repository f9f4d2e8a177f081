"""Concentration, inequality and specialisation of one row of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from raumwerk.analysis._check import as_numbers
from raumwerk.errors import InputError, Problem

__all__ = ["gini", "herfindahl", "hoover", "krugman", "mean_log_deviation", "theil"]

Floats = NDArray[np.float64]
Numbers = Sequence[float] | Floats


def herfindahl(values: Numbers, *, normalised: bool = False) -> float:
    r"""Herfindahl–Hirschman index of concentration.

    Parameters
    ----------
    values : (n,) array_like
        Amounts (employees by sector, …), finite, at least 0, not all 0.
    normalised : bool
        Whether the index is stretched so that even amounts give 0.

    Returns
    -------
    float
        :math:`H = \sum s_i^2`, from 1/n (even) to 1; normalised :math:`(H - 1/n)/(1 - 1/n)`, from 0 to 1.

    Raises
    ------
    InputError
        When a value is bad, all are 0, or one single value is to be normalised.

    References
    ----------
    O. Farhauer, A. Kröll (2014): Standorttheorien, 2nd ed., chapter 10.

    Examples
    --------
    >>> round(herfindahl([20, 50, 20, 10]), 2), round(herfindahl([20, 50, 20, 10], normalised=True), 2)
    (0.34, 0.12)
    """
    share = _shares(values)
    index = float((share**2).sum())
    if not normalised:
        return index
    if len(share) < 2:
        raise InputError(Problem("there is one single value", expected="at least two values to normalise over"))
    return (index - 1 / len(share)) / (1 - 1 / len(share))


def gini(values: Numbers) -> float:
    r"""Gini coefficient of inequality.

    Parameters
    ----------
    values : (n,) array_like
        Finite, at least 0, not all 0; sorted here.

    Returns
    -------
    float
        :math:`G = \sum_i (2i - n - 1) x_i / (n \sum x)` over ascending x: 0 (all alike) to (n − 1)/n.

    Raises
    ------
    InputError
        When a value is bad or all are 0.

    References
    ----------
    F. Cowell (2011): Measuring Inequality, 3rd ed., chapter 2.

    Examples
    --------
    >>> round(gini([20, 50, 20, 10]), 12)
    0.3
    """
    share = np.sort(_shares(values))
    n = len(share)
    return float((2 * np.arange(1, n + 1) - n - 1) @ share / n)


def theil(values: Numbers) -> float:
    r"""Theil index of inequality.

    Parameters
    ----------
    values : (n,) array_like
        Finite, at least 0, not all 0.

    Returns
    -------
    float
        :math:`T = \frac1n \sum \frac{x}{\mu}\ln\frac{x}{\mu}`: 0 (all alike) to ln n; a value of 0 adds 0.

    Raises
    ------
    InputError
        When a value is bad or all are 0.

    References
    ----------
    H. Theil (1967): Economics and Information Theory, chapter 4.

    Examples
    --------
    >>> round(theil([10, 10, 10, 20, 50]), 7)
    0.2502012
    """
    relative = _shares(values) * len(values)
    present = relative[relative > 0]
    return float((present * np.log(present)).sum() / len(relative))


def mean_log_deviation(values: Numbers) -> float:
    r"""Mean log deviation, Theil's second measure of inequality (also called Theil's L).

    It weighs differences among the small more than :func:`theil`. The function ``theil`` of the R package REAT returns
    this measure.

    Parameters
    ----------
    values : (n,) array_like
        Finite, above 0.

    Returns
    -------
    float
        :math:`L = \frac1n \sum \ln\frac{\mu}{x}`, from 0 (all alike).

    Raises
    ------
    InputError
        When a value is bad or 0, for which the measure is infinite.

    References
    ----------
    H. Theil (1967): Economics and Information Theory, chapter 4.

    Examples
    --------
    >>> round(mean_log_deviation([10, 10, 10, 20, 50]), 7)
    0.2326302
    """
    share = _shares(values)
    if (share == 0).any():
        raise InputError(
            Problem(
                "the value is 0", expected="a number above 0", advice="Use theil(), which allows 0.", row=int(i) + 1
            )
            for i in np.flatnonzero(share == 0)
        )
    return float(-np.log(share * len(share)).mean())


def krugman(values: Numbers, reference: Numbers) -> float:
    r"""Krugman index of specialisation against a reference.

    Parameters
    ----------
    values, reference : (n,) array_like
        Amounts by the same n sectors; each finite, at least 0, not all 0.

    Returns
    -------
    float
        :math:`K = \sum|s_i - S_i|`: 0 (same structure) to 2 (nothing in common).

    Raises
    ------
    InputError
        When lengths differ or values are bad.

    References
    ----------
    P. Krugman (1991): Geography and Trade, p. 75–76.

    Examples
    --------
    >>> round(krugman([20, 50, 20, 10], [25, 25, 25, 25]), 12)
    0.5
    """
    share, other = _shares(values), _shares(reference)
    if len(share) != len(other):
        raise InputError(
            Problem(f"there are {len(share)} values and {len(other)} in the reference", expected="the same sectors")
        )
    return float(np.abs(share - other).sum())


def hoover(values: Numbers, reference: Numbers) -> float:
    r"""Hoover index (dissimilarity): the share that would have to move for both structures to be the same.

    Parameters
    ----------
    values, reference : (n,) array_like
        As for :func:`krugman`.

    Returns
    -------
    float
        :math:`\frac12\sum|s_i - S_i|`: 0 to 1.

    Raises
    ------
    InputError
        As for :func:`krugman`.

    References
    ----------
    E. M. Hoover (1936): The measurement of industrial localization. Review of Economics and Statistics 18, 162–171.

    Examples
    --------
    >>> round(hoover([20, 50, 20, 10], [25, 25, 25, 25]), 12)
    0.25
    """
    return krugman(values, reference) / 2


def _shares(values: Numbers) -> Floats:
    numbers = as_numbers(values, "the values")
    if numbers.ndim != 1 or not len(numbers):
        raise InputError(Problem(f"the values have the shape {numbers.shape}", expected="one row of numbers"))
    bad = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0)))
    if len(bad):
        raise InputError(
            Problem(f"the value is {numbers[i]}", expected="a finite number of at least 0",
                    advice="Leave out what is not known, together with its reference.", row=int(i) + 1)
            for i in bad
        )  # fmt: skip
    if numbers.sum() == 0:
        raise InputError(Problem("all values are 0", expected="at least one value above 0"))
    return np.asarray(numbers / numbers.sum())
