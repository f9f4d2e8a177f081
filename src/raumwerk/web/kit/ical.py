"""Calendars for other programs (iCalendar, RFC 5545): moments in Europe/Berlin with the rules of that zone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from icalendar import Alarm, Calendar, Event

__all__ = ["CalendarEntry", "calendar_answer", "calendar_file", "clean_text"]

ZONE = ZoneInfo("Europe/Berlin")
PRODUCT = "-//Raumwerk//Forum//DE"
CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry of a calendar.

    Parameters
    ----------
    uid : str
        Known for ever: an entry that comes again under the same `uid` replaces the one before.
    title, place, text, url : str
        Text as people wrote it; control characters are taken out.
    starts, ends : datetime or date
        Moments with a time zone, or two days, the last one included.
    changed : datetime
        When the entry was last changed.
    sequence : int
        Grows with each change of date or place, so that calendars notice.
    cancelled, tentative : bool
        Called off; or planned but not fixed.
    remind_before : timedelta, optional
        How long before the beginning programs remind.
    """

    uid: str
    title: str
    starts: datetime | date
    ends: datetime | date
    changed: datetime
    place: str = ""
    text: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False
    tentative: bool = False
    remind_before: timedelta | None = None


def clean_text(text: str) -> str:
    """Take out what a calendar may not hold: control characters other than line breaks."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in joined if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs"))


def calendar_file(name: str, entries: Iterable[CalendarEntry], *, method: str = "PUBLISH") -> bytes:
    """Write a calendar.

    Raises
    ------
    ValueError
        When a moment has no time zone, or an entry ends before it begins.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("x-wr-calname", clean_text(name).replace("\n", " "))
    calendar.add("x-wr-timezone", ZONE.key)
    days: list[date] = []
    for entry in entries:
        event = _event(entry)
        days += [event.decoded("dtstart"), event.decoded("dtend")]
        calendar.add_component(event)
    if any(isinstance(day, datetime) for day in days):
        plain = [day.date() if isinstance(day, datetime) else day for day in days]
        calendar.add_missing_timezones(date(min(plain).year - 1, 1, 1), date(max(plain).year + 2, 1, 1))
    return bytes(calendar.to_ical())


def calendar_answer(name: str, entries: Iterable[CalendarEntry], file_name: str) -> HttpResponse:
    """Answer a request with a calendar; `file_name` holds letters, digits and hyphens."""
    headers = {"Content-Disposition": f'inline; filename="{file_name}.ics"'}
    return HttpResponse(calendar_file(name, entries), content_type=CONTENT_TYPE, headers=headers)


def _event(entry: CalendarEntry) -> Event:
    starts, ends = _moment(entry.starts), _moment(entry.ends)
    if isinstance(starts, datetime) is not isinstance(ends, datetime):
        raise ValueError("An entry begins and ends with moments, or with days.")
    if ends < starts:
        raise ValueError("An entry cannot end before it begins.")
    event = Event()
    event.add("uid", clean_text(entry.uid).replace("\n", ""))
    event.add("dtstamp", entry.changed.astimezone(UTC))
    event.add("last-modified", entry.changed.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", starts)
    # RFC 5545: the end of days is the day after.
    event.add("dtend", ends if isinstance(ends, datetime) else ends + timedelta(days=1))
    event.add("summary", clean_text(entry.title).replace("\n", " "))
    if entry.place:
        event.add("location", clean_text(entry.place).replace("\n", ", "))
    if entry.text:
        event.add("description", clean_text(entry.text))
    if entry.url:
        event.add("url", clean_text(entry.url).replace("\n", ""))
    event.add("status", "CANCELLED" if entry.cancelled else "TENTATIVE" if entry.tentative else "CONFIRMED")
    if not isinstance(starts, datetime):
        event.add("transp", "TRANSPARENT")  # a plan for a quarter does not make anybody busy for it
    if entry.remind_before is not None and not entry.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -entry.remind_before)
        alarm.add("description", clean_text(entry.title).replace("\n", " "))
        event.add_component(alarm)
    return event


def _moment(value: datetime | date) -> datetime | date:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("A moment of a calendar needs its time zone.")
    return value.astimezone(ZONE)
