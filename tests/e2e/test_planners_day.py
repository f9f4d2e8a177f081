"""A planner's whole day, once with the mouse and once by keyboard alone.

Where Höxter's commuters go, what the border has to do with it, regions formed anew, three shared offices, a scenario
of two levers that is saved and shared, a story about it, a download, and everything on paper. What each page can do
besides stands in the other files of this folder.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browser_hands import Hand, Keys, Mouse
from browser_steps import await_redrawn, cut_off, drawn, forget_redrawn
from browser_story import publish_story, write_story

OFFICE = "office@mitte.example"
SOURCE = "Statistik der Bundesagentur für Arbeit"
LEVERS = {"Beschäftigte, die zu Hause arbeiten": 30, "Autokilometer, die auf Bus und Bahn übergehen": 10}


def sign_in(hand: Hand, people, mail: str) -> None:
    page = hand.page
    page.goto("/konto/login/?next=/mitte/")
    hand.write(page.get_by_label("E-Mail"), mail)
    hand.write(page.get_by_label("Passwort"), people.password(mail))
    page.keyboard.press("Enter")
    hand.write(page.locator("input[name=code]"), people.code(mail))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^[^?]*/mitte/$"))


def go_to(hand: Hand, name: str) -> None:
    """Follow one of the ways into the Atlas."""
    hand.press(hand.page.get_by_role("navigation", name="Wege in den Atlas").get_by_role("link", name=name, exact=True))


def look_at_commuters(hand: Hand) -> str:
    """Find where Höxter's commuters go, hide the border; return the lasting link of the view."""
    page = hand.page
    hand.press(page.get_by_role("navigation", name="Hauptmenü").get_by_role("link", name="Atlas", exact=True))
    go_to(hand, "Pendeln")
    drawn(page)
    hand.tick(page.get_by_label("Kreis Höxter", exact=True))
    expect(page.locator("#atlas-title")).to_contain_text("Kreis Höxter")
    drawn(page)
    expect(page.locator("#atlas-table tbody tr").first).to_contain_text("Kreis Paderborn")
    expect(page.locator("#atlas-legend")).to_contain_text("Landesgrenze")
    hand.tick(page.get_by_label("Landesgrenze ausblenden"))
    expect(page.locator("#atlas-map")).to_have_attribute("data-borders", "no")
    expect(page.locator("#atlas-legend")).not_to_contain_text("Landesgrenze")
    expect(page.locator("#atlas-table tbody tr.atlas-crosses")).to_have_count(0)
    return page.get_by_role("link", name="Dauerhafter Verweis auf diese Ansicht").get_attribute("href")


def form_regions_anew(hand: Hand) -> None:
    page = hand.page
    go_to(hand, "Regionen")
    number = page.locator(".plan-figures dd").first
    expect(number).to_have_text("12")
    forget_redrawn(page)
    hand.slide(page.get_by_label("Niedrigerer Anteil", exact=True), 60)
    await_redrawn(page)
    expect(page).to_have_url(re.compile("min_share=60"))
    expect(number).not_to_have_text("12")


def place_three_offices(hand: Hand) -> None:
    page = hand.page
    go_to(hand, "Zentren und Knoten")
    hand.choose(page.get_by_label("Betrachten"), "nodes")
    expect(page.locator(".atlas-view")).to_contain_text("Beste Orte für 3 Gemeinschaftsbüros")
    expect(page.locator(".plan-map__name")).to_have_count(3)


def move_two_levers(hand: Hand, name: str) -> str:
    """Move two levers, save the scenario for whoever has the link; return the link."""
    page = hand.page
    go_to(hand, "Szenarien")
    expect(page.locator("#plan-head")).to_contain_text("Noch ist kein Hebel bewegt")
    for label, value in LEVERS.items():
        forget_redrawn(page)
        hand.slide(page.get_by_label(label), value)
        await_redrawn(page)
    expect(page).to_have_url(re.compile("telework_share=30.*public_transport_shift=10"))
    expect(page.locator("#plan-summary")).to_contain_text("Gegenüber heute")
    expect(page.locator("#plan-take")).not_to_have_attribute("aria-busy", "true")
    hand.write(page.get_by_label("Diese Hebel speichern unter dem Namen"), name)
    hand.choose(page.locator("#save-visibility"), "link")
    hand.press(page.locator("#plan-save").get_by_role("button", name="Speichern"))
    expect(page.get_by_text(f"„{name}“ ist gespeichert.")).to_be_visible()
    return page.get_by_role("link", name=name, exact=True).get_attribute("href")


def take_figures(hand: Hand, target: Path) -> str:
    """Open the saved scenario and download its table."""
    page = hand.page
    with page.expect_download() as waiting:
        hand.press(page.locator("#plan-take").get_by_role("link", name="CSV").first)
    waiting.value.save_as(target)
    return target.read_text("utf-8-sig")


def check_paper(page: Page, *said: str) -> None:
    """The page fits on paper with everything said, and the browser makes a document of it."""
    assert cut_off(page) == [], page.url
    page.emulate_media(media="print")
    shown = page.locator("main").inner_text()
    assert [text for text in said if text not in shown] == []
    expect(page.locator("#menu, .atlas-modes, .rw-pin, form").locator("visible=true")).to_have_count(0)
    page.emulate_media(media="screen")
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert len(paper) > 20_000


@pytest.mark.parametrize("kind", [Mouse, Keys], ids=["mouse", "keyboard"])
def test_planners_whole_day(browser: Browser, page: Page, people, tmp_path: Path, kind: type[Mouse | Keys]) -> None:
    page.set_default_timeout(90_000)  # what is computed for the first time may take its time on a busy machine
    hand, name = kind(page), f"Ein Drittel zu Hause ({kind.__name__})"
    sign_in(hand, people, OFFICE)
    view = look_at_commuters(hand)
    extent = page.locator("#atlas-map").get_attribute("data-extent")
    check_paper(page, "Linien: je breiter", SOURCE, "Dauerhafter Verweis")
    expect(page.locator("#atlas-map")).to_have_attribute("data-extent", extent)
    form_regions_anew(hand)
    place_three_offices(hand)
    link = move_two_levers(hand, name)
    hand.press(page.get_by_role("link", name=name, exact=True))
    expect(page.locator(".rw-lead")).to_have_text(name)
    said = page.locator("#plan-head .plan-figures").inner_text()
    table = take_figures(hand, tmp_path / "scenario.csv")
    assert "05762020" in table
    assert "dl-de/by-2-0" in table
    check_paper(page, "kaum eine Veränderung", SOURCE, "Ein Modell, keine Vorhersage", "Dauerhafter Verweis")
    title = f"Wohin Höxter fährt ({kind.__name__})"
    write_story(hand, "mitte", title, "Viele fahren über eine Landesgrenze.", view)
    story = publish_story(hand, title)
    check_paper(page, "Viele fahren über eine Landesgrenze", SOURCE)

    stranger = browser.new_context(base_url=urljoin(page.url, "/"), locale="de-DE").new_page()
    stranger.goto(link)
    expect(stranger.locator(".rw-lead")).to_have_text(name)
    assert stranger.locator("#plan-head .plan-figures").inner_text() == said
    stranger.goto(urlsplit(story).path)
    expect(stranger.get_by_text("Viele fahren über eine Landesgrenze.")).to_be_visible()
    expect(stranger.locator(".atlas-figure svg").first).to_be_visible()
    stranger.context.close()
