"""The Atlas API: time of one answer, throughput, and Datasette serving the same rows on the same machine.

Needs a published release: in ``RAUMWERK_HOME`` (default ``./var``), else made from the official files where these are.
Throughput is measured with wrk at 50 connections against granian with two workers; Datasette (immutable mode) is asked
for the same rows in the same run.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RAUMWERK_SHARED_DATA") or ROOT.parent / "shared" / "data")
REGION, AREA, INDICATOR, PERIOD = "mitte", "06611", "population_density", "2019-06-30"
SECONDS, CONNECTIONS = 8, 50
HOST = "127.0.0.1"


def say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


@contextmanager
def home_with_release() -> Iterator[Path]:
    """Yield a folder of its own that borrows the store of the installation, or has a fresh one."""
    own = Path(os.environ.get("RAUMWERK_HOME") or ROOT / "var") / "store"
    with tempfile.TemporaryDirectory(prefix="raumwerk-bench-") as name:
        folder = Path(name)
        (folder / "static").mkdir()
        if (own / "current").is_file():
            (folder / "store").symlink_to(own.resolve())
        elif SHARED.is_dir():
            for words in (["import", str(SHARED)], ["publish"]):
                subprocess.run(
                    [sys.executable, "-m", "raumwerk", "data", *words],
                    env={**os.environ, "RAUMWERK_HOME": name}, check=True, stdout=subprocess.DEVNULL,
                )  # fmt: skip
        else:
            say(skipped="no release is published and the official files are not here")
            sys.exit(0)
        yield folder


def ask(application: Callable[..., Any], address: str) -> tuple[float, bytes]:
    """Seconds and body of one request straight into a WSGI application."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
    }  # fmt: skip
    told: list[str] = []
    begin = time.perf_counter()
    body = b"".join(application(environ, lambda status, _headers, _error=None: told.append(status)))
    seconds = time.perf_counter() - begin
    if not told[0].startswith("200"):
        raise RuntimeError(f"{address}: {told[0]} {body[:300]!r}")
    return seconds, body


def p95(seconds: list[float]) -> float:
    return round(1000 * statistics.quantiles(seconds, n=100)[94], 2)


def handler_times(home: Path) -> None:
    """Uncached: every area and indicator of the region once, each a new question. Cached: the same questions again."""
    os.environ |= {"RAUMWERK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "raumwerk.web.config.settings"}
    from raumwerk.web.atlas.queries.release import atlas_release
    from raumwerk.web.config.wsgi import application

    atlas = atlas_release()
    region = atlas.region(REGION)
    base = f"/api/v1/regions/{REGION}"
    questions = {
        "flows of one area": [
            f"{base}/flows/?area={area}&direction={direction}&border={border}&period={PERIOD}"
            for area in region.districts for direction in ("out", "in") for border in ("all", "crossing", "within")
        ],
        "choropleth of one indicator": [
            f"{base}/values/?indicator={key}" for key in atlas.indicators
            if atlas.periods(key, "municipality") or atlas.periods(key, "district")
        ],
    }  # fmt: skip
    for task, addresses in questions.items():
        first, _ = ask(application, addresses[0])
        uncached, processor = [], []
        for address in addresses[1:]:
            begin = time.process_time()
            uncached.append(ask(application, address)[0])
            processor.append(time.process_time() - begin)
        cached = [ask(application, address)[0] for _ in range(10) for address in addresses]
        say(
            task=f"{task}, not yet kept, p95 of {len(uncached)} different questions", milliseconds=p95(uncached),
            median_milliseconds=round(1000 * statistics.median(uncached), 1), processor_milliseconds=p95(processor),
            first_after_start=round(1000 * first, 1), target="at most 60 ms",
        )  # fmt: skip
        say(task=f"{task}, kept by release, p95", milliseconds=p95(cached), target="at most 5 ms")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: list[str], address: str, environment: dict[str, str]) -> Iterator[None]:
    """Run a server until the body ends; wait until it answers ``address``."""
    server = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(address, timeout=30).read()
                break
            except OSError:
                time.sleep(0.5)
        yield
    finally:
        server.terminate()
        server.wait(20)


