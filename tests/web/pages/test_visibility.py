"""Four levels of visibility at every door of the site: page, list, home, menu, count, feed, map of the site, file."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client, override_settings
from wagtail.models import Collection, GroupPagePermission, PageViewRestriction

from raumwerk.web.atlas.models import StoryPage
from raumwerk.web.forum.actions.bodies import found_body
from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.pages.models import NewsIndexPage, NewsPage, PageAccess, RegionDocument, RegionPage, TextPage
from raumwerk.web.people.models import Role

LEVELS = ("public", "members", "body", "office")
#: Which levels each reader reads.
READS = {
    "visitor": {"public"},
    "guest": {"public"},
    "sits in the body": {"public", "body"},
    "member": {"public", "members"},
    "editor": {"public", "members"},
    "office": set(LEVELS),
    "administration": set(LEVELS),
    "office elsewhere": {"public"},
    "former member": {"public"},
}
SLUG = "streng-{}"
TITLE = "Streng {}"


@pytest.fixture
def readers(content, make_person, sign_in):
    """A browser for each reader, and the body."""
    region, other = content["mitte"], content["kali"]
    body = found_body(region, by=None, slug="runde", name_de="Runde", kind="expert", remit_de="Beraten")
    people = {
        "guest": make_person("guest@x.example", region=region, role=Role.GUEST),
        "sits in the body": make_person("seat@x.example", region=region, role=Role.GUEST),
        "member": make_person("member@x.example", region=region, role=Role.MEMBER),
        "editor": make_person("editor@x.example", region=region, role=Role.EDITOR),
        "office": make_person("office@x.example", region=region, role=Role.OFFICE),
        "administration": make_person("admin@x.example", is_superuser=True, is_staff=True),
        "office elsewhere": make_person("office@y.example", region=other, role=Role.OFFICE),
        "former member": make_person("former@x.example", region=region, role=Role.OFFICE),
    }
    people["former member"].memberships.across_regions("test").update(
        starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31)
    )
    fill_seat(body, by=None, person=people["sits in the body"])
    browsers = {"visitor": Client()}
    for name, person in people.items():
        browsers[name] = sign_in(person, client=Client())
    assert set(browsers) == set(READS)
    return browsers, body


@pytest.fixture
def news(content, readers):
    """One piece of news per level, in both languages, and what must not leak of it."""
    _browsers, body = readers
    for index in NewsIndexPage.objects.filter(url_path__contains="/mitte/"):
        for level in LEVELS:
            page = NewsPage(
                title=TITLE.format(level), slug=SLUG.format(level), date=date(2030, 1, 1), visibility=level,
                visible_to_body=body.pk if level == "body" else None, topics=["kultur"], places=["06633"],
            )  # fmt: skip
            index.add_child(instance=page)
            page.save_revision().publish()
    return TITLE


def _told(html: str) -> set[str]:
    return {level for level in LEVELS if TITLE.format(level) in html}


def test_page_is_read_by_its_level(readers, news):
    for reader, reads in READS.items():
        browser = readers[0][reader]
        for level in LEVELS:
            for prefix in ("", "/en"):
                address = f"{prefix}/mitte/aktuelles/{SLUG.format(level)}/"
                answer = browser.get(address)
                if level in reads:
                    assert answer.status_code == 200, (reader, level)
                    assert TITLE.format(level) in answer.content.decode()
                elif reader == "visitor":
                    assert (answer.status_code, answer.url) == (302, f"{'/konto/login/'}?next={address}") or (
                        answer.url == f"/en/konto/login/?next={address}"
                    )
                else:
                    assert answer.status_code == 403
                    assert TITLE.format(level) not in answer.content.decode()


def test_lists_and_counts_tell_what_the_reader_may_read(readers, news):
    for reader, reads in READS.items():
        browser = readers[0][reader]
        listed = browser.get("/mitte/aktuelles/?thema=kultur")
        assert _told(listed.content.decode()) == reads
        assert listed.context["news"].paginator.count == len(reads)
        placed = browser.get("/mitte/aktuelles/?ort=06633")
        assert placed.context["news"].paginator.count == len(reads)
        assert _told(browser.get("/mitte/").content.decode()) <= reads
        assert "public" in _told(browser.get("/mitte/").content.decode()) or len(reads) > 3


def test_feeds_hold_only_what_everybody_may_read(readers, news):
    for reader, kind in itertools.product(READS, ("rss", "atom")):
        for address in (f"/mitte/feed/aktuelles.{kind}", f"/en/mitte/feed/aktuelles.{kind}?thema=kultur&ort=06633"):
            assert _told(readers[0][reader].get(address).content.decode()) == {"public"}


def test_map_of_the_site_holds_only_what_everybody_may_read(readers, news):
    for reader in ("visitor", "office", "administration"):
        text = readers[0][reader].get("/sitemap.xml").content.decode()
        assert {level for level in LEVELS if SLUG.format(level) in text} == {"public"}
        assert "/en/mitte/aktuelles/streng-public/" in text


def test_menu_is_public_whoever_reads(readers, content):
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    for level in LEVELS:
        below = TextPage(title=TITLE.format(level), slug=SLUG.format(level), visibility=level, show_in_menus=True)
        below.visible_to_body = readers[1].pk if level == "body" else None
        home.add_child(instance=below)
        below.save_revision().publish()
    for browser in readers[0].values():
        menu = browser.get("/mitte/projekt/").content.decode().partition("</header>")[0]
        assert _told(menu) == {"public"}


def test_page_below_a_narrower_one_is_as_narrow(readers, content):
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    above = home.add_child(instance=TextPage(title="Intern", slug="intern", visibility="members"))
    child = above.add_child(instance=TextPage(title="Kind", slug="kind", visibility="public"))
    grandchild = child.add_child(instance=TextPage(title="Enkel", slug="enkel", visibility="office"))
    levels = dict(
        PageAccess.objects.filter(page__in=[above, child, grandchild]).values_list("page__slug", "visibility")
    )
    assert levels == {"intern": "members", "kind": "members", "enkel": "office"}
    visitor, member = readers[0]["visitor"], readers[0]["member"]
    assert visitor.get("/mitte/intern/kind/").status_code == 302
    assert member.get("/mitte/intern/kind/").status_code == 200
    assert member.get("/mitte/intern/kind/enkel/").status_code == 403
    above.visibility = "public"
    above.save_revision().publish()
    assert visitor.get("/mitte/intern/kind/").status_code == 200
    above.visibility = "body"
    above.visible_to_body = readers[1].pk
    above.save_revision().publish()
    assert visitor.get("/mitte/intern/kind/").status_code == 302
    assert readers[0]["sits in the body"].get("/mitte/intern/kind/").status_code == 200
    # of two different bodies nobody but the office is certainly in both
    child.refresh_from_db()
    child.visibility, child.visible_to_body = "body", readers[1].pk + 1
    child.save_revision().publish()
    assert readers[0]["sits in the body"].get("/mitte/intern/kind/").status_code == 403


def test_page_that_moves_takes_the_level_of_its_new_place(readers, content):
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    inside = home.add_child(instance=TextPage(title="Intern", slug="intern", visibility="members"))
    page = home.add_child(instance=TextPage(title="Offen", slug="offen"))
    below = page.add_child(instance=TextPage(title="Darunter", slug="darunter"))
    page.move(inside, pos="last-child")
    assert set(PageAccess.objects.filter(page__in=[page, below]).values_list("visibility", flat=True)) == {"members"}
    assert readers[0]["visitor"].get("/mitte/intern/offen/darunter/").status_code == 302


def test_draft_does_not_open_a_page(readers, content):
    """An editor's draft says "everybody"; until the office publishes it, the page stays with the members."""
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    page = home.add_child(instance=TextPage(title="Intern", slug="intern", visibility="members"))
    page.save_revision().publish()
    page.visibility = "public"
    draft = page.save_revision()
    assert readers[0]["visitor"].get("/mitte/intern/").status_code == 302
    draft.publish()
    assert readers[0]["visitor"].get("/mitte/intern/").status_code == 200


