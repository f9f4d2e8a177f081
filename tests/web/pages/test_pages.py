"""Public pages: German and English, cookies, headers, cache, counted queries, isolation."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings
from wagtail.models import Page

from raumwerk.web.pages.models import NewsIndexPage, NewsPage, TextPage
from raumwerk.web.regions.actions import sync_regions
from raumwerk.web.regions.models import Region


def _addresses():
    pages = Page.objects.live().filter(depth__gte=2).order_by("path")
    return [page.url for page in pages]


def test_every_page_answers_in_its_language(content, client):
    addresses = _addresses()
    assert len(addresses) == 88
    for address in addresses:
        answer = client.get(address)
        language = "en" if address.startswith("/en/") else "de"
        assert answer.status_code == 200, address
        html = answer.content.decode()
        assert f'<html lang="{language}"' in html
        assert answer.headers["Content-Language"] == language
        assert ("Skip to the content" in html) == (language == "en")
        assert ("Zum Inhalt springen" in html) == (language == "de")


def test_every_page_has_its_twin_at_the_same_slug(content):
    addresses = set(_addresses())
    german = {address for address in addresses if not address.startswith("/en/")}
    assert {f"/en{address}" for address in german} == addresses - german


def test_language_switch_leads_to_the_twin(content, client):
    html = client.get("/mitte/aktuelles/").content.decode()
    assert '<a href="/en/mitte/aktuelles/" hreflang="en" lang="en">English</a>' in html
    back = client.get("/en/mitte/aktuelles/").content.decode()
    assert '<a href="/mitte/aktuelles/" hreflang="de" lang="de">Deutsch</a>' in back


def test_language_comes_from_the_address_alone(content, client):
    client.cookies["django_language"] = "en"
    answer = client.get("/mitte/", headers={"Accept-Language": "en"})
    assert answer.headers["Content-Language"] == "de"
    assert "Accept-Language" not in answer.headers.get("Vary", "")


def test_public_pages_set_no_cookie(content, client):
    for address in _addresses():
        client.get(address)
    assert dict(client.cookies) == {}


def test_public_page_headers(content, client):
    answer = client.get("/mitte/")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]


def test_public_pages_ask_no_other_host_and_hold_no_inline_code(content, client):
    for address in _addresses():
        html = client.get(address).content.decode()
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', html.replace("mailto:", "")), address
        assert not re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", html), address


def test_page_says_which_region_and_release(content, client):
    html = client.get("/kali/projekt/").content.decode()
    assert "<title>Das Projekt – " in html
    assert "Hier ist noch keine Statistik veröffentlicht." in html


def test_queries_of_a_region_home_are_bounded(content, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        client.get("/mitte/")
    with django_assert_max_num_queries(2):
        client.get("/mitte/")


def test_kept_page_is_the_same_and_answers_304(content, client):
    first = client.get("/mitte/")
    second = client.get("/mitte/")
    assert first.content == second.content
    assert first.headers["ETag"] == second.headers["ETag"]
    third = client.get("/mitte/", headers={"If-None-Match": first.headers["ETag"]})
    assert (third.status_code, third.content) == (304, b"")
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_kept_page_changes_with_its_content(content, client):
    before = client.get("/mitte/projekt/").content.decode()
    page = TextPage.objects.get(slug="projekt", url_path__contains="-de/mitte/")
    page.lead = "Ganz neuer Satz"
    page.save_revision()
    assert client.get("/mitte/projekt/").content.decode() == before
    page.get_latest_revision().publish()
    assert "Ganz neuer Satz" in client.get("/mitte/projekt/").content.decode()
    page.unpublish()
    assert client.get("/mitte/projekt/").status_code == 404


def test_kept_page_differs_by_query_and_is_not_for_sessions(content, client, make_person):
    index = NewsIndexPage.objects.get(url_path__contains="-de/mitte/aktuelles")
    for number in range(12):
        index.add_child(instance=NewsPage(title=f"Meldung {number}", slug=f"m{number}"))
    from raumwerk.web.pages.receivers import count_change

    count_change()
    one, two = (client.get(f"/mitte/aktuelles/?seite={page}").content.decode() for page in (1, 2))
    assert "Seite 1 von 2" in one
    assert "Seite 2 von 2" in two
    client.get("/mitte/")
    client.force_login(make_person("a@x.example"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Abmelden" in client.get("/mitte/").content.decode()


def test_unknown_addresses_are_404_in_both_languages(content, client):
    for address, word in (("/nirgends/", "Seite nicht gefunden"), ("/en/mitte/x/", "Page not found")):
        answer = client.get(address)
        assert answer.status_code == 404
        assert word in answer.content.decode()


def test_resting_region_shows_nothing(content, client):
    sync_regions({"mitte": {"name_de": "Region der Mitte", "short_de": "Mitte"}})
    assert client.get("/mitte/").status_code == 200
    assert client.get("/kali/").status_code == 404
    assert client.get("/kali/projekt/").status_code == 404
    assert "Kali" not in client.get("/").content.decode()


def test_pages_of_a_region_name_no_other_region(content, client):
    for address in _addresses():
        if "/kali/" in address:
            main = client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
            assert "/mitte/" not in main
            assert "/hannover-hildesheim/" not in main


def test_demonstration_banner(content, client):
    assert "Demonstration, keine amtliche Seite" not in client.get("/mitte/").content.decode()
    with override_settings(RAUMWERK={"DEMO": True, "NAME": "Raumwerk", "SIGNUP": False}):
        from django.core.cache import caches

        caches["pages"].clear()
        assert "Demonstration, keine amtliche Seite" in client.get("/mitte/").content.decode()
        assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("slug", ["atlas", "daten", "forum"])
def test_page_may_not_hide_a_module(content, slug):
    from django.core.exceptions import ValidationError

    home = content["mitte"].pages.get(locale__language_code="de")
    with pytest.raises(ValidationError, match=r"Modul|module"):
        home.add_child(instance=TextPage(title="Atlas", slug=slug))


def test_region_home_keeps_the_regions_address(content):
    from django.core.exceptions import ValidationError

    home = content["mitte"].pages.get(locale__language_code="de")
    home.slug = "anders"
    with pytest.raises(ValidationError):
        home.full_clean()


def test_hostile_text_is_escaped_everywhere(content, client):
    hostile = '<img src=x onerror="alert(1)">'
    page = TextPage.objects.get(slug="projekt", url_path__contains="-de/mitte/")
    page.title = page.lead = hostile
    page.show_in_menus = True
    page.save_revision().publish()
    Region.objects.filter(slug="kali").update(name_de=hostile, short_de=hostile)
    from raumwerk.web.pages.receivers import count_change

    count_change()
    for address in ("/mitte/", "/mitte/projekt/", "/kali/", "/", f"/barriere-melden/?seite={hostile}"):
        assert "<img src=x" not in client.get(address).content.decode(), address


def test_health_counts_regions(content, client):
    assert client.get("/healthz").json() == {"regions": 3, "release": None}


@pytest.mark.parametrize(
    ("link", "taken"),
    [("", True), ("/mitte/atlas/", True), ("#karten", True), ("https://example.org/", True),
     ("mailto:info@example.org", True), ("javascript:alert(1)", False), (" JavaScript:alert(1)", False),
     ("data:text/html,x", False), ("//example.org/", False)],
)  # fmt: skip
def test_card_leads_to_an_address_and_runs_nothing(link, taken):
    from wagtail.blocks.struct_block import StructBlockValidationError

    from raumwerk.web.pages.blocks import CardBlock

    block = CardBlock()
    value = block.to_python({"title": "Karte", "text": "<p>Text</p>", "link": link})
    if taken:
        assert block.clean(value)["link"] == link
    else:
        with pytest.raises(StructBlockValidationError) as refused:
            block.clean(value)
        assert list(refused.value.block_errors) == ["link"]
