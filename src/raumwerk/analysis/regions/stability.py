"""How firmly areas belong together when flows and parameters shake a little."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from raumwerk.analysis._check import least_seed, whole_number
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions.coombes_bond import Rule, functional_regions
from raumwerk.analysis.regions.parameters import SelfContainment
from raumwerk.errors import InputError, Problem

__all__ = ["RegionStability", "region_stability"]


@dataclass(frozen=True, slots=True)
class RegionStability:
    """How often areas stay together over the draws.

    Parameters
    ----------
    areas : polars.DataFrame
        ``area, region`` (of the given flows and parameters), ``stability`` (mean over the other areas of that region
        of how often they are together; 1 is firm; null for an area alone in its region), ``placed`` (share of the
        draws in which the area has a region), ``usual_partner`` and ``usual_share`` (the area outside the region with
        which it is together most often, and how often; null if never).
    pairs : polars.DataFrame
        ``first, second, together``: pairs with ``first < second`` that share a region in at least one draw, and the
        share of draws in which they do.
    draws : polars.DataFrame
        ``draw, regions`` and the four parameters of each draw.
    estimated_share : float
        Share of the people whose flows come from a model, 0 to 1; above 0 the map is too confident, since it knows
        nothing of the error of that model.
    masked_pairs : int
        Pairs without a published value; each draw gives them one within their bounds.
    """

    areas: pl.DataFrame
    pairs: pl.DataFrame
    draws: pl.DataFrame
    estimated_share: float
    masked_pairs: int


def region_stability(
    flows: FlowMatrix,
    parameters: SelfContainment,
    *,
    draws: int = 100,
    vary: float = 0.10,
    seed: int = 0,
    rule: Rule = "clean",
) -> RegionStability:
    """Delineate functional regions again and again with shaken flows and parameters.

    In each draw every flow is a Poisson count around the given one (a masked flow first gets a value, evenly, within
    its bounds), and every parameter is multiplied by an even draw from 1 − vary to 1 + vary.

    Parameters
    ----------
    flows : FlowMatrix
        n × n, with the diagonal.
    parameters : SelfContainment
        The middle of the draws.
    draws : int
        At least 1.
    vary : float
        0 (parameters stay) to below 0.5.
    seed : int
        The same seed gives the same answer.
    rule : {"clean", "lma34"}

    Returns
    -------
    RegionStability

    Raises
    ------
    InputError
        When ``draws`` or ``vary`` is out of range, and as :func:`functional_regions`.

    Notes
    -----
    Poisson draws carry the chance in the counts, not the error of a model: for estimated flows the map is too
    confident.

    References
    ----------
    B. Efron, R. Tibshirani (1993): An Introduction to the Bootstrap, chapter 6 (parametric bootstrap).

    Examples
    --------
    >>> flows = FlowMatrix.from_dense(
    ...     [[900, 10, 20, 0], [300, 200, 0, 5], [10, 0, 700, 30], [0, 5, 250, 150]], ["A", "a", "B", "b"])
    >>> shaken = region_stability(flows, SelfContainment(600, 1200, 0.7, 0.8), draws=20)
    >>> shaken.pairs.rows()
    [('A', 'a', 1.0), ('B', 'b', 1.0)]
    """
    whole_number(draws, "draws", 1)
    if not 0 <= vary < 0.5:
        raise InputError(Problem(f"vary is {vary}", expected="a share from 0 to below 0.5"))
    least_seed(seed)
    given = functional_regions(flows, parameters, rule=rule)
    rng, masked = np.random.default_rng(seed), flows.is_masked
    rows, columns, log, offset = [], [], [], 0
    for draw in range(draws):
        setting = _shaken(parameters, rng, vary)
        cells = rng.poisson(np.where(masked, rng.uniform(flows.lower, flows.upper), flows.cells))
        found = functional_regions(replace(flows, cells=cells.astype(float)), setting, rule=rule)
        group = _numbers(found.areas["region"])
        placed = np.flatnonzero(group >= 0)
        rows.append(placed)
        columns.append(group[placed] + offset)
        offset += len(found.regions)
        log.append((draw, len(found.regions), setting.min_size, setting.target_size,
                    setting.min_self_containment, setting.target_self_containment))  # fmt: skip
    at, region = np.concatenate(rows), np.concatenate(columns)
    member = csr_array((np.ones(len(at)), (at, region)), shape=(len(flows), offset))
    names = ["draw", "regions", "min_size", "target_size", "min_self_containment", "target_self_containment"]
    pairs = _pairs(member, draws)
    once = pairs.filter(pl.col("i") < pl.col("j"))
    placed_share = np.bincount(at, minlength=len(flows)) / draws
    codes = pl.Series(flows.codes, dtype=pl.String)
    return RegionStability(
        _areas(given.areas.select("area", "region"), pairs, placed_share),
        once.select(first=codes.gather(once["i"]), second=codes.gather(once["j"]), together="together"),
        pl.DataFrame(log, schema=names, orient="row"),
        flows.estimated_share,
        flows.masked_pairs,
    )


def _shaken(parameters: SelfContainment, rng: np.random.Generator, vary: float) -> SelfContainment:
    low, high, least, target = (
        value * rng.uniform(1 - vary, 1 + vary)
        for value in (parameters.min_size, parameters.target_size,
                      parameters.min_self_containment, parameters.target_self_containment)
    )  # fmt: skip
    low, high = min(low, high * 0.999), max(high, low)
    least, target = sorted((min(least, 1.0), min(target, 1.0)))
    return SelfContainment(low, high, least, target)


def _numbers(region: pl.Series) -> NDArray[np.int64]:
    """Region as a number from 0, -1 for none."""
    names = region.drop_nulls().unique().sort()
    index = {name: position for position, name in enumerate(names)}
    return np.array([-1 if name is None else index[name] for name in region], dtype=np.int64)


def _pairs(member: csr_array, draws: int) -> pl.DataFrame:
    """Rows i, j (both orders, i ≠ j) with the share of draws in which both are in the same region."""
    together = (member @ member.T).tocoo()
    other = together.row != together.col
    return pl.DataFrame(
        {"i": together.row[other].astype(np.int64), "j": together.col[other].astype(np.int64),
         "together": together.data[other] / draws}
    ).sort("i", "j")  # fmt: skip


def _areas(given: pl.DataFrame, pairs: pl.DataFrame, placed: NDArray[np.float64]) -> pl.DataFrame:
    place = given.with_row_index("i").with_columns(pl.col("i").cast(pl.Int64))
    met = (
        pairs.join(place, on="i")
        .join(place.rename({"i": "j", "area": "other", "region": "other_region"}), on="j")
        .with_columns(inside=pl.col("region") == pl.col("other_region"))
    )
    sizes = place.with_columns(mates=pl.len().over("region") - 1)
    inside = met.filter(pl.col("inside")).group_by("i").agg(held=pl.col("together").sum())
    outside = (
        met.filter(pl.col("region").is_not_null() & ~pl.col("inside").fill_null(value=False))
        .sort(["i", "together", "other"], descending=[False, True, False])
        .group_by("i", maintain_order=True)
        .agg(usual_partner=pl.col("other").first(), usual_share=pl.col("together").first())
    )
    alone = pl.col("region").is_null() | (pl.col("mates") == 0)
    return (
        sizes.with_columns(placed=pl.Series(placed))
        .join(inside, on="i", how="left", maintain_order="left")
        .join(outside, on="i", how="left", maintain_order="left")
        .with_columns(stability=pl.when(~alone).then(pl.col("held").fill_null(0.0) / pl.col("mates")))
        .select("area", "region", "stability", "placed", "usual_partner", "usual_share")
    )
