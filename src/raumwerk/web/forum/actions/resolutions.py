"""What becomes of resolutions: completed, published, sent to who should act, answered, reminded of."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import plain, saved
from raumwerk.web.forum.actions._telling import held, page, site_language
from raumwerk.web.forum.models import Forwarding, Resolution
from raumwerk.web.forum.states import RESOLUTION
from raumwerk.web.people.models import Organisation, Person
from raumwerk.web.people.queries.memberships import office_of
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import enqueue_mail, notify
from raumwerk.web.shared.notify.texts import address_of_site
from raumwerk.web.shared.visibility import Visibility

__all__ = ["complete_resolution", "forward_resolution", "note_answer", "publish_resolution", "remind_unanswered"]

COMPLETED = ("title", "reasons", "addressee", "valid_from", "valid_until", "replaces", "visibility")


@transaction.atomic
def complete_resolution(resolution: Resolution, *, by: Person, **fields: Any) -> Resolution:
    """Complete a resolution before its publication. Its wording stays as it was voted on.

    Raises
    ------
    ConflictError
        When it is published.
    InputError
        When it is to replace one of another body, or itself.
    """
    current: Resolution = held(resolution)
    RESOLUTION.require(current.state, "edit_resolution")
    before = {name: plain(getattr(current, name)) for name in COMPLETED}
    for name in COMPLETED:
        if name in fields:
            setattr(current, name, fields[name])
    possible = Resolution.objects.in_region(current.region_id).filter(body=current.body_id, state="published")
    if current.replaces_id and not possible.filter(pk=current.replaces_id).exists():
        raise InputError(Problem(_("A resolution replaces a published one of the same body."), column="replaces"))
    saved(current)
    after = {name: plain(getattr(current, name)) for name in COMPLETED}
    changed = {name: [before[name], after[name]] for name in COMPLETED if before[name] != after[name]}
    if changed:
        record("complete_resolution", current, by=by, region=current.region, resolution=current.pk, changed=changed)
    return current


@transaction.atomic
def publish_resolution(resolution: Resolution, *, by: Person | None) -> Resolution:
    """Publish a resolution to those who may read it; from now on it does not change."""
    current: Resolution = held(resolution)
    current.state = RESOLUTION.require(current.state, "publish_resolution")
    current.published_at = timezone.now()
    current.save(update_fields=["state", "published_at"])
    record("publish_resolution", current, by=by, region=current.region, resolution=current.pk)
    return current


@transaction.atomic
def forward_resolution(
    resolution: Resolution, *, by: Person, to_name: str, to_email: str, due_on: date, letter: str = "",
    organisation: Organisation | None = None,
) -> Forwarding:  # fmt: skip
    """Send a resolution to somebody who should act on it, and wait for the answer until a day.

    Raises
    ------
    ConflictError
        When it is not published, or only the office or the body may read it.
    InputError
        When address or day cannot stay as given.
    """
    current: Resolution = held(resolution)
    RESOLUTION.require(current.state, "forward_resolution")
    if current.visibility == Visibility.OFFICE:
        raise ConflictError(_("Only the office may read this resolution; it is not sent to anybody."))
    if due_on <= timezone.localdate():
        raise InputError(Problem(_("The answer is wanted by a day to come."), column="due_on"))
    sent = Forwarding(
        region=current.region, resolution=current, to_name=to_name, to_email=to_email, due_on=due_on,
        letter=letter.strip(), organisation=organisation, sent_by=by,
    )  # fmt: skip
    saved(sent)
    with site_language():
        enqueue_mail(
            to=to_email, region=current.region, kind="resolution_forwarded", about=sent,
            subject=_("Resolution %(reference)s: %(title)s")
            % {"reference": current.reference, "title": current.title},
            text=_letter(sent, current),
        )  # fmt: skip
    record("forward_resolution", current, by=by, region=current.region, forwarding=sent.pk, due_on=due_on.isoformat())
    return sent


def _letter(sent: Forwarding, resolution: Resolution) -> str:
    parts = [
        sent.letter,
        _("%(body)s resolved on %(day)s:")
        % {"body": resolution.body.name, "day": resolution.adopted_on.strftime("%d.%m.%Y")},
        resolution.wording,
    ]
    if resolution.reasons:
        parts.append(_("Reasons") + ":\n" + resolution.reasons)
    parts.append(_("We ask for your answer by %(day)s.") % {"day": sent.due_on.strftime("%d.%m.%Y")})
    if resolution.visibility == Visibility.PUBLIC:
        parts.append(address_of_site(page(resolution.region, "resolution", number=resolution.pk)))
    return "\n\n".join(part for part in parts if part) + "\n"


@transaction.atomic
def note_answer(forwarding: Forwarding, *, by: Person, answer: str, answered_on: date | None = None) -> Forwarding:
    """Note what the addressee answered."""
    current: Forwarding = held(forwarding)
    if current.answered_on is not None:
        raise ConflictError(_("An answer has been noted already."))
    if not answer.strip():
        raise InputError(Problem(_("Give the answer, or its gist."), column="answer"))
    day = answered_on or timezone.localdate()
    if day > timezone.localdate() or day < timezone.localdate(current.sent_at):
        raise InputError(Problem(_("The answer came between the sending and today."), column="answered_on"))
    current.answer, current.answered_on = answer.strip(), day
    saved(current)
    record("note_answer", current.resolution, by=by, region=current.region, forwarding=current.pk)
    with site_language():
        text = _("%(addressee)s has answered resolution %(reference)s") % {
            "addressee": current.to_name, "reference": current.resolution.reference,
        }  # fmt: skip
        address = page(current.region, "resolution", number=current.resolution_id)
        notify(people=office_of(current.region), region=current.region, kind="resolution_answered", text=text,
               about=current.resolution, url=address)  # fmt: skip
    return current


def remind_unanswered(today: date | None = None) -> int:
    """Remind addressees and office of resolutions that are due and unanswered, once each; return how many.

    Run by the worker; running it twice, or twice at once, reminds nobody twice.
    """
    rows = Forwarding.objects.across_regions("the worker reminds everywhere").unanswered(today)
    return sum(_remind(one) for one in rows.filter(reminded_at__isnull=True))


@transaction.atomic
def _remind(forwarding: Forwarding) -> bool:
    current: Forwarding = held(forwarding)
    if current.reminded_at is not None or current.answered_on is not None:
        return False
    current.reminded_at = timezone.now()
    current.save(update_fields=["reminded_at"])
    resolution = current.resolution
    with site_language():
        subject = _("Reminder: resolution %(reference)s") % {"reference": resolution.reference}
        words = _("We sent you our resolution “%(title)s” and asked for an answer by %(day)s. None has reached us yet.")
        text = words % {
            "title": resolution.title, "day": current.due_on.strftime("%d.%m.%Y"),
        }  # fmt: skip
        enqueue_mail(to=current.to_email, region=current.region, kind="resolution_forwarded", about=current,
                     subject=subject, text=f"{text}\n\n{resolution.wording}\n")  # fmt: skip
        note = _("No answer from %(addressee)s to resolution %(reference)s; a reminder is on its way") % {
            "addressee": current.to_name, "reference": resolution.reference,
        }  # fmt: skip
        notify(people=office_of(current.region), region=current.region, kind="resolution_unanswered", text=note,
               about=resolution, url=page(current.region, "resolution", number=resolution.pk))  # fmt: skip
    record("remind_addressee", resolution, by=None, region=current.region, forwarding=current.pk)
    return True
