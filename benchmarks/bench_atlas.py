"""The map and commuting modes in a real browser without a graphics card: first paint, frames, answers to a change.

Sets up a website of its own as ``bench_page`` does. Frames are the times between two pictures that the browser shows
while the map is dragged and zoomed; an interaction lasts from the change of a field to the next picture, and to the
finished view.
"""

from __future__ import annotations

import shutil
import statistics
from typing import Any

from bench_page import opened, say, served
from playwright.sync_api import Browser, Page, sync_playwright

RUNS = 5
FLAGS = ["--no-sandbox", "--disable-gpu"]  # as on a desktop in an office: everything is drawn by the processor
FIRST = {
    "choropleth of all municipalities of Germany": ("/mitte/atlas/?scope=germany", "at most 1,000 ms"),
    "two maps and a scatter plot": ("/mitte/atlas/?compare=population_density", "at most 1,500 ms"),
    "5,000 estimated flows": ("/mitte/atlas/pendeln/?level=municipality&min=5", "at most 1,500 ms"),
    "interfaces and gaps of a district": ("/mitte/atlas/pendeln/?area=05762&expected=all", "at most 1,500 ms"),
}
MOVED = {
    "5,000 estimated flows (dashed)": ("/mitte/atlas/pendeln/?level=municipality&min=5", "at most 60 ms"),
    "all municipalities of Germany": ("/mitte/atlas/?scope=germany", "at most 60 ms"),
    "206 municipalities with names": ("/mitte/atlas/", "at most 60 ms"),
}
CHANGED = {
    "another indicator": ("/mitte/atlas/", "#f-indicator", "unemployed_share"),
    "hide the state border": ("/mitte/atlas/pendeln/?area=05762", "#f-hide-border", None),
    "another direction of commuting": ("/mitte/atlas/pendeln/?area=06611", "#f-direction", "in"),
    "only across a state border": ("/mitte/atlas/pendeln/", "#f-border", "crossing"),
}
RECORD = """() => {
  const times = []; let last = 0; let on = true;
  const tick = (now) => { if (last) times.push(now - last); last = now; if (on) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  window.stopRecording = () => { on = false; return times; };
}"""
CHANGE = """([selector, value]) => new Promise((done) => {
  const field = document.querySelector(selector); const map = document.querySelector('#atlas-map');
  if (value === null) field.checked = !field.checked; else field.value = value;
  map.removeAttribute('data-drawn');
  const began = performance.now();
  let painted = null;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => { painted = performance.now() - began; }));
  const look = () => map.dataset.drawn === 'yes' && painted !== null
    ? done([painted, performance.now() - began]) : requestAnimationFrame(look);
  look();
})"""


def settled(browser: Browser, address: str) -> Page:
    """A page whose map stands in the middle of the screen."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    page.locator("#atlas-map[data-drawn=yes]").wait_for()
    page.evaluate("() => document.querySelector('#atlas-map').scrollIntoView({ block: 'center', behavior: 'instant' })")
    page.wait_for_timeout(500)
    return page


def frames(page: Page) -> dict[str, list[float]]:
    """Times between pictures, milliseconds, while the map is dragged to and fro, and while it zooms."""
    box: Any = page.locator("#atlas-map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(RECORD)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(x + 3 * (30 - abs(30 - step)), y + 2 * (30 - abs(30 - step)))
    page.mouse.up()
    page.wait_for_timeout(600)
    panned = page.evaluate("() => window.stopRecording()")
    page.evaluate(RECORD)
    page.locator("#atlas-map .ol-zoom-in").click()
    page.wait_for_timeout(900)
    return {"panned": panned, "zoomed": page.evaluate("() => window.stopRecording()")}


def high(times: list[float]) -> float:
    """The time that 95 of 100 stay below."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def main() -> None:
    """Measure every view."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        say(skipped="no Chromium found")
        return
    with served() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        for name, (place, target) in FIRST.items():
            opened(browser, address + place, wait="#atlas-map[data-drawn=yes]")  # as after the first reader
            found = [opened(browser, address + place, wait="#atlas-map[data-drawn=yes]") for _ in range(RUNS)]
            times = [shown for shown, _, _ in found if shown is not None]
            say(
                task=f"first map, {name}, empty cache, median of {RUNS}", milliseconds=round(statistics.median(times)),
                slowest_milliseconds=round(max(times)), scripts_kilobytes=round(found[0][1] / 1000, 1), target=target,
            )  # fmt: skip
        for name, (place, target) in MOVED.items():
            page = settled(browser, address + place)
            found_frames = frames(page)
            page.context.close()
            say(
                task=f"frames of {name}",
                pan_p95_milliseconds=round(high(found_frames["panned"]), 1),
                pan_slowest_milliseconds=round(max(found_frames["panned"]), 1),
                zoom_p95_milliseconds=round(high(found_frames["zoomed"]), 1),
                zoom_slowest_milliseconds=round(max(found_frames["zoomed"]), 1), target=target,
            )  # fmt: skip
        for name, (place, field, value) in CHANGED.items():
            runs = []
            for _ in range(RUNS):
                page = settled(browser, address + place)
                runs.append(page.evaluate(CHANGE, [field, value]))
                page.context.close()
            say(
                task=f"change: {name}, median of {RUNS}",
                next_paint_milliseconds=round(statistics.median(each[0] for each in runs), 1),
                whole_view_milliseconds=round(statistics.median(each[1] for each in runs)),
                target="next paint at most 200 ms",
            )  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()
