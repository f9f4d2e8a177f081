"""Shortest ways in a sparse network, several starts at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from raumwerk.analysis._compiled import compiled

__all__ = ["shortest_ways"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_WORTH = 0.95  # the network is made smaller again as long as so few of its nodes are left


class _Edges(NamedTuple):
    """Directed edges by start: those of node ``i`` are ``first[i]`` to ``first[i + 1]``."""

    first: NDArray[np.int32]
    end: NDArray[np.int32]
    minutes: Floats
    kilometres: Floats


def shortest_ways(
    minutes: csr_array, kilometres: csr_array, starts: Integers, goals: Integers, *, limit: float, threads: int
) -> tuple[Floats, Floats]:
    """Minutes of the fastest ways and the kilometres along them.

    Parameters
    ----------
    minutes, kilometres : (n, n) sparse arrays
        Directed edges in the same order, at least 0.
    starts, goals : (s,) and (g,) arrays
        Nodes.
    limit : float
        Minutes beyond which no way is looked for.
    threads : int
        How many starts are worked on at a time.

    Returns
    -------
    minutes, kilometres : (s, g) arrays
        ``inf`` where there is no way within the limit.

    References
    ----------
    E. Dijkstra (1959): Numerische Mathematik 1, 269–271; with a binary heap in which outdated entries are passed over.
    """
    found = np.full((len(starts), len(goals)), np.inf), np.full((len(starts), len(goals)), np.inf)
    ends, position = np.unique(np.r_[starts, goals], return_inverse=True)
    network, ends = _smaller(_Edges(minutes.indptr, minutes.indices, minutes.data, kilometres.data), ends)
    starts, goals = ends[position[: len(starts)]], ends[position[len(starts) :]]
    wanted, column = np.unique(goals, return_inverse=True)

    def work(rows: Integers) -> None:
        reached = _search(*network, starts[rows], wanted, float(limit))
        for part, cells in zip(found, reached, strict=True):
            part[rows] = cells[:, column]

    if not len(starts) or not len(goals):
        return found
    parts = [np.arange(first, len(starts), max(threads, 1)) for first in range(min(max(threads, 1), len(starts)))]
    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(work, parts))  # raises what went wrong in a thread
    return found


def _smaller(edges: _Edges, ends: Integers) -> tuple[_Edges, Integers]:
    """Join edges at nodes where no way can turn off, and leave out dead ends: most nodes of a road only bend it.

    Ways between ``ends`` keep their minutes and kilometres; returns the ends' new numbers too.
    """
    while True:
        nodes = len(edges.first) - 1
        start = np.repeat(np.arange(nodes), np.diff(edges.first))
        low, high = np.minimum(start, edges.end), np.maximum(start, edges.end)
        pairs = np.unique(low.astype(np.int64) * nodes + high)
        neighbours = np.bincount(np.r_[pairs // nodes, pairs % nodes], minlength=nodes)
        kept = neighbours > 2
        kept[ends] = True
        if kept.sum() > _WORTH * nodes:
            return edges, ends
        begin, finish, minutes, length = _joined(*edges, kept)
        order = np.lexsort((minutes, finish, begin))
        fastest = order[np.r_[True, (np.diff(begin[order]) != 0) | (np.diff(finish[order]) != 0)][: len(order)]]
        number = np.cumsum(kept) - 1
        counts = np.bincount(number[begin[fastest]], minlength=int(kept.sum()))
        edges = _Edges(np.r_[0, np.cumsum(counts)].astype(np.int32), number[finish[fastest]].astype(np.int32),
                       minutes[fastest], length[fastest])  # fmt: skip
        ends = number[ends]


@compiled
def _joined(
    first: NDArray[np.int32],
    end: NDArray[np.int32],
    minutes: Floats,
    length: Floats,
    kept: NDArray[np.bool_],
) -> tuple[Integers, Integers, Floats, Floats]:
    """Edges between kept nodes: from each along its edges until the next kept node; none where the way ends before."""
    count = 0
    begin, finish = np.empty(len(end), np.int64), np.empty(len(end), np.int64)
    time, way = np.empty(len(end)), np.empty(len(end))
    for node in range(len(kept)):
        if not kept[node]:
            continue
        for leaving in range(first[node], first[node + 1]):
            before, here, spent, gone = node, end[leaving], minutes[leaving], length[leaving]
            while not kept[here]:
                onward = -1
                for edge in range(first[here], first[here + 1]):
                    if end[edge] != before:
                        onward = edge
                if onward < 0:
                    break
                before, here, spent, gone = here, end[onward], spent + minutes[onward], gone + length[onward]
            if kept[here] and here != node:
                begin[count], finish[count], time[count], way[count] = node, here, spent, gone
                count += 1
    return begin[:count], finish[:count], time[:count], way[:count]


@compiled
def _search(  # noqa: PLR0917 - compiled code takes its arrays by position
    first: NDArray[np.int32],
    end: NDArray[np.int32],
    minutes: Floats,
    length: Floats,
    starts: Integers,
    goals: Integers,
    limit: float,
) -> tuple[Floats, Floats]:
    """One start after the other; a search ends when all goals are settled."""
    nodes = len(first) - 1
    times, ways = np.full((len(starts), len(goals)), np.inf), np.full((len(starts), len(goals)), np.inf)
    time, way = np.empty(nodes), np.empty(nodes)
    settled, goal = np.zeros(nodes, np.bool_), np.zeros(nodes, np.bool_)
    goal[goals] = True
    keys, places = np.empty(len(end) + 1), np.empty(len(end) + 1, np.int32)
    for row in range(len(starts)):
        time[:] = np.inf
        settled[:] = False
        time[starts[row]], way[starts[row]] = 0.0, 0.0
        keys[0], places[0] = 0.0, starts[row]
        size, left = 1, len(goals)
        while size > 0 and left > 0:
            key, node = keys[0], places[0]
            size = _drop_first(keys, places, size)
            if settled[node]:
                continue
            settled[node] = True
            if goal[node]:
                left -= 1
            for edge in range(first[node], first[node + 1]):
                other, arrival = end[edge], key + minutes[edge]
                if arrival < time[other] and arrival <= limit:
                    time[other], way[other] = arrival, way[node] + length[edge]
                    size = _add(keys, places, size, arrival, other)
        for position in range(len(goals)):
            if settled[goals[position]]:
                times[row, position], ways[row, position] = time[goals[position]], way[goals[position]]
    return times, ways


@compiled
def _add(keys: Floats, places: NDArray[np.int32], size: int, key: float, place: int) -> int:
    """Put an entry into the heap; returns the new size."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= key:
            break
        keys[at], places[at] = keys[above], places[above]
        at = above
    keys[at], places[at] = key, place
    return size + 1


@compiled
def _drop_first(keys: Floats, places: NDArray[np.int32], size: int) -> int:
    """Take the least entry out of the heap; returns the new size."""
    size -= 1
    key, place = keys[size], places[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at], places[at] = keys[below], places[below]
        at = below
    keys[at], places[at] = key, place
    return size
