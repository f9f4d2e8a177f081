"""A quarter in the life of the forum, from the invitation to the addressee’s answer, seen by all who have a part."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

BODY = """
from raumwerk.web.forum.actions.bodies import found_body
from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.people.models import Organisation, Person
from raumwerk.web.regions.models import Region
region = Region.objects.get(slug="mitte")
person = {name: Person.objects.get(email=f"{name}@mitte.example") for name in ("office", "member", "guest")}
body = found_body(region, by=person["office"], slug="quartalsrunde", name_de="Quartalsrunde", kind="steering",
                  remit_de="Prüft ein Quartal.")
for name, office in (("member", "chair"), ("guest", "member")):
    town = Organisation.objects.create(region=region, name=f"Stadt von {name}", kind="municipality", public=True)
    fill_seat(body, by=person["office"], person=person[name], organisation=town, office_in_body=office)
"""


@pytest.fixture
def accounts(site: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Passwords of the demonstration, after a body has been founded and its seats filled."""
    path = next(tmp_path_factory.getbasetemp().glob("home*/demo-accounts.txt"))
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment |= {"RAUMWERK_HOME": str(Path(path).parent), "RAUMWERK_DEMO": "1"}
    command = [sys.executable, "-m", "raumwerk.cli.main", "manage", "shell", "--no-imports", "-c", BODY]
    subprocess.run(command, env=environment, check=True)
    words = [line.split() for line in path.read_text().splitlines() if "@mitte.example" in line]
    found = {}
    for line in words:
        place = next(n for n, word in enumerate(line) if "@" in word)
        found[line[place].split("@")[0]] = line[place:]
    return found