def throughput(address: str) -> tuple[float, float]:
    """Requests a second and 99th percentile in milliseconds; any answer but success is an error."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told:
        raise RuntimeError(f"{address}: not every answer was a success\n{told}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    if rate is None or slow is None:
        raise RuntimeError(f"wrk said nothing of use:\n{told}")
    return float(rate[1]), float(slow[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slow[2]]


def write_sqlite(home: Path, path: Path) -> None:
    """Give Datasette the same rows: flows and values with the names that our answers carry, and the fitting indexes."""
    import polars as pl

    from raumwerk.web.atlas.queries.flows import area_flows
    from raumwerk.web.atlas.queries.release import atlas_release
    from raumwerk.web.atlas.queries.values import region_values

    atlas = atlas_release()
    region = atlas.region(REGION)
    flows = pl.concat(
        area_flows(atlas, region, area=area, period=PERIOD, lang="de").frame.with_columns(pl.lit(area).alias("origin"))
        for area in region.districts
    )
    values = pl.concat(
        region_values(atlas, region, indicator=key, lang="de").frame.drop("files").with_columns(
            pl.lit(key).alias("indicator")
        )
        for key in atlas.indicators
        if atlas.periods(key, "municipality") or atlas.periods(key, "district")
    )  # fmt: skip
    with sqlite3.connect(path) as database:
        for name, frame, column in (("flows", flows, "origin"), ("vals", values, "indicator")):
            database.execute(f"create table {name} ({', '.join(frame.columns)})")
            marks = ", ".join("?" * frame.width)
            database.executemany(f"insert into {name} values ({marks})", frame.rows())
            database.execute(f"create index {name}_by on {name} ({column})")
    database.close()


def rows_of(address: str) -> int:
    answer = json.loads(urllib.request.urlopen(address, timeout=60).read())
    return len(answer if isinstance(answer, list) else answer.get("rows") or answer["areas"])


def compare(home: Path) -> None:
    """Throughput of both, one after the other, for the same rows."""
    ours, theirs = free_port(), free_port()
    base = f"http://{HOST}:{ours}/api/v1/regions/{REGION}"
    pairs = {
        "flows of one area": (
            f"{base}/flows/?area={AREA}&period={PERIOD}",
            f"http://{HOST}:{theirs}/bench/flows.json?origin={AREA}&_shape=array&_size=max",
        ),
        "choropleth of one indicator": (
            f"{base}/values/?indicator={INDICATOR}",
            f"http://{HOST}:{theirs}/bench/vals.json?indicator={INDICATOR}&_shape=array&_size=max",
        ),
    }
    database = home / "bench.db"
    write_sqlite(home, database)
    granian = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(ours), "--workers", "2",
        "raumwerk.web.config.wsgi:application",
    ]  # fmt: skip
    datasette = [
        sys.executable, "-m", "datasette", "serve", "-i", str(database), "--host", HOST, "--port", str(theirs),
        "--setting", "max_returned_rows", "2000", "--setting", "suggest_facets", "off",
    ]  # fmt: skip
    measured: dict[str, dict[str, tuple[float, float]]] = {task: {} for task in pairs}
    sizes: dict[str, dict[str, int]] = {task: {} for task in pairs}
    for name, command, at in (("ours", granian, 0), ("theirs", datasette, 1)):
        with served(command, next(iter(pairs.values()))[at], {"RAUMWERK_HOME": str(home)}):
            for task, addresses in pairs.items():
                sizes[task][name] = rows_of(addresses[at])
                rows_of(addresses[at])
                measured[task][name] = throughput(addresses[at])
    for task, found in measured.items():
        if sizes[task]["ours"] != sizes[task]["theirs"]:
            raise RuntimeError(f"{task}: not the same rows: {sizes[task]}")
        (rate, slow), (peer, peer_slow) = found["ours"], found["theirs"]
        say(
            task=f"{task}, {sizes[task]['ours']} rows, {CONNECTIONS} connections, two workers",
            requests_per_second=round(rate), p99_milliseconds=round(slow, 1), peer="Datasette, immutable",
            peer_requests_per_second=round(peer), peer_p99_milliseconds=round(peer_slow, 1),
            times_faster=round(rate / peer, 1), target="at least 1,500 requests/s and 10 times the peer",
        )  # fmt: skip


def main() -> None:
    with home_with_release() as home:
        handler_times(home)
        if shutil.which("wrk") is None:
            say(skipped="throughput: wrk is not installed")
            return
        compare(home)


if __name__ == "__main__":
    main()
