"""Asks the first questions of the planning pages before a reader does: loading code and flows takes some seconds."""

from __future__ import annotations

import logging
import threading

from raumwerk.errors import RaumwerkError
from raumwerk.web.atlas.queries.planning.params import Case, read_state
from raumwerk.web.atlas.queries.planning.questions import QUESTIONS
from raumwerk.web.atlas.queries.release import atlas_release, current_id

__all__ = ["QUESTIONS_ASKED", "warm", "warm_beside"]

_log = logging.getLogger("raumwerk.warming")
#: What is asked for each region: each question as its page opens, and what loads code of its own.
QUESTIONS_ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    ("regions", {}), ("centres", {}), ("centres", {"view": "nodes"}), ("scenarios", {}), ("economy", {}),
    ("regions", {"method": "leiden"}),
)  # fmt: skip


def warm() -> int:
    """Ask the questions for every region of the current release that has areas; return how many were answered."""
    if current_id() is None:
        return 0
    atlas, answered = atlas_release(), 0
    for slug in atlas.regions:
        region = atlas.region(slug)
        if not region.municipalities:
            continue
        for key, given in QUESTIONS_ASKED:
            state, _problems = read_state(QUESTIONS[key].params, given, atlas=atlas, region=region)
            try:
                QUESTIONS[key].answer(Case(atlas, region, state, "de"))
            except RaumwerkError as error:  # a release without what this question needs: its page says so
                _log.info("%s of %s is not kept ready: %s", key, slug, error)
            else:
                answered += 1
    return answered


def warm_beside() -> threading.Thread:
    """Warm in a thread that neither holds up the first reader nor the end of the process."""
    thread = threading.Thread(target=_warm_or_tell, name="warming", daemon=True)
    thread.start()
    return thread


def _warm_or_tell() -> None:
    try:
        warm()
    except Exception:  # nobody waits for this thread: what went wrong must stand in the log, and pages still work
        _log.exception("The planning pages could not be kept ready; their first answers will take longer.")
