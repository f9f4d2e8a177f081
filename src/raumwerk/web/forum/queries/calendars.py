"""Meetings as a calendar holds them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from raumwerk.web.forum.models import Meeting
from raumwerk.web.kit.ical import CalendarEntry

__all__ = ["entries_of"]

REMINDER = timedelta(days=1)


def entries_of(meetings: Iterable[Meeting], *, inside: bool = False) -> list[CalendarEntry]:
    """Return the entries of meetings; `inside` for those invited, who get the link to the online meeting."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return [
        CalendarEntry(
            uid=f"meeting-{one.pk}@{host}", title=f"{one.body.name}: {one.title}", starts=one.starts_at,
            ends=one.ends_at, changed=one.closed_at or one.opened_at or one.invited_at or one.starts_at,
            place=one.place, text="\n".join(part for part in (one.note, one.online_link if inside else "") if part),
            url=settings.BASE_URL + reverse("forum:meeting", kwargs={"region": one.region.slug, "number": one.pk}),
            cancelled=one.state == "cancelled", tentative=one.state == "planned",
            remind_before=REMINDER if inside else None,
        )
        for one in meetings
    ]  # fmt: skip
