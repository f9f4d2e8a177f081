"""Rights in meetings, votes, minutes and tasks. The target is the thing itself; all of them have a ``body``."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from rules.permissions import add_perm
from rules.predicates import is_active, predicate

from raumwerk.web.forum.models import Attendance, Entitlement, Invited, Meeting, Presence, Task, Vote
from raumwerk.web.forum.rules.bodies import is_chair, sits_in
from raumwerk.web.people.models import Affiliation, Membership, Person
from raumwerk.web.people.rules import is_guest, is_office
from raumwerk.web.shared.visibility import audience_of, may_see

__all__ = ["attended", "is_entitled", "is_invited", "is_responsible", "votes_held"]


def votes_held(person: Person, vote: Vote) -> Any:
    """Return what somebody may still vote with, cast or not: who was entitled is fixed when a vote opens, but a role or
    seat may end while it runs, and whoever left the meeting votes again only after coming back.
    """
    held = Entitlement.objects.in_region(vote.region_id).filter(vote=vote, acting=person, present=True)
    belongs = Membership.objects.in_region(vote.region_id).current().filter(person=person)
    held = held.filter(Exists(belongs), Q(seat__ends_on=None) | Q(seat__ends_on__gte=timezone.localdate()))
    if vote.meeting_id is None:
        return held
    there = Attendance.objects.in_region(vote.region_id).filter(
        meeting=vote.meeting_id, seat=OuterRef("seat"), person=person, presence=Presence.PRESENT, left_at=None
    )
    return held.filter(Exists(there))


@predicate
def is_invited(person: Any, meeting: Any = None) -> bool:
    """The body's rules invite this person: those who sit in it, or everybody of the region who may see the meeting."""
    if not isinstance(meeting, Meeting):
        return False
    if sits_in(person, meeting):
        return True
    seen = may_see(audience_of(person, meeting.region), meeting.visibility, meeting.body_id)
    return meeting.body.invited == Invited.PUBLIC and seen and bool(is_guest(person, meeting.region))


@predicate
def is_entitled(person: Any, vote: Any = None) -> bool:
    """The person acts for a seat that has a vote in it."""
    if not isinstance(vote, Vote) or not person.is_authenticated:
        return False
    return bool(votes_held(person, vote).filter(excluded=False).exists())


@predicate
def attended(person: Any, minutes: Any = None) -> bool:
    """The person was at the meeting the minutes tell of."""
    meeting = getattr(minutes, "meeting", None)
    if meeting is None or not person.is_authenticated:
        return False
    return bool(Attendance.objects.in_region(meeting.region_id).filter(meeting=meeting, person=person).exists())


@predicate
def is_responsible(person: Any, task: Any = None) -> bool:
    """The task is the person's own, or that of an organisation they speak for."""
    if not isinstance(task, Task) or not person.is_authenticated:
        return False
    if task.owner_id == person.pk:
        return True
    if task.organisation_id is None:
        return False
    speaks = Affiliation.objects.in_region(task.region_id).current()
    return bool(speaks.filter(person=person, organisation=task.organisation_id, spokesperson=True).exists())


add_perm("forum.register_for_meeting", is_active & is_invited)
add_perm("forum.submit_motion", is_active & (is_office | sits_in))
add_perm("forum.cast_vote", is_active & is_entitled)
add_perm("forum.remark_minutes", is_active & (is_office | is_chair | attended))
add_perm("forum.do_task", is_active & (is_office | is_chair | is_responsible))
add_perm("forum.follow_up_resolution", is_active & is_office)
