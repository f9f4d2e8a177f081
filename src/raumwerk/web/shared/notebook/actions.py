"""Deeds with notes. The notes themselves never reach the server unless a reader sends them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from raumwerk.errors import UnavailableError
from raumwerk.web.people.models import Person
from raumwerk.web.people.queries.memberships import office_of
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import enqueue_mail

__all__ = ["send_notes"]


@transaction.atomic
def send_notes(region: Region, *, message: str, email: str, name: str = "", by: Person | None = None) -> int:
    """Queue the message for everybody in the region's office; return how many that are.

    Nothing of it is kept but the mail itself: the log says that a message came, not from whom or what.

    Raises
    ------
    UnavailableError
        When the region has no office to write to.
    """
    office = office_of(region)
    if not office:
        raise UnavailableError(_("This region has no office in Raumwerk that could be written to."))
    sender = f"{name} <{email}>" if name else email
    text = _("From: %(sender)s\n\n%(message)s\n") % {"sender": sender, "message": message}
    for person in office:
        enqueue_mail(
            to=person, region=region, kind="contact_request",
            subject=_("%(region)s: message from a reader") % {"region": region.short}, text=text,
            headers={"Reply-To": email},
        )  # fmt: skip
    record("send_notes", region.slug, by=by, region=region)
    return len(office)
