"""Notes taken when allauth reports that something happened."""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from raumwerk.web.people.middleware import ADDED_IN_SESSION

__all__ = ["note_second_factor"]


@receiver(authenticator_added)
def note_second_factor(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Setting up a second factor proves it: the code was just typed in."""
    request.session[ADDED_IN_SESSION] = request.user.pk
    request.session.save()  # the report comes when the database has committed, which may be after the answer was made
