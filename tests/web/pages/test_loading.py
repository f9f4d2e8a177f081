"""Content that comes with Raumwerk: complete in both languages, loaded once, never over an editor's work."""

from __future__ import annotations

import re

import pytest
from wagtail.models import Page, Site

from raumwerk.errors import InputError
from raumwerk.web.pages.loading import CONTENT, load_content
from raumwerk.web.pages.models import LoadedPage, NewsPage, RegionPage, TextPage
from raumwerk.web.pages.reader import read_content, to_blocks

SCOPES = sorted(path.name for path in CONTENT.iterdir() if path.is_dir())


def test_content_has_the_three_regions():
    assert {"mitte", "kali", "hannover-hildesheim", "installation", "_region", "_sample"} == set(SCOPES)


@pytest.mark.parametrize("scope", SCOPES)
def test_content_same_pages_in_both_languages(scope):
    german, english = (read_content(CONTENT / scope / code, {"prefix": ""}) for code in ("de", "en"))
    assert [(one.path, one.fields["kind"], one.fields.get("example")) for one in german] == [
        (one.path, one.fields["kind"], one.fields.get("example")) for one in english
    ]
    for left, right in zip(german, english, strict=True):
        assert [kind for kind, _value in left.blocks] == [kind for kind, _value in right.blocks], left.path
        assert left.fields["title"]
        assert right.fields["title"]


@pytest.mark.parametrize("scope", SCOPES)
def test_content_invented_news_is_marked(scope):
    news = [one for one in read_content(CONTENT / scope / "de", {}) if one.fields["kind"] == "news"]
    unmarked = [one.path for one in news if not one.fields.get("example")]
    # Unmarked news speaks of the Atlas itself, which does exist.
    assert all("atlas" in path for path in unmarked)


def test_load_content_twice_changes_nothing(content):
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id", "path"))
    counts = load_content()
    assert set(counts) == {"kept"}
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id", "path")) == before


def test_load_content_keeps_editors_changes(content):
    page = TextPage.objects.get(slug="projekt", url_path__contains="-de/mitte/")
    page.lead = "Von der Redaktion geändert"
    page.save_revision().publish()
    LoadedPage.objects.update(file_digest="old")
    counts = load_content()
    assert counts["left"] == 1
    assert TextPage.objects.get(pk=page.pk).lead == "Von der Redaktion geändert"


def test_load_content_keeps_an_unpublished_draft(content):
    page = TextPage.objects.get(slug="kontakt", url_path__contains="-de/kali/")
    page.lead = "Nur ein Entwurf"
    page.save_revision()
    LoadedPage.objects.update(file_digest="old")
    load_content()
    assert TextPage.objects.get(pk=page.pk).get_latest_revision_as_object().lead == "Nur ein Entwurf"


def test_load_content_does_not_bring_back_what_was_deleted(content):
    TextPage.objects.get(slug="projekt", url_path__contains="-de/mitte/").delete()
    counts = load_content()
    assert counts["left"] == 1
    assert not TextPage.objects.filter(slug="projekt", url_path__contains="-de/mitte/").exists()


def test_load_content_renews_untouched_pages(content, tmp_path):
    import shutil

    shutil.copytree(CONTENT, tmp_path / "content")
    file = tmp_path / "content/mitte/de/projekt.md"
    file.write_text(re.sub(r'lead = "[^"]+"', 'lead = "Neuer Text"', file.read_text("utf-8"), count=1), "utf-8")
    counts = load_content(tmp_path / "content")
    assert (counts["renewed"], counts["left"]) == (1, 0)
    assert TextPage.objects.get(slug="projekt", url_path__contains="-de/mitte/").lead == "Neuer Text"


def test_load_content_new_region_gets_a_first_page(content):
    from raumwerk.web.regions.models import Region

    Region.objects.create(slug="neu", name_de="Neue Region", name_en="New Region", short_de="Neu", short_en="New")
    load_content()
    homes = RegionPage.objects.filter(region__slug="neu").order_by("pk")
    assert [home.title for home in homes] == ["Neue Region", "New Region"]
    assert homes[0].translation_key == homes[1].translation_key


def test_load_content_sample_region_says_it_is_made_up(content, client):
    from raumwerk.web.regions.models import Region

    Region.objects.create(
        slug="muster-1", name_de="Muster", name_en="Sample", short_de="Muster", short_en="Sample", sample=True
    )
    load_content()
    for address, words in (("/muster-1/", "Diese Region gibt es nicht."), ("/en/muster-1/", "does not exist.")):
        assert words in client.get(address).content.decode()
    assert client.get("/").content.decode().count("erfunden</span>") == 1


def test_load_content_site_begins_at_our_home(content):
    assert Site.objects.get(is_default_site=True).root_page.slug == "raumwerk-de"
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_load_content_pages_of_two_languages_are_translations(content):
    page = NewsPage.objects.get(slug="atlas-ist-online", locale__language_code="de")
    assert page.get_translations().get().locale.language_code == "en"


def test_read_content_names_each_broken_file(tmp_path):
    (tmp_path / "de").mkdir()
    (tmp_path / "de/a.md").write_text("title = 'x'\nkind = 'text'\n")
    (tmp_path / "de/b.md").write_text("title = 'x'\nkind = 'poem'\n+++\n")
    (tmp_path / "de/c.md").write_text("title = \n+++\n")
    (tmp_path / "de/d.md").write_text("title = 'x'\nkind = 'text'\n+++\n:::\n\n# Card\ntext\n")
    with pytest.raises(InputError) as caught:
        read_content(tmp_path / "de", {})
    assert [problem.file for problem in caught.value.problems] == ["de/a.md", "de/b.md", "de/c.md", "de/d.md"]


def test_to_blocks_whole_markup():
    body = """## One

Text with **strong**, *stress* and [a link](/x/).
Second line.

- first
- second
  goes on

> A hint.

>! An example.

^ Caption
| a | b |
| 1 | <2> |

:::

# Card -> /y/
Card text

:::"""
    assert to_blocks(body) == [
        ("heading", {"level": "h2", "text": "One"}),
        (
            "text",
            '<p>Text with <b>strong</b>, <i>stress</i> and <a href="/x/">a link</a>. Second line.</p>'
            "<ul><li>first</li><li>second goes on</li></ul>",
        ),
        ("hint", {"kind": "info", "text": "<p>A hint.</p>"}),
        ("hint", {"kind": "example", "text": "<p>An example.</p>"}),
        ("table", {"caption": "Caption", "header": ["a", "b"], "rows": [{"cells": ["1", "<2>"]}]}),
        ("cards", {"cards": [{"title": "Card", "link": "/y/", "text": "<p>Card text</p>"}]}),
    ]


def test_to_blocks_text_is_escaped():
    assert to_blocks("<script>alert(1)</script>") == [("text", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")]
