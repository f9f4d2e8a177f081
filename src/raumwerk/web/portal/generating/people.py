"""Accounts and organisations of a made region. Nobody can sign in: the accounts have no password."""

from __future__ import annotations

import random
from datetime import date

from django.contrib.auth.hashers import make_password

from raumwerk.web.people.models import Affiliation, Membership, Organisation, OrganisationKind, Person, Role
from raumwerk.web.portal.generating.words import Words
from raumwerk.web.regions.models import Region

__all__ = ["BATCH", "make_organisations", "make_people"]

BATCH = 1_000
STATES = ("03", "05", "06")
GUESTS, EDITORS, OFFICE = 0.2, 0.01, 0.002


def make_people(region: Region, count: int, since: date) -> list[Person]:
    """Make accounts; the first ones are the office, then editors, the last ones guests."""
    locked = make_password(None)
    people = Person.objects.bulk_create(
        [
            Person(email=f"person{number:05}@{region.slug}.example", password=locked, first_name="Person",
                   last_name=f"{number:05}")
            for number in range(count)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    Membership.objects.bulk_create(
        [
            Membership(region=region, person=person, role=_role(number, count), starts_on=since)
            for number, person in enumerate(people)
        ],
        batch_size=BATCH,
    )
    return people


def _role(number: int, count: int) -> Role:
    if number < max(1, round(count * OFFICE)):
        return Role.OFFICE
    if number < max(2, round(count * (OFFICE + EDITORS))):
        return Role.EDITOR
    return Role.GUEST if number >= count * (1 - GUESTS) else Role.MEMBER


def make_organisations(
    region: Region, count: int, people: list[Person], *, chance: random.Random, words: Words, since: date
) -> list[Organisation]:
    """Make organisations, each with a few people who stand for it and one who receives requests."""
    kinds = OrganisationKind.values
    made = Organisation.objects.bulk_create(
        [
            Organisation(region=region, name=f"Organisation {number:04} {words.title()}"[:200],
                         kind=kinds[number % len(kinds)], state=STATES[number % len(STATES)], public=number % 3 > 0,
                         offers=words.text(30), seeks=words.text(30))
            for number in range(count)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    rows = []
    for organisation in made:
        for place, person in enumerate(chance.sample(people, min(4, len(people)))):
            rows.append(
                Affiliation(
                    region=region, person=person, organisation=organisation, spokesperson=place == 0, starts_on=since
                )
            )
    Affiliation.objects.bulk_create(rows, batch_size=BATCH)
    return made
