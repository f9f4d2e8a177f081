"""Signing in through a provider: a real one over HTTP, from the button to the session, and all that must not work."""

from __future__ import annotations

import html
import http.client
import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client, override_settings

from made_provider import CLIENT, SECRET, MadeProvider
from raumwerk.web.config.environment import openid_connect, socialaccount_providers
from raumwerk.web.people.actions.leaving import close_account
from raumwerk.web.people.management.commands.totp_code import current_code
from raumwerk.web.people.models import Person, Role
from raumwerk.web.people.oidc.asking import check_address
from raumwerk.web.people.own_data import own_data

PASSWORD = "a long enough password"
BACK = "http://localhost:8000/konto/sso/antwort/"
BEGIN, PAGE = "/konto/sso/beginnen/", "/konto/sso/"


@pytest.fixture
def provider():
    running = MadeProvider(BACK)
    yield running
    running.stop()


@pytest.fixture
def configure(monkeypatch, settings, provider):
    """Configure the provider as an operator does; ``configure(RAUMWERK_OIDC_TRUST_EMAIL="1")`` changes settings."""

    def configured(**more):
        given = {
            "RAUMWERK_OIDC_ISSUER": provider.issuer, "RAUMWERK_OIDC_NAME": "Kreisportal",
            "RAUMWERK_OIDC_CLIENT_ID": CLIENT, "RAUMWERK_OIDC_SECRET": SECRET, **more,
        }  # fmt: skip
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        settings.OIDC = openid_connect()
        settings.SOCIALACCOUNT_PROVIDERS = socialaccount_providers(settings.OIDC)

    configured()
    return configured


@pytest.fixture
def anna(regions, make_person):
    person = make_person("anna@kreis.example", region=regions["mitte"], role=Role.MEMBER)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _there(answer):
    """The address at the provider to which a page leads."""
    assert answer.status_code == 200, answer.content.decode()
    return html.unescape(re.search(r'content="0;url=([^"]+)"', answer.content.decode())[1])


