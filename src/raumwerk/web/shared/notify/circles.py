"""Circles of people the office may write to: all of a region, and what the domain apps add, such as a body."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from raumwerk.web.people.models import Membership, Person
from raumwerk.web.regions.models import Region

__all__ = ["Circle", "circles_of", "people_of", "register_circles"]


@dataclass(frozen=True, slots=True)
class Circle:
    """Some people: the key a form sends, what they are called, and who they are today."""

    key: str
    label: str
    people: Callable[[], Iterable[Person]]


type_provider = Callable[[Region], list[Circle]]
_providers: list[type_provider] = []


def register_circles(provider: type_provider) -> None:
    """Add circles of a region; called in ``apps.ready``."""
    if provider not in _providers:
        _providers.append(provider)


def circles_of(region: Region) -> dict[str, Circle]:
    """Return the circles of a region by key, the widest first."""

    found = [Circle("all", _("All with a role in the region"), lambda: _belonging(region))]
    found += [circle for provider in _providers for circle in provider(region)]
    return {circle.key: circle for circle in found}


def people_of(circle: Circle, region: Region) -> list[Person]:
    """Return who belongs to a circle today; whoever has no role in the region any more is not written to."""
    belonging = {person.pk for person in _belonging(region)}
    return [person for person in circle.people() if person.pk in belonging]


def _belonging(region: Region) -> Iterable[Person]:
    roles = Membership.objects.in_region(region).current().values("person")
    return Person.objects.filter(pk__in=roles, is_active=True).order_by("pk")
