"""A planner lets regions form anew, places offices, moves levers, saves and shares; in a real browser, by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

SHARED = "szenarien/vergleich/?s=telework_share%3D30%26name%3DA&s=centrality%3D10%26name%3DB"
ADDRESSES = [
    f"{prefix}/mitte/atlas/{page}"
    for prefix in ("", "/en")
    for page in ("wirtschaft/", "regionen/", "regionen/?shade=stability", "regionen/?level=district&extent=nation",
                 "zentren/", "zentren/?view=nodes", "zentren/?view=supply", "szenarien/?telework_share=30", SHARED,
                 "verfahren/regions/")
]  # fmt: skip


def forget(page: Page) -> None:
    page.evaluate("delete document.documentElement.dataset.redrawn")


def await_redrawn(page: Page) -> None:
    """Wait until the page has noted how long its last redraw took (docs/benchmarks.md holds the measured times)."""
    expect(page.locator("html")).to_have_attribute("data-redrawn", re.compile(r"^\d+$"))


def await_rest(page: Page) -> None:
    """Tables and links follow the map a moment later."""
    expect(page.locator("#plan-take")).not_to_have_attribute("aria-busy", "true")


def test_regions_form_anew_while_a_slider_moves(page: Page):
    page.goto("/mitte/atlas/regionen/")
    regions = page.locator(".plan-figures dd").first
    expect(regions).to_have_text("12")
    before = page.locator(".plan-map path").first.get_attribute("fill")
    slider = page.get_by_label("Niedrigerer Anteil", exact=True)
    slider.focus()
    for _ in range(4):
        forget(page)
        page.keyboard.press("PageDown")
        await_redrawn(page)
    assert page.evaluate("document.activeElement.id") == "f-min_share"
    expect(regions).not_to_have_text("12")
    assert "min_share=" in page.url
    assert before is not None
    page.get_by_role("link", name="Italien").click()
    expect(regions).to_have_text("23")
    page.get_by_label("Gebildet aus").select_option("district")
    expect(page.locator("#plan-title")).to_be_visible()
    page.wait_for_url(re.compile("level=district"))
    expect(page.locator(".plan-figures dd").first).not_to_have_text("23")


def test_another_base_of_the_economy_keeps_the_year_as_near_as_it_can(page: Page):
    page.goto("/mitte/atlas/wirtschaft/")
    page.get_by_label("Gezählt in").select_option("gva")
    page.wait_for_url(re.compile("base=gva"))
    expect(page.locator("#plan-head [role=note]").first).to_contain_text("Für „Jahr“ gibt es hier eine andere Auswahl")
    expect(page.locator("#plan-head [role=alert]")).to_have_count(0)
    expect(page.locator("#f-period option:checked")).to_have_text("2017")
    page.get_by_label("Jahr", exact=True).select_option("2001")
    expect(page.locator("#plan-title")).to_contain_text("2001")
    expect(page.locator(".plan-map")).to_be_visible()


def test_two_sliders_against_each_other_are_told_and_the_page_stays(quiet: Page):
    quiet.goto("/mitte/atlas/regionen/?target_size=30000")
    quiet.get_by_label("Kleinste Region", exact=True).evaluate(
        "field => { field.value = 60000; field.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    expect(quiet.get_by_role("alert")).to_contain_text("60000")
    assert quiet.locator(".plan-map path").count() > 200
    expect(quiet.get_by_label("Kleinste Region", exact=True)).to_have_value("60000")


@pytest.fixture
def quiet(browser: Browser, site: str):
    """A page that may meet a 400 on purpose."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site, locale="de-DE")
    yield context.new_page()
    context.close()


def test_three_shared_offices_are_placed(page: Page):
    page.goto("/mitte/atlas/zentren/")
    page.get_by_label("Betrachten").select_option("nodes")
    expect(page.locator(".atlas-view")).to_contain_text("Beste Orte für 3 Gemeinschaftsbüros")
    expect(page.locator(".plan-map__name")).to_have_count(3)
    page.locator("#f-places").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".atlas-view")).to_contain_text("Beste Orte für 4 Gemeinschaftsbüros")
    page.get_by_label("Suche", exact=True).select_option("exact")
    expect(page.locator(".atlas-view")).to_contain_text("bewiesen das Beste")


def test_two_levers_are_moved_saved_and_shared(browser: Browser, page: Page, site: str, tmp_path: Path):
    page.goto("/mitte/atlas/szenarien/")
    expect(page.locator("#plan-head")).to_contain_text("Noch ist kein Hebel bewegt")
    forget(page)
    page.get_by_label("Beschäftigte, die zu Hause arbeiten").fill("30")
    await_redrawn(page)
    expect(page.locator("#plan-summary")).to_contain_text("Gegenüber heute")
    forget(page)
    page.get_by_label("Orte mit Gemeinschaftsbüro").select_option(["03159016", "05762020", "06611000"])
    await_redrawn(page)
    page.wait_for_url(re.compile("hubs=03159016%2C05762020%2C06611000"))
    expect(page.locator(".plan-map__name")).to_have_count(3)
    await_rest(page)
    page.get_by_label("Diese Hebel in diesem Browser behalten unter dem Namen").fill("Drei Büros")
    page.get_by_role("button", name="Behalten", exact=True).click()
    expect(page.get_by_role("link", name="Drei Büros")).to_be_visible()
    shared = page.locator("#plan-link").get_attribute("href")
    assert shared is not None
    assert "release=" in shared
    assert "version=" in shared
    said = page.locator("#plan-head .plan-figures").inner_text()
    other = browser.new_context(base_url=site, locale="de-DE").new_page()
    other.goto(shared)
    assert other.locator("#plan-head .plan-figures").inner_text() == said
    other.context.close()
    page.reload()
    page.get_by_label("Ausgewählte vergleichen: Drei Büros").check()
    page.get_by_role("button", name="Ausgewählte vergleichen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Szenarien im Vergleich")
    expect(page.locator("table").first).to_contain_text("Drei Büros")
    forget(page)
    page.get_by_label("weniger CO₂").first.fill("0")
    await_redrawn(page)
    expect(page.locator("table").first).to_contain_text("Drei Büros")
    assert "a_co2=0" in page.url


