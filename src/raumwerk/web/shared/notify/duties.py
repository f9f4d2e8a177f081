"""What the worker does again and again. Apps register their duties in ``apps.ready``; each is done by one worker.

A duty that may take minutes is slow: it is done in a loop of its own, so that neither mail nor another duty waits for
it. It looks at :data:`stopping` now and then, and leaves its work so that it can be taken up again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from raumwerk.web.shared.notify.models import Duty

__all__ = ["do_duties", "register_duty", "registered_duties", "stopping"]

log = logging.getLogger("raumwerk.worker")
AFTER_FAILURE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    deed: Callable[[], object]
    every: timedelta
    slow: bool


#: Set when the worker has been told to end.
stopping = threading.Event()
_duties: dict[str, _Known] = {}


def register_duty(name: str, deed: Callable[[], object], *, every: timedelta, slow: bool = False) -> None:
    """Have the worker call `deed` about every so often, in the loop of the slow ones if it may take minutes.

    It may be called again after a failure or by hand, so doing it twice must do no harm. It runs outside of any
    transaction; times are kept in the database, so a restart neither repeats nor skips.
    """
    _duties[name] = _Known(name, deed, every, slow)


def registered_duties() -> list[str]:
    """Return the names of all duties."""
    return sorted(_duties)


def do_duties(now: datetime | None = None, *, slow: bool = False) -> list[str]:
    """Do those of one loop that are due and return their names; a duty that fails is told and tried again soon."""
    at, done = now or timezone.now(), []
    for known in [one for one in _duties.values() if one.slow == slow]:
        Duty.objects.get_or_create(name=known.name, defaults={"due_at": at})
        # Moving the time first is the claim: the second worker finds nothing due. What is due later than it can be was
        # noted while the clock went wrong, and would not be done for years.
        due = Q(due_at__lte=at) | Q(due_at__gt=at + known.every)
        if not Duty.objects.filter(due, name=known.name).update(due_at=at + known.every):
            continue
        try:
            known.deed()
        except Exception as error:  # one duty must not keep the others from being done
            log.exception("The duty %s failed", known.name)
            told = f"{type(error).__name__}: {error}"[:500]
            Duty.objects.filter(name=known.name).update(due_at=at + min(known.every, AFTER_FAILURE), last_error=told)
        else:
            Duty.objects.filter(name=known.name).update(done_at=timezone.now(), last_error="")
            done.append(known.name)
    return done
