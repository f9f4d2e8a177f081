"""One made-up meeting per region that has bodies, from the agenda to the answer, each step by its action.

It is held by an example group of its own: nobody who is made up sits in a body that exists.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from raumwerk.web.forum.actions.agenda import add_item
from raumwerk.web.forum.actions.attendance import note_arrival
from raumwerk.web.forum.actions.bodies import found_body
from raumwerk.web.forum.actions.meetings import close_meeting, invite, open_meeting, plan_meeting
from raumwerk.web.forum.actions.minutes import (
    approve_minutes,
    begin_minutes,
    publish_minutes,
    save_minutes,
    submit_minutes,
)
from raumwerk.web.forum.actions.motions import admit_motion, submit_motion
from raumwerk.web.forum.actions.resolutions import forward_resolution, note_answer, publish_resolution
from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.forum.actions.tasks import give_task, move_task
from raumwerk.web.forum.actions.votes import cast_vote, close_vote, create_vote, open_vote, publish_vote
from raumwerk.web.forum.models import AgendaItem, Body, BodyKind, Meeting, Motion, OfficeInBody, Resolution, Seat
from raumwerk.web.people.models import Person, Role
from raumwerk.web.portal.handover.forum_content import CONTENT, read_content
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.visibility import Visibility

__all__ = ["load_example"]

SLUG = "beispielgruppe"
VERB = "load_example"
ADDRESS = "antwort@beispiel.example"


@transaction.atomic
def load_example(region: Region, folder: Path = CONTENT) -> bool:
    """Hold the example meeting of a region once; tell whether it was held now.

    Left out where there is no data file for it, no demonstration accounts, or it was held before: what the office made
    of it since stays.
    """
    facts = read_content(folder, f"{region.slug}-example")
    people = _people(region)
    done = AuditEntry.objects.filter(region=region, verb=VERB).exists()
    if not facts or people is None or done or Body.objects.in_region(region).filter(slug=SLUG).exists():
        return False
    body = _group(region, people)
    meeting, items = _invited(body, facts, people["office"])
    resolution = _held(body, meeting, items, facts, people)
    _written(meeting, items, facts, people["office"])
    _followed(body, resolution, meeting, facts, people)
    record(VERB, body.slug, by=None, region=region)
    return True


def _people(region: Region) -> dict[str, Person] | None:
    """Return the demonstration accounts by role, or None where one is missing."""
    wanted = {role.value: f"{role.value}@{region.slug}.example" for role in (Role.OFFICE, Role.EDITOR, Role.MEMBER)}
    known = {person.email: person for person in Person.objects.filter(email__in=wanted.values(), is_active=True)}
    return {role: known[email] for role, email in wanted.items()} if len(known) == len(wanted) else None


def _group(region: Region, people: dict[str, Person]) -> Body:
    office = people["office"]
    body = found_body(
        region, by=office, slug=SLUG, name_de="Beispielgruppe", name_en="Example group", position=900, notice_days=0,
        kind=BodyKind.WORKING_GROUP,
        remit_de="Beispiel: erfunden, um Sitzung, Abstimmung, Protokoll und Beschluss zu zeigen.",
        remit_en="Example: made up to show meeting, vote, minutes and resolution.",
    )  # fmt: skip
    for role, place in (
        ("office", OfficeInBody.CHAIR),
        ("editor", OfficeInBody.MEMBER),
        ("member", OfficeInBody.MEMBER),
    ):
        fill_seat(body, by=office, person=people[role], office_in_body=place)
    return body


def _invited(body: Body, facts: dict[str, Any], office: Person) -> tuple[Meeting, list[AgendaItem]]:
    start = timezone.now() + timedelta(minutes=5)
    meeting = plan_meeting(
        body, by=office, title=facts["title"], place=facts["place"], note=facts["note"], example=True,
        starts_at=start, ends_at=start + timedelta(hours=1),
    )  # fmt: skip
    items = [add_item(meeting, by=office, title=title) for title in facts["items"]]
    return invite(meeting, by=office), items


def _held(
    body: Body, meeting: Meeting, items: list[AgendaItem], facts: dict[str, Any], people: dict[str, Person]
) -> Resolution:
    office = people["office"]
    motion = submit_motion(body, by=people["member"], visibility=Visibility.PUBLIC, **facts["motion"])
    Motion.objects.in_region(body.region).filter(pk=motion.pk).update(example=True)
    motion = admit_motion(motion, items[1], by=office)
    running = open_meeting(meeting, by=office)
    for seat in Seat.objects.in_region(body.region).filter(body=body):
        note_arrival(running, seat, by=office)
    vote = open_vote(create_vote(motion, by=office, method="open", item=items[1]), by=office)
    for role, choice in (("office", "yes"), ("editor", "yes"), ("member", "yes")):
        cast_vote(vote, choice, by=people[role])
    closed = publish_vote(close_vote(vote, by=office), by=office)
    close_meeting(running, by=office)
    return publish_resolution(Resolution.objects.in_region(body.region).get(vote=closed), by=office)


def _written(meeting: Meeting, items: list[AgendaItem], facts: dict[str, Any], office: Person) -> None:
    texts = {item.pk: text for item, text in zip(items, facts["texts"], strict=True)}
    minutes = begin_minutes(meeting, by=office)
    minutes = save_minutes(minutes, by=office, revision=0, summary=facts["summary"], texts=texts)
    minutes = approve_minutes(submit_minutes(minutes, by=office), by=office)
    publish_minutes(minutes, by=office)


def _followed(
    body: Body, resolution: Resolution, meeting: Meeting, facts: dict[str, Any], people: dict[str, Person]
) -> None:
    office, today = people["office"], timezone.localdate()
    sent = forward_resolution(
        resolution, by=office, to_name=facts["motion"]["addressee"], to_email=ADDRESS,
        due_on=today + timedelta(days=30), letter=facts["answer"]["letter"],
    )  # fmt: skip
    note_answer(sent, by=office, answer=facts["answer"]["text"])
    task = give_task(
        body, by=office, resolution=resolution, meeting=meeting, owner=people["member"],
        due_on=today + timedelta(days=60), visibility=Visibility.PUBLIC, **facts["task"],
    )  # fmt: skip
    move_task(task, "start_task", by=people["member"])
