"""Types of sub-regions by how people move there and could move, found by a clustering that can be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from raumwerk.analysis._check import number_columns, whole_number
from raumwerk.errors import InputError, Problem

__all__ = ["MobilityTypes", "mobility_types"]

Floats = NDArray[np.float64]
_MARKED = 0.5  # standard deviations from the mean of all areas, from which on a feature marks a type


@dataclass(frozen=True, slots=True)
class MobilityTypes:
    """Types of areas.

    Parameters
    ----------
    areas : polars.DataFrame
        ``area, type, fit``: number of the type (1 is the largest) and silhouette of the area, −1 to 1: near 1 it sits
        well, below 0 it is nearer to another type.
    types : polars.DataFrame
        ``type, areas`` and for each feature its mean in the type, in its own unit.
    profile : polars.DataFrame
        ``type, feature, deviation, marks``: distance of the type's mean from the mean of all areas in standard
        deviations, and whether it is ½ or more, so that it marks the type. The strongest first.
    choice : polars.DataFrame
        ``types, silhouette``: mean silhouette for each number of types tried.
    silhouette : float
        Of the number taken; below about 0.25 there is no clear structure.
    """

    areas: pl.DataFrame
    types: pl.DataFrame
    profile: pl.DataFrame
    choice: pl.DataFrame
    silhouette: float


def mobility_types(
    table: pl.DataFrame,
    features: Sequence[str],
    *,
    categories: Sequence[str] = (),
    types: int | None = None,
    most: int = 8,
    area: str = "area",
) -> MobilityTypes:
    r"""Type areas by their features (commuting distance, out-commuter rate, density, settlement type, access, cars, …).

    Features are brought to mean 0 and standard deviation 1; Ward's method joins the areas that are most alike. There
    is no chance in it: the same table gives the same types, in any order of rows.

    Parameters
    ----------
    table : polars.DataFrame
        One row per area, n ≥ 4, no nulls in the features. Take logarithms of very skewed features first.
    features : sequence of str
        Numeric columns that vary.
    categories : sequence of str
        Columns with classes, such as the settlement type RegioStaR, that vary; no nulls. Each class becomes a feature
        ``column = class`` of 0 and 1; together they weigh as much as one number.
    types : int, optional
        How many types, 2 to n − 1. Default: the number with the highest mean silhouette.
    most : int
        Greatest number tried, at least 2.
    area : str
        Column with the codes.

    Returns
    -------
    MobilityTypes
        The silhouette of an area is :math:`(b - a)/\max(a, b)` with a its mean distance to its own type and b to the
        nearest other one; 0 for an area alone in its type.

    Raises
    ------
    InputError
        Naming missing columns and values, features that are the same everywhere, and options out of range.

    References
    ----------
    J. H. Ward (1963): J. American Statistical Association 58, 236–244.
    P. Rousseeuw (1987): Silhouettes. J. Computational and Applied Mathematics 20, 53–65.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"area": list("abcde"), "km": [5, 6, 5, 30, 33], "rate": [0.3, 0.35, 0.3, 0.8, 0.9]})
    >>> found = mobility_types(table, ["km", "rate"])
    >>> found.areas["type"].to_list(), found.profile.row(0)[:2]
    ([1, 1, 1, 2, 2], (1, 'km'))
    """
    table, features, weight = _with_classes(table, list(features), list(categories))
    values = _checked(table, features, types, most, area)
    ordered = table[area].cast(pl.String).arg_sort().to_numpy()
    z = ((values - values.mean(axis=0)) / values.std(axis=0) * weight)[ordered]
    distances = pdist(z)
    tree, square = linkage(distances, "ward"), squareform(distances)
    tried = [types] if types is not None else list(range(2, min(most, len(table) - 1) + 1))
    cuts = {k: fcluster(tree, k, criterion="maxclust") for k in tried}
    fits = {k: _silhouettes(square, cut) for k, cut in cuts.items()}
    best = max(tried, key=lambda k: (round(float(fits[k].mean()), 12), -k))
    label = np.empty(len(table), np.int64)
    label[ordered] = _by_size(cuts[best])
    fit = np.empty(len(table))
    fit[ordered] = fits[best]
    named = table.select(pl.col(area).cast(pl.String).alias("area"), *features).with_columns(type=pl.Series(label))
    means = (
        named.group_by("type")
        .agg(pl.len().cast(pl.Int64).alias("areas"), *(pl.col(f).mean() for f in features))
        .sort("type")
    )
    return MobilityTypes(
        named.select("area", "type", fit=pl.Series(fit)),
        means,
        _profile(means, features, values),
        pl.DataFrame({"types": tried, "silhouette": [float(fits[k].mean()) for k in tried]}),
        float(fits[best].mean()),
    )


def _with_classes(
    table: pl.DataFrame, features: list[str], categories: list[str]
) -> tuple[pl.DataFrame, list[str], Floats]:
    """The table with a column of 0 and 1 for each class, all features, and the weight of each."""
    missing = [name for name in categories if name not in table.columns]
    if missing:
        raise InputError(Problem("the column is missing", expected="a column of the table", column=name)
                         for name in missing)  # fmt: skip
    weight = [1.0] * len(features)
    for name in categories:
        column = table[name].cast(pl.String)
        if column.null_count():
            raise InputError(Problem("the class is missing", expected="a class in every row", row=int(row) + 1,
                                     column=name) for row in column.is_null().arg_true())  # fmt: skip
        classes = column.unique().sort().to_list()
        if len(classes) < 2:
            raise InputError(Problem("the class is the same everywhere", expected="one that tells areas apart",
                                     column=name))  # fmt: skip
        table = table.with_columns((column == label).cast(pl.Float64).alias(f"{name} = {label}") for label in classes)
        features = [*features, *(f"{name} = {label}" for label in classes)]
        weight += [1 / math.sqrt(len(classes))] * len(classes)
    return table, features, np.array(weight)


def _checked(table: pl.DataFrame, features: Sequence[str], types: int | None, most: int, area: str) -> Floats:
    whole_number(most, "most", 2)
    problems = [Problem("the column is missing", expected="a column of the table", column=name)
                for name in (area, *features) if name not in table.columns]  # fmt: skip
    problems += number_columns(table, list(features))
    if not problems and (len(table) < 4 or not features or table[area].is_duplicated().any()):
        problems.append(Problem(f"{len(table)} areas, {len(features)} features",
                                expected="four areas, each once, and at least one feature"))  # fmt: skip
    if problems:
        raise InputError(problems)
    if types is not None:
        whole_number(types, "types", 2, len(table) - 1)
    values = np.column_stack([table[name].cast(pl.Float64).to_numpy() for name in features]).astype(float)
    problems = [Problem("the value is missing", expected="a number in every cell", row=str(table[area][int(i)]),
                        column=features[int(k)], advice="Leave out the area or the feature.")
                for i, k in np.argwhere(~np.isfinite(values))]  # fmt: skip
    if not problems:
        problems = [Problem("the feature is the same everywhere", expected="one that tells areas apart",
                            column=features[int(k)]) for k in np.flatnonzero(np.ptp(values, axis=0) == 0)]  # fmt: skip
    if problems:
        raise InputError(problems)
    return values


def _silhouettes(square: Floats, cut: NDArray[np.int64]) -> Floats:
    labels, sizes = np.unique(cut, return_counts=True)
    sums = np.column_stack([square[:, cut == label].sum(axis=1) for label in labels])
    own = np.searchsorted(labels, cut)
    rows = np.arange(len(cut))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    scale = np.maximum(inside, outside)
    alone = (sizes[own] == 1) | (scale == 0)
    return np.where(alone, 0.0, (outside - inside) / np.where(alone, 1.0, scale))


def _by_size(cut: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the types from the largest to the smallest; among ties the one with the lower first area comes first."""
    labels, first, sizes = np.unique(cut, return_index=True, return_counts=True)
    rank = np.empty(len(labels), np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(1, len(labels) + 1)
    return rank[np.searchsorted(labels, cut)]


def _profile(means: pl.DataFrame, features: Sequence[str], values: Floats) -> pl.DataFrame:
    spread = dict(zip(features, zip(values.mean(axis=0), values.std(axis=0), strict=True), strict=True))
    rows = [
        (number, feature, (mean - spread[feature][0]) / spread[feature][1])
        for feature in features
        for number, mean in means.select("type", feature).rows()
    ]
    frame = pl.DataFrame(rows, schema={"type": pl.Int64, "feature": pl.String, "deviation": pl.Float64}, orient="row")
    return frame.sort(["type", pl.col("deviation").abs(), "feature"], descending=[False, True, False]).with_columns(
        marks=pl.col("deviation").abs() >= _MARKED
    )
