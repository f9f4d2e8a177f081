"""Text with marks from the editor, as a hostile browser sends it: what it becomes can be read and runs nothing."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from django.test import Client

from raumwerk.web.pages.models import RegionPage, TextPage
from raumwerk.web.people.models import Role

AREA = "/verwaltung"
ADDRESSES = [
    "javascript:alert(1)", " javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "https://x.example/\" onmouseover=\"alert(1)",
]  # fmt: skip
MARKUP = "<svg onload=alert(1)><script>alert(1)</script><img src=x onerror=alert(1)>"


class Marks(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def _draft(address: str) -> str:
    """What the editor would send for one link, were it told anything."""
    length = {"offset": 0, "length": 4}
    return json.dumps(
        {
            "blocks": [
                {"key": "a1", "text": f"Text {MARKUP}", "type": "unstyled", "depth": 0, "inlineStyleRanges": [],
                 "entityRanges": [{"key": 0, **length}]},
                {"key": "a2", "text": MARKUP, "type": "svg onload=alert(1)", "depth": 0,
                 "inlineStyleRanges": [{"style": "<script>", **length}], "entityRanges": [{"key": 1, **length}]},
            ],
            "entityMap": {
                "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address, "onclick": "alert(1)"}},
                "1": {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"url": address, "html": MARKUP}},
            },
        }
    )  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_hostile_rich_text_becomes_plain_text(content, make_person, sign_in, address):
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    person = make_person("office@mitte.example", region=content["mitte"], role=Role.OFFICE)
    office = sign_in(person, client=Client())
    fields = {
        "title": f"Titel {MARKUP}", "slug": "angriff", "lead": MARKUP, "visibility": "public", "body-count": "2",
        "body-0-type": "text", "body-0-id": "", "body-0-order": "0", "body-0-deleted": "",
        "body-0-value": _draft(address),
        "body-1-type": "hint", "body-1-id": "", "body-1-order": "1", "body-1-deleted": "", "body-1-value-kind": "info",
        "body-1-value-text": _draft(address), "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }  # fmt: skip
    answer = office.post(f"{AREA}/pages/add/pages/textpage/{home.pk}/", fields)
    assert answer.status_code == 302
    page = TextPage.objects.get(slug="angriff")
    shown = Client().get(page.url)
    assert shown.status_code == 200
    main = Marks(shown.content.decode().partition("<main")[2].partition("</main>")[0])
    assert "Text <svg onload" in main.text  # it stands there as words
    assert not {"script", "svg", "img", "iframe", "embed", "object", "style"} & {tag for tag, _marks in main.tags}
    assert [name for _tag, marks in main.tags for name in marks if name.startswith("on")] == []
    leading = [marks["href"] for _tag, marks in main.tags if "href" in marks]
    assert [one for one in leading if not one.startswith(("/", "#", "https:", "http:", "mailto:"))] == []
