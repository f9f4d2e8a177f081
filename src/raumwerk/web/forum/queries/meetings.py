"""Reading meetings, agendas, motions, votes, minutes, resolutions and tasks as far as a reader may."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from raumwerk.web.forum.models import (
    AgendaItem,
    Attendance,
    Body,
    Entitlement,
    Forwarding,
    Meeting,
    Minutes,
    MinutesEntry,
    Motion,
    Presence,
    Registration,
    Resolution,
    Task,
    Vote,
)
from raumwerk.web.people.models import Affiliation
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import Audience, visible

__all__ = [
    "agenda_of",
    "attendance_of",
    "body_agenda",
    "forwardings_of",
    "found",
    "items_seen",
    "meetings_seen",
    "minutes_entries",
    "minutes_seen",
    "motions_seen",
    "registrations_of",
    "resolutions_seen",
    "tasks_seen",
    "votes_seen",
]


def found(rows: QuerySet[Any], number: int) -> Any:
    """Return the row of a number; what the reader may not see is as absent as what does not exist (404)."""
    one = rows.filter(pk=number).first() if number < 2**63 else None
    if one is None:
        raise Http404("There is nothing of this number here.")
    return one


def _seen(model: Any, region: Region, audience: Audience) -> Any:
    """Keep what the reader may see of a model with a body: never wider than the body itself."""
    rows = model.objects.in_region(region).filter(visible(audience), visible(audience, "body__", body_field="pk"))
    return rows.select_related("body", "region")


def meetings_seen(region: Region, audience: Audience) -> Any:
    """Return the meetings a reader may know of."""
    return _seen(Meeting, region, audience)


def items_seen(meeting: Meeting, audience: Audience) -> Any:
    """Return the items of a meeting that a reader may know of, withdrawn ones included."""
    rows = AgendaItem.objects.in_region(meeting.region_id).filter(meeting=meeting).readable(audience)
    return rows.select_related("responsible", "meeting__body")


def agenda_of(meeting: Meeting, audience: Audience) -> list[tuple[str, AgendaItem]]:
    """Return the agenda with its numbers (1, 2, 2.1 …). Withdrawn items have none.

    Numbers count all items, so that a reader who may not see one finds the same numbers as everybody else.
    """
    order = AgendaItem.objects.in_region(meeting.region_id).filter(meeting=meeting)
    keys = list(order.order_by("position", "pk").values_list("pk", "parent", "withdrawn_at"))
    numbers: dict[int, str] = {}
    sequence: list[int] = []
    main = 0
    for key, parent, withdrawn in keys:
        if parent is not None:
            continue
        sequence.append(key)
        if withdrawn is None:
            main += 1
            numbers[key] = str(main)
        part = 0
        for child, above, gone in keys:
            if above != key:
                continue
            sequence.append(child)
            if gone is None and withdrawn is None:
                part += 1
                numbers[child] = f"{main}.{part}"
    seen = {item.pk: item for item in items_seen(meeting, audience)}
    return [(numbers.get(key, ""), seen[key]) for key in sequence if key in seen]


def _item_known(region: Region, audience: Audience) -> Q:
    """Return the condition that leaves out what stands on an item the reader may not know of."""
    if audience.office:
        return Q(pk__isnull=False)
    readable = AgendaItem.objects.in_region(region).readable(audience)
    return Q(item__isnull=True) | Q(item__in=readable.values("pk"))


def motions_seen(region: Region, audience: Audience) -> Any:
    """Return the motions a reader may know of; one's own belong to them."""
    rows = Motion.objects.in_region(region).filter(
        (visible(audience) & visible(audience, "body__", body_field="pk")) | _own(audience, "proposed_by")
    )
    rows = rows.filter(_item_known(region, audience))
    return rows.select_related("body", "region", "item__meeting", "organisation")


def _own(audience: Audience, field: str) -> Q:
    return Q(**{field: audience.person_id}) if audience.person_id is not None else Q(pk__in=[])


