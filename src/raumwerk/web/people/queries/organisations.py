"""The directory of a region's actors."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from raumwerk.web.people.models import Affiliation, ContactRequest, Membership, Organisation, Person
from raumwerk.web.regions.models import Region

__all__ = [
    "affiliations_held",
    "contacts_of",
    "directory",
    "organisations_of",
    "own_organisations",
    "requests_to",
    "spokespersons",
]


def directory(
    region: Region, person: Person | AnonymousUser, *, text: str = "", kind: str = "", state: str = ""
) -> QuerySet[Organisation]:
    """Return the active organisations that somebody may see: all of them for members, else those that are public."""
    rows: QuerySet[Organisation] = Organisation.objects.in_region(region).filter(active=True)
    if not person.has_perm("regions.read_members_area", region):
        rows = rows.filter(public=True)
    return _narrowed(rows, text, kind, state)


def organisations_of(region: Region, *, text: str = "", kind: str = "", state: str = "") -> QuerySet[Organisation]:
    """Return all organisations of a region, for its office."""
    rows: QuerySet[Organisation] = Organisation.objects.in_region(region)
    return _narrowed(rows, text, kind, state)


def _narrowed(rows: QuerySet[Organisation], text: str, kind: str, state: str) -> QuerySet[Organisation]:
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    for word in text.split()[:5]:
        named = Q(name__icontains=word) | Q(short__icontains=word)
        rows = rows.filter(named | Q(offers__icontains=word) | Q(seeks__icontains=word))
    return rows.order_by("name", "pk")


def affiliations_held(region: Region | int) -> QuerySet[Affiliation]:
    """Return who stands for what today; whoever holds no role in the region (any more) stands for nothing there."""
    belongs = Membership.objects.in_region(region).current().filter(person=OuterRef("person"))
    rows: QuerySet[Affiliation] = Affiliation.objects.in_region(region).current().filter(Exists(belongs))
    return rows


def spokespersons(organisation: Organisation) -> list[Person]:
    """Return the people with an account who receive requests to an organisation today."""
    rows = affiliations_held(organisation.region_id).select_related("person")
    speaking = rows.filter(organisation=organisation, spokesperson=True, person__is_active=True)
    return [affiliation.person for affiliation in speaking.order_by("pk")]


def own_organisations(person: Person, region: Region) -> QuerySet[Organisation]:
    """Return the organisations somebody stands for today."""
    mine = affiliations_held(region).filter(person=person)
    rows: QuerySet[Organisation] = Organisation.objects.in_region(region)
    return rows.filter(active=True, pk__in=mine.values("organisation"))


def contacts_of(person: Person, region: Region) -> QuerySet[ContactRequest]:
    """Return the requests somebody made."""
    rows: QuerySet[ContactRequest] = ContactRequest.objects.in_region(region).filter(by=person)
    return rows.select_related("organisation", "asking", "answered_by", "region")


def requests_to(person: Person, region: Region) -> QuerySet[ContactRequest]:
    """Return the requests to the organisations for which somebody receives them."""
    speaking = affiliations_held(region).filter(person=person, spokesperson=True)
    rows: QuerySet[ContactRequest] = ContactRequest.objects.in_region(region)
    wanted = rows.filter(organisation__in=speaking.values("organisation"))
    return wanted.select_related("organisation", "asking", "by", "answered_by", "region")
