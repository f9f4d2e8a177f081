"""Changing what opens an account: only by somebody who has just proved who they are, and by links that end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.test import Client

from raumwerk.web.people.models import Role

PASSWORD, FRESH = "a long enough password", "eine andere lange Losung"
EMAIL = "/konto/email/"


@pytest.fixture
def anna(regions, make_person):
    person = make_person("anna@kreis.example", region=regions["mitte"], role=Role.MEMBER)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _signed_in(person, password=PASSWORD):
    client = Client()
    client.post("/konto/login/", {"login": person.email, "password": password})
    assert client.session["_auth_user_id"] == str(person.pk)
    return client


def _link(mailoutbox):
    (found,) = re.findall(r"http://\S+?(/konto/password/reset/key/\S+)", mailoutbox[-1].body)
    return found


def _reset(client, link):
    """Open a link from a mail and set a new password; False when the link does not work."""
    page = client.get(link)
    if page.status_code != 302:
        return False
    client.post(page.url, {"password1": FRESH, "password2": FRESH})
    return True


@pytest.mark.parametrize(
    "deed",
    [{"action_add": "", "email": "neu@kreis.example"}, {"action_remove": "", "email": "zwei@kreis.example"},
     {"action_primary": "", "email": "zwei@kreis.example"}],
)  # fmt: skip
def test_addresses_change_only_after_who_one_is_was_proved(anna, deed):
    EmailAddress.objects.create(user=anna, email="zwei@kreis.example", verified=True)
    before = list(EmailAddress.objects.order_by("pk").values_list("email", "primary"))
    client = _signed_in(anna)
    assert client.post(EMAIL, deed).url.startswith("/konto/reauthenticate/")
    assert client.post("/konto/reauthenticate/", {"password": "falsch"}).status_code == 200
    assert client.post(EMAIL, deed).url.startswith("/konto/reauthenticate/")
    assert list(EmailAddress.objects.order_by("pk").values_list("email", "primary")) == before
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    client.post(EMAIL, deed)
    assert list(EmailAddress.objects.order_by("pk").values_list("email", "primary")) != before


def test_proof_of_who_one_is_ends_after_minutes(anna):
    client = _signed_in(anna)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    session = client.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - 301} for one in session["account_authentication_methods"]
    ]
    session.save()
    answer = client.post(EMAIL, {"action_add": "", "email": "neu@kreis.example"})
    assert answer.url.startswith("/konto/reauthenticate/")


def test_password_changes_only_with_the_old_one_and_ends_other_sessions(anna):
    client, other = _signed_in(anna), _signed_in(anna)
    fields = {"oldpassword": "falsch", "password1": FRESH, "password2": FRESH}
    assert client.post("/konto/password/change/", fields).status_code == 200
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
    client.post("/konto/password/change/", {**fields, "oldpassword": PASSWORD})
    anna.refresh_from_db()
    assert anna.check_password(FRESH)
    assert other.get("/mitte/meine-seite/").url.startswith("/konto/login/")


def test_link_to_a_new_password_works_once_and_ends_other_sessions(anna, client, mailoutbox):
    other = _signed_in(anna)
    client.post("/konto/password/reset/", {"email": anna.email})
    link = _link(mailoutbox)
    assert _reset(Client(), link)
    anna.refresh_from_db()
    assert anna.check_password(FRESH)
    assert not _reset(Client(), link)
    assert other.get("/mitte/meine-seite/").url.startswith("/konto/login/")


def test_link_to_a_new_password_ends_after_a_day(anna, client, mailoutbox, monkeypatch):
    client.post("/konto/password/reset/", {"email": anna.email})
    now = PasswordResetTokenGenerator._now
    assert Client().get(_link(mailoutbox)).status_code == 302
    later = timedelta(days=1, seconds=1)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + later)
    assert not _reset(Client(), _link(mailoutbox))
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_owner_hears_of_changes_without_the_address_they_came_from(anna, mailoutbox):
    client = Client(REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="Browser der Prüfung")
    client.post("/konto/login/", {"login": anna.email, "password": PASSWORD})
    client.post("/konto/password/change/", {"oldpassword": PASSWORD, "password1": FRESH, "password2": FRESH})
    (mail,) = mailoutbox
    assert mail.to == [anna.email]
    assert "Wenn Sie das nicht waren" in mail.body
    assert not [told for told in ("203.0.113.7", "Browser der Prüfung") if told in mail.body]
