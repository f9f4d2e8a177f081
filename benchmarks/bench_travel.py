"""Travel times on a made road network of 300,000 nodes, without a routing server; SciPy's search as the peer.

Usage: ``python benchmarks/bench_travel.py``. Prints one JSON line per task; medians of three.

Five of six nodes of the network only bend a road: on the real extract of north Bayreuth it is 83 %.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from raumwerk.pipeline.travel.shortest import shortest_ways

RUNS, PLACES, SIDE, THREADS, PEER_STARTS = 3, 200, 190, 2, 10


def made_roads(bends: float, side: int) -> tuple[csr_array, csr_array]:
    """Minutes and kilometres between the nodes of a grid with gaps whose edges bend a few times."""
    rng = np.random.default_rng(1)
    grid = np.arange(side * side).reshape(side, side)
    starts = np.concatenate([grid[:, :-1].ravel(), grid[:-1].ravel()])
    ends = np.concatenate([grid[:, 1:].ravel(), grid[1:].ravel()])
    kept = rng.random(len(starts)) < 0.75
    edges, count = [], side * side
    for start, end in zip(starts[kept], ends[kept], strict=True):
        between = int(rng.poisson(bends))
        chain = np.r_[start, np.arange(count, count + between), end]
        count += between
        speed, km, one_way = rng.choice([30, 50, 70, 100]), rng.uniform(0.05, 0.2, between + 1), rng.random() < 0.05
        ways = [(chain[:-1], chain[1:])] if one_way else [(chain[:-1], chain[1:]), (chain[1:], chain[:-1])]
        edges += [(a, b, km, km / speed * 60) for a, b in ways]
    row, column, km, minutes = (np.concatenate(part) for part in zip(*edges, strict=True))
    shape, ends = (count, count), (row, column)
    return coo_array((minutes, ends), shape=shape).tocsr(), coo_array((km, ends), shape=shape).tocsr()


def timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Median seconds, median processor seconds, and the result."""
    seconds, processor, result = [], [], None
    for _ in range(RUNS):
        started, used = time.perf_counter(), time.process_time()
        result = run()
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return statistics.median(seconds), statistics.median(processor), result


def main() -> None:
    for name, bends, side in (("roads that bend", 5.0, SIDE), ("a bare grid without bends", 0.0, 550)):
        minutes, kilometres = made_roads(bends, side)
        nodes = minutes.shape[0]
        places = np.random.default_rng(3).choice(nodes, PLACES, replace=False)
        first = places[:2]
        shortest_ways(minutes, kilometres, first, first, limit=np.inf, threads=1)  # compiles
        seconds, processor, found = timed(
            lambda m=minutes, k=kilometres, p=places: shortest_ways(m, k, p, p, limit=np.inf, threads=THREADS)
        )
        started = time.perf_counter()
        expected = dijkstra(minutes, indices=places[:PEER_STARTS], return_predecessors=True)[0][:, places]
        peer = (time.perf_counter() - started) * PLACES / PEER_STARTS
        np.testing.assert_allclose(found[0][:PEER_STARTS], expected, rtol=1e-9)
        print(json.dumps({
            "task": f"all pairs of {PLACES} places on {name}, kilometres too", "nodes": nodes,
            "edges": int(minutes.nnz), "threads": THREADS, "seconds": round(seconds, 2),
            "processor_seconds": round(processor, 2), "target": "at most 10 s on 300,000 nodes and two threads",
            "peer": f"SciPy dijkstra, {PEER_STARTS} starts scaled up", "peer_seconds": round(peer, 1),
            "times_faster": round(peer / seconds, 1),
        }))  # fmt: skip


if __name__ == "__main__":
    main()
