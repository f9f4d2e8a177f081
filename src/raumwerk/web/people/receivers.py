"""Notes taken when allauth reports that something happened."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.socialaccount.models import SocialAccount
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.forgetting import forget_in
from raumwerk.web.people.middleware import ADDED_IN_SESSION
from raumwerk.web.people.models import Affiliation, ContactRequest, Invitation, Membership, Organisation, Person
from raumwerk.web.people.own_data import register_rows
from raumwerk.web.people.signals import person_leaving

__all__ = ["forget_person", "note_second_factor"]


@receiver(authenticator_added)
def note_second_factor(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Setting up a second factor proves it: the code was just typed in."""
    request.session[ADDED_IN_SESSION] = request.user.pk
    request.session.save()  # the report comes when the database has committed, which may be after the answer was made


@receiver(person_leaving, dispatch_uid="people.forget_person")
def forget_person(sender: Any, person: Person, **kwargs: Any) -> None:
    """Take the name out of what others wrote to each other and of what organisations say about themselves."""
    forget_in(person, ContactRequest, ("text",))
    forget_in(person, Organisation, ("offers", "seeks"))


register_rows(_("My account"), Person, "pk", "email", "first_name", "last_name", "date_joined", "last_login")
register_rows(_("My e-mail addresses"), EmailAddress, "user", "email", "verified", "primary")
register_rows(_("My second factors"), Authenticator, "user", "type", "data__name", "created_at", "last_used_at")
register_rows(_("My sign-in by a provider"), SocialAccount, "user", "provider", "date_joined", "last_login")
register_rows(_("My roles"), Membership, "person", "region__slug", "role", "starts_on", "ends_on")
register_rows(
    _("Organisations I stand for"), Affiliation, "person", "region__slug", "organisation__name", "function",
    "spokesperson", "starts_on", "ends_on",
)  # fmt: skip
register_rows(
    _("Invitations I accepted"), Invitation, "accepted_by", "region__slug", "email", "role", "created_at", "accepted_at"
)
register_rows(
    _("My requests for contact"), ContactRequest, "by", "region__slug", "organisation__name", "text", "state",
    "created_at", "answered_at",
)  # fmt: skip
