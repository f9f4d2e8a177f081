"""What one person finds on their page: what they are asked to do, and what they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from raumwerk.web.forum.models import Meeting, Seat, Task, Vote
from raumwerk.web.forum.queries.meetings import meetings_seen, tasks_seen, votes_seen
from raumwerk.web.forum.queries.results import participants
from raumwerk.web.people.models import Affiliation, Membership, Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.notify.models import Note
from raumwerk.web.shared.notify.queries import Followed, followed_by, notes_of
from raumwerk.web.shared.visibility import Audience, audience_of, visible

__all__ = ["MyPage", "my_page"]

SHOWN = 20


@dataclass(frozen=True, slots=True)
class MyPage:
    """One person's page in one region."""

    votes: list[Vote]
    meetings: list[Meeting]
    tasks: list[Task]
    notes: list[Note]
    unread: int
    followed: list[Followed]
    seats: list[Seat]
    memberships: list[Membership]
    affiliations: list[Affiliation]


def my_page(person: Person, region: Region) -> MyPage:
    """Gather a page; the number of queries does not grow with what is on it, but for votes that are open."""
    audience, now = audience_of(person, region), timezone.now()
    seats = Seat.objects.in_region(region).current().filter(Q(person=person) | Q(deputy=person))
    bodies = {seat.body_id for seat in seats}
    coming = meetings_seen(region, audience).filter(ends_at__gte=now, body__in=bodies, invited_at__isnull=False)
    own = Q(owner=person)
    speaks = Affiliation.objects.in_region(region).current().filter(person=person)
    tasks = tasks_seen(region, audience).filter(own | Q(organisation__in=speaks.values("organisation")))
    notes = notes_of(person, region)
    return MyPage(
        votes=_open_votes(person, region, audience),
        meetings=list(coming.exclude(state="cancelled").order_by("starts_at")[:SHOWN]),
        tasks=list(tasks.filter(done_on__isnull=True).exclude(state__in=_DONE).order_by("due_on", "pk")[:SHOWN]),
        notes=notes,
        unread=sum(note.read_at is None for note in notes),
        followed=followed_by(person, region),
        seats=list(_seats_shown(seats, audience)),
        memberships=list(Membership.objects.in_region(region).current().filter(person=person).order_by("starts_on")),
        affiliations=list(speaks.select_related("organisation").order_by("starts_on")),
    )


def _seats_shown(seats: Any, audience: Audience) -> Any:
    """Keep the seats in bodies whose page opens to the person; of a body for the office alone nobody else is told."""
    rows = seats.filter(visible(audience, "body__", body_field="pk"))
    return rows.select_related("body", "organisation").order_by("body__position", "pk")


#: States in which nothing is left to do.
_DONE = ("done", "dropped")


def _open_votes(person: Person, region: Region, audience: Any) -> list[Vote]:
    """Return the open votes in which somebody has a vote that is not cast yet."""
    rows = votes_seen(region, audience).filter(state="open", entitlements__acting=person).distinct()
    waiting = []
    for vote in rows.order_by("deadline", "pk")[:SHOWN]:
        mine = set(vote.entitlements.in_region(region).filter(acting=person).values_list("pk", flat=True))
        if mine - participants(vote):
            waiting.append(vote)
    return waiting
