"""The way through the Atlas that the first readers will take."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RADIUS = 6_378_137.0  # metres, of the web projection
REGIONS = {  # what the head of the page says in German and in English
    "mitte": ("Region der Mitte", "Region der Mitte"),
    "kali": ("Kali-Region", "Potash Region"),
    "hannover-hildesheim": ("Hannover-Hildesheim", "Hannover-Hildesheim"),
}
PAGES = (
    "/mitte/", "/kali/", "/hannover-hildesheim/", "/mitte/atlas/", "/mitte/atlas/pendeln/?area=06611",
    "/mitte/atlas/gebiet/06611000/", "/mitte/daten/", "/",
)  # fmt: skip


def drawn(page: Page) -> None:
    """Wait until the map shows what its attributes ask for."""
    expect(page.locator("#atlas-map[data-drawn=yes]")).to_be_visible()
    expect(page.locator("#atlas-map[aria-busy]")).to_have_count(0)


def click_area(page: Page, region: str, level: str, key: str) -> None:
    """Click into the middle of an area: its centre from the API, the shown extent from the map."""
    shapes = page.request.get(f"/api/v1/regions/{region}/shapes/?level={level}").json()
    shape = next(each for each in shapes["features"]["features"] if each["properties"]["key"] == key)["properties"]
    west, south, east, north = map(float, page.locator("#atlas-map").get_attribute("data-extent").split())
    page.locator("#atlas-map").evaluate("map => map.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = page.locator("#atlas-map canvas").first.bounding_box()
    x = math.radians(shape["x"]) * RADIUS
    y = math.log(math.tan(math.pi / 4 + math.radians(shape["y"]) / 2)) * RADIUS
    page.mouse.click(
        box["x"] + (x - west) / (east - west) * box["width"],
        box["y"] + (north - y) / (north - south) * box["height"],
    )


@pytest.mark.parametrize("slug", REGIONS)
def test_region_home_and_atlas_open_in_both_languages(page: Page, slug: str) -> None:
    for prefix, language, name in zip(("", "/en"), ("de", "en"), REGIONS[slug], strict=True):
        page.goto(f"{prefix}/{slug}/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("header").first).to_contain_text(name)
        page.goto(f"{prefix}/{slug}/atlas/")
        drawn(page)
        expect(page.locator("#atlas-table tbody tr")).not_to_have_count(0)


def test_planner_clicks_kassel_and_follows_its_commuters_across_the_border(page: Page) -> None:
    page.goto("/mitte/atlas/?level=district")
    drawn(page)
    click_area(page, "mitte", "district", "06611")
    expect(page).to_have_url(re.compile("area=06611"))
    page.locator("#atlas-summary").get_by_role("link", name="Pendler").click()
    expect(page.locator("#atlas-title")).to_contain_text("Kassel")
    drawn(page)
    rows = page.locator("#atlas-table tbody tr")
    every = rows.count()
    page.get_by_label("Landesgrenze", exact=True).select_option("crossing")
    expect(page).to_have_url(re.compile("border=crossing"))
    expect(rows).not_to_have_count(every)
    crossing = rows.count()
    page.get_by_label("Landesgrenze", exact=True).select_option("within")
    expect(rows).to_have_count(every - crossing)
    page.go_back()
    expect(rows).to_have_count(crossing)
    expect(page.get_by_label("Landesgrenze", exact=True)).to_have_value("crossing")


def test_flows_of_hoexter_show_the_official_figure(page: Page) -> None:
    page.goto("/mitte/atlas/pendeln/?area=05762&period=2019-06-30")
    row = page.locator("#atlas-table tbody tr", has_text="Paderborn")
    expect(row).to_contain_text("5.723")


def test_table_is_reached_sorted_and_left_by_keyboard(page: Page) -> None:
    page.goto("/mitte/atlas/")
    drawn(page)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", re.compile("#"))
    names = page.locator("#atlas-table thead a", has_text="Name")
    names.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#atlas-table th[aria-sort]")).to_contain_text("Name")
    first = page.locator("#atlas-table tbody th a").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/gebiet/"))


def test_download_carries_release_source_and_licence(page: Page, tmp_path: Path) -> None:
    page.goto("/mitte/atlas/")
    with page.expect_download() as waiting:
        page.locator("#atlas-take").get_by_role("link", name="CSV").click()
    path = tmp_path / "values.csv"
    waiting.value.save_as(path)
    text = path.read_text(encoding="utf-8-sig")
    assert "dl-de/by-2-0" in text
    assert re.search(r"20\d{6}-[0-9a-f]{8}", text)
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert any("06611000" in row for row in rows)


def test_permalink_restores_the_view(page: Page) -> None:
    page.goto("/mitte/atlas/pendeln/?area=06611&direction=in&border=crossing")
    link = page.locator("#atlas-take a", has_text="Dauerhafter Verweis").get_attribute("href")
    title = page.locator("#atlas-title").inner_text()
    count = page.locator("#atlas-table tbody tr").count()
    page.goto(link)
    expect(page.locator("#atlas-title")).to_have_text(title)
    expect(page.locator("#atlas-table tbody tr")).to_have_count(count)


def test_a_figure_on_a_page_leads_to_the_checksum_of_its_file(page: Page, real_release) -> None:
    page.goto("/mitte/atlas/gebiet/06611000/")
    page.locator("td a[href*='herkunft']").first.click()
    text = page.locator("main").inner_text()
    named = set(re.findall(r"\b[0-9a-f]{64}\b", text))
    assert named
    assert named <= set(real_release.manifest["files"])


def test_pages_without_a_map_load_no_map_code(page: Page) -> None:
    for path in ("/mitte/", "/mitte/daten/", "/mitte/atlas/gebiet/06611000/"):
        scripts: list[str] = []
        page.on("request", lambda request, kept=scripts: kept.append(request.url))
        page.goto(path)
        assert not [url for url in scripts if "/atlas-" in url and url.endswith(".js")]


def test_atlas_works_on_a_phone_and_at_double_size(page: Page) -> None:
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto("/mitte/atlas/")
        drawn(page)
        overflow = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
        assert overflow <= 0


def test_atlas_without_script_has_controls_text_and_table(browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site)
    bare = context.new_page()
    bare.goto("/mitte/atlas/pendeln/?area=06611")
    expect(bare.locator("#atlas-table tbody tr")).not_to_have_count(0)
    bare.get_by_label("Landesgrenze", exact=True).select_option("crossing")
    bare.locator("#atlas-form button").click()
    expect(bare).to_have_url(re.compile("border=crossing"))
    context.close()


def test_first_map_comes_quickly(page: Page) -> None:
    """The bound is loose, since machines differ; docs/benchmarks.md holds the measured time."""
    page.goto("/mitte/atlas/")
    drawn(page)
    took = page.evaluate("() => performance.getEntriesByName('atlas-first-map')[0].startTime")
    assert 0 < took < 15_000


def test_visitor_gets_no_cookie(page: Page) -> None:
    for path in PAGES:
        page.goto(path)
    assert page.context.cookies() == []


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_accessibility_violation(page: Page, prefix: str, path: str) -> None:
    page.goto(f"{prefix}{path}")
    if "/atlas/" in path and "gebiet" not in path:
        drawn(page)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.response["violations"] == [], found.generate_report()
