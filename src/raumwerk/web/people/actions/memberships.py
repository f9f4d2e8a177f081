"""Roles of a region and their terms."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.kit.refusals import refusal_of
from raumwerk.web.people.actions.log import tell_log
from raumwerk.web.people.models import Membership, Person, Role
from raumwerk.web.people.queries.memberships import is_sole_office
from raumwerk.web.regions.models import Region

__all__ = ["change_term", "end_membership", "grant_role"]


@transaction.atomic
def grant_role(
    region: Region, person: Person, role: str, *, by: Person | None, starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:  # fmt: skip
    """Give somebody who has an account a further role, for a term; a role held before begins anew."""
    if role not in Role.values:
        raise InputError(Problem(_("There is no such role."), ", ".join(Role.values), column="role"))
    held = Membership.objects.in_region(region).filter(person=person, role=role).first()
    membership: Membership = held or Membership(region=region, person=person, role=role)
    _set_term(membership, starts_on or timezone.localdate(), ends_on)
    tell_log("grant_role", f"person {person.pk}", by=by, region=region, role=role, **_term(membership))
    return membership


@transaction.atomic
def change_term(membership: Membership, *, starts_on: date, ends_on: date | None, by: Person) -> Membership:
    """Change from when to when a role is held.

    Raises
    ------
    InputError
        When the term would end before it begins.
    ConflictError
        When the region would be left without an office today.
    """
    held = _held(membership)
    today = timezone.localdate()
    counts = starts_on <= today and (ends_on is None or ends_on >= today)
    if not counts and is_sole_office(held):
        raise _without_office()
    _set_term(held, starts_on, ends_on)
    tell_log("change_term", f"person {held.person_id}", by=by, region=held.region, role=held.role, **_term(held))
    return held


@transaction.atomic
def end_membership(membership: Membership, *, by: Person) -> None:
    """End a role at once: yesterday was its last day; one that began today was a mistake and goes."""
    held = _held(membership)
    if is_sole_office(held):
        raise _without_office()
    yesterday = timezone.localdate() - timedelta(days=1)
    if held.starts_on > yesterday:
        held.delete()
    else:
        held.ends_on = yesterday
        held.save(update_fields=["ends_on"])
    tell_log("end_membership", f"person {held.person_id}", by=by, region=held.region, role=held.role)


def _held(membership: Membership) -> Membership:
    """The row, locked together with all of its role, so that the last two of an office cannot both go at once."""
    region = membership.region
    rows = Membership.objects.in_region(region).filter(role=membership.role).select_for_update()
    found: dict[int, Membership] = {row.pk: row for row in rows.order_by("pk")}
    if membership.pk not in found:
        raise ConflictError(_("This role was ended a moment ago."))
    return found[membership.pk]


def _set_term(membership: Membership, starts_on: date, ends_on: date | None) -> None:
    membership.starts_on, membership.ends_on = starts_on, ends_on
    if ends_on is not None and ends_on < starts_on:
        raise InputError(Problem(_("The term would end before it begins."), column="ends_on"))
    try:
        membership.full_clean()
    except ValidationError as error:
        raise refusal_of(error) from error
    membership.save()


def _term(membership: Membership) -> dict[str, str | None]:
    ends = membership.ends_on
    return {"starts_on": membership.starts_on.isoformat(), "ends_on": ends.isoformat() if ends else None}


def _without_office() -> ConflictError:
    return ConflictError(_("The region would be left without an office. Give somebody else that role first."))
