"""Functional regions: three real matrices and a made Germany, both rules, memory and growth; medians of five.

Usage: ``python benchmarks/bench_regions.py``. Prints one JSON line per task.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions import PRESETS, functional_regions

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("RAUMWERK_SHARED_DATA", ROOT.parent / "shared" / "data"))
RUNS = 5
REAL = {
    "Belgium": "belgium_communes/be_commune_flows_census2011.csv.gz",
    "Switzerland": "switzerland_communes/ch_commune_flows.csv.gz",
    "US counties": "us_counties/us_county_flows_acs_2016_2020.csv.gz",
}
SIZES = (1_375, 2_750, 5_500, 11_000)


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Median seconds of five runs after a first one that loads the compiled code."""
    result, seconds = run(), []
    for _ in range(RUNS):
        started = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), result


def least_processor_time(run: Callable[[], Any]) -> float:
    """Least seconds of the processor over several runs: what a busy machine disturbs least."""
    seconds = []
    for _ in range(3 * RUNS):
        started = time.thread_time()
        run()
        seconds.append(time.thread_time() - started)
    return min(seconds)


def census(path: Path) -> FlowMatrix:
    pairs = pl.read_csv(path, infer_schema=False).with_columns(pl.col("INCOMING_FLOW").cast(pl.Float64))
    return FlowMatrix.from_pairs(pairs, origin="NODE_2_CODE", destination="NODE_1_CODE", flow="INCOMING_FLOW")


def made_country(areas: int, pairs: int) -> pl.DataFrame:
    """Made flows with towns of all sizes, about a third of the people working at home: exactly ``pairs`` pairs."""
    rng = np.random.default_rng(1)
    xy = rng.random((areas, 2)) * np.sqrt(areas) * 5.7
    xy = xy[
        np.lexsort(np.floor(xy / 30).T)
    ]  # official keys number areas by district, so neighbours are near each other
    size = np.exp(rng.normal(7, 1.3, areas))
    jobs = size * np.exp(rng.normal(-0.1, 0.6, areas))
    near = min(areas, 2 * pairs // areas)
    distance, other = cKDTree(xy).query(xy, k=near)
    pull = jobs[other] * np.exp(-np.maximum(distance, 1.5) / 9)
    flow = np.round(size[:, None] * pull / pull.sum(axis=1, keepdims=True), 3)
    rows = np.repeat(np.arange(areas), near)
    frame = pl.DataFrame({"i": rows, "j": other.ravel(), "flow": np.ceil(flow.ravel())})
    diagonal = pl.col("i") == pl.col("j")
    frame = frame.with_columns(pl.when(diagonal).then(pl.col("flow") + np.ceil(size / 2)[rows]).otherwise("flow"))
    frame = frame.sort([diagonal, "flow"], descending=True).head(pairs)
    code = pl.format("{}", pl.col("i").cast(pl.String).str.zfill(8))
    return frame.select(origin=code, destination=pl.col("j").cast(pl.String).str.zfill(8), flow="flow").sort(
        "origin", "destination"
    )


def peak_memory(path: str) -> float:
    """Megabytes that a fresh process needs at most to read the pairs and delineate."""
    program = (
        "import polars as pl\n"
        "from raumwerk.analysis.flows import FlowMatrix\n"
        "from raumwerk.analysis.regions import PRESETS, functional_regions\n"
        f"functional_regions(FlowMatrix.from_pairs(pl.read_parquet({path!r})), PRESETS['uk'])\n"
        "status = open('/proc/self/status').read()\n"  # unlike getrusage it knows nothing of the parent process
        "print(int(status.split('VmHWM:')[1].split()[0]) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    for country, name in REAL.items():
        path = SHARED / "delimitation" / name
        if not path.exists():
            print(json.dumps({"skipped": f"{country}: {path.name} is not in the shared data"}))
            continue
        flows = census(path)
        for rule in ("clean", "lma34"):
            seconds, found = timed(lambda rule=rule, flows=flows: functional_regions(flows, PRESETS["uk"], rule=rule))
            print(json.dumps({
                "task": f"functional regions of {country}, rule {rule}", "areas": len(flows), "pairs": len(flows.cells),
                "seconds": round(seconds, 4), "target": "at most 0.5 s", "regions": len(found.regions),
                "iterations": found.iterations,
            }))  # fmt: skip
    sizes, times = [], []
    with tempfile.TemporaryDirectory() as folder:
        for areas in SIZES:
            frame = made_country(areas, 1_000_000 * areas // SIZES[-1])
            path = f"{folder}/{areas}.parquet"
            frame.write_parquet(path)
            flows = FlowMatrix.from_pairs(frame)
            del frame
            for rule in ("clean", "lma34"):
                seconds, found = timed(
                    lambda rule=rule, flows=flows: functional_regions(flows, PRESETS["uk"], rule=rule)
                )
                row = {"task": f"functional regions of a made country, rule {rule}", "areas": areas,
                       "pairs": len(flows.cells), "seconds": round(seconds, 4), "regions": len(found.regions),
                       "iterations": found.iterations}  # fmt: skip
                if rule == "clean":
                    sizes.append(len(flows.cells))
                    times.append(least_processor_time(lambda flows=flows: functional_regions(flows, PRESETS["uk"])))
                if areas == SIZES[-1]:
                    row["target"] = "at most 1 s"
                print(json.dumps(row))
        peak = peak_memory(path)
    growth = float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
    print(json.dumps({"task": "growth of the time with the pairs over four sizes (exponent; least processor time)",
                      "exponent": round(growth, 3), "target": "at most 1.2"}))  # fmt: skip
    print(json.dumps({"task": "peak memory of a process that reads 1,000,000 pairs and delineates 11,000 areas",
                      "megabytes": round(peak), "target": "at most 500"}))  # fmt: skip


if __name__ == "__main__":
    main()
