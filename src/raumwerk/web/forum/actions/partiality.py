"""A conflict of interest declared on a vote itself: where its motion stands on no agenda, there is no earlier place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError
from raumwerk.web.forum.actions._telling import held
from raumwerk.web.forum.models import Entitlement, Vote
from raumwerk.web.forum.queries.results import participants
from raumwerk.web.forum.queries.roster import roster, roster_quorum
from raumwerk.web.forum.states import VOTE
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record

__all__ = ["declare_partial"]


@transaction.atomic
def declare_partial(vote: Vote, *, by: Person) -> None:
    """Take oneself out of an open vote: every seat one holds or acts for neither votes nor counts for the quorum.

    It cannot be taken back, and comes before one votes.

    Raises
    ------
    ConflictError
        When the vote is not open, `by` has no seat in it, has declared it already, or a vote of theirs has been cast.
    """
    current: Vote = held(vote)
    VOTE.require(current.state, "cast_vote")
    rows = Entitlement.objects.in_region(current.region_id).filter(Q(holder=by) | Q(acting=by), vote=current)
    mine = list(rows.order_by("pk"))
    if not mine:
        raise ConflictError(_("You have no vote here: you hold no seat with a vote, or your deputy acts for it."))
    left = [one for one in mine if not one.excluded]
    if not left:
        raise ConflictError(_("This conflict of interest has been declared already."))
    if participants(current) & {one.pk for one in left}:
        raise ConflictError(_("Your vote has been cast already. It counts once and cannot be changed."))
    rows.update(excluded=True)
    if current.meeting_id is not None:
        current.rules = {**current.rules, "quorum": _quorum_now(current)}
        current.save(update_fields=["rules"])
    seats = [one.seat_id for one in left]
    record("declare_conflict", current, by=by, region=current.region, vote=current.pk, seats=seats)


def _quorum_now(vote: Vote) -> dict[str, Any]:
    """The quorum at the opening without those who have taken themselves out since."""
    out = set(
        Entitlement.objects.in_region(vote.region_id).filter(vote=vote, excluded=True).values_list("seat", flat=True)
    )
    places = roster(vote.body, meeting=vote.meeting, item=vote.item or vote.motion.item, at=vote.opened_at)
    found = roster_quorum(
        vote.body, [replace(place, excluded=place.excluded or place.seat.pk in out) for place in places]
    )
    return {"total": found.total, "there": found.there, "needed": found.needed}
