"""Hubs and scenarios on a made region of 195 municipalities, hubs against spopt on the same problem.

Usage: ``python benchmarks/bench_scenarios.py``. Prints one JSON line per task; medians of five (exact solvers: once).
Where the installation's current release has Region der Mitte, hubs are found on its estimated flows too.
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
from raumwerk.analysis.hubs import _prepare, best_hubs, greedy_hubs
from raumwerk.analysis.scenarios import Baseline, Levers, Link, Scenario, evaluate
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.cli.analysis_release import open_release, region_flows, region_places
from raumwerk.errors import MissingError
from raumwerk.pipeline.travel import straight_line_travel
from raumwerk.store.read import open_store

RUNS, AREAS, HUBS = 5, 195, 10


def timed(run: Callable[[], Any], runs: int = RUNS) -> tuple[float, Any]:
    seconds, result = [], None
    for _ in range(runs):
        started = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), result


def made_region() -> tuple[FlowMatrix, TravelMatrix]:
    rng = np.random.default_rng(4)
    xy = rng.uniform(0, 110, (AREAS, 2))
    km = 1.3 * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 2
    codes = [f"m{i:03d}" for i in range(AREAS)]
    size = np.exp(rng.normal(7.5, 1.1, AREAS))
    pull = size * np.exp(-km / 12)
    people = rng.poisson(0.4 * size[:, None] * pull / pull.sum(axis=1, keepdims=True)) + np.eye(AREAS)
    return FlowMatrix.from_dense(people, codes), TravelMatrix(codes, codes, km * 1.1, kilometres=km)


def spopt_hubs(flows: FlowMatrix, travel: TravelMatrix) -> tuple[float, float]:
    """Seconds and kilometres saved by spopt's p-median on the same savings (cost = greatest saving − saving)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's imports warn; its warnings are not ours to mend
        import pulp
        from spopt.locate import PMedian

        saving = _prepare(flows, travel, travel.origins, hubs=HUBS, share=0.3, days=2.0, co2_per_km=0.0).saving
        started = time.perf_counter()
        model = PMedian.from_cost_matrix(saving.max() - saving, np.ones(len(saving)), p_facilities=HUBS)
        solved = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=300))
        seconds = time.perf_counter() - started
    opened = [k for k, variable in enumerate(solved.fac_vars) if variable.value() > 0.5]
    return seconds, float(saving[:, opened].max(axis=1).sum())


def real_region() -> tuple[FlowMatrix, TravelMatrix]:
    """Estimated flows of Region der Mitte in the current release, straight lines between its municipalities."""
    store = open_store()
    flows, identity = region_flows(store, "mitte")
    places = region_places(open_release(store, identity))
    return flows, straight_line_travel(places.filter(places["area"].is_in(flows.codes)))


def real_hubs() -> None:
    try:
        flows, travel = real_region()
    except MissingError as error:
        print(json.dumps({"skipped": f"hubs on the real flows of Region der Mitte: {error}"}))
        return
    fast, quick = timed(lambda: greedy_hubs(flows, travel, travel.origins, hubs=HUBS))
    exact, best = timed(lambda: best_hubs(flows, travel, travel.origins, hubs=HUBS), 1)
    name = f"{HUBS} hubs among the {len(flows)} municipalities of Region der Mitte, estimated flows"
    print(json.dumps({
        "task": f"{name}, exact (HiGHS)", "seconds": round(exact, 3), "target": "at most 10 s",
        "proven": best.optimal, "gap": best.gap, "saved_km": round(best.saved, 1),
    }))  # fmt: skip
    print(json.dumps({
        "task": f"{name}, greedy with exchange", "seconds": round(fast, 4), "target": "at most 0.05 s",
        "saved_km": round(quick.saved, 1), "own_bound_gap": round(quick.gap, 4),
        "gap_to_exact": round(1 - quick.saved / best.saved, 6),
    }))  # fmt: skip


def main() -> None:
    real_hubs()
    flows, travel = made_region()
    fast, quick = timed(lambda: greedy_hubs(flows, travel, travel.origins, hubs=HUBS))
    exact, best = timed(lambda: best_hubs(flows, travel, travel.origins, hubs=HUBS), 1)
    peer_seconds, peer = spopt_hubs(flows, travel)
    print(json.dumps({
        "task": f"{HUBS} hubs among {AREAS} municipalities, exact (HiGHS)", "seconds": round(exact, 3),
        "target": "at most 10 s, never worse than spopt", "proven": best.optimal, "saved_km": round(best.saved, 1),
        "peer": "spopt p-median with CBC", "peer_seconds": round(peer_seconds, 2), "peer_saved_km": round(peer, 1),
        "times_faster": round(peer_seconds / exact, 1),
    }))  # fmt: skip
    print(json.dumps({
        "task": f"{HUBS} hubs among {AREAS} municipalities, greedy with exchange", "seconds": round(fast, 4),
        "target": "at most 0.05 s", "saved_km": round(quick.saved, 1), "own_bound_gap": round(quick.gap, 4),
        "gap_to_exact": round(1 - quick.saved / best.saved, 6),
    }))  # fmt: skip
    baseline = Baseline(flows, travel, decay=0.06, centres=travel.origins[:9], co2_per_km=0.15)
    steps = iter(range(1, 100))
    many = Levers(telework_share=0.3, telework_days=2, hubs=("m005", "m050"), hub_share=0.1, hub_days=2,
                  links=(Link("m001", "m100", 20, 25),), jobs={"m007": 200.0})  # fmt: skip
    for name, levers in (
        ("one lever (centrality) moved", lambda: Levers(centrality=-0.01 * next(steps))),
        ("seven levers at once", lambda: many),
    ):
        seconds, _ = timed(lambda levers=levers: evaluate(baseline, Scenario("x", levers())))
        print(json.dumps({"task": f"scenario of {AREAS} municipalities, {name}", "seconds": round(seconds, 4),
                          "target": "at most 0.1 s"}))  # fmt: skip


if __name__ == "__main__":
    main()
