"""Menus and feet: what belongs to the region, in the reader's language, no more."""

from __future__ import annotations

from raumwerk.web.pages.models import RegionPage, TextPage
from raumwerk.web.portal.frame import Link, frame_of
from raumwerk.web.portal.modules import modules_of


def test_frame_of_a_region_in_both_languages(content):
    german, english = (frame_of(content["kali"], code) for code in ("de", "en"))
    assert (german.home, german.overview) == ("/kali/", "/")
    assert (english.home, english.overview) == ("/en/kali/", "/en/")
    assert [link.title for link in german.menu][-4:] == ["Das Projekt", "Aktuelles", "Dokumente", "Kontakt"]
    assert [link.title for link in english.menu][-4:] == ["The project", "News", "Documents", "Contact"]
    assert [link.url for link in german.legal] == ["/impressum/", "/datenschutz/", "/barrierefreiheit/"]
    assert all(link.url.startswith("/en/") for link in (*english.menu[len(modules_of("kali")) :], *english.legal))


def test_frame_of_the_installation_lists_the_regions(content):
    frame = frame_of(None, "de")
    assert [link.url for link in frame.menu] == ["/mitte/", "/kali/", "/hannover-hildesheim/"]


def test_frame_prefers_the_regions_own_imprint(content):
    home = RegionPage.objects.get(region=content["kali"], locale__language_code="de")
    home.add_child(instance=TextPage(title="Impressum Kali", slug="impressum"))
    from raumwerk.web.pages.receivers import count_change

    count_change()
    assert frame_of(content["kali"], "de").legal[0] == Link("Impressum Kali", "/kali/impressum/")
    assert frame_of(content["mitte"], "de").legal[0] == Link("Impressum", "/impressum/")


def test_frame_is_asked_once(content, django_assert_num_queries):
    frame_of(content["mitte"], "de")
    with django_assert_num_queries(1):
        frame_of(content["mitte"], "de")


def test_modules_are_those_that_exist(content):
    expected = ["/mitte/atlas/", "/mitte/forum/", "/mitte/verzeichnis/", "/mitte/daten/"]
    assert [module.url for module in modules_of("mitte")] == expected


def test_link_is_current_for_pages_below_but_home_is_only_itself():
    link, home = Link("News", "/mitte/aktuelles/"), Link("Home", "/mitte/")
    assert link.leads_to("/mitte/aktuelles/x/", "/mitte/")
    assert not link.leads_to("/mitte/", "/mitte/")
    assert home.leads_to("/mitte/", "/mitte/")
    assert not home.leads_to("/mitte/aktuelles/", "/mitte/")


def _head(html: str) -> str:
    return html[html.index("<header") : html.index("</header>")]


def test_head_names_the_way_in_and_for_whom_is_in_their_places(content, make_person, sign_in, client):
    assert '<a href="/konto/login/" rel="nofollow">Anmelden</a>' in _head(client.get("/mitte/").content.decode())
    assert '<a href="/en/konto/login/" rel="nofollow">Sign in</a>' in _head(client.get("/en/mitte/").content.decode())
    sign_in(make_person("office@x.example", region=content["mitte"], role="office"))
    head = _head(client.get("/mitte/").content.decode())
    for place in ("/mitte/meine-seite/", "/mitte/geschaeftsstelle/", "/konto/logout/"):
        assert f'<a href="{place}"' in head
    assert "/konto/login/" not in head
    assert head.count("<details") == 1  # opens by mouse and by keyboard, without script
    assert "<summary>Mein Konto</summary>" in head
    assert '<a href="/en/mitte/meine-seite/" rel="nofollow" aria-current="page">' in _head(
        client.get("/en/mitte/meine-seite/").content.decode()
    )
    elsewhere = _head(client.get("/kali/").content.decode())
    assert "/kali/geschaeftsstelle/" not in elsewhere
