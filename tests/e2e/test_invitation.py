"""Somebody is invited, follows the link of the mail that the worker wrote, makes an account and is let in."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

INVITED = "neu@stadt.example"
PASSWORD = "Vier gelbe Radwege 2026"


def _link_in_mail(folder: Path) -> str:
    """Wait for the worker's mail to the invited person and return the link it holds."""
    for _ in range(240):
        for path in folder.glob("*.log"):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = letter.get_body(("plain",))
            found = re.search(r"https?://\S+/einladung/\S+", body.get_content() if body else "")
            if letter["To"] == INVITED and found:
                return found.group()
        time.sleep(0.5)
    pytest.fail("the worker wrote no mail to the invited person", pytrace=False)


def _sound(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})


def test_invited_person_follows_the_link_of_the_mail_and_is_let_in(
    watched: Callable[..., AbstractContextManager[Page]], site: str, site_home: Path, people
) -> None:
    with watched(site) as office:
        people.sign_in(office, "office@mitte.example", "/mitte/geschaeftsstelle/einladungen/")
        office.get_by_label("E-Mail-Adresse").fill(INVITED)
        office.get_by_role("button", name="Einladung senden").click()
        expect(office.get_by_role("main")).to_contain_text(INVITED)
    link = _link_in_mail(site_home / "mail")
    with watched(site) as guest:
        guest.goto(link)
        expect(guest.get_by_role("heading", level=1)).to_contain_text("Region der Mitte")
        _sound(guest)
        guest.get_by_label("Vorname").fill("Kim")
        guest.get_by_label("Nachname").fill("Beispiel")
        guest.get_by_label("Passwort").fill(PASSWORD)
        guest.get_by_role("button", name="Annehmen und Konto anlegen").click()
        expect(guest.get_by_text("Ihr Konto ist angelegt.")).to_be_visible()
        guest.locator("input[name=login]").fill(INVITED)
        guest.locator("input[name=password]").fill(PASSWORD)
        guest.locator("input[name=password]").press("Enter")
        guest.wait_for_url("**/mitte/")
        guest.goto("/mitte/meine-seite/")
        expect(guest.get_by_role("main")).to_contain_text("Mitglied")
        assert guest.request.get(link).status == 404
