"""Organisations and who speaks for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from raumwerk.web.kit.refusals import refusal_of
from raumwerk.web.people.actions.log import tell_log
from raumwerk.web.people.models import Affiliation, Organisation, Person
from raumwerk.web.regions.models import Region

__all__ = ["add_organisation", "affiliate", "change_organisation", "end_affiliation"]

_FIELDS = ("name", "short", "kind", "state", "area", "website", "public", "offers", "seeks", "active")


def add_organisation(region: Region, *, by: Person | None, **fields: Any) -> Organisation:
    """Enter an organisation of a region; ``fields`` are those of :class:`Organisation`.

    Raises
    ------
    InputError
        Naming each field that cannot be taken, a name that is taken already among them.
    """
    return _save(Organisation(region=region), fields, "add_organisation", by)


def change_organisation(organisation: Organisation, *, by: Person | None, **fields: Any) -> Organisation:
    """Change what is known of an organisation; what is not named stays."""
    return _save(organisation, fields, "change_organisation", by)


@transaction.atomic
def _save(organisation: Organisation, fields: dict[str, Any], verb: str, by: Person | None) -> Organisation:
    unknown = set(fields) - set(_FIELDS)
    if unknown:
        raise TypeError(f"An organisation has no {', '.join(sorted(unknown))}.")
    changed = sorted(name for name, value in fields.items() if getattr(organisation, name) != value)
    for name, value in fields.items():
        setattr(organisation, name, value)
    try:
        organisation.full_clean()
    except ValidationError as error:
        raise refusal_of(error) from error
    organisation.save()
    tell_log(verb, f"organisation {organisation.pk}", by=by, region=organisation.region, changed=changed)
    return organisation


@transaction.atomic
def affiliate(
    person: Person,
    organisation: Organisation,
    *,
    by: Person | None,
    function: str = "",
    spokesperson: bool = False,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Affiliation:
    """Let a person stand for an organisation, or change for how long and as what they do."""
    region = organisation.region
    held = Affiliation.objects.in_region(region).filter(person=person, organisation=organisation).first()
    affiliation: Affiliation = held or Affiliation(region=region, person=person, organisation=organisation)
    affiliation.function, affiliation.spokesperson = function.strip(), spokesperson
    affiliation.starts_on, affiliation.ends_on = starts_on or affiliation.starts_on, ends_on
    try:
        affiliation.full_clean()
    except ValidationError as error:
        raise refusal_of(error) from error
    affiliation.save()
    tell_log(
        "affiliate", f"person {person.pk} and organisation {organisation.pk}", by=by, region=region,
        spokesperson=spokesperson, ends_on=ends_on.isoformat() if ends_on else None,
    )  # fmt: skip
    return affiliation


@transaction.atomic
def end_affiliation(affiliation: Affiliation, *, by: Person) -> None:
    """End it today; one that began today was a mistake and goes."""
    today = timezone.localdate()
    if affiliation.starts_on >= today:
        affiliation.delete()
    else:
        affiliation.ends_on, affiliation.spokesperson = today, False
        affiliation.save(update_fields=["ends_on", "spokesperson"])
    subject = f"person {affiliation.person_id} and organisation {affiliation.organisation_id}"
    tell_log("end_affiliation", subject, by=by, region=affiliation.region)
