"""Takes the pictures of the documentation from a running website: python scripts/screenshots.py [ADDRESS]."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
#: Picture → address and what must be there before it is taken. English for README.md, German for README.de.md.
PICTURES = {
    "atlas-flows": ("/en/mitte/atlas/pendeln/?area=06611&direction=in&period=2023-06-30", "#atlas-map[data-drawn=yes]"),
    "atlas-map": ("/en/mitte/atlas/?indicator=population_change_5y", "#atlas-map[data-drawn=yes]"),
    "home.de": ("/mitte/", ".rw-figure"),
    "regions": ("/en/mitte/atlas/regionen/", ".plan-map path"),
    "offices": ("/en/mitte/atlas/zentren/?view=nodes", ".plan-map path"),
    "scenario.de": ("/mitte/atlas/szenarien/?telework_share=30", ".plan-map path"),
    "profile.de": ("/mitte/atlas/gebiet/05762/", ".atlas-locator svg"),
    "forum.de": ("/mitte/forum/", "main h1"),
}
WIDTH, HEIGHT = 1280, 1060
LARGEST = 120 * 1024  # bytes; with fewer colours until it fits


def _make_small(path: Path) -> None:
    """Save with as many colours as fit; where few would fit, thin lines keep their hue at the cost of pale tones."""
    taken = Image.open(path).convert("RGB")
    median, coverage = Image.Quantize.MEDIANCUT, Image.Quantize.MAXCOVERAGE
    for colours, method in ((128, median), (64, median), (64, coverage), (48, coverage), (32, coverage)):
        taken.quantize(colours, method=method, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return


def main() -> int:
    """Take every picture; 0 when all were taken."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser_path:
        sys.stderr.write("Chromium was not found; install it first.\n")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1280}, device_scale_factor=1)
        for name, (view, sign) in PICTURES.items():
            page.goto(address + view)
            page.locator(sign).first.wait_for()
            top = (page.locator("main").bounding_box() or {"y": 0})["y"]
            path = IMAGES / f"{name}.png"
            clip = {"x": 0, "y": top, "width": WIDTH, "height": HEIGHT}
            page.screenshot(path=path, clip=clip, full_page=True, animations="disabled")
            _make_small(path)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
