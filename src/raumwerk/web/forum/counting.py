"""How votes are counted: quorum, weights, cap of interest groups, majorities. Numbers in, numbers out; no database.

All sums are whole numbers or fractions, never rounded, so that a majority cannot turn on a rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["ABSTAIN", "CHOICES", "FEWEST_IN_SECRET", "NO", "YES", "Cast", "Count", "Quorum", "cap_factors", "count",
           "quorum"]  # fmt: skip

YES, NO, ABSTAIN = "yes", "no", "abstain"
CHOICES = (YES, NO, ABSTAIN)
#: With one or two votes the result itself names who voted what, or tells each the vote of the other.
FEWEST_IN_SECRET = 3


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many count, how many of them are there, how many must be."""

    total: int
    there: int
    needed: int

    @property
    def reached(self) -> bool:
        """True when enough are there; where nobody counts, nobody can decide."""
        return self.total > 0 and self.there >= self.needed


def quorum(seats: Iterable[tuple[object, bool]], *, percent: int, by: str = "seats") -> Quorum:
    """Compute the quorum.

    Parameters
    ----------
    seats : iterable of (organisation, there)
        One entry per voting seat that is not excluded. `organisation` is any key, None where a seat has none.
    percent : int
        Share that must be there, 0 to 100; the number needed is rounded up and is at least one.
    by : str
        ``"seats"`` counts seats; ``"organisations"`` counts organisations, each there when one of its seats is. A seat
        without an organisation counts as one of its own.
    """
    rows = list(seats)
    if by == "organisations":
        units: dict[object, bool] = {}
        for place, (organisation, there) in enumerate(rows):
            key = ("seat", place) if organisation is None else ("organisation", organisation)
            units[key] = units.get(key, False) or there
        presence = list(units.values())
    elif by == "seats":
        presence = [there for _organisation, there in rows]
    else:
        raise ValueError(f"A quorum is counted by seats or organisations, not by {by!r}.")
    needed = max(1, -(-len(presence) * percent // 100))
    return Quorum(len(presence), sum(presence), needed)


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote that was cast: yes, no or abstain, its weight, and the interest group it counts for."""

    choice: str
    weight: int = 1
    group: str = ""


def cap_factors(weights: Mapping[str, int], cap: int | None) -> dict[str, Fraction] | None:
    """Return by which factor the votes of each interest group count, so that none holds more than `cap` percent.

    The votes of a group above the cap are reduced together until the group holds exactly `cap` percent of what then
    counts; the others keep their weight. None when that cannot be done because too few groups voted.
    """
    factors = dict.fromkeys(weights, Fraction(1))
    present = {group: weight for group, weight in weights.items() if weight > 0}
    if cap is None or not present:
        return factors
    share = Fraction(cap, 100)
    capped: set[str] = set()
    while True:
        rest = sum(weight for group, weight in present.items() if group not in capped)
        left = 1 - len(capped) * share
        if left <= 0 or (rest == 0 and capped):
            return None
        total = Fraction(rest) / left
        over = {group for group, weight in present.items() if group not in capped and weight > share * total}
        if not over:
            break
        capped |= over
    for group in capped:
        factors[group] = share * total / present[group]
    return factors


@dataclass(frozen=True, slots=True)
class Count:
    """A vote counted.

    ``outcome`` is ``accepted``, ``rejected``, ``not_quorate`` or ``over_cap`` (one interest group would decide alone).
    ``votes`` are heads, ``sums`` what they weigh after the cap.
    """

    outcome: str
    votes: Mapping[str, int]
    sums: Mapping[str, Fraction]
    factors: Mapping[str, Fraction]


def count(
    casts: Iterable[Cast], *, majority: str, entitled: int, quorate: bool = True, cap: int | None = None
) -> Count:
    """Count a vote.

    Parameters
    ----------
    casts : iterable of Cast
        All votes cast.
    majority : str
        ``"simple"``: more yes than no. ``"absolute"``: yes is more than half of all entitled. ``"two_thirds"``: yes is
        at least two thirds of yes and no together. Abstentions count neither way; a tie is a rejection.
    entitled : int
        Weight of all who are entitled, whether they voted or not; base of the absolute majority.
    quorate : bool
        Whether enough took part.
    cap : int or None
        Largest share of the votes in percent that one interest group may hold, None for no limit.
    """
    rows = list(casts)
    unknown = {row.choice for row in rows} - set(CHOICES)
    if unknown:
        raise ValueError(f"A vote is yes, no or abstain, not {sorted(unknown)}.")
    votes = {choice: sum(row.choice == choice for row in rows) for choice in CHOICES}
    weights: dict[str, int] = {}
    for row in rows:
        weights[row.group] = weights.get(row.group, 0) + row.weight
    factors = cap_factors(weights, cap)
    used = factors if factors is not None else dict.fromkeys(weights, Fraction(1))
    sums = {
        choice: sum((row.weight * used[row.group] for row in rows if row.choice == choice), Fraction(0))
        for choice in CHOICES
    }
    if not quorate:
        outcome = "not_quorate"
    elif factors is None:
        outcome = "over_cap"
    else:
        outcome = "accepted" if _has_majority(sums, majority, entitled) else "rejected"
    return Count(outcome, votes, sums, used)


def _has_majority(sums: Mapping[str, Fraction], majority: str, entitled: int) -> bool:
    yes, no = sums[YES], sums[NO]
    if majority == "simple":
        return yes > no
    if majority == "absolute":
        return 2 * yes > entitled
    if majority == "two_thirds":
        return yes > 0 and 3 * yes >= 2 * (yes + no)
    raise ValueError(f"A majority is simple, absolute or two_thirds, not {majority!r}.")