def _at_provider(address):
    """Go to the provider as a browser does, and return the address it sends back to."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    body, location = answer.read(), answer.headers["Location"]
    connection.close()
    assert answer.status == 302, body
    return location


def _come_back(client, address):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def _sign_in(client, begin=BEGIN, **fields):
    return _come_back(client, _at_provider(_there(client.post(begin, fields))))


def _signed_in(client):
    return client.session.get("_auth_user_id")


def _confirmed(person):
    """A browser signed in by password that has just confirmed it."""
    client = Client()
    client.post("/konto/login/", {"login": person.email, "password": PASSWORD})
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def linked(anna, configure):
    assert _sign_in(_confirmed(anna)).url == PAGE
    return anna


def test_without_configuration_nothing_is_shown_and_no_door_is_there(regions, client, anna):
    assert "sso" not in client.get("/konto/login/").content.decode()
    for address in (PAGE, "/konto/sso/antwort/", "/konto/3rdparty/", "/konto/oidc/oidc/login/"):
        assert client.get(address).status_code == 404
    assert client.post(BEGIN).status_code == 404
    assert "/konto/sso/" not in _confirmed(anna).get("/konto/2fa/").content.decode()


@pytest.mark.parametrize(("prefix", "label"), [("", "Mit Kreisportal anmelden"), ("/en", "Sign in with Kreisportal")])
def test_button_stands_on_the_page_in_both_languages(configure, regions, client, prefix, label):
    assert label in client.get(f"{prefix}/konto/login/").content.decode()
    leaving = client.post(f"{prefix}{BEGIN}")
    asked = parse_qs(urlsplit(_there(leaving)).query)
    assert asked["redirect_uri"] == [BACK]
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
        ["code"],
        [CLIENT],
        ["S256"],
    )
    assert set(asked["scope"][0].split()) == {"openid", "email", "profile"}
    assert {len(asked[name][0]) >= 16 for name in ("state", "nonce", "code_challenge")} == {True}
    assert client.get(f"{prefix}{BEGIN}").status_code == 405


def test_connected_person_signs_in_and_lands_where_they_wanted(linked, client):
    assert _sign_in(client, next="/mitte/meine-seite/").url == "/mitte/meine-seite/"
    assert _signed_in(client) == str(linked.pk)
    assert client.get("/mitte/meine-seite/").status_code == 200


def test_beginning_without_end_is_stopped_for_one_visitor(configure, regions, client):
    answers = [client.post(BEGIN).status_code for _turn in range(61)]
    assert answers == [200] * 60 + [429]
    assert Client().post(BEGIN, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_way_out_of_the_site_is_not_taken(linked, client):
    assert _sign_in(client, next="https://evil.example/").url.startswith("/")


def test_english_stays_english(linked, client):
    assert _sign_in(client, f"/en{BEGIN}").url == "/en/"


def test_little_is_kept_and_no_token(linked):
    held = SocialAccount.objects.get()
    assert (held.user, held.provider, held.extra_data, len(held.uid)) == (linked, "oidc", {}, 64)
    assert "4711" not in held.uid
    assert not SocialToken.objects.exists()


def test_unknown_person_is_told_what_to_do_and_gets_no_account(configure, regions, provider, client):
    provider.person["email"] = "neu@kreis.example"
    answer = _sign_in(client)
    assert answer.status_code == 403
    assert "Einladung" in answer.content.decode()
    assert not Person.objects.filter(email="neu@kreis.example").exists()


def test_answer_tells_not_whether_there_is_an_account(configure, anna, provider, client):
    known = _sign_in(client)
    provider.person |= {"sub": "99", "email": "fremd@kreis.example"}
    unknown = _sign_in(Client())
    assert known.status_code == unknown.status_code == 403
    told = [re.sub(r"sso/antwort/[^\"]*", "", page.content.decode()) for page in (known, unknown)]
    assert told[0] == told[1]


def test_untrusted_provider_never_takes_over_an_account(configure, anna, client):
    assert _sign_in(client).status_code == 403
    assert _signed_in(client) is None
    assert not SocialAccount.objects.exists()


def test_trusted_provider_links_by_an_address_proved_on_both_sides(configure, anna, client):
    configure(RAUMWERK_OIDC_TRUST_EMAIL="1")
    assert _sign_in(client).status_code == 302
    assert _signed_in(client) == str(anna.pk)
    assert SocialAccount.objects.get().user == anna
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


@pytest.mark.parametrize("proof", [False, None, "true", 1])
def test_address_unproved_at_the_provider_links_nothing(configure, anna, provider, client, proof):
    configure(RAUMWERK_OIDC_TRUST_EMAIL="1")
    provider.person["email_verified"] = proof
    assert _sign_in(client).status_code == 403
    assert not SocialAccount.objects.exists()


def test_address_unproved_here_links_nothing(configure, anna, client):
    configure(RAUMWERK_OIDC_TRUST_EMAIL="1")
    EmailAddress.objects.filter(user=anna).update(verified=False)
    assert _sign_in(client).status_code == 403
    anna.refresh_from_db()
    assert (SocialAccount.objects.exists(), anna.check_password(PASSWORD)) == (False, True)


def test_closed_account_stays_closed(linked, client):
    Person.objects.filter(pk=linked.pk).update(is_active=False)
    _sign_in(client)
    assert _signed_in(client) is None


def test_office_must_show_its_second_factor_all_the_same(linked, regions, client):
    linked.memberships.in_region(regions["mitte"]).update(role=Role.OFFICE)
    _sign_in(client)
    assert client.get("/mitte/geschaeftsstelle/").url == "/konto/2fa/"
    secret = generate_totp_secret()
    TOTP.activate(linked, secret)
    second = Client()
    assert _sign_in(second).url.startswith("/konto/2fa/authenticate/")
    assert second.get("/mitte/geschaeftsstelle/").status_code == 302
    second.post("/konto/2fa/authenticate/", {"code": current_code(secret)})
    assert second.get("/mitte/geschaeftsstelle/").status_code == 200


@pytest.mark.django_db
def test_open_signup_makes_an_account_under_the_rule_of_mail(configure, provider, client, settings, mailoutbox):
    provider.person |= {"sub": "5", "email": "Neu@Kreis.example", "given_name": "Nora", "family_name": "Neu"}
    with override_settings(RAUMWERK={**settings.RAUMWERK, "SIGNUP": True}):
        _sign_in(client)
        made = Person.objects.get(email="neu@kreis.example")
        assert (made.first_name, made.last_name, made.has_usable_password()) == ("Nora", "Neu", False)
        assert _signed_in(client) is None  # an untrusted address has to be confirmed by mail
        assert [mail.to for mail in mailoutbox] == [["neu@kreis.example"]]
        configure(RAUMWERK_OIDC_TRUST_EMAIL="1")
        provider.person |= {"sub": "6", "email": "zwei@kreis.example"}
        _sign_in(client)
        assert _signed_in(client) == str(Person.objects.get(email="zwei@kreis.example").pk)
        provider.person |= {"sub": "7"}
        del provider.person["email"]
        assert _sign_in(Client()).status_code == 403


def test_open_signup_does_not_take_over_either(configure, anna, client, settings, mailoutbox):
    with override_settings(RAUMWERK={**settings.RAUMWERK, "SIGNUP": True}):
        _sign_in(client)
    assert _signed_in(client) is None
    assert not SocialAccount.objects.exists()
    assert Person.objects.count() == 1


def test_wrong_state_is_refused(linked, client):
    back = _at_provider(_there(client.post(BEGIN)))
    forged = re.sub(r"state=[^&]+", "state=0123456789abcdef", back)
    assert _come_back(client, forged).status_code == 400
    assert _come_back(Client(), back).status_code == 400  # the answer belongs to another browser
    assert _signed_in(client) is None
    assert _come_back(client, back).status_code == 302
    assert _come_back(client, back).status_code == 400  # and works once
    for text in ("", "?code=x", "?state=x", "?error=server_error", "?code=x&state=%00", "?error=access_denied&state=x"):
        assert Client().get(f"/konto/sso/antwort/{text}").status_code == 400


@pytest.mark.parametrize(
    "fault",
    [
        "nonce",
        "signature",
        "key",
        "none",
        "shared_secret",
        "audience",
        "issuer",
        "expired",
        "no_token",
        "odd_token",
        "error",
        "not_json",
    ],
)
def test_wrong_answer_of_the_provider_opens_nothing(linked, provider, client, fault):
    back = _at_provider(_there(client.post(BEGIN)))
    provider.faults.add(fault)
    # What the token says is fixed when it is fetched, after the way back.
    answer = _come_back(client, back)
    assert answer.status_code == 502
    assert "hat nicht geklappt" in answer.content.decode()
    assert _signed_in(client) is None


def test_userinfo_of_another_person_is_refused(linked, provider, client):
    del provider.person["email"]
    provider.person["userinfo_email"] = "anna@kreis.example"
    assert _sign_in(client).status_code == 302
    provider.faults.add("other_person")
    assert _sign_in(Client()).status_code == 502


@pytest.mark.parametrize("fault", ["error", "not_json", "redirect"])
def test_provider_in_trouble_is_told_before_leaving(linked, provider, client, fault):
    provider.faults.add(fault)
    answer = client.post(BEGIN)
    assert answer.status_code == 502
    assert "Kreisportal" in answer.content.decode()


def test_provider_that_is_down_is_told_in_both_languages(linked, provider, client):
    back = _at_provider(_there(client.post(f"/en{BEGIN}")))
    provider.stop()
    assert client.post(BEGIN).status_code == 502
    answer = _come_back(client, back)
    assert (answer.status_code, "could not be reached" in answer.content.decode()) == (502, True)
    assert client.get("/konto/login/").status_code == 200


@pytest.mark.parametrize(
    "told",
    [{"issuer": "https://other.example"}, {"token_endpoint": "http://10.0.0.1/token"}, {"jwks_uri": 5},
     {"token_endpoint": "https://127.0.0.1/token"}, {"authorization_endpoint": "javascript:alert(1)"},
     {"authorization_endpoint": "http://evil.example/"}],
)  # fmt: skip
def test_provider_that_names_wrong_places_is_refused(linked, provider, client, told):
    back = _at_provider(_there(client.post(BEGIN)))
    provider.configuration = told
    assert _come_back(client, back).status_code == 502
    assert _signed_in(client) is None


@pytest.mark.parametrize(
    "address",
    ["http://example.org/", "https://10.1.2.3/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/x",
     "https://192.168.0.1/", "ftp://example.org/", "https:///x", "https://nowhere.invalid/"],
)  # fmt: skip
def test_private_or_plain_places_are_not_asked(address):
    from allauth.socialaccount.providers.oauth2.client import OAuth2Error

    with pytest.raises(OAuth2Error):
        check_address(address, issuer="https://anmelden.kreis.example")
    check_address("http://10.1.2.3:8080/token", issuer="http://10.1.2.3:8080/realms/kreis")  # named by the operator


def test_cancelled_sign_in_leads_back(linked, client):
    state = parse_qs(urlsplit(_there(client.post(BEGIN))).query)["state"][0]
    answer = client.get(f"/konto/sso/antwort/?error=access_denied&state={state}", follow=True)
    assert "abgebrochen" in answer.content.decode()


def test_connecting_asks_who_one_is_and_needs_the_token(configure, anna):
    client = Client()
    client.post("/konto/login/", {"login": anna.email, "password": PASSWORD})
    assert client.post(BEGIN).url.startswith("/konto/reauthenticate/")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(BEGIN).status_code == 403


def test_identity_of_one_account_connects_with_no_other(linked, make_person):
    other = make_person("b@kreis.example")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    _sign_in(_confirmed(other))
    assert SocialAccount.objects.get().user == linked


def test_ending_the_connection_leaves_the_password(linked):
    client = _confirmed(linked)
    assert "Verbunden seit" in client.get(PAGE).content.decode()
    client.post("/konto/sso/trennen/")
    assert not SocialAccount.objects.exists()
    assert _sign_in(Client()).status_code == 403


def test_who_has_no_password_does_not_lock_themselves_out_and_signs_in_anew(linked):
    linked.set_unusable_password()
    linked.save()
    client = Client()
    _sign_in(client)
    client.post("/konto/sso/trennen/")
    assert SocialAccount.objects.exists()
    assert client.get("/konto/meine-daten/").status_code == 200
    session = client.session
    session["account_authentication_methods"] = [
        {**one, "at": time.time() - 301} for one in session["account_authentication_methods"]
    ]
    session.save()
    assert client.get("/konto/meine-daten/").url.startswith("/konto/login/")
    assert _signed_in(client) is None


def test_own_data_tells_of_the_connection_and_leaving_removes_it(linked):
    (rows,) = [rows for part, rows in own_data(linked) if part.name == "socialaccount.socialaccount"]
    assert [row["provider"] for row in rows] == ["oidc"]
    close_account(linked)
    assert not SocialAccount.objects.exists()
