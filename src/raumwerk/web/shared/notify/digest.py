"""Digests: what somebody wants to hear once a day or a week, in one mail, grouped, the newest first.

Never empty: no news, no mail. Never doubled: a note that went into a mail knows it, and both are written in one
transaction that holds the notes; a second run, also at the same time, finds nothing left.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raumwerk.errors import MissingError
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.notify.actions import enqueue_mail
from raumwerk.web.shared.notify.kinds import Pace, kind_of
from raumwerk.web.shared.notify.models import Note, OutgoingMail
from raumwerk.web.shared.notify.texts import address_of_site
from raumwerk.web.shared.targets import readable_rows

__all__ = ["cutoff", "send_digests"]

HOUR = time(6)


def cutoff(pace: str, now: datetime) -> datetime:
    """Return the moment up to which notes of a pace are to be told by `now`: six o'clock, of Monday for the week."""
    local = timezone.localtime(now)
    latest = datetime.combine(local.date(), HOUR, local.tzinfo)
    if latest > local:
        latest -= timedelta(days=1)
    if pace == Pace.WEEKLY:
        latest -= timedelta(days=latest.weekday())
    return latest


def send_digests(now: datetime | None = None) -> int:
    """Queue the digests that are due and return how many; work grows with the notes that wait, not with accounts."""
    at, made = now or timezone.now(), 0
    for pace in (Pace.DAILY, Pace.WEEKLY):
        waiting = _waiting(pace, cutoff(pace, at))
        pairs = waiting.order_by("person_id", "region_id").values_list("person_id", "region_id").distinct()
        for person_id, region_id in list(pairs):
            made += bool(_send_one(pace, cutoff(pace, at), person_id, region_id))
    return made


def _waiting(pace: str, until: datetime) -> Any:
    rows = Note.objects.across_regions("the worker makes the digests of all regions")
    return rows.filter(pace=pace, created_at__lt=until, mail__isnull=True, read_at__isnull=True)


@transaction.atomic
def _send_one(pace: str, until: datetime, person_id: int, region_id: int) -> OutgoingMail | None:
    rows = _waiting(pace, until).filter(person_id=person_id, region_id=region_id).order_by("-created_at", "-pk")
    if connection.features.has_select_for_update:  # SQLite lets one writer at a time begin anyway
        rows = rows.select_for_update()
    notes = list(rows)
    if not notes:
        return None
    person, region = Person.objects.get(pk=person_id), Region.objects.get(pk=region_id)
    told = readable_rows(notes, person) if person.is_active else []
    kept = {note.pk for note in told}
    # What somebody may no longer read is not told later either.
    _of(note for note in notes if note.pk not in kept).update(pace=Pace.NONE)
    if not told:
        return None
    with translation.override("de"):
        mail = _write(person, region, told)
    _of(told).update(mail=mail)
    return mail


def _of(notes: Iterable[Note]) -> Any:
    return Note.objects.across_regions("rows just read").filter(pk__in=[note.pk for note in notes])


def _write(person: Person, region: Region, notes: list[Note]) -> OutgoingMail:
    groups: dict[str, list[Note]] = {}
    for note in notes:
        groups.setdefault(_label(note.kind), []).append(note)
    lines = []
    for label, news in groups.items():
        lines += [label, "-" * len(label)]
        for note in news:
            day = date_format(timezone.localtime(note.created_at), "SHORT_DATETIME_FORMAT")
            lines += [f"{day}  {note.text}", f"  {address_of_site(note.url)}", ""]
    choices = address_of_site(reverse("notify:choices", kwargs={"region": region.slug}))
    lines += ["-- ", _("How often you get this mail, and about what, you choose here:"), choices]
    subject = ngettext("%(region)s: one piece of news", "%(region)s: %(number)s pieces of news", len(notes))
    return enqueue_mail(
        to=person, region=region, kind="digest", text="\n".join(lines),
        subject=subject % {"region": region.short, "number": len(notes)},
    )  # fmt: skip


def _label(key: str) -> str:
    try:
        return str(kind_of(key).label)
    except MissingError:  # a kind of an app that is not installed any more
        return key
