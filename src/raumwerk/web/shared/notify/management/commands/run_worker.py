"""``run_worker``: sends queued mail and does the recurring duties until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection

from raumwerk.web.shared.notify.duties import do_duties, stopping
from raumwerk.web.shared.notify.sending import send_due

log = logging.getLogger("raumwerk.worker")
POLL_SECONDS = 5
LONGEST_PAUSE = 300


class Command(BaseCommand):
    help = "Send queued mail and do recurring duties (digests, reminders) until stopped; slow ones beside the mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now and end, e.g. from cron.")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        if once:
            _mail_round()
            _slow_round()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        beside = threading.Thread(target=_slow_loop, name="slow duties")
        beside.start()
        log.info("The worker is ready.")
        try:
            _loop(_mail_round)
        finally:  # whatever ended this loop ends the other one, so that the worker never lives on by half
            stopping.set()
            beside.join()
        log.info("The worker has stopped.")


def _loop(work: Callable[[], bool]) -> None:
    """Do one round after the other; while server or database cannot be used, wait longer each time."""
    pause = POLL_SECONDS
    while not stopping.is_set():
        pause = POLL_SECONDS if work() else min(pause * 2, LONGEST_PAUSE)
        stopping.wait(pause)


def _slow_loop() -> None:
    try:
        _loop(_slow_round)
    finally:
        stopping.set()
        connection.close()


def _mail_round() -> bool:
    if not _duties_round(slow=False):
        return False
    try:
        done = send_due()
    except DatabaseError:
        log.exception("The database cannot be used")
        return False
    if done.sent or done.postponed or done.failed:
        log.info("Mail: %s sent, %s postponed, %s failed", done.sent, done.postponed, done.failed)
    if done.broken:
        log.warning("The mail server cannot be used: %s", done.broken)
    return not done.broken


def _slow_round() -> bool:
    return _duties_round(slow=True)


def _duties_round(*, slow: bool) -> bool:
    close_old_connections()
    try:
        for name in do_duties(slow=slow):
            log.debug("Done: %s", name)  # some are done every few seconds
    except DatabaseError:
        log.exception("The database cannot be used")
        return False
    return True
