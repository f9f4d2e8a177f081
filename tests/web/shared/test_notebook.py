"""Sending notes to the office; what is kept in the browser is tested in frontend/src/notebook."""

from __future__ import annotations

import pytest
from django.urls import reverse

from raumwerk.errors import UnavailableError
from raumwerk.web.people.models import Role
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notebook.actions import send_notes
from raumwerk.web.shared.notebook.forms import LONGEST
from raumwerk.web.shared.notify.models import OutgoingMail

GIVEN = {"message": "Höxter pendelt nach Holzminden.", "name": "A. Leser", "email": "leser@example.org"}


@pytest.fixture
def office(regions, make_person):
    return make_person("office@example.org", region=regions["mitte"], role=Role.OFFICE)


def _mails(region):
    return OutgoingMail.objects.in_region(region)


def test_notes_reach_every_office_of_the_region_alone(regions, office, make_person, client):
    make_person("kali@example.org", region=regions["kali"], role=Role.OFFICE)
    make_person("editor@example.org", region=regions["mitte"], role=Role.EDITOR)
    address = reverse("notebook:notes", kwargs={"region": "mitte"})
    answer = client.post(address, GIVEN, follow=True)
    assert "unterwegs zur Geschäftsstelle" in answer.content.decode()
    (mail,) = _mails(regions["mitte"])
    assert (mail.person, mail.headers, mail.kind) == (office, {"Reply-To": "leser@example.org"}, "contact_request")
    assert "Holzminden" in mail.text
    assert not _mails(regions["kali"]).exists()
    entry = AuditEntry.objects.get(verb="send_notes")
    assert (entry.subject, entry.by, entry.details) == ("mitte", None, {})


@pytest.mark.usefixtures("office")
def test_notes_make_no_header_and_no_link(regions):
    send_notes(
        regions["mitte"], name="A\r\nBcc: all@example.org", email="leser@example.org",
        message="Lies https://evil.example/x",
    )  # fmt: skip
    (mail,) = _mails(regions["mitte"])
    assert set(mail.headers) == {"Reply-To"}
    assert "https://evil.example" not in mail.text
    assert "\n" not in mail.subject


def test_wrong_notes_are_refused_and_nothing_is_lost(regions, office, client):
    address = reverse("notebook:notes", kwargs={"region": "mitte"})
    answer = client.post(address, GIVEN | {"email": "keine"})
    assert (answer.status_code, GIVEN["message"] in answer.content.decode()) == (400, True)
    assert client.post(address, GIVEN | {"message": "x" * (LONGEST + 1)}).status_code == 400
    assert not _mails(regions["mitte"]).exists()
    for _ in range(5):
        last = client.post(address, GIVEN)
    assert last.status_code == 429
    assert _mails(regions["mitte"]).count() == 3


def test_region_without_office_says_so(regions, client):
    with pytest.raises(UnavailableError):
        send_notes(regions["kali"], message="x", email="a@example.org")
    answer = client.post(reverse("notebook:notes", kwargs={"region": "kali"}), GIVEN)
    assert answer.status_code == 503
    assert GIVEN["message"] in answer.content.decode()
