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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

__all__ = ["Answer", "data"]

#: What the command needs of the environment; the keys of the website are not among it.
_PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "TZ")
_WRONG_INPUT = 2


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
    try:
        done = subprocess.run(
            line, env=environment, capture_output=True, text=True, errors="replace", timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return Answer(1, None, f"The command took longer than {seconds} seconds and was stopped.")
    message = done.stderr.strip().removeprefix("raumwerk: ")[-4000:]
    return Answer(done.returncode, _json(done.stdout), message)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # the command failed before it had anything to say; its message tells why
        return None
