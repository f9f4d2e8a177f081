"""Regions as communities of the commuting network: modularity, the Leiden method and the threshold ladder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from raumwerk.analysis._check import least_seed, number_in
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions._labels import encode
from raumwerk.errors import InputError, Problem

__all__ = ["Communities", "Ladder", "leiden_regions", "modularity", "threshold_ladder"]

Integers = NDArray[np.int64]

_RUNGS = tuple(round(step / 100, 2) for step in range(50, 0, -1))


@dataclass(frozen=True, slots=True)
class Communities:
    """A partition with its modularity.

    Parameters
    ----------
    areas : polars.DataFrame
        ``area, region``; a region is called by its area with most jobs.
    modularity : float
        Directed modularity of the partition, see :func:`modularity`.
    estimated_share : float
        Share of the people whose flows come from a model, 0 to 1; above 0 the result is an estimate.
    masked_pairs : int
        Pairs without a published value; they take part with their lower bound.
    """

    areas: pl.DataFrame
    modularity: float
    estimated_share: float
    masked_pairs: int

    @property
    def partition(self) -> dict[str, str]:
        """Region of each area."""
        return dict(zip(self.areas["area"], self.areas["region"], strict=True))


@dataclass(frozen=True, slots=True)
class Ladder:
    """All rungs of the threshold ladder and the best of them.

    Parameters
    ----------
    rungs : polars.DataFrame
        ``threshold, regions, modularity``, from the highest threshold down.
    threshold : float
        That of the rung with the highest modularity (the higher threshold among ties).
    best : Communities
    """

    rungs: pl.DataFrame
    threshold: float
    best: Communities


def modularity(flows: FlowMatrix, partition: Mapping[str, str], *, diagonal: bool = True) -> float:
    r"""Directed modularity: the share of people who stay in their region, minus what chance would give.

    Parameters
    ----------
    flows : FlowMatrix
        n × n; masked pairs count with their lower bound.
    partition : mapping
        Region of each of the n areas.
    diagonal : bool
        Whether people who live and work in the same area count.

    Returns
    -------
    float
        :math:`Q = \sum_c [S_c/m - L_c W_c/m^2]` with :math:`m` all people, and of region c those who live there
        :math:`L`, work there :math:`W`, do both :math:`S`. Below 1; 0 for one single region.

    Raises
    ------
    InputError
        When an area has no region or nobody commutes.

    References
    ----------
    E. Leicht, M. Newman (2008): Community structure in directed networks. Physical Review Letters 100, 118703.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[4, 4, 1], [4, 4, 0], [1, 0, 8]], ["a", "b", "c"])
    >>> round(modularity(flows, {"a": "A", "b": "A", "c": "C"}), 4)
    0.3757
    """
    _, group = encode(partition, flows.codes)
    return _modularity(_matrix(flows, diagonal=diagonal), group)


def leiden_regions(flows: FlowMatrix, *, resolution: float = 1.0, seed: int = 0, diagonal: bool = True) -> Communities:
    """Communities of the commuting network by the Leiden method.

    The method sees the flows of both directions added up; the modularity returned is the directed one.

    Parameters
    ----------
    flows : FlowMatrix
        n × n; masked pairs count with their lower bound.
    resolution : float
        1 for plain modularity; above 1 gives more and smaller regions.
    seed : int
        The same seed gives the same regions.
    diagonal : bool
        Whether people who live and work in the same area count.

    Returns
    -------
    Communities

    Raises
    ------
    InputError
        When the resolution is not above 0 or nobody commutes.

    References
    ----------
    V. Traag, L. Waltman, N. van Eck (2019): From Louvain to Leiden. Scientific Reports 9, 5233.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[4, 4, 1], [4, 4, 0], [1, 0, 8]], ["a", "b", "c"])
    >>> leiden_regions(flows).partition
    {'a': 'a', 'b': 'a', 'c': 'c'}
    """
    import networkit as nk  # noqa: PLC0415 - loads plotting libraries, which takes seconds; nothing else here needs it

    number_in(resolution, "the resolution", 0.0, above=True)
    least_seed(seed)
    matrix = _matrix(flows, diagonal=diagonal)
    both = matrix.tocoo()
    low, high = np.minimum(both.row, both.col), np.maximum(both.row, both.col)
    edges = coo_array((both.data, (low, high)), shape=matrix.shape).tocsr().tocoo()
    graph = nk.GraphFromCoo((edges.data, (edges.row, edges.col)), n=len(flows), weighted=True, directed=False)
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)  # with more threads the same seed would not give the same answer
    try:
        nk.setSeed(seed, False)
        search = nk.community.ParallelLeiden(graph, iterations=10, gamma=resolution)
        search.run()
        group = np.unique(np.array(search.getPartition().getVector()), return_inverse=True)[1]
    finally:
        nk.setNumberOfThreads(threads)
    return _communities(flows, matrix, group)


def threshold_ladder(flows: FlowMatrix, *, thresholds: Sequence[float] = _RUNGS, diagonal: bool = True) -> Ladder:
    """Join areas along their dominant flows while these exceed a threshold; keep the rung of highest modularity.

    On each rung every region whose largest flow to another region is at least ``threshold`` of its employed residents
    joins that region; flows are summed again and the step repeated until no flow is that large. The next, lower rung
    goes on from there. After the idea of Kropp and Schwengler; they generate delineations for many thresholds, choose
    by modularity and then improve single areas; this last step is not done here.

    Parameters
    ----------
    flows : FlowMatrix
        n × n, with the diagonal; masked pairs count with their lower bound.
    thresholds : sequence of float
        Shares between 0 and 1; taken from the highest down. Default: 50 % to 1 % in steps of one.
    diagonal : bool
        Whether people who live and work in the same area count in the modularity. They always count as residents.

    Returns
    -------
    Ladder

    Raises
    ------
    InputError
        When a threshold is not between 0 and 1, none is given, or nobody commutes.

    References
    ----------
    P. Kropp, B. Schwengler (2016): Three-step method for delineating functional labour market regions. Regional
    Studies 50 (3), 429–445.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[60, 5, 0], [60, 20, 0], [2, 0, 90]], ["a", "b", "c"])
    >>> ladder = threshold_ladder(flows, thresholds=[0.9, 0.5, 0.01])
    >>> ladder.threshold, ladder.best.partition
    (0.5, {'a': 'a', 'b': 'a', 'c': 'c'})
    """
    rungs = sorted(set(thresholds), reverse=True)
    if not rungs or not all(0 < rung <= 1 for rung in rungs):
        raise InputError(Problem(f"the thresholds are {list(thresholds)}", expected="shares above 0 and up to 1"))
    full, counted = _matrix(flows, diagonal=True), _matrix(flows, diagonal=diagonal)
    group = np.arange(len(flows))
    best, best_quality, rows = group, -np.inf, []
    for rung in rungs:
        group = _joined(full, group, rung)
        quality = _modularity(counted, group)
        rows.append((rung, int(group.max()) + 1, quality))
        if quality > best_quality:
            best, best_quality = group, quality
    frame = pl.DataFrame(rows, schema={"threshold": pl.Float64, "regions": pl.Int64, "modularity": pl.Float64},
                         orient="row")  # fmt: skip
    at = next(rung for rung, _, quality in rows if quality == best_quality)
    return Ladder(frame, at, _communities(flows, counted, best))


def _joined(matrix: csr_array, group: Integers, threshold: float) -> Integers:
    """Join groups along dominant flows of at least ``threshold`` until there are none."""
    while True:
        count = int(group.max()) + 1
        pairs = matrix.tocoo()
        merged = coo_array((pairs.data, (group[pairs.row], group[pairs.col])), shape=(count, count)).tocsr().tocoo()
        residents = np.bincount(merged.row, weights=merged.data, minlength=count)
        away = merged.row != merged.col
        origin, target, flow = merged.row[away], merged.col[away], merged.data[away]
        largest = np.zeros(count)
        np.maximum.at(largest, origin, flow)
        linked = (flow == largest[origin]) & (flow >= threshold * residents[origin]) & (flow > 0)
        if not linked.any():
            return group
        first = np.unique(origin[linked], return_index=True)[1]  # the lowest code among ties
        links = coo_array((np.ones(len(first)), (origin[linked][first], target[linked][first])), shape=(count, count))
        group = connected_components(links, directed=False)[1].astype(np.int64)[group]


def _matrix(flows: FlowMatrix, *, diagonal: bool) -> csr_array:
    matrix = flows.values.tocoo()
    kept = (matrix.data > 0) & (diagonal | (matrix.row != matrix.col))
    if not kept.any():
        raise InputError(Problem("there are no flows", expected="at least one pair with a flow above 0"))
    return coo_array((matrix.data[kept], (matrix.row[kept], matrix.col[kept])), shape=matrix.shape).tocsr()


def _modularity(matrix: csr_array, group: Integers) -> float:
    pairs, count = matrix.tocoo(), int(group.max()) + 1
    total = pairs.data.sum()
    lives = np.bincount(group[pairs.row], weights=pairs.data, minlength=count) / total
    works = np.bincount(group[pairs.col], weights=pairs.data, minlength=count) / total
    inside = pairs.data[group[pairs.row] == group[pairs.col]].sum() / total
    return float(inside - lives @ works)


def _communities(flows: FlowMatrix, matrix: csr_array, group: Integers) -> Communities:
    jobs = np.asarray(flows.values.sum(axis=0)).ravel()
    areas = pl.DataFrame({"area": pl.Series(flows.codes, dtype=pl.String), "group": group, "jobs": jobs})
    chief = areas.sort(["jobs", "area"], descending=[True, False]).group_by("group", maintain_order=True).agg(
        region=pl.col("area").first()
    )  # fmt: skip
    named = areas.join(chief, on="group", how="left", maintain_order="left").select("area", "region")
    return Communities(named, _modularity(matrix, group), flows.estimated_share, flows.masked_pairs)
