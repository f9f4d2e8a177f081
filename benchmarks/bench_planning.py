"""The planning pages in a real browser: from the last movement of a slider to the new map and key figures in sight.

Sets up a website of its own as ``bench_page`` does. Every move asks for a state that nobody asked for before; the time
includes the rest that the page waits for, the answer of the server, and the picture after it. Tables follow later.
"""

from __future__ import annotations

import os
import shutil
import statistics

from bench_page import opened, say, served
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu"]  # as on a desktop in an office: everything is drawn by the processor
MOVES = 15
PAGES = {
    "regions redrawn, 206 municipalities": ("/mitte/atlas/regionen/", "f-min_share", "at most 300 ms"),
    "regions redrawn, districts, region and surroundings": (
        "/mitte/atlas/regionen/?level=district", "f-min_share", "at most 300 ms",
    ),
    "regions redrawn, 400 districts of Germany": (
        "/mitte/atlas/regionen/?level=district&extent=nation", "f-min_share", "at most 300 ms",
    ),
    "a lever of a scenario moved": ("/mitte/atlas/szenarien/", "f-telework_share", "at most 200 ms"),
    "a lever moved beside three shared offices": (
        "/mitte/atlas/szenarien/?hubs=03159016,05762020,06611000", "f-telework_share", "at most 200 ms",
    ),
}  # fmt: skip
MOVE = """([id, up]) => new Promise((done) => {
  const field = document.getElementById(id); const root = document.documentElement;
  up ? field.stepUp() : field.stepDown();
  delete root.dataset.redrawn;
  const began = performance.now();
  const look = new MutationObserver(() => {
    if (!root.dataset.redrawn) return;
    look.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  });
  look.observe(root, { attributes: true });
  field.dispatchEvent(new Event('input', { bubbles: true }));
})"""


def moved(page: Page, field: str) -> list[float]:
    """Milliseconds of each move, the first one left out: the server has then opened what it needs."""
    times = []
    for _ in range(MOVES + 1):
        times.append(float(page.evaluate(MOVE, [field, True])))
        page.locator("#plan-take:not([aria-busy])").wait_for()  # the tables have followed
    return times[1:]


def measured(browser: Browser, address: str, field: str) -> list[float]:
    """Moves on a fresh page."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    page.locator(f"#{field}").wait_for()
    page.wait_for_timeout(500)
    times = moved(page, field)
    page.context.close()
    return times


def main() -> None:
    """Move a slider of every page."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        say(skipped="no Chromium found")
        return
    with served() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        for name, (place, field, target) in PAGES.items():
            opened(browser, address + place, wait=None)  # as after the first reader
            times = measured(browser, address + place, field)
            say(
                task=f"{name}, to the new map, median of {MOVES} moves", milliseconds=round(statistics.median(times)),
                slowest_milliseconds=round(max(times)), load=round(os.getloadavg()[0], 1), target=target,
            )  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()
