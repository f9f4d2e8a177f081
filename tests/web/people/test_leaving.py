"""Leaving: nothing of the name is left in any table, and what others need stays."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from wagtail.models import ModelLogEntry, PageLogEntry, Revision

from raumwerk.web.atlas.models import SavedScenario
from raumwerk.web.forum.models import Body, Seat
from raumwerk.web.pages.models import BarrierReport, TextPage
from raumwerk.web.people.actions.invitations import invite_person
from raumwerk.web.people.actions.leaving import close_account
from raumwerk.web.people.actions.organisations import add_organisation
from raumwerk.web.people.forgetting import NOBODY, Traces
from raumwerk.web.people.models import Affiliation, ContactRequest, Invitation, Person, Role
from raumwerk.web.people.signals import person_leaving
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.comments.models import Comment
from raumwerk.web.shared.files.models import FileVersion, StoredFile
from raumwerk.web.shared.notify.actions import enqueue_mail
from raumwerk.web.shared.notify.models import MailAttachment, MailContent, MassMail, Note, OutgoingMail
from raumwerk.web.shared.search.models import Entry, Token

PASSWORD = "a long enough password"
NAME, ADDRESS, OTHER = "Zwetschgine Quittenbaum", "zwetschgine@kreis.example", "zq@privat.example"
WORDS = ("zwetschgine", "quittenbaum", ADDRESS, OTHER)


def everything() -> dict[str, str]:
    """All rows of all tables as text, sessions opened."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = "\n".join(
                " ".join(bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)
                         for cell in row)
                for row in cursor.fetchall()
            ).lower()  # fmt: skip
    found["opened sessions"] = str([session.get_decoded() for session in Session.objects.all()]).lower()
    return found


def tables_naming(words=WORDS) -> set[str]:
    return {table for table, text in everything().items() if any(word in text for word in words)}


@pytest.fixture
def leaver(content, make_person):
    person = make_person(
        ADDRESS, region=content["mitte"], role=Role.MEMBER, first_name="Zwetschgine", last_name="Quittenbaum"
    )
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=True)
    EmailAddress.objects.create(user=person, email=OTHER, verified=True)
    return person


@pytest.fixture
def traces(content, leaver, make_person):
    """What somebody leaves behind in every app."""
    region, other = content["mitte"], make_person("bert@kreis.example", first_name="Bert", last_name="Birne")
    actor = add_organisation(region, by=None, name="Kreis A", kind="district", public=True, offers=f"Fragen an {NAME}")
    Affiliation.objects.create(region=region, person=leaver, organisation=actor, spokesperson=True)
    invite_person(region, email=OTHER, by=other)
    ContactRequest.objects.create(region=region, by=leaver, organisation=actor, text=f"{NAME} bittet um Kontakt")
    ContactRequest.objects.create(region=region, by=other, organisation=actor, text=f"An {NAME}: bitte melden")
    body = Body.objects.create(region=region, slug="rat", name_de="Rat", name_en="Council", kind="plenary")
    seat = Seat.objects.create(region=region, body=body, person=leaver)
    record("fill_seat", f"{NAME} in Rat", by=leaver, region=region, after={"person": NAME, "list": [ADDRESS]})
    target = ContentType.objects.get_for_model(Body)
    comment = Comment.objects.create(
        region=region, target_type=target, target_id=body.pk, author=leaver, text=f"Gute Sache. Gruß, {NAME}"
    )
    file = StoredFile.objects.create(region=region, title=f"Vortrag {NAME}", visibility="public")
    FileVersion.objects.create(region=region, file=file, number=1, name="vortrag.pdf", kind="pdf", size=1,
                               sha256="0" * 64, uploaded_by=leaver)  # fmt: skip
    own = enqueue_mail(to=leaver, subject="An Sie", text=f"Liebe {NAME}", region=region, kind="account")
    OutgoingMail.objects.in_region(region).filter(pk=own.pk).update(state="sent")
    bytes_ = MailContent.objects.create(digest="1" * 64, content=f"ATTENDEE:{ADDRESS}".encode())
    MailAttachment.objects.create(mail=own, content=bytes_, name="termin.ics", content_type="text/calendar")
    told = enqueue_mail(to=other, subject=f"{NAME} fragt", text=f"Antwort an {ADDRESS}", region=region, kind="account",
                        headers={"Reply-To": ADDRESS})  # fmt: skip
    MassMail.objects.create(region=region, kind="account", subject="x", text=f"Fragen an {OTHER}", proposed_by=leaver)
    Note.objects.create(
        region=region, person=other, kind="account", text=f"{NAME} hat kommentiert", url="/", pace="daily"
    )
    Note.objects.create(region=region, person=leaver, kind="account", text="Neues", url="/", pace="daily")
    SavedScenario.objects.create(region=region, owner=leaver, name="Plan Quittenbaum", release="r", code_version="1")
    BarrierReport.objects.create(region=region, text=f"Geht nicht. {NAME}", email=OTHER.upper())
    page = TextPage.objects.first()
    page.save_revision(user=leaver, log_action=True)
    ModelLogEntry.objects.create(content_type=ContentType.objects.get_for_model(Person), object_id=str(leaver.pk),
                                 label=NAME, action="wagtail.edit", user=leaver, data={"title": NAME},
                                 timestamp=comment.created_at, content_changed=False, deleted=False)  # fmt: skip
    Client().force_login(leaver, backend="django.contrib.auth.backends.ModelBackend")
    return {"comment": comment, "seat": seat, "told": told, "own": own, "page": page, "file": file}


