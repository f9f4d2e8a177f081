"""The programme of a region: milestones and meetings as far as a reader may see them, by lines and quarters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
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
    "milestone_seen",
    "milestones_seen",
    "programme_of",
]

MOST_QUARTERS = 12
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

    @property
    def choices(self) -> tuple[Quarter, ...]:
        """All quarters from the first to the last with an entry, to choose from."""
        if self.first is None or self.last is None:
            return ()
        return tuple(self.first.plus(step) for step in range(self.last.place - self.first.place + 1))


def milestones_seen(region: Region, audience: Audience) -> Iterable[Milestone]:
    """Return the milestones that a reader may see: never wider than their body."""
    of_body = Q(body__isnull=True) | visible(audience, "body__", body_field="pk")
    rows = Milestone.objects.in_region(region).filter(visible(audience) & of_body)
    found: Iterable[Milestone] = rows.select_related("body", "region")
    return found


def milestone_seen(region: Region, number: int, audience: Audience) -> Milestone:
    """Return one milestone, or 404."""
    rows = milestones_seen(region, audience)
    found = next((one for one in rows if one.pk == number), None)
    if found is None:
        raise Http404("There is no such milestone.")
    return found


def programme_of(
    region: Region,
    audience: Audience,
    *,
    first: Quarter | None = None,
    last: Quarter | None = None,
    body: Body | None = None,
    on: date | None = None,
) -> Programme:
    """Return the programme between two quarters; without them up to twelve, those around today first."""
    entries = sorted(_entries(region, audience, body), key=lambda entry: (entry.starts_on, entry.ends_on, entry.title))
    if not entries:
        return Programme((), (), (), None, None)
    whole = Quarter.of(entries[0].starts_on), max(Quarter.of(entry.starts_on) for entry in entries)
    begin, end = _window(whole, first, last, Quarter.of(on or timezone.localdate()))
    quarters = tuple(begin.plus(step) for step in range(end.place - begin.place + 1))
    shown = tuple(entry for entry in entries if begin <= Quarter.of(entry.starts_on) <= end)
    return Programme(quarters, _lines(shown, quarters), shown, *whole)


def calendar_entries(entries: Iterable[Entry], base: str) -> list[CalendarEntry]:
    """Return entries as a calendar holds them; `base` is the address of the site."""
    host = base.rsplit("://", maxsplit=1)[-1].split(":", maxsplit=1)[0]
    return [_calendar_entry(entry, base, host) for entry in entries]


def _entries(region: Region, audience: Audience, body: Body | None) -> Iterable[Entry]:
    meetings = meetings_seen(region, audience)
    if body is not None:
        meetings = meetings.filter(body=body)
    seen = {meeting.pk: meeting for meeting in meetings}
    for milestone in milestones_seen(region, audience):
        # A milestone that became a meeting is told by the meeting, where the reader may see it.
        if (milestone.meeting_id is None or milestone.meeting_id not in seen) and body in (None, milestone.body):
            yield _of_milestone(milestone)
    for meeting in seen.values():
        yield _of_meeting(meeting)


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


def _window(
    whole: tuple[Quarter, Quarter], first: Quarter | None, last: Quarter | None, now: Quarter
) -> tuple[Quarter, Quarter]:
    if first is not None or last is not None:
        begin = first or max(whole[0], (last or whole[1]).plus(1 - MOST_QUARTERS))
        end = last or max(begin, whole[1])
        return begin, min(end, begin.plus(4 * MOST_QUARTERS - 1))
    if whole[1].place - whole[0].place < MOST_QUARTERS:
        return whole
    # A long programme opens at the year that lies around today, or at its end when that is past.
    begin = min(max(whole[0], now.plus(-4)), whole[1].plus(1 - MOST_QUARTERS))
    return begin, begin.plus(MOST_QUARTERS - 1)


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
