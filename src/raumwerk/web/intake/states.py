"""The ways of an uploaded file, from its arrival to a release."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

__all__ = ["MOVES", "RUNNING", "State"]


class State(TextChoices):
    """Where an upload stands."""

    RECEIVED = "received", _("waiting for the check")
    CHECKING = "checking", _("being checked")
    BROKEN_OFF = "broken_off", _("not checked: the check broke off")
    CHECKED = "checked", _("checked, not yet published")
    REFUSED = "refused", _("refused by the check")
    QUEUED = "queued", _("waiting to be published")
    PUBLISHING = "publishing", _("being published")
    PUBLISHED = "published", _("published")
    FAILED = "failed", _("not published")
    DISCARDED = "discarded", _("discarded")


#: Move → (states it starts from, state it leads to).
MOVES: dict[str, tuple[tuple[State, ...], State]] = {
    "check": ((State.RECEIVED,), State.CHECKING),
    "pass": ((State.CHECKING,), State.CHECKED),
    "refuse": ((State.CHECKING,), State.REFUSED),
    "break_off": ((State.CHECKING,), State.BROKEN_OFF),
    "retry": ((State.BROKEN_OFF,), State.RECEIVED),
    "order": ((State.CHECKED, State.FAILED), State.QUEUED),
    "publish": ((State.QUEUED,), State.PUBLISHING),
    "finish": ((State.PUBLISHING,), State.PUBLISHED),
    "fail": ((State.PUBLISHING,), State.FAILED),
    # a worker that ended left it in the middle: it is begun again
    "check_again": ((State.CHECKING,), State.RECEIVED),
    "publish_again": ((State.PUBLISHING,), State.QUEUED),
    "discard": ((State.RECEIVED, State.BROKEN_OFF, State.CHECKED, State.REFUSED, State.FAILED), State.DISCARDED),
}
#: States in which the worker has something to do; the page says so and can be loaded again.
RUNNING = (State.RECEIVED, State.CHECKING, State.QUEUED, State.PUBLISHING)
