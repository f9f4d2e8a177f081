"""Closing one's own account."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.functions import Lower

from raumwerk.web.people.actions.log import tell_log
from raumwerk.web.people.forgetting import Traces
from raumwerk.web.people.models import Invitation, Person
from raumwerk.web.people.signals import person_leaving

__all__ = ["close_account", "end_sessions"]


@transaction.atomic
def close_account(person: Person) -> None:
    """Remove an account for good, and whatever names its owner; contributions stay without a name.

    All apps take out what names the person first (``person_leaving``), in the same transaction: when one of them
    fails, the account stays whole. The log keeps that the account of this number was closed.
    """
    number = person.pk
    # Written first: receivers clear the log of names, and this entry with it.
    tell_log("close_account", f"person {number}", by=None, region=None)
    person_leaving.send(sender=None, person=person)
    _forget_invitations(person)
    end_sessions(person)  # nothing of it may be read after it is gone
    person.delete()


def _forget_invitations(person: Person) -> None:
    named = Invitation.objects.across_regions("an account ends in all regions").annotate(address=Lower("email"))
    mine = named.filter(address__in=Traces(person).addresses)
    mine.filter(accepted_at__isnull=True, withdrawn_at__isnull=True).delete()
    mine.update(email="")
    accepted = Invitation.objects.across_regions("an account ends in all regions").filter(accepted_by=person)
    accepted.update(email="")


def end_sessions(person: Person) -> None:
    """End every session of an account."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
