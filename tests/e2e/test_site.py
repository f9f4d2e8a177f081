"""The pages around the Atlas in a real browser: both languages, phone width, keyboard, paper, the editors' area."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

GERMAN = (
    "/", "/impressum/", "/datenschutz/", "/barrierefreiheit/", "/barriere-melden/", "/konto/login/",
    "/mitte/", "/mitte/projekt/", "/mitte/programm/", "/mitte/aktuelles/", "/mitte/aktuelles/laendervergleich/",
    "/mitte/dokumente/", "/mitte/kontakt/", "/kali/", "/kali/projekt/", "/hannover-hildesheim/",
    "/hannover-hildesheim/programm/", "/hannover-hildesheim/gremien/", "/gibt-es-nicht/",
)  # fmt: skip
ADDRESSES = [*GERMAN, *(f"/en{address}" for address in GERMAN)]


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.fixture
def quiet(browser: Browser, site: str):
    """A page that may meet a 404 on purpose."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site)
    yield context.new_page()
    context.close()


def test_no_page_violates_accessibility_rules(quiet: Page):
    found = {}
    for address in ADDRESSES:
        quiet.goto(address)
        if faults := violations(quiet):
            found[address] = faults
    assert found == {}


def test_every_page_fits_a_narrow_phone(quiet: Page):
    quiet.set_viewport_size({"width": 320, "height": 640})
    wide = {}
    for address in ADDRESSES:
        quiet.goto(address)
        width = quiet.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[address] = width
    assert wide == {}


def test_reading_sets_no_cookie(page: Page):
    for address in ("/", "/mitte/", "/en/kali/projekt/", "/mitte/atlas/", "/mitte/daten/"):
        page.goto(address)
    assert page.context.cookies() == []


def test_skip_link_is_first_and_leads_to_the_content(page: Page):
    page.goto("/mitte/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_menu_of_a_phone_opens_and_closes_by_keyboard(page: Page):
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto("/mitte/")
    button = page.get_by_role("button", name="Menü")
    entry = page.get_by_role("link", name="Das Projekt")
    expect(entry).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(button).to_be_focused()


def test_menu_is_there_without_script(browser: Browser, site: str):
    context = browser.new_context(base_url=site, java_script_enabled=False, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto("/mitte/")
    page.get_by_role("link", name="Das Projekt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Das Projekt")
    context.close()


def test_language_switch_stays_on_the_page(page: Page):
    page.goto("/mitte/programm/")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/en/mitte/programm/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Programme")
    assert page.locator("html").get_attribute("lang") == "en"


def test_home_shows_official_figures_with_their_source(page: Page):
    page.goto("/mitte/")
    figures = page.locator(".rw-figure")
    expect(figures.first).to_contain_text("Bevölkerung")
    expect(figures.first).to_contain_text("1.878.567")
    expect(page.locator("section", has=page.locator("#figures"))).to_contain_text("Statistisches Bundesamt")
    expect(page.locator("svg.rw-map .rw-map__district")).to_have_count(10)


def test_pages_on_paper_leave_the_menus_out(page: Page):
    page.goto("/mitte/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Hauptmenü")).to_be_hidden()
    expect(page.locator(".rw-topline")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_barrier_report_from_the_page_that_has_it(page: Page):
    page.goto("/kali/projekt/")
    page.get_by_role("link", name="Barriere melden").click()
    expect(page.get_by_label("Seite:")).to_have_value("/kali/projekt/")
    page.get_by_label("Was nicht zugänglich war:").fill("Die Tabelle lässt sich nicht vorlesen.")
    page.get_by_role("button", name="Meldung senden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")


def test_editor_signs_in_with_second_factor_and_edits(page: Page, site: str, tmp_path_factory):
    from raumwerk.web.people.management.commands.totp_code import current_code

    homes = tmp_path_factory.getbasetemp().glob("home*/demo-accounts.txt")
    lines = [line.split() for path in homes for line in path.read_text().splitlines()]
    email, password, secret = next(words[-3:] for words in lines if "editor@mitte.example" in words)
    page.goto("/konto/login/?next=/verwaltung/pages/")
    page.get_by_label("E-Mail").fill(email)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Anmelden").click()
    page.locator("input[name=code]").fill(current_code(secret))
    page.locator("main button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/verwaltung/pages/"))
    listed = page.request.get("/verwaltung/api/main/pages/?limit=20&order=id").json()["items"]
    own = {one["meta"]["slug"]: one["id"] for one in listed if one["meta"]["locale"] == "de"}
    assert "mitte" in own
    assert "kali" not in own
    page.goto(f"/verwaltung/pages/{own['mitte']}/edit/")
    expect(page.locator("textarea[name=lead]")).to_have_value(re.compile("Zwischen Kassel, Paderborn und Göttingen"))
    expect(page.locator("button[name=action-publish]")).to_have_count(0)
    page.goto("/mitte/aktuelles/")
    expect(page.get_by_role("link", name="Seiten bearbeiten")).to_be_visible()