@pytest.fixture
def enter(browser: Browser, site: str, accounts: dict[str, list[str]]) -> Iterator[object]:
    """``enter("office")``: a browser of their own in which somebody is signed in."""
    from raumwerk.web.people.management.commands.totp_code import current_code

    opened = []

    def sign_in(name: str = "") -> Page:
        context = browser.new_context(base_url=site, locale="de-DE", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        if name:
            page.goto("/konto/login/?next=/mitte/forum/")
            page.get_by_label("E-Mail").fill(accounts[name][0])
            page.get_by_label("Passwort").fill(accounts[name][1])
            page.get_by_role("button", name="Anmelden").click()
            if len(accounts[name]) > 2:
                page.locator("input[name=code]").fill(current_code(accounts[name][2]))
                page.locator("main button[type=submit]").first.click()
            page.goto("/mitte/forum/")
        return page

    yield sign_in
    for context in opened:
        context.close()


def sound(page: Page) -> None:
    """The page keeps the rules of accessibility and fits a phone."""
    found = Axe().run(page).response["violations"]
    assert [f"{page.url} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
    page.set_viewport_size({"width": 1280, "height": 900})


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def test_quarter_from_invitation_to_answer(enter):
    office, chair, member, citizen = enter("office"), enter("member"), enter("guest"), enter()
    begins = datetime.now() + timedelta(days=30)  # noqa: DTZ005 - what a person types into a form

    # The office plans, writes the agenda, invites and sees the proof of sending.
    office.goto("/mitte/forum/quartalsrunde/sitzungen/neu/")
    sound(office)
    office.locator("[name=title]").fill("Frühjahrssitzung")
    office.locator("[name=place]").fill("Rathaus")
    office.locator("[name=starts_at]").fill(begins.strftime("%Y-%m-%dT14:00"))
    office.locator("[name=ends_at]").fill(begins.strftime("%Y-%m-%dT16:00"))
    press(office, "Speichern")
    meeting = re.search(r"/sitzung/\d+/", office.url).group()
    office.get_by_role("link", name="Neuer Tagesordnungspunkt").click()
    office.locator("[name=title]").fill("Radweg über die Grenze")
    press(office, "Speichern")
    press(office, "Einladung senden")
    office.get_by_role("link", name="Versandnachweis").click()
    expect(office.get_by_role("cell", name=re.compile("Einladung: Frühjahrssitzung")).first).to_be_visible()
    sound(office)

    # A member says they come and submits a motion.
    member.goto(f"/mitte/forum{meeting}")
    press(member, "Ich komme")
    expect(member.get_by_text("angemeldet", exact=True)).to_be_visible()
    member.goto("/mitte/forum/quartalsrunde/antraege/neu/")
    member.locator("[name=title]").fill("Radweg bauen")
    member.locator("[name=wording]").fill("Der Radweg über die Grenze wird gebaut.")
    member.locator("[name=visibility]").select_option("public")
    press(member, "Speichern")
    motion = member.url

    # The meeting: attendance, vote, result.
    office.goto(f"/mitte/forum{meeting}")
    press(office, "Sitzung eröffnen")
    office.get_by_role("link", name="Anwesenheit").click()
    for _ in range(2):
        office.get_by_role("button", name=re.compile("^ist da")).first.click()
    expect(office.get_by_text("2 von 2 anwesend")).to_be_visible()
    sound(office)
    chair.goto(motion)
    chair.get_by_role("link", name="Abstimmung vorbereiten").click()
    chair.locator("[name=method]").select_option("named")
    chair.locator("[name=item]").select_option(index=1)
    press(chair, "Speichern")
    press(chair, "Abstimmung eröffnen")
    for page in (chair, member):
        page.goto(chair.url)
        page.get_by_label("Ja", exact=True).check()
        sound(page)
        press(page, "Stimme abgeben")
        expect(page.get_by_text("Ihre Stimme ist abgegeben.").first).to_be_visible()
    chair.reload()
    press(chair, "Abstimmung schließen")
    press(chair, "Ergebnis veröffentlichen")
    expect(chair.get_by_role("heading", name="Ergebnis: angenommen")).to_be_visible()
    sound(chair)
    vote = chair.url

    # The minutes: draft, a remark, approval, publication.
    office.goto(f"/mitte/forum{meeting}")
    press(office, "Sitzung schließen")
    chair.goto(f"/mitte/forum{meeting}protokoll/")
    press(chair, "Protokoll beginnen")
    chair.get_by_role("link", name="Protokoll schreiben").click()
    chair.get_by_label(re.compile("Radweg über die Grenze")).fill("Der Radweg wurde erörtert.")
    sound(chair)
    press(chair, "Speichern und anzeigen")
    press(chair, "Um Anmerkungen bitten")
    member.goto(f"/mitte/forum{meeting}protokoll/")
    member.locator("[name=text]").fill("Bitte die Länge nennen.")
    press(member, "Anmerkung senden")
    chair.reload()
    press(chair, "aufgegriffen")
    press(chair, "Genehmigen")
    press(chair, "Veröffentlichen")
    sound(chair)

    # The resolution goes to its addressee, who answers.
    office.goto(vote)
    office.get_by_role("link", name=re.compile("^QUARTALSRUNDE")).click()
    press(office, "Beschluss veröffentlichen")
    resolution = office.url
    office.get_by_role("link", name="An einen Adressaten senden").click()
    office.locator("[name=to_name]").fill("Ministerium für Verkehr")
    office.locator("[name=to_email]").fill("verkehr@land.example")
    press(office, "An einen Adressaten senden")
    office.get_by_role("link", name="Antwort von Ministerium für Verkehr vermerken").click()
    office.locator("[name=answer]").fill("Die Planung ist aufgenommen.")
    press(office, "Speichern")

    # A citizen reads all of it without an account.
    for address, words in ((resolution, "Die Planung ist aufgenommen."), (vote, "Ergebnis: angenommen"),
                           (f"/mitte/forum{meeting}protokoll/", "Der Radweg wurde erörtert."),
                           (f"/mitte/forum{meeting}", "Frühjahrssitzung"),
                           ("/mitte/forum/beschluesse/", "Radweg bauen"),
                           ("/mitte/forum/sitzungen/", "Frühjahrssitzung"), ("/mitte/forum/aufgaben/", "Aufgaben"),
                           ("/mitte/forum/quartalsrunde/", "Radweg bauen")):  # fmt: skip
        citizen.goto(address)
        expect(citizen.get_by_role("main")).to_contain_text(words)
        expect(citizen.get_by_role("main")).not_to_contain_text("verkehr@land.example")
        sound(citizen)
    paper = citizen.request.get(resolution + "beschluss.pdf")
    assert paper.body().startswith(b"%PDF")
