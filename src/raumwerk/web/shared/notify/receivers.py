"""What follows from deeds elsewhere."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from raumwerk.web.people.signals import person_leaving
from raumwerk.web.shared.notify.models import MailState, Note, OutgoingMail

__all__ = ["forget_person"]


@receiver(person_leaving, dispatch_uid="notify.forget_person")
def forget_person(sender: Any, *, person: Any, **kwargs: Any) -> None:
    """Remove what names somebody who leaves: mail that waits; of mail sent only that and when it went out stays."""
    mails = OutgoingMail.objects.across_regions("an account ends in all regions").filter(person=person)
    Note.objects.across_regions("an account ends in all regions").filter(person=person).delete()
    mails.exclude(state=MailState.SENT).delete()
    for mail in mails:
        mail.attachments.all().delete()
    mails.update(address="", subject="", text="", headers={}, person=None)
