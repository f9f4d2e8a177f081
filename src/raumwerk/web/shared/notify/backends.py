"""Ways for mail: the queue that all of Django's own mail goes into, and SMTP with certificates that are checked."""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.functional import cached_property

__all__ = ["CheckedSMTP", "Queue"]


class Queue(BaseEmailBackend):
    """Puts mail that other apps send (links to reset a password, codes) into the queue; the worker sends it.

    Such mail opens accounts, so its text is erased from the database as soon as it is sent or given up.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        from raumwerk.web.shared.notify.actions import enqueue_mail  # noqa: PLC0415  (settings name this module)

        for message in email_messages:
            for address in message.recipients():
                enqueue_mail(to=address, subject=message.subject, text=str(message.body), kind="account")
        return len(email_messages)


class CheckedSMTP(EmailBackend):
    """SMTP over TLS. The server's certificate and name are checked, against an authority of one's own where named."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=settings.MAIL_AUTHORITY or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
