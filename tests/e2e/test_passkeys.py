"""A passkey in a real browser, whose key is a virtual one: set up, sign in, prove again, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Page, expect

from raumwerk.web.people.management.commands.totp_code import current_code

KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
OFFICE = "/kali/geschaeftsstelle/"


@pytest.fixture(scope="module")
def account(site: str, site_home: Path) -> tuple[str, str, str]:
    """E-mail, password and secret of the office of one region."""
    lines = [line.split() for line in (site_home / "demo-accounts.txt").read_text().splitlines()]
    email, password, secret = next(words[-3:] for words in lines if "office@kali.example" in words)
    return email, password, secret


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Page]:
    """A browser whose scripts must not fail and whose pages must not break the content policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site, locale="de-DE")
    context.set_default_timeout(20_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def _virtual_key(page: Page) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return session, made["authenticatorId"]


def _password(page: Page, account: tuple[str, str, str], start: str = "/konto/login/") -> None:
    page.goto(start)
    page.locator("input[name=login]").fill(account[0])
    page.locator("input[name=password]").fill(account[1])
    page.locator("main button[type=submit]").first.click()


def _faults(page: Page, found: dict[str, list[str]]) -> None:
    """Note what axe-core says of the present page, and whether it is wider than a narrow telephone."""
    said = Axe().run(page).response["violations"]
    faults = [f"{one['id']}: {node['html'][:160]}" for one in said for node in one["nodes"]]
    page.set_viewport_size({"width": 320, "height": 640})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    if width > 320:
        faults.append(f"{width} px wide")
    if faults:
        found[page.url] = faults


def test_office_sets_up_a_passkey_and_signs_in_with_it(visitor: Page, account: tuple[str, str, str]) -> None:
    page, found = visitor, {}
    session, key = _virtual_key(page)
    _password(page, account)
    page.locator("input[name=code]").fill(current_code(account[2]))
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(re.compile("^[^?]*/kali/$"))

    page.goto("/konto/2fa/webauthn/add/")
    page.locator("input[name=password]").fill(account[1])
    page.locator("main button[type=submit]").first.click()
    _faults(page, found)
    page.get_by_label("Name").fill("Schlüssel der Prüfung")
    page.get_by_role("button", name="Passkey hinzufügen").click()
    expect(page.get_by_text("Der Passkey ist hinzugefügt.")).to_be_visible()
    assert len(session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    # The same key a second time: the browser knows it, and the page says so.
    page.goto("/konto/2fa/webauthn/add/")
    page.get_by_role("button", name="Passkey hinzufügen").click()
    expect(page.get_by_role("alert")).to_have_text("Dieser Schlüssel ist für Ihr Konto schon eingerichtet.")

    for prefix in ("", "/en"):
        for address in ("/konto/2fa/", "/konto/2fa/webauthn/", "/konto/2fa/webauthn/add/"):
            page.goto(prefix + address)
            _faults(page, found)
        page.goto(f"{prefix}/konto/2fa/webauthn/")
        for address in [str(link.get_attribute("href")) for link in page.locator("main td a").all()]:
            page.goto(address)
            _faults(page, found)
    page.goto("/konto/logout/")
    page.locator("main button[type=submit]").first.click()

    _password(page, account, f"/en/konto/login/?next={OFFICE}")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    _faults(page, found)
    for prefix in ("/en", ""):
        page.goto(f"{prefix}/konto/2fa/authenticate/")
        _faults(page, found)
    page.get_by_role("button", name="Passkey verwenden").click()
    page.wait_for_url(re.compile(f"^[^?]*{OFFICE}$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/konto/2fa/webauthn/")
    expect(page.get_by_role("row", name="Schlüssel der Prüfung")).not_to_contain_text("nie")
    for prefix in ("/en", ""):
        page.goto(f"{prefix}/konto/2fa/webauthn/reauthenticate/?next=/konto/meine-daten/")
        _faults(page, found)
    page.get_by_role("button", name="Passkey verwenden").click()
    page.wait_for_url(
        re.compile("^[^?]*/konto/meine-daten/$")
    )  # the page before names it too, behind the question mark
    assert found == {}

    # Whoever knows the password but holds another key stays outside.
    page.goto("/konto/logout/")
    page.locator("main button[type=submit]").first.click()
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    _password(page, account, f"/konto/login/?next={OFFICE}")
    page.get_by_role("button", name="Passkey verwenden").click()
    expect(page.get_by_role("alert")).to_contain_text("hat nicht geantwortet")
    page.goto(OFFICE)
    expect(page).to_have_url(re.compile("/konto/2fa/authenticate/"))
