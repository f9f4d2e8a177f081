"""Who has left a region or a body: the seat may still stand in the books, the rights are gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from made_forum import make_table, motion_on, open_ballot, plan, running
from raumwerk.errors import ConflictError
from raumwerk.web.forum.actions.attendance import note_arrival, note_departure
from raumwerk.web.forum.actions.calendars import make_calendar_key
from raumwerk.web.forum.actions.meetings import invite
from raumwerk.web.forum.actions.seats import end_seat
from raumwerk.web.forum.actions.votes import cast_vote, create_vote, open_vote
from raumwerk.web.forum.models import NamedBallot
from raumwerk.web.forum.rules.bodies import bodies_chaired, bodies_of, chairs
from raumwerk.web.people.actions.memberships import end_membership
from raumwerk.web.people.models import Membership
from raumwerk.web.shared.notify.models import Note, OutgoingMail
from raumwerk.web.shared.visibility import audience_of


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person, visibility="body")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def leave_region(table, person):
    end_membership(Membership.objects.in_region(table.region).get(person=person), by=table.office)


def written(table):
    motion, _item = motion_on(table, None)
    until = timezone.now() + timedelta(days=7)
    return open_vote(create_vote(motion, by=table.chair, method="named", deadline=until), by=table.chair)


def ballots(table):
    return NamedBallot.objects.in_region(table.region).count()


@pytest.mark.parametrize("place", ["holder", "chair", "deputy"])
def test_ended_role_ends_what_the_seat_gave(table, place):
    person = {"holder": table.members[2], "chair": table.chair, "deputy": table.deputy}[place]
    assert bodies_of(person, table.region) == {table.body.pk}
    leave_region(table, person)
    assert bodies_of(person, table.region) == bodies_chaired(person, table.region) == frozenset()
    assert not chairs(person, table.body)
    assert audience_of(person, table.region).bodies == frozenset()
    assert not person.has_perm("forum.run_body", table.body)
    assert not person.has_perm("forum.take_part_in_body", table.body)


def test_former_member_finds_every_door_of_the_body_closed(table, sign_in):
    meeting = invite(plan(table, visibility="body", online_link="https://meet.example/room"), by=table.office)
    vote = written(table)
    person = table.members[2]
    token = make_calendar_key(table.region, by=person)
    browser = sign_in(person, second_factor=False, client=Client())

    def address(name, **more):
        return reverse(f"forum:{name}", kwargs={"region": table.region.slug, **more})

    doors = [
        address("body", body=table.body.slug), address("meeting", number=meeting.pk),
        address("agenda-pdf", number=meeting.pk), address("motion", number=vote.motion_id),
    ]  # fmt: skip
    assert [browser.get(door).status_code for door in doors] == [200] * 4
    calendar = address("own-calendar", token=token)
    assert b"meet.example" in browser.get(calendar).content
    leave_region(table, person)
    assert [browser.get(door).status_code for door in doors] == [404] * 4
    assert b"VEVENT" not in browser.get(calendar).content
    answer = browser.post(address("vote", number=vote.pk), {"deed": "cast", "choice": "yes"})
    assert answer.status_code in (403, 404)
    assert ballots(table) == 0


def test_former_member_is_not_written_to(table):
    leave_region(table, table.members[2])
    invite(plan(table), by=table.office)
    written(table)
    told = set(OutgoingMail.objects.in_region(table.region).values_list("address", flat=True))
    noted = set(Note.objects.in_region(table.region).values_list("person__email", flat=True))
    assert "cleo@lenkung.example" not in told | noted
    assert {"bert@lenkung.example", "dora@lenkung.example"} <= told & noted


def test_seat_that_ended_while_the_vote_ran_casts_no_vote(table):
    vote = written(table)
    end_seat(table.seats[2], by=table.office)
    table.seats[2].refresh_from_db()
    table.seats[2].ends_on = timezone.localdate() - timedelta(days=1)
    table.seats[2].starts_on = timezone.localdate() - timedelta(days=9)
    table.seats[2].save()
    assert not table.members[2].has_perm("forum.cast_vote", vote)
    with pytest.raises(ConflictError, match="no longer"):
        cast_vote(vote, "yes", by=table.members[2])
    cast_vote(vote, "yes", by=table.members[3])
    assert ballots(table) == 1


def test_role_that_ended_while_the_vote_ran_casts_no_vote(table):
    vote = written(table)
    leave_region(table, table.members[2])
    assert not table.members[2].has_perm("forum.cast_vote", vote)
    with pytest.raises(ConflictError, match="no longer"):
        cast_vote(vote, "yes", by=table.members[2])
    assert ballots(table) == 0


def test_who_left_the_meeting_votes_again_only_after_coming_back(table):
    meeting = running(table)
    vote = open_ballot(table, meeting)
    row = meeting.attendances.in_region(table.region).get(person=table.members[2])
    note_departure(row, by=table.office)
    assert not table.members[2].has_perm("forum.cast_vote", vote)
    with pytest.raises(ConflictError, match="no longer"):
        cast_vote(vote, "yes", by=table.members[2])
    note_arrival(meeting, table.seats[2], by=table.office)
    cast_vote(vote, "yes", by=table.members[2])
    assert ballots(table) == 1
