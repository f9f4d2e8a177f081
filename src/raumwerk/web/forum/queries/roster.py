"""Who counts in a body at a moment: seats with a vote, who sits on them, who is partial, and whether that suffices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from raumwerk.web.forum.counting import Quorum, quorum
from raumwerk.web.forum.models import (
    AgendaItem,
    Attendance,
    Body,
    ConflictOfInterest,
    Entitlement,
    Meeting,
    Presence,
    QuorumBy,
    Seat,
)

__all__ = ["Place", "entitled_quorum", "meeting_quorum", "partial_people", "present_on", "roster", "roster_quorum"]


@dataclass(frozen=True, slots=True)
class Place:
    """One seat with a vote: who acts for it, and whether it takes part."""

    seat: Seat
    acting: int | None
    present: bool
    excluded: bool

    @property
    def counts(self) -> bool:
        """Tell whether the seat is there and not partial."""
        return self.present and not self.excluded


def partial_people(item: AgendaItem | None) -> frozenset[int]:
    """Return who declared a conflict of interest in an item; of a vote in writing, the item its motion stood on."""
    if item is None:
        return frozenset()
    declared = ConflictOfInterest.objects.in_region(item.region_id).filter(item=item)
    return frozenset(declared.values_list("person_id", flat=True))


def present_on(meeting: Meeting, at: datetime) -> dict[int, int | None]:
    """Return who sits on which seat at a moment, by primary keys."""
    there = Attendance.objects.in_region(meeting.region_id).filter(
        Q(left_at__isnull=True) | Q(left_at__gt=at),
        meeting=meeting, presence=Presence.PRESENT, seat__isnull=False, arrived_at__lte=at,
    )  # fmt: skip
    return dict(there.values_list("seat_id", "person_id"))


def roster(
    body: Body, *, meeting: Meeting | None, item: AgendaItem | None = None, at: datetime | None = None
) -> list[Place]:
    """Return the voting seats of a body at a moment of a meeting, or, without one, for a written procedure.

    In writing everybody who can act is there: the holder, or the deputy of a vacant seat.
    """
    moment = at or timezone.now()
    seats = Seat.objects.in_region(body.region_id).current(timezone.localdate(moment)).voting().filter(body=body)
    partial = partial_people(item)
    sitting = present_on(meeting, moment) if meeting else {}
    places = []
    for seat in seats.order_by("pk"):
        if meeting:
            acting, present = sitting.get(seat.pk), seat.pk in sitting
        else:
            acting = seat.person_id or seat.deputy_id
            present = acting is not None
        excluded = seat.person_id in partial or (acting is not None and acting in partial)
        places.append(Place(seat, acting, present, excluded))
    return places


def roster_quorum(body: Body, places: Iterable[Place]) -> Quorum:
    """Return whether a body can decide; seats that are partial count neither way."""
    counted = [(place.seat.organisation_id, place.present) for place in places if not place.excluded]
    by = "organisations" if body.quorum_by == QuorumBy.ORGANISATIONS else "seats"
    return quorum(counted, percent=body.quorum_percent, by=by)


def meeting_quorum(meeting: Meeting, item: AgendaItem | None = None, at: datetime | None = None) -> Quorum:
    """Return whether a meeting can decide now, on an item where one is given."""
    return roster_quorum(meeting.body, roster(meeting.body, meeting=meeting, item=item, at=at))


def entitled_quorum(entitled: Iterable[Entitlement], voted: frozenset[int], *, percent: int, by: str) -> Quorum:
    """Return whether enough of those entitled took part; `voted` holds keys of entitlements."""
    counted = [(one.organisation_id, one.pk in voted) for one in entitled if not one.excluded]
    return quorum(counted, percent=percent, by="organisations" if by == QuorumBy.ORGANISATIONS else "seats")
