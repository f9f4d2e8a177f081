"""Signing in through a provider in a real browser: there and back under the strict content policy, both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from made_provider import CLIENT, SECRET, MadeProvider


@pytest.fixture(scope="module")
def provider() -> Iterator[MadeProvider]:
    running = MadeProvider("")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def open_site(serve, provider: MadeProvider) -> Iterator[str]:
    """Address of the website with a provider configured."""
    settings = {
        "RAUMWERK_OIDC_ISSUER": provider.issuer, "RAUMWERK_OIDC_NAME": "Kreisportal",
        "RAUMWERK_OIDC_CLIENT_ID": CLIENT, "RAUMWERK_OIDC_SECRET": SECRET,
    }  # fmt: skip
    with serve(**settings) as address:
        provider.redirect_to = f"{address}/konto/sso/antwort/"
        yield address


@pytest.fixture
def account(site_home: Path) -> tuple[str, str]:
    lines = [line.split() for line in (site_home / "demo-accounts.txt").read_text().splitlines()]
    email, password = next(words[-2:] for words in lines if "guest@kali.example" in words)
    return email, password


@pytest.fixture
def visitor(browser: Browser, open_site: str) -> Iterator[Page]:
    """A browser in which no page may break the content policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=open_site, locale="de-DE")
    context.set_default_timeout(20_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [one for one in faults if "403" not in one] == []


def _faults(page: Page, found: dict[str, list[str]]) -> None:
    said = Axe().run(page).response["violations"]
    faults = [f"{one['id']}: {node['html'][:160]}" for one in said for node in one["nodes"]]
    page.set_viewport_size({"width": 320, "height": 640})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    if width > 320:
        faults.append(f"{width} px wide")
    if faults:
        found[page.url] = faults


def test_person_connects_the_provider_and_signs_in_by_it(visitor: Page, account: tuple[str, str]) -> None:
    page, found = visitor, {}
    for prefix, label, told in (
        ("/en", "Sign in with Kreisportal", "No account is connected"),
        ("", "Mit Kreisportal anmelden", "Kein Konto ist verbunden"),
    ):
        page.goto(f"{prefix}/konto/login/")
        _faults(page, found)
        page.get_by_role("button", name=label).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(told)
        _faults(page, found)

    page.goto("/konto/login/?next=/konto/sso/")
    page.locator("input[name=login]").fill(account[0])
    page.locator("input[name=password]").fill(account[1])
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(re.compile("^[^?]*/konto/sso/$"))
    for prefix in ("/en", ""):
        page.goto(f"{prefix}/konto/sso/")
        _faults(page, found)
    page.get_by_role("button", name="Verbinden").click()
    page.locator("input[name=password]").fill(account[1])
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_text("Verbunden seit")).to_be_visible()
    _faults(page, found)
    page.goto("/konto/logout/")
    page.locator("main button[type=submit]").first.click()

    page.goto("/konto/login/?next=/kali/meine-seite/")
    page.get_by_role("button", name="Mit Kreisportal anmelden").click()
    page.wait_for_url(re.compile("^[^?]*/kali/meine-seite/$"))
    assert found == {}
