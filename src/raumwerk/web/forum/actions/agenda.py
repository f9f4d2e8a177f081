"""Items of the agenda and declared partiality. After the invitation a change is an addendum that all hear of."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import plain, saved
from raumwerk.web.forum.actions._telling import held, invited_people, page, site_language
from raumwerk.web.forum.models import AgendaItem, ConflictOfInterest, ItemKind, Meeting, Vote
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import enqueue_mail
from raumwerk.web.shared.notify.texts import address_of_site

__all__ = ["add_item", "change_item", "declare_conflict", "move_item", "withdraw_item"]

FIELDS = ("parent", "position", "title", "text", "kind", "minutes", "responsible")
STEP = 10


def _open_meeting(meeting: Meeting) -> Meeting:
    current: Meeting = held(meeting)
    if current.state in ("closed", "cancelled"):
        raise ConflictError(_("The meeting is over or has been cancelled; its agenda stays as it is."))
    return current


@transaction.atomic
def add_item(meeting: Meeting, *, by: Person | None, **fields: Any) -> AgendaItem:
    """Put an item on the agenda, at its end unless a position is given."""
    current = _open_meeting(meeting)
    last = (
        AgendaItem.objects.in_region(current.region_id).filter(meeting=current).aggregate(last=Max("position"))["last"]
    )
    fields.setdefault("position", (last or 0) + STEP)
    item = AgendaItem(region=current.region, meeting=current, **fields)
    _check_parent(item)
    if current.agenda_locked:
        item.added_at = timezone.now()
    saved(item)
    record(
        "add_item", item, by=by, region=current.region, meeting=current.pk, item=item.pk, addendum=current.agenda_locked
    )
    if current.agenda_locked:
        _tell_addendum(item, gettext_noop("New on the agenda: %(item)s"))
    return item


@transaction.atomic
def change_item(item: AgendaItem, *, by: Person, **fields: Any) -> AgendaItem:
    """Change an item; after the invitation the change is marked and told."""
    meeting = _open_meeting(item.meeting)
    current: AgendaItem = held(item)
    before = {name: plain(getattr(current, name)) for name in FIELDS}
    for name in FIELDS:
        if name in fields:
            setattr(current, name, fields[name])
    _check_parent(current)
    after = {name: plain(getattr(current, name)) for name in FIELDS}
    changed = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    if not changed:
        return current
    if meeting.agenda_locked:
        current.changed_at = timezone.now()
    saved(current)
    shown = {name: values for name, values in changed.items() if name != "responsible"}
    record("change_item", current, by=by, region=meeting.region, meeting=meeting.pk, item=current.pk, changed=shown,
           addendum=meeting.agenda_locked)  # fmt: skip
    if meeting.agenda_locked:
        _tell_addendum(current, gettext_noop("Changed on the agenda: %(item)s"))
    return current


@transaction.atomic
def withdraw_item(item: AgendaItem, *, by: Person) -> AgendaItem | None:
    """Take an item off: before the invitation it goes, afterwards it stays visible as withdrawn.

    Raises
    ------
    ConflictError
        When a vote on it is open or done.
    """
    meeting = _open_meeting(item.meeting)
    current: AgendaItem = held(item)
    if Vote.objects.in_region(meeting.region_id).filter(item=current).exclude(state="aborted").exists():
        raise ConflictError(_("There is a vote on this item; it stays on the agenda."))
    record("withdraw_item", current, by=by, region=meeting.region, meeting=meeting.pk, item=current.pk,
           addendum=meeting.agenda_locked)  # fmt: skip
    if not meeting.agenda_locked:
        current.delete()
        return None
    current.withdrawn_at = timezone.now()
    current.save(update_fields=["withdrawn_at"])
    _tell_addendum(current, gettext_noop("Taken off the agenda: %(item)s"))
    return current


@transaction.atomic
def move_item(item: AgendaItem, *, by: Person, up: bool) -> None:
    """Swap an item with its neighbour above or below. The order is the chair's, so nobody is written to."""
    meeting = _open_meeting(item.meeting)
    rows = list(
        AgendaItem.objects.in_region(meeting.region_id)
        .select_for_update()
        .filter(meeting=meeting, parent=item.parent_id)
    )
    places = [row.pk for row in rows]
    if item.pk not in places:
        raise ConflictError(_("Somebody has just removed this item."))
    here = places.index(item.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for place, row in enumerate(rows, start=1):
        if row.position != place * STEP:
            row.position = place * STEP
            row.save(update_fields=["position"])
    record("move_item", item, by=by, region=meeting.region, meeting=meeting.pk, item=item.pk, up=up)


@transaction.atomic
def declare_conflict(item: AgendaItem, person: Person, *, by: Person, reason: str) -> ConflictOfInterest:
    """Note that somebody is partial in an item; in its votes they neither vote nor count.

    Raises
    ------
    InputError
        Without a reason.
    ConflictError
        When it was declared already, or a vote on the item is open or done: who was entitled is fixed then.
    """
    meeting = _open_meeting(item.meeting)
    if not reason.strip():
        raise InputError(Problem(_("Give the reason of the conflict of interest; it is noted in the minutes."),
                                 column="reason"))  # fmt: skip
    votes = Vote.objects.in_region(meeting.region_id).filter(item=item)
    if votes.exclude(state__in=("created", "aborted")).exists():
        raise ConflictError(_("The vote on this item has been opened; a declaration comes too late for it."))
    known = ConflictOfInterest.objects.in_region(meeting.region_id).filter(item=item, person=person)
    if known.exists():
        raise ConflictError(_("This conflict of interest has been declared already."))
    declared = ConflictOfInterest(region=meeting.region, item=item, person=person, reason=reason.strip())
    saved(declared)
    record(
        "declare_conflict",
        item,
        by=by,
        region=meeting.region,
        meeting=meeting.pk,
        item=item.pk,
        declaration=declared.pk,
    )
    return declared


def _check_parent(item: AgendaItem) -> None:
    parent = item.parent
    if parent is None:
        return
    if parent.meeting_id != item.meeting_id or parent.parent_id is not None or parent.pk == item.pk:
        raise InputError(Problem(_("An item can only be part of a main item of the same meeting."), column="parent"))


def _tell_addendum(item: AgendaItem, words: str) -> None:
    """Mail an addendum to all who were invited; what only the office may know is told to nobody."""
    if item.kind == ItemKind.HIDDEN:
        return
    meeting = item.meeting
    with site_language():
        subject = _("Addendum to the agenda: %(title)s") % {"title": meeting.title}
        text = (
            words % {"item": item.title} + "\n\n" + address_of_site(page(meeting.region, "meeting", number=meeting.pk))
        )
        for person in invited_people(meeting):
            enqueue_mail(
                to=person, subject=subject, text=text, region=meeting.region, kind="agenda_addendum", about=meeting
            )
