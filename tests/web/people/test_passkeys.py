"""Passkeys as second factor: with real key pairs; what another key, site or challenge answers opens nothing."""

from __future__ import annotations

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from fido2.utils import websafe_encode

from made_passkey import SoftPasskey
from raumwerk.web.people.actions.leaving import close_account
from raumwerk.web.people.forms_passkeys import MOST
from raumwerk.web.people.models import Role
from raumwerk.web.people.own_data import own_data

PASSWORD = "a long enough password"
ADD, SHOW, OFFICE = "/konto/2fa/webauthn/add/", "/konto/2fa/authenticate/", "/mitte/geschaeftsstelle/"


@pytest.fixture
def make_account(regions, make_person):
    def make(email, role=Role.OFFICE):
        person = make_person(email, region=regions["mitte"], role=role)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return person

    return make


@pytest.fixture
def office(make_account):
    return make_account("office@mitte.example")


def _sign_in(person, client=None):
    client = client or Client()
    client.post("/konto/login/", {"login": person.email, "password": PASSWORD})
    return client


def _confirm(client):
    client.post("/konto/reauthenticate/", {"password": PASSWORD})


def _enrol(client, key, name="Telefon"):
    _confirm(client)
    options = client.get(ADD).context["js_data"]["creation_options"]
    return client.post(ADD, {"name": name, "credential": json.dumps(key.make(options))})


def _question(client, address=SHOW):
    return client.get(address).context["js_data"]["request_options"]


@pytest.fixture
def enrolled(office):
    """An office account with a passkey that has signed out, the key, and a browser that knows the password."""
    key = SoftPasskey()
    assert _enrol(_sign_in(office), key).status_code == 302
    return office, key, _sign_in(office)


def test_office_enrols_a_passkey_and_enters_at_once(office):
    client = _sign_in(office)
    assert client.get(OFFICE).url == "/konto/2fa/"
    answer = _enrol(client, SoftPasskey())
    assert (answer.status_code, answer.url) == (302, "/konto/2fa/recovery-codes/")
    assert client.get(OFFICE).status_code == 200
    assert set(Authenticator.objects.filter(user=office).values_list("type", flat=True)) == {
        "webauthn", "recovery_codes",
    }  # fmt: skip


def test_question_names_this_site_whatever_host_was_asked(office):
    client = _sign_in(office)
    _confirm(client)
    options = client.get(ADD, headers={"Host": "127.0.0.1"}).context["js_data"]["creation_options"]["publicKey"]
    assert (options["rp"]["id"], options["rp"]["name"]) == ("localhost", "Raumwerk")


def test_password_and_passkey_open_the_office(enrolled):
    office, key, client = enrolled
    assert client.get(OFFICE).status_code == 302
    assert "_auth_user_id" not in client.session
    answer = client.post(SHOW, {"credential": json.dumps(key.prove(_question(client)))})
    assert answer.status_code == 302
    assert client.get(OFFICE).status_code == 200
    assert Authenticator.objects.get(user=office, type="webauthn").last_used_at is not None