def test_page_without_a_known_level_is_the_offices(readers, content):
    page = TextPage.objects.get(slug="projekt", url_path__contains="-de/mitte/")
    PageAccess.objects.filter(page=page).delete()
    assert readers[0]["member"].get("/mitte/projekt/").status_code == 403
    assert readers[0]["office"].get("/mitte/projekt/").status_code == 200
    menu = readers[0]["office"].get("/mitte/kontakt/").content.decode().partition("</header>")[0]
    assert "/mitte/projekt/" not in menu


def test_page_restricted_by_wagtail_stands_in_no_list(readers, news, content):
    page = NewsPage.objects.get(slug=SLUG.format("public"), url_path__contains="-de/mitte/")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    visitor = readers[0]["visitor"]
    for address in ("/mitte/aktuelles/?thema=kultur", "/mitte/", "/mitte/feed/aktuelles.rss", "/sitemap.xml"):
        told = visitor.get(address).content.decode()
        assert "/mitte/aktuelles/streng-public/" not in told.replace("/en/mitte/", ""), address
    assert visitor.get("/mitte/aktuelles/streng-public/").status_code == 302


def test_unpublished_page_is_nowhere(readers, news, content):
    page = NewsPage.objects.get(slug=SLUG.format("public"), url_path__contains="-de/mitte/")
    page.unpublish()
    for name in ("visitor", "member", "office"):
        browser = readers[0][name]
        assert browser.get("/mitte/aktuelles/streng-public/").status_code == 404
        for address in ("/mitte/aktuelles/?thema=kultur", "/mitte/feed/aktuelles.atom"):
            assert TITLE.format("public") not in browser.get(address).content.decode()
        assert "/mitte/aktuelles/streng-public/" not in browser.get("/sitemap.xml").content.decode().replace(
            "/en/mitte/", ""
        )


