"""What the forum does when something happens to people: an accepted invitation into a body becomes a seat."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.forum.models import Body, InterestGroup, OfficeInBody, Seat
from raumwerk.web.people.models import Invitation, Person
from raumwerk.web.people.signals import invitation_accepted, leaving_warnings

__all__ = ["seat_invited", "warn_of_empty_chairs"]


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
