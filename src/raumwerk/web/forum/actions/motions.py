"""Submitting motions, putting them on an agenda, withdrawing them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import locked_body, plain, saved
from raumwerk.web.forum.actions._telling import held
from raumwerk.web.forum.models import AgendaItem, Body, Motion, Vote
from raumwerk.web.forum.states import MOTION
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record

__all__ = ["admit_motion", "change_motion", "submit_motion", "withdraw_motion"]

FIELDS = ("title", "wording", "reasons", "addressee", "organisation", "visibility")


@transaction.atomic
def submit_motion(body: Body, *, by: Person | None, **fields: Any) -> Motion:
    """Submit a motion to a body."""
    current = locked_body(body)
    motion = Motion(region=current.region, body=current, proposed_by=by, **fields)
    saved(motion)
    record("submit_motion", motion, by=by, region=current.region, motion=motion.pk)
    return motion


def _no_running_vote(motion: Motion) -> None:
    running = Vote.objects.in_region(motion.region_id).filter(motion=motion, state__in=("created", "open"))
    if running.exists():
        raise ConflictError(_("A vote on this motion is prepared or open; break it off first."))


@transaction.atomic
def change_motion(motion: Motion, *, by: Person, **fields: Any) -> Motion:
    """Change a motion as long as no vote on it is prepared or open. The log keeps the wording before and after."""
    current: Motion = held(motion)
    if current.state not in ("submitted", "admitted"):
        raise ConflictError(_("The motion is decided or withdrawn; it cannot be changed any more."))
    _no_running_vote(current)
    before = {name: plain(getattr(current, name)) for name in FIELDS}
    for name in FIELDS:
        if name in fields:
            setattr(current, name, fields[name])
    saved(current)
    after = {name: plain(getattr(current, name)) for name in FIELDS}
    changed = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    if changed:
        record("change_motion", current, by=by, region=current.region, motion=current.pk, changed=changed)
    return current


@transaction.atomic
def admit_motion(motion: Motion, item: AgendaItem, *, by: Person) -> Motion:
    """Put a motion on an item of an agenda."""
    current: Motion = held(motion)
    if item.meeting.body_id != current.body_id:
        raise InputError(Problem(_("This item is on the agenda of another body."), column="item"))
    if current.state != "admitted":
        current.state = MOTION.require(current.state, "admit_motion")
    _no_running_vote(current)
    current.item = item
    current.save(update_fields=["state", "item"])
    record("admit_motion", current, by=by, region=current.region, motion=current.pk, item=item.pk)
    return current


@transaction.atomic
def withdraw_motion(motion: Motion, *, by: Person) -> Motion:
    """Withdraw a motion before it is decided."""
    current: Motion = held(motion)
    current.state = MOTION.require(current.state, "withdraw_motion")
    _no_running_vote(current)
    current.save(update_fields=["state"])
    record("withdraw_motion", current, by=by, region=current.region, motion=current.pk)
    return current
