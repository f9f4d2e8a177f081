"""Planning a meeting, inviting to it, opening, closing, calling it off."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import locked_body, plain, saved
from raumwerk.web.forum.actions._telling import held, in_words, invited_people, page, site_language
from raumwerk.web.forum.actions.attendance import fill_places
from raumwerk.web.forum.models import AgendaItem, Attendance, Body, Meeting, MeetingSeries, Presence, Registration, Vote
from raumwerk.web.forum.queries.calendars import entries_of
from raumwerk.web.forum.queries.meetings import agenda_of
from raumwerk.web.forum.states import MEETING
from raumwerk.web.kit.ical import CONTENT_TYPE, calendar_file
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import Attachment, enqueue_mail, notify
from raumwerk.web.shared.notify.texts import address_of_site
from raumwerk.web.shared.visibility import Audience

__all__ = ["cancel_meeting", "change_meeting", "close_meeting", "invite", "last_day_to_invite", "open_meeting",
           "plan_meeting", "plan_series", "same_weekday"]  # fmt: skip

FIELDS = ("title", "mode", "place", "online_link", "starts_at", "ends_at", "capacity", "note", "visibility", "example")
TOLD = ("mode", "place", "online_link", "starts_at", "ends_at")  # a change of these is told to all who were invited
LONGEST_SERIES = 60


@transaction.atomic
def plan_meeting(body: Body, *, by: Person | None, **fields: Any) -> Meeting:
    """Plan one date of a body; `fields` are those of :class:`Meeting`.

    Raises
    ------
    InputError
        Naming every field that cannot stay as given.
    ConflictError
        When the body has been dissolved.
    """
    current = locked_body(body)
    meeting = Meeting(region=current.region, body=current, **fields)
    saved(meeting)
    record("plan_meeting", meeting, by=by, region=current.region, meeting=meeting.pk, **_values(meeting))
    return meeting


@transaction.atomic
def plan_series(body: Body, *, by: Person | None, every_months: int, times: int, **fields: Any) -> list[Meeting]:
    """Plan `times` meetings, every so many months on the same weekday of the month as the first."""
    if not 2 <= times <= LONGEST_SERIES:
        raise InputError(Problem(_("A series has 2 to %(most)d meetings.") % {"most": LONGEST_SERIES}, column="times"))
    current = locked_body(body)
    series = MeetingSeries(
        region=current.region, body=current, title=fields.get("title", ""), every_months=every_months
    )
    saved(series)
    start, end = fields.pop("starts_at"), fields.pop("ends_at")
    meetings = []
    for step in range(times):
        begins = same_weekday(start, step * every_months)
        meeting = Meeting(
            region=current.region,
            body=current,
            series=series,
            starts_at=begins,
            ends_at=begins + (end - start),
            **fields,
        )
        saved(meeting)
        meetings.append(meeting)
    record(
        "plan_series", series, by=by, region=current.region, meetings=[one.pk for one in meetings], every=every_months
    )
    return meetings


def same_weekday(first: datetime, months: int) -> datetime:
    """Return the moment `months` later at the same hour on the clock, on the same weekday of the month.

    The second Tuesday stays the second Tuesday; a fifth one becomes the last where a month has only four.
    """
    local = timezone.localtime(first)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    opening = date(year, month, 1)
    day = 1 + (local.weekday() - opening.weekday()) % 7 + (local.day - 1) // 7 * 7
    while day > monthrange(year, month)[1]:
        day -= 7
    return timezone.make_aware(datetime(year, month, day, local.hour, local.minute))  # noqa: DTZ001 - made aware here


@transaction.atomic
def change_meeting(meeting: Meeting, *, by: Person, **fields: Any) -> Meeting:
    """Change date, place or other particulars. After the invitation, all who were invited are told what changed.

    Raises
    ------
    ConflictError
        When the meeting is over or called off.
    InputError
        When a field cannot stay as given, or fewer places are left than people have registered.
    """
    current: Meeting = held(meeting)
    if current.state in ("closed", "cancelled"):
        raise ConflictError(_("The meeting is over or has been cancelled; it cannot be changed any more."))
    before = _values(current)
    for name in FIELDS:
        if name in fields:
            setattr(current, name, fields[name])
    coming = _registered(current)
    if current.capacity is not None and current.capacity < coming:
        raise InputError(
            Problem(
                _("%(count)d people have registered already; there cannot be fewer places.") % {"count": coming},
                column="capacity",
            )
        )
    saved(current)
    after = _values(current)
    changed = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    if not changed:
        return current
    record("change_meeting", current, by=by, region=current.region, meeting=current.pk, changed=changed)
    if "capacity" in changed:
        fill_places(current)
    if current.invited_at and set(changed) & set(TOLD):
        _mail_all(current, "meeting_changed", _lines_changed)
    return current


def _registered(meeting: Meeting) -> int:
    rows = Registration.objects.in_region(meeting.region_id).filter(meeting=meeting, state=Registration.State.COMING)
    return int(rows.count())


def last_day_to_invite(meeting: Meeting) -> date:
    """Return the last day on which the invitation keeps the notice period of the body's rules."""
    return timezone.localdate(meeting.starts_at) - timedelta(days=meeting.body.notice_days)


