"""Writing the log."""

from __future__ import annotations

from typing import Any

from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.models import AuditEntry

__all__ = ["record"]


def record(
    verb: str, subject: object, *, by: Person | None, region: Region | None = None, **details: Any
) -> AuditEntry:
    """Note that `by` did `verb` to `subject`; call it inside the transaction of the deed itself.

    Parameters
    ----------
    verb : str
        Name of the action, e.g. ``settle_report``.
    subject : object
        What it was done to; its text is kept, cut to 200 characters.
    by : Person or None
        None where no person acted (a command).
    region : Region or None
        None where the whole installation is meant.
    **details
        Plain values that help to understand the event later; no personal data.
    """
    return AuditEntry.objects.create(verb=verb, subject=str(subject)[:200], by=by, region=region, details=details)
