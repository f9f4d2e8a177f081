"""The mail of an invitation: its link stands in the queue only while it waits; the row proves what became of it."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from raumwerk.errors import ConflictError
from raumwerk.web.people.actions.invitations import (
    accept_with_new_account,
    invite_person,
    renew_invitation,
    withdraw_invitation,
)
from raumwerk.web.people.models import Invitation, Role
from raumwerk.web.people.signals import invitation_made
from raumwerk.web.shared.notify import sending
from raumwerk.web.shared.notify.models import MailState, OutgoingMail
from raumwerk.web.shared.notify.outbox import send_again

pytestmark = pytest.mark.django_db
PASSWORD = "eine lange Losung für Tests"


class Refusing(EmailBackend):
    """A server that knows no such mailbox, or only answers later."""

    code = 550

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({"neu@example.org": (self.code, b"no")})


@pytest.fixture
def office(regions, make_person):
    return make_person("buero@mitte.example", region=regions["mitte"], role=Role.OFFICE)


@pytest.fixture
def tokens():
    heard = []

    def note(sender, invitation, token, **kwargs):
        heard.append(token)

    invitation_made.connect(note)
    yield heard
    invitation_made.disconnect(note)


@pytest.fixture
def invited(regions, office, tokens):
    return invite_person(regions["mitte"], email="neu@example.org", by=office)


def _mails():
    return OutgoingMail.objects.across_regions("all of the test").order_by("pk")


def _told():
    return list(_mails().values_list("state", "address", "text"))


def _refuse(monkeypatch, code):
    server = Refusing()
    server.code = code
    monkeypatch.setattr(sending, "get_connection", lambda _path: server)


def test_link_is_erased_when_sent_and_the_proof_stays(invited, tokens):
    assert tokens[0] in _mails().get().text
    assert sending.send_due().sent == 1
    assert tokens[0] in outbox.outbox[0].body
    mail = _mails().get()
    assert (mail.state, mail.kind, mail.address, mail.text) == ("sent", "invitation", "neu@example.org", "")
    assert (mail.sent_at is not None, mail.about) == (True, invited)
    assert not [row for row in _mails().values() if tokens[0] in str(row)]


def test_link_is_erased_when_given_up_and_renewed_instead(invited, office, tokens, monkeypatch, sign_in):
    _refuse(monkeypatch, 550)
    assert sending.send_due().failed == 1
    assert _told() == [("failed", "neu@example.org", "")]
    with pytest.raises(ConflictError, match=r"not kept|nicht aufbewahrt"):
        send_again(_mails().get(), by=office)
    client = sign_in(office)
    again = f"/mitte/geschaeftsstelle/postausgang/{_mails().get().pk}/erneut/"
    page = client.get("/mitte/geschaeftsstelle/postausgang/?stand=failed").content.decode()
    assert again not in page
    assert "nicht aufbewahrt" in page
    assert client.post(again).status_code == 302
    assert _told() == [("failed", "neu@example.org", "")]
    renew_invitation(invited, by=office)
    first, second = _mails()
    assert (first.state, first.text, second.state) == ("dropped", "", "queued")
    assert tokens[1] in second.text
    assert "SMTPRecipientsRefused" in first.last_error


def test_link_stays_while_the_mail_is_tried_again(invited, tokens, monkeypatch):
    _refuse(monkeypatch, 451)
    assert sending.send_due().postponed == 1
    mail = _mails().get()
    assert (mail.state, tokens[0] in mail.text) == ("queued", True)


def test_withdrawn_invitation_is_not_sent_any_more(invited, office):
    withdraw_invitation(invited, by=office)
    assert _told() == [("dropped", "neu@example.org", "")]
    assert sending.send_due().sent == 0
    assert outbox.outbox == []


def test_accepted_invitation_keeps_no_link_in_the_queue(invited, tokens):
    accept_with_new_account(tokens[0], first_name="Nora", last_name="Neu", password=PASSWORD)
    assert _told() == [("dropped", "neu@example.org", "")]


def test_invitation_that_expired_while_it_waited_is_not_sent(invited):
    _mails().update(until=timezone.now() - timedelta(seconds=1))
    assert sending.send_due().sent == 0
    assert _told() == [("dropped", "neu@example.org", "")]
    assert outbox.outbox == []


def test_mail_waits_no_longer_than_its_invitation(invited):
    assert _mails().get().until == Invitation.objects.in_region(invited.region).get().expires_at


def test_withdrawn_while_being_sent_gets_no_second_attempt(invited, office, monkeypatch):
    _mails().update(state=MailState.SENDING, claimed_at=timezone.now() - timedelta(minutes=16))
    withdraw_invitation(invited, by=office)
    assert _mails().get().state == MailState.SENDING
    assert sending.send_due().sent == 0
    assert _told() == [("dropped", "neu@example.org", "")]


def test_withdrawal_leaves_other_mail_alone(regions, invited, office, tokens):
    other = invite_person(regions["kali"], email="neu@example.org", by=office)
    withdraw_invitation(invited, by=office)
    assert list(_mails().values_list("about_id", "state")) == [(invited.pk, "dropped"), (other.pk, "queued")]
    assert tokens[1] in _mails().last().text
