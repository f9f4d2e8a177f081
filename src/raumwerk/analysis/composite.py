"""Composite indicators and ranking of alternatives, always with the uncertainty that the weights bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import least_seed, number_columns, number_in, whole_number
from raumwerk.errors import InputError, Problem

__all__ = ["Composite", "WeightUncertainty", "composite_index", "topsis", "weight_uncertainty"]

Floats = NDArray[np.float64]
Direction = Literal["up", "down"]
Normalisation = Literal["min-max", "z-score", "rank", "target"]
Aggregation = Literal["arithmetic", "geometric"]

_GEOMETRIC_LOW, _GEOMETRIC_HIGH = 1.0, 100.0
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite indicator.

    Parameters
    ----------
    scores : polars.DataFrame
        ``area, score, rank`` in the order given; rank 1 is the highest score, ties share the best rank.
    normalised : polars.DataFrame
        ``area`` and one column per indicator after normalisation, higher always better.
    contributions : polars.DataFrame
        ``area`` and one column per indicator: what each adds to the score (arithmetic), or the logarithm of its factor
        (geometric); a row sums to the score, or to its logarithm.
    """

    scores: pl.DataFrame
    normalised: pl.DataFrame
    contributions: pl.DataFrame


@dataclass(frozen=True, slots=True)
class WeightUncertainty:
    """What other weights would have made of the ranking.

    Parameters
    ----------
    ranks : polars.DataFrame
        ``area, rank_low, rank_median, rank_high, first`` : the 5 %, 50 % and 95 % point of the rank over all draws and
        the share of draws in which the area is first.
    beats : polars.DataFrame
        ``first, second, share``: the share of draws in which the first scores higher than the second; every ordered
        pair.
    draws : int
    """

    ranks: pl.DataFrame
    beats: pl.DataFrame
    draws: int


def composite_index(
    table: pl.DataFrame,
    directions: Mapping[str, Direction],
    *,
    weights: Mapping[str, float] | None = None,
    normalisation: Normalisation = "min-max",
    aggregation: Aggregation = "arithmetic",
    targets: Mapping[str, float] | None = None,
    area: str = "area",
) -> Composite:
    r"""Build a composite indicator after the OECD/JRC handbook: normalise, weight, aggregate, decompose.

    Parameters
    ----------
    table : polars.DataFrame
        One row per area (or alternative), n ≥ 2, one column per indicator; no nulls.
    directions : mapping
        Indicators to use, and whether ``up`` or ``down`` is better.
    weights : mapping, optional
        Weight of each indicator, at least 0; scaled to sum 1. Default: all equal.
    normalisation : {"min-max", "z-score", "rank", "target"}
        To 0…1 between worst and best; to mean 0, standard deviation 1; to 0…1 by rank; or as share of a target
        (indicator / target, or target / indicator where down is better, at most 1).
    aggregation : {"arithmetic", "geometric"}
        The weighted mean, in which a good indicator makes up for a bad one, or the weighted geometric mean of values
        rescaled to 1…100, in which it does so less.
    targets : mapping, optional
        Needed for ``target``: above 0.
    area : str
        Column with the codes.

    Returns
    -------
    Composite
        Arithmetic :math:`\sum_k w_k z_{ik}`; geometric :math:`\prod_k z_{ik}^{w_k}`.

    Raises
    ------
    InputError
        Naming missing columns and values, indicators that are the same everywhere (they cannot be normalised), bad
        weights and targets.

    References
    ----------
    OECD, JRC (2008): Handbook on Constructing Composite Indicators, steps 5–7 and 9. Rescaling before the geometric
    mean as in W. Becker et al. (2022): COINr, Journal of Open Source Software 7 (78), 4567.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"area": ["a", "b", "c"], "jobs": [10, 20, 30], "minutes": [20, 40, 30]})
    >>> composite_index(table, {"jobs": "up", "minutes": "down"}).scores.rows()
    [('a', 0.5, 2), ('b', 0.25, 3), ('c', 0.75, 1)]
    """
    names, values = _values(table, directions, area)
    weight = _weight(names, weights)
    score = _normalised(values, names, directions, normalisation, targets)
    if aggregation == "geometric":
        score = _rescaled(score, _GEOMETRIC_LOW, _GEOMETRIC_HIGH)
        parts = np.log(score) * weight
        total = np.exp(parts.sum(axis=1))
    elif aggregation == "arithmetic":
        parts = score * weight
        total = parts.sum(axis=1)
    else:
        raise InputError(Problem(f"the aggregation is {aggregation!r}", expected="'arithmetic' or 'geometric'"))
    codes = table[area].cast(pl.String)
    frame = pl.DataFrame({"area": codes, "score": total}).with_columns(
        rank=pl.col("score").rank("min", descending=True).cast(pl.Int64)
    )
    return Composite(frame, _wide(codes, names, score), _wide(codes, names, parts))


