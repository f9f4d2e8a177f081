"""What goes around a meeting: the calendar in the mail, mails sent again, documents, overdue tasks, closed accounts."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from made_forum import cast_all, make_table, motion_on, open_ballot, plan, running
from raumwerk.web.forum.actions.meetings import change_meeting, close_meeting, invite
from raumwerk.web.forum.actions.minutes import (
    approve_minutes,
    begin_minutes,
    publish_minutes,
    save_minutes,
    submit_minutes,
)
from raumwerk.web.forum.actions.tasks import change_task, give_task, move_task, remind_overdue
from raumwerk.web.forum.actions.votes import close_vote
from raumwerk.web.forum.models import Entitlement, MinutesSave, Motion, Registration, Resolution, Seat, Task
from raumwerk.web.people.signals import person_leaving
from raumwerk.web.shared.files.models import StoredFile
from raumwerk.web.shared.notify.models import MailState, Note, OutgoingMail


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


def path(name, **parts):
    with translation.override("de"):
        return reverse(f"forum:{name}", kwargs={"region": "mitte", **parts})


def events(mail):
    attachment = mail.attachments.select_related("content").get()
    assert (attachment.content_type, attachment.name[-4:]) == ("text/calendar", ".ics")
    return icalendar.Calendar.from_ical(bytes(attachment.content.content)).walk("VEVENT")


def test_mails_carry_the_date_and_a_later_one_replaces_it(table):
    meeting = invite(plan(table, title="Sitzung", online_link="https://treffen.example/x"), by=table.office)
    changed = change_meeting(meeting, by=table.office, place="Kreishaus")
    rows = OutgoingMail.objects.in_region(table.region).about(meeting).filter(person=table.members[0])
    first, second = (events(rows.get(kind=kind)) for kind in ("meeting_invitation", "meeting_changed"))
    assert [len(first), len(second)] == [1, 1]
    assert first[0]["uid"] == second[0]["uid"]
    assert int(second[0]["sequence"]) >= int(first[0]["sequence"])
    assert first[0].decoded("dtstart") == meeting.starts_at.replace(microsecond=0)
    assert (str(first[0]["location"]), str(second[0]["location"])) == ("Rathaus", changed.place)


def test_failed_mail_is_sent_again_by_the_office_alone(table, sign_in):
    meeting = invite(plan(table), by=table.office)
    other = invite(plan(table, title="Andere"), by=table.office)
    rows = OutgoingMail.objects.in_region(table.region)
    failed, foreign = rows.about(meeting).first(), rows.about(other).first()
    for mail in (failed, foreign):
        mail.state, mail.last_error = MailState.FAILED, "550 unbekannt"
        mail.save()
    door = path("sent", number=meeting.pk)
    office, chair = sign_in(table.office, client=Client()), sign_in(table.chair, client=Client())
    assert chair.post(door, {"deed": "again", "mail": failed.pk}).status_code == 403
    assert "Erneut senden" not in chair.get(door).content.decode()
    assert "Erneut senden" in office.get(door).content.decode()
    assert office.post(door, {"deed": "again", "mail": foreign.pk}).status_code == 404
    assert office.post(door, {"deed": "again", "mail": failed.pk}).status_code == 302
    assert office.post(door, {"deed": "again", "mail": failed.pk}).status_code == 409
    failed.refresh_from_db()
    foreign.refresh_from_db()
    assert (failed.state, foreign.state) == (MailState.QUEUED, MailState.FAILED)


def fetched(client, address):
    """Status of a document; it is read to its end, so that its file is closed."""
    answer = client.get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    return answer.status_code


def pdf(name="vorlage.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", "application/pdf")


def test_document_of_an_item_is_read_by_its_level_and_never_wider_than_the_meeting(table, sign_in):
    meeting = plan(table)
    _motion, item = motion_on(table, meeting)
    door = path("item-file", number=meeting.pk, item=item.pk)
    roles = {"office": table.office, "chair": table.chair, "member": table.members[1], "outsider": table.outsider}
    clients = {name: sign_in(person, client=Client()) for name, person in roles.items()} | {"nobody": Client()}
    assert {name: one.get(door).status_code for name, one in clients.items()} == {
        "office": 200, "chair": 200, "member": 403, "outsider": 403, "nobody": 302,
    }  # fmt: skip
    given = {"title": "Vorlage", "visibility": "body"}
    refused = clients["chair"].post(door, {**given, "file": SimpleUploadedFile("a.exe", b"MZ", "application/pdf")})
    assert (refused.status_code, StoredFile.objects.in_region(table.region).count()) == (400, 0)
    assert clients["member"].post(door, {**given, "file": pdf()}).status_code == 403
    assert clients["chair"].post(door, {**given, "file": pdf()}).status_code == 302
    file = StoredFile.objects.in_region(table.region).get()
    address, page = f"/mitte/dateien/{file.pk}/", path("item", number=meeting.pk, item=item.pk)
    assert {name: fetched(one, address) for name, one in clients.items()} == {
        "office": 200, "chair": 200, "member": 200, "outsider": 403, "nobody": 403,
    }  # fmt: skip
    shown = {name: "Vorlage" in one.get(page).content.decode() for name, one in clients.items()}
    assert shown == {"office": True, "chair": True, "member": True, "outsider": False, "nobody": False}
    change_meeting(meeting, by=table.office, visibility="office")
    assert clients["member"].get(address).status_code == 403
    assert clients["office"].post(door, {"visibility": "public", "file": pdf()}).status_code == 400


def test_published_minutes_take_no_further_document(table, sign_in):
    meeting = running(table)
    minutes = begin_minutes(meeting, by=table.chair)
    close_meeting(meeting, by=table.chair)
    office, door = sign_in(table.office, client=Client()), path("minutes-file", number=meeting.pk)
    assert office.post(door, {"visibility": "public", "title": "Anlage", "file": pdf()}).status_code == 302
    for step in (submit_minutes, approve_minutes, publish_minutes):
        step(minutes, by=table.chair)
    assert office.post(door, {"visibility": "public", "title": "Spät", "file": pdf()}).status_code == 302
    assert [one.title for one in StoredFile.objects.in_region(table.region)] == ["Anlage"]
    assert "Anlage" in Client().get(path("minutes", number=meeting.pk)).content.decode()


def test_overdue_task_is_reminded_of_once_for_each_due_day(table):
    today = timezone.localdate()
    task = give_task(table.body, by=table.office, title="Vermessen", owner=table.members[1], due_on=today)
    by_town = give_task(table.body, by=table.office, title="Niemandes", organisation=table.towns[2], due_on=today)
    assert remind_overdue() == 0
    Task.objects.in_region(table.region).update(due_on=today - timedelta(days=2))
    assert [remind_overdue(), remind_overdue()] == [1, 0]  # nobody speaks for the town
    notes = Note.objects.in_region(table.region).filter(kind="task_overdue")
    assert [(note.person, note.about) for note in notes] == [(table.members[1], task)]
    notes.update(created_at=timezone.now() - timedelta(days=1, hours=12))
    change_task(task, by=table.office, due_on=today - timedelta(days=1))
    assert [remind_overdue(), remind_overdue()] == [1, 0]
    move_task(task, "finish_task", by=table.office)
    assert remind_overdue() == 0
    assert by_town.pk is not None


def test_who_leaves_keeps_no_seat_and_leaves_no_name(table, sign_in):
    leaver = table.chair
    leaver.last_name = "Unverwechselbar"
    leaver.save()
    meeting = running(table)
    vote = open_ballot(table, meeting)
    cast_all(table, vote, ["yes", "yes", "no", "no", "yes"])
    close_vote(vote, by=leaver)
    minutes = begin_minutes(meeting, by=leaver)
    minutes = save_minutes(minutes, by=leaver, revision=0, summary="Es wurde beraten.", texts={})
    close_meeting(meeting, by=leaver)
    for step in (submit_minutes, approve_minutes, publish_minutes):
        step(minutes, by=leaver)
    resolution = Resolution.objects.in_region(table.region).get()
    office = sign_in(table.office, client=Client())
    doors = [path("minutes", number=meeting.pk), path("vote", number=vote.pk), path("motion", number=vote.motion_id),
             path("body", body="lenkung"), path("seats", body="lenkung"), path("meeting", number=meeting.pk),
             path("attendance", number=meeting.pk), path("history", body="lenkung")]  # fmt: skip
    assert any("Unverwechselbar" in office.get(door).content.decode() for door in doors)
    person_leaving.send(sender=None, person=leaver)
    leaver.delete()
    assert [door for door in doors if "Unverwechselbar" in office.get(door).content.decode()] == []
    assert b"Unverwechselbar" not in office.get(path("minutes-pdf", number=meeting.pk)).content
    seat = Seat.objects.in_region(table.region).get(pk=table.seats[0].pk)
    assert (seat.person, seat.ends_on is not None) == (None, True)
    assert Motion.objects.in_region(table.region).get().wording == "Der Radweg wird gebaut."
    assert MinutesSave.objects.in_region(table.region).get().text["summary"] == "Es wurde beraten."
    assert Entitlement.objects.in_region(table.region).filter(vote=vote).count() == 5
    assert Registration.objects.in_region(table.region).filter(person=leaver.pk).count() == 0
    assert (resolution.result["votes"], vote.pk) == ({"yes": 3, "no": 2, "abstain": 0}, resolution.vote_id)


def test_document_that_finds_no_place_is_refused_with_a_sentence(table, sign_in, settings, tmp_path):
    settings.HOME = tmp_path
    (tmp_path / "files").write_text("where the folder should be")
    meeting = plan(table)
    browser = sign_in(table.chair, second_factor=False, client=Client())
    answer = browser.post(path("meeting-file", number=meeting.pk), {"visibility": "body", "file": pdf()})
    assert answer.status_code == 503
    assert "konnte nicht gespeichert werden" in answer.content.decode()
    assert StoredFile.objects.in_region(table.region).count() == 0