@transaction.atomic
def invite(meeting: Meeting, *, by: Person, reason: str = "") -> Meeting:
    """Send the invitation with the agenda; from now on the agenda is locked.

    One mail per person is queued with the deed: the rows about this meeting are the proof of sending.

    Raises
    ------
    InputError
        When the notice period cannot be kept and no `reason` is given, or the agenda is empty.
    ConflictError
        When the invitation was sent already, or the meeting was called off.
    """
    current: Meeting = held(meeting)
    target = MEETING.require(current.state, "invite")
    problems = []
    last = last_day_to_invite(current)
    late = timezone.localdate() > last
    if current.starts_at <= timezone.now():
        problems.append(Problem(_("The meeting would have begun already."), advice=_("Change its date first.")))
    elif late and not reason.strip():
        problems.append(
            Problem(
                _("The notice period of %(days)d days cannot be kept: the last day was %(day)s.")
                % {"days": current.body.notice_days, "day": last.strftime("%d.%m.%Y")},
                advice=_(
                    "Choose a later date, or give the reason for the short notice; it is sent with the invitation."
                ),
                column="reason",
            )
        )
    if not AgendaItem.objects.in_region(current.region_id).filter(meeting=current, withdrawn_at=None).exists():
        problems.append(Problem(_("The agenda is empty."), advice=_("Add what the meeting is about.")))
    if not invited_people(current):
        problems.append(Problem(_("Nobody sits in this body."), advice=_("Fill its seats first.")))
    if problems:
        raise InputError(problems)
    current.state, current.invited_at = target, timezone.now()
    current.short_notice_reason = reason.strip() if late else ""
    current.save(update_fields=["state", "invited_at", "short_notice_reason"])
    mails = _mail_all(current, "meeting_invitation", _lines_invitation)
    record("invite", current, by=by, region=current.region, meeting=current.pk, mails=mails, late=late,
           reason=current.short_notice_reason)  # fmt: skip
    return current


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: Person, reason: str) -> Meeting:
    """Call a meeting off; who was invited is told why."""
    current: Meeting = held(meeting)
    target = MEETING.require(current.state, "cancel_meeting")
    if not reason.strip():
        raise InputError(Problem(_("Give the reason; it is sent to all who were invited."), column="reason"))
    current.state, current.cancelled_reason = target, reason.strip()
    current.save(update_fields=["state", "cancelled_reason"])
    if current.invited_at:
        _mail_all(current, "meeting_cancelled", _lines_cancelled)
    record("cancel_meeting", current, by=by, region=current.region, meeting=current.pk, reason=current.cancelled_reason)
    return current


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: Person) -> Meeting:
    """Open the meeting; attendance is noted from now on."""
    current: Meeting = held(meeting)
    current.state = MEETING.require(current.state, "open_meeting")
    current.opened_at = timezone.now()
    current.save(update_fields=["state", "opened_at"])
    record("open_meeting", current, by=by, region=current.region, meeting=current.pk)
    return current


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Person) -> Meeting:
    """Close the meeting: who is still there leaves now.

    Raises
    ------
    ConflictError
        When a vote is still open, or the meeting is not running.
    """
    current: Meeting = held(meeting)
    current.state = MEETING.require(current.state, "close_meeting")
    open_votes = Vote.objects.in_region(current.region_id).filter(meeting=current, state="open")
    if names := [vote.question for vote in open_votes]:
        raise ConflictError(_("Votes are still open: %(votes)s. Close them first.") % {"votes": ", ".join(names)})
    current.closed_at = timezone.now()
    current.save(update_fields=["state", "closed_at"])
    there = Attendance.objects.in_region(current.region_id).filter(meeting=current, left_at=None)
    there.filter(presence=Presence.PRESENT).update(left_at=current.closed_at)
    record("close_meeting", current, by=by, region=current.region, meeting=current.pk)
    return current


