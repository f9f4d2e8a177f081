"""Floors below cannot write the log themselves; they tell of their deeds, and it is written here."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.forgetting import forget_in
from raumwerk.web.people.own_data import register_rows
from raumwerk.web.people.signals import deed_done, person_leaving
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.audit.models import AuditEntry

__all__ = ["forget_person", "note_deed"]


@receiver(deed_done, dispatch_uid="audit.note_deed")
def note_deed(sender: Any, *, verb: str, subject: str, details: dict[str, Any], **told: Any) -> None:
    """Write one entry, in the transaction of the deed."""
    record(verb, subject, by=told["by"], region=told["region"], **details)


@receiver(person_leaving, dispatch_uid="audit.forget_person")
def forget_person(sender: Any, *, person: Any, **kwargs: Any) -> None:
    """Take out the name where an entry holds it; that something was done stays. Only a leaving changes entries."""
    forget_in(person, AuditEntry, ("subject", "details"))


register_rows(_("What I did"), AuditEntry, "by", "at", "region__slug", "verb", "subject")
