"""What a vote accepted becomes a resolution, under the next number of its body in its year."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from raumwerk.web.forum.actions._checks import locked_body, saved
from raumwerk.web.forum.models import Body, Motion, Resolution, Vote
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record

__all__ = ["adopt", "enter_resolution"]


def adopt(vote: Vote, motion: Motion, *, by: Person | None) -> Resolution:
    """Make the resolution of an accepted motion; called inside the transaction that closes the vote."""
    day = timezone.localdate(vote.closed_at)
    return enter_resolution(
        motion.body, by=by, adopted_on=day, motion=motion, vote=vote, title=motion.title, wording=motion.wording,
        reasons=motion.reasons, addressee=motion.addressee, result=vote.result, valid_from=day,
        visibility=motion.visibility, example=motion.example,
    )  # fmt: skip


@transaction.atomic
def enter_resolution(body: Body, *, by: Person | None, adopted_on: date, **fields: Any) -> Resolution:
    """Enter a resolution under the next number of the body in that year; numbers run without a gap.

    Also for what was resolved before the region used this platform: then without a vote.
    """
    current = locked_body(body, standing=fields.get("vote") is None)
    rows = Resolution.objects.in_region(current.region_id).filter(body=current, year=adopted_on.year)
    number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    fields.setdefault("valid_from", adopted_on)
    resolution = Resolution(
        region=current.region, body=current, year=adopted_on.year, number=number, adopted_on=adopted_on, **fields
    )  # fmt: skip
    saved(resolution)
    record("enter_resolution", resolution, by=by, region=current.region, resolution=resolution.pk)
    return resolution
