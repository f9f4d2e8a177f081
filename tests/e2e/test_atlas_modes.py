"""A planner's morning: where Höxter's commuters go, what the border has to do with it, two maps side by side."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

VIEWS = (
    "/mitte/atlas/?compare=population_density", "/mitte/atlas/?indicator=population", "/mitte/atlas/?scope=germany",
    "/mitte/atlas/pendeln/", "/mitte/atlas/pendeln/?area=05762,06611&direction=net&table=pair",
    "/mitte/atlas/pendeln/?area=05762&expected=all", "/kali/atlas/pendeln/?level=zoom",
)  # fmt: skip


def drawn(page: Page) -> None:
    expect(page.locator("#atlas-map[data-drawn=yes]")).to_be_visible()
    expect(page.locator("#atlas-map[aria-busy]")).to_have_count(0)


def test_planner_finds_where_the_commuters_of_hoexter_go_and_hides_the_border(page: Page) -> None:
    page.goto("/mitte/atlas/")
    page.get_by_role("link", name="Pendeln", exact=True).click()
    drawn(page)
    page.get_by_label("Kreis Höxter", exact=True).check()
    expect(page).to_have_url(re.compile("area=05762"))
    expect(page.locator("#atlas-title")).to_contain_text("Kreis Höxter")
    drawn(page)
    expect(page.locator("#atlas-table tbody tr").first).to_contain_text("Kreis Paderborn")
    expect(page.locator("#atlas-table tbody tr.atlas-crosses")).not_to_have_count(0)
    page.get_by_label("Landesgrenze ausblenden").check()
    expect(page.locator("#atlas-table tbody tr.atlas-crosses")).to_have_count(0)
    expect(page.locator("#atlas-map")).to_have_attribute("data-borders", "no")
    expect(page.locator("#atlas-legend")).not_to_contain_text("Landesgrenze")
    lines = int(page.locator("#atlas-map").get_attribute("data-lines"))
    page.get_by_label("Entfernung bis (km)", exact=True).fill("60")
    page.get_by_label("Entfernung bis (km)", exact=True).press("Tab")
    expect(page).to_have_url(re.compile("km_max=60"))
    expect(page.locator("#atlas-summary")).to_contain_text("Die Filter blenden")
    drawn(page)
    assert 0 < int(page.locator("#atlas-map").get_attribute("data-lines")) < lines
    page.get_by_label("Zeigen").first.select_option("all")
    expect(page.locator("#atlas-title")).to_contain_text("Schnittstellen und Lücken")
    expect(page.locator("#atlas-summary")).to_contain_text("Landkreis Holzminden")


def test_interfaces_of_the_whole_region_stay_readable(page: Page) -> None:
    page.goto("/mitte/atlas/pendeln/?expected=all")
    drawn(page)
    expect(page.locator("#atlas-map")).to_have_attribute("data-lines", "120")
    expect(page.locator("#atlas-summary")).to_contain_text("Die Karte zeichnet die 120 auffälligsten")


def test_the_same_by_keyboard_alone(page: Page) -> None:
    page.goto("/mitte/atlas/pendeln/")
    drawn(page)
    page.locator("#f-area-05762").focus()
    page.keyboard.press("Space")
    expect(page.locator("#atlas-title")).to_contain_text("Kreis Höxter")
    expect(page.locator(":focus")).to_have_id("f-area-05762")
    drawn(page)
    page.locator("#f-hide-border").focus()
    page.keyboard.press("Space")
    expect(page.locator("#atlas-map")).to_have_attribute("data-borders", "no")
    page.locator("#f-min-slider").focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("min=100"))
    expect(page.locator(":focus")).to_have_id("f-min-slider")
    drawn(page)
    before = page.locator("#atlas-map").get_attribute("data-extent")
    page.locator("#atlas-map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#atlas-map")).not_to_have_attribute("data-extent", before)


def test_two_maps_move_together_and_a_bar_marks_its_areas(page: Page) -> None:
    page.goto("/mitte/atlas/?compare=population_density")
    drawn(page)
    expect(page.locator("#atlas-map-2[data-drawn=yes]")).to_be_visible()
    page.locator("#atlas-map .ol-zoom-in").click()
    page.wait_for_timeout(600)
    centres = []
    for name in ("#atlas-map", "#atlas-map-2"):
        west, south, east, north = map(float, page.locator(name).get_attribute("data-extent").split())
        centres.append((round((west + east) / 2, -2), round((south + north) / 2, -2)))
    assert centres[0] == centres[1]
    bar = page.locator("#atlas-charts [role=button]").first
    bar.focus()
    page.keyboard.press("Enter")
    expect(bar).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#atlas-charts circle.is-marked")).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(bar).to_have_attribute("aria-pressed", "false")


def test_time_slider_shows_another_year_in_the_same_classes(page: Page) -> None:
    page.goto("/mitte/atlas/?indicator=population&draw=areas&steady=yes")
    drawn(page)
    legend = page.locator("#atlas-legend").inner_text()
    page.locator("#f-period-slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#atlas-title")).to_contain_text("2022")
    drawn(page)
    assert page.locator("#atlas-legend").inner_text() == legend


def test_links_that_are_wrong_end_on_a_page_with_a_map(page: Page, foreign_requests: list[str]) -> None:
    for path, status in (("pendeln/?area=99999999", 404), ("pendeln/?min=-5&km_min=a", 400), ("?breaks=x", 400)):
        answer = page.request.get(f"/mitte/atlas/{path}")
        assert answer.status == status
        assert 'role="alert"' in answer.text()
        assert 'id="atlas-map"' in answer.text()


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", VIEWS)
def test_view_has_no_accessibility_violation_and_fits_a_phone(page: Page, prefix: str, path: str) -> None:
    page.goto(f"{prefix}{path}")
    drawn(page)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.response["violations"] == [], found.generate_report()
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth") <= 0
