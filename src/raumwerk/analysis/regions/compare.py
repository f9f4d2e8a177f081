"""How much two ways of dividing the same areas agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array

from raumwerk.analysis._check import numbers_of
from raumwerk.analysis.regions._labels import encode, same_areas
from raumwerk.errors import InputError, Problem

__all__ = ["BorderDisagreement", "PartitionComparison", "border_disagreement", "compare_partitions"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PartitionComparison:
    """Agreement of two partitions of the same areas.

    Parameters
    ----------
    areas, first_regions, second_regions : int
    adjusted_rand : float
        1 when equal, about 0 when as alike as by chance; counts areas, all alike.
    normalised_mutual_information : float
        0 (nothing in common) to 1 (equal); mutual information over the mean of both entropies.
    variation_of_information : float
        0 when equal; in nats, at most ln(areas). A true distance.
    same_region_share : float
        Share of the weight (e.g. employed people) in regions that correspond to each other, when regions are matched
        one to one so that this share is greatest.
    matches : polars.DataFrame
        ``first, second, weight``: the matched regions and the weight they share.
    """

    areas: int
    first_regions: int
    second_regions: int
    adjusted_rand: float
    normalised_mutual_information: float
    variation_of_information: float
    same_region_share: float
    matches: pl.DataFrame


def compare_partitions(
    first: Mapping[str, str], second: Mapping[str, str], *, weights: Mapping[str, float] | None = None
) -> PartitionComparison:
    r"""Compare two partitions of the same areas.

    Parameters
    ----------
    first, second : mapping
        Region of each area; the names of the regions do not matter.
    weights : mapping, optional
        Weight of each area for ``same_region_share``, e.g. employed residents. Default: every area counts 1.

    Returns
    -------
    PartitionComparison
        With :math:`n_{ij}` areas in region i of the first and j of the second, and :math:`p = n/N`:
        :math:`ARI = \frac{\sum\binom{n_{ij}}2 - E}{(\sum\binom{a_i}2 + \sum\binom{b_j}2)/2 - E}`,
        :math:`E = \sum\binom{a_i}2\sum\binom{b_j}2/\binom N2`; :math:`NMI = 2I/(H_1 + H_2)`;
        :math:`VI = H_1 + H_2 - 2I`.

    Raises
    ------
    InputError
        When the areas differ, or a weight is missing, negative or not finite, or all weights are 0.

    References
    ----------
    L. Hubert, P. Arabie (1985): Comparing partitions. Journal of Classification 2, 193–218.
    M. Meilă (2007): Comparing clusterings: an information based distance. J. Multivariate Analysis 98, 873–895.

    Examples
    --------
    >>> first = {"a": "1", "b": "1", "c": "2", "d": "2"}
    >>> second = {"a": "x", "b": "x", "c": "y", "d": "z"}
    >>> compared = compare_partitions(first, second)
    >>> round(compared.adjusted_rand, 4), compared.same_region_share
    (0.5714, 0.75)
    """
    codes = same_areas(first, second)
    weight = _some_weight(weights, codes)
    first_names, one = encode(first, codes)
    second_names, two = encode(second, codes)
    shape = (len(first_names), len(second_names))
    counts = coo_array((np.ones(len(codes)), (one, two)), shape=shape).tocsr()
    common = coo_array((weight, (one, two)), shape=shape).toarray()
    rows, columns = linear_sum_assignment(common, maximize=True)
    matched = common[rows, columns] > 0
    rows, columns = rows[matched], columns[matched]
    nats, shared, entropies = _information(counts.data, np.bincount(one), np.bincount(two), len(codes))
    return PartitionComparison(
        len(codes), *shape,
        _adjusted_rand(counts.data, np.bincount(one), np.bincount(two), len(codes)),
        shared / entropies if entropies > 0 else 1.0,
        nats,
        float(common[rows, columns].sum() / weight.sum()),
        pl.DataFrame(
            {"first": [first_names[row] for row in rows], "second": [second_names[column] for column in columns],
             "weight": common[rows, columns]},
            schema={"first": pl.String, "second": pl.String, "weight": pl.Float64},
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BorderDisagreement:
    """How far regions and administrative borders disagree.

    Parameters
    ----------
    areas : polars.DataFrame
        ``area, region, unit, shared, region_total, unit_total, disagreement``: the weight that the area's region and
        its unit share, each one's own total, and 1 − shared / (region_total + unit_total − shared), from 0 (region and
        unit are the same) towards 1.
    regions : polars.DataFrame
        ``region, weight, units, largest_unit, largest_share, crosses``: how many units a region touches, the one with
        most of its weight and that share, and whether it touches more than one.
    total : float
        Mean disagreement of the areas by weight.
    outside_largest_unit : float
        Share of all weight that lies outside the largest unit of its region.
    """

    areas: pl.DataFrame
    regions: pl.DataFrame
    total: float
    outside_largest_unit: float


def border_disagreement(
    partition: Mapping[str, str], borders: Mapping[str, str], *, weights: Mapping[str, float] | None = None
) -> BorderDisagreement:
    """Hold functional regions against administrative units (districts, states), per area and in total.

    Parameters
    ----------
    partition : mapping
        Region of each area.
    borders : mapping
        Administrative unit of each of these areas; more areas may be given.
    weights : mapping, optional
        Weight of each area, e.g. employed residents. Default: every area counts 1.

    Returns
    -------
    BorderDisagreement
        Disagreement is the Jaccard distance between the region and the unit of an area, in weight.

    Raises
    ------
    InputError
        When an area has no unit or a bad weight, or all weights are 0.

    References
    ----------
    P. Jaccard (1901): Étude comparative de la distribution florale. Bull. Soc. Vaudoise Sci. Nat. 37, 547–579.

    Examples
    --------
    >>> found = border_disagreement({"a": "A", "b": "A", "c": "C"}, {"a": "06", "b": "16", "c": "16"})
    >>> found.areas["disagreement"].to_list()
    [0.5, 0.6666666666666667, 0.5]
    >>> found.regions.select("region", "units", "crosses").rows()
    [('A', 2, True), ('C', 1, False)]
    """
    encode(partition, sorted(partition))
    codes = same_areas(partition, {code: borders[code] for code in partition if borders.get(code) is not None})
    weight = _some_weight(weights, codes)
    frame = pl.DataFrame(
        {"area": codes, "region": [partition[code] for code in codes], "unit": [borders[code] for code in codes],
         "weight": weight}
    )  # fmt: skip
    areas = frame.with_columns(
        shared=pl.col("weight").sum().over("region", "unit"),
        region_total=pl.col("weight").sum().over("region"),
        unit_total=pl.col("weight").sum().over("unit"),
    ).with_columns(
        disagreement=1 - _ratio(pl.col("shared"), pl.col("region_total") + pl.col("unit_total") - pl.col("shared"))
    )
    parts = frame.group_by("region", "unit").agg(pl.col("weight").sum()).sort(
        ["region", "weight", "unit"], descending=[False, True, False]
    )  # fmt: skip
    regions = (
        parts.group_by("region", maintain_order=True)
        .agg(
            weight=pl.col("weight").sum(), units=pl.len().cast(pl.Int64), largest_unit=pl.col("unit").first(),
            largest=pl.col("weight").first(),
        )
        .with_columns(largest_share=_ratio(pl.col("largest"), pl.col("weight")), crosses=pl.col("units") > 1)
    )  # fmt: skip
    total = float((areas["disagreement"] * areas["weight"]).sum() / weight.sum())
    return BorderDisagreement(
        areas.drop("weight"), regions.drop("largest"), total, 1 - float(regions["largest"].sum() / weight.sum())
    )


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole).otherwise(1.0)


def _some_weight(weights: Mapping[str, float] | None, codes: list[str]) -> Floats:
    weight = numbers_of(weights, codes, what="weight of the area")
    if weight.sum() == 0:
        raise InputError(Problem("all weights are 0", expected="at least one area with a weight above 0"))
    return weight


def _adjusted_rand(cells: Floats, rows: NDArray[np.int64], columns: NDArray[np.int64], n: int) -> float:
    together, first, second = (float((part * (part - 1.0) / 2).sum()) for part in (cells, rows, columns))
    chance = first * second / (n * (n - 1) / 2) if n > 1 else 0.0
    most = (first + second) / 2
    return 1.0 if most == chance else (together - chance) / (most - chance)


def _information(
    cells: Floats, rows: NDArray[np.int64], columns: NDArray[np.int64], n: int
) -> tuple[float, float, float]:
    """Variation of information, twice the mutual information, sum of the entropies; in nats."""
    joint, first, second = (_entropy(part / n) for part in (cells, rows, columns))
    return max(2 * joint - first - second, 0.0), 2 * (first + second - joint), first + second


def _entropy(shares: Floats) -> float:
    present = shares[shares > 0]
    return float(-(present * np.log(present)).sum())