def test_nothing_names_who_left(leaver, traces, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.EMAIL_FILE_PATH = tmp_path
    (tmp_path / "1.log").write_text(f"To: {ADDRESS}\n\nx", "utf-8")
    (tmp_path / "2.log").write_text("To: bert@kreis.example\n\nx", "utf-8")
    before = tables_naming()
    assert {"people_person", "people_invitation", "people_contactrequest", "people_organisation", "audit_auditentry",
            "comments_comment", "notify_outgoingmail", "notify_mailcontent", "notify_massmail", "notify_note",
            "atlas_savedscenario", "account_emailaddress", "pages_barrierreport", "files_storedfile",
            "wagtailcore_modellogentry"} <= before  # fmt: skip
    number = leaver.pk
    with django_capture_on_commit_callbacks(execute=True):
        close_account(leaver)
    assert tables_naming() == set()
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["2.log"]
    assert not Session.objects.exists()
    assert not PageLogEntry.objects.filter(user_id=number).exists()
    assert not Revision.objects.filter(user_id=number).exists()
    last = AuditEntry.objects.get(verb="close_account")
    assert (last.subject, last.by, last.details) == (f"person {number}", None, {})


def test_contributions_stay_without_a_name(leaver, traces):
    region = traces["comment"].region
    close_account(leaver)
    comment = Comment.objects.in_region(region).get(pk=traces["comment"].pk)
    assert (comment.author_id, comment.text) == (None, f"Gute Sache. Gruß, {NOBODY}")
    entry = AuditEntry.objects.get(verb="fill_seat")
    assert (entry.by_id, entry.subject) == (None, f"{NOBODY} in Rat")
    assert entry.details == {"after": {"person": NOBODY, "list": [NOBODY]}}
    told = OutgoingMail.objects.in_region(region).get(pk=traces["told"].pk)
    assert (told.address, told.subject, told.text) == ("bert@kreis.example", f"{NOBODY} fragt", f"Antwort an {NOBODY}")
    own = OutgoingMail.objects.in_region(region).get(pk=traces["own"].pk)
    assert (own.state, own.address, own.text) == ("sent", "", "")
    assert not Invitation.objects.in_region(region).exists()


def test_search_forgets_the_name(leaver, traces, django_capture_on_commit_callbacks):
    from raumwerk.web.shared.search.indexing import rebuild

    rebuild()
    assert "search_entry" in tables_naming()
    with django_capture_on_commit_callbacks(execute=True):
        close_account(leaver)
    assert Entry.objects.across_regions("test").exists()
    tokens = set(Token.objects.across_regions("test").values_list("token", flat=True))
    assert not {token for token in tokens if "zwetschg" in token or "quittenbaum" in token}


def test_failing_receiver_leaves_the_account_whole(leaver, traces):
    def broken(**kwargs):
        raise RuntimeError("broken")

    before = everything()
    person_leaving.connect(broken)
    try:
        with pytest.raises(RuntimeError):
            close_account(leaver)
    finally:
        person_leaving.disconnect(broken)
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"von {ADDRESS.upper()}.", f"von {NOBODY}."),
        ("x" + ADDRESS, "x" + ADDRESS),
        (ADDRESS + ".de", ADDRESS + ".de"),
        ("Quittenbaum, Zwetschgine", NOBODY),
        ("Zwetschgine Quittenbaum-Weber", "Zwetschgine Quittenbaum-Weber"),
        ("Quittenbaum", "Quittenbaum"),
    ],
)
def test_only_full_names_and_addresses_are_traces(leaver, text, kept):
    assert Traces(leaver).without(text) == kept


