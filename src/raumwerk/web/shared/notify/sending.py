"""The way out of the queue. A row is claimed before it is sent, so two workers never send the same mail.

A mail that cannot be sent is tried again after growing pauses; what the server refuses for good, or what failed too
often, is shown to the office. What opens something by a link or a code keeps its text only while it waits. A worker
that dies between handing a mail over and noting so leaves a claim that runs out; the mail is then sent again under the
same Message-ID, by which mailboxes know it for the same.
"""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q
from django.utils import timezone

from raumwerk.web.shared.notify.kinds import is_secret
from raumwerk.web.shared.notify.models import MailState, OutgoingMail
from raumwerk.web.shared.notify.texts import clean_line

__all__ = ["PAUSES", "Round", "message_of", "send_due"]

log = logging.getLogger("raumwerk.worker")

#: Minutes to wait after the first, second, … failure; after the last one the mail has failed.
PAUSES = (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60)
CLAIM = timedelta(minutes=15)
#: Failures that say something about the server and not about this mail: the others wait for the next round.
_SERVER = (
    OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, smtplib.SMTPSenderRefused,
)  # fmt: skip


@dataclass(slots=True)
class Round:
    """What came of one round; ``broken`` when the server itself could not be used."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    broken: str = ""


def _mails() -> Any:
    return OutgoingMail.objects.across_regions("the worker sends the mail of all regions")


def send_due(limit: int = 100) -> Round:
    """Send what is due, the longest waiting first, each over a connection of its own."""
    now, done = timezone.now(), Round()
    left = Q(claimed_at__lt=now - CLAIM) | Q(claimed_at__gt=now + CLAIM)  # or claimed while the clock went wrong
    _mails().filter(left, state=MailState.SENDING).update(state=MailState.QUEUED)
    _mails().filter(state=MailState.QUEUED, until__lte=now).update(state=MailState.DROPPED, text="")
    due = _mails().filter(state=MailState.QUEUED, due_at__lte=now).order_by("due_at", "pk")
    numbers = list(due.values_list("pk", flat=True)[:limit])
    if not numbers:
        return done
    connection = get_connection(settings.MAIL_TRANSPORT)
    try:
        for number in numbers:
            _send_one(number, connection, done)
            if done.broken:
                break
    finally:
        connection.close()
    return done


def _send_one(number: int, connection: Any, done: Round) -> None:
    claimed = _mails().filter(pk=number, state=MailState.QUEUED)
    if not claimed.update(state=MailState.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1):
        return  # another worker was quicker
    mail = _mails().select_related("region").get(pk=number)
    try:
        connection.send_messages([message_of(mail)])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        _note_failure(mail, error, done, final=all(code >= 500 for code in codes))
    except smtplib.SMTPDataError as error:
        _note_failure(mail, error, done, final=error.smtp_code >= 500)
    except _SERVER as error:
        done.broken = _told(error)
        _note_failure(mail, error, done, final=False)
    except Exception as error:  # whatever is wrong with this one mail must not hold up the others
        log.exception("Mail %s cannot be sent", mail.pk)
        _note_failure(mail, error, done, final=True)
    else:
        _mails().filter(pk=mail.pk).update(
            state=MailState.SENT, sent_at=timezone.now(), claimed_at=None, last_error="", **_erased(mail)
        )
        done.sent += 1


def _note_failure(mail: OutgoingMail, error: Exception, done: Round, *, final: bool) -> None:
    given_up = final or mail.attempts > len(PAUSES)
    state = MailState.FAILED if given_up else MailState.QUEUED
    pause = timedelta(minutes=PAUSES[min(mail.attempts, len(PAUSES)) - 1])
    _mails().filter(pk=mail.pk).update(
        state=state, claimed_at=None, due_at=timezone.now() + pause, last_error=_told(error)[:500],
        **(_erased(mail) if given_up else {}),
    )  # fmt: skip
    if given_up:
        done.failed += 1
    else:
        done.postponed += 1


def _erased(mail: OutgoingMail) -> dict[str, str]:
    """What opens an account is not kept once it is on its way or given up; the row stays and proves the sending."""
    return {"text": ""} if is_secret(mail.kind) else {}


def _told(error: Exception) -> str:
    return clean_line(f"{type(error).__name__}: {error}", longest=500)


def message_of(mail: OutgoingMail) -> EmailMessage:
    """Return the mail as it goes out: plain text, from the region, with the Message-ID it keeps for good."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    name = clean_line(mail.region.name_de if mail.region else settings.RAUMWERK["NAME"], longest=80)
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", **mail.headers}
    message = EmailMessage(mail.subject, mail.text, formataddr((name, address)), [mail.address], headers=headers)
    for one in mail.attachments.select_related("content"):
        message.attach(one.name, bytes(one.content.content), one.content_type)
    return message
