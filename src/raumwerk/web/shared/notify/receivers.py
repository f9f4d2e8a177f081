"""What follows from deeds elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.forgetting import Traces, forget_in
from raumwerk.web.people.own_data import register_rows
from raumwerk.web.people.signals import person_leaving
from raumwerk.web.shared.notify.models import (
    Choice,
    Follow,
    MailAttachment,
    MailContent,
    MailState,
    MassMail,
    Note,
    OutgoingMail,
)

__all__ = ["forget_person"]

ALL_REGIONS = "an account ends in all regions"


@receiver(person_leaving, dispatch_uid="notify.forget_person")
def forget_person(sender: Any, *, person: Any, **kwargs: Any) -> None:
    """Remove what names somebody who leaves: mail that waits; of mail sent only that and when it went out stays."""
    traces = Traces(person)
    every = OutgoingMail.objects.across_regions(ALL_REGIONS)
    addressed = every.annotate(to=Lower("address")).filter(to__in=traces.addresses)
    keys = {*every.filter(person=person).values_list("pk", flat=True), *addressed.values_list("pk", flat=True)}
    mails = every.filter(pk__in=keys)
    Note.objects.across_regions(ALL_REGIONS).filter(person=person).delete()
    mails.exclude(state=MailState.SENT).delete()
    MailAttachment.objects.filter(mail__in=keys).delete()
    mails.update(address="", subject="", text="", headers={}, last_error="", person=None)
    forget_in(person, OutgoingMail, ("subject", "text", "headers", "last_error"))
    forget_in(person, MassMail, ("subject", "text", "reason"))
    forget_in(person, Note, ("text",))
    forget_in(person, MailAttachment, ("name",))
    sent = MailAttachment.objects.values("content")
    MailContent.objects.exclude(pk__in=sent).delete()
    transaction.on_commit(lambda: _remove_written_mail(traces))


def _remove_written_mail(traces: Traces) -> None:
    """Remove the files of mail that an installation without a mail server wrote to and about the person."""
    folder = Path(settings.EMAIL_FILE_PATH)
    for path in folder.glob("*.log") if folder.is_dir() else ():
        text = path.read_text("utf-8", errors="replace").lower()
        if any(word.lower() in text for word in traces.words):
            path.unlink(missing_ok=True)


register_rows(
    _("Mail sent to me"), OutgoingMail, "person", "address", "kind", "subject", "text", "state", "queued_at", "sent_at"
)
register_rows(_("Notifications to me"), Note, "person", "kind", "text", "url", "created_at", "read_at")
register_rows(_("How I want to be told"), Choice, "person", "region__slug", "kind", "pace")
register_rows(_("What I follow"), Follow, "person", "region__slug", "about_type__model", "about_id", "created_at")
register_rows(_("Mass mails I proposed"), MassMail, "proposed_by", "subject", "text", "state", "proposed_at")
