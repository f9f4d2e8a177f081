"""Who may read what: four levels, asked by every list, count, search, feed, calendar, API and PDF.

The levels grow narrower: everybody, the members of the region, those who sit in the body, the office. Whoever is in a
narrower circle is in the wider ones: a guest of the region who sits in a body reads what that body has for members, or
they would be invited to what they cannot read. Which bodies somebody sits in is told by providers that apps register at
start, so that this room knows no body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.models import Person, Role
from raumwerk.web.people.rules import ROLES_AT_LEAST, current_roles
from raumwerk.web.regions.models import Region

__all__ = ["NOBODY", "Audience", "Visibility", "audience_of", "may_see", "register_bodies", "visible"]

type_provider = Callable[[Person, Region], Iterable[int]]

_providers: list[type_provider] = []


class Visibility(models.TextChoices):
    """Who may read something, from the widest to the narrowest circle."""

    PUBLIC = "public", _("Everybody")
    MEMBERS = "members", _("Members of the region")
    BODY = "body", _("Those who sit in the body")
    OFFICE = "office", _("The office alone")


@dataclass(frozen=True, slots=True)
class Audience:
    """One reader in one region: what they are, and the primary keys of the bodies they sit in today."""

    person_id: int | None = None
    member: bool = False
    office: bool = False
    bodies: frozenset[int] = frozenset()


#: A reader without an account.
NOBODY = Audience()


def register_bodies(provider: type_provider) -> None:
    """Let `provider` tell the bodies somebody sits in; called by an app when it is ready, twice does no harm."""
    if provider not in _providers:
        _providers.append(provider)


def audience_of(person: Person | AnonymousUser, region: Region) -> Audience:
    """Return what `person` is to `region` today; whoever runs the installation counts as office.

    An account that was closed is nobody, and so is whoever holds no role in the region (any more), whatever seats or
    tasks are still in their name. A guest of the region is no member: they read what is public and what belongs to the
    bodies they sit in.
    """
    if not person.is_authenticated or not person.is_active:
        return NOBODY
    roles = current_roles(person, region)
    if not roles and not person.is_superuser:
        return NOBODY
    office = person.is_superuser or bool(roles & ROLES_AT_LEAST[Role.OFFICE])
    bodies = frozenset(body for provider in _providers for body in provider(person, region))
    return Audience(person.pk, office or bool(roles & ROLES_AT_LEAST[Role.MEMBER]), office, bodies)


def visible(audience: Audience, prefix: str = "", *, body_field: str = "body") -> models.Q:
    """Return the condition that keeps what `audience` may read.

    Parameters
    ----------
    audience : Audience
        The reader.
    prefix : str
        Way to the model that has the fields, e.g. ``"meeting__"``.
    body_field : str
        Name of its key to a body; ``"pk"`` for bodies themselves.
    """
    if audience.office:
        # Not an empty condition: joined by “or” to another one, that would vanish and leave the other alone.
        return models.Q(pk__isnull=False)
    levels = [Visibility.PUBLIC, Visibility.MEMBERS] if audience.member else [Visibility.PUBLIC]
    condition = models.Q(**{f"{prefix}visibility__in": levels})
    if audience.bodies:
        of_body = [Visibility.MEMBERS, Visibility.BODY]
        own = {f"{prefix}visibility__in": of_body, f"{prefix}{body_field}__in": sorted(audience.bodies)}
        condition |= models.Q(**own)
    return condition


def may_see(audience: Audience, visibility: str, body_id: int | None = None) -> bool:
    """Tell of one thing what :func:`visible` tells of many; an unknown level is read by the office alone."""
    if audience.office or visibility == Visibility.PUBLIC:
        return True
    if visibility == Visibility.MEMBERS and audience.member:
        return True
    of_body = visibility in (Visibility.MEMBERS, Visibility.BODY)
    return of_body and body_id is not None and body_id in audience.bodies
