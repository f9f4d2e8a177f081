"""Published resolutions stand against the database itself, and still a test with real transactions can end."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from made_forum import cast_all, make_table, open_ballot, running
from raumwerk.web.forum.actions.resolutions import publish_resolution
from raumwerk.web.forum.actions.votes import close_vote
from raumwerk.web.forum.models import Resolution

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", [1, 2])
def test_published_resolution_is_refused_by_the_database_in_each_test(regions, make_person, turn):
    table = make_table(regions, make_person)
    assert Resolution.objects.in_region(table.region).count() == 0  # the test before has left nothing
    vote = open_ballot(table, running(table))
    cast_all(table, vote, ["yes"] * 5)
    close_vote(vote, by=table.chair)
    number = publish_resolution(Resolution.objects.in_region(table.region).get(), by=table.chair).pk
    for statement in (
        "DELETE FROM forum_resolution WHERE id = %s",
        "UPDATE forum_resolution SET year = 1 WHERE id = %s",
    ):
        with pytest.raises(IntegrityError, match="neither changed nor removed"), transaction.atomic():
            connection.cursor().execute(statement, [number])
    assert Resolution.objects.in_region(table.region).filter(pk=number).exists()
