"""Interfaces: pairs of areas that exchange more, or fewer, commuters than size and distance let expect."""

from __future__ import annotations

import numpy as np
import polars as pl

from raumwerk.analysis._check import number_in
from raumwerk.analysis._status import status_column
from raumwerk.analysis.gravity import GravityFit

__all__ = ["interfaces"]


def interfaces(model: GravityFit, *, smallest: float = 10.0) -> pl.DataFrame:
    """Pairs of areas in both directions, held against a gravity model.

    Parameters
    ----------
    model : GravityFit
        Usually doubly constrained, so that sizes explain nothing of the residual.
    smallest : float
        Pairs where both the observed and the expected exchange stay below it are left out, in persons.

    Returns
    -------
    polars.DataFrame
        One row per unordered pair, most surprising first: ``area, partner`` (``area`` < ``partner``);
        ``out_observed, out_expected, out_residual`` (area → partner), ``back_…`` (partner → area) and ``both_…``, in
        persons; ``ratio`` = observed / expected of both; ``score`` = sign · square root of the pair's Poisson deviance;
        ``status`` of the less sure of the two observed flows.

    Raises
    ------
    InputError
        When ``smallest`` is negative or not finite.

    Notes
    -----
    The score is the deviance residual (McCullagh and Nelder 1989, 2.4.3). Commuting varies more than Poisson counts
    do, so the score orders pairs; it is no test.

    Examples
    --------
    >>> import polars as pl
    >>> from raumwerk.analysis.flows import FlowMatrix
    >>> from raumwerk.analysis.gravity import fit_gravity
    >>> flows = FlowMatrix.from_dense([[60, 20], [10, 30]], ["a", "b"])
    >>> model = fit_gravity(flows, [[0, 1], [1, 0]], constraint="unconstrained", origin_size=[80, 40],
    ...                     destination_size=[70, 50], diagonal=True)
    >>> interfaces(model).select("area", "partner", "both_observed", pl.col("both_expected").round(6)).rows()
    [('a', 'b', 30.0, 30.0)]
    """
    number_in(smallest, "smallest", 0.0)
    i, j = np.nonzero(np.triu(model.cells | model.cells.T, k=1))
    sums = {}
    for name, flows in (("observed", model.observed), ("expected", model.expected)):
        sums[f"out_{name}"], sums[f"back_{name}"] = flows[i, j], flows[j, i]
        sums[f"both_{name}"] = flows[i, j] + flows[j, i]
    codes = pl.Series(model.codes, dtype=pl.String)
    status = status_column(np.maximum(model.status[i, j], model.status[j, i]))
    frame = pl.DataFrame(
        {"area": codes.gather(pl.Series(i)), "partner": codes.gather(pl.Series(j)), **sums, "status": status}
    )
    observed, expected = pl.col("both_observed"), pl.col("both_expected")
    surprise = pl.when(observed > 0).then(observed * (observed / expected).log()).otherwise(0.0) - (observed - expected)
    return (
        frame.filter((observed >= smallest) | (expected >= smallest))
        .with_columns(
            *[(pl.col(f"{way}_observed") - pl.col(f"{way}_expected")).alias(f"{way}_residual")
              for way in ("out", "back", "both")],
            (observed / expected).alias("ratio"),
            ((observed - expected).sign() * (2 * surprise.clip(lower_bound=0)).sqrt()).alias("score"),
        )
        .sort(pl.col("score").abs(), "area", "partner", descending=[True, False, False])
        .select("area", "partner",
                *[f"{way}_{what}" for way in ("out", "back", "both") for what in ("observed", "expected", "residual")],
                "ratio", "score", "status")
    )  # fmt: skip
