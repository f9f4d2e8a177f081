"""Invitations by mail: the link holds a token that is stored nowhere, and no account exists before it is used."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, MissingError, Problem
from raumwerk.web.people.actions.log import tell_log
from raumwerk.web.people.actions.organisations import affiliate
from raumwerk.web.people.models import Affiliation, Invitation, InvitationState, Membership, Organisation, Person, Role
from raumwerk.web.people.signals import invitation_accepted, invitation_made, invitation_withdrawn
from raumwerk.web.regions.models import Region

__all__ = [
    "VALID_DAYS",
    "accept_invitation",
    "accept_with_new_account",
    "find_invitation",
    "invite_person",
    "renew_invitation",
    "withdraw_invitation",
]

VALID_DAYS = 14
_TOKEN_BYTES = 32


@transaction.atomic
def invite_person(
    region: Region,
    *,
    email: str,
    by: Person,
    role: str = Role.MEMBER,
    organisation: Organisation | None = None,
    body_number: int | None = None,
    interest_group: str = "",
    days: int = VALID_DAYS,
) -> Invitation:
    """Invite an address into a role of a region; the mail follows with the transaction.

    Parameters
    ----------
    region : Region
        Where.
    email : str
        Whoever reads mail there can accept.
    by : Person
        Of the office.
    role : str
        A :class:`Role`.
    organisation : Organisation or None
        For whom the person will stand.
    body_number, interest_group
        For the forum: the body in which a seat is kept, and for which group.
    days : int
        How long the link works, from 1 to 60.

    Raises
    ------
    InputError
        For an address, role, organisation or term that cannot be.
    ConflictError
        When an invitation to this address is open already, or its owner has the role.
    """
    address = email.strip().lower()
    _check(region, address, role, organisation, days)
    if Membership.objects.in_region(region).current().filter(person__email=address, role=role).exists():
        raise ConflictError(_("This person has that role already."))
    _clear_expired(region, address)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    try:
        with transaction.atomic():
            invitation: Invitation = Invitation.objects.create(
                region=region, email=address, role=role, organisation=organisation, body_number=body_number,
                interest_group=interest_group, token_hash=_hash(token), by=by,
                expires_at=timezone.now() + timedelta(days=days),
            )  # fmt: skip
    except IntegrityError as error:
        raise ConflictError(
            _("An invitation to this address is open already. Send it again or withdraw it first.")
        ) from error
    tell_log("invite_person", f"invitation {invitation.pk}", by=by, region=region, role=role, body=body_number)
    invitation_made.send(sender=Invitation, invitation=invitation, token=token)
    return invitation


@transaction.atomic
def renew_invitation(invitation: Invitation, *, by: Person, days: int = VALID_DAYS) -> Invitation:
    """Send an open or expired invitation again, with a new link; the old one stops working."""
    held = _held(invitation)
    if held.state not in (InvitationState.OPEN, InvitationState.EXPIRED):
        raise ConflictError(_("This invitation is %s and cannot be sent again.") % held.state.label)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    held.token_hash, held.expires_at = _hash(token), timezone.now() + timedelta(days=days)
    held.save(update_fields=["token_hash", "expires_at"])
    tell_log("renew_invitation", f"invitation {held.pk}", by=by, region=held.region)
    invitation_made.send(sender=Invitation, invitation=held, token=token)
    return held


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Person) -> Invitation:
    """Take an invitation back; its link stops working."""
    held = _held(invitation)
    if held.accepted_at:
        raise ConflictError(_("This invitation was accepted; end the role instead."))
    if not held.withdrawn_at:
        held.withdrawn_at = timezone.now()
        held.save(update_fields=["withdrawn_at"])
        tell_log("withdraw_invitation", f"invitation {held.pk}", by=by, region=held.region)
        invitation_withdrawn.send(sender=Invitation, invitation=held)
    return held


def find_invitation(token: str) -> Invitation:
    """Return the open invitation a link belongs to.

    Raises
    ------
    MissingError
        For every link that does not work, whatever the reason: nothing is told to who guesses.
    """
    rows = Invitation.objects.across_regions("the link of an invitation names no region")
    found: Invitation | None = rows.select_related("region", "organisation").filter(token_hash=_hash(token)).first()
    if found is None or found.state != InvitationState.OPEN:
        raise MissingError(
            _("This link does not work, or not any more. Please ask the office that invited you to send a new one.")
        )
    return found


@transaction.atomic
def accept_invitation(token: str, *, person: Person) -> Invitation:
    """Give a signed-in person what the invitation promises: role, organisation, and a seat by whoever listens.

    Raises
    ------
    MissingError
        When the link does not work.
    ConflictError
        When it was sent to an address that is not this person's, or somebody was quicker.
    """
    invitation = _held(find_invitation(token))
    if invitation.state != InvitationState.OPEN:
        raise ConflictError(_("This invitation was used or withdrawn a moment ago."))
    if invitation.email not in _proved_addresses(person):
        raise ConflictError(
            _("This invitation was sent to another address. Sign in with that address or ask the office.")
        )
    return _fulfil(invitation, person)


@transaction.atomic
def accept_with_new_account(token: str, *, first_name: str, last_name: str, password: str) -> Person:
    """Make the account of an invited person; reading the mail proved the address.

    Raises
    ------
    InputError
        For a password that is too weak or names that are missing.
    MissingError, ConflictError
        As :func:`accept_invitation`; also when the address has an account, which then has to be used.
    """
    invitation = _held(find_invitation(token))
    if invitation.state != InvitationState.OPEN:
        raise ConflictError(_("This invitation was used or withdrawn a moment ago."))
    if account_of(invitation.email) is not None:
        raise ConflictError(_("There is an account for this address. Sign in with it to accept."))
    person = Person(email=invitation.email, first_name=first_name.strip(), last_name=last_name.strip())
    problems = [
        Problem(_("This field is required."), column=name)
        for name in ("first_name", "last_name")
        if not getattr(person, name)
    ]
    try:
        validate_password(password, person)
    except ValidationError as error:
        problems += [Problem(text, column="password") for text in error.messages]
    if problems:
        raise InputError(problems)
    person.set_password(password)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    _fulfil(invitation, person)
    return person


def account_of(email: str) -> Person | None:
    """Return the account that has proved an address as its own."""
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    if proved is not None:
        return proved.user
    return Person.objects.filter(email__iexact=email).first()


def _fulfil(invitation: Invitation, person: Person) -> Invitation:
    region, today = invitation.region, timezone.localdate()
    membership, made = Membership.objects.in_region(region).get_or_create(
        person=person, role=invitation.role, defaults={"region": region}
    )
    if not made:  # an earlier term is taken up again
        membership.starts_on, membership.ends_on = min(membership.starts_on, today), None
        membership.save(update_fields=["starts_on", "ends_on"])
    if invitation.organisation is not None:
        _stand_for(invitation.organisation, person)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    tell_log("accept_invitation", f"invitation {invitation.pk}", by=person, region=region, role=invitation.role)
    invitation_accepted.send(sender=Invitation, invitation=invitation, person=person)
    return invitation


def _stand_for(organisation: Organisation, person: Person) -> None:
    rows = Affiliation.objects.in_region(organisation.region).current().filter(organisation=organisation)
    if not rows.filter(person=person).exists():
        affiliate(person, organisation, by=person, spokesperson=not rows.filter(spokesperson=True).exists())


def _held(invitation: Invitation) -> Invitation:
    """The row, locked: of two who act at once the second sees what the first did."""
    rows = Invitation.objects.in_region(invitation.region_id).select_related("region", "organisation", "by")
    held: Invitation = rows.select_for_update(of=("self",)).get(pk=invitation.pk)
    return held


def _clear_expired(region: Region, address: str) -> None:
    """An expired invitation no longer stands in the way of a new one."""
    expired = Invitation.objects.in_region(region).filter(
        email__iexact=address, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__lte=timezone.now()
    )
    expired.update(withdrawn_at=timezone.now())


def _check(region: Region, address: str, role: str, organisation: Organisation | None, days: int) -> None:
    problems = []
    try:
        validate_email(address)
    except ValidationError as error:
        problems += [Problem(text, column="email") for text in error.messages]
    if role not in Role.values:
        problems.append(Problem(_("There is no such role."), ", ".join(Role.values), column="role"))
    if organisation is not None and organisation.region_id != region.pk:
        problems.append(Problem(_("This organisation belongs to another region."), column="organisation"))
    if not 1 <= days <= 60:
        problems.append(Problem(_("A link may work for 1 to 60 days."), column="days"))
    if problems:
        raise InputError(problems)


def _proved_addresses(person: Person) -> set[str]:
    proved = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return {address.lower() for address in proved}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
