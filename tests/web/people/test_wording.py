"""German texts of the account library: nobody is addressed as a friend, on no page and in no mail."""

from __future__ import annotations

import re
from pathlib import Path

import allauth
from babel.messages.pofile import read_po
from django.core import mail
from django.utils.translation import gettext, override

from raumwerk.web.kit.messages import WEB, read_catalogue

FRIENDLY = re.compile(
    r"\b(?:du|dein\w*|dir|dich|möchtest|gib|rufe|versuche|überprüfe|folge|bestätige|verknüpfe|wähle|kontaktiere)\b",
    re.I,
)
THEIRS = Path(allauth.__file__).parent / "locale/de/LC_MESSAGES/django.po"
OURS = WEB / "people/wording/de/LC_MESSAGES/django.po"
#: Texts of a server of OpenID Connect, which this website is not.
OF_A_SERVER = re.compile(r"client|device|grant type|response type|scope")


def test_every_friendly_text_of_the_library_has_our_wording():
    with THEIRS.open("rb") as stream:
        theirs = [
            one for one in read_po(stream, locale="de") if isinstance(one.id, str) and isinstance(one.string, str)
        ]
    friendly = {one.id for one in theirs if FRIENDLY.search(one.string) and not OF_A_SERVER.search(one.id)}
    ours = {one.id: one.string for one in read_catalogue(OURS) if one.id}
    assert len(friendly) > 40
    assert friendly - set(ours) == set()
    assert [text for text in ours.values() if FRIENDLY.search(text)] == []
    with override("de"):
        assert {one: gettext(one) for one in ours} == ours


def test_our_wording_asks_for_nothing_that_is_not_there():
    placeholder = re.compile(r"%\(\w+\)s|%[sd]")
    for one in read_catalogue(OURS):
        assert set(placeholder.findall(one.string)) <= set(placeholder.findall(one.id))


def test_mail_for_a_new_password_is_polite_and_names_the_site(content, make_person, client):
    person = make_person("m@mitte.example", region=content["mitte"], role="member")
    person.emailaddress_set.update_or_create(email=person.email, defaults={"verified": True, "primary": True})
    client.post("/konto/password/reset/", {"email": person.email}, headers={"host": "localhost:8000"})
    (sent,) = mail.outbox
    assert sent.subject.startswith("[Raumwerk] ")
    assert "Sie oder jemand anderes" in sent.body
    assert not FRIENDLY.search(sent.body)
