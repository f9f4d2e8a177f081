"""Stored files: what is taken, who gets them, and that nothing uploaded is ever run."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from raumwerk.errors import ConflictError, InputError, IntegrityError
from raumwerk.web.people.actions.organisations import add_organisation
from raumwerk.web.people.models import Organisation, Role
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.files import targets
from raumwerk.web.shared.files.actions import add_version, change_visibility, clean_name, store_file, withdraw_file
from raumwerk.web.shared.files.forms import UploadForm
from raumwerk.web.shared.files.kinds import LARGEST, check_content
from raumwerk.web.shared.files.models import FileVersion, StoredFile
from raumwerk.web.shared.files.queries import files_of
from raumwerk.web.shared.files.store import open_path, path_of
from raumwerk.web.shared.visibility import NOBODY, Audience, Visibility

PDF = b"%PDF-1.7\n%made\n"
OFFICE = Audience(1, member=True, office=True)
ROLES = ["nobody", "account", "guest", "member", "editor", "office", "foreign", "admin"]


def _archive(**entries):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name.replace("__", "/").replace("Types", "[Content_Types].xml"), text)
    return held.getvalue()


DOCX = _archive(Types="<x/>", word__document="<x/>")
ODT = _archive(mimetype="application/vnd.oasis.opendocument.text", content="<x/>")
MACRO = _archive(Types="<x/>", word__document="<x/>", **{"word__vbaProject.bin": "x"})


def _upload(name="bericht.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("a.pdf", PDF, "pdf"), ("A.PDF", PDF, "pdf"), ("b.jpeg", b"\xff\xd8\xff\xe0", "jpg"), ("c.docx", DOCX, "docx"),
     ("d.odt", ODT, "odt"), ("e.csv", "a;ü".encode(), "csv"), ("f.csv", "a;ü".encode("latin-1"), "csv"),
     ("g.geojson", b' {"type": "x"}', "geojson"), ("h.zip", DOCX, "zip"), ("i.webp", b"RIFF1234WEBP", "webp")],
)  # fmt: skip
def test_sound_content_is_taken(name, content, kind):
    assert check_content(name, io.BytesIO(content), len(content)).suffix == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.html", b"<script>"), ("a.svg", b"<svg onload='x'/>"), ("a.exe", b"MZ"), ("a", PDF), ("a.pdf.html", PDF),
     ("a.pdf", b"<html>"), ("a.png", PDF), ("a.docx", ODT), ("a.docx", MACRO), ("a.docx", b"PK\x03\x04"),
     ("a.odt", DOCX), ("a.txt", b"a\0b"), ("a.geojson", b"<x/>"), ("a.pdf", b""), ("a.xlsx", DOCX)],
)  # fmt: skip
def test_other_content_is_refused(name, content):
    with pytest.raises(InputError):
        check_content(name, io.BytesIO(content), len(content))


def test_oversize_is_refused_by_its_size():
    with pytest.raises(InputError, match="25"):
        check_content("a.pdf", io.BytesIO(PDF), LARGEST + 1)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd.txt", "passwd.txt"), ("C:\\temp\\böse.pdf", "böse.pdf"),
     ("a\r\nX-Head: 1.pdf", "a X-Head: 1.pdf"),
     (".htaccess", "htaccess"), ("", "datei"), ("x" * 400 + ".pdf", "x" * 138 + ".pdf"),
     ("a\u202efdp.txt", "a fdp.txt")],
)  # fmt: skip
def test_name_of_an_upload_is_cleaned(given, kept):
    assert clean_name(given) == kept


def test_bytes_lie_under_their_checksum_and_are_noted(regions, make_person):
    office = make_person("b@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    file = store_file(regions["mitte"], _upload("../Protokoll.pdf"), by=office, visibility="members")
    version = FileVersion.objects.in_region(regions["mitte"]).get()
    assert (file.title, version.name, version.kind, version.number) == ("Protokoll.pdf", "Protokoll.pdf", "pdf", 1)
    assert (version.sha256, version.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert path_of(regions["mitte"].pk, version.sha256).read_bytes() == PDF
    entry = AuditEntry.objects.get(verb="store_file")
    assert (entry.by, entry.details) == (office, {"sha256": version.sha256, "visibility": "members"})


def test_refused_upload_leaves_nothing(regions):
    with pytest.raises(InputError):
        store_file(regions["mitte"], _upload("a.html", b"<script>"), by=None)
    with pytest.raises(InputError):
        store_file(regions["mitte"], _upload(), by=None, visibility="body")
    with pytest.raises(InputError):
        store_file(regions["mitte"], _upload(), by=None, visibility="all")
    assert StoredFile.objects.in_region(regions["mitte"]).count() == 0


def test_new_version_keeps_the_old_one(regions, client):
    file = store_file(regions["mitte"], _upload(), by=None, visibility="public")
    add_version(file, _upload("neu.txt", b"zwei"), by=None)
    door = f"/mitte/dateien/{file.pk}/"
    assert b"".join(client.get(door).streaming_content) == b"zwei"
    assert b"".join(client.get(f"{door}1/").streaming_content) == PDF
    assert client.get(f"{door}3/").status_code == 404
    page = client.get(f"{door}fassungen/").content.decode()
    assert hashlib.sha256(PDF).hexdigest() in page
    assert hashlib.sha256(b"zwei").hexdigest() in page


def test_answer_is_saved_and_never_run(regions, client):
    file = store_file(
        regions["mitte"], _upload('Ü"; x=1.txt', b"<script>alert(1)</script>"), by=None, visibility="public"
    )
    answer = client.get(f"/mitte/dateien/{file.pk}/")
    b"".join(answer.streaming_content)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("role", ROLES)
def test_copied_address_by_role_and_level(regions, make_person, sign_in, role):
    mitte, client = regions["mitte"], Client()
    files = {level: store_file(mitte, _upload(), by=None, visibility=level, body_number=5 if level == "body" else None)
             for level in Visibility.values}  # fmt: skip
    if role != "nobody":
        held = Role(role) if role in Role.values else Role.OFFICE if role == "foreign" else None
        person = make_person(
            f"{role}@probe.example", region=regions["kali"] if role == "foreign" else mitte, role=held,
            is_superuser=role == "admin", is_staff=role == "admin",
        )  # fmt: skip
        sign_in(person, client=client)
    readable = {"office": set(Visibility.values), "admin": set(Visibility.values)}.get(
        role, {"public", "members"} if role in {"member", "editor"} else {"public"}
    )
    for level, file in files.items():
        for door in (
            f"/mitte/dateien/{file.pk}/",
            f"/mitte/dateien/{file.pk}/1/",
            f"/mitte/dateien/{file.pk}/fassungen/",
        ):
            answer = client.get(door)
            if answer.streaming:
                b"".join(answer.streaming_content)
            assert answer.status_code == (200 if level in readable else 403), (door, level)
        # The same number in another region's address is no file there.
        assert client.get(f"/kali/dateien/{file.pk}/").status_code == 404
    assert client.get("/mitte/dateien/999999/").status_code == 404


def test_narrowed_and_withdrawn_files_close_at_once(regions, make_person, client):
    office = make_person("b@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    file = store_file(regions["mitte"], _upload(), by=office, visibility="public")
    change_visibility(file, "members", by=office)
    assert client.get(f"/mitte/dateien/{file.pk}/").status_code == 403
    change_visibility(file, "public", by=office)
    withdraw_file(file, by=office)
    assert client.get(f"/mitte/dateien/{file.pk}/").status_code == 403
    with pytest.raises(ConflictError):
        add_version(file, _upload(), by=office)
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["store_file", "change_file_visibility", "change_file_visibility", "withdraw_file"]


def test_file_is_never_wider_than_what_it_hangs_on(regions, client, monkeypatch):
    monkeypatch.setattr(targets, "_guards", dict(targets._guards))
    targets.register_target(Organisation, may_read=lambda audience, thing: thing.public or audience.member)
    actor = add_organisation(regions["mitte"], by=None, name="Amt", kind="other", public=False)
    file = store_file(regions["mitte"], _upload(), by=None, visibility="public", target=actor)
    assert files_of(actor, NOBODY) == []
    assert files_of(actor, Audience(1, member=True)) == [file]
    assert client.get(f"/mitte/dateien/{file.pk}/").status_code == 403
    Organisation.objects.in_region(regions["mitte"]).update(public=True)
    answer = client.get(f"/mitte/dateien/{file.pk}/")
    b"".join(answer.streaming_content)
    assert answer.status_code == 200
    actor.delete()
    assert client.get(f"/mitte/dateien/{file.pk}/").status_code == 403


def test_damaged_file_is_not_handed_out(regions):
    store_file(regions["mitte"], _upload(content=PDF + b"damaged here"), by=None)
    version = FileVersion.objects.in_region(regions["mitte"]).get()
    path_of(version.region_id, version.sha256).write_bytes(b"x")
    with pytest.raises(IntegrityError):
        open_path(version.region_id, version.sha256, version.size)
    path_of(version.region_id, version.sha256).unlink()
    with pytest.raises(IntegrityError):
        open_path(version.region_id, version.sha256, version.size)


def test_form_says_at_the_field_what_is_wrong():
    form = UploadForm({"visibility": "public"}, {"file": _upload("a.svg", b"<svg/>")}, levels=("public", "members"))
    assert set(form.errors) == {"file"}
    assert set(UploadForm({"visibility": "office"}, {"file": _upload()}, levels=("public",)).errors) == {"visibility"}
    assert UploadForm({"visibility": "public"}, {"file": _upload()}, levels=("public",)).is_valid()
