"""An own selection of municipalities: drawn on the map, clicked one by one, or ticked in the list by keyboard."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from browser_steps import centres, drawn, on_screen, tab_to

ADDRESS = "/mitte/atlas/auswahl/"
DISTRICT = "05762"  # Höxter: ten municipalities
MAP = "choose-map"


def stroke(page: Page, places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A way around places on the map of the page, as points of the screen: a box a little larger than they."""
    west, east = min(x for x, _ in places) - 0.02, max(x for x, _ in places) + 0.02
    south, north = min(y for _, y in places) - 0.02, max(y for _, y in places) + 0.02
    corners = [(west, south), (west, north), (east, north), (east, south), (west, south)]
    return on_screen(page, corners, MAP)


def drag(page: Page, way: list[tuple[float, float]]) -> None:
    page.mouse.move(*way[0])
    page.mouse.down()
    for point in way[1:]:
        page.mouse.move(*point, steps=6)


def chosen(page: Page) -> set[str]:
    """Municipalities that the map marks; the list must have ticked the same."""
    marked = set(page.locator(f"#{MAP}").get_attribute("data-area").split(",")) - {""}
    ticks = page.locator("form.atlas-choose input[name=gebiete]:checked")
    assert marked == {key for key in ticks.evaluate_all("boxes => boxes.map(box => box.value)") if len(key) == 8}
    return marked


@pytest.fixture
def choosing(page: Page) -> Page:
    page.goto(ADDRESS)
    drawn(page, MAP)
    return page


def test_outline_drawn_with_the_mouse_ticks_the_list_and_leads_to_the_profile(choosing: Page):
    places = centres(choosing, "mitte")
    inside = {key: at for key, at in places.items() if key.startswith(DISTRICT)}
    choosing.get_by_role("button", name="Umriss zeichnen").click()
    expect(choosing.get_by_role("button", name="Umriss zeichnen")).to_have_attribute("aria-pressed", "true")
    drag(choosing, stroke(choosing, list(inside.values())))
    choosing.mouse.up()
    told = choosing.locator("#choose-drawn [role=status]")
    expect(told).to_contain_text(re.compile(r"Im Umriss: \d+\. \d+ Gemeinden sind ausgewählt\."))
    expect(choosing.get_by_role("button", name="Umriss zeichnen")).to_have_attribute("aria-pressed", "false")
    west, east = min(x for x, _ in inside.values()) - 0.02, max(x for x, _ in inside.values()) + 0.02
    south, north = min(y for _, y in inside.values()) - 0.02, max(y for _, y in inside.values()) + 0.02
    expected = {key for key, (x, y) in places.items() if west <= x <= east and south <= y <= north}
    assert set(inside) <= expected
    assert chosen(choosing) == expected
    expect(choosing.locator(f"input[name=gebiete][value='{DISTRICT}']")).to_be_checked()
    choosing.get_by_role("button", name="Profil zeigen").click()
    expect(choosing.get_by_text(f"Eigene Auswahl aus {len(expected)} Gemeinden")).to_be_visible()
    assert DISTRICT in choosing.url
    choosing.go_back()
    drawn(choosing, MAP)
    assert chosen(choosing) == expected


def test_clicks_add_and_take_out_and_the_choice_can_be_cleared(choosing: Page):
    places = centres(choosing, "mitte")
    for key, wanted in (("05762020", {"05762020"}), ("05762004", {"05762020", "05762004"}), ("05762020", {"05762004"})):
        choosing.mouse.click(*on_screen(choosing, [places[key]], MAP)[0])
        expect(choosing.locator("#choose-drawn [role=status]")).to_contain_text(
            "Eine Gemeinde ist ausgewählt." if len(wanted) == 1 else "2 Gemeinden sind ausgewählt."
        )
        assert chosen(choosing) == wanted
    choosing.get_by_role("button", name="Auswahl leeren").click()
    assert chosen(choosing) == set()


def test_escape_breaks_an_outline_off(choosing: Page):
    places = centres(choosing, "mitte")
    choosing.get_by_role("button", name="Umriss zeichnen").click()
    way = stroke(choosing, [at for key, at in places.items() if key.startswith(DISTRICT)])
    drag(choosing, way[:3])
    choosing.keyboard.press("Escape")
    choosing.mouse.move(*way[3])
    choosing.mouse.up()
    expect(choosing.locator("#choose-drawn [role=status]")).to_contain_text("Es wurde nichts gezeichnet.")
    expect(choosing.get_by_role("button", name="Umriss zeichnen")).to_have_attribute("aria-pressed", "false")
    assert chosen(choosing) == set()


def test_one_finger_draws_and_does_not_scroll_the_page(browser: Browser, site: str):
    context = browser.new_context(base_url=site, locale="en-GB", has_touch=True, viewport={"width": 420, "height": 800})
    page = context.new_page()
    page.goto(f"/en{ADDRESS}")
    drawn(page, MAP)
    places = {key: at for key, at in centres(page, "mitte").items() if key.startswith(DISTRICT)}
    page.get_by_role("button", name="Draw an outline").tap()
    way = stroke(page, list(places.values()))
    scrolled = page.evaluate("scrollY")
    touch = context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    send("touchStart", way[0])
    for (x, y), (to_x, to_y) in pairwise(way):
        for part in range(1, 9):
            send("touchMove", (x + (to_x - x) * part / 8, y + (to_y - y) * part / 8))
    send("touchEnd")
    expect(page.locator("#choose-drawn [role=status]")).to_contain_text("Within the outline:")
    assert chosen(page) >= set(places)
    assert page.evaluate("scrollY") == scrolled
    context.close()


def test_keyboard_chooses_the_same_from_the_list(choosing: Page):
    tab_to(choosing, choosing.get_by_role("button", name="Umriss zeichnen"))
    summary = choosing.locator("fieldset", has_text="Kreis Höxter").locator("summary")
    tab_to(choosing, summary)
    choosing.keyboard.press("Enter")
    tab_to(choosing, choosing.locator(f"[value='{DISTRICT}']"))
    choosing.keyboard.press("Space")
    places = {key for key in centres(choosing, "mitte") if key.startswith(DISTRICT)}
    assert chosen(choosing) == places
    expect(choosing.locator("#choose-drawn [role=status]")).to_have_text(f"{len(places)} Gemeinden sind ausgewählt.")
    tab_to(choosing, choosing.locator("[value='05762020']"))
    choosing.keyboard.press("Space")
    assert chosen(choosing) == places - {"05762020"}
    tab_to(choosing, choosing.get_by_role("button", name="Profil zeigen"))
    choosing.keyboard.press("Enter")
    expect(choosing.get_by_text(f"Eigene Auswahl aus {len(places) - 1} Gemeinden")).to_be_visible()


def test_without_script_the_list_remains(browser: Browser, site: str):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto(ADDRESS)
    expect(page.locator("#choose-drawn")).to_be_hidden()
    page.locator("fieldset", has_text="Kreis Höxter").locator("summary").click()
    page.locator(f"input[value='{DISTRICT}']").check()
    page.get_by_role("button", name="Profil zeigen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Höxter")
    context.close()
