"""The Coombes–Bond loop over one partition in the making, compiled (steps 2 to 7 of the method)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from raumwerk.analysis._compiled import compiled
from raumwerk.analysis.regions._commuting_state import (
    RESERVE,
    Arcs,
    Limits,
    State,
    best_partner,
    clear_scan,
    key_of_worst,
    measure,
    move,
    refresh,
    scan,
    set_key,
    start_state,
    validity,
    worst,
)

__all__ = ["REASONS", "Log", "Outcome", "delineate"]

#: Why an area went to the reserve list; the letters are those of LabourMarketAreas.
REASONS = "ABCDEF"
_SINGLE_WORSENS, _SINGLE_ALONE, _PART_WORSENS, _PART_ALONE, _REST_WORSENS, _REST_ALONE = range(6)

Indices = NDArray[np.int32]
Floats = NDArray[np.float64]


class Log(NamedTuple):
    """One row per area that went to the reserve list, in order; ``filled[0]`` rows are in use."""

    filled: NDArray[np.int64]
    area: Indices
    cluster: Indices
    reason: Indices
    iteration: NDArray[np.int64]
    validity: Floats


class Outcome(NamedTuple):
    """What the loop found; cluster -1 is the reserve list, or, at the end, an area that nobody could take."""

    cluster: Indices
    before_reserve: Indices
    iterations: int
    converged: bool
    log: Log


@compiled
def delineate(arcs: Arcs, limits: Limits, legacy: bool, max_iterations: int) -> Outcome:
    """Dissolve the worst cluster until all are valid, then hand out the reserve list.

    With ``legacy``, the totals of a cluster that has just lost an area and keeps two or more are taken for one round
    from its single areas, as LabourMarketAreas 3.4 does.
    """
    n = len(arcs.own)
    state = start_state(arcs, limits)
    log = Log(
        np.zeros(1, np.int64), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32),
        np.empty(n, np.int64), np.empty(n),
    )  # fmt: skip
    stale, iteration = -1, 0
    while True:
        if stale >= 0:
            set_key(state, stale, _lowest_of_parts(arcs, state, stale, limits))
        key, home = key_of_worst(state), worst(state)
        if stale >= 0:
            refresh(state, stale, limits)
        if key >= 1.0 or iteration == max_iterations:
            break
        iteration += 1
        stale = _dissolve(arcs, state, limits, log, home, key, iteration, stale)
        if not legacy:
            stale = -1
    before = state.cluster.copy()
    _hand_out(arcs, state, n)
    return Outcome(state.cluster, before, iteration, key >= 1.0, log)


@compiled
def _dissolve(  # noqa: PLR0917 - compiled code takes its state by position
    arcs: Arcs, state: State, limits: Limits, log: Log, home: int, key: float, iteration: int, stale: int
) -> int:
    """Take one area out of ``home``; returns ``home`` if two or more areas stay there, else -1."""
    alone = state.members[home] == 1
    x = state.first[home] if alone else _most_tied_outside(arcs, state, home)
    count = scan(arcs, state, x)
    partner = best_partner(arcs, state, x, count)
    if partner < 0:
        move(arcs, state, x, RESERVE)
        clear_scan(state, count)
        _write(log, x, home, _SINGLE_ALONE if alone else _PART_ALONE, iteration, key)
        _scatter(arcs, state, limits, log, home, iteration)
        return -1
    before = measure(state, partner, limits)
    if partner == stale:
        before = _highest_of_parts(arcs, state, stale, limits)
    if _with(arcs, state, x, partner, limits) >= before:
        move(arcs, state, x, partner)
        refresh(state, partner, limits)
    else:
        move(arcs, state, x, RESERVE)
        _write(log, x, home, _SINGLE_WORSENS if alone else _PART_WORSENS, iteration, key)
    clear_scan(state, count)
    refresh(state, home, limits)
    return home if state.members[home] >= 2 else -1


@compiled
def _with(arcs: Arcs, state: State, x: int, k: int, limits: Limits) -> float:
    """Validity of cluster ``k`` if the scanned area ``x`` joined it."""
    internal = state.internal[k] + arcs.own[x] + state.goes[k] + state.comes[k]
    return validity(state.residents[k] + arcs.residents[x], state.jobs[k] + arcs.jobs[x], internal, limits)


@compiled
def _most_tied_outside(arcs: Arcs, state: State, home: int) -> int:
    """Member with the most flows into it from outside the cluster plus all flows out of it; lowest code among ties."""
    best, best_ties = -1, -1.0
    x = state.first[home]
    while x != -1:
        ties = arcs.passing[x] - state.within[x]
        if ties > best_ties or (ties == best_ties and x < best):
            best, best_ties = x, ties
        x = state.following[x]
    return best


@compiled
def _scatter(arcs: Arcs, state: State, limits: Limits, log: Log, home: int, iteration: int) -> None:  # noqa: PLR0917 - numba compiles no keyword-only arguments
    """Place the remaining members of a cluster one by one, the least valid first, the highest code among ties."""
    while state.members[home] > 0:
        x, lowest = -1, np.inf
        member = state.first[home]
        while member != -1:
            own = validity(arcs.residents[member], arcs.jobs[member], arcs.own[member], limits)
            if own < lowest or (own == lowest and member > x):
                x, lowest = member, own
            member = state.following[member]
        count = scan(arcs, state, x)
        partner = best_partner(arcs, state, x, count)
        if partner >= 0 and _with(arcs, state, x, partner, limits) >= measure(state, partner, limits):
            move(arcs, state, x, partner)
            refresh(state, partner, limits)
        else:
            move(arcs, state, x, RESERVE)
            _write(log, x, home, _REST_ALONE if partner < 0 else _REST_WORSENS, iteration, lowest)
        clear_scan(state, count)
    refresh(state, home, limits)


@compiled
def _hand_out(arcs: Arcs, state: State, n: int) -> None:
    """Give each area of the reserve list to the cluster of greatest cohesion, highest code first, until none moves."""
    moved = True
    while moved:
        moved = False
        for x in range(n - 1, -1, -1):
            if state.cluster[x] != RESERVE:
                continue
            count = scan(arcs, state, x)
            partner = best_partner(arcs, state, x, count)
            if partner >= 0:
                move(arcs, state, x, partner)
                moved = True
            clear_scan(state, count)


@compiled
def _write(log: Log, area: int, cluster: int, reason: int, iteration: int, key: float) -> None:  # noqa: PLR0917 - numba compiles no keyword-only arguments
    row = log.filled[0]
    log.area[row], log.cluster[row], log.reason[row] = area, cluster, reason
    log.iteration[row], log.validity[row] = iteration, key
    log.filled[0] += 1


@compiled
def _flows_inside(arcs: Arcs, state: State, home: int) -> Floats:
    """All single flows between members of a cluster, the diagonal included."""
    room = 0
    x = state.first[home]
    while x != -1:
        room += arcs.out_start[x + 1] - arcs.out_start[x] + 1
        x = state.following[x]
    flows = np.empty(room)
    count = 0
    x = state.first[home]
    while x != -1:
        if arcs.own[x] > 0.0:
            flows[count] = arcs.own[x]
            count += 1
        for arc in range(arcs.out_start[x], arcs.out_start[x + 1]):
            if state.cluster[arcs.out_area[arc]] == home:
                flows[count] = arcs.out_flow[arc]
                count += 1
        x = state.following[x]
    return flows[:count] if count else np.zeros(1)


@compiled
def _lowest_of_parts(arcs: Arcs, state: State, home: int, limits: Limits) -> float:
    """Smallest validity over each member's totals with each single flow inside the cluster.

    Validity grows with the flow, except that complete self-containment counts as exactly 1; so the smallest and the
    largest flow are enough to find every value below 1.
    """
    flows = _flows_inside(arcs, state, home)
    smallest, largest = flows.min(), flows.max()
    lowest = np.inf
    x = state.first[home]
    while x != -1:
        for flow in (smallest, largest):
            lowest = min(lowest, validity(arcs.residents[x], arcs.jobs[x], flow, limits))
        x = state.following[x]
    return lowest


@compiled
def _highest_of_parts(arcs: Arcs, state: State, home: int, limits: Limits) -> float:
    """Largest validity over each member's totals with each single flow inside the cluster."""
    flows = _flows_inside(arcs, state, home)
    highest = -np.inf
    x = state.first[home]
    while x != -1:
        for flow in flows:
            highest = max(highest, validity(arcs.residents[x], arcs.jobs[x], flow, limits))
        x = state.following[x]
    return highest
