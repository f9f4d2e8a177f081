"""Ways to more votes than one's own, around a conflict of interest, and out of a dissolved body: all of them closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from made_forum import cast_all, make_table, motion_on, open_ballot, running
from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.agenda import declare_conflict
from raumwerk.web.forum.actions.attendance import note_departure
from raumwerk.web.forum.actions.bodies import dissolve_body
from raumwerk.web.forum.actions.motions import admit_motion
from raumwerk.web.forum.actions.partiality import declare_partial
from raumwerk.web.forum.actions.seats import name_deputy
from raumwerk.web.forum.actions.votes import (
    cast_vote,
    close_due_votes,
    close_vote,
    create_vote,
    hand_over,
    open_vote,
)
from raumwerk.web.forum.models import Body, Entitlement, Resolution, Seat
from raumwerk.web.shared.audit.models import AuditEntry


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def written(table, motion=None, *, method="named", days=7):
    motion = motion or motion_on(table, None)[0]
    vote = create_vote(motion, by=table.chair, method=method, deadline=timezone.now() + timedelta(days=days))
    return open_vote(vote, by=table.chair)


def entitlement(vote, seat):
    return Entitlement.objects.in_region(vote.region).get(vote=vote, seat=seat)


def test_chair_takes_no_vote_of_another_seat(table, sign_in):
    name_deputy(table.seats[2], deputy=table.chair, by=table.office)
    vote = written(table)
    theirs = entitlement(vote, table.seats[2])
    with pytest.raises(ConflictError, match="hand it over themselves"):
        hand_over(theirs, by=table.chair)
    browser = sign_in(table.chair, second_factor=False, client=Client())
    page = reverse("forum:vote", kwargs={"region": table.region.slug, "number": vote.pk})
    assert browser.post(page, {"deed": "over", "entitlement": theirs.pk}).status_code == 409
    theirs.refresh_from_db()
    assert theirs.acting == table.members[2]
    # The holder may still hand it over, and take it back; the chair may do so between others.
    hand_over(theirs, by=table.members[2])
    hand_over(theirs, by=table.members[2])
    second = entitlement(vote, table.seats[1])
    assert hand_over(second, by=table.chair).acting == table.deputy
    assert hand_over(second, by=table.members[1]).acting == table.members[1]


def test_chair_does_not_name_themselves_deputy(table, sign_in):
    with pytest.raises(InputError, match="Only the office"):
        name_deputy(table.seats[2], deputy=table.chair, by=table.chair)
    browser = sign_in(table.chair, second_factor=False, client=Client())
    slug = {"region": table.region.slug, "body": table.body.slug}
    page = reverse("forum:seat", kwargs={**slug, "number": table.seats[2].pk})
    assert browser.post(page, {"deed": "deputy", "d-deputy": table.chair.email}).status_code == 400
    table.seats[2].refresh_from_db()
    assert table.seats[2].deputy is None
    assert name_deputy(table.seats[2], deputy=table.outsider, by=table.chair).deputy == table.outsider
    assert name_deputy(table.seats[2], deputy=table.chair, by=table.office).deputy == table.chair


def test_conflict_of_interest_holds_in_writing_too(table):
    meeting = running(table)
    motion, item = motion_on(table, meeting)
    admit_motion(motion, item, by=table.chair)
    declare_conflict(item, table.members[2], by=table.members[2], reason="Eigene Fläche")
    declare_conflict(item, table.deputy, by=table.deputy, reason="Bruder des Eigentümers")
    vote = written(table, motion)
    assert entitlement(vote, table.seats[2]).excluded
    with pytest.raises(ConflictError, match="conflict of interest"):
        cast_vote(vote, "yes", by=table.members[2])
    # Nor does a vote go to somebody who is partial.
    with pytest.raises(ConflictError, match="conflict of interest"):
        hand_over(entitlement(vote, table.seats[1]), by=table.members[1])
    for place in (0, 1, 3):
        cast_vote(vote, "yes", by=table.members[place])
    result = close_due(vote).result
    assert (result["excluded"], result["base"], result["votes"]["yes"]) == (1, 4, 3)


def test_conflict_of_interest_is_declared_on_a_vote_without_item(table, sign_in):
    vote = written(table)
    address = reverse("forum:vote", kwargs={"region": table.region.slug, "number": vote.pk})
    browser = sign_in(table.members[2], second_factor=False, client=Client())
    assert b'value="partial"' in browser.get(address).content
    assert browser.post(address, {"deed": "partial"}).status_code == 302
    page = browser.get(address).content
    assert b'value="cast"' not in page
    assert b"You have declared a conflict of interest" in page
    assert browser.post(address, {"deed": "cast", "choice": "yes"}).status_code == 403
    entry = AuditEntry.objects.get(verb="declare_conflict")
    assert (entry.by, entry.details["seats"]) == (table.members[2], [table.seats[2].pk])
    with pytest.raises(ConflictError, match="declared already"):
        declare_partial(vote, by=table.members[2])
    with pytest.raises(ConflictError, match="no vote here"):
        declare_partial(vote, by=table.guest)
    # Whoever has voted cannot take that back, and a deputy who is out gets no other seat's vote.
    cast_vote(vote, "yes", by=table.members[0])
    with pytest.raises(ConflictError, match="cast already"):
        declare_partial(vote, by=table.members[0])
    for place in (1, 3):
        cast_vote(vote, "yes", by=table.members[place])
    result = close_due(vote).result
    assert (result["excluded"], result["base"], result["votes"]["yes"]) == (1, 4, 3)
    assert result["quorum"] == {"total": 4, "there": 3, "needed": 2}


def test_deputy_who_is_out_of_a_vote_neither_votes_for_the_seat_nor_hands_it_back(table):
    vote = written(table)
    hand_over(entitlement(vote, table.seats[1]), by=table.members[1])
    declare_partial(vote, by=table.deputy)
    assert entitlement(vote, table.seats[1]).excluded
    with pytest.raises(ConflictError, match="conflict of interest"):
        hand_over(entitlement(vote, table.seats[1]), by=table.members[1])


def test_vote_in_a_meeting_that_loses_its_quorum_to_conflicts_decides_nothing(table):
    vote = open_ballot(table, running(table, there=(0, 1, 2)))
    declare_partial(vote, by=table.members[1])
    declare_partial(vote, by=table.members[2])
    cast_vote(vote, "yes", by=table.members[0])
    closed = close_vote(vote, by=table.chair)
    assert (closed.outcome, closed.result["quorum"]) == ("not_quorate", {"total": 3, "there": 1, "needed": 2})


def test_vote_from_which_all_have_taken_themselves_out_decides_nothing(table):
    vote = written(table)
    for member in table.members:
        declare_partial(vote, by=member)
    closed = close_due(vote)
    assert (closed.outcome, closed.result["entitled"]) == ("not_quorate", 0)


def test_page_shows_no_form_to_somebody_who_has_left(table, sign_in):
    meeting = running(table)
    vote = open_ballot(table, meeting)
    address = reverse("forum:vote", kwargs={"region": table.region.slug, "number": vote.pk})
    browser = sign_in(table.members[2], second_factor=False, client=Client())
    assert b'value="cast"' in browser.get(address).content
    note_departure(meeting.attendances.in_region(table.region).get(person=table.members[2]), by=table.office)
    page = browser.get(address).content
    assert b'value="cast"' not in page
    assert b"or you have left the meeting" in page
    assert b"has been cast" not in page


def close_due(vote):
    assert close_due_votes(now=vote.deadline + timedelta(seconds=1)) == 1
    vote.refresh_from_db()
    return vote


def test_body_with_a_running_vote_is_not_dissolved(table):
    vote = written(table)
    with pytest.raises(ConflictError, match="Radweg bauen"):
        dissolve_body(table.body, by=table.office)
    assert not Body.objects.in_region(table.region).get(pk=table.body.pk).dissolved
    cast_all(table, vote, ["yes"] * 5)
    close_vote(vote, by=table.chair)
    dissolve_body(table.body, by=table.office)


def test_vote_of_a_body_dissolved_meanwhile_is_counted(table):
    vote = written(table)
    cast_all(table, vote, ["yes"] * 5)
    # As it stands after a dissolution that was ordered in advance, or before votes kept a body standing.
    Body.objects.in_region(table.region).filter(pk=table.body.pk).update(dissolved_on=timezone.localdate())
    Seat.objects.in_region(table.region).filter(body=table.body).update(ends_on=timezone.localdate())
    assert close_due(vote).outcome == "accepted"
    assert Resolution.objects.in_region(table.region).get().vote == vote


@pytest.mark.parametrize("there", [(0,), (0, 1)])
def test_secret_vote_of_one_or_two_is_not_opened(regions, make_person, there):
    table = make_table(regions, make_person, quorum_percent=1)
    motion, item = motion_on(table, running(table, there=there))
    vote = create_vote(motion, by=table.chair, method="secret", item=item)
    with pytest.raises(ConflictError, match="at least three"):
        open_vote(vote, by=table.chair)