def test_a_member_saves_in_the_account_and_removes(browser: Browser, site: str, accounts: dict[str, tuple[str, str]]):
    context = browser.new_context(base_url=site, locale="de-DE")
    page = context.new_page()
    mail, password = accounts["member@mitte.example"]
    page.goto("/konto/login/?next=/mitte/atlas/szenarien/%3Ftelework_share%3D20")
    page.locator('input[name="login"]').fill(mail)
    page.locator('input[name="password"]').fill(password)
    page.locator('main button[type="submit"]').first.click()
    page.wait_for_url(re.compile("szenarien"))
    page.get_by_label("Diese Hebel speichern unter dem Namen").fill("Ein Fünftel zu Hause")
    page.get_by_label("Wer es öffnen darf", exact=True).first.select_option("link")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("„Ein Fünftel zu Hause“ ist gespeichert.")).to_be_visible()
    link = page.get_by_role("link", name="Ein Fünftel zu Hause").get_attribute("href")
    assert link is not None
    stranger = browser.new_context(base_url=site, locale="de-DE").new_page()
    stranger.goto(link)
    expect(stranger.locator(".rw-lead")).to_have_text("Ein Fünftel zu Hause")
    stranger.context.close()
    page.get_by_text("Meine Szenarien ändern oder entfernen").click()
    page.get_by_role("button", name="„Ein Fünftel zu Hause“ entfernen").click()
    expect(page.get_by_text("„Ein Fünftel zu Hause“ ist entfernt.")).to_be_visible()
    context.close()


@pytest.fixture
def accounts(site_home: Path) -> dict[str, tuple[str, str]]:
    """Address and password of the demonstration accounts."""
    text = (site_home / "demo-accounts.txt").read_text("utf-8")
    found = re.findall(r"(\S+@\S+\.example)\s+(\S+)", text)
    return {mail: (mail, password) for mail, password in found}


def test_planning_pages_violate_no_accessibility_rule_and_fit_a_phone(quiet: Page):
    found = {}
    for address in ADDRESSES:
        quiet.set_viewport_size({"width": 1280, "height": 900})
        quiet.goto(address)
        faults = [f"{one['id']}: {node['html'][:160]}" for one in Axe().run(quiet).response["violations"]
                  for node in one["nodes"]]  # fmt: skip
        quiet.set_viewport_size({"width": 320, "height": 640})
        width = quiet.evaluate("document.documentElement.scrollWidth")
        if faults or width > 320:
            found[address] = [*faults, f"{width} px wide"]
    assert found == {}


def test_on_a_phone_the_result_comes_before_the_folded_form(quiet: Page):
    quiet.set_viewport_size({"width": 375, "height": 800})
    for address in ("/mitte/atlas/", "/mitte/atlas/pendeln/", "/mitte/atlas/szenarien/"):
        quiet.goto(address)
        fold = quiet.locator("details.atlas-fold")
        expect(fold).not_to_have_attribute("open", "")
        top = quiet.evaluate("document.querySelector('.atlas-view').getBoundingClientRect().top")
        assert top < 800
        quiet.get_by_text("Einstellungen", exact=True).click()
        expect(fold.locator("select, input:not([type=hidden])").first).to_be_visible()
    quiet.set_viewport_size({"width": 1280, "height": 900})
    expect(fold).to_have_attribute("open", "")


def test_a_slider_stands_where_its_value_says(quiet: Page):
    quiet.goto("/mitte/atlas/regionen/?min_size=3700&min_share=66.75")
    for name in ("min_size", "min_share"):
        held = quiet.locator(f"#f-{name}").evaluate("field => [field.value, field.getAttribute('value')]")
        assert float(held[0]) == float(held[1])


def test_the_map_begins_in_sight(quiet: Page):
    for address in ("", "pendeln/?area=05762", "regionen/", "szenarien/", "wirtschaft/"):
        quiet.goto(f"/mitte/atlas/{address}")
        top = quiet.locator("#atlas-map, #plan-figure").first.evaluate("map => map.getBoundingClientRect().top")
        assert top < 750, address


def test_pages_work_without_script(browser: Browser, site: str):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/mitte/atlas/szenarien/")
    page.get_by_label("Arbeitsplätze kommen oder gehen in").select_option("05762020")
    page.get_by_label("Arbeitsplätze mehr (weniger: unter 0)").fill("1500")
    page.get_by_role("button", name="Berechnen").click()
    expect(page.locator("#plan-summary")).to_contain_text("Gegenüber heute")
    assert page.locator(".plan-map path").count() > 200
    context.close()
