"""Actors of a region: who sees which, who changes what, and how two of them come together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from raumwerk.errors import ConflictError, InputError
from raumwerk.web.people.actions.contacts import answer_contact, ask_contact, withdraw_contact
from raumwerk.web.people.actions.memberships import end_membership
from raumwerk.web.people.actions.organisations import (
    add_organisation,
    affiliate,
    change_organisation,
    end_affiliation,
)
from raumwerk.web.people.models import Affiliation, ContactRequest, ContactState, Membership, Organisation, Role
from raumwerk.web.people.queries.organisations import directory, spokespersons
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notify.models import OutgoingMail


@pytest.fixture
def actors(regions):
    """A public and a hidden actor in Mitte, a resting one, and one of another region."""
    return {
        "public": add_organisation(
            regions["mitte"], by=None, name="Stadt Probe", kind="municipality", state="03", public=True,
            offers="Räume für Treffen", seeks="Partner für Radwege",
        ),
        "hidden": add_organisation(regions["mitte"], by=None, name="Werk Probe", kind="company", state="15"),
        "resting": add_organisation(
            regions["mitte"], by=None, name="Alt Probe", kind="other", public=True, active=False
        ),
        "elsewhere": add_organisation(regions["kali"], by=None, name="Kali Probe", kind="chamber", public=True),
    }  # fmt: skip


@pytest.fixture
def cast(regions, make_person, actors):
    """Somebody who asks, and somebody who speaks for the public actor."""
    asking = make_person("fragt@mitte.example", region=regions["mitte"], role=Role.MEMBER, last_name="Fragt")
    speaking = make_person("spricht@mitte.example", region=regions["mitte"], role=Role.MEMBER, last_name="Spricht")
    affiliate(asking, actors["hidden"], by=None)
    affiliate(speaking, actors["public"], by=None, spokesperson=True)
    return asking, speaking


def _names(rows):
    return {row.name for row in rows}


def test_directory_shows_public_actors_to_all_and_all_to_members(regions, actors, make_person):
    from django.contrib.auth.models import AnonymousUser

    guest = make_person("g@mitte.example", region=regions["mitte"], role=Role.GUEST)
    member = make_person("m@mitte.example", region=regions["mitte"], role=Role.MEMBER)
    foreign = make_person("k@kali.example", region=regions["kali"], role=Role.OFFICE)
    mitte = regions["mitte"]
    assert [_names(directory(mitte, who)) for who in (AnonymousUser(), guest, foreign)] == [{"Stadt Probe"}] * 3
    assert _names(directory(mitte, member)) == {"Stadt Probe", "Werk Probe"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"text": "räume"}, {"Stadt Probe"}), ({"text": "radwege stadt"}, {"Stadt Probe"}),
        ({"text": "nirgends"}, set()),
        ({"kind": "company"}, {"Werk Probe"}), ({"state": "15"}, {"Werk Probe"}), ({"text": "%"}, set()),
    ],
)  # fmt: skip
def test_directory_narrowed(regions, actors, make_person, asked, found):
    member = make_person("m@mitte.example", region=regions["mitte"], role=Role.MEMBER)
    assert _names(directory(regions["mitte"], member, **asked)) == found


def test_second_organisation_of_a_name_is_refused(regions, actors):
    with pytest.raises(InputError):
        add_organisation(regions["mitte"], by=None, name="Stadt Probe", kind="other")
    assert add_organisation(regions["kali"], by=None, name="Stadt Probe", kind="other").pk


@pytest.mark.parametrize(
    ("fields", "column"),
    [({"name": ""}, "name"), ({"kind": "club"}, "kind"), ({"state": "17"}, "state"),
     ({"website": "javascript:alert(1)"}, "website")],
)  # fmt: skip
def test_impossible_organisation_is_refused_with_its_field(regions, fields, column):
    with pytest.raises(InputError) as refused:
        add_organisation(regions["mitte"], by=None, **{"name": "Neu", "kind": "other", **fields})
    assert [problem.column for problem in refused.value.problems] == [column]
    assert Organisation.objects.in_region(regions["mitte"]).count() == 0


def test_change_is_logged_by_fields(actors, make_person):
    by = make_person("b@mitte.example")
    change_organisation(actors["public"], by=by, offers="Neues", seeks=actors["public"].seeks)
    entry = AuditEntry.objects.get(verb="change_organisation")
    assert (entry.by, entry.details) == (by, {"changed": ["offers"]})


def test_affiliation_ends_by_term_and_by_deed(actors, cast, regions):
    _asking, speaking = cast
    assert spokespersons(actors["public"]) == [speaking]
    held = Affiliation.objects.in_region(regions["mitte"]).get(person=speaking)
    Affiliation.objects.in_region(regions["mitte"]).filter(pk=held.pk).update(
        starts_on=timezone.localdate() - timedelta(days=30), ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert spokespersons(actors["public"]) == []
    affiliate(speaking, actors["public"], by=None, spokesperson=True)
    assert spokespersons(actors["public"]) == [speaking]
    held.refresh_from_db()
    end_affiliation(held, by=speaking)
    assert spokespersons(actors["public"]) == []


def test_request_shows_no_address_before_it_is_accepted(actors, cast, sign_in):
    asking, speaking = cast
    request = ask_contact(actors["public"], by=asking, asking=actors["hidden"], text="Radweg über die Grenze?")
    mail = OutgoingMail.objects.in_region(request.region).get(about_id=request.pk, kind="contact")
    assert mail.address == speaking.email
    assert "Radweg über die Grenze?" in mail.text
    assert not [word for word in ("fragt@", "Fragt") if word in mail.text + mail.subject]
    pages = [sign_in(one, client=Client(), second_factor=False) for one in (asking, speaking)]
    before = [client.get("/mitte/verzeichnis/anfragen/").content.decode() for client in pages]
    assert "spricht@mitte.example" not in before[0]
    assert "fragt@mitte.example" not in before[1]
    answer = pages[1].post(f"/mitte/verzeichnis/anfragen/{request.pk}/antwort/", {"answer": "accept"})
    assert answer.status_code == 302
    after = [client.get("/mitte/verzeichnis/anfragen/").content.decode() for client in pages]
    assert "spricht@mitte.example" in after[0]
    assert "fragt@mitte.example" in after[1]
    told = OutgoingMail.objects.in_region(request.region).filter(about_id=request.pk, kind="contact").latest("pk")
    assert told.address == asking.email
    assert "spricht@" not in told.text


def test_declined_request_shows_nothing(actors, cast):
    asking, speaking = cast
    request = ask_contact(actors["public"], by=asking, text="Hallo")
    assert answer_contact(request, accept=False, by=speaking).state == ContactState.DECLINED
    with pytest.raises(ConflictError):
        answer_contact(request, accept=True, by=speaking)
    assert ask_contact(actors["public"], by=asking, text="Noch einmal").pk != request.pk


def test_request_is_answered_by_its_spokespersons_alone(actors, cast, make_person, sign_in):
    asking, _speaking = cast
    request = ask_contact(actors["public"], by=asking, text="Hallo")
    office = make_person("buero@mitte.example", region=request.region, role=Role.OFFICE)
    for other in (asking, office):
        with pytest.raises(ConflictError):
            answer_contact(request, accept=True, by=other)
        client = sign_in(other, client=Client())
        assert (
            client.post(f"/mitte/verzeichnis/anfragen/{request.pk}/antwort/", {"answer": "accept"}).status_code == 404
        )
    with pytest.raises(ConflictError):
        withdraw_contact(request, by=office)
    assert withdraw_contact(request, by=asking).state == ContactState.WITHDRAWN


def test_impossible_requests_are_refused(actors, cast):
    asking, speaking = cast
    with pytest.raises(InputError):
        ask_contact(actors["public"], by=asking, text="  ")
    with pytest.raises(InputError):
        ask_contact(actors["public"], by=asking, text="x", asking=actors["elsewhere"])
    with pytest.raises(ConflictError):
        ask_contact(actors["public"], by=speaking, text="x")
    with pytest.raises(ConflictError):
        ask_contact(actors["hidden"], by=speaking, text="x")  # nobody receives requests there
    ask_contact(actors["public"], by=asking, text="x")
    with pytest.raises(ConflictError):
        ask_contact(actors["public"], by=asking, text="y")
    assert ContactRequest.objects.in_region(actors["public"].region).count() == 1


def test_hostile_text_is_escaped_everywhere(actors, cast, sign_in, make_person):
    bad = '"><img src=x onerror=alert(1)>'
    change_organisation(actors["public"], by=None, name=f"Stadt {bad}", offers=bad, seeks=bad)
    asking, speaking = cast
    ask_contact(actors["public"], by=asking, text=bad)
    office = make_person("buero@mitte.example", region=actors["public"].region, role=Role.OFFICE, first_name=bad)
    doors = {
        speaking: ["/mitte/verzeichnis/", f"/mitte/verzeichnis/{actors['public'].pk}/", "/mitte/verzeichnis/anfragen/",
                   f"/mitte/verzeichnis/{actors['public'].pk}/bearbeiten/"],
        office: ["/mitte/geschaeftsstelle/organisationen/", "/mitte/geschaeftsstelle/konten/",
                 f"/mitte/geschaeftsstelle/organisationen/{actors['public'].pk}/", f"/mitte/verzeichnis/?q={bad}"],
    }  # fmt: skip
    for person, addresses in doors.items():
        client = sign_in(person, client=Client())
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            assert "<img src=x" not in answer.content.decode(), address


def test_spokesperson_edits_the_own_actor_only(regions, actors, cast, sign_in):
    _asking, speaking = cast
    client = sign_in(speaking, second_factor=False)
    own, other = (f"/mitte/verzeichnis/{actors[key].pk}/bearbeiten/" for key in ("public", "hidden"))
    fields = {"website": "probe.example", "offers": "Neu", "seeks": "", "public": "", "name": "Gekapert"}
    assert client.post(own, fields).status_code == 302
    held = Organisation.objects.in_region(regions["mitte"]).get(pk=actors["public"].pk)
    assert (held.website, held.offers, held.name, held.public) == ("https://probe.example", "Neu", "Stadt Probe", True)
    assert client.post(other, fields).status_code == 404


def test_who_left_the_region_speaks_for_its_actors_no_more(regions, actors, cast, make_person, sign_in):
    asking, speaking = cast
    office = make_person("office@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    held = ask_contact(actors["public"], by=asking, text="Radweg")
    browser = sign_in(speaking, second_factor=False, client=Client())
    own = f"/mitte/verzeichnis/{actors['public'].pk}/bearbeiten/"
    assert browser.get(own).status_code == 200
    end_membership(Membership.objects.in_region(regions["mitte"]).get(person=speaking), by=office)
    assert browser.get(own).status_code == 404
    assert browser.post(own, {"offers": "gekapert"}).status_code == 404
    assert "Radweg" not in browser.get("/mitte/verzeichnis/anfragen/").content.decode()
    assert browser.post(f"/mitte/verzeichnis/anfragen/{held.pk}/antwort/", {"answer": "accept"}).status_code == 404
    actors["public"].refresh_from_db()
    held.refresh_from_db()
    assert (actors["public"].offers, held.state) == ("Räume für Treffen", ContactState.OPEN)
    assert spokespersons(actors["public"]) == []
    withdraw_contact(held, by=asking)
    with pytest.raises(ConflictError):
        ask_contact(actors["public"], by=asking, text="Noch einmal")
