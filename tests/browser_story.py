"""Writing a story in the editor, as browser tests do it."""

from __future__ import annotations

from playwright.sync_api import expect

from browser_hands import Hand

__all__ = ["publish_story", "write_story"]


def _insert_block(hand: Hand, name: str) -> None:
    """Add a block to the end of the story: the last of the plus signs opens a list."""
    hand.press(hand.page.get_by_role("button", name="Einen Block einfügen").last)
    hand.pick(name)


def write_story(hand: Hand, region: str, title: str, text: str, view: str) -> None:
    """Open the form of a new story and fill it with a text and a view of the Atlas."""
    page = hand.page
    listed = page.request.get(f"/verwaltung/api/main/pages/?limit=20&slug={region}").json()["items"]
    home = next(one["id"] for one in listed if (one["meta"]["slug"], one["meta"]["locale"]) == (region, "de"))
    page.goto(f"/verwaltung/pages/add/atlas/storypage/{home}/")
    hand.write(page.locator("#id_title"), title)
    _insert_block(hand, "Text")
    expect(page.locator(".public-DraftEditor-content")).to_be_focused()
    page.keyboard.type(text)
    _insert_block(hand, "Ansicht des Atlas")
    hand.write(page.locator("input[name$=address]"), view)


def publish_story(hand: Hand, title: str) -> str:
    """Publish what is in the form; return the address of the story, which is on the screen then."""
    page = hand.page
    hand.press(page.get_by_role("button", name="Mehr Aktionen"))
    hand.press(page.locator("button[name=action-publish]"))
    hand.press(page.get_by_role("link", name="Live anzeigen").first)
    expect(page.locator(".atlas-story h1")).to_have_text(title)
    return page.url
