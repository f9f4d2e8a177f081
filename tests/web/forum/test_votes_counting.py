"""Quorum, cap and majorities, worked by hand and by properties."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raumwerk.web.forum.counting import ABSTAIN, CHOICES, NO, YES, Cast, Count, Quorum, cap_factors, count, quorum

F = Fraction


@pytest.mark.parametrize(
    ("there", "percent", "expected", "reached"),
    [
        ((True, True, False, False), 50, Quorum(4, 2, 2), True),
        ((True, True, False, False, False), 50, Quorum(5, 2, 3), False),
        ((True, False, False), 0, Quorum(3, 1, 1), True),
        ((False, False, False), 0, Quorum(3, 0, 1), False),
        ((), 50, Quorum(0, 0, 1), False),
        ((True,) * 66 + (False,) * 34, 67, Quorum(100, 66, 67), False),
    ],
)
def test_quorum_by_seats(there, percent, expected, reached):
    found = quorum([(None, one) for one in there], percent=percent)
    assert (found, found.reached) == (expected, reached)


def test_quorum_by_organisations_counts_each_once():
    seats = [
        ("Kassel", True),
        ("Kassel", True),
        ("Göttingen", False),
        ("Paderborn", False),
        (None, True),
        (None, False),
    ]
    assert quorum(seats, percent=50, by="organisations") == Quorum(5, 2, 3)
    assert quorum(seats, percent=50) == Quorum(6, 3, 3)
    with pytest.raises(ValueError, match="not by 'heads'"):
        quorum(seats, percent=50, by="heads")


def test_cap_reduces_the_large_group_to_its_share():
    # 6 public votes beside 4 others: at 50 % the six count for four.
    assert cap_factors({"public": 6, "economy": 3, "civil": 1}, 50) == {
        "public": F(2, 3), "economy": F(1), "civil": F(1),
    }  # fmt: skip


def test_cap_that_two_groups_cannot_meet_is_none():
    # Two groups at 49 % leave 2 % for nobody.
    assert cap_factors({"public": 6, "economy": 4}, 49) is None
    assert cap_factors({"public": 6}, 49) is None
    assert cap_factors({"public": 6}, None) == {"public": F(1)}
    assert cap_factors({}, 49) == {}


def test_cap_applies_again_when_reduction_lifts_another_group():
    # public 10, economy 5, civil 3 at 40 %: first public is above 0.4·18 = 7.2; then of 8/0.6 = 13.33 economy 5 ≤ 5.33.
    factors = cap_factors({"public": 10, "economy": 5, "civil": 3}, 40)
    assert factors == {"public": F(8, 15), "economy": F(1), "civil": F(1)}
    # with civil 2, science 1 and economy 6: total 9/0.6 = 15, economy 6 = 0.4·15 stays; at 7: 10/0.6·0.4 = 6.67 < 7
    factors = cap_factors({"public": 10, "economy": 7, "civil": 2, "science": 1}, 40)
    assert factors == {"public": F(6, 10), "economy": F(6, 7), "civil": F(1), "science": F(1)}


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "majority", "entitled", "outcome"),
    [
        (3, 2, 5, "simple", 12, "accepted"),
        (3, 3, 0, "simple", 6, "rejected"),
        (0, 0, 4, "simple", 4, "rejected"),
        (6, 0, 0, "absolute", 12, "rejected"),
        (7, 5, 0, "absolute", 12, "accepted"),
        (4, 2, 9, "two_thirds", 15, "accepted"),
        (5, 3, 0, "two_thirds", 8, "rejected"),
        (0, 0, 3, "two_thirds", 3, "rejected"),
    ],
)
def test_majorities(yes, no, abstain, majority, entitled, outcome):  # noqa: PLR0917
    casts = [Cast(YES)] * yes + [Cast(NO)] * no + [Cast(ABSTAIN)] * abstain
    found = count(casts, majority=majority, entitled=entitled)
    assert found == Count(
        outcome, {YES: yes, NO: no, ABSTAIN: abstain}, {YES: F(yes), NO: F(no), ABSTAIN: F(abstain)},
        {"": F(1)} if casts else {},
    )  # fmt: skip


def test_weighted_vote_turns_the_heads():
    casts = [Cast(YES, 5), Cast(NO, 2), Cast(NO, 2)]
    found = count(casts, majority="simple", entitled=9)
    assert found.outcome == "accepted"
    assert found.votes == {YES: 1, NO: 2, ABSTAIN: 0}
    assert found.sums == {YES: F(5), NO: F(4), ABSTAIN: F(0)}


def test_cap_turns_a_vote_that_one_group_would_have_won():
    casts = [Cast(YES, 1, "public")] * 6 + [Cast(NO, 1, "economy")] * 3 + [Cast(NO, 1, "civil")] * 2
    assert count(casts, majority="simple", entitled=11).outcome == "accepted"
    found = count(casts, majority="simple", entitled=11, cap=49)
    assert found.outcome == "rejected"
    assert found.sums == {YES: F(245, 51), NO: F(5), ABSTAIN: F(0)}
    alone = count(casts[:6], majority="simple", entitled=11, cap=49)
    assert alone.outcome == "over_cap"


def test_vote_without_quorum_has_no_majority():
    assert count([Cast(YES)], majority="simple", entitled=9, quorate=False).outcome == "not_quorate"
    with pytest.raises(ValueError, match="not 'most'"):
        count([Cast(YES)], majority="most", entitled=1)
    with pytest.raises(ValueError, match="maybe"):
        count([Cast("maybe")], majority="simple", entitled=1)


GROUPS = st.sampled_from(["public", "economy", "civil", "science", "politics"])
CASTS = st.lists(st.builds(Cast, st.sampled_from(CHOICES), st.integers(1, 9), GROUPS), max_size=30)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(CASTS, st.integers(1, 100))
def test_no_group_holds_more_than_the_cap(casts, cap):
    weights: dict[str, int] = {}
    for cast in casts:
        weights[cast.group] = weights.get(cast.group, 0) + cast.weight
    factors = cap_factors(weights, cap)
    if factors is None:
        # Then the cap cannot be met: full shares of all groups that voted do not make a whole, or just one.
        assert len(weights) * cap <= 100
        return
    sums = {group: weight * factors[group] for group, weight in weights.items()}
    assert all(F(0) < factor <= 1 for factor in factors.values())
    assert all(100 * one <= cap * sum(sums.values()) for one in sums.values()) or not sums


@given(CASTS, st.sampled_from(["simple", "absolute", "two_thirds"]), st.sampled_from([None, 40, 50]))
def test_one_more_yes_never_turns_acceptance_into_rejection(casts, majority, cap):
    entitled = sum(cast.weight for cast in casts) + 9
    before = count(casts, majority=majority, entitled=entitled, cap=None)
    after = count([*casts, Cast(YES, 1, "public")], majority=majority, entitled=entitled, cap=None)
    assert (before.outcome, after.outcome) != ("accepted", "rejected")
    capped = count(casts, majority=majority, entitled=entitled, cap=cap)
    assert sum(capped.votes.values()) == len(casts)
    assert sum(capped.sums.values()) <= sum(before.sums.values())
    # Order never matters.
    assert count(reversed(casts), majority=majority, entitled=entitled, cap=cap) == capped
