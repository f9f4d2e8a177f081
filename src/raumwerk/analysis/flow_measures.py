"""What planners ask of commuter flows: balance and rates, who crosses a border, who goes where, how far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import whole_number
from raumwerk.analysis.flows import FlowMatrix, bounded_fields
from raumwerk.analysis.gravity import check_cost
from raumwerk.errors import InputError, Problem, UnknownCodeError

__all__ = ["border_crossing", "commuting_balance", "commuting_cost", "top_partners"]

Floats = NDArray[np.float64]

_PARTS = ("residents", "jobs", "internal", "out", "in")
_ENDS = ("", "_lower", "_upper")


def commuting_balance(flows: FlowMatrix) -> pl.DataFrame:
    """Out-, in- and internal commuters of each area with rates and balance.

    Parameters
    ----------
    flows : FlowMatrix
        With its diagonal: residents are the row sums, jobs the column sums.

    Returns
    -------
    polars.DataFrame
        One row per area: ``area``; ``residents, jobs, internal, out, in`` (in the unit of the flows, null when a part
        is masked) each with ``_lower`` and ``_upper``; ``net`` = in − out; the rates ``out_rate`` = out / residents,
        ``in_rate`` = in / jobs, ``self_containment`` = internal / residents, ``job_centrality`` = jobs / residents,
        each with ``_lower`` and ``_upper``; ``status`` of the least sure part. A rate is null where its denominator
        is 0 or a part is masked.

    Raises
    ------
    InputError
        Never for a matrix that :class:`FlowMatrix` accepted; bad pairs are refused there.

    Notes
    -----
    Definitions of the Federal Employment Agency's commuter statistics (Auspendlerquote, Einpendlerquote,
    Pendlersaldo). Rates are formed from sums, never averaged: aggregate the flows first.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[60, 40], [10, 30]], ["a", "b"])
    >>> commuting_balance(flows).select("area", "out", "in", "net", "out_rate", "in_rate").rows()
    [('a', 40.0, 10.0, -30.0, 0.4, 0.14285714285714285), ('b', 10.0, 40.0, 30.0, 0.25, 0.5714285714285714)]
    """
    sums = {"residents": flows.residents(), "jobs": flows.jobs(), "internal": flows.internal(),
            "out": flows.outflow(), "in": flows.inflow()}  # fmt: skip
    frame = pl.DataFrame({"area": pl.Series(flows.codes, dtype=pl.String)})
    for name in _PARTS:
        part = sums[name]
        frame = frame.with_columns(
            part["value"].alias(name), part["lower"].alias(f"{name}_lower"), part["upper"].alias(f"{name}_upper")
        )
    status = pl.DataFrame({name: sums[name]["status"] for name in ("residents", "jobs")})
    return frame.with_columns(
        (pl.col("in") - pl.col("out")).alias("net"),
        (pl.col("in_lower") - pl.col("out_upper")).alias("net_lower"),
        (pl.col("in_upper") - pl.col("out_lower")).alias("net_upper"),
        *_share("out", "internal", "residents", "out_rate"),
        *_share("in", "internal", "jobs", "in_rate"),
        *_share("internal", "out", "residents", "self_containment"),
        *_quotient("jobs", "residents", "job_centrality"),
        status.select(pl.max_horizontal("residents", "jobs")).to_series().alias("status"),
    )


def _share(part: str, rest: str, whole: str, name: str) -> list[pl.Expr]:
    """Share of ``part`` in ``part + rest``; its bounds set one high where the other is low."""
    low, high = pl.col(f"{part}_lower"), pl.col(f"{part}_upper")
    return [
        _ratio(pl.col(part), pl.col(whole)).alias(name),
        _ratio(low, low + pl.col(f"{rest}_upper")).alias(f"{name}_lower"),
        _ratio(high, high + pl.col(f"{rest}_lower")).alias(f"{name}_upper"),
    ]


def _quotient(top: str, bottom: str, name: str) -> list[pl.Expr]:
    return [
        _ratio(pl.col(top), pl.col(bottom)).alias(name),
        _ratio(pl.col(f"{top}_lower"), pl.col(f"{bottom}_upper")).alias(f"{name}_lower"),
        _ratio(pl.col(f"{top}_upper"), pl.col(f"{bottom}_lower")).alias(f"{name}_upper"),
    ]


def _ratio(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    return pl.when(bottom > 0).then(top / bottom)


def border_crossing(flows: FlowMatrix, sides: Mapping[str, str]) -> pl.DataFrame:
    """Commuters who cross a border, by area of residence and in total.

    Parameters
    ----------
    flows : FlowMatrix
    sides : mapping
        Side of the border of every code, for example the state; a flow between different sides crosses it.

    Returns
    -------
    polars.DataFrame
        One row per area and a last one with ``area`` null for all: ``area, side``; ``crossing`` and ``commuters``
        (people who leave their area) with ``_lower`` and ``_upper``, in the unit of the flows; ``share`` = crossing /
        commuters with its bounds; ``status``. Null where a part is masked, the share also where nobody commutes.

    Raises
    ------
    InputError
        Naming areas without a side.

    Notes
    -----
    A count; the share is formed from sums, never averaged.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[5, 3, 1], [0, 9, 0], [2, 2, 4]], ["h1", "h2", "n1"])
    >>> states = {"h1": "h", "h2": "h", "n1": "n"}
    >>> border_crossing(flows, states).select("area", "crossing", "commuters", "share").rows()
    [('h1', 1.0, 4.0, 0.25), ('h2', 0.0, 0.0, None), ('n1', 4.0, 4.0, 1.0), (None, 5.0, 8.0, 0.625)]
    """
    side = np.asarray(flows.labels(sides, what="side"), dtype=object)
    away = flows.rows != flows.columns
    over = away & (side[flows.rows] != side[flows.columns])
    crossing, leaving = _by_area_and_total(flows, over), _by_area_and_total(flows, away)
    frame = pl.DataFrame(
        {
            "area": pl.Series([*flows.codes, None], dtype=pl.String),
            "side": pl.Series([*side.tolist(), None], dtype=pl.String),
            **{f"crossing{end}": crossing[f"value{end}"] for end in _ENDS},
            **{f"commuters{end}": leaving[f"value{end}"] for end in _ENDS},
            "rest_lower": leaving["value_lower"] - crossing["value_lower"],
            "rest_upper": leaving["value_upper"] - crossing["value_upper"],
            "status": leaving["status"],
        }
    )
    return frame.with_columns(
        _ratio(pl.col("crossing"), pl.col("commuters")).alias("share"),
        *_share("crossing", "rest", "commuters", "share")[1:],
    ).select(pl.exclude("status", "rest_lower", "rest_upper"), "status")


def _by_area_and_total(
    flows: FlowMatrix, chosen: NDArray[np.bool_], weights: Floats | None = None
) -> dict[str, pl.Series]:
    """Sums of the chosen cells by origin and, last, of all: value (null if masked), bounds, status."""
    n = len(flows)
    group = np.concatenate([flows.rows[chosen], np.full(int(chosen.sum()), n)])
    weight = np.ones(len(flows.cells)) if weights is None else weights

    def summed(part: Floats) -> Floats:
        return np.bincount(group, weights=np.tile((part * weight)[chosen], 2), minlength=n + 1).astype(float)

    status = np.zeros(n + 1, np.int8)
    np.maximum.at(status, group, np.tile(flows.status[chosen], 2))
    fields = bounded_fields(summed(flows.cells), summed(flows.lower), summed(flows.upper), status)
    return {"value_lower": fields["lower"], "value_upper": fields["upper"], **fields}


def top_partners(
    flows: FlowMatrix, *, direction: Literal["out", "in"] = "out", count: int = 10, areas: list[str] | None = None
) -> pl.DataFrame:
    """The largest partners of each area.

    Parameters
    ----------
    flows : FlowMatrix
    direction : {"out", "in"}
        Places where the area's residents work, or places its workers come from. The area itself is left out.
    count : int
        Partners for each area, at least 1.
    areas : list of str, optional
        Only these areas.

    Returns
    -------
    polars.DataFrame
        ``area, rank, partner, value, lower, upper, status, share``; ranked by the value, a masked one by its lower
        bound, ties by code; ``share`` is of all who leave (or come to) the area, null when a part is masked.

    Raises
    ------
    InputError
        When direction or count is none of these.
    UnknownCodeError
        When an area is unknown.

    Notes
    -----
    A ranking; there is no formula in it beyond the share.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[5, 3, 1], [0, 9, 0], [2, 2, 4]], ["a", "b", "c"])
    >>> top_partners(flows, count=1).select("area", "partner", "value", "share").rows()
    [('a', 'b', 3.0, 0.75), ('c', 'a', 2.0, 0.5)]
    """
    if direction not in ("out", "in"):
        raise InputError(Problem(f"the direction is {direction!r}", expected="'out' or 'in'"))
    whole_number(count, "count", 1)
    own, other = ("origin", "destination") if direction == "out" else ("destination", "origin")
    total = flows.outflow() if direction == "out" else flows.inflow()
    frame = flows.to_pairs().filter(pl.col("origin") != pl.col("destination"))
    if areas is not None:
        unknown = [code for code in areas if code not in flows.position]
        if unknown:
            raise UnknownCodeError(
                f"The flow matrix has no area {', '.join(unknown)}; use codes from its list of codes."
            )
        frame = frame.filter(pl.col(own).is_in(areas))
    order = pl.coalesce("value", "lower")
    return (
        frame.filter(pl.col("upper") > 0)
        .sort(pl.col(own), order, pl.col(other), descending=[False, True, False])
        .with_columns((pl.int_range(pl.len()).over(own) + 1).alias("rank"))
        .filter(pl.col("rank") <= count)
        .join(total.select(pl.col("area").alias(own), pl.col("value").alias("total")), on=own, how="left")
        .select(
            pl.col(own).alias("area"), pl.col("rank").cast(pl.Int64), pl.col(other).alias("partner"),
            "value", "lower", "upper", "status", _ratio(pl.col("value"), pl.col("total")).alias("share"),
        )
        .sort("area", "rank")
    )  # fmt: skip


def commuting_cost(flows: FlowMatrix, cost: Any, *, diagonal: bool = False) -> pl.DataFrame:
    """Commuter-kilometres or commuter-minutes by area of residence and in total.

    Parameters
    ----------
    flows : FlowMatrix
    cost : (n, n) array_like
        Distance (km) or time (minutes) of one way, in order of ``flows.codes``; finite and not negative.
    diagonal : bool
        Whether ways within an area count, with the diagonal of ``cost``.

    Returns
    -------
    polars.DataFrame
        One row per area and a last one with ``area`` null for all: ``area``; ``total`` = Σ T·c (persons × unit of
        cost, one way) with ``_lower`` and ``_upper``; ``mean`` = total / commuters with its bounds. Null where a part
        is masked, the mean also where nobody commutes. Bounds of the mean are the extremes over all cells within
        their bounds, taken cell by cell, and may be wider than any single matrix allows.

    Raises
    ------
    InputError
        When the costs do not fit, or one is negative or not finite.

    Notes
    -----
    A sum; aggregate flows first and never average means.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[5, 3], [1, 9]], ["a", "b"])
    >>> commuting_cost(flows, [[0, 10], [10, 0]]).select("area", "total", "mean").rows()
    [('a', 30.0, 10.0), ('b', 10.0, 10.0), (None, 40.0, 10.0)]
    """
    n = len(flows)
    cells = np.ones((n, n), dtype=bool) if diagonal else ~np.eye(n, dtype=bool)
    kept = cells[flows.rows, flows.columns]
    way = _by_area_and_total(flows, kept, check_cost(cost, n, cells)[flows.rows, flows.columns])
    people = _by_area_and_total(flows, kept)
    frame = pl.DataFrame(
        {
            "area": pl.Series([*flows.codes, None], dtype=pl.String),
            **{f"total{end}": way[f"value{end}"] for end in _ENDS},
            **{f"people{end}": people[f"value{end}"] for end in _ENDS},
            "status": way["status"],
        }
    )
    means = _quotient("total", "people", "mean")
    return frame.with_columns(means).select(pl.exclude("people", "people_lower", "people_upper", "status"), "status")
