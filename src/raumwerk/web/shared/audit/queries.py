"""Reading the log."""

from __future__ import annotations

from raumwerk.web.shared.audit.models import AuditEntry

__all__ = ["last_entry"]


def last_entry() -> int:
    """Return the number of the latest entry; it grows with every deed, so a page made at it shows all deeds."""
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
