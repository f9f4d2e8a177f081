"""Minutes from the draft to publication: nothing is lost, and what is published stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from made_forum import cast_all, make_table, open_ballot, running
from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.agenda import add_item
from raumwerk.web.forum.actions.meetings import close_meeting
from raumwerk.web.forum.actions.minutes import (
    answer_remark,
    approve_minutes,
    begin_minutes,
    new_edition,
    publish_minutes,
    remark_minutes,
    return_minutes,
    save_minutes,
    submit_minutes,
)
from raumwerk.web.forum.actions.votes import close_vote
from raumwerk.web.forum.models import Minutes, MinutesEntry, MinutesSave
from raumwerk.web.shared.notify.models import Note


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def texts(minutes):
    rows = MinutesEntry.objects.in_region(minutes.region).filter(minutes=minutes)
    return {one.item.title: one.text for one in rows}


def published(table):
    meeting = running(table)
    vote = open_ballot(table, meeting)
    cast_all(table, vote, ["yes", "yes", "no"])
    close_vote(vote, by=table.chair)
    minutes = begin_minutes(meeting, by=table.chair)
    item = meeting.items.in_region(table.region).get(title="Begrüßung")
    minutes = save_minutes(minutes, by=table.chair, revision=0, summary="Kurz", texts={item.pk: "Begrüßt."})
    close_meeting(meeting, by=table.chair)
    submit_minutes(minutes, by=table.chair)
    approve_minutes(minutes, by=table.chair)
    return publish_minutes(minutes, by=table.chair), vote


def test_every_save_is_kept_and_new_items_get_an_entry(table):
    meeting = running(table)
    minutes = begin_minutes(meeting, by=table.chair)
    first = meeting.items.in_region(table.region).get()
    save_minutes(minutes, by=table.chair, revision=0, summary="A", texts={first.pk: "eins"})
    late = add_item(meeting, by=table.chair, title="Nachtrag")
    now = save_minutes(minutes, by=table.office, revision=1, summary="B", texts={first.pk: "zwei", late.pk: "drei"})
    assert (now.revision, now.summary) == (2, "B")
    kept = MinutesSave.objects.in_region(table.region).order_by("revision").values_list("revision", "by", "text")
    assert list(kept) == [
        (1, table.chair.pk, {"summary": "A", "items": {str(first.pk): "eins"}}),
        (2, table.office.pk, {"summary": "B", "items": {str(first.pk): "zwei", str(late.pk): "drei"}}),
    ]
    assert texts(now) == {"Begrüßung": "zwei", "Nachtrag": "drei"}
    with pytest.raises(ConflictError, match="Office Muster saved these minutes"):
        save_minutes(minutes, by=table.chair, revision=1, summary="C", texts={})
    assert Minutes.objects.in_region(table.region).get().summary == "B"


def test_remarks_are_answered_before_approval(table):
    meeting = running(table)
    minutes = begin_minutes(meeting, by=table.chair)
    with pytest.raises(ConflictError, match="state is “draft”"):
        remark_minutes(minutes, by=table.members[1], text="Zu früh")
    with pytest.raises(InputError, match="lies in the past"):
        submit_minutes(minutes, by=table.chair, until=timezone.localdate() - timedelta(days=1))
    submit_minutes(minutes, by=table.chair)
    assert Note.objects.in_region(table.region).filter(kind="minutes").count() == 5
    remark = remark_minutes(minutes, by=table.members[1], text="Ich war auch dafür.")
    with pytest.raises(ConflictError, match="1 remarks have no answer"):
        approve_minutes(minutes, by=table.chair)
    with pytest.raises(InputError, match="why the remark is not taken up"):
        answer_remark(remark, by=table.chair, taken=False)
    answer_remark(remark, by=table.chair, taken=False, answer="Steht schon da.")
    with pytest.raises(ConflictError, match="still running"):
        approve_minutes(minutes, by=table.chair)
    close_meeting(meeting, by=table.chair)
    with pytest.raises(ConflictError, match="open for remarks"):
        save_minutes(minutes, by=table.chair, revision=0, summary="heimlich", texts={})
    approved = approve_minutes(minutes, by=table.chair)
    assert approved.approved_at is not None
    returned = return_minutes(minutes, by=table.chair)
    assert (returned.state, returned.approved_at) == ("draft", None)


def test_published_minutes_keep_results_as_counted(table):
    minutes, vote = published(table)
    vote.refresh_from_db()
    assert minutes.record["votes"] == {str(vote.pk): vote.result}
    assert len(minutes.record["attendance"]) == 5


def test_published_minutes_do_not_change_through_the_model(table):
    minutes, _vote = published(table)
    minutes.summary = "anders"
    with pytest.raises(ConflictError, match="not changed"):
        minutes.save()
    with pytest.raises(ConflictError, match="not removed"):
        minutes.delete()
    entry = MinutesEntry.objects.in_region(table.region).filter(minutes=minutes).first()
    entry.text = "anders"
    with pytest.raises(ConflictError, match="not changed"):
        entry.save()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE forum_minutes SET summary = 'anders'",
        "UPDATE forum_minutes SET state = 'draft'",
        "UPDATE forum_minutesentry SET text = 'anders'",
        "DELETE FROM forum_minutesentry",
        "UPDATE forum_resolution SET wording = 'anders'",
        "DELETE FROM forum_resolution",
    ],
)
def test_published_rows_do_not_change_through_the_database(table, statement):
    from raumwerk.web.forum.actions.resolutions import publish_resolution
    from raumwerk.web.forum.models import Resolution

    published(table)
    publish_resolution(Resolution.objects.in_region(table.region).get(), by=table.office)
    refused = pytest.raises(IntegrityError, match="neither changed nor removed")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_new_edition_replaces_the_published_one(table):
    minutes, _vote = published(table)
    with pytest.raises(InputError, match="reason for the new version"):
        new_edition(minutes, by=table.chair, reason="")
    fresh = new_edition(minutes, by=table.chair, reason="Zahl verschrieben")
    assert (fresh.edition, fresh.replaces, fresh.state, fresh.summary) == (2, minutes, "draft", "Kurz")
    assert texts(fresh) == texts(minutes)
    with pytest.raises(ConflictError, match="begun already"):
        new_edition(minutes, by=table.chair, reason="noch eine")
    save_minutes(fresh, by=table.chair, revision=0, summary="Richtig", texts={})
    assert Minutes.objects.in_region(table.region).get(edition=1).summary == "Kurz"
