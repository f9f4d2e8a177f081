"""The Atlas page in a real browser: time to the first map, weight of scripts, and what pages without a map load.

Sets up a website of its own in a temporary folder with ``raumwerk up --prepare-only`` (from the official files, where
they are), serves it and opens it with Chromium, each time with an empty cache.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Response, sync_playwright

RUNS = 5
VIEWS = {
    "choropleth of 206 municipalities": "/mitte/atlas/",
    "commuters of Kassel": "/mitte/atlas/pendeln/?area=06611",
}
PLAIN = ("/mitte/", "/mitte/daten/", "/mitte/atlas/gebiet/06611000/")


def say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


@contextmanager
def served() -> Iterator[str]:
    """Address of a freshly set up website."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="raumwerk-bench-") as name:
        environment = {**os.environ, "RAUMWERK_HOME": name, "RAUMWERK_PORT": str(port)}
        command = [sys.executable, "-m", "raumwerk.cli.main", "up", "--port", str(port)]
        subprocess.run([*command, "--prepare-only"], env=environment, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        address = f"http://localhost:{port}"
        try:
            for path in (*VIEWS.values(), *PLAIN):  # as after the first reader: the release is open
                answered(address + path)
            yield address
        finally:
            server.terminate()
            server.wait(20)


def answered(address: str) -> None:
    """Wait until an address answers."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=60):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"{address} did not answer")


def opened(browser: Browser, address: str, *, wait: str | None) -> tuple[float | None, int, list[str]]:
    """Milliseconds to the first map, bytes of scripts as sent, and their addresses."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    scripts: list[Response] = []
    page.on("response", lambda answer: scripts.append(answer) if answer.url.endswith(".js") else None)
    page.goto(address)
    shown = None
    if wait:
        page.locator(wait).wait_for()
        shown = page.evaluate("() => performance.getEntriesByName('atlas-first-map')[0].startTime")
    sent = sum(int(answer.headers.get("content-length", 0)) for answer in scripts)
    names = [answer.url for answer in scripts]
    context.close()
    return shown, sent, names


def main() -> None:
    """Open every view and every plain page."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        say(skipped="no Chromium found")
        return
    with served() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for view, place in VIEWS.items():
            found = [opened(browser, address + place, wait="#atlas-map[data-drawn=yes]") for _ in range(RUNS)]
            times = [shown for shown, _, _ in found if shown is not None]
            say(
                task=f"first map, {view}, empty cache, median of {RUNS}",
                milliseconds=round(statistics.median(times)), slowest_milliseconds=round(max(times)),
                scripts_kilobytes=round(found[0][1] / 1000, 1), target="at most 1,500 ms",
            )  # fmt: skip
        heaviest = 0
        for place in PLAIN:
            _, sent, names = opened(browser, address + place, wait=None)
            heaviest = max(heaviest, sent)
            if any("/atlas-" in name for name in names):
                raise RuntimeError(f"{place} loads the code of the map")
        say(task="scripts of pages without a map", kilobytes=round(heaviest / 1000, 1), target="no map code")
        browser.close()


if __name__ == "__main__":
    main()
