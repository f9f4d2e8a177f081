"""Invitations: a link that works once, for one address, for a while; and no account before it is used."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from raumwerk.errors import ConflictError, InputError, MissingError
from raumwerk.web.forum.actions.bodies import found_body
from raumwerk.web.forum.models import Seat
from raumwerk.web.people.actions.invitations import (
    accept_invitation,
    accept_with_new_account,
    find_invitation,
    invite_person,
    renew_invitation,
    withdraw_invitation,
)
from raumwerk.web.people.actions.organisations import add_organisation
from raumwerk.web.people.models import Affiliation, Invitation, InvitationState, Membership, Person, Role
from raumwerk.web.people.signals import invitation_accepted, invitation_made
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notify.models import OutgoingMail

PASSWORD = "eine lange Losung für Tests"


@pytest.fixture
def office(regions, make_person):
    return make_person("buero@mitte.example", region=regions["mitte"], role=Role.OFFICE)


@pytest.fixture
def tokens():
    """Tokens in the order in which invitations were made or renewed."""
    heard = []

    def note(sender, invitation, token, **kwargs):
        heard.append(token)

    invitation_made.connect(note)
    yield heard
    invitation_made.disconnect(note)


@pytest.fixture
def invited(regions, office, tokens):
    return invite_person(regions["mitte"], email="Neu@Example.org", by=office)


def test_invitation_keeps_no_token(invited, tokens):
    stored = [str(getattr(invited, field.attname)) for field in Invitation._meta.concrete_fields]
    assert not [text for text in stored if tokens[0] in text]
    assert (invited.email, invited.role, invited.state) == ("neu@example.org", "member", InvitationState.OPEN)
    assert not Person.objects.filter(email="neu@example.org").exists()


def test_invitation_sends_mail_with_the_link_in_both_languages(invited, tokens):
    mail = OutgoingMail.objects.in_region(invited.region).get(about_id=invited.pk)
    assert (mail.address, mail.kind) == ("neu@example.org", "invitation")
    links = re.findall(r"http://localhost:\d+(\S+)", mail.text)
    assert links == [f"/konto/einladung/{tokens[0]}/", f"/en/konto/einladung/{tokens[0]}/"]
    assert "Region der Mitte" in mail.text
    assert "Central Region" in mail.text


def test_every_step_is_in_the_log_without_address(invited, tokens, office):
    accept_with_new_account(tokens[0], first_name="Nora", last_name="Neu", password=PASSWORD)
    entries = list(AuditEntry.objects.order_by("pk").values_list("verb", "subject", "details"))
    assert [entry[0] for entry in entries] == ["invite_person", "accept_invitation"]
    assert not [entry for entry in entries if "example.org" in str(entry) or "Nora" in str(entry)]


def test_new_account_gets_role_and_proved_address(invited, tokens, regions):
    person = accept_with_new_account(tokens[0], first_name=" Nora ", last_name="Neu", password=PASSWORD)
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == ("neu@example.org", True, True)
    assert person.has_perm("regions.read_members_area", regions["mitte"])
    assert not person.has_perm("regions.enter_region", regions["kali"])
    assert Invitation.objects.in_region(regions["mitte"]).get().state == InvitationState.ACCEPTED
    with pytest.raises(MissingError):
        find_invitation(tokens[0])


def test_acceptance_is_told_with_what_was_promised(regions, office, tokens):
    heard = []

    def note(sender, invitation, person, **kwargs):
        heard.append((invitation.body_number, invitation.interest_group, person.email))

    invitation_accepted.connect(note)
    try:
        invite_person(regions["mitte"], email="neu@example.org", by=office, body_number=7, interest_group="science")
        accept_with_new_account(tokens[0], first_name="Nora", last_name="Neu", password=PASSWORD)
    finally:
        invitation_accepted.disconnect(note)
    assert heard == [(7, "science", "neu@example.org")]


def test_first_of_an_organisation_receives_its_requests(regions, office, tokens):
    actor = add_organisation(regions["mitte"], by=office, name="Kammer", kind="chamber")
    for name in ("eins", "zwei"):
        invite_person(regions["mitte"], email=f"{name}@example.org", by=office, organisation=actor)
        accept_with_new_account(tokens[-1], first_name=name, last_name="Test", password=PASSWORD)
    held = Affiliation.objects.in_region(regions["mitte"]).order_by("pk")
    assert list(held.values_list("person__email", "spokesperson")) == [
        ("eins@example.org", True),
        ("zwei@example.org", False),
    ]


def test_signed_in_person_accepts_by_any_proved_address(invited, tokens, make_person, regions):
    person = make_person("alt@example.org")
    with pytest.raises(ConflictError, match=r"another address|andere Adresse"):
        accept_invitation(tokens[0], person=person)
    EmailAddress.objects.create(user=person, email="neu@example.org", verified=False)
    with pytest.raises(ConflictError):
        accept_invitation(tokens[0], person=person)
    EmailAddress.objects.filter(user=person).update(verified=True)
    accept_invitation(tokens[0], person=person)
    assert person.has_perm("regions.read_members_area", regions["mitte"])


def test_ended_role_is_taken_up_again(regions, office, tokens, make_person):
    person = make_person("neu@example.org", region=regions["mitte"], role=Role.MEMBER)
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    past = timezone.localdate() - timedelta(days=9)
    Membership.objects.in_region(regions["mitte"]).filter(person=person).update(starts_on=past, ends_on=past)
    invite_person(regions["mitte"], email=person.email, by=office)
    accept_invitation(tokens[0], person=person)
    assert person.has_perm("regions.read_members_area", regions["mitte"])


@pytest.mark.parametrize("token", ["", "x", "../../", "0" * 4000, "ümläut"])
def test_forged_link_tells_nothing(invited, client, token):
    with pytest.raises(MissingError):
        find_invitation(token)
    if token and "/" not in token:
        answer = client.get(f"/konto/einladung/{token}/")
        assert answer.status_code == 404
        assert "neu@example.org" not in answer.content.decode()


def test_expired_invitation_opens_nothing_not_even_by_password_reset(invited, tokens, client, mailoutbox):
    Invitation.objects.in_region(invited.region).update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(f"/konto/einladung/{tokens[0]}/").status_code == 404
    answer = client.post(f"/konto/einladung/{tokens[0]}/", {"first_name": "N", "last_name": "N", "password": PASSWORD})
    assert answer.status_code == 404
    client.post("/konto/password/reset/", {"email": "neu@example.org"})
    links = [part for mail in mailoutbox for part in re.findall(r"/konto/password/reset/key/\S+", mail.body)]
    assert links == []
    client.post("/konto/login/", {"login": "neu@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert not Person.objects.filter(email="neu@example.org").exists()


def test_withdrawn_invitation_does_not_work(invited, tokens, office):
    withdraw_invitation(invited, by=office)
    withdraw_invitation(invited, by=office)
    assert AuditEntry.objects.filter(verb="withdraw_invitation").count() == 1
    with pytest.raises(MissingError):
        accept_with_new_account(tokens[0], first_name="N", last_name="N", password=PASSWORD)
    with pytest.raises(ConflictError):
        renew_invitation(invited, by=office)


def test_renewed_invitation_has_a_new_link(invited, tokens, office):
    renew_invitation(invited, by=office)
    with pytest.raises(MissingError):
        find_invitation(tokens[0])
    assert find_invitation(tokens[1]).pk == invited.pk


def test_second_open_invitation_is_refused_until_the_first_expired(invited, office, regions):
    with pytest.raises(ConflictError):
        invite_person(regions["mitte"], email="NEU@example.org", by=office)
    invite_person(regions["kali"], email="neu@example.org", by=office)
    Invitation.objects.in_region(regions["mitte"]).update(expires_at=timezone.now() - timedelta(days=1))
    assert invite_person(regions["mitte"], email="neu@example.org", by=office).state == InvitationState.OPEN


@pytest.mark.parametrize(
    ("fields", "column"),
    [({"email": "kein"}, "email"), ({"role": "admin"}, "role"), ({"days": 0}, "days"), ({"days": 61}, "days")],
)
def test_impossible_invitation_is_refused_with_its_field(regions, office, fields, column):
    given = {"email": "a@example.org", **fields}
    with pytest.raises(InputError) as refused:
        invite_person(regions["mitte"], by=office, **given)
    assert [problem.column for problem in refused.value.problems] == [column]


def test_organisation_of_another_region_is_refused(regions, office):
    other = add_organisation(regions["kali"], by=None, name="Fremd", kind="other")
    with pytest.raises(InputError):
        invite_person(regions["mitte"], email="a@example.org", by=office, organisation=other)


def test_holder_of_the_role_is_not_invited_again(regions, office, make_person):
    make_person("da@example.org", region=regions["mitte"], role=Role.MEMBER)
    with pytest.raises(ConflictError):
        invite_person(regions["mitte"], email="da@example.org", by=office)
    assert invite_person(regions["mitte"], email="da@example.org", by=office, role=Role.EDITOR).pk


def test_page_of_an_invitation_makes_the_account(regions, make_person, tokens, client):
    office = make_person("buero@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    invite_person(regions["mitte"], email="neu@example.org", by=office)
    address = f"/konto/einladung/{tokens[0]}/"
    page = client.get(address)
    assert page.status_code == 200
    assert "Region der Mitte" in page.content.decode()
    weak = client.post(address, {"first_name": "Nora", "last_name": "Neu", "password": "kurz"})
    assert weak.status_code == 400
    assert not Person.objects.filter(email="neu@example.org").exists()
    done = client.post(address, {"first_name": "Nora", "last_name": "Neu", "password": PASSWORD})
    assert (done.status_code, done.url) == (302, "/konto/login/?next=%2Fmitte%2F")
    assert client.get(address).status_code == 404
    signed = client.post("/konto/login/?next=/mitte/", {"login": "neu@example.org", "password": PASSWORD})
    assert (signed.status_code, signed.url) == (302, "/mitte/")


def test_page_leads_owner_of_an_account_to_the_sign_in(regions, make_person, tokens, client, sign_in):
    office = make_person("buero@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    person = make_person("neu@example.org")
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    invite_person(regions["mitte"], email="neu@example.org", by=office)
    address = f"/konto/einladung/{tokens[0]}/"
    page = client.get(address).content.decode()
    assert "/konto/login/?next=%2Fkonto%2Feinladung%2F" in page
    assert 'name="password"' not in page
    stranger = sign_in(make_person("fremd@example.org"), client=Client(), second_factor=False)
    assert stranger.post(address).status_code == 409
    signed = sign_in(person, client=Client(), second_factor=False)
    assert signed.post(address).url == "/mitte/"
    assert person.has_perm("regions.read_members_area", regions["mitte"])


def test_office_invites_into_a_body_and_the_seat_is_there_once_accepted(regions, office, tokens, sign_in):
    """The form offers the standing bodies of the region, and no others; who accepts sits there."""
    mitte, kali = regions["mitte"], regions["kali"]
    body = found_body(mitte, by=office, slug="runde", name_de="Runde", kind="steering", remit_de="Berät.")
    elsewhere = found_body(kali, by=None, slug="kreis", name_de="Kreis", kind="steering", remit_de="Berät.")
    page, given = "/mitte/geschaeftsstelle/einladungen/", {"email": "neu@example.org", "role": "member", "days": "14"}
    client = sign_in(office)
    offered = dict(client.get(page).context["form"].fields["body"].choices)
    assert offered.keys() == {"", str(body.pk)}
    assert client.post(page, {**given, "body": elsewhere.pk, "interest_group": "science"}).status_code == 400
    assert client.post(page, {**given, "body": body.pk, "interest_group": ""}).status_code == 400
    assert client.post(page, {**given, "body": body.pk, "interest_group": "science"}).status_code == 302
    accept_with_new_account(tokens[0], first_name="Nora", last_name="Neu", password=PASSWORD)
    seat = Seat.objects.in_region(mitte).get()
    assert (seat.body, seat.person.email, seat.interest_group) == (body, "neu@example.org", "science")


def test_page_of_an_invitation_lets_its_form_say_where_it_comes_from(invited, tokens):
    """A page without referrer sends forms without origin, and a browser's form would be taken for a forged one."""
    client = Client(enforce_csrf_checks=True)
    address = f"/konto/einladung/{tokens[0]}/"
    page = client.get(address)
    assert (page["Referrer-Policy"], "no-referrer" in page.content.decode()) == ("same-origin", False)
    form = {"first_name": "Nora", "last_name": "Neu", "password": PASSWORD,
            "csrfmiddlewaretoken": client.cookies["csrftoken"].value}  # fmt: skip
    assert client.post(address, form, headers={"Origin": "null"}).status_code == 403
    assert client.post(address, form, headers={"Origin": "http://testserver"}).status_code == 302
