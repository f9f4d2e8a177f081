"""Functional regions after Coombes and Bond: areas grouped so that most people live and work in the same region."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions._commuting_loop import REASONS, Outcome, delineate
from raumwerk.analysis.regions._commuting_state import Arcs, Limits, stitch
from raumwerk.analysis.regions.parameters import SelfContainment
from raumwerk.errors import InputError, Problem

__all__ = ["FunctionalRegions", "functional_regions"]

_ITERATIONS_PER_AREA = 1_000
_EXACT_BITS = 52

Rule = Literal["clean", "lma34"]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FunctionalRegions:
    """Regions, and everything that was decided on the way.

    Parameters
    ----------
    areas : polars.DataFrame
        One row per code of the flow matrix, in its order: ``area``; ``region``, the code of the area with most jobs in
        the region (null when no region could take the area); ``reserve``, whether the area was on the reserve list;
        ``region_before_reserve``, the region before the reserve list was handed out (null for areas on it).
    regions : polars.DataFrame
        One row per region: ``region``, ``founder`` (area whose cluster grew into the region), ``areas``, ``residents``
        (employed), ``jobs``, ``internal`` (people), ``supply_self_containment`` = internal / residents,
        ``demand_self_containment`` = internal / jobs, ``validity`` (at least 1 when the rule is kept; handing out the
        reserve list may break it).
    reserve : polars.DataFrame
        The reserve list in the order of the decisions: ``area``, ``founder`` of the cluster it was taken from,
        ``reason``, ``iteration``, ``validity`` of that cluster then. Reasons: A the area alone would make its best
        partner less valid; B the area alone has no partner; C, D the same for an area of a larger cluster; E, F the
        same for the rest of a cluster after D.
    left_out : polars.DataFrame
        Areas without residents, without jobs or with no flow to any other area (``area``, ``reason``); they take no
        part and their flows do not count.
    parameters : SelfContainment
    rule : {"clean", "lma34"}
    iterations : int
        How many times an area was taken out of the least valid cluster.
    masked_pairs : int
        Pairs without a published value that took part with their lower bound.
    estimated_share : float
        Share of the people whose flows come from a model, 0 to 1; above 0 the regions are a model's.
    """

    areas: pl.DataFrame
    regions: pl.DataFrame
    reserve: pl.DataFrame
    left_out: pl.DataFrame
    parameters: SelfContainment
    rule: Rule
    iterations: int
    masked_pairs: int
    estimated_share: float

    @property
    def partition(self) -> dict[str, str]:
        """Region of each area that has one."""
        placed = self.areas.drop_nulls("region")
        return dict(zip(placed["area"], placed["region"], strict=True))


def functional_regions(flows: FlowMatrix, parameters: SelfContainment, *, rule: Rule = "clean") -> FunctionalRegions:
    r"""Group areas into functional regions by the method of Coombes and Bond.

    Each area starts as a cluster of its own. The cluster of least validity gives up the area that is tied most to the
    outside; this area joins the cluster of greatest cohesion
    :math:`T_{xk}^2/(R_x W_k) + T_{kx}^2/(L_k J_x)` unless that cluster would become less valid; then it goes to the
    reserve list. This is repeated until all clusters are valid; then the reserve list is handed out by cohesion. The
    validity of a cluster with :math:`L` employed residents, :math:`W` jobs and :math:`S` people who live and work in
    it is

    .. math:: v = \min(c/t, 1)\,[1 - (1 - m/t)\,\max(0, (T - L)/(T - M))]\,t/m, \quad c = \min(S/L, S/W)

    with the sizes M < T and shares m < t of the parameters, and 1 where c = 1.

    Parameters
    ----------
    flows : FlowMatrix
        Commuters, n × n, **with the diagonal** (people who live and work in the same area). Masked pairs take part
        with their lower bound; the result says how many.
    parameters : SelfContainment
        Sizes in the unit of the flows; :data:`~raumwerk.analysis.regions.PRESETS` holds known settings.
    rule : {"clean", "lma34"}
        ``lma34`` follows the R package LabourMarketAreas 3.4 to the bit. There, the totals of a cluster that has just
        lost an area and keeps two or more are not added up again for one round, so that it mostly is dissolved on and
        on; ``clean`` adds them up.

    Returns
    -------
    FunctionalRegions
        The same whatever the order of the pairs.

    Raises
    ------
    InputError
        When the diagonal is empty, when no area has both residents and jobs that are tied to another area, when the
        rule is unknown, or when the loop does not come to an end.

    References
    ----------
    M. Coombes, S. Bond (2008): Travel-to-Work Areas: the 2007 review. Office for National Statistics.
    L. Franconi, M. D'Alò, D. Ichim (2016): Istat implementation of the algorithm to develop Labour Market Areas.

    Examples
    --------
    Two towns with their villages:

    >>> from raumwerk.analysis.flows import FlowMatrix
    >>> flows = FlowMatrix.from_dense(
    ...     [[900, 10, 20, 0], [300, 200, 0, 5], [10, 0, 700, 30], [0, 5, 250, 150]], ["A", "a", "B", "b"])
    >>> found = functional_regions(flows, SelfContainment(600, 1200, 0.7, 0.8))
    >>> found.partition
    {'A': 'A', 'B': 'B', 'a': 'A', 'b': 'B'}
    """
    if rule not in ("clean", "lma34"):
        raise InputError(Problem(f"the rule is {rule!r}", expected="'clean' or 'lma34'"))
    rows, columns, cells = _positive_pairs(flows)
    kept, reasons = _take_part(flows, rows, columns, cells)
    place = np.full(len(flows), -1, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    inside = (place[rows] >= 0) & (place[columns] >= 0)
    arcs = stitch(place[rows[inside]], place[columns[inside]], cells[inside], len(kept))
    limits = Limits(
        float(parameters.min_size), float(parameters.target_size),
        float(parameters.min_self_containment), float(parameters.target_self_containment),
    )  # fmt: skip
    limit = _ITERATIONS_PER_AREA * len(kept)
    outcome = delineate(arcs, limits, rule == "lma34", limit)
    if not outcome.converged:
        raise InputError(
            Problem(f"the regions did not settle within {limit} steps", expected="a stable set of valid regions",
                    advice="Areas go back and forth between regions; change a size or a share a little.")
        )  # fmt: skip
    codes = np.array(flows.codes, dtype=object)
    areas, regions = _frames(codes, kept, arcs, outcome, parameters)
    return FunctionalRegions(
        areas, regions, _reserve_frame(codes[kept], outcome),
        pl.DataFrame({"area": codes[list(reasons)].tolist(), "reason": list(reasons.values())},
                     schema={"area": pl.String, "reason": pl.String}),
        parameters, rule, int(outcome.iterations), flows.masked_pairs, flows.estimated_share,
    )  # fmt: skip


def _positive_pairs(flows: FlowMatrix) -> tuple[Integers, Integers, Floats]:
    positive = flows.cells > 0
    rows, columns, cells = flows.rows[positive], flows.columns[positive], flows.cells[positive]
    if not np.any(rows == columns):
        raise InputError(
            Problem("the flows have no diagonal: nobody lives and works in the same area",
                    expected="a pair of each area with itself",
                    advice="Add the commuters within each area (employees at residence minus out-commuters).")
        )  # fmt: skip
    return rows, columns, _exactly_summable(cells)


def _exactly_summable(cells: Floats) -> Floats:
    """Round to a power of two so small that all sums are exact, so that the order of adding cannot change a tie.

    Whole numbers and halves stay as they are while the total is below 2**51.
    """
    step = math.ldexp(1.0, math.frexp(float(cells.sum()))[1] - _EXACT_BITS)
    return np.asarray(np.rint(cells / step) * step)


def _take_part(flows: FlowMatrix, rows: Integers, columns: Integers, cells: Floats) -> tuple[Integers, dict[int, str]]:
    """Positions of the areas that take part, and why each other one does not; repeated until stable."""
    n = len(flows)
    active, reasons = np.ones(n, bool), dict[int, str]()
    while True:
        used = active[rows] & active[columns]
        residents = np.bincount(rows[used], weights=cells[used], minlength=n)
        jobs = np.bincount(columns[used], weights=cells[used], minlength=n)
        loop = used & (rows == columns)
        own = np.bincount(rows[loop], weights=cells[loop], minlength=n)
        found = {
            "no employed residents": active & (residents == 0),
            "no jobs": active & (jobs == 0),
            "no flow to or from another area": active & (residents == own) & (jobs == own),
        }
        for reason, which in found.items():
            reasons.update({int(area): reason for area in np.flatnonzero(which) if int(area) not in reasons})
        leaving = np.logical_or.reduce(list(found.values()))
        if not leaving.any():
            break
        active &= ~leaving
    if not active.any():
        raise InputError(
            Problem("no area has residents, jobs and a flow to another area", expected="flows between areas",
                    advice="Check that origins and destinations use the same codes.")
        )  # fmt: skip
    return np.flatnonzero(active), dict(sorted(reasons.items()))


def _frames(
    codes: NDArray[np.object_], kept: Integers, arcs: Arcs, outcome: Outcome, parameters: SelfContainment
) -> tuple[pl.DataFrame, pl.DataFrame]:
    size = len(kept)
    table = pl.DataFrame(
        {
            "area": codes[kept].tolist(),
            "cluster": outcome.cluster,
            "before": outcome.before_reserve,
            "residents": arcs.residents,
            "jobs": arcs.jobs,
        }
    )
    origin = np.repeat(np.arange(size), np.diff(arcs.out_start))
    same = outcome.cluster[origin] == outcome.cluster[arcs.out_area]
    internal = arcs.own + np.bincount(origin[same], weights=arcs.out_flow[same], minlength=size)
    placed = table.with_columns(internal=pl.Series(internal)).filter(pl.col("cluster") >= 0)
    regions = (
        placed.sort(["jobs", "area"], descending=[True, False])
        .group_by("cluster", maintain_order=True)
        .agg(region=pl.col("area").first(), areas=pl.len().cast(pl.Int64),
             residents=pl.col("residents").sum(), jobs=pl.col("jobs").sum(), internal=pl.col("internal").sum())
        .with_columns(
            supply_self_containment=pl.col("internal") / pl.col("residents"),
            demand_self_containment=pl.col("internal") / pl.col("jobs"),
        )
    )  # fmt: skip
    names = dict(zip(regions["cluster"], regions["region"], strict=True))
    areas = pl.DataFrame({"area": codes.tolist()}, schema={"area": pl.String}).join(
        table.select(
            "area",
            region=_named(table["cluster"], names),
            reserve=pl.col("before") < 0,
            region_before_reserve=_named(table["before"], names),
        ),
        on="area", how="left", maintain_order="left",
    ).with_columns(pl.col("reserve").fill_null(value=False))  # fmt: skip
    founder = pl.Series("founder", codes[kept][regions["cluster"].to_numpy()].tolist(), dtype=pl.String)
    regions = regions.with_columns(founder, validity=_validity(parameters)).sort("region")
    order = ["region", "founder", "areas", "residents", "jobs", "internal",
             "supply_self_containment", "demand_self_containment", "validity"]  # fmt: skip
    return areas, regions.select(order)


def _named(cluster: pl.Series, names: dict[int, str]) -> pl.Series:
    return cluster.replace_strict(names, default=None, return_dtype=pl.String)


def _validity(parameters: SelfContainment) -> pl.Expr:
    share = pl.min_horizontal("supply_self_containment", "demand_self_containment")
    lowest, target = parameters.min_self_containment, parameters.target_self_containment
    missing = (parameters.target_size - pl.col("residents")) / (parameters.target_size - parameters.min_size)
    allowance = 1 - (1 - lowest / target) * missing.clip(lower_bound=0)
    return pl.when(share == 1).then(1.0).otherwise((share / target).clip(upper_bound=1) * allowance * target / lowest)


def _reserve_frame(codes: NDArray[np.object_], outcome: Outcome) -> pl.DataFrame:
    log, rows = outcome.log, int(outcome.log.filled[0])
    return pl.DataFrame(
        {
            "area": codes[log.area[:rows]].tolist(),
            "founder": codes[log.cluster[:rows]].tolist(),
            "reason": [REASONS[reason] for reason in log.reason[:rows]],
            "iteration": log.iteration[:rows],
            "validity": log.validity[:rows],
        },
        schema={"area": pl.String, "founder": pl.String, "reason": pl.String,
                "iteration": pl.Int64, "validity": pl.Float64},
    )  # fmt: skip