def topsis(
    table: pl.DataFrame,
    directions: Mapping[str, Direction],
    *,
    weights: Mapping[str, float] | None = None,
    normalisation: Literal["vector", "min-max"] = "vector",
    area: str = "area",
) -> pl.DataFrame:
    r"""Rank alternatives by closeness to the best and distance from the worst conceivable one (TOPSIS).

    Parameters
    ----------
    table, directions, weights, area
        As for :func:`composite_index`.
    normalisation : {"vector", "min-max"}
        By the length of each column, or to 0…1 between its worst and best value.

    Returns
    -------
    polars.DataFrame
        ``area, score, rank`` with :math:`D^-/(D^+ + D^-)`, Euclidean distances of the weighted normalised values to
        the best and the worst value of each indicator; 0 to 1, higher is better.

    Raises
    ------
    InputError
        As :func:`composite_index`.

    References
    ----------
    C.-L. Hwang, K. Yoon (1981): Multiple Attribute Decision Making, p. 128–140.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"area": ["a", "b"], "cost": [1, 2], "gain": [3, 4]})
    >>> topsis(table, {"cost": "down", "gain": "up"}).select("area", "rank").rows()
    [('a', 1), ('b', 2)]
    """
    names, values = _values(table, directions, area)
    weight = _weight(names, weights)
    if normalisation == "vector":
        length = np.sqrt((values**2).sum(axis=0))
        _refuse_constant(names, length == 0, "is 0 everywhere")
        scaled = values / length * np.where([directions[name] == "up" for name in names], 1.0, -1.0)
    elif normalisation == "min-max":
        scaled = _normalised(values, names, directions, "min-max", None)
    else:
        raise InputError(Problem(f"the normalisation is {normalisation!r}", expected="'vector' or 'min-max'"))
    scaled = scaled * weight
    to_best = np.sqrt(((scaled - scaled.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((scaled - scaled.min(axis=0)) ** 2).sum(axis=1))
    apart = to_best + to_worst
    score = np.divide(to_worst, apart, out=np.full(len(apart), 0.5), where=apart > 0)
    return pl.DataFrame({"area": table[area].cast(pl.String), "score": score}).with_columns(
        rank=pl.col("score").rank("min", descending=True).cast(pl.Int64)
    )


def weight_uncertainty(
    composite: Composite,
    *,
    weights: Mapping[str, float] | None = None,
    concentration: float | None = None,
    aggregation: Aggregation = "arithmetic",
    draws: int = 2000,
    seed: int = 0,
) -> WeightUncertainty:
    """Draw the weights at random and see which ranks and which comparisons survive.

    Parameters
    ----------
    composite : Composite
        Its normalised values are weighted anew.
    weights : mapping, optional
        Middle of the draws, scaled to sum 1; only with ``concentration``. Default: equal.
    concentration : float, optional
        Above 0: weights come from a Dirichlet distribution with parameters weight × concentration; the greater, the
        closer they stay. Default: every set of weights is equally likely (Dirichlet with all parameters 1).
    aggregation : {"arithmetic", "geometric"}
        That of the composite.
    draws : int
        At least 1.
    seed : int

    Returns
    -------
    WeightUncertainty

    Raises
    ------
    InputError
        When an option is out of range.

    References
    ----------
    M. Saisana, A. Saltelli, S. Tarantola (2005): J. Royal Statistical Society A 168, 307–323.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"area": ["a", "b", "c"], "x": [1, 2, 3], "y": [1, 3, 2]})
    >>> made = composite_index(table, {"x": "up", "y": "up"})
    >>> found = weight_uncertainty(made, draws=500)
    >>> found.ranks.select("area", "rank_low", "rank_high").rows()
    [('a', 3, 3), ('b', 1, 2), ('c', 1, 2)]
    """
    names = composite.normalised.columns[1:]
    whole_number(draws, "draws", 1)
    least_seed(seed)
    if concentration is not None:
        number_in(concentration, "concentration", 0.0, above=True)
    if aggregation not in ("arithmetic", "geometric"):
        raise InputError(Problem(f"the aggregation is {aggregation!r}", expected="'arithmetic' or 'geometric'"))
    if aggregation == "geometric" and (composite.normalised.select(names).to_numpy() <= 0).any():
        raise InputError(
            Problem("the composite has normalised values of 0 or less, which a geometric mean cannot take",
                    expected="a composite that was made with aggregation='geometric'")
        )  # fmt: skip
    if weights is not None and concentration is None:
        raise InputError(Problem("weights are given without a concentration",
                                 expected="a concentration, which says how close the draws stay to them"))  # fmt: skip
    shape = np.ones(len(names)) if concentration is None else _weight(names, weights) * concentration
    _refuse_constant(names, shape == 0, "has weight 0")
    draw = np.random.default_rng(seed).dirichlet(shape, size=draws)
    values = composite.normalised.select(names).to_numpy()
    score = draw @ (np.log(values) if aggregation == "geometric" else values).T
    rank = 1 + (score[:, None, :] > score[:, :, None] + 1e-12).sum(axis=2)
    low, middle, high = np.quantile(rank, [_LOW, 0.5, _HIGH], axis=0, method="nearest")
    codes = composite.scores["area"]
    ranks = pl.DataFrame(
        {"area": codes, "rank_low": low.astype(int), "rank_median": middle.astype(int),
         "rank_high": high.astype(int), "first": (rank == 1).mean(axis=0)}
    )  # fmt: skip
    wins = (score[:, :, None] > score[:, None, :] + 1e-12).mean(axis=0)
    rows, columns = np.nonzero(~np.eye(len(codes), dtype=bool))
    beats = pl.DataFrame(
        {"first": codes.gather(pl.Series(rows)), "second": codes.gather(pl.Series(columns)),
         "share": wins[rows, columns]}
    )  # fmt: skip
    return WeightUncertainty(ranks, beats, draws)


def _values(table: pl.DataFrame, directions: Mapping[str, Direction], area: str) -> tuple[list[str], Floats]:
    names = list(directions)
    problems = [Problem("the column is missing", expected="a column of the table", column=name)
                for name in (area, *names) if name not in table.columns]  # fmt: skip
    problems += [Problem(f"the direction is {way!r}", expected="'up' or 'down'", column=name)
                 for name, way in directions.items() if way not in ("up", "down")]  # fmt: skip
    problems += number_columns(table, names)
    if not names or len(table) < 2:
        problems.append(Problem(f"{len(table)} rows, {len(names)} indicators", expected="two rows, one indicator"))
    if problems:
        raise InputError(problems)
    if table[area].is_duplicated().any():
        raise InputError(Problem("an area is given twice", expected="each once", column=area))
    values = np.column_stack([table[name].cast(pl.Float64).to_numpy() for name in names]).astype(float)
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        raise InputError(
            Problem("the value is missing", expected="a number in every cell", row=str(table[area][int(i)]),
                    column=names[int(k)], advice="Fill it in openly, or leave out the area or the indicator.")
            for i, k in bad
        )  # fmt: skip
    return names, values


def _weight(names: list[str], weights: Mapping[str, float] | None) -> Floats:
    if weights is None:
        return np.full(len(names), 1 / len(names))
    numbers = np.array([float(weights.get(name, np.nan)) for name in names])
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    if bad.any() or numbers.sum() == 0 or set(weights) - set(names):
        raise InputError(
            Problem(f"the weights are {dict(weights)}", expected=f"one of at least 0 for each of {', '.join(names)}")
        )
    return np.asarray(numbers / numbers.sum())


def _normalised(
    values: Floats,
    names: list[str],
    directions: Mapping[str, Direction],
    normalisation: Normalisation,
    targets: Mapping[str, float] | None,
) -> Floats:
    up = np.array([directions[name] == "up" for name in names])
    if normalisation == "target":
        goal = np.array([float((targets or {}).get(name, np.nan)) for name in names])
        _refuse_constant(names, ~(np.isfinite(goal) & (goal > 0)), "has no target above 0")
        _refuse_constant(names, ~up & (values <= 0).any(axis=0), "is not above 0 everywhere, as a falling one must be")
        return np.clip(np.where(up, values / goal, goal / np.where(up, 1.0, values)), 0.0, 1.0)
    _refuse_constant(names, np.ptp(values, axis=0) == 0, "is the same everywhere")
    signed = np.where(up, values, -values)
    if normalisation == "min-max":
        return _rescaled(signed, 0.0, 1.0)
    if normalisation == "z-score":
        return np.asarray((signed - signed.mean(axis=0)) / signed.std(axis=0))
    if normalisation == "rank":
        below = (signed[:, None, :] > signed[None, :, :]).sum(axis=1)
        same = (signed[:, None, :] == signed[None, :, :]).sum(axis=1)
        return np.asarray((below + (same - 1) / 2) / (len(signed) - 1))
    raise InputError(
        Problem(f"the normalisation is {normalisation!r}", expected="'min-max', 'z-score', 'rank' or 'target'")
    )


def _rescaled(values: Floats, low: float, high: float) -> Floats:
    span = np.ptp(values, axis=0)
    share = np.divide(values - values.min(axis=0), span, out=np.ones_like(values), where=span > 0)
    return np.asarray(low + (high - low) * share)


def _refuse_constant(names: list[str], wrong: NDArray[np.bool_], what: str) -> None:
    if wrong.any():
        raise InputError(
            Problem(f"the indicator {what}", expected="an indicator that tells areas apart", column=names[int(k)],
                    advice="Leave it out or correct it.")
            for k in np.flatnonzero(wrong)
        )  # fmt: skip


def _wide(codes: pl.Series, names: list[str], values: Floats) -> pl.DataFrame:
    return pl.DataFrame({"area": codes, **{name: values[:, k] for k, name in enumerate(names)}})
