"""Telling the log, which lies above this floor."""

from __future__ import annotations

from typing import Any

from raumwerk.web.people.models import Person
from raumwerk.web.people.signals import deed_done
from raumwerk.web.regions.models import Region

__all__ = ["tell_log"]


def tell_log(verb: str, subject: str, *, by: Person | None, region: Region | None, **details: Any) -> None:
    """Have a deed noted, in its own transaction; `subject` and `details` name no person but by number."""
    deed_done.send(sender=None, verb=verb, subject=subject, by=by, region=region, details=details)