def votes_seen(region: Region, audience: Audience) -> Any:
    """Return the votes a reader may know of: the entitled know theirs in any case, whatever item they stand on."""
    entitled = Q(pk__in=[])
    if audience.person_id is not None:
        mine = Entitlement.objects.in_region(region).filter(acting=audience.person_id)
        entitled = Q(pk__in=mine.values("vote"))
    seen = visible(audience) & visible(audience, "body__", body_field="pk") & _item_known(region, audience)
    rows = Vote.objects.in_region(region).filter(seen | entitled)
    return rows.select_related("body", "region", "motion", "meeting", "item", "closed_by")


def resolutions_seen(region: Region, audience: Audience) -> Any:
    """Return the resolutions a reader may know of: published ones, others by body and office alone."""
    rows = _seen(Resolution, region, audience)
    if not audience.office:
        rows = rows.filter(Q(state="published") | Q(body__in=sorted(audience.bodies)))
    return rows


def forwardings_of(resolution: Resolution) -> Any:
    """Return to whom a resolution was sent, with their answers."""
    rows = Forwarding.objects.in_region(resolution.region_id).filter(resolution=resolution)
    return rows.select_related("organisation")


def tasks_seen(region: Region, audience: Audience) -> Any:
    """Return the tasks a reader may know of; one's own, and those of one's organisations, belong to them."""
    own = _own(audience, "owner")
    if audience.person_id is not None:
        speaks = Affiliation.objects.in_region(region).current().filter(person=audience.person_id)
        own |= Q(organisation__in=speaks.values("organisation"))
    rows = Task.objects.in_region(region).filter(
        (visible(audience) & visible(audience, "body__", body_field="pk")) | own
    )
    return rows.select_related("body", "region", "owner", "organisation", "resolution__body", "meeting")


def registrations_of(meeting: Meeting) -> dict[str, int]:
    """Return how many come, wait and do not come."""
    rows = Registration.objects.in_region(meeting.region_id).filter(meeting=meeting).values("state")
    return {row["state"]: row["number"] for row in rows.annotate(number=Count("pk")).order_by()}


def attendance_of(meeting: Meeting) -> list[Attendance]:
    """Return who was there, seats first, and who was excused."""
    rows = Attendance.objects.in_region(meeting.region_id).filter(meeting=meeting)
    rows = rows.select_related("seat__organisation", "seat__person", "person")
    return sorted(rows, key=lambda one: (one.seat_id is None, one.presence == Presence.EXCUSED, one.pk))


def minutes_seen(meeting: Meeting, audience: Audience) -> list[Minutes]:
    """Return the editions of the minutes a reader may see, the newest first.

    Published ones are seen by all who see the meeting; a draft by office and body, and by those who were there once
    remarks are asked for.
    """
    rows = Minutes.objects.in_region(meeting.region_id).filter(meeting=meeting).select_related("meeting__body")
    if not audience.office and meeting.body_id not in audience.bodies:
        there = Attendance.objects.in_region(meeting.region_id).filter(meeting=meeting, person=audience.person_id)
        was_there = audience.person_id is not None and there.exists()
        states = ["published", "in_comment", "approved"] if was_there else ["published"]
        rows = rows.filter(state__in=states)
    return list(rows)


def minutes_entries(minutes: Minutes, audience: Audience) -> list[tuple[str, MinutesEntry]]:
    """Return the entries with the numbers of their items, as far as the reader may know of the items."""
    entries = {
        one.item_id: one
        for one in MinutesEntry.objects.in_region(minutes.region_id).filter(minutes=minutes).select_related("item")
    }
    agenda = agenda_of(minutes.meeting, audience)
    return [(number, entries[item.pk]) for number, item in agenda if item.pk in entries]


def body_agenda(body: Body, audience: Audience) -> dict[str, Any]:
    """Return what stands on the page of a body: next and last meetings, latest resolutions."""
    meetings = meetings_seen(body.region, audience).filter(body=body)
    return {
        "upcoming": list(meetings.upcoming()[:5]),
        "past": list(meetings.past()[:5]),
        "resolutions": list(resolutions_seen(body.region, audience).filter(body=body)[:5]),
    }
