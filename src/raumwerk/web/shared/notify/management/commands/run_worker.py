"""``run_worker``: sends queued mail and does the recurring duties until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from raumwerk.web.shared.notify.duties import do_duties
from raumwerk.web.shared.notify.sending import send_due

log = logging.getLogger("raumwerk.worker")
POLL_SECONDS = 5
LONGEST_PAUSE = 300


class Command(BaseCommand):
    help = "Send queued mail and do recurring duties (digests, reminders) until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now and end, e.g. from cron.")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        self.stop = threading.Event()
        if once:
            self._round()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        log.info("The worker is ready.")
        pause = POLL_SECONDS
        while not self.stop.is_set():
            # While server or database cannot be used, wait longer each time.
            pause = POLL_SECONDS if self._round() else min(pause * 2, LONGEST_PAUSE)
            self.stop.wait(pause)
        log.info("The worker has stopped.")

    def _round(self) -> bool:
        close_old_connections()
        try:
            for name in do_duties():
                log.debug("Done: %s", name)  # some are done every few seconds
            done = send_due()
        except DatabaseError:
            log.exception("The database cannot be used")
            return False
        if done.sent or done.postponed or done.failed:
            log.info("Mail: %s sent, %s postponed, %s failed", done.sent, done.postponed, done.failed)
        if done.broken:
            log.warning("The mail server cannot be used: %s", done.broken)
        return not done.broken