def _values(meeting: Meeting) -> dict[str, Any]:
    return {name: plain(getattr(meeting, name)) for name in FIELDS}


def _mail_all(meeting: Meeting, kind: str, lines: Any) -> int:
    """Queue one mail per invited person, and note it on their page; return how many."""
    people = invited_people(meeting)
    with site_language():
        address = page(meeting.region, "meeting", number=meeting.pk)
        subject, text = lines(meeting)
        calendar = _calendar(meeting)
        for person in people:
            enqueue_mail(
                to=person, subject=subject, text=f"{text}\n\n{address_of_site(address)}\n", region=meeting.region,
                kind=kind, about=meeting, links=[meeting.online_link] if meeting.online_link else (),
                attachments=[calendar],
            )  # fmt: skip
        notify(people=people, region=meeting.region, kind="meeting_news", text=subject, url=address, about=meeting)
    return len(people)


def _calendar(meeting: Meeting) -> Attachment:
    """Return the date as a file for calendars; a later mail about the same meeting replaces the entry."""
    since = timezone.now() - meeting.invited_at if meeting.invited_at else timedelta()
    entries = [replace(one, sequence=int(since.total_seconds())) for one in entries_of([meeting], inside=True)]
    return Attachment(
        f"{_('meeting')}-{meeting.pk}.ics", calendar_file(meeting.title, entries), CONTENT_TYPE.partition(";")[0]
    )


def _when_and_where(meeting: Meeting) -> str:
    where = [part for part in (meeting.place, meeting.online_link) if part]
    return "\n".join([f"{in_words(meeting.starts_at)} – {in_words(meeting.ends_at)}", *where])


def _lines_invitation(meeting: Meeting) -> tuple[str, str]:
    subject = _("Invitation: %(title)s") % {"title": meeting.title}
    sitting = Audience(bodies=frozenset({meeting.body_id}))
    agenda = "\n".join(f"{place}. {item.title}" for place, item in agenda_of(meeting, sitting) if place)
    parts = [
        _("%(body)s invites you to: %(title)s") % {"body": meeting.body.name, "title": meeting.title},
        _when_and_where(meeting),
        _("Agenda") + ":\n" + agenda,
    ]
    if meeting.short_notice_reason:
        parts.append(_("Reason for the short notice: %(reason)s") % {"reason": meeting.short_notice_reason})
    parts.append(_("Please say on this page whether you come, or ask your deputy."))
    return subject, "\n\n".join(parts)


def _lines_changed(meeting: Meeting) -> tuple[str, str]:
    subject = _("Changed: %(title)s") % {"title": meeting.title}
    return subject, _("This now holds for the meeting:") + "\n\n" + _when_and_where(meeting)


def _lines_cancelled(meeting: Meeting) -> tuple[str, str]:
    subject = _("Cancelled: %(title)s") % {"title": meeting.title}
    text = _("The meeting on %(day)s does not take place.") % {"day": in_words(meeting.starts_at)}
    return subject, f"{text}\n\n{_('Reason')}: {meeting.cancelled_reason}"
