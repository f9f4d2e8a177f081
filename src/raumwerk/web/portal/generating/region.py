"""Making a region of a wished size, in one transaction."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.models import Body
from raumwerk.web.pages.loading import load_region
from raumwerk.web.people.models import Membership
from raumwerk.web.portal.generating import bodies as forum
from raumwerk.web.portal.generating.meetings import make_meetings
from raumwerk.web.portal.generating.people import make_organisations, make_people
from raumwerk.web.portal.generating.site import make_documents, make_news
from raumwerk.web.portal.generating.words import Words
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.search.indexing import rebuild

__all__ = ["Sizes", "generate"]

YEARS_BACK = 1_300  # days since when everything has been there


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything is made."""

    accounts: int = 2_000
    organisations: int = 300
    bodies: int = 40
    meetings: int = 600
    documents: int = 5_000
    news: int = 100


@transaction.atomic
def generate(slug: str, sizes: Sizes, *, seed: int, told: Callable[[str], None] = lambda words: None) -> Region:
    """Make the region `slug` with content of these sizes; the same seed makes the same content.

    Days count back from today. The region has no statistics, and rests again when the regions are next taken over
    unless a region file names it.

    Raises
    ------
    InputError
        When a size is too small for what rests on it.
    ConflictError
        When the region has members or bodies already.
    """
    for name in ("accounts", "organisations", "bodies"):
        if getattr(sizes, name) < 1:
            raise InputError(Problem(f"{name} is {getattr(sizes, name)}", expected="at least 1"))
    region = _empty_region(slug)
    chance = random.Random(seed)  # noqa: S311 - made content, no secret
    words, now = Words(chance), timezone.now()
    today = timezone.localdate()
    since = today - timedelta(days=YEARS_BACK)
    load_region(region)
    told(f"{sizes.accounts} accounts and {sizes.organisations} organisations …")
    people = make_people(region, sizes.accounts, since)
    organisations = make_organisations(region, sizes.organisations, people, chance=chance, words=words, since=since)
    bodies = forum.make_bodies(region, sizes.bodies, words, since)
    seats = forum.make_seats(region, bodies, people, organisations, chance=chance, since=since)
    forum.make_programme(region, bodies, words, since)
    forum.make_frameworks(region, bodies, words)
    for done in make_meetings(region, bodies, seats, number=sizes.meetings, chance=chance, words=words, now=now):
        told(f"{done} of {sizes.meetings} meetings …")
    make_news(region, sizes.news, chance, words, today)
    make_documents(region, sizes.documents, words, today, lambda done: told(f"{done} of {sizes.documents} documents …"))
    told("The index of the search …")
    rebuild()
    record("generate_region", slug, by=None, region=region, seed=seed)
    return region


def _empty_region(slug: str) -> Region:
    region = Region.objects.filter(slug=slug).first()
    if region is None:
        region = Region(slug=slug, name_de=f"Region {slug} (erzeugt)", name_en=f"Region {slug} (generated)",
                        short_de=slug.capitalize(), short_en=slug.capitalize(), position=990)  # fmt: skip
        region.full_clean()
    elif Membership.objects.in_region(region).exists() or Body.objects.in_region(region).exists():
        raise ConflictError(f"The region {slug} has members or bodies already. Choose another short name with --slug.")
    region.active = True
    region.save()
    return region
