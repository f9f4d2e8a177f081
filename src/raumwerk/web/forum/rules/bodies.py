"""Rights in and over bodies. The target of a question is a body, or anything that has a ``body``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q
from rules.permissions import add_perm
from rules.predicates import is_active, predicate

from raumwerk.web.forum.models import Body, OfficeInBody, Seat
from raumwerk.web.people.models import Membership, Person
from raumwerk.web.people.rules import is_member, is_office
from raumwerk.web.regions.models import Region

__all__ = ["bodies_chaired", "bodies_of", "chairs", "is_chair", "sits_in"]

CHAIRING = (OfficeInBody.CHAIR, OfficeInBody.VICE_CHAIR)


def _seats(person: Person, region: Region | int) -> Any:
    """Return the seats that count today, none for whoever holds no role in the region (any more)."""
    belongs = Membership.objects.in_region(region).current().filter(person=person)
    return Seat.objects.in_region(region).current().filter(Exists(belongs))


def bodies_of(person: Person | AnonymousUser, region: Region) -> frozenset[int]:
    """Return the keys of the bodies somebody sits in today, as holder, guest or deputy."""
    if not person.is_authenticated:
        return frozenset()
    held = _seats(person, region).filter(Q(person=person) | Q(deputy=person))
    return frozenset(held.values_list("body_id", flat=True))


def bodies_chaired(person: Person | AnonymousUser, region: Region) -> frozenset[int]:
    """Return the keys of the bodies somebody chairs today, or is deputy chair of."""
    if not person.is_authenticated:
        return frozenset()
    held = _seats(person, region).filter(person=person, office_in_body__in=CHAIRING)
    return frozenset(held.values_list("body_id", flat=True))


def chairs(person: Person | AnonymousUser, body: Body) -> bool:
    """Tell whether somebody chairs a body today, or is deputy chair."""
    if not person.is_authenticated:
        return False
    held = _seats(person, body.region_id).filter(body=body, person=person)
    return bool(held.filter(office_in_body__in=CHAIRING).exists())


def _body(target: Any) -> Body | None:
    return target if isinstance(target, Body) else getattr(target, "body", None)


@predicate
def is_chair(person: Any, target: Any = None) -> bool:
    """The person chairs the body, or is deputy chair."""
    body = _body(target)
    return body is not None and chairs(person, body)


@predicate
def sits_in(person: Any, target: Any = None) -> bool:
    """The person has a seat in the body today, as holder, guest or deputy."""
    body = _body(target)
    return body is not None and body.pk in bodies_of(person, body.region)


add_perm("forum.manage_bodies", is_active & is_office)
add_perm("forum.run_body", is_active & (is_office | is_chair))
add_perm("forum.take_part_in_body", is_active & (is_office | sits_in))
add_perm("forum.edit_frameworks", is_active & is_member)
add_perm("forum.publish_frameworks", is_active & is_office)
# who looks at the question who is missing at a table: those whom it concerns, and those who keep the body
add_perm("forum.see_table", is_active & (is_member | sits_in))
