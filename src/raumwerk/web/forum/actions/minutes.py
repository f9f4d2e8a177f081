"""Writing minutes: draft, remarks of those who were there, approval, publication, later editions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import saved
from raumwerk.web.forum.actions._telling import held, page, site_language
from raumwerk.web.forum.models import (
    AgendaItem,
    Attendance,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesRemark,
    MinutesSave,
    Vote,
)
from raumwerk.web.forum.states import MINUTES
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import notify

__all__ = ["answer_remark", "approve_minutes", "begin_minutes", "new_edition", "publish_minutes", "remark_minutes",
           "return_minutes", "save_minutes", "submit_minutes"]  # fmt: skip

DAYS_FOR_REMARKS = 14


@transaction.atomic
def begin_minutes(meeting: Meeting, *, by: Person) -> Minutes:
    """Begin the minutes of a meeting that runs or is over, with an empty entry for each item of its agenda."""
    current: Meeting = held(meeting)
    if current.state not in ("running", "closed"):
        raise ConflictError(_("Minutes are written of a meeting that has begun."))
    if Minutes.objects.in_region(current.region_id).filter(meeting=current).exists():
        raise ConflictError(_("The minutes of this meeting have been begun already."))
    minutes = Minutes(region=current.region, meeting=current)
    saved(minutes)
    _complete_entries(minutes)
    record("begin_minutes", current, by=by, region=current.region, minutes=minutes.pk)
    return minutes


def _complete_entries(minutes: Minutes) -> None:
    """Add an entry for each item that has none yet: the agenda may have grown during the meeting."""
    known = MinutesEntry.objects.in_region(minutes.region_id).filter(minutes=minutes).values("item")
    items = AgendaItem.objects.in_region(minutes.region_id).filter(meeting=minutes.meeting_id, withdrawn_at=None)
    MinutesEntry.objects.bulk_create(
        [MinutesEntry(region=minutes.region, minutes=minutes, item=item) for item in items.exclude(pk__in=known)]
    )


@transaction.atomic
def save_minutes(minutes: Minutes, *, by: Person, revision: int, summary: str, texts: Mapping[int, str]) -> Minutes:
    """Save the text. Each save is kept.

    Parameters
    ----------
    revision : int
        The revision the writer began from.
    texts : mapping of int to str
        Text by primary key of the item.

    Raises
    ------
    ConflictError
        When somebody saved in between: nothing is overwritten, and the message says who and when. When the minutes are
        no draft.
    """
    current: Minutes = held(minutes)
    if current.state != "draft":
        MINUTES.require(current.state, "write_minutes")
        raise ConflictError(_("The minutes are open for remarks. Take them back into work to change them."))
    if current.revision != revision:
        last = MinutesSave.objects.in_region(current.region_id).filter(minutes=current).first()
        raise ConflictError(
            _("%(person)s saved these minutes on %(when)s while you were writing. Your text is kept below: put both "
              "together and save again.")
            % {
                "person": (last and last.by) or _("Somebody"),
                "when": timezone.localtime(last.at).strftime("%d.%m.%Y %H:%M") if last else "",
            }
        )  # fmt: skip
    _complete_entries(current)
    for entry in MinutesEntry.objects.in_region(current.region_id).filter(minutes=current):
        text = texts.get(entry.item_id)
        if text is not None and text != entry.text:
            entry.text = text
            entry.save(update_fields=["text"])
    current.summary, current.revision = summary, current.revision + 1
    current.save(update_fields=["summary", "revision"])
    MinutesSave.objects.create(
        region=current.region, minutes=current, revision=current.revision, by=by,
        text={"summary": summary, "items": {str(key): text for key, text in texts.items()}},
    )  # fmt: skip
    record("save_minutes", current.meeting, by=by, region=current.region, minutes=current.pk, revision=current.revision)
    return current


def _move(minutes: Minutes, move: str, by: Person, **details: Any) -> Minutes:
    current: Minutes = held(minutes)
    current.state = MINUTES.require(current.state, move)
    record(move, current.meeting, by=by, region=current.region, minutes=current.pk, **details)
    return current


@transaction.atomic
def submit_minutes(minutes: Minutes, *, by: Person, until: date | None = None) -> Minutes:
    """Show the draft to those who were there and ask for remarks until a day (default two weeks)."""
    day = until or timezone.localdate() + timedelta(days=DAYS_FOR_REMARKS)
    if day < timezone.localdate():
        raise InputError(Problem(_("The day lies in the past."), column="until"))
    current = _move(minutes, "submit_minutes", by, until=day.isoformat())
    current.remarks_until = day
    current.save(update_fields=["state", "remarks_until"])
    _tell_attendees(current, lambda: _("The draft of the minutes awaits your remarks: %(title)s"))
    return current


@transaction.atomic
def remark_minutes(minutes: Minutes, *, by: Person, text: str, item: AgendaItem | None = None) -> MinutesRemark:
    """Say what should be changed."""
    current: Minutes = held(minutes)
    MINUTES.require(current.state, "remark_minutes")
    if not text.strip():
        raise InputError(Problem(_("Write what should be changed."), column="text"))
    if item is not None and item.meeting_id != current.meeting_id:
        raise InputError(Problem(_("This item belongs to another meeting."), column="item"))
    remark = MinutesRemark(region=current.region, minutes=current, item=item, person=by, text=text.strip())
    saved(remark)
    record("remark_minutes", current.meeting, by=by, region=current.region, minutes=current.pk, remark=remark.pk)
    return remark


@transaction.atomic
def answer_remark(remark: MinutesRemark, *, by: Person, taken: bool, answer: str = "") -> MinutesRemark:
    """Say whether a remark was taken up; one that was not needs a reason."""
    current: MinutesRemark = held(remark)
    if current.minutes.is_published():
        raise ConflictError(_("What is published is not changed. Make a new version that replaces it."))
    if not taken and not answer.strip():
        raise InputError(Problem(_("Give the reason why the remark is not taken up."), column="answer"))
    current.state = MinutesRemark.State.TAKEN if taken else MinutesRemark.State.NOT_TAKEN
    current.answer = answer.strip()
    saved(current)
    record("answer_remark", current.minutes.meeting, by=by, region=current.region, remark=current.pk, taken=taken)
    return current


@transaction.atomic
def return_minutes(minutes: Minutes, *, by: Person) -> Minutes:
    """Take the minutes back into work, to take up remarks."""
    current = _move(minutes, "return_minutes", by)
    current.approved_at = None
    current.save(update_fields=["state", "approved_at"])
    return current


@transaction.atomic
def approve_minutes(minutes: Minutes, *, by: Person) -> Minutes:
    """Approve the minutes.

    Raises
    ------
    ConflictError
        When remarks are open, the meeting still runs, or a vote of it is not closed.
    """
    current = _move(minutes, "approve_minutes", by)
    open_remarks = MinutesRemark.objects.in_region(current.region_id).filter(
        minutes=current, state=MinutesRemark.State.OPEN
    )  # fmt: skip
    if count := open_remarks.count():
        raise ConflictError(_("%(count)d remarks have no answer yet.") % {"count": count})
    if current.meeting.state != "closed":
        raise ConflictError(_("The meeting is still running. Close it first."))
    current.approved_at = timezone.now()
    current.save(update_fields=["state", "approved_at"])
    return current


@transaction.atomic
def publish_minutes(minutes: Minutes, *, by: Person) -> Minutes:
    """Publish the minutes; from now on they do not change. Results of votes are kept in them as they were counted."""
    current = _move(minutes, "publish_minutes", by)
    there = Attendance.objects.in_region(current.region_id).filter(meeting=current.meeting_id)
    votes = Vote.objects.in_region(current.region_id).filter(
        meeting=current.meeting_id, state__in=("closed", "published")
    )
    current.record = {
        "attendance": list(there.order_by("pk").values_list("pk", flat=True)),
        "votes": {str(vote.pk): vote.result for vote in votes.order_by("pk")},
    }
    current.published_at = timezone.now()
    current.save()
    _tell_attendees(current, lambda: _("The minutes have been published: %(title)s"))
    return current


@transaction.atomic
def new_edition(minutes: Minutes, *, by: Person, reason: str) -> Minutes:
    """Begin a new edition that will replace published minutes; until it is published, the old one holds."""
    current: Minutes = held(minutes)
    if not current.is_published():
        raise ConflictError(_("These minutes are not published; they can be changed themselves."))
    if Minutes.objects.in_region(current.region_id).filter(replaces=current).exists():
        raise ConflictError(_("A new version of these minutes has been begun already."))
    if not reason.strip():
        raise InputError(Problem(_("Give the reason for the new version."), column="reason"))
    fresh = Minutes(
        region=current.region, meeting=current.meeting, edition=current.edition + 1, replaces=current,
        reason=reason.strip(), summary=current.summary,
    )  # fmt: skip
    saved(fresh)
    entries = MinutesEntry.objects.in_region(current.region_id).filter(minutes=current)
    MinutesEntry.objects.bulk_create(
        [MinutesEntry(region=current.region, minutes=fresh, item_id=one.item_id, text=one.text) for one in entries]
    )
    record("new_edition", current.meeting, by=by, region=current.region, minutes=fresh.pk, replaces=current.pk)
    return fresh


def _tell_attendees(minutes: Minutes, words: Any) -> None:
    there = Attendance.objects.in_region(minutes.region_id).filter(meeting=minutes.meeting_id)
    people = Person.objects.filter(pk__in=there.values("person"), is_active=True)
    with site_language():
        notify(people=people, region=minutes.region, kind="minutes", about=minutes.meeting,
               text=words() % {"title": minutes.meeting.title},
               url=page(minutes.region, "minutes", number=minutes.meeting_id))  # fmt: skip
