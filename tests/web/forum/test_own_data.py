"""The forum's share of somebody's own data: all that is theirs, nothing of others, and nothing of a secret ballot."""

from __future__ import annotations

import datetime
import json

import pytest
from django.utils import timezone

from made_forum import cast_all, make_table, motion_on, open_ballot, plan, running
from raumwerk.web.forum.actions.agenda import add_item, declare_conflict
from raumwerk.web.forum.actions.attendance import register
from raumwerk.web.forum.actions.calendars import make_calendar_key
from raumwerk.web.forum.actions.frameworks import propose_topic
from raumwerk.web.forum.actions.meetings import close_meeting
from raumwerk.web.forum.actions.minutes import begin_minutes, remark_minutes, save_minutes, submit_minutes
from raumwerk.web.forum.actions.resolutions import forward_resolution, publish_resolution
from raumwerk.web.forum.actions.tasks import give_task
from raumwerk.web.forum.actions.votes import close_vote
from raumwerk.web.forum.models import Resolution
from raumwerk.web.people.own_data import own_data


@pytest.fixture
def lived(regions, make_person):
    """A body in which Anna has done everything that leaves a trace, and Bert has done some of it too."""
    table = make_table(regions, make_person)
    anna, bert = table.members[0], table.members[1]
    planned = plan(table)
    for person in (anna, bert):
        register(planned, by=person, coming=person is anna)
    declare_conflict(planned.items.in_region(table.region).first(), anna, by=anna, reason="Eigene Fläche")
    meeting = running(table)
    add_item(meeting, by=table.office, title="Bericht der Kasse", responsible=anna)
    named = open_ballot(table, meeting, title="Brücke bauen")
    cast_all(table, named, ["no", "yes", "yes", "yes"])
    close_vote(named, by=anna)
    secret = open_ballot(table, meeting, title="Vorsitz wählen", method="secret")
    cast_all(table, secret, ["abstain", "yes", "yes"])
    close_vote(secret, by=anna)
    motion_on(table, None, title="Allein beantragt")
    minutes = save_minutes(begin_minutes(meeting, by=anna), by=anna, revision=0, summary="Lief gut", texts={})
    close_meeting(meeting, by=anna)
    submit_minutes(minutes, by=anna)
    for person, text in ((anna, "Anna war es nicht"), (bert, "Bert will mehr")):
        remark_minutes(minutes, by=person, text=text)
    give_task(table.body, by=table.office, title="Vermessen", owner=anna)
    give_task(table.body, by=table.office, title="Aufräumen", owner=bert)
    resolution = publish_resolution(Resolution.objects.in_region(table.region).get(vote=named), by=anna)
    forward_resolution(resolution, by=anna, to_name="Land", to_email="land@amt.example",
                       due_on=timezone.localdate() + datetime.timedelta(days=9))  # fmt: skip
    propose_topic(table.region, by=anna, conditions={}, title_de="Förderung", field="funding", note="begonnen")
    make_calendar_key(table.region, by=anna)
    return table


def _parts(person):
    return {part.name.removeprefix("forum."): rows for part, rows in own_data(person) if part.name.startswith("forum.")}


def _of(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_own_data_hold_all_parts_of_the_forum(lived):
    parts = _parts(lived.members[0])
    empty = {name for name, rows in parts.items() if not rows}
    assert empty == {"seat.deputy", "entitlement.deputy"}  # Anna is nobody's deputy
    assert _of(parts["seat"], "body__name_de", "organisation__name", "office_in_body") == [
        ("Lenkungsgruppe", "Stadt A (lenkung)", "chair")
    ]
    assert _of(parts["registration"], "meeting__title", "state") == [("Sitzung", "coming")]
    assert _of(parts["attendance"], "meeting__title", "presence") == [("Sitzung", "present")]
    assert _of(parts["conflictofinterest"], "item__title", "reason") == [("Begrüßung", "Eigene Fläche")]
    assert [row["title"] for row in parts["motion"]] == ["Brücke bauen", "Vorsitz wählen", "Allein beantragt"]
    assert [row["text"] for row in parts["minutesremark"]] == ["Anna war es nicht"]
    assert [row["title"] for row in parts["task"]] == ["Vermessen"]
    assert [row["title"] for row in parts["agendaitem"]] == ["Bericht der Kasse"]
    assert _of(parts["minutessave"], "minutes__meeting__title")[-1] == ("Sitzung",)
    assert [row["to_name"] for row in parts["forwarding"]] == ["Land"]
    assert [row["question"] for row in parts["vote"]] == ["Brücke bauen", "Vorsitz wählen"]
    assert set(parts["calendarkey"][0]) == {"pk", "region__slug", "made_at"}  # the secret part is kept by nobody


def test_own_data_tell_named_votes_and_of_secret_ones_only_that_somebody_voted(lived):
    parts = _parts(lived.members[0])
    assert _of(parts["namedballot"], "entitlement__vote__question", "choice") == [("Brücke bauen", "no")]
    assert _of(parts["participation"], "entitlement__vote__question") == [("Vorsitz wählen",)]
    assert "abstain" not in json.dumps(parts)
    stayed_away = _parts(lived.members[4])
    assert (stayed_away["namedballot"], stayed_away["participation"]) == ([], [])
    assert len(stayed_away["entitlement.acting"]) == 2


def test_own_data_hold_nothing_of_others(lived):
    anna, bert = (json.dumps(_parts(person), ensure_ascii=False) for person in lived.members[:2])
    assert "Bert will mehr" not in anna
    assert "Aufräumen" not in anna
    assert "Anna war es nicht" not in bert
    assert "Allein beantragt" not in bert
    deputy = _parts(lived.deputy)
    assert [row["body__name_de"] for row in deputy["seat.deputy"]] == ["Lenkungsgruppe"]
    assert deputy["seat"] == []
