"""A lost second factor: the administration's command removes it, ends the sessions, notes it and tells the owner."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.test import Client

from raumwerk.web.people.models import Role
from raumwerk.web.shared.audit.models import AuditEntry

PASSWORD, OFFICE = "a long enough password", "/mitte/geschaeftsstelle/"


@pytest.fixture
def office(regions, make_person):
    person = make_person("office@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    TOTP.activate(person, generate_totp_secret())
    return person


def test_reset_removes_the_factor_ends_sessions_and_is_noted(office, make_person, sign_in, mailoutbox, capsys):
    other = make_person("other@mitte.example")
    TOTP.activate(other, generate_totp_secret())
    held = sign_in(office, second_factor=False, client=Client())
    foreign = sign_in(other, second_factor=False, client=Client())
    call_command("reset_second_factor", "Office@mitte.example")
    assert list(Authenticator.objects.values_list("user", flat=True).distinct()) == [other.pk]
    assert "_auth_user_id" not in held.session
    assert foreign.session["_auth_user_id"] == str(other.pk)
    entry = AuditEntry.objects.get(verb="reset_second_factor")
    assert (entry.by, entry.subject, "office" in str(entry.details)) == (None, f"person {office.pk}", False)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([office.email], "Ihr zweiter Faktor wurde entfernt")
    # The password alone opens the set-up of a new factor, and not the office.
    browser = Client()
    browser.post("/konto/login/", {"login": office.email, "password": PASSWORD})
    assert browser.get(OFFICE).url.startswith("/konto/2fa/")


@pytest.mark.parametrize(
    ("address", "told"), [("nobody@mitte.example", "no account"), ("plain@x.example", "no second")]
)
def test_reset_of_nothing_is_refused_with_the_reason(office, make_person, address, told):
    make_person("plain@x.example")
    with pytest.raises(CommandError, match=told):
        call_command("reset_second_factor", address)
    assert not AuditEntry.objects.filter(verb="reset_second_factor").exists()
    assert Authenticator.objects.filter(user=office).exists()
