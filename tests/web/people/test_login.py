"""Signing in: second factor, limits, nothing told about who has an account."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, override_settings

from raumwerk.web.people.management.commands.totp_code import current_code
from raumwerk.web.people.models import Role

PASSWORD = "a long enough password"


@pytest.fixture
def office(content, make_person):
    person = make_person("office@mitte.example", region=content["mitte"], role=Role.OFFICE)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _sign_in(client, email, password=PASSWORD, **extra):
    return client.post("/konto/login/", {"login": email, "password": password}, **extra)


def test_office_without_second_factor_is_led_to_its_setup(office, client):
    _sign_in(client, office.email)
    answer = client.get("/verwaltung/")
    assert (answer.status_code, answer.url) == (302, "/konto/2fa/")
    offered = client.get("/konto/2fa/").content.decode()
    assert "/konto/2fa/totp/activate/" in offered
    assert "/konto/2fa/webauthn/add/" in offered
    assert client.get("/mitte/").status_code == 302
    # Setting up a factor asks for the password once more, then shows the secret.
    assert client.get("/konto/2fa/totp/activate/").url.startswith("/konto/reauthenticate/")
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    assert client.get("/konto/2fa/totp/activate/").status_code == 200


def test_office_with_second_factor_enters(office, client):
    secret = generate_totp_secret()
    TOTP.activate(office, secret)
    first = _sign_in(client, office.email)
    assert first.url == "/konto/2fa/authenticate/"
    assert client.get("/verwaltung/").status_code == 302
    client.post("/konto/2fa/authenticate/", {"code": current_code(secret)})
    assert client.get("/verwaltung/").status_code == 200


def test_setting_up_the_second_factor_opens_the_area(office, client, django_capture_on_commit_callbacks):
    _sign_in(client, office.email)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    form = client.get("/konto/2fa/totp/activate/").context["form"]
    with django_capture_on_commit_callbacks() as callbacks:
        answer = client.post("/konto/2fa/totp/activate/", {"code": current_code(form.secret)})
    assert answer.status_code == 302
    with request_context(answer.wsgi_request):  # what follows the commit belongs to the visit
        for callback in callbacks:
            callback()
    assert client.get("/verwaltung/").status_code == 200


def test_password_session_older_than_the_second_factor_must_show_it(office, client):
    _sign_in(client, office.email)
    TOTP.activate(office, generate_totp_secret())
    assert client.get("/verwaltung/").url == "/konto/2fa/reauthenticate/"


def test_member_needs_no_second_factor(content, make_person, client):
    person = make_person("m@mitte.example", region=content["mitte"], role=Role.MEMBER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/mitte/").status_code == 200


def test_secret_is_encrypted_in_the_database(office):
    secret = generate_totp_secret()
    TOTP.activate(office, secret)
    stored = Authenticator.objects.get(user=office).data["secret"]
    assert secret not in stored
    assert TOTP(Authenticator.objects.get(user=office)).validate_code(current_code(secret))


def test_login_limit_not_passed_by_forged_address(office):
    client = Client()
    codes = [
        _sign_in(client, office.email, "wrong", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(40)
    ]
    assert codes[0] == 200
    assert 429 in codes or "Zu viele" in _sign_in(client, office.email, "wrong").content.decode()
    late = _sign_in(client, office.email, PASSWORD, headers={"X-Forwarded-For": "10.9.9.9"})
    assert late.status_code != 302


def test_unknown_and_known_address_answer_alike(office, client):
    known = _sign_in(client, office.email, "wrong").content.decode()
    unknown = _sign_in(client, "nobody@mitte.example", "wrong").content.decode()
    assert known.replace(office.email, "X").count("errorlist") == unknown.count("errorlist") == 1
    first = client.post("/konto/password/reset/", {"email": office.email})
    second = client.post("/konto/password/reset/", {"email": "nobody@mitte.example"})
    assert (first.status_code, first.url) == (second.status_code, second.url)


def test_signup_is_closed_unless_opened(content, client, settings):
    assert "signup" not in client.get("/konto/login/").content.decode()
    body = {"email": "new@example.org", "password1": "a new long password", "password2": "a new long password"}
    client.post("/konto/signup/", body)
    from raumwerk.web.people.models import Person

    assert not Person.objects.filter(email="new@example.org").exists()
    with override_settings(RAUMWERK={**settings.RAUMWERK, "SIGNUP": True}):
        assert client.post("/konto/signup/", body).status_code == 302
    assert Person.objects.filter(email="new@example.org").exists()


def test_wagtails_own_login_doors_are_closed(content, client):
    assert client.get("/verwaltung/login/?next=/verwaltung/").url == "/konto/login/?next=/verwaltung/"
    assert client.get("/verwaltung/password_reset/").status_code == 404
    assert client.post("/verwaltung/login/", {"username": "x", "password": "y"}).status_code == 302


def test_unsafe_methods_need_the_token(office):
    strict = Client(enforce_csrf_checks=True)
    for address in ("/konto/login/", "/barriere-melden/", "/en/barriere-melden/", "/konto/password/reset/"):
        answer = strict.post(address, {"login": office.email, "password": PASSWORD, "text": "x"})
        assert answer.status_code == 403
        assert "abgelaufen" in answer.content.decode() or "expired" in answer.content.decode()
