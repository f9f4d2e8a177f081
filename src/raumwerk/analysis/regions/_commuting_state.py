"""Running totals of a partition in the making: the primitives of the Coombes–Bond loop, compiled.

Every area belongs to one cluster (numbered like the area that founded it) or to the reserve list (-1). A move of one
area touches only the flows of that area, so all totals are kept up to date instead of being summed again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from raumwerk.analysis._compiled import compiled

__all__ = [
    "EMPTY",
    "RESERVE",
    "Arcs",
    "Limits",
    "State",
    "best_partner",
    "clear_scan",
    "key_of_worst",
    "measure",
    "move",
    "refresh",
    "scan",
    "set_key",
    "start_state",
    "stitch",
    "validity",
    "worst",
]

RESERVE = -1
EMPTY = np.inf  # key of a cluster without members: never the worst

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]


class Limits(NamedTuple):
    """Parameters of the validity rule: sizes in employed residents, shares between 0 and 1."""

    min_size: float
    target_size: float
    min_share: float
    target_share: float


class Arcs(NamedTuple):
    """Flows between different areas, once by origin and once by destination, and the totals of each area."""

    out_start: NDArray[np.int64]
    out_area: Indices
    out_flow: Floats
    in_start: NDArray[np.int64]
    in_area: Indices
    in_flow: Floats
    own: Floats  # the diagonal
    residents: Floats
    jobs: Floats
    passing: Floats  # what comes from or goes to other areas


class State(NamedTuple):
    """Membership, cluster totals, the tournament tree of validities, and scratch space for one area's flows."""

    cluster: Indices
    first: Indices  # first member of each cluster, -1 if none
    following: Indices
    before: Indices
    members: Indices
    residents: Floats
    jobs: Floats
    internal: Floats
    within: Floats  # per area: what comes from the other members of its own cluster
    tree: Floats  # leaves are the keys of the clusters, every node holds the smaller of its two children
    goes: Floats  # scratch, per cluster: flow of the scanned area to it
    comes: Floats  # scratch, per cluster: flow from it to the scanned area
    touched: Indices  # scratch: clusters with any flow
    seen: NDArray[np.bool_]


@compiled
def stitch(rows: Indices, columns: Indices, flow: Floats, n: int) -> Arcs:
    """Arrange pairs that are sorted by row, diagonal included, into :class:`Arcs`; linear in pairs."""
    out_start = np.zeros(n + 1, np.int64)
    in_start = np.zeros(n + 1, np.int64)
    own, residents, jobs = np.zeros(n), np.zeros(n), np.zeros(n)
    for pair in range(len(rows)):
        i, j = rows[pair], columns[pair]
        residents[i] += flow[pair]
        jobs[j] += flow[pair]
        if i == j:
            own[i] += flow[pair]
        else:
            out_start[i + 1] += 1
            in_start[j + 1] += 1
    out_start, in_start = np.cumsum(out_start), np.cumsum(in_start)
    out_area, in_area = np.empty(out_start[n], np.int32), np.empty(out_start[n], np.int32)
    out_flow, in_flow = np.empty(out_start[n]), np.empty(out_start[n])
    out_next, in_next = out_start.copy(), in_start.copy()
    for pair in range(len(rows)):
        i, j = rows[pair], columns[pair]
        if i != j:
            out_area[out_next[i]], out_flow[out_next[i]] = j, flow[pair]
            in_area[in_next[j]], in_flow[in_next[j]] = i, flow[pair]
            out_next[i] += 1
            in_next[j] += 1
    passing = residents + jobs - 2.0 * own
    return Arcs(out_start, out_area, out_flow, in_start, in_area, in_flow, own, residents, jobs, passing)


@compiled
def validity(residents: float, jobs: float, internal: float, limits: Limits) -> float:
    """Validity of a cluster: at least 1 when its self-containment is enough for its size."""
    share = min(internal / residents, internal / jobs)
    if share == 1.0:
        return 1.0
    reached = min(share / limits.target_share, 1.0)
    missing = max((limits.target_size - residents) / (limits.target_size - limits.min_size), 0.0)
    allowance = 1.0 - (1.0 - limits.min_share / limits.target_share) * missing
    return reached * allowance * (limits.target_share / limits.min_share)


@compiled
def start_state(arcs: Arcs, limits: Limits) -> State:
    """Every area its own cluster."""
    n = len(arcs.own)
    size = 1
    while size < n:
        size *= 2
    identity = np.arange(n).astype(np.int32)
    nobody = np.full(n, -1, np.int32)
    state = State(
        identity.copy(), identity.copy(), nobody.copy(), nobody.copy(), np.ones(n, np.int32),
        arcs.residents.copy(), arcs.jobs.copy(), arcs.own.copy(), np.zeros(n), np.full(2 * size, EMPTY),
        np.zeros(n), np.zeros(n), np.empty(n + 1, np.int32), np.zeros(n, np.bool_),
    )  # fmt: skip
    for k in range(n):
        state.tree[size + k] = measure(state, k, limits)
    for node in range(size - 1, 0, -1):
        state.tree[node] = min(state.tree[2 * node], state.tree[2 * node + 1])
    return state