def test_password_alone_opens_nothing(enrolled):
    _office, _key, client = enrolled
    closed = (OFFICE, "/mitte/meine-seite/", "/konto/2fa/", "/konto/email/", "/verwaltung/")
    for address in closed:
        answer = client.get(address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/konto/login/")


def _foreign_key(_key, question):
    return SoftPasskey().prove(question)


def _same_number_other_key(key, question):
    forged = SoftPasskey()
    forged.number = key.number
    return forged.prove(question)


def _other_challenge(key, question):
    return key.prove(question, challenge=websafe_encode(b"0" * 32))


def _other_origin(key, question):
    key.origin = "https://evil.example"
    return key.prove(question)


def _own_subdomain(key, question):
    key.origin = "http://evil.localhost:8000"
    return key.prove(question)


def _other_host(key, question):
    key.host = "evil.example"
    return key.prove(question)


def _making_as_proof(key, question):
    return key.make(question)


def _changed_signature(key, question):
    answer = key.prove(question)
    answer["response"]["signature"] = websafe_encode(b"\x30\x06\x02\x01\x01\x02\x01\x01")
    return answer


@pytest.mark.parametrize(
    "forge",
    [_foreign_key, _same_number_other_key, _other_challenge, _other_origin, _own_subdomain, _other_host,
     _making_as_proof, _changed_signature],
)  # fmt: skip
def test_forged_answer_is_refused(enrolled, forge):
    _office, key, client = enrolled
    answer = client.post(SHOW, {"credential": json.dumps(forge(key, _question(client)))})
    assert answer.status_code == 200
    assert answer.context["webauthn_form"].errors
    assert client.get(OFFICE).status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "5", "null", '"x"', "{}", '{"response": 1}', '{"id": "a", "rawId": "a", "response": {}}',
     '{"id": "ä", "rawId": 7, "type": "public-key", "response": {"clientDataJSON": "e30"}}',
     '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": '
     '"eyJvcmlnaW4iOiJodHRwOi8vbG9jYWxob3N0In0", "authenticatorData": "YQ", "signature": "YQ", '
     '"attestationObject": "YQ"}}',
     "x" * 30_000],
)  # fmt: skip
def test_nonsense_is_refused_and_never_a_fault(enrolled, text):
    office, _key, client = enrolled
    _question(client)
    assert client.post(SHOW, {"credential": text}).context["webauthn_form"].errors
    proved = Client()
    _sign_in_by_code(proved, office)
    _confirm(proved)
    proved.get(ADD)
    assert proved.post(ADD, {"name": "x", "credential": text}).context["form"].errors
    assert Authenticator.objects.filter(user=office, type="webauthn").count() == 1


def _sign_in_by_code(client, person):
    code = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()[0]
    _sign_in(person, client)
    client.post(SHOW, {"code": code})


def test_answer_works_once(enrolled):
    office, key, client = enrolled
    answer = json.dumps(key.prove(_question(client)))
    client.post(SHOW, {"credential": answer})
    client.post("/konto/logout/")
    _sign_in(office, client)
    assert client.post(SHOW, {"credential": answer}).status_code == 200
    assert client.get(OFFICE).status_code == 302


def test_key_of_one_account_does_not_open_another(enrolled, make_account):
    _office, key, _client = enrolled
    other = make_account("zwei@mitte.example")
    TOTP.activate(other, generate_totp_secret())
    client = _sign_in(other)
    client.get(SHOW)
    question = {"publicKey": {"challenge": client.session["mfa.webauthn.state"]["challenge"]}}
    assert client.post(SHOW, {"credential": json.dumps(key.prove(question))}).context["webauthn_form"].errors
    assert client.get(OFFICE).status_code == 302


def test_recovery_code_opens_where_the_key_is_lost(enrolled):
    office, _key, client = enrolled
    _sign_in_by_code(client, office)
    assert client.get(OFFICE).status_code == 200


def test_older_session_adds_no_second_factor_of_its_own(office):
    """Somebody who got into a session and knows the password must not enrol a key beside the owner's."""
    older = _sign_in(office)
    TOTP.activate(office, generate_totp_secret())
    _confirm(older)
    for address in (
        ADD,
        "/konto/2fa/",
        "/konto/email/",
        "/konto/password/change/",
        "/konto/loeschen/",
        "/en/konto/2fa/",
    ):
        assert older.get(address).url.endswith("/konto/2fa/reauthenticate/")
    answer = older.post(ADD, {"name": "x", "credential": "{}"})
    assert answer.url == "/konto/2fa/reauthenticate/"
    assert not Authenticator.objects.filter(user=office, type="webauthn").exists()


