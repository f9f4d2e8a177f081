"""Meetings of a made region, from the agenda to the answer of the addressee, as the actions would have left them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from raumwerk.web.forum.counting import Cast, count
from raumwerk.web.forum.models import (
    AgendaItem,
    Attendance,
    Body,
    Entitlement,
    Forwarding,
    Meeting,
    Minutes,
    MinutesEntry,
    Motion,
    NamedBallot,
    Registration,
    Resolution,
    Seat,
    Task,
    Vote,
)
from raumwerk.web.portal.generating.people import BATCH
from raumwerk.web.portal.generating.words import Words
from raumwerk.web.regions.models import Region

__all__ = ["make_meetings"]

ITEMS = 6
TO_COME = 0.1  # share of the meetings that are still to come
CHOICES = ("yes", "no", "abstain")


@dataclass(slots=True)
class Rows:
    """Rows by table, in the order in which the tables need each other."""

    by_table: dict[type[models.Model], list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> Any:
        """Keep a row to be written later."""
        self.by_table.setdefault(type(row), []).append(row)
        return row

    def write(self) -> None:
        """Write all rows; each table after those its rows point to."""
        for model in (Meeting, AgendaItem, Motion, Vote, Entitlement, NamedBallot, Resolution, Forwarding, Task,
                      Attendance, Registration, Minutes, MinutesEntry):  # fmt: skip
            rows: Any = self.by_table.get(model, [])
            for row in rows:  # keys of rows that were not written when the row was made
                for other in model._meta.concrete_fields:
                    if other.is_relation and row.__dict__.get(other.attname) is None:
                        setattr(row, other.name, getattr(row, other.name))
            model._base_manager.bulk_create(rows, batch_size=BATCH)
        self.by_table.clear()


def make_meetings(
    region: Region, bodies: list[Body], seats: dict[int, list[Seat]], *, number: int, chance: random.Random,
    words: Words, now: datetime,
) -> Iterator[int]:  # fmt: skip
    """Write `number` meetings in turn of the bodies, most of them over; yields how many are written."""
    numbers: dict[tuple[int, int], int] = {}
    rows, coming = Rows(), round(number * TO_COME)
    for at in range(number):
        body = bodies[at % len(bodies)]
        start = (now + timedelta(days=coming * 2 - at * 2)).replace(hour=9, minute=0, second=0, microsecond=0)
        _meeting(rows, body, seats[body.pk], start, over=start < now, numbers=numbers, chance=chance, words=words)
        if at % 50 == 49 or at == number - 1:
            rows.write()
            yield at + 1


def _meeting(
    rows: Rows, body: Body, seats: list[Seat], start: datetime, *, over: bool,
    numbers: dict[tuple[int, int], int], chance: random.Random, words: Words,
) -> None:  # fmt: skip
    region, end = body.region, start + timedelta(hours=3)
    meeting = rows.add(
        Meeting(
            region=region, body=body, title=words.title()[:160], place="Rathaus", starts_at=start, ends_at=end,
            note=words.text(20), visibility=body.visibility, example=True, state="closed" if over else "invited",
            invited_at=start - timedelta(days=30), opened_at=start if over else None, closed_at=end if over else None,
        )
    )  # fmt: skip
    items = [
        rows.add(AgendaItem(region=region, meeting=meeting, position=10 * place, title=words.title(),
                            text=words.text(24), kind="internal" if place == ITEMS else "common"))
        for place in range(1, ITEMS + 1)
    ]  # fmt: skip
    motion = rows.add(
        Motion(region=region, body=body, item=items[1], title=words.title(), wording=words.text(40),
               reasons=words.text(40), proposed_by_id=seats[0].person_id, visibility=body.visibility, example=True,
               state="admitted", submitted_at=start - timedelta(days=40))
    )  # fmt: skip
    if not over:
        for seat in seats[:15]:
            rows.add(Registration(region=region, meeting=meeting, person=seat.person, state="coming"))
        return
    there = [seat for seat in seats if chance.random() < 0.8] or seats
    for seat in there:
        rows.add(Attendance(region=region, meeting=meeting, seat=seat, person_id=seat.person_id, arrived_at=start,
                            left_at=end))  # fmt: skip
    _minutes(rows, meeting, items, end, words)
    vote = _vote(rows, meeting, motion, there, seats=seats, chance=chance)
    if vote.outcome == "accepted":
        _resolution(rows, motion, vote, seats=seats, numbers=numbers, chance=chance, words=words)


def _minutes(rows: Rows, meeting: Meeting, items: list[AgendaItem], end: datetime, words: Words) -> None:
    region = meeting.region
    minutes = rows.add(
        Minutes(region=region, meeting=meeting, state="published", revision=1, summary=words.text(36),
                approved_at=end, published_at=end)
    )  # fmt: skip
    for item in items:
        rows.add(MinutesEntry(region=region, minutes=minutes, item=item, text=words.text(48)))


def _vote(
    rows: Rows, meeting: Meeting, motion: Motion, there: list[Seat], *, seats: list[Seat], chance: random.Random
) -> Vote:
    region, body = meeting.region, meeting.body
    casts = [Cast(chance.choices(CHOICES, (7, 2, 1))[0], seat.weight, seat.interest_group) for seat in there]
    quorum = {"total": len(seats), "there": len(there), "needed": -(-len(seats) * body.quorum_percent // 100)}
    quorate = quorum["there"] >= quorum["needed"]
    found = count(casts, majority=body.majority, entitled=len(there), quorate=quorate)
    result = {
        "outcome": found.outcome, "votes": dict(found.votes), "factors": {}, "entitled": len(there), "excluded": 0,
        "sums": {choice: str(value) for choice, value in found.sums.items()}, "took_part": len(there),
        "base": len(there), "quorum": quorum, "majority": body.majority, "cap": None,
    }  # fmt: skip
    motion.state = {"accepted": "adopted", "rejected": "rejected"}.get(found.outcome, "admitted")
    vote: Vote = rows.add(
        Vote(region=region, body=body, motion=motion, meeting=meeting, item=motion.item, question=motion.title,
             method="named", visibility=body.visibility, state="published", outcome=found.outcome, result=result,
             opened_at=meeting.starts_at, closed_at=meeting.ends_at)
    )  # fmt: skip
    for seat, cast in zip(there, casts, strict=True):
        entitlement = rows.add(
            Entitlement(region=region, vote=vote, seat=seat, holder_id=seat.person_id, acting_id=seat.person_id,
                        organisation_id=seat.organisation_id, interest_group=seat.interest_group, present=True)
        )  # fmt: skip
        rows.add(NamedBallot(region=region, entitlement=entitlement, choice=cast.choice))
    return vote


def _resolution(
    rows: Rows, motion: Motion, vote: Vote, *, seats: list[Seat], numbers: dict[tuple[int, int], int],
    chance: random.Random, words: Words,
) -> None:  # fmt: skip
    region, body, sent = motion.region, motion.body, vote.closed_at or motion.submitted_at
    day = vote.meeting.ends_at.date() if vote.meeting else motion.submitted_at.date()
    key = (body.pk, day.year)
    numbers[key] = numbers.get(key, 0) + 1
    resolution = rows.add(
        Resolution(region=region, body=body, year=day.year, number=numbers[key], motion=motion, vote=vote,
                   title=motion.title, wording=motion.wording, reasons=motion.reasons, result=vote.result,
                   addressee="Beispielamt", adopted_on=day, valid_from=day, visibility=body.visibility,
                   state="published", published_at=vote.closed_at, example=True)
    )  # fmt: skip
    answered = day + timedelta(days=20) if chance.random() < 0.6 else None
    rows.add(
        Forwarding(region=region, resolution=resolution, to_name="Beispielamt", to_email="amt@beispiel.example",
                   sent_at=sent, due_on=day + timedelta(days=60), reminded_at=vote.closed_at,
                   answered_on=answered, answer=words.text(24) if answered else "")
    )  # fmt: skip
    for seat in chance.sample(seats, min(2, len(seats))):
        done = chance.random() < 0.6
        rows.add(
            Task(region=region, body=body, resolution=resolution, meeting=vote.meeting, title=words.title(),
                 text=words.text(20), owner_id=seat.person_id, due_on=day + timedelta(days=90),
                 visibility=body.visibility, state="done" if done else "open", done_on=day if done else None)
        )  # fmt: skip
