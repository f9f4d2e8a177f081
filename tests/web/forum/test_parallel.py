"""Many at once, each with a connection of its own: one vote each, no overbooking, one closing, no gap in numbers."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from made_forum import cast_all, make_table, motion_on, open_ballot, plan, running
from raumwerk.errors import ConflictError
from raumwerk.web.forum.actions.adopting import enter_resolution
from raumwerk.web.forum.actions.attendance import register
from raumwerk.web.forum.actions.minutes import begin_minutes, save_minutes
from raumwerk.web.forum.actions.votes import cast_vote, close_due_votes, close_vote, create_vote, open_vote
from raumwerk.web.forum.models import (
    Minutes,
    NamedBallot,
    Participation,
    Registration,
    Resolution,
    SecretBallot,
    UrnCount,
    Vote,
)
from raumwerk.web.shared.audit.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


@pytest.fixture
def table(transactional_db, regions, make_person):
    return make_table(regions, make_person)


def at_once(deeds):
    """Run all deeds at the same moment, each in a thread; return what each gave back, or the error it met."""
    gate, found = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        try:
            gate.wait(30)
            found[place] = deed()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    assert not any(one.is_alive() for one in threads)
    return found


def kinds(found):
    return Counter(type(one).__name__ for one in found)


@pytest.mark.parametrize("method", ["named", "secret"])
def test_casting_many_times_at_once_counts_once(table, method):
    vote = open_ballot(table, running(table), method=method)
    found = at_once([lambda: cast_vote(vote, "yes", by=table.chair)] * AT_ONCE)
    assert kinds(found) == {"NoneType": 1, "ConflictError": AT_ONCE - 1}
    if method == "named":
        assert NamedBallot.objects.in_region(table.region).count() == 1
    else:
        assert Participation.objects.in_region(table.region).count() == 1
        counts = UrnCount.objects.in_region(table.region).values_list("choice", "count")
        assert dict(counts) == {"yes": 1, "no": 0, "abstain": 0}
    assert AuditEntry.objects.filter(verb="cast_vote").count() == 1


def test_different_members_at_once_all_count(table):
    vote = open_ballot(table, running(table), method="secret")
    choices = ["yes", "no", "no", "abstain", "yes"]
    deeds = [lambda m=m, c=c: cast_vote(vote, c, by=m) for m, c in zip(table.members, choices, strict=True)]
    assert kinds(at_once(deeds)) == {"NoneType": 5}
    assert close_vote(vote, by=table.chair).result["votes"] == {"yes": 2, "no": 2, "abstain": 1}
    assert SecretBallot.objects.in_region(table.region).count() == 5


def test_two_chairs_closing_at_once_one_wins_and_the_other_is_told(table):
    vote = open_ballot(table, running(table))
    cast_all(table, vote, ["yes", "yes", "no"])
    found = at_once([lambda m=m: close_vote(vote, by=m) for m in table.members[:4]])
    assert kinds(found) == {"Vote": 1, "ConflictError": 3}
    winner = next(one for one in found if isinstance(one, Vote))
    told = {str(one) for one in found if isinstance(one, ConflictError)}
    assert len(told) == 1
    assert str(winner.closed_by) in told.pop()
    assert Resolution.objects.in_region(table.region).count() == 1
    assert AuditEntry.objects.filter(verb="close_vote").count() == 1


def test_casting_while_closing_is_counted_or_refused_never_lost(table):
    vote = open_ballot(table, running(table))
    deeds = [lambda m=m: cast_vote(vote, "yes", by=m) for m in table.members]
    found = at_once([*deeds, lambda: close_vote(vote, by=table.office)])
    cast = sum(one is None for one in found[:-1])
    vote.refresh_from_db()
    assert vote.state == "closed"
    assert vote.result["votes"]["yes"] == vote.result["took_part"] == cast
    assert NamedBallot.objects.in_region(table.region).count() == cast


def test_registering_at_once_never_overbooks(table, make_person):
    meeting = plan(table, capacity=3)
    people = [*table.members, table.deputy, table.guest, table.office]
    assert kinds(at_once([lambda p=p: register(meeting, by=p, coming=True) for p in people])) == {"Registration": 8}
    states = Counter(Registration.objects.in_region(table.region).values_list("state", flat=True))
    assert states == {"coming": 3, "waiting": 5}
    found = at_once([lambda: register(meeting, by=table.outsider, coming=True)] * AT_ONCE)
    assert kinds(found) == {"Registration": AT_ONCE}
    assert Registration.objects.in_region(table.region).filter(person=table.outsider).count() == 1


def test_numbers_of_resolutions_have_no_gap_and_no_double(table):
    day = timezone.localdate()
    found = at_once(
        [
            lambda n=n: enter_resolution(table.body, by=table.office, adopted_on=day, title=f"Nr {n}", wording="x")
            for n in range(AT_ONCE)
        ]
    )
    assert sorted(one.number for one in found) == list(range(1, AT_ONCE + 1))


def test_two_workers_close_a_written_procedure_once(table):
    motion, _item = motion_on(table, None)
    vote = create_vote(motion, by=table.chair, method="named", deadline=timezone.now() + timedelta(days=1))
    open_vote(vote, by=table.chair)
    cast_all(table, vote, ["yes", "yes", "yes"])
    later = timezone.now() + timedelta(days=2)
    assert sum(at_once([lambda: close_due_votes(later)] * 3)) == 1
    assert Resolution.objects.in_region(table.region).count() == 1


def test_two_writers_of_minutes_neither_overwrites_the_other(table):
    meeting = running(table)
    minutes = begin_minutes(meeting, by=table.chair)
    found = at_once(
        [
            lambda n=n: save_minutes(minutes, by=table.members[n], revision=0, summary=f"Text {n}", texts={})
            for n in range(3)
        ]
    )
    assert kinds(found) == {"Minutes": 1, "ConflictError": 2}
    kept = Minutes.objects.in_region(table.region).get()
    assert (kept.revision, kept.summary) == (1, next(one.summary for one in found if isinstance(one, Minutes)))


def test_beginning_minutes_at_once_begins_one(table):
    meeting = running(table)
    found = at_once([lambda: begin_minutes(meeting, by=table.chair)] * 4)
    assert kinds(found) == {"Minutes": 1, "ConflictError": 3}