def test_body_level_needs_a_body(content):
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    with pytest.raises(ValidationError, match="visible_to_body"):
        home.add_child(instance=TextPage(title="Runde", slug="runde", visibility="body"))


# --- stories of the Atlas ---------------------------------------------------------------------------------------------


def _story(level: str, body) -> StoryPage:
    return StoryPage(
        title=TITLE.format(level), slug=SLUG.format(level), body=[("heading", "Wege")], visibility=level,
        visible_to_body=body.pk if level == "body" else None,
    )  # fmt: skip


def test_story_is_read_and_found_by_its_level(readers, content, django_capture_on_commit_callbacks):
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    with django_capture_on_commit_callbacks(execute=True):
        for level in LEVELS:
            home.add_child(instance=_story(level, readers[1])).save_revision().publish()
    for reader, reads in READS.items():
        browser = readers[0][reader]
        for level in LEVELS:
            answer = browser.get(f"/mitte/{SLUG.format(level)}/")
            expected = 200 if level in reads else 302 if reader == "visitor" else 403
            assert answer.status_code == expected, (reader, level)
            assert _told(answer.content.decode()) == ({level} if level in reads else set())
        found = browser.get("/mitte/suche/?q=Streng")
        assert found.status_code == 200
        assert {level for level in LEVELS if f"/mitte/{SLUG.format(level)}/" in found.content.decode()} == reads, reader
        assert {level for level in LEVELS if SLUG.format(level) in browser.get("/sitemap.xml").content.decode()} == {
            "public"
        }


