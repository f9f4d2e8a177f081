"""The editors' area of one region: what it must not do to the region's own home and addresses, nor show of others."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Page

from raumwerk.web.pages.models import RegionPage
from raumwerk.web.people.models import Role

AREA = "/verwaltung"


@pytest.fixture
def home(content):
    return RegionPage.objects.get(region=content["mitte"], locale__language_code="de")


@pytest.fixture(params=[Role.EDITOR, Role.OFFICE])
def browser(request, content, make_person, sign_in):
    person = make_person("somebody@mitte.example", region=content["mitte"], role=request.param)
    found = sign_in(person, client=Client())
    assert found.get(f"{AREA}/").status_code == 200
    return found


@pytest.mark.parametrize("deed", ["delete", "unpublish"])
def test_home_of_a_region_stays(browser, home, deed):
    before = Page.objects.count()
    assert browser.post(f"{AREA}/pages/{home.pk}/{deed}/", follow=True).status_code == 200
    many = f"{AREA}/bulk/wagtailcore/page/{deed}/?id={home.pk}&next={AREA}/"
    assert browser.post(many, {"include_descendants": "on"}).status_code < 500
    home.refresh_from_db()
    assert (home.live, Page.objects.count()) == (True, before)
    assert Client().get("/mitte/").status_code == 200


@pytest.mark.parametrize("slug", ["atlas", "forum"])
def test_copy_takes_no_address_of_a_module(browser, home, slug):
    page = home.get_children().first()
    for more in ({}, {"alias": "on"}):
        fields = {"new_title": "Kopie", "new_slug": slug, "new_parent_page": home.pk, **more}
        browser.post(f"{AREA}/pages/{page.pk}/copy/", fields)
    assert not home.get_children().filter(slug=slug).exists()
    browser.post(f"{AREA}/pages/{page.pk}/copy/", {**fields, "new_slug": "kopie", "alias": ""})
    assert home.get_children().filter(slug="kopie").exists()


@pytest.mark.parametrize(
    "place",
    ["pages/search/?q=Verschlusssache", "choose-page/search/?q=Verschlusssache", "choose-page/", "api/main/pages/",
     "reports/site-history/", "reports/aging-pages/", "reports/workflow/", "reports/workflow_tasks/",
     "reports/page-types-usage/", "reports/page-types-usage/results/", "pages/usage/pages/%s/", "pages/", ""],
)  # fmt: skip
def test_no_list_shows_a_draft_of_another_region(browser, content, make_person, sign_in, place):
    foreign = RegionPage.objects.get(region=content["kali"], locale__language_code="de").get_children().first().specific
    owner = make_person("office@kali.example", region=content["kali"], role=Role.OFFICE)
    foreign.title = foreign.draft_title = "Verschlusssache Werra"
    foreign.save()
    foreign.save_revision(user=owner, log_action=True)
    place = place % foreign._meta.model_name if "%" in place else place
    page = browser.get(f"{AREA}/{place}", follow=True)
    assert "Verschlusssache Werra" not in page.content.decode()
