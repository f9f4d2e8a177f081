"""Takes the pictures of the documentation from a running website: python scripts/screenshots.py [ADDRESS]."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
#: Picture → address and the part of the page to show.
PICTURES = {
    "atlas-flows": ("/en/mitte/atlas/?mode=flows&area=06611&direction=in&period=2023-06-30", "main"),
    "atlas-map": ("/en/mitte/atlas/?indicator=population_change_5y", "main"),
}


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
        for name, (view, part) in PICTURES.items():
            page.goto(address + view)
            page.locator("#atlas-map[data-drawn=yes]").wait_for()
            box = page.locator(part).bounding_box()
            clip = {"x": 0, "y": box["y"] if box else 0, "width": 1280, "height": 1060}
            path = IMAGES / f"{name}.png"
            page.screenshot(path=path, clip=clip, full_page=True)
            Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)  # a third of the bytes
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
