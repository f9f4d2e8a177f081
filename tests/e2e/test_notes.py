"""A reader keeps a view, writes about it, takes the notes away, sends them to the office, and removes them."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from browser_steps import drawn, too_wide, violations


def test_notes_from_the_pinned_view_to_the_office(page: Page, tmp_path: Path):
    page.goto("/mitte/atlas/pendeln/?area=05762")
    drawn(page)
    page.get_by_role("button", name="Diese Ansicht merken").click()
    page.locator(".rw-pin").get_by_role("link", name="Meine Notizen").click()
    card = page.locator(".rw-note-card")
    expect(card).to_have_count(1)
    expect(card.get_by_role("link", name="Ansicht öffnen")).to_have_attribute(
        "href", re.compile("^/mitte/atlas/pendeln/.area=05762&release=")
    )
    card.locator("textarea").fill("Warum so viele nach Paderborn?")
    card.locator("textarea").press("Tab")
    page.reload()
    expect(card.locator("textarea")).to_have_value("Warum so viele nach Paderborn?")
    assert violations(page) == []
    assert too_wide(page) == []

    for ending, held in (("md", "Warum so viele nach Paderborn?"), ("json", '"url"')):
        with page.expect_download() as waiting:
            page.locator(f"[data-export={ending}]").click()
        assert waiting.value.suggested_filename == f"notizen-mitte.{ending}"
        waiting.value.save_as(tmp_path / ending)
        assert held in (tmp_path / ending).read_text("utf-8")

    page.locator("[data-fill]").click()
    expect(page.locator("textarea[name=message]")).to_have_value(re.compile("Warum so viele nach Paderborn"))
    page.locator("input[name=email]").fill("leserin@beispiel.example")
    page.get_by_role("button", name="An die Geschäftsstelle senden").click()
    expect(page.get_by_role("status").first).to_contain_text("unterwegs")

    card.get_by_role("button", name="Entfernen").click()
    expect(card).to_have_count(0)
    expect(page.locator("[data-add]")).to_be_focused()
    page.reload()
    expect(card).to_have_count(0)
    page.locator("[data-import]").set_input_files(
        {
            "name": "notizen.json",
            "mimeType": "application/json",
            "buffer": (tmp_path / "json").read_bytes(),
        }
    )
    expect(card.locator("textarea")).to_have_value("Warum so viele nach Paderborn?")