@compiled
def measure(state: State, k: int, limits: Limits) -> float:
    """Validity of cluster ``k`` from its running totals."""
    if state.members[k] == 0:
        return EMPTY
    return validity(state.residents[k], state.jobs[k], state.internal[k], limits)


@compiled
def set_key(state: State, k: int, key: float) -> None:
    """Put a key into the tournament tree; logarithmic in areas."""
    node = len(state.tree) // 2 + k
    state.tree[node] = key
    node //= 2
    while node > 0:
        smaller = min(state.tree[2 * node], state.tree[2 * node + 1])
        if state.tree[node] == smaller:
            break  # nothing above can change
        state.tree[node] = smaller
        node //= 2


@compiled
def refresh(state: State, k: int, limits: Limits) -> None:
    """Measure cluster ``k`` again after its totals have changed."""
    set_key(state, k, measure(state, k, limits))


@compiled
def worst(state: State) -> int:
    """Cluster with the smallest key, the lowest number among ties."""
    size = len(state.tree) // 2
    node = 1
    while node < size:
        node *= 2
        if state.tree[node + 1] < state.tree[node]:
            node += 1
    return node - size


@compiled
def key_of_worst(state: State) -> float:
    """Smallest key of all clusters."""
    return float(state.tree[1])


@compiled
def scan(arcs: Arcs, state: State, x: int) -> int:
    """Sum the flows of area ``x`` by the cluster at the other end; returns how many clusters are touched."""
    count = 0
    for arc in range(arcs.in_start[x], arcs.in_start[x + 1]):
        k = state.cluster[arcs.in_area[arc]]
        if k != RESERVE:
            state.comes[k] += arcs.in_flow[arc]
            if not state.seen[k]:
                state.seen[k] = True
                state.touched[count] = k
                count += 1
    for arc in range(arcs.out_start[x], arcs.out_start[x + 1]):
        k = state.cluster[arcs.out_area[arc]]
        if k != RESERVE:
            state.goes[k] += arcs.out_flow[arc]
            if not state.seen[k]:
                state.seen[k] = True
                state.touched[count] = k
                count += 1
    return count


@compiled
def clear_scan(state: State, count: int) -> None:
    """Empty the scratch space that :func:`scan` filled."""
    for position in range(count):
        k = state.touched[position]
        state.comes[k] = 0.0
        state.goes[k] = 0.0
        state.seen[k] = False


@compiled
def best_partner(arcs: Arcs, state: State, x: int, count: int) -> int:
    """Cluster with the greatest cohesion to the scanned area ``x`` other than its own; -1 when there is none.

    Among ties, a cluster that only receives from ``x`` beats one that also sends, and a higher number beats a lower.
    """
    home, best, best_cohesion, best_receives = state.cluster[x], -1, -1.0, False
    for position in range(count):
        k = state.touched[position]
        if k == home:
            continue
        goes, comes = state.goes[k], state.comes[k]
        cohesion = 0.0
        if comes > 0.0:
            cohesion += comes / state.residents[k] * comes / arcs.jobs[x]
        if goes > 0.0:
            cohesion += goes / arcs.residents[x] * goes / state.jobs[k]
        receives = comes == 0.0
        better = cohesion > best_cohesion
        if cohesion == best_cohesion:
            better = receives > best_receives or (receives == best_receives and k > best)
        if better:
            best, best_cohesion, best_receives = k, cohesion, receives
    return best


@compiled
def move(arcs: Arcs, state: State, x: int, target: int) -> None:
    """Move the scanned area ``x`` to cluster ``target``, or to the reserve list (-1); all totals follow."""
    home = state.cluster[x]
    for arc in range(arcs.out_start[x], arcs.out_start[x + 1]):
        k = state.cluster[arcs.out_area[arc]]
        if k == RESERVE:
            continue
        if k == home:
            state.within[arcs.out_area[arc]] -= arcs.out_flow[arc]
        elif k == target:
            state.within[arcs.out_area[arc]] += arcs.out_flow[arc]
    if home != RESERVE:
        _leave(arcs, state, x, home)
    state.cluster[x] = target
    state.within[x] = 0.0
    if target != RESERVE:
        _join(arcs, state, x, target)


@compiled
def _leave(arcs: Arcs, state: State, x: int, home: int) -> None:
    state.members[home] -= 1
    state.residents[home] -= arcs.residents[x]
    state.jobs[home] -= arcs.jobs[x]
    state.internal[home] -= arcs.own[x] + state.goes[home] + state.comes[home]
    ahead, behind = state.before[x], state.following[x]
    if ahead == -1:
        state.first[home] = behind
    else:
        state.following[ahead] = behind
    if behind != -1:
        state.before[behind] = ahead


@compiled
def _join(arcs: Arcs, state: State, x: int, target: int) -> None:
    state.members[target] += 1
    state.residents[target] += arcs.residents[x]
    state.jobs[target] += arcs.jobs[x]
    state.internal[target] += arcs.own[x] + state.goes[target] + state.comes[target]
    state.within[x] = state.comes[target]
    behind = state.first[target]
    state.before[x], state.following[x], state.first[target] = -1, behind, x
    if behind != -1:
        state.before[behind] = x
