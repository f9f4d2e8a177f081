"""Runs ``raumwerk data …`` in a process of its own.

A file from outside is read by large libraries. In a process without the website's keys, with an end to its time, the
worst it can do is to fail; and the website keeps to reading statistics through one door.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

__all__ = ["Answer", "data"]

#: What the command needs of the environment; the keys of the website are not among it.
_PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "TZ")
_STOPPED = (
    "The command was stopped before it had finished, most likely because the file needs more memory than there is"
)
#: Where memory is short, the system ends this process and not the website.
_FIRST_TO_GO = "1000"


@dataclass(frozen=True)
class Answer:
    """What the command left: its exit code, its JSON (None without) and its message."""

    code: int
    result: Any
    message: str


def data(*arguments: str | Path, seconds: int) -> Answer:
    """Run ``raumwerk data`` with `arguments`, for at most `seconds`."""
    home = str(settings.RAUMWERK["HOME"])
    environment = {key: value for key, value in os.environ.items() if key in _PASSED_ON} | {"RAUMWERK_HOME": home}
    line: Sequence[str] = [sys.executable, "-m", "raumwerk.cli.main", "--home", home, "data", *map(str, arguments)]
    with subprocess.Popen(
        line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as running:
        _first_to_go(running.pid)
        try:
            out, told = running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            return Answer(1, None, f"The command took longer than {seconds} seconds and was stopped.")
    code = running.returncode
    message = told.strip().removeprefix("raumwerk: ")[-4000:]
    if code and (code < 0 or not message):
        message = f"{_STOPPED} ({code}). {message}".strip()
    return Answer(code, _json(out), message)


def _first_to_go(process: int) -> None:
    with suppress(OSError):  # it has ended already, or this system knows no such order
        Path(f"/proc/{process}/oom_score_adj").write_text(_FIRST_TO_GO, "ascii")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # the command failed before it had anything to say; its message tells why
        return None
