"""Votes from preparation to publication: who may, what counts, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from made_forum import cast_all, make_table, motion_on, open_ballot, running
from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.agenda import declare_conflict
from raumwerk.web.forum.actions.attendance import note_arrival, note_departure
from raumwerk.web.forum.actions.bodies import change_rules
from raumwerk.web.forum.actions.meetings import close_meeting
from raumwerk.web.forum.actions.motions import withdraw_motion
from raumwerk.web.forum.actions.votes import (
    abort_vote,
    cast_vote,
    close_due_votes,
    close_vote,
    create_vote,
    hand_over,
    open_vote,
    publish_vote,
    record_hand,
)
from raumwerk.web.forum.models import Attendance, Entitlement, NamedBallot, Resolution
from raumwerk.web.forum.queries.results import counted
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notify.models import Note


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def entitled(vote):
    return Entitlement.objects.in_region(vote.region).filter(vote=vote)


def written(table, *, method="named", days=7, **fields):
    motion, _item = motion_on(table, None, **fields)
    vote = create_vote(motion, by=table.chair, method=method, deadline=timezone.now() + timedelta(days=days))
    return open_vote(vote, by=table.chair)


def test_vote_from_opening_to_resolution(table):
    vote = open_ballot(table, running(table))
    assert Note.objects.in_region(table.region).filter(kind="vote_opened").count() == 5
    cast_all(table, vote, ["yes", "yes", "no", "abstain", None])
    closed = close_vote(vote, by=table.chair)
    assert (closed.state, closed.outcome, closed.closed_by) == ("closed", "accepted", table.chair)
    assert closed.result == {
        "outcome": "accepted", "votes": {"yes": 2, "no": 1, "abstain": 1},
        "sums": {"yes": "2", "no": "1", "abstain": "1"}, "factors": {"public": "1", "economy": "1"},
        "entitled": 5, "took_part": 4, "base": 5, "excluded": 0, "quorum": {"total": 5, "there": 5, "needed": 3},
        "majority": "simple", "cap": None,
    }  # fmt: skip
    assert counted(closed) == closed.result
    resolution = Resolution.objects.in_region(table.region).get()
    assert resolution.reference == f"LENKUNG {timezone.localdate().year}/01"
    assert (resolution.wording, resolution.result) == ("Der Radweg wird gebaut.", closed.result)
    vote.motion.refresh_from_db()
    assert vote.motion.state == "adopted"
    assert publish_vote(vote, by=table.chair).state == "published"
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-8:] == ["open_vote", *["cast_vote"] * 4, "enter_resolution", "close_vote", "publish_vote"]


def test_rejected_motion_makes_no_resolution(table):
    vote = open_ballot(table, running(table))
    cast_all(table, vote, ["yes", "no", "no", "yes"])
    assert close_vote(vote, by=table.chair).outcome == "rejected"
    vote.motion.refresh_from_db()
    assert vote.motion.state == "rejected"
    assert not Resolution.objects.in_region(table.region).exists()
    with pytest.raises(ConflictError, match="rejected"):
        create_vote(vote.motion, by=table.chair, method="named", item=vote.item)


def test_vote_is_cast_once_and_only_while_open(table):
    vote = open_ballot(table, running(table))
    cast_vote(vote, "yes", by=table.chair)
    with pytest.raises(ConflictError, match="cast already"):
        cast_vote(vote, "no", by=table.chair)
    with pytest.raises(InputError, match="yes, no or abstention"):
        cast_vote(vote, "perhaps", by=table.members[1])
    with pytest.raises(ConflictError, match="no vote here"):
        cast_vote(vote, "yes", by=table.outsider)
    with pytest.raises(ConflictError, match="no vote here"):
        cast_vote(vote, "yes", by=table.guest)
    close_vote(vote, by=table.chair)
    with pytest.raises(ConflictError, match="state is “closed”"):
        cast_vote(vote, "yes", by=table.members[1])
    assert NamedBallot.objects.in_region(table.region).count() == 1


def test_second_to_close_learns_what_the_first_did(table):
    vote = open_ballot(table, running(table))
    cast_all(table, vote, ["yes", "yes", "yes"])
    close_vote(vote, by=table.chair)
    with pytest.raises(ConflictError, match=r"Anna Muster closed this vote on .*: accepted\. Nothing more"):
        close_vote(vote, by=table.members[1])
    assert Resolution.objects.in_region(table.region).count() == 1


def test_vote_needs_a_running_meeting_and_a_quorum(table):
    meeting = running(table, there=(0, 1))
    motion, item = motion_on(table, meeting)
    vote = create_vote(motion, by=table.chair, method="named", item=item)
    with pytest.raises(ConflictError, match="2 of 5 are there, 3 are needed"):
        open_vote(vote, by=table.chair)
    note_arrival(meeting, table.seats[2], by=table.office)
    open_vote(vote, by=table.chair)
    with pytest.raises(ConflictError, match="still open: Radweg bauen"):
        close_meeting(meeting, by=table.chair)


def test_entitled_are_those_there_at_the_opening(table):
    meeting = running(table, there=(0, 1, 2))
    vote = open_ballot(table, meeting)
    note_arrival(meeting, table.seats[3], by=table.office)
    with pytest.raises(ConflictError, match="no vote here"):
        cast_vote(vote, "yes", by=table.members[3])
    # A change of rules does not touch a vote that is open.
    change_rules(table.body, by=table.office, majority="two_thirds")
    cast_all(table, vote, ["yes", "yes", "no"])
    assert close_vote(vote, by=table.chair).result["majority"] == "simple"


def test_absolute_majority_counts_the_absent(regions, make_person):
    table = make_table(regions, make_person, majority="absolute")
    vote = open_ballot(table, running(table, there=(0, 1, 2)))
    cast_all(table, vote, ["yes", "yes", "abstain"])
    assert close_vote(vote, by=table.chair).outcome == "rejected"  # 2 of 5
    again = open_ballot(table, running(table, there=(0, 1, 2)), title="Brücke")
    cast_all(table, again, ["yes", "yes", "yes"])
    assert close_vote(again, by=table.chair).outcome == "accepted"


def test_deputy_votes_only_for_the_absent(table):
    meeting = running(table, there=(0, 2))
    note_arrival(meeting, table.seats[1], by=table.office, deputy=True)
    vote = open_ballot(table, meeting)
    with pytest.raises(ConflictError, match="your deputy acts for it"):
        cast_vote(vote, "yes", by=table.members[1])
    cast_vote(vote, "yes", by=table.deputy)
    assert entitled(vote).get(acting=table.deputy).seat == table.seats[1]
    other = running(table, there=(0, 1, 2))
    second = open_ballot(table, other, title="Brücke")
    with pytest.raises(ConflictError, match="no vote here"):
        cast_vote(second, "yes", by=table.deputy)


def test_partial_member_cannot_vote_and_is_counted_out(table):
    meeting = running(table)
    motion, item = motion_on(table, meeting)
    declare_conflict(item, table.members[1], by=table.members[1], reason="Anliegerin")
    vote = open_vote(create_vote(motion, by=table.chair, method="named", item=item), by=table.chair)
    with pytest.raises(ConflictError, match="conflict of interest"):
        cast_vote(vote, "yes", by=table.members[1])
    cast_all(table, vote, ["yes", None, "yes", "no"])
    result = close_vote(vote, by=table.chair).result
    assert (result["excluded"], result["entitled"], result["base"]) == (1, 4, 4)
    assert result["quorum"] == {"total": 4, "there": 4, "needed": 2}


def test_organisations_vote_once_and_with_their_weight(regions, make_person):
    table = make_table(regions, make_person, votes_per="organisation")
    table.seats[1].organisation = table.towns[0]  # two seats of the same town
    table.seats[1].save()
    table.seats[2].weight = 3
    table.seats[2].save()
    meeting = running(table)
    vote = open_ballot(table, meeting)
    assert entitled(vote).count() == 4
    with pytest.raises(ConflictError, match="no vote here"):
        cast_vote(vote, "no", by=table.members[1])
    cast_all(table, vote, ["yes", None, "no", "yes", None])
    result = close_vote(vote, by=table.chair).result
    assert (result["outcome"], result["votes"]["yes"], result["sums"]["no"]) == ("rejected", 2, "3")
    # Where the first of an organisation has left, its second seat speaks for it.
    attendance = Attendance.objects.in_region(table.region).get(meeting=meeting, seat=table.seats[0])
    note_departure(attendance, by=table.office)
    second = open_ballot(table, meeting, title="Brücke")
    cast_vote(second, "yes", by=table.members[1])


def test_interest_group_cap_turns_a_vote(regions, make_person):
    table = make_table(regions, make_person, interest_group_cap=49)
    vote = open_ballot(table, running(table))
    cast_all(table, vote, ["yes", "yes", "yes", "no", "no"])  # three public, one economy, one civil
    result = close_vote(vote, by=table.chair).result
    assert result["votes"] == {"yes": 3, "no": 2, "abstain": 0}
    assert result["sums"] == {"yes": "98/51", "no": "2", "abstain": "0"}
    assert result["factors"] == {"public": "98/153", "economy": "1", "civil": "1"}
    assert result["outcome"] == "rejected"
    alone = open_ballot(table, running(table), title="Brücke")
    cast_all(table, alone, ["yes", "yes", "yes"])
    assert close_vote(alone, by=table.chair).outcome == "over_cap"
    alone.motion.refresh_from_db()
    assert alone.motion.state == "submitted"  # undecided: it can be voted on again


def test_hand_raised_is_noted_by_the_chair(table):
    vote = open_ballot(table, running(table, there=(0, 1, 2)), method="open")
    for one in entitled(vote).filter(present=True):
        record_hand(one, "yes", by=table.chair)
    with pytest.raises(ConflictError, match="cast already"):
        cast_vote(vote, "no", by=table.members[1])
    with pytest.raises(ConflictError, match="absent or partial"):
        record_hand(entitled(vote).filter(present=False).first(), "yes", by=table.chair)
    secret = open_ballot(table, running(table), method="secret", title="Wahl")
    with pytest.raises(ConflictError, match="not secret"):
        record_hand(entitled(secret).first(), "yes", by=table.chair)


def test_written_procedure_runs_until_its_deadline(table):
    vote = written(table)
    cast_all(table, vote, ["yes", "yes", "no"])
    with pytest.raises(ConflictError, match="not all have voted"):
        close_vote(vote, by=table.chair)
    later = timezone.now() + timedelta(days=8)
    assert close_due_votes(later) == 1
    assert close_due_votes(later) == 0
    vote.refresh_from_db()
    assert (vote.state, vote.outcome, vote.closed_by) == ("closed", "accepted", None)
    assert vote.result["quorum"] == {"total": 5, "there": 3, "needed": 3}


def test_written_procedure_without_quorum_decides_nothing(table):
    vote = written(table)
    cast_all(table, vote, ["yes", "yes"])
    close_due_votes(timezone.now() + timedelta(days=8))
    vote.refresh_from_db()
    assert vote.outcome == "not_quorate"
    assert not Resolution.objects.in_region(table.region).exists()


def test_written_procedure_in_which_all_have_voted_may_close_early(table):
    vote = written(table)
    cast_all(table, vote, ["yes"] * 5)
    assert close_vote(vote, by=table.chair).outcome == "accepted"


def test_written_vote_after_the_deadline_is_refused(table):
    vote = written(table)
    type(vote).objects.in_region(table.region).update(deadline=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ConflictError, match="deadline has passed"):
        cast_vote(vote, "yes", by=table.chair)


def test_member_hands_a_written_vote_to_the_deputy(table):
    vote = written(table)
    mine = entitled(vote).get(seat=table.seats[1])
    with pytest.raises(ConflictError, match="no vote here"):
        cast_vote(vote, "yes", by=table.deputy)
    hand_over(mine, by=table.members[1])
    with pytest.raises(ConflictError, match="your deputy acts for it"):
        cast_vote(vote, "yes", by=table.members[1])
    cast_vote(vote, "yes", by=table.deputy)
    with pytest.raises(ConflictError, match="has been cast"):
        hand_over(mine, by=table.members[1])
    with pytest.raises(ConflictError, match="has no deputy"):
        hand_over(entitled(vote).get(seat=table.seats[0]), by=table.chair)


def test_rules_of_the_body_are_kept(regions, make_person):
    table = make_table(regions, make_person, written_allowed=False, secret_allowed=False)
    motion, item = motion_on(table, running(table))
    soon = timezone.now() + timedelta(days=3)
    with pytest.raises(InputError, match="no written procedure"):
        create_vote(motion, by=table.chair, method="named", deadline=soon)
    with pytest.raises(InputError, match="no secret votes"):
        create_vote(motion, by=table.chair, method="secret", item=item)
    with pytest.raises(InputError, match="an item of a meeting, or in writing"):
        create_vote(motion, by=table.chair, method="named", item=item, deadline=soon)
    with pytest.raises(InputError, match="an item of a meeting, or in writing"):
        create_vote(motion, by=table.chair, method="named")
    create_vote(motion, by=table.chair, method="named", item=item)
    with pytest.raises(ConflictError, match="prepared or open already"):
        create_vote(motion, by=table.chair, method="named", item=item)
    with pytest.raises(ConflictError, match="break it off first"):
        withdraw_motion(motion, by=table.chair)


def test_broken_off_vote_can_be_held_again(table):
    vote = open_ballot(table, running(table))
    cast_vote(vote, "yes", by=table.chair)
    with pytest.raises(InputError, match="Give the reason"):
        abort_vote(vote, by=table.chair, reason="")
    assert abort_vote(vote, by=table.chair, reason="Falscher Wortlaut").state == "aborted"
    again = open_vote(create_vote(vote.motion, by=table.chair, method="open", item=vote.item), by=table.chair)
    cast_all(table, again, ["no", "no", "no"])
    assert close_vote(again, by=table.chair).result["votes"]["yes"] == 0
