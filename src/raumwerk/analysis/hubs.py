"""Nodes of short ways: where satellite offices or co-working sites save most commuting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack

from raumwerk.analysis._check import numbers_of, time_limit_of
from raumwerk.analysis._milp import Program, solve
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, Problem

__all__ = ["HubPlan", "best_hubs", "greedy_hubs"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_WAYS_PER_DAY = 2


@dataclass(frozen=True, slots=True)
class HubPlan:
    """Hubs and what they save. All kilometres are per working day, there and back.

    Parameters
    ----------
    hubs : polars.DataFrame
        ``hub, people, saved, co2``: people who use the hub on a working day, kilometres they save, kilograms of CO₂;
        in the order in which the greedy rule opened them, else by saving.
    areas : polars.DataFrame
        ``area, hub, people, saved``: one row per origin and hub used.
    saved, people, co2 : float
        Totals per working day.
    upper_bound : float
        No choice of as many hubs can save more kilometres than this.
    gap : float
        (upper_bound − saved) / saved; 0 when nothing can be better.
    optimal : bool
        Whether the choice is proven best (within 1e-6).
    estimated_share : float
        Share of the people whose flows come from a model, 0 to 1; above 0 the saving is an estimate.
    masked_pairs : int
        Pairs without a published value; they take part with their lower bound.
    travel_source : str
        Where the kilometres come from.
    travel_estimated : bool
        Whether they are a declared estimate.
    """

    hubs: pl.DataFrame
    areas: pl.DataFrame
    saved: float
    people: float
    co2: float
    upper_bound: float
    gap: float
    optimal: bool
    estimated_share: float
    masked_pairs: int
    travel_source: str
    travel_estimated: bool


@dataclass(frozen=True, slots=True)
class _Case:
    origins: tuple[str, ...]
    candidates: tuple[str, ...]
    saving: Floats  # kilometres per day if all of an origin who gain use the candidate
    users: Floats  # how many that are on a working day
    co2_per_km: float
    basis: tuple[float, int, str, bool]  # the last four fields of the plan


def greedy_hubs(
    flows: FlowMatrix,
    travel: TravelMatrix,
    candidates: Sequence[str],
    *,
    hubs: int,
    share: float | Mapping[str, float] = 0.3,
    days: float = 2.0,
    co2_per_km: float = 0.0,
    exchange: bool = True,
) -> HubPlan:
    r"""Open one hub after another where it saves most, then exchange single hubs while that helps: for sliders.

    A commuter from i to j who may work at hub k saves :math:`c_{ij} - c_{ik}` kilometres each way when that is above 0
    and goes to the nearest open hub. Everybody of one origin ranks the hubs alike, so only the total per origin and
    hub counts: :math:`s_{ik} = 2\,\varphi_i\,\frac{d}{5}\sum_j T_{ij}\max(0, c_{ij} - c_{ik})`.

    Parameters
    ----------
    flows : FlowMatrix
        Commuters; masked pairs count with their lower bound. Pairs without a way in ``travel`` do not count.
    travel : TravelMatrix
        With kilometres, from every origin with commuters to all their destinations and to all candidates.
    candidates : sequence of str
        Places for hubs, each once; destinations of ``travel``.
    hubs : int
        1 to the number of candidates.
    share : float or mapping
        Share of the workers who could use a hub (0 to 1); one number or one per origin.
    days : float
        Days of a five-day week they do, above 0, up to 5.
    co2_per_km : float
        Kilograms of CO₂ per kilometre not driven, at least 0; state its source where you show the result.
    exchange : bool
        Whether to try single exchanges after the greedy steps.

    Returns
    -------
    HubPlan
        Without exchanges it saves at least 1 − 1/e = 63 % of the best (the saving is submodular); the bound proven
        for the case at hand comes with it.

    Raises
    ------
    InputError
        When an option is out of range, a candidate is doubled or unknown, kilometres are missing, or nobody commutes.

    References
    ----------
    G. Nemhauser, L. Wolsey, M. Fisher (1978): Mathematical Programming 14, 265–294 (greedy rule and bound).
    M. Teitz, P. Bart (1968): Operations Research 16, 955–961 (exchange).

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[0, 0, 100], [0, 0, 100], [0, 0, 0]], ["a", "b", "c"])
    >>> km = [[2, 10, 40], [10, 2, 30], [40, 30, 2]]
    >>> travel = TravelMatrix(["a", "b", "c"], ["a", "b", "c"], km, kilometres=km)
    >>> plan = greedy_hubs(flows, travel, ["a", "b", "c"], hubs=1, share=1.0, days=5)
    >>> plan.hubs.select("hub", "people", "saved").rows(), plan.gap
    ([('a', 200.0, 11600.0)], 0.0)
    """
    case = _prepare(flows, travel, candidates, hubs=hubs, share=share, days=days, co2_per_km=co2_per_km)
    chosen, bound = _grow(case.saving, hubs)
    if exchange:
        chosen = _exchange(case.saving, chosen)
        bound = min(bound, _bound(case.saving, chosen, hubs))
    nearest, value = _use(case.saving, np.array(chosen))
    uses = csr_array((np.ones(len(nearest[0])), nearest), shape=case.saving.shape)
    return _plan(case, np.array(chosen), uses, max(bound, value))


def best_hubs(
    flows: FlowMatrix,
    travel: TravelMatrix,
    candidates: Sequence[str],
    *,
    hubs: int,
    share: float | Mapping[str, float] = 0.3,
    days: float = 2.0,
    co2_per_km: float = 0.0,
    capacity: Mapping[str, float] | None = None,
    time_limit: float = 60.0,
) -> HubPlan:
    r"""Choose the hubs that save most, by HiGHS, with the proven gap.

    Maximise :math:`\sum s_{ik} x_{ik}` with :math:`\sum_k x_{ik} \le 1`, :math:`x_{ik} \le y_k`,
    :math:`\sum y_k = p`, and with capacities :math:`\sum_i u_{ik} x_{ik} \le C_k y_k` where :math:`u_{ik}` people of i
    gain at k. When a hub is full, the same share of everybody from i goes there; a finer rule could save a little more.

    Parameters
    ----------
    flows, travel, candidates, hubs, share, days, co2_per_km
        As for :func:`greedy_hubs`, whose answer is the start.
    capacity : mapping, optional
        Places per working day of each candidate, at least 0.
    time_limit : float
        Seconds; the gap then says how good the answer is at least.

    Returns
    -------
    HubPlan

    Raises
    ------
    InputError
        As for :func:`greedy_hubs`, when a capacity is missing or bad, or no answer is found in time.

    References
    ----------
    Problem: ReVelle and Swain's p-median (Geographical Analysis 2, 1970) with savings. Solver: Q. Huangfu, J. Hall
    (2018): Mathematical Programming Computation 10, 119–142 (HiGHS).

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[0, 0, 100], [0, 0, 100], [0, 0, 0]], ["a", "b", "c"])
    >>> km = [[2, 10, 40], [10, 2, 30], [40, 30, 2]]
    >>> travel = TravelMatrix(["a", "b", "c"], ["a", "b", "c"], km, kilometres=km)
    >>> plan = best_hubs(flows, travel, ["a", "b", "c"], hubs=2, share=1.0, days=5)
    >>> plan.hubs["hub"].to_list(), plan.saved, plan.optimal
    (['a', 'b'], 13200.0, True)
    """
    time_limit_of(time_limit)
    case = _prepare(flows, travel, candidates, hubs=hubs, share=share, days=days, co2_per_km=co2_per_km)
    chosen = _exchange(case.saving, _grow(case.saving, hubs)[0])
    origin, place = np.nonzero(case.saving > 0)
    places = None if capacity is None else numbers_of(capacity, case.candidates, what="the capacity")
    program = _program(case, origin, place, hubs, places)
    start = None
    if capacity is None:
        nearest, _ = _use(case.saving, np.array(chosen))
        used = csr_array((np.ones(len(nearest[0])), nearest), shape=case.saving.shape).toarray()
        start = np.r_[used[origin, place], np.isin(np.arange(len(case.candidates)), chosen)]
    found = solve(program, time_limit=time_limit, tolerance=1e-6, start=start)
    opened = np.flatnonzero(found.x[len(origin) :] > 0.5)
    if capacity is None:
        nearest, _ = _use(case.saving, opened)
        uses = csr_array((np.ones(len(nearest[0])), nearest), shape=case.saving.shape)
    else:
        some = found.x[: len(origin)] > 1e-9
        uses = csr_array((found.x[: len(origin)][some], (origin[some], place[some])), shape=case.saving.shape)
    return _plan(case, opened, uses, found.bound, proven=found.optimal)


def _prepare(
    flows: FlowMatrix,
    travel: TravelMatrix,
    candidates: Sequence[str],
    *,
    hubs: int,
    share: float | Mapping[str, float],
    days: float,
    co2_per_km: float,
) -> _Case:
    _check(travel, candidates, hubs, days, co2_per_km)
    commute = (flows.rows != flows.columns) & (flows.cells > 0)
    if not commute.any():
        raise InputError(Problem("nobody commutes to another area", expected="at least one flow between two areas"))
    origins = sorted({flows.codes[i] for i in flows.rows[commute]})
    targets = sorted({flows.codes[j] for j in flows.columns[commute]})
    usable = np.array([_share(share, code) for code in origins]) * days / 5
    row, column = ({code: k for k, code in enumerate(part)} for part in (origins, targets))
    table = np.zeros((len(origins), len(targets)))
    table[
        [row[flows.codes[i]] for i in flows.rows[commute]], [column[flows.codes[j]] for j in flows.columns[commute]]
    ] = flows.cells[commute]
    now = travel.select(origins=origins, destinations=targets).kilometres
    then = travel.select(origins=origins, destinations=list(candidates)).kilometres
    table, now = np.where(np.isfinite(now), table, 0.0), np.where(np.isfinite(now), now, 0.0)
    if not table.any():
        raise InputError(
            Problem("no commuter has a way to work in the travel matrix", expected="kilometres between homes and jobs",
                    advice="Compute the travel matrix anew, or check that it is about the same areas.")
        )  # fmt: skip
    saving, users = _savings(table, now, then)
    return _Case(
        tuple(origins),
        tuple(candidates),
        saving * usable[:, None] * _WAYS_PER_DAY,
        users * usable[:, None],
        co2_per_km,
        (flows.estimated_share, flows.masked_pairs, travel.source, travel.estimated),
    )


def _savings(table: Floats, now: Floats, then: Floats) -> tuple[Floats, Floats]:
    """Per origin and candidate: Σ T·max(0, now − then) one way, and Σ T where that is above 0.

    Sorted by distance, both are differences of running sums, so that no origin × destination × candidate array arises.
    """
    order = np.argsort(now, axis=1)
    distance = np.take_along_axis(now, order, axis=1)
    people = np.take_along_axis(table, order, axis=1)
    zero = np.zeros((len(now), 1))
    count = np.hstack([zero, np.cumsum(people, axis=1)])
    work = np.hstack([zero, np.cumsum(people * distance, axis=1)])
    saving, users = np.zeros_like(then), np.zeros_like(then)
    for i in range(len(now)):
        reach = np.isfinite(then[i])
        at = np.searchsorted(distance[i], then[i, reach], side="right")
        users[i, reach] = count[i, -1] - count[i, at]
        saving[i, reach] = np.maximum(work[i, -1] - work[i, at] - users[i, reach] * then[i, reach], 0.0)
    return saving, users


def _grow(saving: Floats, hubs: int) -> tuple[list[int], float]:
    """Greedy choice, and the least upper bound seen on the way."""
    best, chosen, bound = np.zeros(len(saving)), list[int](), np.inf
    for _ in range(hubs):
        gains = np.maximum(saving - best[:, None], 0.0).sum(axis=0)
        bound = min(bound, best.sum() + np.sort(gains)[-hubs:].sum())
        gains[chosen] = -1.0
        chosen.append(int(np.argmax(gains)))
        best = np.maximum(best, saving[:, chosen[-1]])
    return chosen, float(min(bound, _bound(saving, chosen, hubs)))


def _bound(saving: Floats, chosen: list[int], hubs: int) -> float:
    """No choice saves more than this one plus the greatest single gains on top of it (submodularity)."""
    best = saving[:, chosen].max(axis=1)
    gains = np.maximum(saving - best[:, None], 0.0).sum(axis=0)
    return float(best.sum() + np.sort(gains)[-hubs:].sum())


def _exchange(saving: Floats, chosen: list[int]) -> list[int]:
    """Replace single hubs as long as the total grows; the best exchange each time."""
    chosen = list(chosen)
    while True:
        total = saving[:, chosen].max(axis=1).sum()
        best_gain, swap = 1e-9 * max(total, 1.0), (-1, -1)
        for position in range(len(chosen)):
            rest = chosen[:position] + chosen[position + 1 :]
            base = saving[:, rest].max(axis=1) if rest else np.zeros(len(saving))
            totals = np.maximum(saving, base[:, None]).sum(axis=0)
            k = int(np.argmax(totals))
            if totals[k] - total > best_gain:
                best_gain, swap = totals[k] - total, (position, k)
        if swap[0] < 0:
            return chosen
        chosen[swap[0]] = swap[1]


def _use(saving: Floats, chosen: Integers) -> tuple[tuple[Integers, Integers], float]:
    """Who uses which open hub: the one that saves the origin most; origins that gain nothing are left out."""
    among = saving[:, chosen]
    k = np.argmax(among, axis=1)
    value = among[np.arange(len(saving)), k]
    gains = np.flatnonzero(value > 0)
    return (gains, chosen[k[gains]]), float(value.sum())


def _program(case: _Case, origin: Integers, place: Integers, hubs: int, capacity: Floats | None) -> Program:
    pairs, (n, m) = len(origin), case.saving.shape
    at, columns = np.arange(pairs), pairs + m
    blocks = [
        coo_array((np.ones(pairs), (origin, at)), shape=(n, columns)),
        coo_array((np.r_[np.ones(pairs), -np.ones(pairs)], (np.r_[at, at], np.r_[at, pairs + place])),
                  shape=(pairs, columns)),
        coo_array((np.ones(m), (np.zeros(m, int), pairs + np.arange(m))), shape=(1, columns)),
    ]  # fmt: skip
    one = np.array([float(hubs)])
    low, high = [np.full(n + pairs, -np.inf), one], [np.ones(n), np.zeros(pairs), one]
    if capacity is not None:
        data = np.r_[case.users[origin, place], -capacity]
        blocks.append(
            coo_array((data, (np.r_[place, np.arange(m)], np.r_[at, pairs + np.arange(m)])), shape=(m, columns))
        )
        low.append(np.full(m, -np.inf))
        high.append(np.zeros(m))
    whole = np.r_[np.zeros(pairs, bool), np.ones(m, bool)]
    gain = np.r_[case.saving[origin, place], np.zeros(m)]
    return Program(gain, csr_array(vstack(blocks)), np.concatenate(low), np.concatenate(high), whole)


def _plan(case: _Case, opened: Integers, uses: csr_array, bound: float, *, proven: bool = False) -> HubPlan:
    at = uses.tocoo()
    saved, people = case.saving[at.row, at.col] * at.data, case.users[at.row, at.col] * at.data
    areas = pl.DataFrame(
        {
            "area": [case.origins[int(i)] for i in at.row],
            "hub": [case.candidates[int(k)] for k in at.col],
            "people": people,
            "saved": saved,
        },
        schema={"area": pl.String, "hub": pl.String, "people": pl.Float64, "saved": pl.Float64},
    ).sort("area", "hub")
    m = len(case.candidates)
    by_hub = [np.bincount(at.col, weights=part, minlength=m)[opened] for part in (people, saved)]
    hubs = pl.DataFrame(
        {"hub": [case.candidates[int(k)] for k in opened], "people": by_hub[0], "saved": by_hub[1],
         "co2": by_hub[1] * case.co2_per_km}
    )  # fmt: skip
    if proven:
        hubs = hubs.sort(["saved", "hub"], descending=[True, False])
    total = float(saved.sum())
    bound = max(bound, total)
    over = max(bound - total, 0.0)
    gap = 0.0 if over <= 1e-9 * max(total, 1.0) else over / total if total > 0 else np.inf
    return HubPlan(
        hubs, areas, total, float(people.sum()), total * case.co2_per_km, bound, gap, proven or gap <= 1e-6, *case.basis
    )


def _share(share: float | Mapping[str, float], code: str) -> float:
    value = share.get(code) if isinstance(share, Mapping) else share
    if value is None or not 0 <= value <= 1:
        raise InputError(Problem(f"the share of workers is {value}", expected="a share from 0 to 1", row=code))
    return float(value)


def _check(travel: TravelMatrix, candidates: Sequence[str], hubs: int, days: float, co2_per_km: float) -> None:
    problems = []
    if travel.kilometres is None:
        problems.append(Problem("the travel matrix has no kilometres", expected="kilometres beside the minutes"))
    doubled = sorted({code for code in candidates if list(candidates).count(code) > 1})
    problems += [Problem(f"candidate {code} is given twice", expected="each once") for code in doubled]
    problems += [
        Problem(f"candidate {code} is no destination of the travel matrix", expected="ways to every candidate")
        for code in candidates
        if code not in travel.destination_position
    ]
    if not (isinstance(hubs, int | np.integer) and 1 <= hubs <= len(candidates)):
        problems.append(Problem(f"hubs is {hubs!r}", expected=f"a whole number from 1 to {len(candidates)} candidates"))
    if not 0 < days <= 5:
        problems.append(Problem(f"days is {days}", expected="above 0, up to 5"))
    if not (np.isfinite(co2_per_km) and co2_per_km >= 0):
        problems.append(Problem(f"co2_per_km is {co2_per_km}", expected="a finite number of at least 0"))
    if problems:
        raise InputError(problems)
