"""Sending to a real SMTP server on a socket that refuses, puts off, breaks off or never answers."""

from __future__ import annotations

import socketserver
import threading

import pytest

from raumwerk.web.shared.notify import actions, sending
from raumwerk.web.shared.notify.kinds import Pace, register_kind
from raumwerk.web.shared.notify.models import MailState, OutgoingMail

pytestmark = pytest.mark.django_db
register_kind("test_news", "News of the test", pace=Pace.AT_ONCE)


class Hand(socketserver.StreamRequestHandler):
    """One connection; behaves by the local part of the recipient."""

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        if self.server.silent:
            self.server.end.wait(30)
            return
        self.say("220 ready")
        to = ""
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].split()[0].upper()
            if verb == "RCPT":
                to = line.split("<")[1].split("@")[0]
                self.say({"refused": "550 no such user", "later": "451 try again"}.get(to, "250 ok"))
            elif verb == "DATA":
                self.say("354 go on")
                self._take(to)
                if to == "broken" and self.server.breaks:
                    self.server.breaks -= 1
                    return  # taken, and never said so
                self.say("250 queued")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def _take(self, to: str) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.decode())
        (number,) = [one.strip() for one in lines if one.lower().startswith("message-id:")]
        self.server.taken.append((to, number))


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@pytest.fixture
def server(settings):
    with Server(("127.0.0.1", 0), Hand) as found:
        found.taken, found.breaks, found.silent, found.end = [], 0, False, threading.Event()
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = found.server_address
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 30
        yield found
        found.end.set()
        found.shutdown()
        thread.join()


def _queue(regions, *names):
    return [
        actions.enqueue_mail(
            to=f"{name}@kreis.example", subject="x", text="Text", region=regions["mitte"], kind="test_news"
        )
        for name in names
    ]


def _states():
    rows = OutgoingMail.objects.across_regions("all of the test").order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_one_refused_and_one_put_off_hold_up_nobody(regions, server):
    _queue(regions, "refused", "anna", "later", "bert")
    done = sending.send_due()
    assert (done.sent, done.failed, done.postponed, done.broken) == (2, 1, 1, "")
    assert _states() == [MailState.FAILED, MailState.SENT, MailState.QUEUED, MailState.SENT]
    assert [to for to, _number in server.taken] == ["anna", "bert"]


def test_mail_whose_taking_was_never_said_comes_again_under_its_name(regions, server):
    server.breaks = 1
    (mail,) = _queue(regions, "broken")
    first = sending.send_due()
    assert (first.sent, first.postponed) == (0, 1)
    assert "SMTPServerDisconnected" in first.broken
    OutgoingMail.objects.across_regions("all of the test").update(due_at=mail.queued_at)
    assert sending.send_due().sent == 1
    assert server.taken == [("broken", f"Message-ID: {mail.message_id}")] * 2


def test_server_that_never_answers_is_left_and_nothing_is_lost(regions, server, settings):
    server.silent, settings.EMAIL_TIMEOUT = True, 0.2
    _queue(regions, "anna", "bert")
    done = sending.send_due()
    assert (done.sent, done.postponed, _states()) == (0, 1, [MailState.QUEUED, MailState.QUEUED])
    assert "timed out" in done.broken.lower()