def test_older_session_proves_itself_by_the_passkey(office):
    older, key = _sign_in(office), SoftPasskey()
    _enrol(_sign_in(office), key)
    asked = "/konto/2fa/webauthn/reauthenticate/"
    assert older.get(OFFICE).url == asked
    refused = older.post(asked, {"credential": json.dumps(SoftPasskey().prove(_question(older, asked)))})
    assert (refused.status_code, refused.url) == (302, asked)
    assert older.get(OFFICE).url == asked
    older.post(asked, {"credential": json.dumps(key.prove(_question(older, asked)))})
    assert older.get(OFFICE).status_code == 200


def test_adding_asks_who_one_is(make_account):
    member = make_account("m@mitte.example", role=Role.MEMBER)
    client = _sign_in(member)
    assert client.get(ADD).url.startswith("/konto/reauthenticate/")
    assert client.post(ADD, {"name": "x", "credential": "{}"}).url.startswith("/konto/reauthenticate/")
    assert _enrol(client, SoftPasskey()).status_code == 302  # offered to everybody
    assert client.get("/mitte/meine-seite/").status_code == 200


def test_removing_the_last_factor_closes_the_office(office):
    client, key = _sign_in(office), SoftPasskey()
    _enrol(client, key)
    number = Authenticator.objects.get(user=office, type="webauthn").pk
    page = f"/konto/2fa/webauthn/keys/{number}/remove/"
    assert "erreichen Sie nur noch Ihr Konto" in client.get(page).content.decode()
    assert client.post(page).status_code == 302
    assert not Authenticator.objects.filter(user=office).exists()
    for address in (OFFICE, "/verwaltung/", "/mitte/"):
        assert client.get(address).url == "/konto/2fa/"
    assert _sign_in(office).get(OFFICE).url == "/konto/2fa/"


def test_keys_of_others_are_neither_renamed_nor_removed(enrolled, make_account):
    office, _key, _client = enrolled
    number = Authenticator.objects.get(user=office, type="webauthn").pk
    other = _sign_in(make_account("zwei@mitte.example", role=Role.MEMBER))
    _confirm(other)
    for deed in ("remove", "edit"):
        assert other.get(f"/konto/2fa/webauthn/keys/{number}/{deed}/").status_code == 404
        assert other.post(f"/konto/2fa/webauthn/keys/{number}/{deed}/", {"name": "x"}).status_code == 404
    assert Authenticator.objects.get(pk=number).wrap().name == "Telefon"


def test_list_names_keys_as_text_and_renames(office):
    client = _sign_in(office)
    _enrol(client, SoftPasskey(), name="<b>Telefon</b>")
    page = client.get("/konto/2fa/webauthn/").content.decode()
    assert "&lt;b&gt;Telefon&lt;/b&gt;" in page
    assert "nie" in page
    number = Authenticator.objects.get(user=office, type="webauthn").pk
    edit = f"/konto/2fa/webauthn/keys/{number}/edit/"
    assert client.post(edit, {"name": "x" * 61}).context["form"].errors
    assert client.post(edit, {"name": "Büro"}).status_code == 302
    assert "Büro" in client.get("/en/konto/2fa/webauthn/").content.decode()


def test_number_of_keys_is_limited(office):
    client = _sign_in(office)
    for _ in range(MOST):
        _enrol(client, SoftPasskey())
    assert _enrol(client, SoftPasskey()).context["form"].non_field_errors()
    assert Authenticator.objects.filter(user=office, type="webauthn").count() == MOST


def test_own_data_tells_of_keys_and_leaving_removes_them(enrolled):
    office, _key, _client = enrolled
    (rows,) = [rows for part, rows in own_data(office) if part.name == "mfa.authenticator"]
    assert {row["type"]: row["data__name"] for row in rows} == {"webauthn": "Telefon", "recovery_codes": None}
    assert "credential" not in str(rows)
    close_account(office)
    assert not Authenticator.objects.exists()


def test_signing_in_by_a_passkey_alone_is_not_offered(enrolled):
    assert Client().get("/konto/2fa/webauthn/login/").status_code == 404
    assert Client().get("/konto/2fa/webauthn/signup/").status_code == 404
