"""Calendars validate, carry the real time zone and no control characters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from raumwerk.web.kit.ical import CalendarEntry, calendar_answer, calendar_file, clean_text

CHANGED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def entry(**facts):
    given = {
        "uid": "meeting-1@raumwerk.example",
        "title": "Sitzung",
        "starts": datetime(2026, 3, 28, 9, 0, tzinfo=UTC),
        "ends": datetime(2026, 3, 28, 11, 0, tzinfo=UTC),
        "changed": CHANGED,
    }
    return CalendarEntry(**{**given, **facts})


def test_calendar_file_reads_back_as_written():
    hostile = "Zeile; mit, Komma\nBEGIN:VALARM\r\nATTACH:x\x00\x07\x1b“Ü”"
    made = calendar_file("Forum; Mitte", [entry(title=hostile, text=hostile, place=hostile, sequence=3)])
    read = Calendar.from_ical(made)
    assert read["X-WR-CALNAME"] == "Forum; Mitte"
    (event,) = read.walk("VEVENT")
    assert read.walk("VALARM") == []
    assert str(event["SUMMARY"]) == "Zeile; mit, Komma BEGIN:VALARM ATTACH:x“Ü”"
    assert str(event["DESCRIPTION"]) == "Zeile; mit, Komma\nBEGIN:VALARM\nATTACH:x“Ü”"
    assert event["SEQUENCE"] == 3
    assert event.decoded("dtstart") == datetime(2026, 3, 28, 10, 0, tzinfo=BERLIN)
    assert event.decoded("dtstamp") == CHANGED
    assert made.count(b"\r\n") == made.count(b"\n")
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert not any(sign < 32 and sign not in (10, 13) for sign in made)


def test_time_zone_is_written_with_its_rules():
    made = calendar_file("x", [entry()]).decode()
    assert "TZID:Europe/Berlin" in made
    assert "DTSTART;TZID=Europe/Berlin:20260328T100000" in made
    (zone,) = Calendar.from_ical(made).walk("VTIMEZONE")
    known = zone.to_tz()
    for moment, hours in (
        ("2026-03-29T01:30", 1),
        ("2026-03-29T03:30", 2),
        ("2026-10-26", 1),
    ):
        assert known.utcoffset(datetime.fromisoformat(moment)) == timedelta(hours=hours)


def test_days_end_with_the_day_after_and_bind_nobody():
    made = calendar_file("x", [entry(starts=date(2022, 1, 1), ends=date(2022, 3, 31))]).decode()
    assert "DTSTART;VALUE=DATE:20220101" in made
    assert "DTEND;VALUE=DATE:20220401" in made
    assert "TRANSP:TRANSPARENT" in made
    assert "VTIMEZONE" not in made


@pytest.mark.parametrize(("facts", "status"), [({}, "CONFIRMED"), ({"tentative": True}, "TENTATIVE"),
                                               ({"cancelled": True, "tentative": True}, "CANCELLED")])  # fmt: skip
def test_status(facts, status):
    (event,) = Calendar.from_ical(calendar_file("x", [entry(**facts)])).walk("VEVENT")
    assert event["STATUS"] == status


def test_reminder_is_left_out_of_what_was_called_off():
    asked = {"remind_before": timedelta(hours=24)}
    assert b"TRIGGER:-P1D" in calendar_file("x", [entry(**asked)])
    assert b"VALARM" not in calendar_file("x", [entry(**asked, cancelled=True)])


def test_empty_calendar_is_valid():
    assert Calendar.from_ical(calendar_file("leer", [])).walk("VEVENT") == []


@pytest.mark.parametrize("facts", [{"starts": datetime.fromisoformat("2026-01-01T09:00")}, {"ends": date(2026, 3, 28)},
                                   {"ends": datetime(2026, 3, 28, 8, 0, tzinfo=UTC)}])  # fmt: skip
def test_calendar_file_refuses_unclear_times(facts):
    with pytest.raises(ValueError, match=r"time zone|moments|before"):
        calendar_file("x", [entry(**facts)])


def test_clean_text_keeps_line_breaks_and_letters():
    assert clean_text("a\r\nb\rc\td\x7fe\ud800f…") == "a\nb\ncdef…"


def test_calendar_answer_is_a_calendar():
    answer = calendar_answer("x", [entry()], "forum-mitte")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="forum-mitte.ics"'
