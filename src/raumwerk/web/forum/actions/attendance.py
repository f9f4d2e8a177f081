"""Who registers, who comes, who goes."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import saved
from raumwerk.web.forum.actions._telling import held, page, site_language
from raumwerk.web.forum.models import Attendance, Meeting, Presence, Registration, Seat
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import notify

__all__ = ["fill_places", "note_arrival", "note_departure", "note_excuse", "note_guest", "register"]


@transaction.atomic
def register(meeting: Meeting, *, by: Person, coming: bool) -> Registration:
    """Say whether one comes. Beyond the places one waits; a place that becomes free goes to who waits longest.

    Raises
    ------
    ConflictError
        When the meeting has begun, is over or was called off.
    """
    current: Meeting = held(meeting)
    if current.state not in ("planned", "invited"):
        raise ConflictError(_("Registration is closed: the meeting has begun, is over or has been cancelled."))
    rows = Registration.objects.in_region(current.region_id).filter(meeting=current)
    mine: Registration | None = rows.filter(person=by).first()
    state = Registration.State.DECLINED
    if coming:
        others = rows.filter(state=Registration.State.COMING).exclude(person=by).count()
        full = current.capacity is not None and others >= current.capacity
        state = Registration.State.WAITING if full else Registration.State.COMING
    if mine is None:
        mine = Registration(region=current.region, meeting=current, person=by, state=state)
    elif mine.state == state:
        return mine
    else:
        mine.state, mine.at = state, timezone.now()
    saved(mine)
    record("register", current, by=by, region=current.region, meeting=current.pk, state=str(state))
    if not coming:
        fill_places(current)
    return mine


def fill_places(meeting: Meeting) -> None:
    """Give free places to those who wait, in their order; called inside the deed that made room."""
    rows = Registration.objects.in_region(meeting.region_id).filter(meeting=meeting).select_related("person")
    taken = rows.filter(state=Registration.State.COMING).count()
    waiting = rows.filter(state=Registration.State.WAITING).order_by("at", "pk")
    free = waiting.count() if meeting.capacity is None else max(0, meeting.capacity - taken)
    for row in waiting[:free]:
        row.state = Registration.State.COMING
        row.save(update_fields=["state"])
        with site_language():
            text = _("You have a place now: %(title)s") % {"title": meeting.title}
            address = page(meeting.region, "meeting", number=meeting.pk)
            notify(
                people=[row.person], region=meeting.region, kind="meeting_news", text=text, url=address, about=meeting
            )


def _running(meeting: Meeting) -> Meeting:
    current: Meeting = held(meeting)
    if current.state != "running":
        raise ConflictError(_("Attendance is noted while the meeting runs. Open the meeting first."))
    return current


@transaction.atomic
def note_arrival(
    meeting: Meeting, seat: Seat, *, by: Person, deputy: bool = False, at: datetime | None = None
) -> Attendance:
    """Note that a seat is taken by its holder, or by the deputy.

    Raises
    ------
    InputError
        When the seat is of another body, or nobody could sit on it.
    ConflictError
        When the seat is taken already, or the person sits on another seat.
    """
    current = _running(meeting)
    if seat.body_id != current.body_id:
        raise InputError(Problem(_("This seat belongs to another body.")))
    person = seat.deputy if deputy else seat.person
    if person is None:
        raise InputError(Problem(_("Nobody holds this seat, or it has no deputy.")))
    there = Attendance.objects.in_region(current.region_id).filter(meeting=current, left_at=None)
    there.filter(seat=seat, presence=Presence.EXCUSED).delete()
    if there.filter(person=person, presence=Presence.PRESENT).exclude(seat=seat).exists():
        raise ConflictError(_("%(person)s sits on another seat already.") % {"person": person})
    row = Attendance(
        region=current.region, meeting=current, seat=seat, person=person, as_deputy=deputy,
        arrived_at=at or timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ConflictError(_("This seat is taken already.")) from None
    record("note_arrival", current, by=by, region=current.region, meeting=current.pk, seat=seat.pk, deputy=deputy)
    return row


@transaction.atomic
def note_departure(attendance: Attendance, *, by: Person, at: datetime | None = None) -> Attendance:
    """Note that somebody has left."""
    current = _running(attendance.meeting)
    row: Attendance = held(attendance)
    if row.left_at is not None or row.presence != Presence.PRESENT:
        raise ConflictError(_("The departure has been noted already."))
    row.left_at = at or timezone.now()
    saved(row)
    record("note_departure", current, by=by, region=current.region, meeting=current.pk, seat=row.seat_id)
    return row


@transaction.atomic
def note_excuse(meeting: Meeting, seat: Seat, *, by: Person) -> Attendance:
    """Note that the holder of a seat is excused."""
    current = _running(meeting)
    if seat.body_id != current.body_id:
        raise InputError(Problem(_("This seat belongs to another body.")))
    there = Attendance.objects.in_region(current.region_id).filter(meeting=current, seat=seat, left_at=None)
    if there.exists():
        raise ConflictError(_("This seat is taken already."))
    row = Attendance(
        region=current.region, meeting=current, seat=seat, person=seat.person, presence=Presence.EXCUSED
    )  # fmt: skip
    saved(row)
    record("note_excuse", current, by=by, region=current.region, meeting=current.pk, seat=seat.pk)
    return row


@transaction.atomic
def note_guest(meeting: Meeting, *, by: Person, name: str = "", person: Person | None = None) -> Attendance:
    """Note a guest, with an account or by name alone."""
    current = _running(meeting)
    if not name.strip() and person is None:
        raise InputError(Problem(_("Give the name of the guest."), column="name"))
    row = Attendance(
        region=current.region, meeting=current, person=person, guest_name=name.strip(), arrived_at=timezone.now()
    )  # fmt: skip
    saved(row)
    record("note_guest", current, by=by, region=current.region, meeting=current.pk, attendance=row.pk)
    return row
