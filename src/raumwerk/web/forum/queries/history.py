"""Reading the log of one body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models import Body
from raumwerk.web.shared.audit.models import AuditEntry

__all__ = ["Event", "history_of"]

SHOWN = 200
VERBS: dict[str, str | Promise] = {
    "found_body": _("founded"),
    "change_body": _("description changed"),
    "change_rules": _("rules changed"),
    "dissolve_body": _("dissolved"),
    "set_theme": _("theme set"),
    "fill_seat": _("seat filled"),
    "fill_vacant_seat": _("vacant seat filled"),
    "end_seat": _("seat ended"),
    "name_deputy": _("deputy named"),
    "appoint_chair": _("office in the body changed"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log: what was before and after, name by name."""

    at: datetime
    by: str
    what: str | Promise
    subject: str
    changes: tuple[tuple[str, Any, Any], ...]


def history_of(body: Body) -> list[Event]:
    """Return the latest events of a body and its seats; the office alone is to see them."""
    rows = AuditEntry.objects.filter(region=body.region, verb__in=VERBS)
    rows = rows.filter(Q(subject=body.slug) | Q(subject__endswith=f" in {body.slug}")).select_related("by")
    return [
        Event(entry.at, str(entry.by) if entry.by else "–", VERBS[entry.verb], entry.subject, _changes(entry.details))
        for entry in rows[:SHOWN]
    ]


def _changes(details: dict[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    before, after = details.get("before") or {}, details.get("after") or {}
    return tuple((name, before.get(name), after.get(name)) for name in dict.fromkeys([*before, *after]))
