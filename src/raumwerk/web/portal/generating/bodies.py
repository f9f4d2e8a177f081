"""Bodies with their seats, the programme and the comparison of frameworks of a made region."""

from __future__ import annotations

import random
from datetime import date, timedelta

from raumwerk.web.forum.actions.frameworks import propose_topic, publish_topic
from raumwerk.web.forum.models import Body, BodyKind, FrameworkField, InterestGroup, Milestone, Seat
from raumwerk.web.people.models import Organisation, Person
from raumwerk.web.portal.generating.people import BATCH, STATES
from raumwerk.web.portal.generating.words import Words
from raumwerk.web.regions.models import Region

__all__ = ["make_bodies", "make_frameworks", "make_programme", "make_seats"]

SEATS = 25  # in each body
LEVELS = ("public", "public", "public", "members", "body")
MILESTONES, TOPICS = 4, 1  # for each body


def make_bodies(region: Region, count: int, words: Words, since: date) -> list[Body]:
    """Make bodies: a plenary, and the others below it."""
    kinds = [kind for kind in BodyKind.values if kind not in (BodyKind.PLENARY, BodyKind.PROJECT_GROUP)]
    plenary = Body.objects.create(
        region=region, slug="plenum", name_de="Plenum", name_en="Plenary", kind=BodyKind.PLENARY,
        remit_de=words.text(40), remit_en=words.text(40), founded_on=since, position=1,
    )  # fmt: skip
    below = [
        Body(region=region, slug=f"gremium-{number:03}", name_de=f"Gremium {number:03}", name_en=f"Body {number:03}",
             kind=kinds[number % len(kinds)], parent=plenary, remit_de=words.text(40), remit_en=words.text(40),
             visibility=LEVELS[number % len(LEVELS)], founded_on=since, position=10 + number)
        for number in range(1, count)
    ]  # fmt: skip
    return [plenary, *Body.objects.bulk_create(below, batch_size=BATCH)]


def make_seats(
    region: Region, bodies: list[Body], people: list[Person], organisations: list[Organisation], *,
    chance: random.Random, since: date,
) -> dict[int, list[Seat]]:  # fmt: skip
    """Fill the seats of each body by persons and organisations; the first one chairs. The plenary has four times as
    many.
    """
    rows = []
    groups = InterestGroup.values
    for body in bodies:
        wanted = min(len(people), SEATS * (4 if body.parent_id is None else 1))
        for place, person in enumerate(chance.sample(people, wanted)):
            rows.append(
                Seat(region=region, body=body, person=person, organisation=chance.choice(organisations),
                     interest_group=groups[place % len(groups)], starts_on=since,
                     office_in_body="chair" if place == 0 else "member")
            )  # fmt: skip
    seats: dict[int, list[Seat]] = {}
    for seat in Seat.objects.bulk_create(rows, batch_size=BATCH):
        seats.setdefault(seat.body_id, []).append(seat)
    return seats


def make_programme(region: Region, bodies: list[Body], words: Words, since: date) -> None:
    """Plan a few milestones of each body over the years."""
    rows = []
    for number, body in enumerate(bodies):
        for step in range(MILESTONES):
            day = since + timedelta(days=(number * 37 + step * 290) % 1_300)
            rows.append(
                Milestone(region=region, body=body, title_de=words.title(), title_en=words.title(), starts_on=day,
                          ends_on=day, text_de=words.text(20), example=True, visibility=body.visibility)
            )  # fmt: skip
    Milestone.objects.bulk_create(rows, batch_size=BATCH)


def make_frameworks(region: Region, bodies: list[Body], words: Words) -> None:
    """Compare as many topics as there are bodies; all but every fifth are published."""
    fields = FrameworkField.values
    for number, body in enumerate(bodies):
        topic = propose_topic(
            region, by=None, position=number, title_de=words.title()[:160], field=fields[number % len(fields)],
            common_ground_de=words.text(30), obstacle_de=words.text(30), body=body,
            conditions={state: {"text_de": words.text(30), "source_title": "Beispiel"} for state in STATES},
        )  # fmt: skip
        if number % 5:
            publish_topic(topic, number=1, by=None)
