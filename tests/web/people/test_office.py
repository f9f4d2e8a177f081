"""The office's pages: open to the office of that region alone, and never leaving a region without one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from raumwerk.errors import ConflictError, InputError
from raumwerk.web.people.actions.invitations import invite_person
from raumwerk.web.people.actions.memberships import change_term, end_membership, grant_role
from raumwerk.web.people.actions.organisations import add_organisation, affiliate
from raumwerk.web.people.models import Affiliation, Invitation, Membership, Organisation, Role

ROLES = ["nobody", "account", "guest", "member", "editor", "office", "admin"]


@pytest.fixture
def world(regions, make_person, sign_in):
    """Two regions, in each an organisation, an invitation and somebody who stands for the one."""
    things = {}
    for slug in ("mitte", "kali"):
        region = regions[slug]
        office = make_person(f"erstes-buero@{slug}.example", region=region, role=Role.OFFICE)
        actor = add_organisation(region, by=None, name=f"Amt {slug}", kind="public_body")
        member = make_person(f"mitglied@{slug}.example", region=region, role=Role.MEMBER)
        things[slug] = {
            "region": region, "office": office, "actor": actor, "member": member,
            "invitation": invite_person(region, email=f"neu@{slug}.example", by=office),
            "affiliation": affiliate(member, actor, by=None),
            "membership": Membership.objects.in_region(region).get(person=member),
        }  # fmt: skip

    def as_role(role):
        client = Client()
        if role == "nobody":
            return client
        person = make_person(
            f"{role}@probe.example", region=regions["mitte"], role=Role(role) if role in Role.values else None,
            is_superuser=role == "admin", is_staff=role == "admin",
        )  # fmt: skip
        return sign_in(person, client=client)

    return things, as_role


def _doors(things, slug, other=None):
    """Addresses in the region `slug`, with numbers of things of `other`."""
    of = things[other or slug]
    base = f"/{slug}/geschaeftsstelle/"
    lists = [base, f"{base}einladungen/", f"{base}konten/", f"{base}organisationen/", f"{base}organisationen/neu/"]
    single = [f"{base}konten/{of['membership'].pk}/", f"{base}organisationen/{of['actor'].pk}/"]
    posts = [
        f"{base}einladungen/{of['invitation'].pk}/erneut/", f"{base}einladungen/{of['invitation'].pk}/zurueckziehen/",
        f"{base}konten/{of['membership'].pk}/beenden/", f"{base}organisationen/{of['actor'].pk}/personen/",
        f"{base}personen/{of['affiliation'].pk}/beenden/",
    ]  # fmt: skip
    return lists, single, posts


@pytest.mark.parametrize("role", ROLES)
def test_office_doors_by_role(world, role):
    things, as_role = world
    client = as_role(role)
    lists, single, posts = _doors(things, "mitte")
    expected = {"nobody": 302, "office": 200, "admin": 200}.get(role, 403)
    assert {door: client.get(door).status_code for door in lists + single} == dict.fromkeys(lists + single, expected)
    acted = {door: client.post(door).status_code for door in posts}
    assert acted == dict.fromkeys(posts, {"nobody": 302, "office": 302, "admin": 302}.get(role, 403))
    changed = Invitation.objects.in_region(things["mitte"]["region"]).get().withdrawn_at is not None
    assert changed is (role in {"office", "admin"})
    foreign = [*_doors(things, "kali")[0], *_doors(things, "kali")[1]]
    expected = {"nobody": 302, "admin": 200}.get(role, 403)
    assert {client.get(door).status_code for door in foreign} == {expected}


@pytest.mark.parametrize("role", ["office", "admin"])
def test_numbers_of_another_region_name_nothing(world, role):
    things, as_role = world
    client = as_role(role)
    _lists, single, posts = _doors(things, "mitte", other="kali")
    assert {client.get(door).status_code for door in single} == {404}
    assert {client.post(door).status_code for door in posts} == {404}
    kali = things["kali"]["region"]
    assert Invitation.objects.in_region(kali).get().withdrawn_at is None
    assert Affiliation.objects.in_region(kali).get().ends_on is None


@pytest.mark.parametrize("role", ["office"])
def test_lists_name_nobody_of_another_region(world, role):
    things, as_role = world
    client = as_role(role)
    for door in _doors(things, "mitte")[0] + [f"/mitte/geschaeftsstelle/organisationen/{things['mitte']['actor'].pk}/"]:
        page = client.get(door).content.decode()
        assert not [word for word in ("kali.example", "Amt kali") if word in page], door
    assert "mitglied@mitte.example" in client.get("/mitte/geschaeftsstelle/konten/?q=mitglied").content.decode()


def test_get_changes_nothing(world):
    things, as_role = world
    client = as_role("office")
    assert {client.get(door).status_code for door in _doors(things, "mitte")[2]} == {405}
    assert {client.post("/mitte/geschaeftsstelle/konten/").status_code} == {405}


def test_unsafe_doors_need_the_token(world, make_person, sign_in):
    things, _as_role = world
    person = make_person("streng@mitte.example", region=things["mitte"]["region"], role=Role.OFFICE)
    strict = sign_in(person, client=Client(enforce_csrf_checks=True))
    doors = [*_doors(things, "mitte")[2], "/mitte/geschaeftsstelle/einladungen/",
             "/mitte/geschaeftsstelle/organisationen/neu/", "/mitte/verzeichnis/1/anfrage/",
             "/mitte/verzeichnis/anfragen/1/antwort/", "/konto/einladung/x/"]  # fmt: skip
    answers = {door: strict.post(door, {"email": "x@example.org"}).status_code for door in doors}
    assert answers == dict.fromkeys(doors, 403)


def test_office_enters_and_changes_an_organisation(world):
    things, as_role = world
    client = as_role("office")
    fields = {"name": "Neues Amt", "kind": "public_body", "state": "06", "active": "on", "website": ""}
    assert client.post("/mitte/geschaeftsstelle/organisationen/neu/", fields).status_code == 302
    made = Organisation.objects.in_region(things["mitte"]["region"]).get(name="Neues Amt")
    assert (made.state, made.public, made.active) == ("06", False, True)
    taken = client.post(f"/mitte/geschaeftsstelle/organisationen/{made.pk}/", {**fields, "name": "Amt mitte"})
    assert taken.status_code == 400
    assert "errorlist" in taken.content.decode()
    person = things["mitte"]["member"]
    door = f"/mitte/geschaeftsstelle/organisationen/{made.pk}/personen/"
    assert client.post(door, {"person": person.pk, "spokesperson": "on"}).status_code == 302
    foreign = client.post(door, {"person": things["kali"]["member"].pk}, follow=True)
    assert foreign.status_code == 200
    held = Affiliation.objects.in_region(things["mitte"]["region"]).filter(organisation=made)
    assert list(held.values_list("person", "spokesperson")) == [(person.pk, True)]


def test_office_invites(world):
    things, as_role = world
    client = as_role("office")
    door = "/mitte/geschaeftsstelle/einladungen/"
    assert client.post(door, {"email": "x@example.org", "role": "member", "days": "14"}).status_code == 302
    assert client.post(door, {"email": "x@example.org", "role": "member", "days": "14"}).status_code == 409
    assert client.post(door, {"email": "kein", "role": "admin", "days": "0"}).status_code == 400
    foreign = {"email": "y@example.org", "role": "member", "days": "14", "organisation": things["kali"]["actor"].pk}
    assert client.post(door, foreign).status_code == 400
    assert Invitation.objects.in_region(things["mitte"]["region"]).count() == 2


def test_terms_are_changed_and_checked(world, regions):
    things, as_role = world
    client, held, today = as_role("office"), things["mitte"]["membership"], timezone.localdate()
    door = f"/mitte/geschaeftsstelle/konten/{held.pk}/"
    assert client.post(door, {"starts_on": str(today), "ends_on": str(today - timedelta(days=1))}).status_code == 400
    assert client.post(door, {"starts_on": str(today - timedelta(days=5)), "ends_on": str(today)}).status_code == 302
    held.refresh_from_db()
    assert (held.starts_on, held.ends_on) == (today - timedelta(days=5), today)


def test_last_office_of_a_region_stays(regions, make_person):
    first = make_person("a@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    held, today = Membership.objects.in_region(regions["mitte"]).get(), timezone.localdate()
    with pytest.raises(ConflictError):
        end_membership(held, by=first)
    with pytest.raises(ConflictError):
        change_term(held, starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1), by=first)
    second = grant_role(regions["mitte"], make_person("b@mitte.example"), Role.OFFICE, by=first)
    end_membership(held, by=first)
    with pytest.raises(ConflictError):
        end_membership(second, by=first)
    with pytest.raises(InputError):
        grant_role(regions["mitte"], first, "admin", by=None)


def test_ended_role_gives_no_right_from_that_moment(regions, make_person):
    office = make_person("a@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    person = make_person("m@mitte.example")
    held = grant_role(
        regions["mitte"], person, Role.MEMBER, by=office, starts_on=timezone.localdate() - timedelta(days=4)
    )
    assert person.has_perm("regions.read_members_area", regions["mitte"])
    end_membership(held, by=office)
    assert not person.has_perm("regions.enter_region", regions["mitte"])
