"""What browser tests do again and again: wait for maps, point at places of them, look for faults of accessibility."""

from __future__ import annotations

import math
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

RADIUS = 6_378_137.0  # metres, of the web projection
PHONE = 320
PAPER = 642  # CSS pixels of a sheet of A4 within margins of 2 cm


def drawn(page: Page, name: str = "atlas-map") -> None:
    """Wait until the map shows what its attributes ask for."""
    expect(page.locator(f"#{name}[data-drawn=yes]")).to_be_visible()
    expect(page.locator(f"#{name}[aria-busy]")).to_have_count(0)


def on_screen(page: Page, places: list[tuple[float, float]], name: str = "atlas-map") -> list[tuple[float, float]]:
    """Where places (longitude, latitude) of the drawn map stand on the screen, after the map came into sight."""
    target = page.locator(f"#{name}")
    target.evaluate("map => map.scrollIntoView({ block: 'center', behavior: 'instant' })")
    west, south, east, north = map(float, target.get_attribute("data-extent").split())
    box = target.locator("canvas").first.bounding_box()
    found = []
    for longitude, latitude in places:
        x = math.radians(longitude) * RADIUS
        y = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) * RADIUS
        found.append((
            box["x"] + (x - west) / (east - west) * box["width"],
            box["y"] + (north - y) / (north - south) * box["height"],
        ))  # fmt: skip
    return found


def centres(page: Page, region: str, level: str = "municipality") -> dict[str, tuple[float, float]]:
    """Centre (longitude, latitude) of each area of a region, by its key."""
    shapes = page.request.get(f"/api/v1/regions/{region}/shapes/?level={level}").json()
    rows = (each["properties"] for each in shapes["features"]["features"])
    return {row["key"]: (row["x"], row["y"]) for row in rows if row["x"] is not None}


def violations(page: Page) -> list[str]:
    """Faults of accessibility on the page, each as rule and element."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def too_wide(page: Page) -> list[str]:
    """Width of the page where it does not fit a narrow phone."""
    size = page.viewport_size
    page.set_viewport_size({"width": PHONE, "height": 640})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(size)
    return [f"{width} px wide"] if width > PHONE else []


def tab_to(page: Page, target: Locator, most: int = 60, *, back: bool = False) -> None:
    """Press Tab (or Shift+Tab) until the element has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    at = page.evaluate("document.activeElement.outerHTML.slice(0, 160)")
    raise AssertionError(f"{target} was not reached by {most} times Tab; the focus is on {at}")


def await_redrawn(page: Page) -> None:
    """Wait until a planning page has noted how long its last redraw took (docs/benchmarks.md holds measured times)."""
    expect(page.locator("html")).to_have_attribute("data-redrawn", re.compile(r"^\d+$"))


def forget_redrawn(page: Page) -> None:
    """Take the note away before the next change."""
    page.evaluate("delete document.documentElement.dataset.redrawn")


def cut_off(page: Page) -> list[str]:
    """What paper would not hold: elements wider than a sheet of A4 within the margins of the site."""
    size = page.viewport_size
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 930})
    found = page.evaluate(
        """width => [...document.querySelectorAll('body *')]
            .filter(one => one.checkVisibility() && !one.closest('svg, .rw-hidden'))
            .map(one => [one.tagName, one.className, Math.round(one.getBoundingClientRect().right)])
            .filter(([, , right]) => right > width + 1).slice(0, 5).map(String)""",
        PAPER,
    )
    page.set_viewport_size(size)
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    return found
