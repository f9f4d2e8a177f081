"""Do neighbours resemble each other? Moran's I for all areas and for each of them (LISA)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from raumwerk.analysis._check import as_numbers, least_seed, whole_number
from raumwerk.errors import InputError, Problem

__all__ = ["Moran", "local_moran", "morans_i"]

Floats = NDArray[np.float64]

_KINDS = {(True, True): "high-high", (False, True): "low-high",
          (False, False): "low-low", (True, False): "high-low"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moran:
    """Global Moran's I.

    Parameters
    ----------
    statistic, expected : float
        I, and its value when neighbours are no more alike than others, −1/(n − 1).
    p_permutation : float
        Share of the permutations, the given map included, that lie at least as far from their mean; two-sided.
    areas, without_neighbours : int
    permutations : int
    """

    statistic: float
    expected: float
    p_permutation: float
    areas: int
    without_neighbours: int
    permutations: int


def morans_i(
    values: Mapping[str, float],
    neighbours: Iterable[tuple[str, str]],
    *,
    permutations: int = 999,
    seed: int = 0,
) -> Moran:
    r"""Moran's I: are neighbours alike (above −1/(n − 1)) or different (below)?

    Parameters
    ----------
    values : mapping
        One finite number for each of the n ≥ 3 areas, not all the same. Use rates, not counts.
    neighbours : iterable of pairs of codes
        Areas that touch; one direction is enough. Pairs with codes without a value are ignored. Each area's neighbours
        weigh 1 together.
    permutations : int
        At least 1.
    seed : int

    Returns
    -------
    Moran
        :math:`I = \frac{n}{S_0}\frac{\sum_{ij} w_{ij} z_i z_j}{\sum_i z_i^2}`, z deviations from the mean,
        :math:`S_0 = \sum w_{ij}`.

    Raises
    ------
    InputError
        When a value is not finite, all are the same, there are fewer than 3 areas or no neighbours.

    References
    ----------
    P. Moran (1950): Notes on continuous stochastic phenomena. Biometrika 37, 17–23.

    Examples
    --------
    >>> row = [("a", "b"), ("b", "c"), ("c", "d")]
    >>> round(morans_i({"a": 1, "b": 2, "c": 8, "d": 9}, row).statistic, 4)
    0.54
    """
    codes, numbers, weights = _input(values, neighbours, permutations, seed)
    deviations = numbers - numbers.mean()
    scale = len(numbers) / weights.sum() / (deviations @ deviations)
    statistic = scale * (deviations @ (weights @ deviations))
    rng = np.random.default_rng(seed)
    draws = np.array([scale * (z @ (weights @ z)) for z in (rng.permutation(deviations) for _ in range(permutations))])
    middle = draws.mean()
    extreme = np.abs(draws - middle) >= abs(statistic - middle) - 1e-12
    return Moran(
        float(statistic), -1 / (len(codes) - 1), float((extreme.sum() + 1) / (permutations + 1)),
        len(codes), int((np.diff(weights.indptr) == 0).sum()), permutations,
    )  # fmt: skip


def local_moran(
    values: Mapping[str, float],
    neighbours: Iterable[tuple[str, str]],
    *,
    permutations: int = 999,
    seed: int = 0,
    false_discovery_rate: float = 0.05,
) -> pl.DataFrame:
    """Local Moran statistics (LISA): hot spots, cold spots and outliers.

    Parameters
    ----------
    values, neighbours, permutations, seed
        As for :func:`morans_i`.
    false_discovery_rate : float
        Share of false alarms among the areas called significant (Benjamini and Hochberg), above 0, below 1.

    Returns
    -------
    polars.DataFrame
        One row per area, by code: ``area, value, statistic, p, kind, significant``; p is one-sided,
        from permutations that leave the area's own value in place; kind is high-high (hot spot),
        low-low (cold spot), high-low or low-high (outliers), the area first, its neighbours second. An area without
        neighbours has nulls and is never significant.

    Raises
    ------
    InputError
        As :func:`morans_i`, or when the rate is out of range.

    References
    ----------
    L. Anselin (1995): Local indicators of spatial association. Geographical Analysis 27, 93–115.
    M. Caldas de Castro, B. Singer (2006): Controlling the false discovery rate. Geographical Analysis 38, 180–208.

    Examples
    --------
    >>> row = [("a", "b"), ("b", "c"), ("c", "d")]
    >>> local_moran({"a": 1, "b": 2, "c": 8, "d": 9}, row)["kind"].to_list()
    ['low-low', 'low-low', 'high-high', 'high-high']
    """
    if not 0 < false_discovery_rate < 1:
        raise InputError(Problem(f"the false discovery rate is {false_discovery_rate}", expected="above 0, below 1"))
    codes, numbers, weights = _input(values, neighbours, permutations, seed)
    z = numbers - numbers.mean()
    lag = weights @ z
    statistic = z * lag * (len(z) - 1) / (z @ z)
    p = _conditional_p(z, lag, weights, permutations, np.random.default_rng(seed))
    joined = np.diff(weights.indptr) > 0
    significant = joined & (p <= _discovery_limit(p[joined], false_discovery_rate))
    kinds = [_KINDS[high, near_high] for high, near_high in zip(z > 0, lag > 0, strict=True)]
    known = pl.Series(joined)
    frame = pl.DataFrame({"area": codes, "value": numbers, "statistic": statistic, "p": p, "kind": kinds})
    return frame.with_columns(
        *(pl.when(known).then(pl.col(name)).alias(name) for name in ("statistic", "p", "kind")),
        significant=pl.Series(significant),
    )


def _conditional_p(z: Floats, lag: Floats, weights: csr_array, permutations: int, rng: np.random.Generator) -> Floats:
    """Pseudo p of each area: its value stays, its neighbours' values are drawn from all others (one-sided)."""
    sizes = np.diff(weights.indptr)
    order = np.argsort(rng.random((permutations, len(z) - 1)), axis=1)[:, : max(sizes.max(), 1)]
    p = np.ones(len(z))
    for area in np.flatnonzero(sizes):
        drawn = order[:, : sizes[area]]
        draws = z[drawn + (drawn >= area)].mean(axis=1)
        above = int((draws >= lag[area] - 1e-12).sum())
        below = int((draws <= lag[area] + 1e-12).sum())
        p[area] = (min(above, below) + 1) / (permutations + 1)
    return p


