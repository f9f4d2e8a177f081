"""Doubly constrained gravity on 400 × 400 places against spint, in the same run: medians of five.

Usage: ``python benchmarks/bench_gravity.py``. Writes one JSON line to standard output.
"""

from __future__ import annotations

import json
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.gravity import fit_gravity

N = 400
RUNS = 5


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), result


def main() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's imports warn; its warnings are not ours to mend
        from spint.gravity import Doubly

    random = np.random.default_rng(1)
    places = random.uniform(0, 100, (N, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    size = random.lognormal(8, 0.7, N)
    flows = random.poisson(np.outer(size, size) * np.exp(-0.05 * cost) / size.sum() * 20)
    codes = [f"{i:03}" for i in range(N)]
    matrix = FlowMatrix.from_dense(flows, codes)
    rows, columns = np.nonzero(~np.eye(N, dtype=bool))
    names = np.array(codes)
    ours, model = timed(lambda: fit_gravity(matrix, cost))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, peer = timed(
            lambda: Doubly(flows[rows, columns], names[rows], names[columns], cost[rows, columns], "exp")
        )
    report = {
        "task": f"doubly constrained gravity, exponential decay, {N} x {N}",
        "seconds": round(ours, 4), "peer": "spint", "peer_seconds": round(theirs, 3),
        "times_faster": round(theirs / ours, 1), "beta": model.parameters["cost"], "peer_beta": float(peer.params[-1]),
    }  # fmt: skip
    print(json.dumps(report))


if __name__ == "__main__":
    main()
