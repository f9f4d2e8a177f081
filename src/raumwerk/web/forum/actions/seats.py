"""Filling and ending seats, deputies and chairs. The log names persons by their number, never by name or address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import checked, locked_body, plain
from raumwerk.web.forum.models import Body, InterestGroup, OfficeInBody, Seat
from raumwerk.web.people.models import Membership, Organisation, Person
from raumwerk.web.shared.audit.actions import record

__all__ = ["appoint_chair", "end_seat", "fill_seat", "fill_vacant_seat", "name_deputy"]

FACTS = (
    "person", "organisation", "deputy", "interest_group", "voting", "office_in_body", "weight", "starts_on", "ends_on",
)  # fmt: skip


@transaction.atomic
def fill_seat(
    body: Body,
    *,
    by: Person | None,
    person: Person | None = None,
    organisation: Organisation | None = None,
    deputy: Person | None = None,
    interest_group: str = InterestGroup.PUBLIC,
    voting: bool = True,
    office_in_body: str = OfficeInBody.MEMBER,
    weight: int = 1,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Seat:
    """Add a seat to a body; without a person it is vacant until :func:`fill_vacant_seat`.

    Raises
    ------
    InputError
        When nobody and nothing is named, the person is not of this region, or a fact cannot be as given.
    ConflictError
        When the person sits in the body at that time already, or the body has been dissolved.
    """
    current = locked_body(body)
    if person is None and organisation is None:
        raise InputError(Problem(_("Name a person or an organisation."), column="organisation"))
    if organisation is not None and organisation.region_id != current.region_id:
        raise InputError(Problem(_("The organisation belongs to another region."), column="organisation"))
    seat = Seat(
        region=current.region,
        body=current,
        person=person,
        organisation=organisation,
        deputy=deputy,
        interest_group=interest_group,
        voting=voting and office_in_body != OfficeInBody.GUEST,
        office_in_body=office_in_body,
        weight=weight,
        starts_on=starts_on or timezone.localdate(),
        ends_on=ends_on,
    )
    _check_people(seat)
    checked(seat)
    seat.save()
    record("fill_seat", _named(seat), by=by, region=current.region, after=_facts(seat))
    return seat


@transaction.atomic
def fill_vacant_seat(seat: Seat, *, person: Person, by: Person | None) -> Seat:
    """Let a person take a seat that nobody sits on.

    Raises
    ------
    ConflictError
        When somebody sits there by now, or the person has another seat in the body.
    """
    current = _locked(seat)
    if current.person_id is not None:
        raise ConflictError(_("This seat has been filled by now."))
    current.person = person
    return _kept("fill_vacant_seat", current, {"person": None}, by)


@transaction.atomic
def end_seat(seat: Seat, *, by: Person, on: date | None = None) -> Seat:
    """End a seat with the day `on` (default yesterday, so that it counts no more today).

    Raises
    ------
    InputError
        When the day lies before the beginning of the seat.
    """
    current = _locked(seat)
    before = {"ends_on": plain(current.ends_on)}
    day = on or timezone.localdate() - timedelta(days=1)
    # A seat that began today and ends at once was given by mistake: it keeps one day, the log says the rest.
    current.ends_on = max(day, current.starts_on) if on is None else day
    if current.ends_on < current.starts_on:
        raise InputError(Problem(_("The seat cannot end before it began."), column="on"))
    current.save(update_fields=["ends_on"])
    record(
        "end_seat",
        _named(current),
        by=by,
        region=current.region,
        before=before,
        after={"ends_on": str(current.ends_on)},
    )
    return current


@transaction.atomic
def name_deputy(seat: Seat, *, deputy: Person | None, by: Person) -> Seat:
    """Name who sits in when the holder cannot, or nobody.

    Raises
    ------
    InputError
        When holder and deputy are the same person, the deputy is not of this region, or a chair names themselves.
    """
    current = _locked(seat)
    if deputy is not None and deputy == by and not by.has_perm("forum.manage_bodies", current.region):
        raise InputError(
            Problem(_("Only the office can name you as deputy; nobody does so themselves."), column="deputy")
        )
    before = {"deputy": current.deputy_id}
    current.deputy = deputy
    return _kept("name_deputy", current, before, by)


@transaction.atomic
def appoint_chair(seat: Seat, *, by: Person, office: str = OfficeInBody.CHAIR) -> Seat:
    """Make the holder of a seat chair, or deputy chair; a chair before becomes a member again.

    Raises
    ------
    InputError
        When nobody sits on the seat, or it is a guest's.
    """
    current = _locked(seat)
    if office not in (OfficeInBody.CHAIR, OfficeInBody.VICE_CHAIR, OfficeInBody.MEMBER):
        raise InputError(Problem(_("Choose chair, deputy chair or member.")))
    if current.person_id is None or current.office_in_body == OfficeInBody.GUEST:
        raise InputError(Problem(_("Only somebody who sits in the body as a member can chair it.")))
    stepped_down = []
    if office == OfficeInBody.CHAIR:
        others = Seat.objects.in_region(current.region).current().filter(body=current.body, office_in_body=office)
        for other in others.exclude(pk=current.pk):
            other.office_in_body = OfficeInBody.MEMBER
            other.save(update_fields=["office_in_body"])
            stepped_down.append(other.pk)
    before = {"office_in_body": current.office_in_body, "stepped_down": stepped_down}
    current.office_in_body = office
    return _kept("appoint_chair", current, before, by)


def _locked(seat: Seat) -> Seat:
    """Return the seat as it is now; its body is held, so that deeds on seats of one body follow each other."""
    body = locked_body(seat.body)
    current: Seat = Seat.objects.in_region(body.region).select_for_update().get(pk=seat.pk)
    current.body, current.region = body, body.region
    if current.ends_on is not None and current.ends_on < timezone.localdate():
        raise ConflictError(_("This seat has ended; nothing can be changed about it."))
    return current


def _kept(verb: str, seat: Seat, before: dict[str, Any], by: Person | None) -> Seat:
    _check_people(seat)
    checked(seat)
    seat.save()
    after = {name: plain(getattr(seat, name)) for name in before if name in FACTS}
    record(verb, _named(seat), by=by, region=seat.region, before=before, after=after)
    return seat


def _check_people(seat: Seat) -> None:
    for column in ("person", "deputy"):
        person = getattr(seat, column)
        if person is not None and not _belongs(person, seat):
            what = _("This account is not of this region; invite the person first.")
            raise InputError(Problem(what, column=column))
    if seat.person_id is not None and seat.person_id == seat.deputy_id:
        raise InputError(Problem(_("Nobody can be their own deputy."), column="deputy"))
    if seat.person_id is not None and _overlapping(seat).exists():
        raise ConflictError(_("This person has a seat in “%(body)s” already.") % {"body": seat.body.name})


def _belongs(person: Person, seat: Seat) -> bool:
    return bool(Membership.objects.in_region(seat.region).current().filter(person=person).exists())


def _overlapping(seat: Seat) -> models.QuerySet[Seat]:
    others = Seat.objects.in_region(seat.region).filter(body=seat.body, person=seat.person).exclude(pk=seat.pk)
    others = others.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=seat.starts_on))
    return others if seat.ends_on is None else others.filter(starts_on__lte=seat.ends_on)


def _named(seat: Seat) -> str:
    return f"seat {seat.pk} in {seat.body.slug}"


def _facts(seat: Seat) -> dict[str, Any]:
    return {name: plain(getattr(seat, name)) for name in FACTS}
