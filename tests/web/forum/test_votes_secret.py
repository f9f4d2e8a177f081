"""Secret votes: who took part and what was voted cannot be joined."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.utils import translation

from made_forum import cast_all, make_table, open_ballot, running
from raumwerk.errors import ConflictError
from raumwerk.web.forum.actions.votes import abort_vote, cast_vote, close_vote
from raumwerk.web.forum.models import NamedBallot, Participation, SecretBallot, UrnCount
from raumwerk.web.shared.audit.models import AuditEntry


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def columns(model):
    return {field.name for field in model._meta.get_fields() if field.concrete}


def physical(model, column):
    """Rows in the order in which the database keeps them."""
    place = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY {place}")
        return [row[0] for row in cursor.fetchall()]


def test_tables_of_a_secret_vote_share_no_column_but_region_and_vote():
    assert columns(Participation) == {"id", "region", "entitlement"}
    assert columns(SecretBallot) == {"id", "region", "vote", "choice"}
    assert columns(UrnCount) == {"id", "region", "vote", "choice", "count"}


def test_open_urn_holds_counts_alone(table):
    vote = open_ballot(table, running(table), method="secret")
    assert sorted(UrnCount.objects.in_region(table.region).values_list("choice", "count")) == [
        ("abstain", 0), ("no", 0), ("yes", 0),
    ]  # fmt: skip
    cast_vote(vote, "no", by=table.chair)
    with pytest.raises(ConflictError, match="cast already"):
        cast_vote(vote, "yes", by=table.chair)
    assert dict(UrnCount.objects.in_region(table.region).values_list("choice", "count")) == {
        "yes": 0, "no": 1, "abstain": 0,
    }  # fmt: skip
    assert (
        NamedBallot.objects.in_region(table.region).count() == SecretBallot.objects.in_region(table.region).count() == 0
    )


def test_nothing_joins_ballots_to_persons_after_closing(table, monkeypatch):
    cast_in_order = ["yes", "no", "no", "abstain", "yes"]
    # The shuffle is replaced by one that is known, so that its use for both tables is seen.
    vote = open_ballot(table, running(table), method="secret")
    cast_all(table, vote, cast_in_order)
    before = physical(Participation, "entitlement_id")
    monkeypatch.setattr("raumwerk.web.forum.actions.votes._shuffled", lambda values: sorted(values, key=str))
    closed = close_vote(vote, by=table.chair)
    assert UrnCount.objects.in_region(table.region).count() == 0
    assert closed.result["votes"] == {"yes": 2, "no": 2, "abstain": 1}
    assert physical(SecretBallot, "choice") == sorted(cast_in_order)
    assert sorted(physical(Participation, "entitlement_id")) == sorted(before)
    # No value of any column of one table is found in the other, but the region.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, vote_id, choice FROM {SecretBallot._meta.db_table}")
        ballots = {str(value) for row in cursor.fetchall() for value in row[:1]}
        cursor.execute(f"SELECT id, entitlement_id FROM {Participation._meta.db_table}")
        people = {str(value) for row in cursor.fetchall() for value in row}
    assert ballots & people == set()


def test_shuffle_brings_every_order(table):
    from raumwerk.web.forum.actions.votes import _shuffled

    seen = {tuple(_shuffled("abc")) for _ in range(200)}
    assert len(seen) == 6  # missing one of six in 200 draws: chance below 1e-14


def test_log_of_a_secret_vote_holds_no_choice(table):
    vote = open_ballot(table, running(table), method="secret")
    cast_all(table, vote, ["yes", "no", "abstain", "no"])
    close_vote(vote, by=table.chair)
    entries = AuditEntry.objects.filter(verb="cast_vote")
    assert entries.count() == 4
    assert {tuple(sorted(one.details)) for one in entries} == {("seat", "vote")}
    closing = json.dumps(AuditEntry.objects.get(verb="close_vote").details)
    assert not any(word in closing for word in ('"no"', '"abstain"', '"yes"'))


def test_secret_vote_with_weights_that_betray_is_not_opened(table):
    table.seats[3].weight = 2
    table.seats[3].save()
    with pytest.raises(ConflictError, match="weight would betray"):
        open_ballot(table, running(table), method="secret")
    # Absent it betrays nobody.
    open_ballot(table, running(table, there=(0, 1, 2)), method="secret", title="Brücke")


def test_secret_vote_over_the_cap_decides_nothing(regions, make_person):
    table = make_table(regions, make_person, interest_group_cap=50)
    vote = open_ballot(table, running(table), method="secret")
    cast_all(table, vote, ["yes", "yes", "yes", "no"])  # three of four are public
    assert close_vote(vote, by=table.chair).outcome == "over_cap"
    second = open_ballot(table, running(table), method="secret", title="Brücke")
    cast_all(table, second, ["yes", "yes", None, "no", "yes"])  # two of four
    assert close_vote(second, by=table.chair).outcome == "accepted"


def test_broken_off_secret_vote_leaves_no_choice(table):
    vote = open_ballot(table, running(table), method="secret")
    cast_all(table, vote, ["yes", "no"])
    abort_vote(vote, by=table.chair, reason="Leitung gestört")
    assert UrnCount.objects.in_region(table.region).count() == SecretBallot.objects.in_region(table.region).count() == 0
