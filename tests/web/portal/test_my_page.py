"""One's own page: only one's own, and no more queries the more is on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from raumwerk.web.forum.models import Body, Meeting, Seat, Task
from raumwerk.web.portal.handover.my_page import my_page
from raumwerk.web.shared.notify.actions import notify
from raumwerk.web.shared.notify.kinds import Pace, register_kind

pytestmark = pytest.mark.django_db
register_kind("test_slow", "Slow news of the test", pace=Pace.DAILY)


def _fill(region, person, number):
    body = Body.objects.create(region=region, slug=f"gremium-{number}", name_de=f"Gremium {number}", kind="expert")
    Seat.objects.create(region=region, body=body, person=person)
    begins = timezone.now() + timedelta(days=number + 1)
    Meeting.objects.create(
        region=region, body=body, title=f"Sitzung {number}", starts_at=begins, ends_at=begins + timedelta(hours=1),
        invited_at=timezone.now(), state="invited",
    )  # fmt: skip
    Task.objects.create(region=region, body=body, title=f"Aufgabe {number}", owner=person)
    notify(people=[person], region=region, kind="test_slow", text=f"Neues {number}", url=f"/{region.slug}/forum/")


def test_my_page_shows_mine_and_costs_the_same_however_full(client, regions, make_person, sign_in):
    mitte = regions["mitte"]
    anna, bert = (make_person(f"{name}@kreis.example", region=mitte, role="member") for name in ("anna", "bert"))
    _fill(mitte, anna, 0)
    with CaptureQueriesContext(connection) as few:
        my_page(anna, mitte)
    for number in range(1, 5):
        _fill(mitte, anna, number)
    with CaptureQueriesContext(connection) as many:
        mine = my_page(anna, mitte)
    assert len(many) == len(few) <= 25
    assert [len(part) for part in (mine.seats, mine.meetings, mine.tasks, mine.notes)] == [5, 5, 5, 5]
    sign_in(anna)
    page = client.get("/mitte/meine-seite/").content.decode()
    wanted = ("Gremium 4", "Sitzung 4", "Aufgabe 4", "Neues 4", "5 ungelesen")
    assert [word for word in wanted if word not in page] == []
    assert client.post("/mitte/meine-seite/gelesen/").status_code == 302
    assert my_page(anna, mitte).unread == 0
    others = my_page(bert, mitte)
    assert [*others.seats, *others.meetings, *others.tasks, *others.notes, *others.votes] == []


def test_my_page_needs_an_account(client, regions):
    assert client.get("/mitte/meine-seite/").status_code == 302
