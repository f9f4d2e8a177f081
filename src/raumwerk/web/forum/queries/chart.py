"""The programme as a drawing: one band per line, one mark per entry, placed by date in an SVG made on the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from raumwerk.web.forum.queries.programme import Entry, Programme, Quarter

__all__ = ["Chart", "chart_of"]

LABELS = 210.0
QUARTER_WIDTH = 66.0
HEAD = 44.0
ROW = 22.0
GAP = 10.0
SMALLEST = 9.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry: a bar from day to day, at least as wide as can be seen."""

    x: float
    y: float
    width: float
    entry: Entry


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the chart with its marks, stacked where they lie over each other."""

    title: str
    short: str
    y: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A quarter in the head of the chart; `year` is written where one begins."""

    x: float
    label: str
    year: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the template needs to draw, in units of the view box."""

    width: float
    height: float
    columns: tuple[Column, ...]
    bands: tuple[Band, ...]
    today: float | None
    row: float = ROW - 6
    labels: float = LABELS


def chart_of(programme: Programme, today: date | None = None) -> Chart | None:
    """Draw the shown part of a programme; None where it is empty."""
    if not programme.entries:
        return None
    quarters = programme.quarters
    columns = tuple(
        Column(LABELS + place * QUARTER_WIDTH, f"Q{one.number}", str(one.year) if one.number == 1 or not place else "")
        for place, one in enumerate(quarters)
    )
    bands, top = [], HEAD
    for line in programme.lines:
        entries = [entry for cell in line.cells for entry in cell]
        marks, rows = _stacked(entries, quarters, top + GAP / 2)
        height = rows * ROW + GAP
        bands.append(Band(line.title, _shortened(line.title), top, height, marks))
        top += height
    day = today or timezone.localdate()
    inside = quarters[0] <= Quarter.of(day) <= quarters[-1]
    width = LABELS + len(quarters) * QUARTER_WIDTH
    return Chart(width, top + 4, columns, tuple(bands), _x(day, quarters) if inside else None)


def _stacked(entries: list[Entry], quarters: tuple[Quarter, ...], top: float) -> tuple[tuple[Mark, ...], int]:
    """Place marks in as few rows as they need so that none covers another."""
    free: list[float] = []
    marks = []
    limit = LABELS + len(quarters) * QUARTER_WIDTH
    for entry in sorted(entries, key=lambda one: (one.starts_on, one.ends_on)):
        left = _x(entry.starts_on, quarters)
        right = min(limit, _x(entry.ends_on + timedelta(days=1), quarters))
        width = max(SMALLEST, right - left - 3)
        row = next((number for number, end in enumerate(free) if end <= left), len(free))
        if row == len(free):
            free.append(0.0)
        free[row] = left + width + 2
        marks.append(Mark(round(left + 1, 1), round(top + row * ROW + 3, 1), round(width, 1), entry))
    return tuple(marks), max(1, len(free))


def _x(day: date, quarters: tuple[Quarter, ...]) -> float:
    quarter = Quarter.of(day)
    first = date(quarter.year, 3 * quarter.number - 2, 1)
    following = quarter.plus(1)
    length = (date(following.year, 3 * following.number - 2, 1) - first).days
    return LABELS + (quarter.place - quarters[0].place + (day - first).days / length) * QUARTER_WIDTH


def _shortened(title: str) -> str:
    return title if len(title) <= 30 else f"{title[:29].rstrip()}…"
