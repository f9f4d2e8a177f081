"""Requests between actors: no address is shown to either side before the other one has agreed."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.people.actions.log import tell_log
from raumwerk.web.people.models import Affiliation, ContactRequest, ContactState, Organisation, Person
from raumwerk.web.people.queries.organisations import spokespersons
from raumwerk.web.people.signals import contact_answered, contact_asked

__all__ = ["answer_contact", "ask_contact", "withdraw_contact"]


@transaction.atomic
def ask_contact(
    organisation: Organisation, *, by: Person, text: str, asking: Organisation | None = None
) -> ContactRequest:
    """Ask to be put in touch with an organisation; its spokespersons get the mail.

    Raises
    ------
    InputError
        Without a text, or on behalf of an organisation the person does not stand for.
    ConflictError
        When nobody receives requests there, or this person's last one is still open.
    """
    region = organisation.region
    if not text.strip():
        raise InputError(Problem(_("Say what it is about."), column="text"))
    mine = Affiliation.objects.in_region(region).current().filter(person=by)
    if asking is not None and not mine.filter(organisation=asking).exists():
        raise InputError(Problem(_("You do not stand for this organisation."), column="asking"))
    if mine.filter(organisation=organisation).exists():
        raise ConflictError(_("You stand for this organisation yourself."))
    if not organisation.active or not spokespersons(organisation):
        raise ConflictError(_("Nobody receives requests to this organisation yet. Please ask the office."))
    try:
        with transaction.atomic():
            request: ContactRequest = ContactRequest.objects.create(
                region=region, by=by, asking=asking, organisation=organisation, text=text.strip()
            )
    except IntegrityError as error:
        raise ConflictError(_("Your earlier request to this organisation has not been answered yet.")) from error
    tell_log("ask_contact", f"contact request {request.pk}", by=by, region=region, organisation=organisation.pk)
    contact_asked.send(sender=ContactRequest, request=request)
    return request


@transaction.atomic
def answer_contact(request: ContactRequest, *, accept: bool, by: Person) -> ContactRequest:
    """Accept or decline; once accepted, both sides see each other's name and address."""
    held = _held(request)
    if by not in spokespersons(held.organisation):
        raise ConflictError(_("Only those who receive requests to the organisation can answer this one."))
    if held.state != ContactState.OPEN:
        raise ConflictError(_("This request was answered or withdrawn already."))
    held.state = ContactState.ACCEPTED if accept else ContactState.DECLINED
    held.answered_at, held.answered_by = timezone.now(), by
    held.save(update_fields=["state", "answered_at", "answered_by"])
    tell_log("answer_contact", f"contact request {held.pk}", by=by, region=held.region, state=held.state)
    contact_answered.send(sender=ContactRequest, request=held)
    return held


@transaction.atomic
def withdraw_contact(request: ContactRequest, *, by: Person) -> ContactRequest:
    """Take one's own open request back."""
    held = _held(request)
    if held.by_id != by.pk or held.state != ContactState.OPEN:
        raise ConflictError(_("Only your own open request can be withdrawn."))
    held.state, held.answered_at = ContactState.WITHDRAWN, timezone.now()
    held.save(update_fields=["state", "answered_at"])
    tell_log("withdraw_contact", f"contact request {held.pk}", by=by, region=held.region)
    return held


def _held(request: ContactRequest) -> ContactRequest:
    rows = ContactRequest.objects.in_region(request.region_id).select_related("region", "organisation", "by")
    held: ContactRequest = rows.select_for_update(of=("self",)).get(pk=request.pk)
    return held
