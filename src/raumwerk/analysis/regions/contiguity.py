"""Make regions hang together on the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions._labels import encode
from raumwerk.errors import InputError, Problem

__all__ = ["Contiguous", "contiguous_regions"]

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Contiguous:
    """Regions in one piece, as far as the neighbourhood allows.

    Parameters
    ----------
    areas : polars.DataFrame
        ``area, region, region_before, moved``, in the order of the flow matrix.
    exclaves : polars.DataFrame
        ``area, region``: areas that stay apart from their region because no flow ties their piece to a neighbouring
        region or because they have no neighbour (islands).
    estimated_share : float
        Share of the people whose flows come from a model, 0 to 1; above 0 the result is an estimate.
    masked_pairs : int
        Pairs without a published value; they take part with their lower bound.
    """

    areas: pl.DataFrame
    exclaves: pl.DataFrame
    estimated_share: float
    masked_pairs: int

    @property
    def partition(self) -> dict[str, str]:
        """Region of each area."""
        return dict(zip(self.areas["area"], self.areas["region"], strict=True))


def contiguous_regions(
    partition: Mapping[str, str], neighbours: Iterable[tuple[str, str]], flows: FlowMatrix
) -> Contiguous:
    """Give the pieces of a region that do not touch its main piece to the neighbouring region they are tied to most.

    The main piece of a region is the one with most jobs. Every other piece moves, as a whole, to the neighbouring
    region of greatest cohesion (as in :func:`~raumwerk.analysis.regions.functional_regions`). The piece with most
    jobs moves first; this is repeated until nothing moves.

    Parameters
    ----------
    partition : mapping
        Region of each area of the flow matrix.
    neighbours : iterable of pairs of codes
        Areas that touch; one direction is enough. Pairs with codes outside the flow matrix are ignored.
    flows : FlowMatrix
        n × n; masked pairs count with their lower bound.

    Returns
    -------
    Contiguous

    Raises
    ------
    InputError
        When an area has no region, or no pair of neighbours is among the areas.

    References
    ----------
    Same purpose as the fine tuning in L. Franconi, M. D'Alò, D. Ichim (2016): Istat implementation of the algorithm
    to develop Labour Market Areas; there single areas move, here pieces.

    Examples
    --------
    a – b – c in a row, but c was put together with a:

    >>> flows = FlowMatrix.from_dense([[90, 0, 5], [2, 80, 9], [9, 8, 20]], ["a", "b", "c"])
    >>> found = contiguous_regions({"a": "A", "b": "B", "c": "A"}, [("a", "b"), ("b", "c")], flows)
    >>> found.areas.filter("moved").rows()
    [('c', 'B', 'A', True)]
    """
    names, before = encode(partition, flows.codes)
    first, second = _touching(neighbours, flows)
    pairs = flows.values.tocoo()
    origin, target, flow = pairs.row, pairs.col, pairs.data
    jobs = np.bincount(target, weights=flow, minlength=len(flows)).astype(float)
    region, tied = before.copy(), True
    for _ in range(len(flows)):  # every round ends one piece at least, so there are never more
        pieces, main = _pieces(region, first, second, jobs)
        tied = False
        for piece in _by_jobs(pieces, main, jobs):
            members = np.flatnonzero(pieces == piece)
            choice = _best_neighbour(members, region, (first, second), (origin, target, flow))
            if choice >= 0:
                region[members] = choice
                tied = True
                break  # the move may have joined other pieces: look again
        if not tied:
            break
    pieces, main = _pieces(region, first, second, jobs)
    apart = ~main[pieces]
    codes = np.array(flows.codes, dtype=object)
    areas = pl.DataFrame(
        {
            "area": codes.tolist(),
            "region": [names[k] for k in region],
            "region_before": [names[k] for k in before],
            "moved": region != before,
        },
        schema_overrides={"area": pl.String},
    )
    exclaves = areas.filter(pl.Series(apart)).select("area", "region")
    return Contiguous(areas, exclaves, flows.estimated_share, flows.masked_pairs)


def _touching(neighbours: Iterable[tuple[str, str]], flows: FlowMatrix) -> tuple[Integers, Integers]:
    place = flows.position
    pairs = [(place[one], place[other]) for one, other in neighbours if one in place and other in place]
    if not pairs:
        raise InputError(
            Problem("no pair of neighbours is among the areas of the flows", expected="pairs of codes that touch",
                    advice="Check that both use the same codes.")
        )  # fmt: skip
    both = np.array(pairs + [(other, one) for one, other in pairs], dtype=np.int64)
    return both[:, 0], both[:, 1]


def _pieces(
    region: Integers, first: Integers, second: Integers, jobs: NDArray[np.float64]
) -> tuple[Integers, NDArray[np.bool_]]:
    """Number of the piece of each area, and for each piece whether it is the main one of its region."""
    same = region[first] == region[second]
    links = coo_array((np.ones(same.sum()), (first[same], second[same])), shape=(len(region), len(region)))
    count, pieces = connected_components(links, directed=False)
    weight = np.bincount(pieces, weights=jobs, minlength=count)
    owner = np.zeros(count, np.int64)
    owner[pieces] = region
    order = np.lexsort((np.arange(count), -weight, owner))
    main = np.zeros(count, bool)
    main[order[np.unique(owner[order], return_index=True)[1]]] = True
    return pieces.astype(np.int64), main


def _by_jobs(pieces: Integers, main: NDArray[np.bool_], jobs: NDArray[np.float64]) -> Integers:
    weight = np.bincount(pieces, weights=jobs)
    loose = np.flatnonzero(~main)
    return loose[np.argsort(-weight[loose], kind="stable")]


def _best_neighbour(
    members: Integers,
    region: Integers,
    touching: tuple[Integers, Integers],
    flows: tuple[Integers, Integers, NDArray[np.float64]],
) -> int:
    """Neighbouring region of greatest cohesion with a piece, -1 if no neighbour has a flow with it."""
    origin, target, flow = flows
    inside = np.zeros(len(region), bool)
    inside[members] = True
    beside = np.unique(region[touching[1][inside[touching[0]] & ~inside[touching[1]]]])
    count = int(region.max()) + 1
    lives, works = inside[origin], inside[target]
    goes = np.bincount(region[target[lives & ~works]], weights=flow[lives & ~works], minlength=count)
    comes = np.bincount(region[origin[works & ~lives]], weights=flow[works & ~lives], minlength=count)
    residents = np.bincount(region[origin[~lives]], weights=flow[~lives], minlength=count)
    jobs = np.bincount(region[target[~works]], weights=flow[~works], minlength=count)
    out, into = flow[lives].sum(), flow[works].sum()
    best, best_cohesion = -1, 0.0
    for k in beside[beside != region[members[0]]]:
        cohesion = goes[k] ** 2 / (out * jobs[k]) if goes[k] else 0.0
        cohesion += comes[k] ** 2 / (residents[k] * into) if comes[k] else 0.0
        if cohesion > best_cohesion:
            best, best_cohesion = int(k), float(cohesion)
    return best
