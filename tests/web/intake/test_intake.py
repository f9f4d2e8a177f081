"""Data-in, with the real command behind it and a store of its own."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from made_uploads import MAPPING
from raumwerk.errors import ConflictError, InputError
from raumwerk.store import read
from raumwerk.web.intake import actions, queries
from raumwerk.web.intake.models import Upload
from raumwerk.web.intake.states import State
from raumwerk.web.people.models import Role
from raumwerk.web.shared.audit.models import AuditEntry

GOOD, BETTER, BAD = (
    b"key,people\n06611,204202\n05762,140667\n",
    b"key,people\n06611,204203\n",
    b"key,people\n06611,many\n",
)


def _bring(content: bytes, by, name="people.csv", mapping: bytes | None = MAPPING) -> Upload:
    plan = SimpleUploadedFile("people.toml", mapping) if mapping else None
    return actions.receive_upload(SimpleUploadedFile(name, content), mapping=plan, by=by)


def _publish(content: bytes, by) -> Upload:
    upload = _bring(content, by)
    assert actions.work_on_uploads() == 1
    upload.refresh_from_db()
    actions.order_publication(upload, by=by)
    assert actions.work_on_uploads() == 1
    upload.refresh_from_db()
    return upload


def _verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_upload_is_checked_published_and_gone_back_from(home, operator):
    first = _publish(GOOD, operator)
    assert (first.state, first.found[0]["tables"]["observations"]["rows"]) == (State.PUBLISHED, 2)
    assert first.outcome["before"] is None
    second = _publish(BETTER, operator)
    assert second.outcome["changes"]["observations"] == {"added": 0, "changed": 1, "removed": 0}
    assert queries.current_release().id == second.outcome["release"]
    assert [one.current for one in queries.kept_releases()].count(True) == 1
    assert not first.folder.exists()
    actions.go_back_to(first.outcome["release"], by=operator)
    release = read.current(read.open_store(home))
    assert release.id == first.outcome["release"]
    assert set(release.table("observations").collect()["value"]) == {204202.0, 140667.0}
    assert _verbs() == ["receive_upload", "publish_upload", "release_published"] * 2 + ["go_back_to"]


def test_check_refuses_and_names_the_row(home, operator):
    upload = _bring(BAD, operator)
    actions.check_upload(upload.pk)
    upload.refresh_from_db()
    (problem,) = upload.found[0]["problems"]
    assert (upload.state, problem["row"], problem["column"]) == (State.REFUSED, 2, "people")
    with pytest.raises(ConflictError, match=r"refused by the check|abgelehnt"):
        actions.order_publication(upload, by=operator)
    assert not upload.folder.exists()
    assert queries.current_release() is None


def test_unknown_file_is_refused_with_the_reason(home, operator):
    upload = _bring(b"\x00\x01nothing", operator, name="thing.xlsx", mapping=None)
    actions.check_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.state == State.REFUSED
    assert upload.found[0]["problems"][0]["what"]


def test_publication_that_fails_leaves_the_release_and_may_be_tried_again(home, operator):
    first = _publish(GOOD, operator)
    (home / "regions").mkdir()
    (home / "regions" / "broken.toml").write_text("name_de = ")
    failed = _publish(BETTER, operator)
    assert (failed.state, "broken.toml" in failed.outcome["message"]) == (State.FAILED, True)
    assert queries.current_release().id == first.outcome["release"]
    (home / "regions" / "broken.toml").unlink()
    actions.order_publication(failed, by=operator)
    actions.publish_upload(failed.pk)
    failed.refresh_from_db()
    assert failed.state == State.PUBLISHED


BROKEN_MAPPING = MAPPING.replace(b'table = "observations"', b'table = "wishes"')


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (BAD, ("<td>2</td>", "<td>people</td>", "„many“ ist keine Zahl", "eine Zahl oder - . x / *")),
        (b"key,people\n06611,-3\n", ("„-3“ ist negativ", "null oder mehr")),
        (b"key,people\n06611,1\n06611,2\n", ("kommt mehr als einmal vor", "<td>3</td>")),
        (b"key,people\nKassel,1\n", ("„Kassel“ ist nicht zulässig für „area“", "<td>key</td>")),
        (b"key,people\n06611,1,2\n", ("Die Zeile hat 3 Felder", "2 Felder wie in der Kopfzeile")),
        (b'key,people\n06611,"1\n', ("beginnt ein Anführungszeichen",)),
        (b"key,persons\n06611,1\n", ("Die Spalte „people“ fehlt", "die Spalten der Zuordnung people", "Die Datei hat")),
        (b"<!DOCTYPE html><html><body>Wartung</body></html>", ("Dies ist eine Webseite",)),
        (b"", ("Die Datei ist keine Tabelle", "eine csv-, xlsx- oder parquet-Datei")),
    ],
)  # fmt: skip
def test_problems_of_a_broken_table_are_told_in_german(home, operator, sign_in, content, told):
    upload = _bring(content, operator)
    assert _missing_on_page(upload, sign_in(operator), told) == []


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (b"source = ", ("Die Zuordnung ist kein gültiges TOML", "TOML in UTF-8")),
        (b'table = "observations"\n', ("source fehlt", "keys fehlt", "Näheres steht in")),
        (BROKEN_MAPPING, ("table ist „wishes“", "eine dieser Angaben: ")),
    ],
)
def test_problems_of_a_broken_mapping_are_told_in_german(home, operator, sign_in, mapping, told):
    upload = _bring(GOOD, operator, mapping=mapping)
    assert _missing_on_page(upload, sign_in(operator), told) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x00\x01nothing", ("Die Art des Inhalts ist nicht bekannt", "Eigene Zahlen lassen sich")),
        (b"PK\x03\x04 cut off", ("eschädigt",)),
        (b"", ("Die Datei ist leer", "eine amtliche Datei")),
    ],
)
def test_problems_of_a_broken_spreadsheet_are_told_in_german(home, operator, sign_in, content, told):
    upload = _bring(content, operator, name="thing.xlsx", mapping=None)
    assert _missing_on_page(upload, sign_in(operator), told) == []


def _missing_on_page(upload: Upload, client, told: tuple[str, ...]) -> list[str]:
    """What the German page of a refused file does not tell, and what the English one does not."""
    actions.check_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.state == State.REFUSED
    address = reverse("intake:upload", kwargs={"number": upload.pk})
    german = client.get(address).content.decode()
    assert '<span lang="en">' not in german
    with override("en"):
        address = reverse("intake:upload", kwargs={"number": upload.pk})
    english = client.get(address).content.decode()
    problems = upload.outcome.get("problems") or upload.found[0]["problems"]
    assert problems
    return [text for text in told if text not in german] + [
        one["what"] for one in problems if str(escape(one["what"])) not in english
    ]


def test_publication_that_fails_is_told_in_german_with_its_place(home, operator, sign_in):
    (home / "regions").mkdir()
    (home / "regions" / "broken.toml").write_text("name_de = ")
    failed = _publish(GOOD, operator)
    page = sign_in(operator).get(reverse("intake:upload", kwargs={"number": failed.pk})).content.decode()
    assert "Die Datei ist kein gültiges TOML" in page
    assert "regions/broken.toml</td>" in page


def test_text_without_a_wording_is_marked_as_english(home, operator, sign_in):
    upload = _bring(GOOD, operator)
    Upload.objects.filter(pk=upload.pk).update(state=State.FAILED, outcome={"message": "Something <new> went wrong."})
    page = sign_in(operator).get(reverse("intake:upload", kwargs={"number": upload.pk})).content.decode()
    assert '<span lang="en">Something &lt;new&gt; went wrong.</span>' in page


def test_file_names_become_plain_and_stay_in_their_folder(home, operator):
    upload = _bring(GOOD, operator, name="../../\x1b[31m<b>etc/pass wd;.csv")
    assert upload.path.parent == upload.folder
    assert upload.name == "pass wd_.csv"
    assert upload.path.stat().st_mode & 0o077 == 0
    with pytest.raises(InputError):
        actions._plain("///")


@pytest.mark.django_db(transaction=True)
def test_two_operators_publish_once(home, make_person):
    operator = make_person("operator@example.org", is_superuser=True)
    upload = _bring(GOOD, operator)
    actions.check_upload(upload.pk)
    start, won = threading.Barrier(2), []

    def press() -> None:
        start.wait()
        try:
            actions.order_publication(Upload.objects.get(pk=upload.pk), by=operator)
            won.append(True)
        except ConflictError:
            won.append(False)
        finally:
            connection.close()

    both = [threading.Thread(target=press) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(won) == [False, True]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER, Role.EDITOR, Role.OFFICE])
def test_every_door_is_closed_to_all_but_the_administration(role, regions, make_person, sign_in):
    operator = make_person("operator@example.org", is_superuser=True)
    upload = _bring(GOOD, operator)
    person = make_person("a@example.org", region=regions["mitte"], role=role)
    client = sign_in(person)
    doors = [("get", "intake:list", {}), ("post", "intake:list", {}), ("post", "intake:go_back", {})]
    number = {"number": upload.pk}
    doors += [("get", "intake:upload", number), ("post", "intake:publish", number), ("post", "intake:discard", number)]
    answers = {(method, name): getattr(client, method)(reverse(name, kwargs=given)).status_code
               for method, name, given in doors}  # fmt: skip
    assert set(answers.values()) == {403}, answers
    client.logout()
    assert client.get(reverse("intake:list")).status_code == 302
    upload.refresh_from_db()
    assert upload.state == State.RECEIVED


def test_pages_show_what_was_found_and_refuse_other_kinds_of_files(home, operator, sign_in):
    client = sign_in(operator)
    _publish(GOOD, operator)
    page = client.get(reverse("intake:list")).content.decode()
    assert "people.csv" in page
    assert "Daten einspielen" in page
    refused = _bring(b"key,people\n06611,<script>alert(1)</script>\n", operator)
    actions.check_upload(refused.pk)
    shown = client.get(reverse("intake:upload", kwargs={"number": refused.pk})).content.decode()
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    answer = client.post(reverse("intake:list"), {"file": SimpleUploadedFile("tool.exe", b"MZ")})
    assert (answer.status_code, Upload.objects.count()) == (400, 2)
    assert client.post(reverse("intake:discard", kwargs={"number": refused.pk})).status_code == 302
    again = client.post(reverse("intake:publish", kwargs={"number": refused.pk}))
    assert again.status_code == 409
    assert client.post(reverse("intake:go_back"), {"release": "20200101-00000000"}).status_code == 302


def test_sources_say_how_far_they_reach(home, operator):
    from datetime import date

    _publish(GOOD, operator)
    (own,) = [one for one in queries.source_states(date(2026, 6, 1)) if one.key == "own"]
    assert (own.files, own.newest, own.due) == (1, "2024-12-31", True)
    assert not any(one.due for one in queries.source_states(date(2025, 6, 1)))


def test_what_a_dead_worker_left_is_begun_again(home, operator):
    from datetime import timedelta

    from django.utils import timezone

    upload = _bring(GOOD, operator)
    long_ago = timezone.now() - timedelta(days=1)
    Upload.objects.filter(pk=upload.pk).update(state=State.CHECKING, changed_at=long_ago)
    assert actions.work_on_uploads() == 1
    Upload.objects.filter(pk=upload.pk).update(state=State.PUBLISHING, changed_at=long_ago)
    assert actions.work_on_uploads() == 1
    upload.refresh_from_db()
    assert upload.state == State.PUBLISHED
    Upload.objects.filter(pk=upload.pk).update(state=State.PUBLISHING)
    assert actions.work_on_uploads() == 0  # somebody may be at it


def test_upload_that_finds_no_room_is_refused_with_a_sentence(home, operator, sign_in):
    (home / "intake").write_text("where the folder should be")
    browser = sign_in(operator, client=Client())
    fields = {"file": SimpleUploadedFile("people.csv", GOOD), "mapping": SimpleUploadedFile("people.toml", MAPPING)}
    answer = browser.post(reverse("intake:list"), fields)
    assert answer.status_code == 503
    assert "konnte nicht gespeichert werden" in answer.content.decode()
    assert not Upload.objects.exists()