def _fresh(client, *, at=None):
    """Let the session say when the password was typed, beside what else it proved."""
    session = client.session
    proved = session.get("account_authentication_methods", [])
    session["account_authentication_methods"] = [
        *proved,
        {"method": "password", "at": at or time.time(), "reauthenticated": True},
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


def test_export_holds_the_own_rows_only(leaver, traces, sign_in):
    client = sign_in(leaver, second_factor=False)
    _fresh(client)
    answer = client.post("/konto/meine-daten/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["data.json", "data.html"]
        parts = json.loads(archive.read("data.json"))["parts"]
        page = archive.read("data.html").decode()
    assert parts["people.person"][0]["email"] == ADDRESS
    assert [row["text"] for row in parts["comments.comment"]] == [f"Gute Sache. Gruß, {NAME}"]
    assert [row["email"] for row in parts["account.emailaddress"]] == [ADDRESS, OTHER]
    assert [row["name"] for row in parts["atlas.savedscenario"]] == ["Plan Quittenbaum"]
    assert "bert@kreis.example" not in json.dumps(parts)
    assert "Gute Sache. Gruß" in page


def test_export_has_no_address_to_copy(leaver, client):
    assert client.get("/konto/meine-daten/").url.startswith("/konto/login/")
    assert client.post("/konto/meine-daten/").url.startswith("/konto/login/")
    client.force_login(leaver, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get("/konto/meine-daten/")
    assert (shown.status_code, shown["Content-Type"].split(";")[0]) == (200, "text/html")


@pytest.mark.parametrize("door", ["meine-daten", "loeschen"])
def test_old_session_must_prove_itself_again(leaver, client, door):
    client.force_login(leaver, backend="django.contrib.auth.backends.ModelBackend")
    _fresh(client, at=time.time() - 3600)
    answer = client.post(f"/konto/{door}/", {"sure": "on"})
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/konto/reauthenticate/")
    assert Person.objects.filter(pk=leaver.pk).exists()


@pytest.mark.parametrize("door", ["meine-daten", "loeschen"])
def test_responsible_roles_need_their_second_factor_here_too(content, make_person, client, door):
    office = make_person("o@kreis.example", region=content["mitte"], role=Role.OFFICE)
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    _fresh(client)
    assert client.post(f"/konto/{door}/", {"sure": "on"}).url == "/konto/2fa/"
    assert Person.objects.filter(pk=office.pk).exists()


def test_page_warns_and_asks_before_it_deletes(content, client, make_person, sign_in):
    region = content["mitte"]
    body = Body.objects.create(region=region, slug="rat", name_de="Rat der Mitte", name_en="Council", kind="plenary")
    office = make_person("o@kreis.example", region=region, role=Role.OFFICE)
    Seat.objects.create(region=region, body=body, person=office, office_in_body="chair")
    client = sign_in(office)
    _fresh(client)
    page = client.get("/konto/loeschen/").content.decode()
    assert "einzige" in page
    assert "Rat der Mitte" in page
    assert client.post("/konto/loeschen/", {}).status_code == 400
    assert Person.objects.filter(pk=office.pk).exists()
    assert client.post("/konto/loeschen/", {"sure": "on"}).url == "/"
    assert not Person.objects.filter(pk=office.pk).exists()
    assert "_auth_user_id" not in client.session
