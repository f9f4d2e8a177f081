"""What somebody was told, follows and chose; what went out of a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count

from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.notify.models import Choice, Follow, MailState, MassMail, Note, OutgoingMail
from raumwerk.web.shared.targets import readable_rows, target_type, things_by_row

__all__ = [
    "Followed", "chosen_paces", "followed_by", "is_following", "mail_counts", "mails_of", "notes_of", "waiting_texts",
]  # fmt: skip

NOTES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing somebody follows."""

    key: str
    number: int
    label: str
    title: str
    url: str


def notes_of(person: Person, region: Region) -> list[Note]:
    """Return the latest notes to somebody, without those about what they may no longer read."""
    rows = Note.objects.in_region(region).filter(person=person)[:NOTES_SHOWN]
    return readable_rows(list(rows), person)


def followed_by(person: Person, region: Region) -> list[Followed]:
    """Return what somebody follows and may still read; one query a model."""
    rows = list(Follow.objects.in_region(region).filter(person=person))
    things = things_by_row(rows)
    found = []
    for row in rows:
        thing = things.get(row.pk)
        if thing is not None and target_type(thing).may_read(person, thing):
            kind = target_type(thing)
            found.append(Followed(kind.key, thing.pk, str(kind.label), str(kind.title(thing)), str(kind.url(thing))))
    return found


def is_following(person: Any, thing: models.Model) -> bool:
    """Tell whether somebody follows a thing."""
    if not person.is_authenticated:
        return False
    region = target_type(thing).region(thing)
    return bool(Follow.objects.in_region(region).about(thing).filter(person=person).exists())


def chosen_paces(person: Person, region: Region) -> dict[str, str]:
    """Return the pace somebody chose, by kind."""
    return dict(Choice.objects.in_region(region).filter(person=person).values_list("kind", "pace"))


def mails_of(region: Region, state: str = "") -> models.QuerySet[Any]:
    """Return the mail of a region, the newest first, of one state if named."""
    rows = OutgoingMail.objects.in_region(region).select_related("person")
    return rows.filter(state=state) if state in MailState.values else rows


def mail_counts(region: Region) -> dict[str, int]:
    """Return how many mails of a region are in which state."""
    rows = OutgoingMail.objects.in_region(region).order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)


def waiting_texts(region: Region) -> models.QuerySet[Any]:
    """Return the texts to many that wait for review."""
    rows = MassMail.objects.in_region(region).filter(state=MassMail.State.WAITING)
    return rows.select_related("proposed_by").annotate(readers=Count("people"))
