"""A yearly update in the browser: a file is tried, refused or published, and taken back; a story keeps its figures.

The figures are those of the made country, in the layouts of the official files, in a home of their own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from browser_hands import Mouse
from browser_steps import too_wide, violations
from browser_story import publish_story, write_story
from raumwerk.pipeline.importing import import_paths
from raumwerk.pipeline.publishing import publish
from raumwerk.pipeline.sample import write_sample
from raumwerk.store.layout import Store

NEWEST = "gemband-dlk-0-202306.xlsx"  # employees of each municipality on 30 June 2023
FIRST = 8  # row of the first municipality of a rural district in it
SAMPLE = Path(__file__).parents[2] / "catalogue" / "sample" / "regions" / "muster-1.toml"
OFFICE = "verwaltung@demo.example"
PATIENCE = 240_000  # ms until the worker is done, on a busy machine
TITLE = "Wo die Beschäftigten wohnen"


class Place(NamedTuple):
    address: str
    release: str
    newest: Path
    broken: Path


@pytest.fixture(scope="module")
def place(
    sister: Callable[[Path], AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A website about a region across a made border, without the newest file; and that file, whole and broken."""
    home = tmp_path_factory.mktemp("border")
    (home / "regions").mkdir()
    region = SAMPLE.read_text("utf-8").replace("sample = true\n", "")
    assert "sample" not in tomllib.loads(region)
    (home / "regions" / "grenzland.toml").write_text(region, "utf-8")
    files = write_sample(home / "files")
    store = Store(home / "store").create()
    import_paths(store, [path for path in files if path.name != NEWEST])
    release = publish(store, home=home)
    newest = home / "files" / NEWEST
    broken = home / "files" / f"fehler-{NEWEST}"
    book = load_workbook(newest)
    book["Gemeindedaten"].cell(FIRST, 3).value = "viele"
    book.save(broken)
    with sister(home) as address:
        yield Place(address, release, newest, broken)


def upload(page: Page, path: Path, becomes: str) -> None:
    """Bring a file in and wait for what the check says."""
    page.goto("/daten-einspielen/")
    page.locator("input[name=file]").set_input_files(path)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(path.name)
    await_state(page, becomes)


def await_state(page: Page, becomes: str) -> None:
    """Ask again, as the page offers, until the worker is through with the file."""
    for _ in range(PATIENCE // 1000):
        if not page.get_by_role("link", name="Seite neu laden").count():
            break
        page.wait_for_timeout(1000)  # between two questions; how long the worker takes is not tested
        page.reload()
    expect(page.locator(".rw-lead")).to_have_text(f"Stand der Bearbeitung: {becomes}")
    assert [*violations(page), *too_wide(page)] == []


def view_of(page: Page, address: str) -> tuple[str, str]:
    """Title and drawing of the view in the story."""
    page.goto(address)
    return page.locator(".atlas-story h3").inner_text(), page.locator(".atlas-figure svg").first.inner_html()


def test_update_is_tried_published_announced_and_taken_back(watched, people, place: Place) -> None:
    with watched(place.address, seconds=90) as page:
        people.sign_in(page, OFFICE, then="/daten-einspielen/")
        hand = Mouse(page)
        write_story(hand, "grenzland", TITLE, "Vor der Grenze.", "/grenzland/atlas/?indicator=employees_residence")

        # what is being written can be seen beforehand
        page.get_by_role("button", name="Vorschau umschalten").click()
        shown = page.frame_locator("#w-preview-iframe")
        expect(shown.locator(".atlas-story h1")).to_have_text(TITLE, timeout=PATIENCE)
        expect(shown.locator(".atlas-story h3")).to_contain_text("2019", timeout=PATIENCE)
        expect(shown.locator(".atlas-figure svg").first).to_be_visible()
        story = publish_story(hand, TITLE)
        before = view_of(page, story)
        assert "2019" in before[0]
        expect(page.locator(".atlas-story .rw-hint")).to_have_count(0)

        # a file with a fault is refused, and the row is named
        upload(page, place.broken, "von der Prüfung abgelehnt")
        problem = page.get_by_role("table", name="1 Problem").locator("tbody tr")
        expect(problem).to_have_count(1)
        expect(problem.locator("td").nth(0)).to_have_text("Gemeindedaten")
        expect(problem.locator("td").nth(1)).to_have_text(str(FIRST))
        expect(problem).to_contain_text("„viele“ ist keine Zahl")
        expect(page.get_by_role("button", name="Als neue Ausgabe veröffentlichen")).to_have_count(0)
        assert view_of(page, story) == before

        # the right one is read on trial, which changes nothing, and then published
        upload(page, place.newest, "geprüft, noch nicht veröffentlicht")
        expect(page.get_by_text("Erkannt als:")).to_be_visible()
        expect(page.get_by_role("heading", name=re.compile(r"observations: \S+ Zeilen"))).to_be_visible()
        expect(page.get_by_text("2023").first).to_be_visible()
        file = page.url
        assert view_of(page, story) == before
        expect(page.locator(".atlas-story .rw-hint")).to_have_count(0)
        page.goto(file)
        page.get_by_role("button", name="Als neue Ausgabe veröffentlichen").click()
        await_state(page, "veröffentlicht")
        newer = re.search(r"Die Ausgabe (\S+) ist veröffentlicht", page.locator("main").inner_text()).group(1)
        assert newer != place.release
        changes = page.get_by_role("table", name="Was sich geändert hat")
        expect(changes.get_by_role("row", name=re.compile("^observations "))).to_be_visible()

        # the story keeps its figures and says that there are newer ones, which are a click away
        assert view_of(page, story) == before
        hint = page.locator(".atlas-story .rw-hint")
        expect(hint).to_contain_text(f"Diese Ansicht ist auf Ausgabe {place.release} festgelegt.")
        hint.get_by_role("link", name=f"Neuere Zahlen enthält Ausgabe {newer}.").click()
        expect(page.locator("#atlas-title")).to_contain_text("2023")

        # the release before is one click away
        page.goto("/daten-einspielen/")
        expect(page.get_by_role("row", name=re.compile(f"^{newer} "))).to_contain_text("auf allen Seiten gezeigt")
        page.get_by_role("button", name=f"Diese Ausgabe zeigen {place.release}").click()
        expect(page.get_by_text(f"Alle Seiten zeigen jetzt die Ausgabe {place.release}.")).to_be_visible()
        assert [*violations(page), *too_wide(page)] == []
        assert view_of(page, story) == before
        expect(page.locator(".atlas-story .rw-hint")).to_have_count(0)
        page.goto("/grenzland/atlas/?indicator=employees_residence")
        expect(page.locator("#atlas-title")).to_contain_text("2019")
