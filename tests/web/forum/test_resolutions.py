"""Resolutions on their way: numbered, published, sent, answered, reminded of; tasks that follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from made_forum import cast_all, make_table, open_ballot, running
from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.adopting import enter_resolution
from raumwerk.web.forum.actions.resolutions import (
    complete_resolution,
    forward_resolution,
    note_answer,
    publish_resolution,
    remind_unanswered,
)
from raumwerk.web.forum.actions.tasks import change_task, give_task, move_task
from raumwerk.web.forum.actions.votes import close_vote
from raumwerk.web.forum.models import Forwarding, Resolution, Task
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notify.models import Note, OutgoingMail


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def adopted(table, title="Radweg bauen"):
    vote = open_ballot(table, running(table), title=title)
    cast_all(table, vote, ["yes", "yes", "no"])
    close_vote(vote, by=table.chair)
    return Resolution.objects.in_region(table.region).get(vote=vote)


def sent(table, resolution, *, days=30, email="amt@land.example"):
    return forward_resolution(
        resolution, by=table.office, to_name="Ministerium", to_email=email, letter="Sehr geehrte Damen und Herren,",
        due_on=timezone.localdate() + timedelta(days=days),
    )  # fmt: skip


def test_numbers_run_by_body_and_year(table, regions, make_person):
    other = make_table(regions, make_person, slug="beirat")
    made = [
        enter_resolution(body, by=None, adopted_on=day, title="x", wording="y").reference
        for body, day in (
            (table.body, date(2025, 3, 1)), (table.body, date(2025, 9, 1)), (other.body, date(2025, 4, 1)),
            (table.body, date(2026, 1, 9)), (table.body, date(2025, 12, 1)),
        )
    ]  # fmt: skip
    assert made == ["LENKUNG 2025/01", "LENKUNG 2025/02", "BEIRAT 2025/01", "LENKUNG 2026/01", "LENKUNG 2025/03"]


def test_resolution_is_completed_before_publication_only(table):
    resolution = adopted(table)
    complete_resolution(resolution, by=table.chair, reasons="Weil es eilt.", addressee="Ministerium")
    with pytest.raises(InputError, match="published one of the same body"):
        complete_resolution(resolution, by=table.chair, replaces=resolution)
    published = publish_resolution(resolution, by=table.chair)
    assert (published.reasons, published.wording) == ("Weil es eilt.", "Der Radweg wird gebaut.")
    with pytest.raises(ConflictError, match="state is “published”"):
        complete_resolution(resolution, by=table.chair, reasons="anders")
    with pytest.raises(ConflictError, match="not removed"):
        published.delete()
    with pytest.raises(ConflictError):
        publish_resolution(resolution, by=table.chair)


def test_forwarding_mails_the_wording_and_waits_for_an_answer(table):
    resolution = adopted(table)
    with pytest.raises(ConflictError, match="not possible"):
        sent(table, resolution)
    publish_resolution(resolution, by=table.office)
    with pytest.raises(InputError, match="day to come"):
        sent(table, resolution, days=0)
    with pytest.raises(InputError):
        sent(table, resolution, email="kein@")
    forwarding = sent(table, resolution)
    mail = OutgoingMail.objects.in_region(table.region).about(forwarding).get()
    assert mail.address == "amt@land.example"
    assert resolution.reference in mail.subject
    assert "Der Radweg wird gebaut." in mail.text
    assert f"/mitte/forum/beschluss/{resolution.pk}/" in mail.text
    with pytest.raises(InputError, match="between the sending and today"):
        note_answer(forwarding, by=table.office, answer="Ja", answered_on=timezone.localdate() + timedelta(days=1))
    answered = note_answer(forwarding, by=table.office, answer="Wir bauen.")
    assert (answered.answer, answered.answered_on) == ("Wir bauen.", timezone.localdate())
    assert Note.objects.in_region(table.region).filter(kind="resolution_answered", person=table.office).count() == 1
    with pytest.raises(ConflictError, match="noted already"):
        note_answer(forwarding, by=table.office, answer="Doch nicht.")


def test_words_of_people_make_no_header_and_no_link_in_the_mail(table):
    resolution = publish_resolution(adopted(table, title="Radweg\r\nBcc: alle@example.org"), by=table.office)
    forwarding = forward_resolution(
        resolution, by=table.office, to_name="Amt", to_email="amt@land.example", letter="http://boese.example/x",
        due_on=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    mail = OutgoingMail.objects.in_region(table.region).about(forwarding).get()
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "http://boese.example" not in mail.text


def test_unanswered_resolution_is_reminded_of_once(table):
    resolution = publish_resolution(adopted(table), by=table.office)
    forwarding, other = sent(table, resolution, days=5), sent(table, resolution, days=5, email="zwei@land.example")
    note_answer(other, by=table.office, answer="Gern.")
    due = timezone.localdate() + timedelta(days=5)
    assert remind_unanswered(due - timedelta(days=1)) == 0
    assert remind_unanswered(due) == 1
    assert remind_unanswered(due) == 0
    mails = OutgoingMail.objects.in_region(table.region).about(forwarding)
    assert mails.count() == 2
    assert OutgoingMail.objects.in_region(table.region).about(other).count() == 1
    assert Note.objects.in_region(table.region).filter(kind="resolution_unanswered", person=table.office).count() == 1
    assert AuditEntry.objects.filter(verb="remind_addressee").count() == 1
    assert Forwarding.objects.in_region(table.region).get(pk=forwarding.pk).reminded_at is not None


def test_task_goes_from_giving_to_done(table):
    resolution = adopted(table)
    with pytest.raises(InputError, match="who is to do it"):
        give_task(table.body, by=table.office, title="Vermessen")
    task = give_task(table.body, by=table.office, title="Vermessen", owner=table.members[1], resolution=resolution,
                     due_on=timezone.localdate() - timedelta(days=1))  # fmt: skip
    assert task.overdue
    assert Note.objects.in_region(table.region).filter(kind="task", person=table.members[1]).count() == 1
    assert list(Task.objects.in_region(table.region).overdue()) == [task]
    move_task(task, "start_task", by=table.members[1])
    done = move_task(task, "finish_task", by=table.members[1], outcome="Vermessen am Montag")
    assert (done.state, done.outcome, done.done_on, done.overdue) == (
        "done", "Vermessen am Montag", timezone.localdate(), False,
    )  # fmt: skip
    with pytest.raises(ConflictError, match="state is “done”"):
        change_task(task, by=table.office, title="Neu")
    assert move_task(task, "reopen_task", by=table.office).done_on is None
    with pytest.raises(InputError, match="why the task is dropped"):
        move_task(task, "drop_task", by=table.office)
    changed = change_task(task, by=table.office, owner=table.members[2])
    assert changed.owner == table.members[2]
    assert Note.objects.in_region(table.region).filter(kind="task", person=table.members[2]).count() == 1


def test_task_of_a_resolution_of_another_body_is_refused(table, regions, make_person):
    other = make_table(regions, make_person, slug="beirat")
    with pytest.raises(InputError, match="of another body"):
        give_task(other.body, by=other.office, title="x", owner=other.chair, resolution=adopted(table))
