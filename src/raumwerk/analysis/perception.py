"""Felt against measured: answers of people beside an indicator, with small groups protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack
from scipy.stats import norm, rankdata

from raumwerk.analysis._check import least_seed, number_columns, whole_number
from raumwerk.errors import InputError, Problem

__all__ = ["FeltAndMeasured", "ProtectedCounts", "felt_against_measured", "protect_small_groups"]

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
    _check(answers, area, score, minimum=minimum, draws=draws, direction=direction, seed=seed)
    groups = (
        answers.group_by(area)
        .agg(answers=pl.len().cast(pl.Int64), mean=pl.col(score).cast(pl.Float64).mean(),
             spread=pl.col(score).cast(pl.Float64).var())
        .rename({area: "area"})
        .sort("area")
    )  # fmt: skip
    shown = groups.filter(pl.col("answers") >= minimum)
    known = [code for code in shown["area"] if measured.get(code) is not None]
    odd = [code for code in known if not np.isfinite(measured[code])]
    if odd:
        raise InputError(
            Problem(f"the measured value is {measured[code]}", expected="a finite number, or none",
                    advice="Leave the area out where it is not known.", row=code)
            for code in odd
        )  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class ProtectedCounts:
    """A table of counts of which some must not be shown.

    Parameters
    ----------
    rows : polars.DataFrame
        The table with ``suppressed`` (bool) added; the counts of these rows are null.
    totals : polars.DataFrame
        ``margin, group``, the count and ``suppressed``: the totals of each margin, and last, with both null, that of
        all. Only what is not null may be published.
    """

    rows: pl.DataFrame
    totals: pl.DataFrame


def protect_small_groups(
    table: pl.DataFrame, *, minimum: int = MINIMUM, count: str = "answers", group: str | Sequence[str] | None = None
) -> ProtectedCounts:
    r"""Suppress small counts, and as many others as it takes that no published total gives them away.

    Rows and totals below the minimum are suppressed. Further ones follow, small ones first, until nobody who knows all
    that is published, and that counts are not negative, can tell that a small count is not 0 or that it is below the
    minimum.

    Parameters
    ----------
    table : polars.DataFrame
        n rows with a column of counts, at least 0, no nulls.
    minimum : int
        At least 2.
    count : str
        Column with the counts.
    group : str or sequence of str, optional
        Columns whose totals are published beside the rows, without nulls: one above the other (district, region),
        across each other (district, age group), or both. The total of all rows counts as published in any case.

    Returns
    -------
    ProtectedCounts

    Raises
    ------
    InputError
        When a column is missing, a group is null or a count is bad.

    Notes
    -----
    With counts :math:`x` of rows and totals and the equations :math:`Ax = 0` between them, a small count
    :math:`x_p` is safe when there are counts :math:`x + \delta \ge 0` with :math:`A\delta = 0` that differ from the
    published ones only where these are suppressed, once with :math:`x_p + \delta_p = 0` and once with
    :math:`x_p + \delta_p` = minimum. The cells to suppress are those that the cheapest such :math:`\delta` touches: the
    linear programme for secondary suppression in A. Hundepool et al. (2012), Statistical Disclosure Control, chapter 4.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"area": ["a", "b", "c"], "answers": [3, 8, 30]})
    >>> safe = protect_small_groups(table)
    >>> safe.rows["answers"].to_list(), safe.totals["answers"].to_list()
    ([None, None, 30], [41])
    """
    margins = [] if group is None else [group] if isinstance(group, str) else list(group)
    _check_counts(table, count, margins, minimum)
    cells, equations, named = _with_totals(table, count, margins)
    n = len(table)
    hidden = cells < minimum
    if len(margins) <= 1:
        _hide_within_groups(cells[:n], hidden[:n], _codes(table[margins[0]]) if margins else np.zeros(n, int), minimum)
    cost = np.r_[cells[:n], 2 * cells[n:] + 1] + 1
    for p in np.flatnonzero(cells < minimum):
        for aim in (0.0, float(minimum)):
            touched = _cheapest_change(equations, cells, np.where(hidden, 0.0, cost), int(p), aim - cells[p])
            hidden |= touched
    counts = pl.concat([table[count], named[count].cast(table[count].dtype)])
    shown = pl.select(pl.when(~pl.Series(hidden)).then(counts)).to_series().alias(count)
    return ProtectedCounts(
        table.with_columns(shown[:n], suppressed=pl.Series(hidden[:n])),
        named.with_columns(shown[n:], suppressed=pl.Series(hidden[n:])),
    )


def _check_counts(table: pl.DataFrame, count: str, margins: list[str], minimum: int) -> None:
    whole_number(minimum, "minimum", 2)
    problems = [Problem("the column is missing", expected="a column of the table", column=name)
                for name in (count, *margins) if name not in table.columns]  # fmt: skip
    problems += number_columns(table, [count])
    if not problems and table.is_empty():
        problems.append(Problem("the table has no rows", expected="at least one count"))
    if problems:
        raise InputError(problems)
    numbers = table[count].cast(pl.Float64)
    wrong = (numbers.is_null() | ~numbers.is_finite() | (numbers < 0)).fill_null(value=True)
    problems = [Problem(f"the count is {table[count][row]}", expected="a number of at least 0", row=row + 1,
                        column=count) for row in wrong.arg_true().to_list()]  # fmt: skip
    problems += [Problem("the group is absent", expected="a group for every row", row=row + 1, column=name)
                 for name in margins for row in table[name].is_null().arg_true().to_list()]  # fmt: skip
    if problems:
        raise InputError(problems)


def _codes(labels: pl.Series) -> NDArray[np.int64]:
    return labels.rank("dense").cast(pl.Int64).to_numpy() - 1


def _with_totals(table: pl.DataFrame, count: str, margins: list[str]) -> tuple[Floats, csr_array, pl.DataFrame]:
    """Counts of rows and then of totals, the equations between them (0 = Σ rows − total), and the frame of totals."""
    n = len(table)
    values = table[count].cast(pl.Float64).to_numpy()
    rows, columns, names = [], [], list[tuple[str | None, str | None]]()
    for margin in margins:
        codes = _codes(table[margin])
        groups = table[margin].cast(pl.String).to_numpy()[np.unique(codes, return_index=True)[1]]
        rows.append(len(names) + codes)
        columns.append(np.arange(n))
        names += [(margin, name) for name in groups]
    rows.append(np.full(n, len(names)))
    columns.append(np.arange(n))
    names.append((None, None))
    m = len(names)
    at = np.concatenate(rows), np.concatenate(columns)
    parts = csr_array((np.ones(len(at[0])), at), shape=(m, n))
    totals = parts @ values
    frame = pl.DataFrame(names, schema={"margin": pl.String, "group": pl.String}, orient="row").with_columns(
        pl.Series(count, totals)
    )
    return np.concatenate([values, totals]), csr_array(hstack([parts, -eye_array(m)])), frame


def _hide_within_groups(values: Floats, hidden: NDArray[np.bool_], codes: NDArray[np.int64], minimum: int) -> None:
    """Hide the next smallest rows of a group where one alone is hidden, or all hidden together are below minimum."""
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        rows = rows[np.argsort(values[rows], kind="stable")]
        small = int((values[rows] < minimum).sum())
        while 0 < small < len(rows) and (small < 2 or values[rows[:small]].sum() < minimum):
            small += 1
        hidden[rows[:small]] = True


def _cheapest_change(equations: csr_array, cells: Floats, cost: Floats, p: int, by: float) -> NDArray[np.bool_]:
    """Cells that change when cell ``p`` changes by so much, all sums still hold and no count falls below 0."""
    if by == 0:
        return np.zeros(len(cells), bool)
    upper = np.r_[np.full(len(cells), np.inf), cells]  # rises, then falls
    lower = np.zeros(2 * len(cells))
    own, other = (p, len(cells) + p) if by > 0 else (len(cells) + p, p)
    lower[own] = upper[own] = abs(by)
    upper[other] = 0.0
    found = linprog(
        np.tile(cost, 2), A_eq=hstack([equations, -equations]).tocsr(), b_eq=np.zeros(equations.shape[0]),
        bounds=np.column_stack([lower, upper]), method="highs",
    )  # fmt: skip
    if not found.success:
        raise InputError(Problem(f"no way was found to protect a count of {cells[p]:g}: {found.message}",
                                 expected="a table with totals that can be suppressed"))  # fmt: skip
    return np.asarray(np.abs(found.x).reshape(2, -1).max(axis=0) > 1e-7)


def _check(
    answers: pl.DataFrame, area: str, score: str, *, minimum: int, draws: int, direction: str, seed: int
) -> None:
    problems = [Problem("the column is missing", expected="a column of the answers", column=name)
                for name in (area, score) if name not in answers.columns]  # fmt: skip
    whole_number(minimum, "minimum", 2)
    whole_number(draws, "draws", 1)
    least_seed(seed)
    if direction not in ("up", "down"):
        problems.append(Problem(f"the direction is {direction!r}", expected="'up' or 'down'"))
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
    if not found:
        raise InputError(Problem(f"none of {draws} draws tells areas apart", expected="differences to compare",
                                 advice="Take more draws, or more areas."))  # fmt: skip
    low, high = np.quantile(found, [0.05, 0.95])
    return float(low), float(high)
