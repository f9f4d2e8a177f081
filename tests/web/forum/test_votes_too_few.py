"""A secret vote in which too few took part is not counted: no door tells what was voted."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core.serializers import serialize
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from made_forum import make_table, motion_on, open_ballot, running
from raumwerk.web.forum.actions.meetings import close_meeting
from raumwerk.web.forum.actions.minutes import approve_minutes, begin_minutes, publish_minutes, submit_minutes
from raumwerk.web.forum.actions.partiality import declare_partial
from raumwerk.web.forum.actions.votes import (
    cast_vote,
    close_due_votes,
    close_vote,
    create_vote,
    open_vote,
    publish_vote,
)
from raumwerk.web.forum.models import Minutes, Resolution, SecretBallot, UrnCount, Vote
from raumwerk.web.forum.views import papers
from raumwerk.web.people.own_data import own_data
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notify.models import Note, OutgoingMail


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


def path(name, **parts):
    with translation.override("de"):
        return reverse(f"forum:{name}", kwargs={"region": "mitte", **parts})


def counts_of(model, region):
    return model.objects.in_region(region).count()


def _closed(table, choices, meeting=None):
    """A secret vote in a meeting, closed with the ballots of some."""
    vote = open_ballot(table, meeting or running(table), method="secret", title="Vorsitz wählen")
    for member, choice in zip(table.members, choices, strict=False):
        cast_vote(vote, choice, by=member)
    return close_vote(vote, by=table.chair)


@pytest.mark.parametrize("choices", [[], ["yes"], ["no"], ["yes", "yes"], ["yes", "abstain"], ["no", "no"]])
def test_fewer_than_three_ballots_decide_nothing_and_are_destroyed(table, choices):
    vote = _closed(table, choices)
    assert (vote.outcome, vote.result["votes"], vote.result["sums"]) == ("too_few", {}, {})
    assert vote.result["took_part"] == len(choices)
    assert (counts_of(SecretBallot, table.region), counts_of(UrnCount, table.region)) == (0, 0)
    assert counts_of(Resolution, table.region) == 0
    vote.motion.refresh_from_db()
    assert vote.motion.state == "submitted"


def test_what_is_kept_does_not_depend_on_what_was_voted(table):
    """The rows of two votes of which one would be carried and the other not differ in nothing but their numbers."""
    meeting, kept = running(table), []
    for choices in (["yes", "yes"], ["no", "no"]):
        vote = _closed(table, choices, meeting)
        entries = AuditEntry.objects.filter(details__vote=vote.pk).order_by("pk")
        told = [(one.verb, {k: v for k, v in one.details.items() if k != "vote"}) for one in entries]
        kept.append(json.dumps([told, vote.result, vote.outcome, vote.rules], sort_keys=True))
    assert kept[0] == kept[1]


def test_three_ballots_are_counted(table):
    assert _closed(table, ["yes", "yes", "no"]).result["votes"] == {"yes": 2, "no": 1, "abstain": 0}


def test_secret_vote_that_conflicts_bring_below_three_is_not_counted_and_the_chair_is_told(table, sign_in):
    vote = open_ballot(table, running(table, there=(0, 1, 2)), method="secret")
    page = path("vote", number=vote.pk)
    chair = sign_in(table.chair, client=Client())
    told = "Weniger als drei können noch abstimmen"
    assert told not in chair.get(page).content.decode()
    declare_partial(vote, by=table.members[2])
    assert told in chair.get(page).content.decode()
    assert told not in sign_in(table.members[1], client=Client()).get(page).content.decode()
    for member in table.members[:2]:
        cast_vote(vote, "yes", by=member)
    assert close_vote(vote, by=table.chair).outcome in {"too_few", "not_quorate"}
    assert counts_of(SecretBallot, table.region) == 0


def test_written_secret_vote_with_two_ballots_is_not_counted_and_can_be_held_anew_openly(table):
    motion, _item = motion_on(table, None)
    end = timezone.now() + timedelta(days=7)
    vote = open_vote(create_vote(motion, by=table.chair, method="secret", deadline=end), by=table.chair)
    for member in table.members[:2]:
        cast_vote(vote, "yes", by=member)
    assert close_due_votes(end + timedelta(minutes=1)) == 1
    vote.refresh_from_db()
    assert (vote.result["votes"], counts_of(SecretBallot, table.region)) == ({}, 0)
    again = create_vote(motion, by=table.chair, method="open", deadline=timezone.now() + timedelta(days=7))
    again = open_vote(again, by=table.chair)
    for member in table.members[:4]:
        cast_vote(again, "yes", by=member)
    again = close_vote(again, by=None, now=timezone.now() + timedelta(days=8))
    assert again.outcome == "accepted"


def test_no_door_tells_what_was_voted(table, client, sign_in, monkeypatch):
    """One vote cast: whatever stood in a result would be that person's vote."""
    meeting = running(table)
    vote = _closed(table, ["no"], meeting)
    publish_vote(vote, by=table.chair)
    minutes: Minutes = begin_minutes(meeting, by=table.chair)
    close_meeting(meeting, by=table.chair)
    for deed in (submit_minutes, approve_minutes, publish_minutes):
        deed(minutes, by=table.chair)
    written = {}
    real = papers._pdf

    def pdf(template, data, *rest):
        written[template] = data
        return real(template, data, *rest)

    monkeypatch.setattr(papers, "_pdf", pdf)
    pages = [path("vote", number=vote.pk), path("minutes", number=meeting.pk), path("motion", number=vote.motion_id)]
    doors = [*pages, path("meeting", number=meeting.pk), path("item", number=meeting.pk, item=vote.item_id),
             path("overview"), path("body", body="lenkung"), path("history", body="lenkung"),
             path("body-calendar", body="lenkung"), "/mitte/meine-seite/"]  # fmt: skip
    for person in (None, *table.members[:2], table.office):
        browser = sign_in(person, client=Client()) if person else client
        for door in (*doors, *(f"/en{door}" for door in doors)):
            text = browser.get(door, follow=True).content.decode()
            shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
            assert not re.search(r"\b(Ja|Nein|Enthaltung|Yes|No|Abstention) \d", shown), (person, door)
    seen = client.get(pages[0]).content.decode()
    assert "zu wenige haben sich an der geheimen Abstimmung beteiligt" in seen
    assert "1 von 5 Stimmberechtigten" in seen
    assert client.get(path("minutes-pdf", number=meeting.pk)).content.startswith(b"%PDF")
    (shown,) = [each for item in written["minutes"]["items"] for each in item["votes"]]
    assert shown["rows"] == []
    kept = serialize("json", [*Vote.objects.in_region(table.region), *Minutes.objects.in_region(table.region),
                              *AuditEntry.objects.all(), *OutgoingMail.objects.across_regions("all of the test"),
                              *Note.objects.in_region(table.region)])  # fmt: skip
    own = json.dumps([rows for person in table.members for _part, rows in own_data(person)], default=str)
    for text in (kept, own):
        assert not re.search(r'\\?"(yes|no|abstain)\\?"', text)
