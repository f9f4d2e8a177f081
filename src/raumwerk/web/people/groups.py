"""Wagtail knows groups, Raumwerk knows memberships: each region's editors and office are mirrored into groups.

A membership begins and ends by date, so the mirror is set right each time somebody enters the editors' area.
"""

from __future__ import annotations

from django.contrib.auth.models import Group

from raumwerk.web.people.models import Membership, Person, Role

__all__ = ["EDITING_ROLES", "PREFIX", "group_name", "mirror_memberships"]

PREFIX = "region"
EDITING_ROLES = (Role.EDITOR, Role.OFFICE)


def group_name(slug: str, role: Role) -> str:
    """Return the name of the group that mirrors a role of a region."""
    return f"{PREFIX}:{slug}:{role.value}"


def mirror_memberships(person: Person) -> set[str]:
    """Put `person` into the groups of their current editing roles and out of all others; return the names."""
    held = Membership.objects.across_regions("somebody's groups follow all their memberships").current()
    held = held.filter(person=person, role__in=EDITING_ROLES, region__active=True).select_related("region")
    wanted = {group_name(one.region.slug, Role(one.role)) for one in held}
    present = set(person.groups.filter(name__startswith=f"{PREFIX}:").values_list("name", flat=True))
    if present - wanted:
        person.groups.remove(*Group.objects.filter(name__in=present - wanted))
    if wanted - present:
        person.groups.add(*Group.objects.filter(name__in=wanted - present))
    return wanted
