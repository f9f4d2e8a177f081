"""The Atlas as files behind a plain web server, below some path, in a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from raumwerk.pipeline.publishing import publish
from raumwerk.pipeline.sample import load_sample
from raumwerk.store.layout import Store
from raumwerk.store.read import current

pytestmark = pytest.mark.browser
SETTINGS = "raumwerk.web.config.settings"  # those of the tests name another home
ROOT = Path(__file__).parents[2]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def web_space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address of the site, and of the host it lies on; made from the sample country by the command itself."""
    folder = tmp_path_factory.mktemp("web-space")
    store = Store(folder / "home" / "store").create()
    load_sample(store)
    publish(store, home=folder / "home")
    region = str(current(store).table("region_members").collect()["region"][0]).removeprefix("region:")
    command = [sys.executable, "-m", "raumwerk.cli.main", "export-site", region, "--check"]
    home = {**os.environ, "RAUMWERK_HOME": str(folder / "home"), "DJANGO_SETTINGS_MODULE": SETTINGS}
    done = subprocess.run(
        [*command, "--output", str(folder / "www" / "a b")],
        env=home,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder / "www")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    host = f"http://127.0.0.1:{server.server_port}"
    yield f"{host}/a%20b/", host
    server.shutdown()
    thread.join()
    server.server_close()


def test_site_works_from_any_web_space(browser: Browser, web_space: tuple[str, str]) -> None:
    address, host = web_space
    asked: list[str] = []
    faults: list[str] = []
    page = browser.new_page(viewport={"width": 320, "height": 700})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    page.goto(address)
    for selector in ("#karten ~ ul a", "#gebiete ~ ul a", "#pendeln ~ ul a"):
        page.goto(address)
        page.locator(selector).first.click()
        page.wait_for_load_state()
        assert page.locator("h1").count() == 1
        assert page.locator("svg[role=img]").count() >= 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        found = [each["id"] for each in Axe().run(page).response["violations"]]
        assert found == []
    page.locator("a[hreflang=en]").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert "/en/" in page.url
    assert faults == []
    assert {url for url in asked if not url.startswith((host, "data:"))} == set()
    page.close()
