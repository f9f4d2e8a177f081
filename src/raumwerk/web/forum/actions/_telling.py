"""Who is told, and in which words: mails and notes are German, the language that all members share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from raumwerk.web.forum.models import Body, Invited, Meeting, OfficeInBody, Seat
from raumwerk.web.people.models import Membership, Person
from raumwerk.web.regions.models import Region

__all__ = ["held", "in_words", "invited_people", "page", "site_language", "voters_of"]


def held(thing: Any) -> Any:
    """Return the row as it is now, held until the deed is done, so that two deeds on it follow each other."""
    model: type[models.Model] = type(thing)
    return model._default_manager.in_region(thing.region_id).select_for_update().get(pk=thing.pk)  # type: ignore[attr-defined]


@contextmanager
def site_language() -> Iterator[None]:
    """Speak the language of the site, whatever the reader who acts has chosen."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def page(region: Region, name: str, **parts: Any) -> str:
    """Return the German path of a page of the forum."""
    with site_language():
        return reverse(f"forum:{name}", kwargs={"region": region.slug, **parts})


def in_words(moment: datetime) -> str:
    """Write a moment as a letter does."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _people(region_id: int, seats: models.QuerySet[Seat], *, deputies: bool) -> list[Person]:
    """Return who sits there; whoever has left the region is not written to, though a seat be still in their name."""
    holders = [seat.person_id for seat in seats] + ([seat.deputy_id for seat in seats] if deputies else [])
    keys = {key for key in holders if key is not None}
    belong = Membership.objects.in_region(region_id).current().values("person")
    return list(Person.objects.filter(pk__in=keys, is_active=True).filter(pk__in=belong).order_by("pk"))


def invited_people(meeting: Meeting) -> list[Person]:
    """Return whom the rules of the body invite: members with their deputies, and guests where the rules say so."""
    day = max(timezone.localdate(meeting.starts_at), timezone.localdate())
    seats = Seat.objects.in_region(meeting.region_id).current(day).filter(body=meeting.body_id)
    if meeting.body.invited == Invited.MEMBERS:
        seats = seats.exclude(office_in_body=OfficeInBody.GUEST)
    return _people(meeting.region_id, seats, deputies=True)


def voters_of(body: Body) -> list[Person]:
    """Return those who sit on voting seats today, with their deputies."""
    seats = Seat.objects.in_region(body.region_id).current().voting().filter(body=body)
    return _people(body.region_id, seats, deputies=True)
