"""Seats: filled once, ended, deputised and chaired, each with its entry in the log."""

from __future__ import annotations

import datetime
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.seats import appoint_chair, end_seat, fill_seat, fill_vacant_seat, name_deputy
from raumwerk.web.forum.models import Seat
from raumwerk.web.forum.rules import bodies_of, chairs
from raumwerk.web.people.models import Invitation
from raumwerk.web.people.signals import invitation_accepted, leaving_warnings
from raumwerk.web.shared.audit.models import AuditEntry


def test_fill_seat_once_per_person_and_body(forum):
    with pytest.raises(ConflictError, match="bereits einen Sitz"):
        fill_seat(forum.bodies["public"], by=forum.people["office"], person=forum.people["chair"])
    twin = forum.seats["chair"]
    twin.pk = None
    twin._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_fill_seat_again_after_the_term(forum):
    body, office, person = forum.bodies["members"], forum.people["office"], forum.people["editor"]
    day = timezone.localdate()
    fill_seat(body, by=office, person=person, starts_on=day - timedelta(days=90), ends_on=day - timedelta(days=30))
    with pytest.raises(ConflictError):
        fill_seat(body, by=office, person=person, starts_on=day - timedelta(days=40))
    assert fill_seat(body, by=office, person=person).pk


@pytest.mark.parametrize(("facts", "column"), [
    ({}, "organisation"), ({"person": "foreign"}, "person"), ({"person": "member", "deputy": "member"}, "deputy"),
    ({"person": "member", "deputy": "account"}, "deputy"),
    ({"person": "member", "interest_group": "x"}, "interest_group"),
    ({"person": "member", "weight": 0}, "weight"),
])  # fmt: skip
def test_fill_seat_refuses_what_cannot_be(forum, facts, column):
    given = {
        name: forum.people.get(value, value) if name in ("person", "deputy") else value for name, value in facts.items()
    }
    with pytest.raises(InputError) as refusal:
        fill_seat(forum.bodies["public"], by=forum.people["office"], **given)
    assert [problem.column for problem in refusal.value.problems] == [column]


def test_guest_never_has_a_vote(forum):
    seat = fill_seat(
        forum.bodies["public"], by=forum.people["office"], person=forum.people["guest"], office_in_body="guest"
    )
    assert seat.voting is False
    assert not Seat.objects.in_region(forum.mitte).voting().filter(pk=seat.pk).exists()


def test_vacant_seat_is_filled_once(forum):
    seat = fill_vacant_seat(forum.seats["firm"], person=forum.people["member"], by=forum.people["office"])
    assert bodies_of(forum.people["member"], forum.mitte) == {forum.bodies["public"].pk}
    with pytest.raises(ConflictError):
        fill_vacant_seat(seat, person=forum.people["editor"], by=forum.people["office"])


def test_end_seat_ends_what_it_gave(forum):
    seat = forum.seats["seated"]
    Seat.objects.in_region(forum.mitte).filter(pk=seat.pk).update(starts_on=datetime.date(2025, 1, 1))
    assert bodies_of(forum.people["seated"], forum.mitte) == {forum.bodies["body"].pk}
    end_seat(seat, by=forum.people["office"])
    assert bodies_of(forum.people["seated"], forum.mitte) == frozenset()
    with pytest.raises(ConflictError):
        name_deputy(seat, deputy=None, by=forum.people["office"])
    with pytest.raises(InputError):
        end_seat(forum.seats["chair"], by=forum.people["office"], on=datetime.date(1999, 1, 1))


def test_deputy_sees_the_body(forum):
    name_deputy(forum.seats["seated"], deputy=forum.people["guest"], by=forum.people["office"])
    assert bodies_of(forum.people["guest"], forum.mitte) == {forum.bodies["body"].pk}
    entry = AuditEntry.objects.filter(verb="name_deputy").first()
    assert entry.details == {"before": {"deputy": None}, "after": {"deputy": forum.people["guest"].pk}}


def test_appoint_chair_lets_the_one_before_step_down(forum):
    office, body = forum.people["office"], forum.bodies["public"]
    seat = fill_seat(body, by=office, person=forum.people["member"])
    appoint_chair(seat, by=office)
    assert (chairs(forum.people["member"], body), chairs(forum.people["chair"], body)) == (True, False)
    entry = AuditEntry.objects.filter(verb="appoint_chair").first()
    assert entry.details["before"] == {"office_in_body": "member", "stepped_down": [forum.seats["chair"].pk]}
    with pytest.raises(InputError):
        appoint_chair(forum.seats["firm"], by=office)


def test_seat_page_lets_the_chair_name_a_deputy_and_no_more(forum, client_of):
    address = f"/mitte/forum/runde-public/sitze/{forum.seats['chair'].pk}/"
    client = client_of("chair")
    given = {"deed": "deputy", "d-deputy": "member@mitte.example"}
    assert client.post(address, given).headers["Location"] == "/mitte/forum/runde-public/sitze/"
    assert Seat.objects.in_region(forum.mitte).get(pk=forum.seats["chair"].pk).deputy == forum.people["member"]
    assert client.post(address, {"deed": "end", "e-on": "2030-01-01"}).status_code == 403
    assert client.post(address, {"deed": "vice_chair"}).status_code == 403
    assert client.post(address, {"deed": "nonsense"}).status_code == 403
    unknown = client.post(address, {"deed": "deputy", "d-deputy": "office@kali.example"})
    assert unknown.status_code == 400
    assert "Laden Sie die Person zuerst ein" in unknown.content.decode()


def test_seat_added_through_the_form_by_office_and_chair(forum, client_of):
    given = {"person": "editor@mitte.example", "interest_group": "science", "starts_on": "2026-01-01", "weight": "2",
             "office_in_body": "member", "voting": "on"}  # fmt: skip
    assert client_of("office").post("/mitte/forum/runde-public/sitze/neu/", given).status_code == 302
    made = Seat.objects.in_region(forum.mitte).get(person=forum.people["editor"])
    assert (made.interest_group, made.weight, made.voting, made.office_in_body) == ("science", 2, True, "member")
    guest = given | {"person": "guest@mitte.example"}
    assert client_of("chair").post("/mitte/forum/runde-public/sitze/neu/", guest).status_code == 302
    made = Seat.objects.in_region(forum.mitte).get(person=forum.people["guest"])
    assert (made.office_in_body, made.voting) == ("guest", False)
    again = client_of("office").post("/mitte/forum/runde-public/sitze/neu/", given)
    assert again.status_code == 409


def test_accepted_invitation_becomes_a_seat_once(forum):
    body = forum.bodies["public"]
    invitation = Invitation(
        region=forum.mitte, email="member@mitte.example", role="member", organisation=forum.firm, body_number=body.pk,
        interest_group="economy", by=forum.people["office"],
    )  # fmt: skip
    for _again in range(2):
        invitation_accepted.send(sender=Invitation, invitation=invitation, person=forum.people["member"])
    seat = Seat.objects.in_region(forum.mitte).get(person=forum.people["member"])
    assert (seat.body, seat.organisation, seat.interest_group, seat.voting) == (body, forum.firm, "economy", True)


def test_closing_an_account_warns_of_empty_chairs_and_leaves_the_seat(forum):
    person = forum.people["chair"]
    answers = [text for _receiver, texts in leaving_warnings.send(sender=None, person=person) for text in texts or []]
    assert any("Runde public" in text for text in answers)
    with transaction.atomic():
        person.delete()
    seat = Seat.objects.in_region(forum.mitte).get(pk=forum.seats["chair"].pk)
    assert (seat.person, seat.organisation) == (None, forum.town)
