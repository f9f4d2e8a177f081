"""Floors below cannot write the log themselves; they tell of their deeds, and it is written here."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from raumwerk.web.people.signals import deed_done
from raumwerk.web.shared.audit.actions import record

__all__ = ["note_deed"]


@receiver(deed_done, dispatch_uid="audit.note_deed")
def note_deed(sender: Any, *, verb: str, subject: str, details: dict[str, Any], **told: Any) -> None:
    """Write one entry, in the transaction of the deed."""
    record(verb, subject, by=told["by"], region=told["region"], **details)
