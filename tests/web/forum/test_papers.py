"""Agenda, minutes and resolution on paper, and calendars: to whom they are for, and what they hold."""

from __future__ import annotations

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from made_forum import cast_all, make_table, open_ballot, plan, running
from raumwerk.web.forum.actions.agenda import add_item
from raumwerk.web.forum.actions.meetings import cancel_meeting, close_meeting, invite
from raumwerk.web.forum.actions.minutes import approve_minutes, begin_minutes, publish_minutes, submit_minutes
from raumwerk.web.forum.actions.resolutions import publish_resolution
from raumwerk.web.forum.actions.votes import close_vote
from raumwerk.web.forum.models import CalendarKey, Resolution


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


def path(name, **parts):
    with translation.override("de"):
        return reverse(f"forum:{name}", kwargs={"region": "mitte", **parts})


def is_tagged_pdf(answer):
    return (
        answer.content.startswith(b"%PDF") and b"/MarkInfo" in answer.content and b"/StructTreeRoot" in answer.content
    )


def test_papers_are_tagged_and_only_of_what_is_published(table, client):
    meeting = running(table)
    vote = open_ballot(table, meeting)
    cast_all(table, vote, ["yes", "yes", "no"])
    close_vote(vote, by=table.chair)
    minutes, resolution = begin_minutes(meeting, by=table.chair), Resolution.objects.in_region(table.region).get()
    early = [path("minutes-pdf", number=meeting.pk), path("resolution-pdf", number=resolution.pk)]
    assert [client.get(door).status_code for door in early] == [404, 404]
    close_meeting(meeting, by=table.chair)
    submit_minutes(minutes, by=table.chair)
    approve_minutes(minutes, by=table.chair)
    publish_minutes(minutes, by=table.chair)
    publish_resolution(resolution, by=table.chair)
    for door in (path("agenda-pdf", number=meeting.pk), *early):
        for address in (door, f"/en{door}"):
            answer = client.get(address)
            assert (answer.status_code, answer["Content-Type"], is_tagged_pdf(answer)) == (200, "application/pdf", True)


@pytest.mark.parametrize("level", ["members", "body", "office"])
def test_papers_and_calendar_of_a_hidden_meeting_are_hidden(table, client, level):
    meeting = plan(table, title="Geheimtreffen", visibility=level)
    assert client.get(path("agenda-pdf", number=meeting.pk)).status_code == 404
    assert b"Geheimtreffen" not in client.get(path("body-calendar", body="lenkung")).content


def test_calendar_of_a_body_is_valid_and_clean(table, client):
    meeting = plan(
        table, title="Sitzung\x07; mit, Zeichen", place="Rathaus\nSaal", online_link="https://treffen.example/x"
    )
    add_item(meeting, by=table.office, title="Radweg")
    cancelled = plan(table, title="Abgesagt")
    cancel_meeting(invite(cancelled, by=table.office), by=table.office, reason="Krankheit")
    answer = client.get(path("body-calendar", body="lenkung"))
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"\x07" not in answer.content
    assert b"treffen.example" not in answer.content  # only those invited see the link
    calendar = icalendar.Calendar.from_ical(answer.content)
    events = {str(one["summary"]): one for one in calendar.walk("VEVENT")}
    one = events["Lenkungsgruppe: Sitzung; mit, Zeichen"]
    assert one.decoded("dtstart") == meeting.starts_at.replace(microsecond=0)
    assert one["dtstart"].params["TZID"] == "Europe/Berlin"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    assert str(one["status"]) == "TENTATIVE"
    assert str(events["Lenkungsgruppe: Abgesagt"]["status"]) == "CANCELLED"


def test_own_calendar_opens_by_its_secret_until_it_is_revoked(table, sign_in):
    plan(table, title="Interne Runde", visibility="body", online_link="https://treffen.example/x")
    member, anybody = sign_in(table.members[1], client=Client()), Client()
    page = path("own-calendar-page")
    assert anybody.get(page).status_code == 302
    made = member.post(page, {"deed": "make"}).content.decode()
    address = made.split("<code>")[1].split("</code>")[0]
    secret_path = "/" + address.split("/", 3)[3]
    key = CalendarKey.objects.in_region(table.region).get()
    assert key.digest not in address
    answer = anybody.get(secret_path)
    assert answer.status_code == 200
    assert b"Interne Runde" in answer.content
    assert b"treffen.example" in answer.content
    assert "private" in answer["Cache-Control"]
    assert anybody.get(secret_path.replace("/mitte/", "/kali/")).status_code == 404
    assert address not in member.get(page).content.decode()  # shown once
    member.post(page, {"deed": "make"})
    assert anybody.get(secret_path).status_code == 404
    member.post(page, {"deed": "revoke"})
    assert CalendarKey.objects.in_region(table.region).count() == 0


def test_own_calendar_ends_with_the_account_and_the_seat(table, sign_in):
    from raumwerk.web.forum.actions.calendars import make_calendar_key

    plan(table, title="Interne Runde", visibility="body")
    address = path("own-calendar", token=make_calendar_key(table.region, by=table.members[1]))
    table.seats[1].person = None
    table.seats[1].save()
    assert b"Interne Runde" not in Client().get(address).content
    table.members[1].is_active = False
    table.members[1].save()
    assert Client().get(address).status_code == 404
