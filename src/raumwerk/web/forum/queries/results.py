"""Results of votes: counted once at closing, kept with the vote, and the same wherever they are shown."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from raumwerk.web.forum.counting import FEWEST_IN_SECRET, Cast, count
from raumwerk.web.forum.models import Entitlement, NamedBallot, Participation, SecretBallot, Vote
from raumwerk.web.forum.queries.roster import entitled_quorum

__all__ = ["counted", "participants"]


def participants(vote: Vote) -> frozenset[int]:
    """Return the keys of the entitlements that have been used."""
    model: Any = Participation if vote.secret else NamedBallot
    rows = model.objects.in_region(vote.region_id).filter(entitlement__vote=vote)
    return frozenset(rows.values_list("entitlement_id", flat=True))


def counted(vote: Vote) -> dict[str, Any]:
    """Count a vote as its rules were at opening; plain values, as they are kept with the vote.

    Fractions (a cap reduces votes) are kept exactly, as text like ``"14/3"``. Of a secret vote with too few ballots
    there are no ``votes`` and no ``sums``: nobody has counted them.
    """
    entitled = list(Entitlement.objects.in_region(vote.region_id).filter(vote=vote).order_by("pk"))
    done, rules = participants(vote), vote.rules
    if vote.written:
        quorum = entitled_quorum(entitled, done, percent=rules["quorum_percent"], by=rules["quorum_by"])
        shown, quorate = {"total": quorum.total, "there": quorum.there, "needed": quorum.needed}, quorum.reached
    else:
        shown = rules["quorum"]  # reached at opening; less those who declared a conflict of interest since
        quorate = shown["there"] >= shown["needed"]
    base = sum(one.weight for one in entitled if not one.excluded)
    casts = _secret(vote, entitled, done) if vote.secret else _named(vote)
    cap = rules["interest_group_cap"]
    over_cap = vote.secret and cap is not None and _over_cap(entitled, done, cap)
    found = count(casts, majority=rules["majority"], entitled=base, quorate=quorate, cap=None if vote.secret else cap)
    too_few = vote.secret and len(done) < FEWEST_IN_SECRET
    outcome = found.outcome
    if quorate and (too_few or over_cap):
        outcome = "too_few" if too_few else "over_cap"
    return {
        "outcome": outcome,
        "votes": {} if too_few else dict(found.votes),
        "sums": {} if too_few else {choice: _exact(value) for choice, value in found.sums.items()},
        "factors": {group: _exact(value) for group, value in found.factors.items() if group},
        "entitled": sum(1 for one in entitled if one.may_vote),
        "took_part": len(done),
        "base": base,
        "excluded": sum(1 for one in entitled if one.excluded),
        "quorum": shown,
        "majority": rules["majority"],
        "cap": cap,
    }


def _named(vote: Vote) -> list[Cast]:
    ballots = NamedBallot.objects.in_region(vote.region_id).filter(entitlement__vote=vote).select_related("entitlement")
    return [Cast(one.choice, one.entitlement.weight, one.entitlement.interest_group) for one in ballots]


def _secret(vote: Vote, entitled: list[Entitlement], done: frozenset[int]) -> list[Cast]:
    """All ballots of a secret vote weigh the same, so any of those who voted gives the weight."""
    weight = next((one.weight for one in entitled if one.pk in done), 1)
    choices = SecretBallot.objects.in_region(vote.region_id).filter(vote=vote).values_list("choice", flat=True)
    return [Cast(choice, weight) for choice in choices]


def _over_cap(entitled: list[Entitlement], done: frozenset[int], cap: int) -> bool:
    """Tell whether one group cast more than its share: secret ballots know no group, so they cannot be reduced."""
    weights: dict[str, int] = {}
    for one in entitled:
        if one.pk in done:
            weights[one.interest_group] = weights.get(one.interest_group, 0) + one.weight
    return any(100 * weight > cap * sum(weights.values()) for weight in weights.values())


def _exact(value: Fraction) -> str:
    return str(value)
