"""The page of a vote: to cast while it is open, to run it, and to read its result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from raumwerk.web.forum.actions import votes as deeds
from raumwerk.web.forum.actions.partiality import declare_partial
from raumwerk.web.forum.counting import FEWEST_IN_SECRET
from raumwerk.web.forum.forms.meetings import CastForm
from raumwerk.web.forum.models import BallotChoice, Entitlement, InterestGroup, Majority, NamedBallot, Seat, Vote
from raumwerk.web.forum.queries.bodies import names_shown
from raumwerk.web.forum.queries.meetings import found, votes_seen
from raumwerk.web.forum.queries.results import participants
from raumwerk.web.forum.rules.meetings import votes_held
from raumwerk.web.forum.states import VOTE
from raumwerk.web.forum.views.deeds import Button, Refused, press
from raumwerk.web.forum.views.frame import actor, audience, crumb, forum_page
from raumwerk.web.forum.views.meetings import RUN, below
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["ResultRow", "result_rows", "vote"]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of a result: heads, what they weigh, and whether that differs in any line."""

    label: str
    votes: int
    weight: float
    weighted: bool = False


def result_rows(result: dict[str, Any]) -> list[ResultRow]:
    """Return the lines of a result as kept with the vote; none where a secret vote was not counted."""
    rows = [
        ResultRow(str(choice.label), result["votes"][choice.value], float(Fraction(result["sums"][choice.value])))
        for choice in BallotChoice
        if choice.value in result["votes"]
    ]
    weighted = any(row.weight != row.votes for row in rows)
    return [replace(row, weighted=weighted) for row in rows]


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: RegionRequest, number: int) -> HttpResponse:
    """Show a vote as its state and the reader's rights allow."""
    one: Vote = found(votes_seen(request.region, audience(request)), number)
    outcome = Refused()
    if request.method == "POST":
        answered = press(request, _buttons(request, one), request.path)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
        one.refresh_from_db()
    return _show(request, one, outcome)


def _buttons(request: RegionRequest, one: Vote) -> dict:
    by, given = actor(request), request.POST

    def number(name: str) -> int | None:
        text = given.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def entitlement() -> Entitlement:
        rows = Entitlement.objects.in_region(one.region).filter(vote=one).select_related("vote")
        which: Entitlement = found(rows, number("entitlement") or 0)
        return which

    def cast() -> object:
        return deeds.cast_vote(one, given.get("choice", ""), by=by, seat_number=number("seat_number"))

    def over() -> Button:
        which = entitlement()
        own = by.pk in (which.holder_id, which.acting_id)
        return Button("forum.take_part_in_body" if own else RUN, one, lambda: deeds.hand_over(which, by=by),
                      _("The vote has been handed over."))  # fmt: skip

    return {
        "cast": lambda: Button("forum.cast_vote", one, cast, _("Your vote has been cast.")),
        "hand": lambda: Button(RUN, one, lambda: deeds.record_hand(entitlement(), given.get("choice", ""), by=by),
                               _("The vote has been noted.")),
        "over": over,
        "partial": lambda: Button("forum.cast_vote", one, lambda: declare_partial(one, by=by),
                                  _("The conflict of interest has been noted.")),
        "open": lambda: Button(RUN, one, lambda: deeds.open_vote(one, by=by), _("The vote is open.")),
        "close": lambda: Button(RUN, one, lambda: deeds.close_vote(one, by=by), _("The vote is closed and counted.")),
        "publish": lambda: Button(RUN, one, lambda: deeds.publish_vote(one, by=by), _("The result is published.")),
        "abort": lambda: Button(RUN, one, lambda: deeds.abort_vote(one, by=by, reason=given.get("reason", "")[:300]),
                                _("The vote has been broken off.")),
    }  # fmt: skip


def _show(request: RegionRequest, one: Vote, refused: Refused) -> HttpResponse:
    seen, may_run = audience(request), request.user.has_perm(RUN, one)
    entitled = list(
        Entitlement.objects.in_region(one.region)
        .filter(vote=one)
        .select_related("holder", "deputy", "acting", "organisation")
        .order_by("pk")
    )
    done = participants(one)
    mine = [each for each in entitled if each.acting_id == seen.person_id and seen.person_id and each.may_vote]
    still = set(votes_held(actor(request), one).values_list("pk", flat=True)) if mine else set()
    left = [each for each in mine if each.pk in still and each.pk not in done]
    counted = one.state == "published" or (one.state == "closed" and may_run)
    named = names_shown(one.body, seen) or one.body_id in seen.bodies
    trail = below(one.meeting) if one.meeting else (
        crumb(one.body.name, "body", region=one.region.slug, body=one.body.slug),
    )  # fmt: skip
    return forum_page(
        request, "vote.html", *trail, crumb(pgettext("what is voted on", "Vote")), vote=one,
        refused=refused, status=refused.status,
        state=VOTE.state(one.state).label_for(), may_run=may_run, entitled=entitled, done=done, mine=mine, left=left,
        moves={move.name for move in VOTE.open_moves(one.state)} if may_run else set(),
        form=CastForm(seats=_seats(one, left)) if left and one.state == "open" else None,
        number_entitled=sum(each.may_vote for each in entitled), number_done=len(done),
        gone=bool(mine) and not still, partial=_declared(entitled, seen.person_id),
        yielded=_yielded(one, entitled, done, seen.person_id),
        rows=result_rows(one.result) if counted and one.result else None,
        factors=_factors(one) if counted else [], majority=_majority(one),
        ballots=_ballots(one, entitled) if counted and one.method == "named" and named else [],
        missing=[each for each in entitled if each.may_vote and each.pk not in done] if may_run else [],
        by_hand=may_run and one.state == "open" and not one.secret and not one.written, choices=BallotChoice.choices,
        fewest=FEWEST_IN_SECRET,
    )  # fmt: skip


def _seats(one: Vote, left: list[Entitlement]) -> Any:
    rows = Seat.objects.in_region(one.region).filter(pk__in=[each.seat_id for each in left])
    return rows.select_related("organisation", "person")


def _declared(entitled: list[Entitlement], person: int | None) -> bool:
    """Tell whether the reader takes no part because of a conflict of interest."""
    return any(each.excluded and person in (each.holder_id, each.acting_id) for each in entitled if person)


def _yielded(one: Vote, entitled: list[Entitlement], done: frozenset[int], person: int | None) -> list[Entitlement]:
    """Return the seats whose holder may hand the vote to the deputy, or take it back."""
    if not one.written or one.state != "open" or person is None:
        return []
    return [
        each for each in entitled
        if each.holder_id == person and each.deputy_id is not None and each.pk not in done and each.may_vote
    ]  # fmt: skip


def _factors(one: Vote) -> list[tuple[str, float]]:
    """Return the interest groups whose votes the cap reduced, with the share that counted."""
    factors = one.result.get("factors", {})
    return [
        (str(InterestGroup(group).label), 100 * float(Fraction(factor)))
        for group, factor in factors.items() if Fraction(factor) != 1
    ]  # fmt: skip


def _majority(one: Vote) -> str:
    return str(Majority(one.rules["majority"]).label) if one.rules else str(one.body.get_majority_display())


def _ballots(one: Vote, entitled: list[Entitlement]) -> list[tuple[Entitlement, str]]:
    """Return who voted how, in the order of the seats."""
    rows = NamedBallot.objects.in_region(one.region).filter(entitlement__vote=one)
    chosen = {row.entitlement_id: row.get_choice_display() for row in rows}
    return [(each, chosen.get(each.pk, "–")) for each in entitled if each.may_vote]
