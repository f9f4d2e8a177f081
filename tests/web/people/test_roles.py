"""Every role × every door of what exists × own region and another one."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Collection, Page

from raumwerk.web.pages.models import BarrierReport, NewsIndexPage, NewsPage, RegionDocument, RegionPage
from raumwerk.web.people.models import Role

ROLES = ["nobody", "account", "guest", "member", "editor", "office", "admin"]
EDITING = {"editor", "office", "admin"}
PERMISSIONS = {
    "regions.enter_region": {"guest", "member", "editor", "office", "admin"},
    "regions.read_members_area": {"member", "editor", "office", "admin"},
    "regions.edit_pages": {"editor", "office", "admin"},
    "regions.publish_pages": {"office", "admin"},
    "regions.run_office": {"office", "admin"},
}


@pytest.fixture
def world(content, make_person, sign_in, tmp_path):
    """Two regions with something to hide in each (draft, document, report); and persons of every role in Mitte."""
    from django.core.files.base import ContentFile

    things = {}
    for slug in ("mitte", "kali"):
        region = content[slug]
        home = RegionPage.objects.get(region=region, locale__language_code="de")
        index = NewsIndexPage.objects.child_of(home).get()
        draft = NewsPage(title=f"Entwurf {slug}", slug="entwurf", live=False, lead=f"geheim {slug}")
        index.add_child(instance=draft)
        draft.save_revision()
        document = RegionDocument(title=f"Papier {slug}", collection=Collection.objects.get(name=slug, depth=2))
        document.file.save("papier.txt", ContentFile(f"Papier {slug}".encode()))
        report = BarrierReport.objects.create(region=region, text=f"Bericht {slug}")
        things[slug] = {"home": home, "draft": draft, "document": document, "report": report}

    def as_role(role):
        client = Client()
        if role == "nobody":
            return client
        person = make_person(
            f"{role}@mitte.example",
            region=content["mitte"],
            role=Role(role) if role in Role.values else None,
            is_superuser=role == "admin",
            is_staff=role == "admin",
        )
        return sign_in(person, client=client)

    return things, as_role


PUBLIC = ["/", "/en/", "/mitte/", "/en/kali/", "/mitte/aktuelles/", "/mitte/projekt/", "/impressum/", "/robots.txt"]


@pytest.mark.parametrize("role", ROLES)
def test_public_pages_open_to_every_role(world, role):
    _things, as_role = world
    client = as_role(role)
    assert {address: client.get(address).status_code for address in PUBLIC} == dict.fromkeys(PUBLIC, 200)


@pytest.mark.parametrize("role", ROLES)
def test_draft_hidden_from_every_public_door(world, role):
    _things, as_role = world
    client = as_role(role)
    assert client.get("/mitte/aktuelles/entwurf/").status_code == 404
    for address in ("/mitte/", "/mitte/aktuelles/"):
        assert "Entwurf" not in client.get(address).content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_editing_area_by_role(world, role):
    things, as_role = world
    client = as_role(role)
    mitte, kali = things["mitte"], things["kali"]
    own = {
        "area": client.get("/verwaltung/").status_code,
        "list": client.get(f"/verwaltung/pages/{mitte['home'].pk}/").status_code,
        "edit": client.get(f"/verwaltung/pages/{mitte['draft'].pk}/edit/").status_code,
        "document": client.get(f"/verwaltung/documents/edit/{mitte['document'].pk}/").status_code,
    }
    assert own == dict.fromkeys(own, 200 if role in EDITING else 302)
    foreign = [
        f"/verwaltung/pages/{kali['home'].pk}/",
        f"/verwaltung/pages/{kali['draft'].pk}/edit/",
        f"/verwaltung/pages/{kali['draft'].pk}/history/",
        f"/verwaltung/pages/{kali['draft'].pk}/view_draft/",
        f"/verwaltung/pages/{kali['draft'].pk}/delete/",
        f"/verwaltung/pages/{kali['draft'].pk}/usage/",
        f"/verwaltung/pages/add/pages/textpage/{kali['home'].pk}/",
        f"/verwaltung/documents/edit/{kali['document'].pk}/",
        f"/verwaltung/documents/usage/{kali['document'].pk}/",
        f"/verwaltung/choose-page/{kali['home'].pk}/",
    ]
    expected = {"admin": {200}, "editor": {404}, "office": {404}}.get(role, {302})
    assert {client.get(address).status_code for address in foreign} == expected


@pytest.mark.parametrize("role", ["editor", "office"])
def test_choosers_show_only_the_own_region(world, role):
    things, as_role = world
    client = as_role(role)
    kali = things["kali"]
    doors = [
        "/verwaltung/choose-page/",
        "/verwaltung/choose-page/search/?q=Entwurf",
        "/verwaltung/choose-page/search/?q=kali",
        f"/verwaltung/choose-page/{things['mitte']['home'].get_parent().pk}/",
        f"/verwaltung/choose-page/chosen-multiple/?id={kali['draft'].pk}",
        "/verwaltung/documents/chooser/",
        "/verwaltung/documents/chooser/results/?q=Papier",
        f"/verwaltung/documents/chooser/chosen/{kali['document'].pk}/",
        f"/verwaltung/documents/chooser/chosen-multiple/?id={kali['document'].pk}",
        "/verwaltung/documents/",
        "/verwaltung/documents/?q=Papier",
        "/verwaltung/images/chooser/",
        "/verwaltung/pages/search/?q=Entwurf",
        "/verwaltung/pages/",
        "/verwaltung/reports/site-history/",
        "/verwaltung/reports/aging-pages/",
        "/verwaltung/reports/locked/",
        "/verwaltung/api/main/pages/",
        f"/verwaltung/api/main/pages/{kali['draft'].pk}/",
        "/verwaltung/api/main/pages/?for_explorer=1&fields=title",
        "/verwaltung/api/main/documents/",
        f"/verwaltung/api/main/documents/{kali['document'].pk}/",
        "/verwaltung/api/main/images/",
    ]
    leaks = {}
    for address in doors:
        answer = client.get(address).content.decode()
        found = [word for word in ("Entwurf kali", "geheim kali", "Papier kali") if word in answer]
        if found:
            leaks[address] = found
    assert leaks == {}
    # The doors do show what is one's own, else the test would prove nothing.
    assert "Entwurf mitte" in client.get("/verwaltung/choose-page/search/?q=Entwurf").content.decode()
    assert "Papier mitte" in client.get("/verwaltung/documents/chooser/").content.decode()
    assert client.get(f"/verwaltung/documents/chooser/chosen/{things['mitte']['document'].pk}/").status_code == 200


@pytest.mark.parametrize("role", ["editor", "office"])
def test_actions_on_many_name_nothing_of_another_region(world, role):
    things, as_role = world
    client = as_role(role)
    mitte, kali = things["mitte"], things["kali"]
    above = kali["draft"].get_parent().pk
    home = mitte["home"].get_parent().pk
    pages = [f"?id={kali['draft'].pk}", f"?id={mitte['draft'].pk}&id={kali['draft'].pk}", f"?id=all&childOf={above}",
             f"?id=all&childOf={home}", f"?id=all&childOf={home}&q=Entwurf", "?id=all",
             "?id=all&q=Entwurf"]  # fmt: skip
    doors = [f"wagtailcore/page/{action}/{which}" for action in ("delete", "move", "unpublish") for which in pages]
    for action in ("delete", "add_tags", "add_to_collection"):
        doors.append(f"pages/regiondocument/{action}/?id={kali['document'].pk}")
    assert {client.get(f"/verwaltung/bulk/{door}").status_code for door in doors} == {404}
    own = client.get(f"/verwaltung/bulk/wagtailcore/page/delete/?id=all&childOf={mitte['draft'].get_parent().pk}")
    assert "Entwurf mitte" in own.content.decode()
    assert "Papier mitte" in client.get(
        f"/verwaltung/bulk/pages/regiondocument/delete/?id={mitte['document'].pk}"
    ).content.decode()  # fmt: skip


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_numbers_that_no_database_holds_are_404(world, role):
    _things, as_role = world
    client = as_role(role)
    huge = "9" * 30
    doors = [f"pages/{huge}/", f"choose-page/{huge}/", f"documents/edit/{huge}/", f"images/{huge}/",
             f"documents/chooser/chosen/{huge}/", "documents/chooser/chosen/abc/", "documents/chooser/chosen/²/",
             f"documents/chooser/chosen-multiple/?id={huge}", "documents/chooser/chosen-multiple/?id=²",
             "pages/?id=²", f"api/main/pages/?child_of={huge}", "api/main/pages/?parent_page_id=²",
             f"api/main/pages/?ancestor_of={huge}", f"bulk/wagtailcore/page/delete/?id={huge}"]  # fmt: skip
    assert {door: client.get(f"/verwaltung/{door}").status_code for door in doors} == dict.fromkeys(doors, 404)


@pytest.mark.parametrize("role", ROLES)
def test_reports_of_barriers_by_role(world, role):
    things, as_role = world
    client = as_role(role)
    answer = client.get("/mitte/meldungen/")
    expected = {"nobody": 302, "office": 200, "admin": 200}.get(role, 302 if role == "nobody" else 403)
    assert answer.status_code == expected
    assert ("Bericht mitte" in answer.content.decode()) == (expected == 200)
    assert "Bericht kali" not in answer.content.decode()
    other = client.get("/kali/meldungen/").status_code
    assert other == {"nobody": 302, "admin": 200}.get(role, 403)
    # By a copied number, one's own region in the address, another region's report behind it.
    settled = client.post(f"/mitte/meldungen/{things['kali']['report'].pk}/erledigt/").status_code
    assert settled == {"nobody": 302, "office": 404, "admin": 404}.get(role, 403)
    assert BarrierReport.objects.across_regions("test").count() == 2


@pytest.mark.parametrize("role", ["editor", "office"])
def test_publishing_is_the_offices(world, role):
    things, as_role = world
    client = as_role(role)
    draft = things["mitte"]["draft"]
    fields = {
        "title": "Entwurf mitte", "slug": "entwurf", "lead": "x", "date": "2026-11-01", "body-count": "0",
        "kind": "meldung", "visibility": "public",
        "action-publish": "1", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    client.post(f"/verwaltung/pages/{draft.pk}/edit/", fields)
    assert Page.objects.get(pk=draft.pk).live is (role == "office")


@pytest.mark.parametrize("role", ROLES)
def test_permissions_by_role(world, content, role, rf):
    _things, as_role = world
    client = as_role(role)
    from django.contrib.auth import get_user

    request = rf.get("/")
    request.session = client.session
    person = get_user(request)
    held = {name for name in PERMISSIONS if person.has_perm(name, content["mitte"])}
    assert held == {name for name, roles in PERMISSIONS.items() if role in roles}
    elsewhere = {name for name in PERMISSIONS if person.has_perm(name, content["kali"])}
    assert elsewhere == (set(PERMISSIONS) if role == "admin" else set())
    assert not person.has_perm("regions.run_office") or role == "admin"