def _discovery_limit(p: Floats, rate: float) -> float:
    """Largest p that is still significant at the false discovery rate; below 0 when none is."""
    ordered = np.sort(p)
    passed = ordered <= rate * np.arange(1, len(p) + 1) / len(p)
    return float(ordered[passed][-1]) if passed.any() else -1.0


def _input(
    values: Mapping[str, float], neighbours: Iterable[tuple[str, str]], permutations: int, seed: int
) -> tuple[list[str], Floats, csr_array]:
    whole_number(permutations, "permutations", 1)
    least_seed(seed)
    codes = sorted(values)
    numbers = as_numbers([np.nan if values[code] is None else values[code] for code in codes], "the values")
    problems = [
        Problem(f"the value is {values[codes[i]]}", expected="a finite number", advice="Leave the area out.",
                row=codes[i])
        for i in np.flatnonzero(~np.isfinite(numbers))
    ]  # fmt: skip
    if not problems and (len(codes) < 3 or np.ptp(numbers) == 0):
        problems.append(Problem(f"{len(codes)} areas, all alike" if len(codes) > 2 else f"{len(codes)} areas",
                                expected="at least three areas with different values"))  # fmt: skip
    beside: dict[str, set[str]] = {code: set() for code in codes}
    for one, other in neighbours:
        if one in beside and other in beside and one != other:
            beside[one].add(other)
            beside[other].add(one)
    if not any(beside.values()):
        problems.append(Problem("no two areas with a value are neighbours", expected="pairs of codes that touch"))
    if problems:
        raise InputError(problems)
    place = {code: index for index, code in enumerate(codes)}
    near = [np.array(sorted(place[other] for other in beside[code]), dtype=np.int64) for code in codes]
    starts = np.cumsum([0] + [len(some) for some in near])
    shares = np.concatenate([np.full(len(some), 1 / max(len(some), 1)) for some in near])
    return codes, numbers, csr_array((shares, np.concatenate(near), starts), shape=(len(codes), len(codes)))
