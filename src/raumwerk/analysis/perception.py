"""Felt against measured: answers of people beside an indicator, with small groups protected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from raumwerk.errors import InputError, Problem

__all__ = ["FeltAndMeasured", "felt_against_measured", "protect_small_groups"]

Floats = NDArray[np.float64]
MINIMUM = 5


@dataclass(frozen=True, slots=True)
class FeltAndMeasured:
    """Answers beside an indicator.

    Parameters
    ----------
    areas : polars.DataFrame
        ``area, answers, mean, shrunk, lower, upper, measured, gap, gap_rank``: number and mean of the answers, the mean
        drawn towards that of all areas the less answers there are, its 90 % interval, the indicator, the gap in
        standard deviations (above 0: felt better than measured) and its rank by size. Only areas with enough answers
        and a measured value.
    suppressed : int
        Areas with too few answers. Neither their numbers nor totals that include them are given.
    correlation, correlation_lower, correlation_upper : float
        Spearman's rank correlation of the shrunk means and the indicator (higher = better on both sides), and its
        90 % bootstrap interval over areas.
    draws : int
    """

    areas: pl.DataFrame
    suppressed: int
    correlation: float
    correlation_lower: float
    correlation_upper: float
    draws: int


def felt_against_measured(
    answers: pl.DataFrame,
    measured: Mapping[str, float],
    *,
    direction: Literal["up", "down"] = "up",
    minimum: int = MINIMUM,
    draws: int = 2000,
    seed: int = 0,
    area: str = "area",
    score: str = "score",
) -> FeltAndMeasured:
    r"""Compare what people feel with what is measured, area by area.

    Parameters
    ----------
    answers : polars.DataFrame
        One row per answer: the area and a score, higher = better.
    measured : mapping
        The indicator for each area; areas without one are left out.
    direction : {"up", "down"}
        Whether a high or a low indicator is good.
    minimum : int
        Areas with fewer answers are suppressed; at least 2.
    draws : int
        Bootstrap draws, at least 1.
    seed : int
    area, score : str
        Names of the columns.

    Returns
    -------
    FeltAndMeasured
        With :math:`n_i` answers of mean :math:`\bar x_i`, pooled variance :math:`\sigma^2` within and :math:`\tau^2`
        between areas (method of moments), the shrunk mean is
        :math:`\mu + B_i(\bar x_i - \mu)`, :math:`B_i = \tau^2/(\tau^2 + \sigma^2/n_i)`, with standard error
        :math:`\sigma\sqrt{B_i/n_i}`. The gap is z(shrunk) − z(measured).

    Raises
    ------
    InputError
        When a column is missing, a score is no number, an option is out of range, fewer than three areas can be
        shown, or answers or indicator are the same in all of them.

    References
    ----------
    B. Efron, C. Morris (1975): J. American Statistical Association 70, 311–319. J. Rao, I. Molina (2015): Small Area
    Estimation, 2nd ed., chapter 5.3 (moments).

    Examples
    --------
    >>> import polars as pl
    >>> answers = pl.DataFrame({"area": ["a"] * 6 + ["b"] * 6 + ["c"] * 6 + ["d"],
    ...                         "score": [1, 2, 1, 2, 1, 2, 3, 3, 2, 3, 4, 3, 5, 4, 5, 5, 4, 5, 1]})
    >>> found = felt_against_measured(answers, {"a": 10, "b": 20, "c": 15, "d": 5}, draws=200)
    >>> found.areas.select("area", "answers", "gap_rank").rows(), found.suppressed, found.correlation
    ([('a', 6, 3), ('b', 6, 1), ('c', 6, 2)], 1, 0.5)
    """
    _check(answers, area, score, minimum=minimum, draws=draws, direction=direction)
    groups = (
        answers.group_by(area)
        .agg(answers=pl.len().cast(pl.Int64), mean=pl.col(score).cast(pl.Float64).mean(),
             spread=pl.col(score).cast(pl.Float64).var())
        .rename({area: "area"})
        .sort("area")
    )  # fmt: skip
    shown = groups.filter(pl.col("answers") >= minimum)
    known = [code for code in shown["area"] if measured.get(code) is not None and np.isfinite(measured[code])]
    shown = shown.filter(pl.col("area").is_in(known))
    if len(shown) < 3:
        raise InputError(
            Problem(f"{len(shown)} areas have {minimum} answers or more and a measured value",
                    expected="at least three", advice="Use larger areas.")
        )  # fmt: skip
    value = np.array([float(measured[code]) for code in shown["area"]])
    n, mean, spread = (shown[name].to_numpy().astype(float) for name in ("answers", "mean", "spread"))
    shrunk, error = _shrink(n, mean, spread)
    good = value if direction == "up" else -value
    if np.ptp(shrunk) == 0 or np.ptp(good) == 0:
        raise InputError(Problem("answers or indicator are the same in all areas", expected="differences to compare"))
    gap = _z(shrunk) - _z(good)
    rng = np.random.default_rng(seed)
    low, high = _bootstrap(shrunk, good, rng, draws)
    width = float(norm.ppf(0.95)) * error
    frame = shown.select("area", "answers", "mean").with_columns(
        shrunk=pl.Series(shrunk), lower=pl.Series(shrunk - width), upper=pl.Series(shrunk + width),
        measured=pl.Series(value), gap=pl.Series(gap),
        gap_rank=pl.Series(rankdata(-np.abs(gap), method="min").astype(np.int64)),
    )  # fmt: skip
    suppressed = int((groups["answers"] < minimum).sum())
    return FeltAndMeasured(frame, suppressed, _spearman(shrunk, good), low, high, draws)


def protect_small_groups(
    table: pl.DataFrame, *, minimum: int = MINIMUM, count: str = "answers", group: str | None = None
) -> pl.DataFrame:
    """Mark the rows whose counts must not be shown, so that totals do not give them away.

    Rows below the minimum are suppressed. Where in a group only one row is, or all suppressed rows together stay below
    the minimum, the next smallest rows are suppressed too, since the group's total would reveal them otherwise.

    Parameters
    ----------
    table : polars.DataFrame
        With a column of counts, at least 0, no nulls.
    minimum : int
        At least 2.
    count : str
        Column with the counts.
    group : str, optional
        Column with the group whose total is published (e.g. the district); default: one group.

    Returns
    -------
    polars.DataFrame
        The table with ``suppressed`` (bool) added; the counts of these rows are null.

    Raises
    ------
    InputError
        When a column is missing or a count is bad.

    References
    ----------
    A. Hundepool et al. (2012): Statistical Disclosure Control, chapter 4 (secondary suppression).

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"area": ["a", "b", "c"], "answers": [3, 8, 30]})
    >>> protect_small_groups(table)["answers"].to_list()
    [None, None, 30]
    """
    missing = [name for name in (count, group) if name is not None and name not in table.columns]
    if missing or minimum < 2:
        raise InputError(
            [Problem("the column is missing", expected="a column of the table", column=name) for name in missing]
            or Problem(f"the minimum is {minimum}", expected="at least 2")
        )
    numbers = table[count].cast(pl.Float64)
    wrong = (numbers.is_null() | ~numbers.is_finite() | (numbers < 0)).fill_null(value=True)
    if wrong.any():
        raise InputError(
            Problem(f"the count is {table[count][row]}", expected="a number of at least 0", row=row + 1, column=count)
            for row in wrong.arg_true().to_list()
        )
    hidden = np.zeros(len(table), bool)
    values = numbers.to_numpy()
    labels = np.zeros(len(table)) if group is None else table[group].rank("dense").to_numpy()
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        rows = rows[np.argsort(values[rows], kind="stable")]
        small = int((values[rows] < minimum).sum())
        while 0 < small < len(rows) and (small < 2 or values[rows[:small]].sum() < minimum):
            small += 1
        hidden[rows[:small]] = True
    mask = pl.Series(hidden)
    return table.with_columns(pl.when(~mask).then(pl.col(count)).alias(count), suppressed=mask)


def _check(answers: pl.DataFrame, area: str, score: str, *, minimum: int, draws: int, direction: str) -> None:
    problems = [Problem("the column is missing", expected="a column of the answers", column=name)
                for name in (area, score) if name not in answers.columns]  # fmt: skip
    if minimum < 2 or draws < 1 or direction not in ("up", "down"):
        problems.append(Problem(f"minimum {minimum}, draws {draws}, direction {direction!r}",
                                expected="a minimum of 2 or more, a draw, 'up' or 'down'"))  # fmt: skip
    if problems:
        raise InputError(problems)
    numbers = answers[score].cast(pl.Float64, strict=False)
    wrong = (numbers.is_null() | ~numbers.is_finite()).fill_null(value=True) | answers[area].is_null()
    if wrong.any():
        raise InputError(
            Problem(f"the answer is {answers[score][row]} in {answers[area][row]}", expected="an area and a number",
                    row=row + 1)
            for row in wrong.arg_true().to_list()
        )  # fmt: skip


def _shrink(n: Floats, mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Empirical-Bayes means and their standard errors; method of moments."""
    within = float(((n - 1) * spread).sum() / (n - 1).sum())
    total = n.sum()
    weighted = float(n @ mean / total)
    between = float((n * (mean - weighted) ** 2).sum()) - (len(n) - 1) * within
    tau = max(between / (total - float((n**2).sum()) / total), 0.0)
    if tau == 0:
        return np.full(len(n), weighted), np.full(len(n), np.sqrt(within / total))
    precision = 1 / (tau + within / n)
    centre = float(precision @ mean / precision.sum())
    keep = tau / (tau + within / n)
    return centre + keep * (mean - centre), np.sqrt(keep * within / n)


def _z(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())


def _spearman(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def _bootstrap(one: Floats, other: Floats, rng: np.random.Generator, draws: int) -> tuple[float, float]:
    found = []
    for _ in range(draws):
        rows = rng.integers(0, len(one), len(one))
        if np.ptp(one[rows]) > 0 and np.ptp(other[rows]) > 0:
            found.append(_spearman(one[rows], other[rows]))
    low, high = np.quantile(found, [0.05, 0.95])
    return float(low), float(high)
