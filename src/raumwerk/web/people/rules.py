"""Who may do what in a region. Everything not written here is denied; the administration may do all.

A permission is asked with a region, or with an object that has one: ``person.has_perm("regions.run_office", region)``.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from rules.permissions import add_perm
from rules.predicates import Predicate, is_active, predicate

from raumwerk.web.people.models import Membership, Person, Role
from raumwerk.web.regions.models import Region

__all__ = ["ROLES_AT_LEAST", "current_roles", "has_role"]

ROLES_AT_LEAST = {
    Role.GUEST: {Role.GUEST, Role.MEMBER, Role.EDITOR, Role.OFFICE},
    Role.MEMBER: {Role.MEMBER, Role.EDITOR, Role.OFFICE},
    Role.EDITOR: {Role.EDITOR, Role.OFFICE},
    Role.OFFICE: {Role.OFFICE},
}


def current_roles(person: Person | AnonymousUser, region: Region) -> frozenset[str]:
    """Return the roles whose term covers today; nobody has any without an account."""
    if not person.is_authenticated:
        return frozenset()
    held = Membership.objects.in_region(region).current().filter(person=person)
    return frozenset(held.values_list("role", flat=True))


def has_role(least: Role) -> Predicate:
    """Return a predicate: the person holds `least`, or a role that includes it, in the object's region."""
    accepted = ROLES_AT_LEAST[least]

    @predicate(f"has_role:{least}")
    def holds(person: Any, target: Any = None) -> bool:
        region = target if isinstance(target, Region) else getattr(target, "region", None)
        return region is not None and bool(accepted & current_roles(person, region))

    return cast(Predicate, holds)


is_guest, is_member = has_role(Role.GUEST), has_role(Role.MEMBER)
is_editor, is_office = has_role(Role.EDITOR), has_role(Role.OFFICE)

add_perm("regions.enter_region", is_active & is_guest)
add_perm("regions.read_members_area", is_active & is_member)
add_perm("regions.edit_pages", is_active & is_editor)
add_perm("regions.publish_pages", is_active & is_office)
add_perm("regions.run_office", is_active & is_office)
