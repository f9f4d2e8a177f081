"""Preparing, opening, casting, closing and publishing votes.

Every deed on a vote holds its row, so casting and closing follow each other: a vote is cast once, nothing is cast after
closing, and of two who close one learns what the other did.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import saved
from raumwerk.web.forum.actions._telling import held, in_words, page, site_language
from raumwerk.web.forum.actions.adopting import adopt
from raumwerk.web.forum.counting import CHOICES, FEWEST_IN_SECRET
from raumwerk.web.forum.models import (
    AgendaItem,
    Entitlement,
    Meeting,
    Method,
    Motion,
    NamedBallot,
    Outcome,
    Participation,
    SecretBallot,
    UrnCount,
    Vote,
    VotesPer,
)
from raumwerk.web.forum.queries.results import counted, participants
from raumwerk.web.forum.queries.roster import Place, partial_people, roster, roster_quorum
from raumwerk.web.forum.rules import votes_held
from raumwerk.web.forum.states import MOTION, VOTE
from raumwerk.web.people.models import Membership, Person
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import notify

__all__ = ["abort_vote", "cast_vote", "close_due_votes", "close_vote", "create_vote", "hand_over", "open_vote",
           "publish_vote", "record_hand"]  # fmt: skip

RULES = ("quorum_percent", "quorum_by", "majority", "interest_group_cap", "votes_per")


@transaction.atomic
def create_vote(
    motion: Motion, *, by: Person, method: str, item: AgendaItem | None = None, deadline: datetime | None = None,
    question: str = "",
) -> Vote:  # fmt: skip
    """Prepare a vote on a motion: on an item of a meeting, or in writing until a deadline.

    Raises
    ------
    InputError
        When the rules of the body forbid the kind of vote, or neither item nor deadline is given, or both.
    ConflictError
        When the motion is decided or withdrawn, or a vote on it is prepared or open.
    """
    current: Motion = held(motion)
    MOTION.require(current.state, "decide_motion")
    body, problems = current.body, []
    if (item is None) == (deadline is None):
        problems.append(Problem(_("A vote is held on an item of a meeting, or in writing until a deadline.")))
    if item is not None and item.meeting.body_id != body.pk:
        problems.append(Problem(_("This item is on the agenda of another body."), column="item"))
    if deadline is not None and not body.written_allowed:
        problems.append(Problem(_("The rules of this body know no written procedure."), column="deadline"))
    if deadline is not None and deadline <= timezone.now():
        problems.append(Problem(_("The deadline has passed."), advice=_("Choose a later one."), column="deadline"))
    if method == Method.SECRET and not body.secret_allowed:
        problems.append(Problem(_("The rules of this body know no secret votes."), column="method"))
    if problems:
        raise InputError(problems)
    if Vote.objects.in_region(current.region_id).filter(motion=current, state__in=("created", "open")).exists():
        raise ConflictError(_("A vote on this motion is prepared or open already."))
    vote = Vote(
        region=current.region, body=body, motion=current, item=item, meeting=item.meeting if item else None,
        question=question.strip() or current.title, method=method, deadline=deadline, visibility=current.visibility,
    )  # fmt: skip
    saved(vote)
    record("create_vote", vote, by=by, region=current.region, vote=vote.pk, method=method, written=vote.written)
    return vote


@transaction.atomic
def open_vote(vote: Vote, *, by: Person) -> Vote:
    """Open a vote: who is entitled is fixed now.

    Raises
    ------
    ConflictError
        When the meeting is not running, the quorum is not reached, nobody may vote, or a secret vote would betray
        somebody by the weight of a ballot or because too few take part.
    """
    current: Vote = held(vote)
    target = VOTE.require(current.state, "open_vote")
    meeting: Meeting | None = current.meeting
    if meeting is not None and meeting.state != "running":
        raise ConflictError(_("Votes are held while the meeting runs. Open the meeting first."))
    if current.deadline is not None and current.deadline <= timezone.now():
        raise ConflictError(_("The deadline has passed. Prepare a new vote."))
    places = roster(current.body, meeting=meeting, item=current.item or current.motion.item)
    reached = roster_quorum(current.body, places)
    if meeting is not None and not reached.reached:
        raise ConflictError(
            _("The body cannot decide: %(there)d of %(total)d are there, %(needed)d are needed.")
            % {"there": reached.there, "total": reached.total, "needed": reached.needed}
        )
    chosen = _entitled(current, places)
    if not any(place.counts for place in chosen):
        raise ConflictError(_("Nobody may vote: all who could act are absent or partial."))
    if current.secret and sum(place.counts for place in chosen) < FEWEST_IN_SECRET:
        raise ConflictError(
            _("A secret vote needs at least three who vote: with fewer, the result tells who voted what.")
        )
    if current.secret and len({place.seat.weight for place in chosen if place.counts}) > 1:
        raise ConflictError(_("Votes of different weight cannot be cast in secret: the weight would betray who voted."))
    current.state, current.opened_at = target, timezone.now()
    current.rules = {name: getattr(current.body, name) for name in RULES} | {
        "quorum": {"total": reached.total, "there": reached.there, "needed": reached.needed}
    }
    current.save(update_fields=["state", "opened_at", "rules"])
    Entitlement.objects.bulk_create([_entitlement(current, place) for place in chosen])
    if current.secret:
        UrnCount.objects.bulk_create(
            [UrnCount(region=current.region, vote=current, choice=choice) for choice in _shuffled(CHOICES)]
        )
    record("open_vote", current, by=by, region=current.region, vote=current.pk, entitled=len(chosen),
           quorum=current.rules["quorum"])  # fmt: skip
    _tell_entitled(current)
    return current


def _entitled(vote: Vote, places: list[Place]) -> list[Place]:
    """Return the places that carry a vote: each seat, or the first of each organisation that can act."""
    if vote.body.votes_per != VotesPer.ORGANISATION:
        return places
    chosen: dict[tuple[str, int], Place] = {}
    for place in places:
        organisation, seat = place.seat.organisation_id, place.seat
        key = ("seat", seat.pk) if organisation is None else ("organisation", organisation)
        known = chosen.get(key)
        if known is not None:
            # As on the page of the body: the heaviest seat gives the weight, the first one the interest group.
            seat.weight = known.seat.weight = max(seat.weight, known.seat.weight)
            seat.interest_group = known.seat.interest_group
        if known is None or (place.counts and not known.counts):
            chosen[key] = place
    return list(chosen.values())


def _entitlement(vote: Vote, place: Place) -> Entitlement:
    seat = place.seat
    return Entitlement(
        region=vote.region, vote=vote, seat=seat, holder_id=seat.person_id, deputy_id=seat.deputy_id,
        acting_id=place.acting, organisation_id=seat.organisation_id, interest_group=seat.interest_group,
        weight=seat.weight, present=place.present, excluded=place.excluded,
    )  # fmt: skip


def _tell_entitled(vote: Vote) -> None:
    entitled = Entitlement.objects.in_region(vote.region_id).filter(vote=vote, present=True, excluded=False)
    belong = Membership.objects.in_region(vote.region_id).current().values("person")
    people = Person.objects.filter(pk__in=entitled.values("acting"), is_active=True).filter(pk__in=belong)
    with site_language():
        words = _("You can vote now: %(question)s")
        if vote.deadline is not None:
            words = _("You can vote until %(deadline)s: %(question)s")
        text = words % {"question": vote.question, "deadline": in_words(vote.deadline) if vote.deadline else ""}
        notify(people=people, region=vote.region, kind="vote_opened", text=text, about=vote,
               url=page(vote.region, "vote", number=vote.pk))  # fmt: skip


def _open(vote: Vote) -> Vote:
    current: Vote = held(vote)
    VOTE.require(current.state, "cast_vote")
    if current.deadline is not None and current.deadline <= timezone.now():
        raise ConflictError(_("The deadline has passed; no vote can be cast any more."))
    return current


@transaction.atomic
def cast_vote(vote: Vote, choice: str, *, by: Person, seat_number: int | None = None) -> None:
    """Cast the vote of the seat `by` acts for; `seat_number` names the seat where somebody acts for several.

    Raises
    ------
    InputError
        When the choice is unknown, or a seat must be named.
    ConflictError
        When the vote is not open, `by` acts for no seat in it (any more), or the vote of the seat has been cast.
    """
    if choice not in CHOICES:
        raise InputError(Problem(_("Choose yes, no or abstention."), column="choice"))
    current = _open(vote)
    mine = list(Entitlement.objects.in_region(current.region_id).filter(vote=current, acting=by, present=True))
    if not mine:
        raise ConflictError(_("You have no vote here: you hold no seat with a vote, or your deputy acts for it."))
    mine = [one for one in mine if not one.excluded]
    if not mine:
        raise ConflictError(_("You declared a conflict of interest in this item and take no part in the vote."))
    still = set(votes_held(by, current).values_list("pk", flat=True))
    mine = [one for one in mine if one.pk in still]
    if not mine:
        raise ConflictError(
            _("You no longer sit there: your seat or your role has ended, or you have left the meeting.")
        )
    if seat_number is not None:
        mine = [one for one in mine if one.seat_id == seat_number]
    done = participants(current)
    left = [one for one in mine if one.pk not in done]
    if not left:
        raise ConflictError(_("Your vote has been cast already. It counts once and cannot be changed."))
    if len(left) > 1:
        raise InputError(Problem(_("You act for several seats: say for which one you vote."), column="seat_number"))
    _put(left[0], choice, current)
    record("cast_vote", current, by=by, region=current.region, vote=current.pk, seat=left[0].seat_id)


@transaction.atomic
def record_hand(entitlement: Entitlement, choice: str, *, by: Person) -> None:
    """Note a vote given by hand in the room, for somebody who has no device at hand. Never in a secret vote."""
    if choice not in CHOICES:
        raise InputError(Problem(_("Choose yes, no or abstention."), column="choice"))
    current = _open(entitlement.vote)
    if current.secret or current.written:
        raise ConflictError(_("Only votes in a meeting that are not secret can be noted for somebody."))
    if not entitlement.may_vote:
        raise ConflictError(_("This seat is absent or partial and has no vote here."))
    _put(entitlement, choice, current)
    record("record_hand", current, by=by, region=current.region, vote=current.pk, seat=entitlement.seat_id)


def _put(entitlement: Entitlement, choice: str, vote: Vote) -> None:
    """Write one vote. In a secret one, who voted and what was voted go into tables that nothing joins."""
    try:
        with transaction.atomic():
            if vote.secret:
                Participation.objects.create(region=vote.region, entitlement=entitlement)
            else:
                NamedBallot.objects.create(region=vote.region, entitlement=entitlement, choice=choice)
    except IntegrityError:
        raise ConflictError(_("Your vote has been cast already. It counts once and cannot be changed.")) from None
    if vote.secret:
        # All three counts are written with each vote, so that the row touched last does not tell the choice.
        one = Case(When(choice=choice, then=Value(1)), default=Value(0))
        UrnCount.objects.in_region(vote.region_id).filter(vote=vote).update(count=F("count") + one)


@transaction.atomic
def hand_over(entitlement: Entitlement, *, by: Person) -> Entitlement:
    """Let the deputy vote instead of the holder in a written procedure; until the vote is cast it can be taken back.

    Raises
    ------
    ConflictError
        When the vote is cast or not in writing, the seat has no deputy, the one who would vote or the seat is partial,
        or somebody takes the vote of another seat to themselves.
    """
    vote = _open(entitlement.vote)
    current: Entitlement = held(entitlement)
    if not vote.written:
        raise ConflictError(_("In a meeting the attendance decides whether holder or deputy votes."))
    if current.pk in participants(vote):
        raise ConflictError(_("The vote of this seat has been cast already."))
    to = current.deputy_id if current.acting_id == current.holder_id else current.holder_id
    if to is None:
        raise ConflictError(_("This seat has no deputy."))
    if to == by.pk and to != current.holder_id:
        raise ConflictError(_("Nobody takes over a vote: those whose seat it is hand it over themselves."))
    taken_out = Entitlement.objects.in_region(vote.region_id).filter(vote=vote, excluded=True)
    if current.excluded or to in partial_people(vote.motion.item) or taken_out.filter(holder=to).exists():
        raise ConflictError(_("Whoever declared a conflict of interest in this item cannot vote for another seat."))
    current.acting_id = to
    current.save(update_fields=["acting"])
    record("hand_over", vote, by=by, region=vote.region, vote=vote.pk, seat=current.seat_id)
    return current


@transaction.atomic
def close_vote(vote: Vote, *, by: Person | None, now: datetime | None = None) -> Vote:
    """Close a vote and count it. What is accepted becomes a resolution with the next number of the body.

    A secret vote of fewer than three ballots is not counted: they are destroyed unread, and the motion stays open.

    Raises
    ------
    ConflictError
        When it is not open; where somebody else has just closed it, the message says who, when and with which result.
        When the deadline of a written procedure has not passed and not all have voted.
    """
    current: Vote = held(vote)
    moment = now or timezone.now()
    if current.state in ("closed", "published"):
        raise ConflictError(_already_closed(current))
    target = VOTE.require(current.state, "close_vote")
    if current.deadline is not None and moment < current.deadline and not _all_voted(current):
        raise ConflictError(
            _("The written procedure runs until %(deadline)s, and not all have voted.")
            % {"deadline": in_words(current.deadline)}
        )
    if current.secret:
        _empty_urn(current)
    result = counted(current)
    current.state, current.closed_at, current.closed_by = target, moment, by
    current.result, current.outcome = result, result["outcome"]
    current.save(update_fields=["state", "closed_at", "closed_by", "result", "outcome"])
    resolution = _decide(current, by)
    record("close_vote", current, by=by, region=current.region, vote=current.pk, outcome=current.outcome,
           resolution=resolution)  # fmt: skip
    return current


def _already_closed(vote: Vote) -> str:
    return _("%(person)s closed this vote on %(when)s: %(outcome)s. Nothing more is to be done.") % {
        "person": vote.closed_by or _("The system"),
        "when": in_words(vote.closed_at) if vote.closed_at else "",
        "outcome": Outcome(vote.outcome).label,
    }


def _all_voted(vote: Vote) -> bool:
    entitled = Entitlement.objects.in_region(vote.region_id).filter(vote=vote, present=True, excluded=False)
    return len(participants(vote)) >= entitled.count()


def _shuffled(values: Any) -> list[Any]:
    found = list(values)
    secrets.SystemRandom().shuffle(found)
    return found


def _empty_urn(vote: Vote) -> None:
    """Write the ballots in random order under random keys, and remove the counts; of too few, no ballot is written."""
    urn = UrnCount.objects.in_region(vote.region_id).filter(vote=vote)
    if len(participants(vote)) < FEWEST_IN_SECRET:
        urn.delete()
        return
    ballots = [row.choice for row in urn for _each in range(row.count)]
    SecretBallot.objects.bulk_create(
        [SecretBallot(region=vote.region, vote=vote, choice=choice) for choice in _shuffled(ballots)]
    )
    urn.delete()
    # Who took part is written anew as well: its order in the file would tell the order of voting.
    entitled = _shuffled(participants(vote))
    Participation.objects.in_region(vote.region_id).filter(entitlement__vote=vote).delete()
    Participation.objects.bulk_create([Participation(region=vote.region, entitlement_id=key) for key in entitled])


def _decide(vote: Vote, by: Person | None) -> str:
    """Take the motion to its end; return the number of the resolution, or nothing."""
    motion: Motion = held(vote.motion)
    if vote.outcome == Outcome.ACCEPTED:
        motion.state = MOTION.require(motion.state, "decide_motion")
        motion.save(update_fields=["state"])
        return adopt(vote, motion, by=by).reference
    if vote.outcome == Outcome.REJECTED:
        motion.state = MOTION.require(motion.state, "reject_motion")
        motion.save(update_fields=["state"])
    return ""


@transaction.atomic
def publish_vote(vote: Vote, *, by: Person) -> Vote:
    """Let all who may see the vote read its result."""
    current: Vote = held(vote)
    current.state = VOTE.require(current.state, "publish_vote")
    current.save(update_fields=["state"])
    record("publish_vote", current, by=by, region=current.region, vote=current.pk)
    return current


@transaction.atomic
def abort_vote(vote: Vote, *, by: Person, reason: str) -> Vote:
    """Break a vote off, for instance because its wording was wrong. What was cast is counted by nobody."""
    current: Vote = held(vote)
    target = VOTE.require(current.state, "abort_vote")
    if not reason.strip():
        raise InputError(Problem(_("Give the reason; it stays with the vote."), column="reason"))
    if current.secret:
        UrnCount.objects.in_region(current.region_id).filter(vote=current).delete()
    current.state, current.aborted_reason, current.closed_at = target, reason.strip(), timezone.now()
    current.save(update_fields=["state", "aborted_reason", "closed_at"])
    record("abort_vote", current, by=by, region=current.region, vote=current.pk, reason=current.aborted_reason)
    return current


def close_due_votes(now: datetime | None = None) -> int:
    """Close the written procedures whose deadline has passed; return how many. To run it twice does no harm."""
    moment = now or timezone.now()
    due = Vote.objects.across_regions("the worker closes what is due everywhere").filter(
        state="open", deadline__lte=moment
    )
    closed = 0
    for vote in due:
        try:
            close_vote(vote, by=None, now=moment)
        except ConflictError:  # somebody closed it meanwhile, which is what was wanted
            continue
        closed += 1
    return closed
