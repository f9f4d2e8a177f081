"""The secret address of somebody's own calendar: made anew, or revoked."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from raumwerk.web.forum.models import CalendarKey
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record

__all__ = ["make_calendar_key", "revoke_calendar_key"]


@transaction.atomic
def make_calendar_key(region: Region, *, by: Person) -> str:
    """Make the address anew and return its secret part, the only time it is told; an earlier one works no more."""
    token = secrets.token_urlsafe(32)
    CalendarKey.objects.in_region(region).filter(person=by).delete()
    key = CalendarKey.objects.create(region=region, person=by, digest=hashlib.sha256(token.encode()).hexdigest())
    record("make_calendar_key", f"calendar {key.pk}", by=by, region=region)
    return token


@transaction.atomic
def revoke_calendar_key(region: Region, *, by: Person) -> None:
    """Let the address work no more; to do it twice does no harm."""
    if CalendarKey.objects.in_region(region).filter(person=by).delete()[0]:
        record("revoke_calendar_key", "calendar", by=by, region=region)
