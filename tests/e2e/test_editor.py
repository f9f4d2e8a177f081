"""Publishing a page while the editor is keeping a draft of it, as happens where the line or the server is slow."""

from __future__ import annotations

import re

from playwright.sync_api import APIResponse, Route, expect

from browser_hands import Mouse
from browser_story import write_story

OFFICE = "verwaltung@demo.example"
EDITOR = re.compile(r"/verwaltung/pages/(add|\d+/edit)\b")
TITLE = "Ein Entwurf unterwegs"


def test_publishing_waits_for_a_draft_under_way(watched, people, site: str) -> None:
    kept: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        """Let the server keep the first draft, and keep its answer back."""
        asked = route.request
        if not kept and asked.method == "POST" and asked.headers.get("accept") == "application/json":
            kept.append((route, route.fetch()))
        else:
            route.continue_()

    with watched(site) as page:
        people.sign_in(page, OFFICE, then="/verwaltung/")
        page.route(EDITOR, hold)
        write_story(Mouse(page), "mitte", TITLE, "Noch nicht fertig.", "/mitte/atlas/")
        before = page.url
        while not kept:  # the editor looks for changes after a while only
            page.locator("#id_title").press("End")
            page.keyboard.type("!")
            page.wait_for_timeout(1000)
        page.get_by_role("button", name="Mehr Aktionen").click()
        page.locator("button[name=action-publish]").click()
        page.wait_for_timeout(500)  # the form would be under way by now
        assert page.url == before
        route, answer = kept[0]
        route.fulfill(response=answer)
        page.get_by_role("link", name="Live anzeigen").first.click()
        expect(page.locator(".atlas-story h1")).to_contain_text(TITLE)
