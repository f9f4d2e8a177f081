"""Deeds of the office at its outbox: send a failed mail again; review a text to many before it goes out (NO-5)."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import enqueue_mail, paces_of, way_out
from raumwerk.web.shared.notify.kinds import Pace, is_secret, kind_of
from raumwerk.web.shared.notify.models import MailState, MassMail, OutgoingMail
from raumwerk.web.shared.notify.texts import clean_line

__all__ = ["propose_mass_mail", "refuse_mass_mail", "release_mass_mail", "send_again"]


def _office_only(by: Person, region: Region | None) -> None:
    if region is None or not by.has_perm("regions.run_office", region):
        raise PermissionDenied


@transaction.atomic
def send_again(mail: OutgoingMail, *, by: Person) -> None:
    """Put a failed mail into the queue once more, under its old Message-ID.

    Raises
    ------
    ConflictError
        When it has not failed, or is in the queue again already, or held a link that is not kept.
    """
    _office_only(by, mail.region)
    if mail.state == MailState.FAILED and is_secret(mail.kind):
        raise ConflictError(_("The link in this mail was not kept. Please send the invitation again instead."))
    held = OutgoingMail.objects.in_region(mail.region).filter(pk=mail.pk, state=MailState.FAILED)
    if not held.update(state=MailState.QUEUED, attempts=0, due_at=timezone.now(), last_error=""):
        raise ConflictError(_("This mail has not failed, or is on its way again already."))
    record("send_mail_again", f"mail {mail.pk}", by=by, region=mail.region, kind=mail.kind)


@transaction.atomic
def propose_mass_mail(
    region: Region,
    *,
    people: Iterable[Person],
    subject: str,
    text: str,
    kind: str,
    by: Person,
    about: models.Model | None = None,
) -> MassMail:
    """Put a text to many before the office; nothing is sent until somebody of it has let it go.

    The caller has asked whether `by` may write to these people.

    Raises
    ------
    InputError
        When subject, text or recipients are missing.
    """
    readers = {person.pk: person for person in people if person.is_active}
    problems = []
    if not clean_line(subject):
        problems.append(Problem(_("The subject is missing"), column="subject"))
    if not text.strip():
        problems.append(Problem(_("The text is missing"), column="text"))
    if not readers:
        problems.append(Problem(_("Nobody would get this mail"), column="people"))
    if problems:
        raise InputError(problems)
    made: MassMail = MassMail.objects.create(
        region=region, kind=kind_of(kind).key, subject=clean_line(subject), text=text.strip(), proposed_by=by,
        about=about,
    )  # fmt: skip
    made.people.set(readers.values())
    record("propose_mass_mail", made.subject, by=by, region=region, people=len(readers))
    return made


@transaction.atomic
def release_mass_mail(mass: MassMail, *, by: Person) -> int:
    """Let a reviewed text go: one mail a person, each kept as a row of its own. Returns how many.

    Who has chosen to hear nothing of its kind gets none.

    Raises
    ------
    ConflictError
        When somebody else reviewed it first.
    """
    _review(mass, MassMail.State.RELEASED, "", by)
    kind, active = kind_of(mass.kind), list(mass.people.filter(is_active=True).order_by("pk"))
    paces = paces_of(active, mass.region, kind)
    people = [person for person in active if paces.get(person.pk) != Pace.NONE]
    for person in people:
        lines, headers = way_out(person, mass.region, kind)
        enqueue_mail(
            to=person, subject=mass.subject, text="\n".join([mass.text, *lines]), region=mass.region, kind=mass.kind,
            about=mass.about, mass_mail=mass, headers=headers,
        )  # fmt: skip
    record("release_mass_mail", mass.subject, by=by, region=mass.region, people=len(people))
    return len(people)


@transaction.atomic
def refuse_mass_mail(mass: MassMail, reason: str, *, by: Person) -> None:
    """Do not let a text go, and say why.

    Raises
    ------
    InputError
        When no reason is given.
    ConflictError
        When somebody else reviewed it first.
    """
    if not reason.strip():
        raise InputError(Problem(_("Please say why the text is not sent"), column="reason"))
    _review(mass, MassMail.State.REFUSED, reason.strip()[:500], by)
    record("refuse_mass_mail", mass.subject, by=by, region=mass.region)


def _review(mass: MassMail, state: str, reason: str, by: Person) -> None:
    _office_only(by, mass.region)
    held = MassMail.objects.in_region(mass.region).filter(pk=mass.pk, state=MassMail.State.WAITING)
    if not held.update(state=state, reason=reason, reviewed_by=by, reviewed_at=timezone.now()):
        raise ConflictError(_("Somebody else has reviewed this text already."))
