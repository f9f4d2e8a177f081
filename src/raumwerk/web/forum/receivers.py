"""What the forum does when something happens to people: an accepted invitation into a body becomes a seat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.forum.models import (
    AgendaItem,
    Attendance,
    Body,
    CalendarKey,
    ConflictOfInterest,
    Entitlement,
    Forwarding,
    FrameworkRevision,
    InterestGroup,
    MinutesRemark,
    MinutesSave,
    Motion,
    OfficeInBody,
    Registration,
    Seat,
    Task,
    Vote,
)
from raumwerk.web.people.models import Invitation, Person
from raumwerk.web.people.signals import invitation_accepted, leaving_warnings, person_leaving
from raumwerk.web.shared.audit.actions import record

__all__ = ["forget_person", "seat_invited", "warn_of_empty_chairs"]

_EVERYWHERE = "an account ends in all regions"


@receiver(invitation_accepted, dispatch_uid="forum.seat_invited")
def seat_invited(sender: Any, invitation: Invitation, person: Person, **kwargs: Any) -> None:
    """Give the invited person the seat the invitation promised, where the body still stands."""
    if invitation.body_number is None:
        return
    standing = Body.objects.in_region(invitation.region).standing()
    body = standing.filter(pk=invitation.body_number).first()
    if body is None or Seat.objects.in_region(invitation.region).current().filter(body=body, person=person).exists():
        return
    guest = invitation.role == "guest"
    fill_seat(
        body,
        by=invitation.by,
        person=person,
        organisation=invitation.organisation,
        interest_group=invitation.interest_group or InterestGroup.PUBLIC,
        voting=not guest,
        office_in_body=OfficeInBody.GUEST if guest else OfficeInBody.MEMBER,
    )


@receiver(leaving_warnings, dispatch_uid="forum.warn_of_empty_chairs")
def warn_of_empty_chairs(sender: Any, person: Person, **kwargs: Any) -> list[str]:
    """Say which bodies lose their chair when somebody closes their account."""
    held = Seat.objects.across_regions("an account is closed everywhere").current()
    rows = held.filter(person=person, office_in_body=OfficeInBody.CHAIR).select_related("body")
    return [_("You chair “%(body)s”; it will be without a chair.") % {"body": seat.body.name} for seat in rows]


@receiver(person_leaving, dispatch_uid="forum.forget_person")
def forget_person(sender: Any, *, person: Person, **kwargs: Any) -> None:
    """End seats and offices, and take the person out of what they wrote; what was said and resolved stays.

    Minutes, resolutions and papers hold persons by reference only, so no name is left in versions of them. Papers are
    made anew for each request and kept nowhere.
    """
    yesterday = timezone.localdate() - timedelta(days=1)
    seats = Seat.objects.across_regions(_EVERYWHERE)
    for seat in seats.filter(person=person).select_related("region", "body"):
        over = seat.ends_on is not None and seat.ends_on <= yesterday
        seat.person, seat.ends_on = None, seat.ends_on if over else max(yesterday, seat.starts_on)
        seat.save(update_fields=["person", "ends_on"])
        record("end_seat", f"seat {seat.pk} in {seat.body.slug}", by=None, region=seat.region, reason="account closed")
    seats.filter(deputy=person).update(deputy=None)
    for model, field in _MENTIONS:
        model.objects.across_regions(_EVERYWHERE).filter(**{field: person}).update(**{field: None})
    for gone in (CalendarKey, ConflictOfInterest, Registration):
        gone.objects.across_regions(_EVERYWHERE).filter(person=person).delete()


#: Where somebody stands as who did, wrote or has to do something: the deed stays, without a name.
_MENTIONS: tuple[tuple[Any, str], ...] = (
    (AgendaItem, "responsible"), (Attendance, "person"), (Entitlement, "holder"), (Entitlement, "deputy"),
    (Entitlement, "acting"), (Forwarding, "sent_by"), (MinutesRemark, "person"), (MinutesSave, "by"),
    (Motion, "proposed_by"), (Task, "owner"), (Vote, "closed_by"), (FrameworkRevision, "by"),
)  # fmt: skip
