"""Nodal regions after Nystuen and Dacey: who looks to which centre."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import number_in
from raumwerk.analysis._status import status_column
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError, Problem

__all__ = ["large_flows", "nodal_hierarchy"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def nodal_hierarchy(flows: FlowMatrix, *, min_share: float = 0.0, ratio: float = 1.0) -> pl.DataFrame:
    """Which larger centre each area depends on by its largest flow, and the top of its chain.

    Area i depends on j when i's largest flow to another area goes to j, this flow is at least ``min_share`` of all
    people who leave i, and j receives more than ``ratio`` times as many people as i.

    Parameters
    ----------
    flows : FlowMatrix
        n × n; the diagonal plays no part; masked pairs count with their lower bound.
    min_share : float
        Share of the out-commuters, 0 to 1.
    ratio : float
        At least 1, so that chains end.

    Returns
    -------
    polars.DataFrame
        One row per area: ``area``; ``inflow`` (people from other areas); ``largest_destination``, ``largest_flow``,
        ``largest_share`` (null without out-commuters; the lowest code among ties); ``depends_on`` (null for an
        independent centre); ``centre``, the end of the chain; ``rank``, 0 for independent centres, else steps up to
        it; ``dependents``, the number of areas that depend on it directly; ``status`` of the least sure flow from or to
        the area.

    Raises
    ------
    InputError
        When ``min_share`` or ``ratio`` is out of range.

    References
    ----------
    J. Nystuen, M. Dacey (1961): A graph theory interpretation of nodal regions. Papers in Regional Science 7, 29–42.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[0, 9, 2], [4, 0, 8], [5, 20, 0]], ["a", "b", "c"])
    >>> nodal_hierarchy(flows).select("area", "largest_destination", "depends_on", "centre").rows()
    [('a', 'b', 'b', 'b'), ('b', 'c', None, 'b'), ('c', 'b', 'b', 'b')]
    """
    _check_share(min_share)
    number_in(ratio, "the ratio", 1.0)
    n = len(flows)
    origin, target, flow, out, _ = _away(flows)
    inflow = np.bincount(target, weights=flow, minlength=n)
    order = np.lexsort((target, -flow, origin))
    first = order[np.unique(origin[order], return_index=True)[1]]
    largest, size = np.full(n, -1, np.int64), np.zeros(n)
    largest[origin[first]], size[origin[first]] = target[first], flow[first]
    share = np.divide(size, out, out=np.zeros(n), where=out > 0)
    depends = (largest >= 0) & (share >= min_share) & (inflow[largest] > ratio * inflow)
    upward = np.where(depends, largest, -1)
    centre, rank = np.arange(n), np.zeros(n, np.int64)
    while (climbing := upward[centre] >= 0).any():
        centre[climbing] = upward[centre[climbing]]
        rank[climbing] += 1
    codes = pl.Series(flows.codes, dtype=pl.String)
    return pl.DataFrame(
        {
            "area": codes,
            "inflow": inflow,
            "largest_destination": _codes(codes, largest),
            "largest_flow": _known(size, largest >= 0),
            "largest_share": _known(share, largest >= 0),
            "depends_on": _codes(codes, upward),
            "centre": codes.gather(pl.Series(centre)),
            "rank": rank,
            "dependents": np.bincount(upward[upward >= 0], minlength=n),
            "status": _least_sure(flows),
        }
    )


def large_flows(flows: FlowMatrix, *, min_share: float) -> tuple[pl.DataFrame, float]:
    """Flows that are a large part of what leaves their origin, and the share of all commuters they carry.

    Parameters
    ----------
    flows : FlowMatrix
        n × n; the diagonal plays no part; masked pairs count with their lower bound.
    min_share : float
        Share of all people who leave the origin, 0 to 1.

    Returns
    -------
    frame : polars.DataFrame
        ``origin, destination, flow, share, status``, the largest share first; a masked flow with its lower bound.
    volume : float
        Their share of all people who leave their area (0 to 1).

    Raises
    ------
    InputError
        When ``min_share`` is out of range or nobody leaves an area.

    Notes
    -----
    The measure of the R package flows ("dominant flows by share"), whose figure for France is reproduced in
    docs/validation.md.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[0, 9, 1], [4, 0, 6], [0, 0, 5]], ["a", "b", "c"])
    >>> kept, volume = large_flows(flows, min_share=0.5)
    >>> kept.drop("status").rows(), volume
    ([('a', 'b', 9.0, 0.9), ('b', 'c', 6.0, 0.6)], 0.75)
    """
    _check_share(min_share)
    origin, target, flow, out, status = _away(flows)
    if not len(flow):
        raise InputError(Problem("nobody leaves an area", expected="at least one flow between two areas"))
    share = flow / out[origin]
    kept = share >= min_share
    codes = pl.Series(flows.codes, dtype=pl.String)
    frame = pl.DataFrame(
        {
            "origin": codes.gather(pl.Series(origin[kept])),
            "destination": codes.gather(pl.Series(target[kept])),
            "flow": flow[kept],
            "share": share[kept],
            "status": status_column(status[kept]),
        }
    ).sort(["share", "origin", "destination"], descending=[True, False, False])
    return frame, float(flow[kept].sum() / flow.sum())


def _check_share(min_share: float) -> None:
    if not 0 <= min_share <= 1:
        raise InputError(Problem(f"min_share is {min_share}", expected="a share from 0 to 1"))


def _away(flows: FlowMatrix) -> tuple[Integers, Integers, Floats, Floats, NDArray[np.int8]]:
    """Origins, destinations and flows between different areas, what leaves each area, and the status of the flows."""
    away = (flows.rows != flows.columns) & (flows.cells > 0)
    origin, flow = flows.rows[away], flows.cells[away]
    out = np.bincount(origin, weights=flow, minlength=len(flows)).astype(float)
    return origin, flows.columns[away], flow, out, flows.status[away]


def _least_sure(flows: FlowMatrix) -> pl.Series:
    """Status of the least sure flow between each area and another."""
    away = flows.rows != flows.columns
    worst = np.zeros(len(flows), np.int8)
    for ends in (flows.rows, flows.columns):
        np.maximum.at(worst, ends[away], flows.status[away])
    return status_column(worst)


def _codes(codes: pl.Series, index: Integers) -> pl.Series:
    return pl.select(pl.when(pl.Series(index >= 0)).then(codes.gather(pl.Series(np.maximum(index, 0))))).to_series()


def _known(values: Floats, known: NDArray[np.bool_]) -> pl.Series:
    return pl.select(pl.when(pl.Series(known)).then(pl.Series(values))).to_series()
