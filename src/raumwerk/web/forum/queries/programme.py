"""The programme of a region: milestones and meetings as far as a reader may see them, by lines and quarters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Max, Min, Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from raumwerk.web.forum.models import Body, Meeting, Milestone, MilestoneForm, MilestoneStatus, Precision
from raumwerk.web.forum.queries.meetings import meetings_seen
from raumwerk.web.kit.ical import CalendarEntry
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import Audience, visible

__all__ = [
    "Entry",
    "Line",
    "Programme",
    "Quarter",
    "calendar_entries",
    "calendar_of",
    "milestone_seen",
    "milestones_of_body",
    "milestones_seen",
    "programme_of",
]

MOST_QUARTERS = 12
MOST_IN_CALENDAR = 200
MOST_OF_BODY = 12
FORMS = {"in_person": MilestoneForm.ON_SITE, "online": MilestoneForm.ONLINE, "hybrid": MilestoneForm.HYBRID}
STATES = {"closed": MilestoneStatus.DONE, "cancelled": MilestoneStatus.CANCELLED}


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, text: str) -> Quarter:
        """Read ``2022-Q1``; ValueError when it is none."""
        year, _dash, number = text.partition("-Q")
        found = cls(int(year), int(number))
        if not (1900 <= found.year <= 2200 and 1 <= found.number <= 4) or found.key != text:
            raise ValueError(f"{text!r} is no quarter.")
        return found

    @property
    def key(self) -> str:
        """The quarter in an address."""
        return f"{self.year}-Q{self.number}"

    @property
    def label(self) -> str:
        """The quarter in the reader's language."""
        return _("Q%(number)s %(year)s") % {"number": self.number, "year": self.year}

    @property
    def first_day(self) -> date:
        """The day it begins."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def place(self) -> int:
        """Its number since the year 0, to count quarters with."""
        return 4 * self.year + self.number - 1

    def plus(self, quarters: int) -> Quarter:
        """Return the quarter that many later."""
        place = self.place + quarters
        return Quarter(place // 4, place % 4 + 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the programme, a milestone or a meeting."""

    line: str
    body: Body | None
    title: str
    text: str
    when: str
    starts_on: date
    ends_on: date
    form: str
    status: str
    status_label: str
    url: str
    example: bool
    milestone: Milestone | None = None
    meeting: Meeting | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The entries of a body, or of a piece of work: `cells` holds them by quarter, each in the one it begins in."""

    title: str
    body: Body | None
    cells: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """The part of the programme that is shown: `quarters` of those in which anything is (`first` to `last`)."""

    quarters: tuple[Quarter, ...]
    lines: tuple[Line, ...]
    entries: tuple[Entry, ...]
    first: Quarter | None
    last: Quarter | None
    today: Quarter | None = None
    moved: bool = False  # it opens elsewhere than around today, because nothing is there

    @property
    def earlier(self) -> tuple[Quarter, Quarter] | None:
        """The quarters before those shown, as many as fit; None where nothing is before."""
        if self.first is None or not self.quarters or self.quarters[0] <= self.first:
            return None
        end = self.quarters[0].plus(-1)
        return max(self.first, end.plus(1 - MOST_QUARTERS)), end

    @property
    def later(self) -> tuple[Quarter, Quarter] | None:
        """The quarters after those shown; None where nothing is after."""
        if self.last is None or not self.quarters or self.quarters[-1] >= self.last:
            return None
        begin = self.quarters[-1].plus(1)
        return begin, min(self.last, begin.plus(MOST_QUARTERS - 1))

    @property
    def around_today(self) -> tuple[Quarter, Quarter] | None:
        """The quarters around today, where they are not among those shown."""
        if self.today is None or self.today in self.quarters:
            return None
        return _around(self.today)

    @property
    def choices(self) -> tuple[Quarter, ...]:
        """All quarters from the first to the last with an entry, to choose from."""
        if self.first is None or self.last is None:
            return ()
        return tuple(self.first.plus(step) for step in range(self.last.place - self.first.place + 1))


def milestones_seen(region: Region, audience: Audience) -> Any:
    """Return the milestones that a reader may see: never wider than their body."""
    of_body = Q(body__isnull=True) | visible(audience, "body__", body_field="pk")
    rows = Milestone.objects.in_region(region).filter(visible(audience) & of_body)
    return rows.select_related("body", "region")


def milestone_seen(region: Region, number: int, audience: Audience) -> Milestone:
    """Return one milestone, or 404."""
    rows = milestones_seen(region, audience)
    found: Milestone | None = rows.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise Http404("There is no such milestone.")
    return found


def milestones_of_body(body: Body, audience: Audience) -> tuple[Entry, ...]:
    """Return the latest milestones of a body that a reader may see, newest first; its meetings are told elsewhere."""
    _meetings, milestones = _rows(body.region, audience, body)
    latest = milestones.order_by("-starts_on", "-pk")[:MOST_OF_BODY]
    return _sorted((), latest)[::-1]


def programme_of(
    region: Region,
    audience: Audience,
    *,
    first: Quarter | None = None,
    last: Quarter | None = None,
    body: Body | None = None,
    on: date | None = None,
) -> Programme:
    """Return the programme between two quarters; without them up to twelve in which something is.

    Those around today come first. Where nothing is around today but made-up examples, it is those that end with the
    last entry before, or begin with the next one.
    """
    meetings, milestones = _rows(region, audience, body)
    days = _days(meetings, milestones)
    if not days:
        return Programme((), (), (), None, None)
    whole, now = (Quarter.of(min(days)), Quarter.of(max(days))), Quarter.of(on or timezone.localdate())
    asked = first is not None or last is not None
    if asked or whole[1].place - whole[0].place < MOST_QUARTERS:
        begin, end, moved = *(_asked(whole, first, last) if asked else whole), False
    else:
        begin, end, moved = _opening(meetings, milestones, whole, now)
    quarters = tuple(begin.plus(step) for step in range(end.place - begin.place + 1))
    shown = _sorted(*_between(meetings, milestones, begin, end))
    return Programme(quarters, _lines(shown, quarters), shown, *whole, now, moved)


def calendar_of(region: Region, audience: Audience) -> tuple[Entry, ...]:
    """Return the programme for a calendar: of a long one the latest entries, those to come among them."""
    meetings, milestones = _rows(region, audience, None)
    latest = _sorted(
        meetings.order_by("-starts_at", "-pk")[:MOST_IN_CALENDAR],
        milestones.order_by("-starts_on", "-pk")[:MOST_IN_CALENDAR],
    )
    return latest[-MOST_IN_CALENDAR:]


def calendar_entries(entries: Iterable[Entry], base: str) -> list[CalendarEntry]:
    """Return entries as a calendar holds them; `base` is the address of the site."""
    host = base.rsplit("://", maxsplit=1)[-1].split(":", maxsplit=1)[0]
    return [_calendar_entry(entry, base, host) for entry in entries]


def _rows(region: Region, audience: Audience, body: Body | None) -> tuple[Any, Any]:
    """Return the meetings and milestones that a reader may see.

    A milestone that became a meeting is told by the meeting, where the reader may see it.
    """
    meetings, milestones = meetings_seen(region, audience), milestones_seen(region, audience)
    if body is not None:
        meetings, milestones = meetings.filter(body=body), milestones.filter(body=body)
    told = meetings_seen(region, audience).filter(milestone__isnull=False)
    return meetings, milestones.exclude(meeting__in=told.values("pk"))


def _days(meetings: Any, milestones: Any) -> list[date]:
    """Return the first and the last day on which something of each kind begins."""
    moments = meetings.aggregate(first=Min("starts_at"), last=Max("starts_at")).values()
    days = milestones.aggregate(first=Min("starts_on"), last=Max("starts_on")).values()
    return [timezone.localdate(one) for one in moments if one] + [one for one in days if one]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _sorted(meetings: Iterable[Meeting], milestones: Iterable[Milestone]) -> tuple[Entry, ...]:
    entries = [*map(_of_milestone, milestones), *map(_of_meeting, meetings)]
    return tuple(sorted(entries, key=lambda entry: (entry.starts_on, entry.ends_on, entry.title)))


def _of_milestone(milestone: Milestone) -> Entry:
    return Entry(
        line=milestone.line,
        body=milestone.body,
        title=milestone.title,
        text=milestone.text,
        when=_when(milestone),
        starts_on=milestone.starts_on,
        ends_on=milestone.ends_on,
        form=milestone.get_form_display(),
        status=milestone.status,
        status_label=milestone.get_status_display(),
        url="",
        example=milestone.example,
        milestone=milestone,
    )


def _of_meeting(meeting: Meeting) -> Entry:
    status = STATES.get(meeting.state, MilestoneStatus.PLANNED)
    starts, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return Entry(
        line=meeting.body.name,
        body=meeting.body,
        title=meeting.title,
        text=meeting.note,
        when=date_format(starts, "DATETIME_FORMAT"),
        starts_on=starts.date(),
        ends_on=ends.date(),
        form=str(FORMS[meeting.mode].label),
        status=status.value,
        status_label=meeting.get_state_display(),
        url=reverse("forum:meeting", kwargs={"region": meeting.region.slug, "number": meeting.pk}),
        example=meeting.example,
        meeting=meeting,
    )


def _when(milestone: Milestone) -> str:
    start, end = milestone.starts_on, milestone.ends_on
    if milestone.precision == Precision.QUARTER:
        parts = [Quarter.of(start).label, Quarter.of(end).label]
    elif milestone.precision == Precision.MONTH:
        parts = [date_format(start, "YEAR_MONTH_FORMAT"), date_format(end, "YEAR_MONTH_FORMAT")]
    else:
        parts = [date_format(start, "DATE_FORMAT"), date_format(end, "DATE_FORMAT")]
    return " – ".join(dict.fromkeys(parts))


def _asked(whole: tuple[Quarter, Quarter], first: Quarter | None, last: Quarter | None) -> tuple[Quarter, Quarter]:
    begin = first or max(whole[0], (last or whole[1]).plus(1 - MOST_QUARTERS))
    end = last or max(begin, whole[1])
    return begin, min(end, begin.plus(4 * MOST_QUARTERS - 1))


def _around(now: Quarter) -> tuple[Quarter, Quarter]:
    """Return the quarters around today: the year before, and what fits after it."""
    return now.plus(-4), now.plus(MOST_QUARTERS - 5)


def _opening(
    meetings: Any, milestones: Any, whole: tuple[Quarter, Quarter], now: Quarter
) -> tuple[Quarter, Quarter, bool]:
    """Return the quarters with which a long programme opens, and whether they lie elsewhere than around today."""
    opens, closes = _around(now)
    real = meetings.filter(example=False), milestones.filter(example=False)
    if not any(rows.exists() for rows in _between(*real, opens, closes)):
        if after := _days(*_between(*real, closes.plus(1), whole[1])):
            begin = Quarter.of(min(after))
            return begin, min(whole[1], begin.plus(MOST_QUARTERS - 1)), True
        if before := _days(*_between(*real, whole[0], opens.plus(-1))):
            end = Quarter.of(max(before))
            return max(whole[0], end.plus(1 - MOST_QUARTERS)), end, True
    begin = min(max(whole[0], opens), whole[1].plus(1 - MOST_QUARTERS))
    return begin, begin.plus(MOST_QUARTERS - 1), False


def _between(meetings: Any, milestones: Any, first: Quarter, last: Quarter) -> tuple[Any, Any]:
    """Keep what begins between two quarters, both included."""
    opens, closes = first.first_day, last.plus(1).first_day
    return (
        meetings.filter(starts_at__gte=_midnight(opens), starts_at__lt=_midnight(closes)),
        milestones.filter(starts_on__gte=opens, starts_on__lt=closes),
    )


def _lines(entries: Sequence[Entry], quarters: Sequence[Quarter]) -> tuple[Line, ...]:
    lines: dict[tuple[int, str], list[Entry]] = {}
    for entry in entries:
        lines.setdefault((entry.body.pk if entry.body else 0, entry.line), []).append(entry)
    ordered = sorted(lines.values(), key=lambda rows: (rows[0].body.position if rows[0].body else 500, rows[0].line))
    return tuple(
        Line(
            rows[0].line,
            rows[0].body,
            tuple(tuple(entry for entry in rows if Quarter.of(entry.starts_on) == quarter) for quarter in quarters),
        )
        for rows in ordered
    )


def _calendar_entry(entry: Entry, base: str, host: str) -> CalendarEntry:
    if entry.meeting is not None:
        meeting = entry.meeting
        return CalendarEntry(
            uid=f"meeting-{meeting.pk}@{host}",
            title=f"{entry.line}: {entry.title}",
            starts=meeting.starts_at,
            ends=meeting.ends_at,
            changed=meeting.invited_at or meeting.starts_at,
            place=meeting.place,
            text=entry.text,
            url=f"{base}{entry.url}",
            cancelled=entry.status == MilestoneStatus.CANCELLED,
            tentative=meeting.invited_at is None,
        )
    milestone = entry.milestone
    changed = milestone.changed_at if milestone else timezone.make_aware(datetime.combine(entry.starts_on, time()))
    return CalendarEntry(
        uid=f"milestone-{milestone.pk if milestone else 0}@{host}",
        title=f"{entry.line}: {entry.title}",
        starts=entry.starts_on,
        ends=entry.ends_on,
        changed=changed,
        text="\n".join(part for part in (entry.when, entry.form, entry.text) if part),
        sequence=milestone.sequence if milestone else 0,
        cancelled=entry.status == MilestoneStatus.CANCELLED,
        tentative=entry.status == MilestoneStatus.PLANNED,
    )