def test_story_below_a_module_or_without_its_body_is_refused(readers, content):
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    with pytest.raises(ValidationError, match="visible_to_body"):
        home.add_child(instance=StoryPage(title="Weg", slug="weg", body=[("heading", "Wege")], visibility="body"))
    hidden = home.add_child(instance=_story("public", readers[1]))
    for slug in ("atlas", "daten", "notizen", "forum"):
        hidden.slug = slug
        with pytest.raises(ValidationError, match="slug"):
            hidden.full_clean()


def test_form_of_a_story_offers_the_bodies_of_its_region(readers, content):
    home = RegionPage.objects.get(region=content["mitte"], locale__language_code="de")
    form = StoryPage.get_edit_handler().get_form_class()(instance=StoryPage(), parent_page=home)
    assert [label for _key, label in form.fields["visible_to_body"].choices][1:] == ["Runde"]


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.fixture
def documents(content, readers, tmp_path):
    """One document per level; the real file lies in the media folder."""
    with override_settings(MEDIA_ROOT=tmp_path):
        collection = Collection.objects.get(name="mitte")
        made = {}
        for level in LEVELS:
            made[level] = RegionDocument(
                title=TITLE.format(level), collection=collection, visibility=level,
                body=readers[1].pk if level == "body" else None,
            )  # fmt: skip
            made[level].file.save(f"{level}.txt", ContentFile(f"inside {level}".encode()), save=False)
            made[level].save()
        yield made


def test_file_is_given_by_its_level(readers, documents):
    for reader, reads in READS.items():
        for level, document in documents.items():
            answer = readers[0][reader].get(document.url)
            assert answer.status_code == (200 if level in reads else 403), (reader, level)
            if answer.status_code == 200:
                assert b"".join(answer.streaming_content) == f"inside {level}".encode()
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Content-Disposition"].startswith("attachment")
                if level != "public":
                    assert answer.headers["Cache-Control"] == "private, no-store"
            else:
                assert "inside" not in answer.content.decode()
                assert TITLE.format(level) not in answer.content.decode()


def test_list_of_documents_tells_what_the_reader_may_have(readers, documents):
    for reader, reads in READS.items():
        for address in ("/mitte/dokumente/", "/mitte/dokumente/?q=streng", "/mitte/dokumente/?alte=1&q=Streng"):
            answer = readers[0][reader].get(address)
            assert _told(answer.content.decode()) == reads
            assert answer.context["documents"].paginator.count == len(reads)
        assert not _told(readers[0][reader].get("/kali/dokumente/").content.decode())


def test_page_does_not_name_a_document_the_reader_may_not_have(readers, documents):
    page = TextPage.objects.get(slug="projekt", url_path__contains="-de/mitte/")
    page.body = [("download", {"document": document, "text": ""}) for document in documents.values()]
    page.save_revision().publish()
    for reader, reads in READS.items():
        assert _told(readers[0][reader].get("/mitte/projekt/").content.decode()) == reads


def test_new_version_that_few_may_read_does_not_hide_the_old(readers, documents):
    documents["public"].replaced_by = documents["office"]
    documents["public"].save()
    visitor, office = readers[0]["visitor"], readers[0]["office"]
    assert _told(visitor.get("/mitte/dokumente/").content.decode()) == {"public"}
    assert "public" not in _told(office.get("/mitte/dokumente/").content.decode())
    older = office.get("/mitte/dokumente/?alte=1").content.decode()
    assert "Ersetzt durch:" in older
    assert "Ersetzt durch:" not in visitor.get("/mitte/dokumente/?alte=1").content.decode()


def test_document_of_a_resting_region_is_gone(readers, documents, content):
    region = content["mitte"]
    region.active = False
    region.save()
    assert readers[0]["visitor"].get(documents["public"].url).status_code == 403


def test_editors_of_a_region_have_rights_in_no_other(content):
    """The matrix above rests on this: groups of a region have rights on its own tree alone."""
    for permission in GroupPagePermission.objects.select_related("page", "group"):
        slug = permission.group.name.split(":")[1]
        assert permission.page.url_path.split("/")[2] == slug
