"""Runs ``raumwerk data …`` in a process of its own.

A file from outside is read by large libraries. In a process without the website's keys, with an end to its time and to
its memory, the worst it can do is to fail; and the website keeps to reading statistics through one door.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from raumwerk.web.shared.notify.duties import stopping

__all__ = ["Answer", "data"]

#: What the command needs of the environment; the keys of the website are not among it.
_PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "TZ")
#: Where memory is short, the system ends this process and not the website.
_FIRST_TO_GO = "1000"
#: What the libraries write before they give up when the memory they may use is at its end.
_OUT_OF_MEMORY = ("memory allocation of", "MemoryError", "Out of Memory", "out of memory", "bad_alloc")
_BEAT_SECONDS = 1.0
#: How long a command that is told to stop may tidy up; less than the worker itself is given.
_GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """What the command left: its exit code, its JSON (None without) and its message.

    ``broken_off``: it did not come to an end of its own; ``stopped``: because the worker was told to stop.
    """

    code: int
    result: Any
    message: str
    broken_off: bool = False
    stopped: bool = False


def data(
    *arguments: str | Path, seconds: int, memory: int | None = None, beat: Callable[[], object] = lambda: None
) -> Answer:
    """Run ``raumwerk data`` with `arguments`, for at most `seconds` and in at most `memory` bytes.

    `beat` is called every second meanwhile.
    """
    home = str(settings.RAUMWERK["HOME"])
    environment = {key: value for key, value in os.environ.items() if key in _PASSED_ON} | {"RAUMWERK_HOME": home}
    line: Sequence[str] = [sys.executable, "-m", "raumwerk.cli.main", "--home", home, "data", *map(str, arguments)]
    with subprocess.Popen(
        line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        start_new_session=True,  # Ctrl+C in a terminal reaches the worker, which then ends the command in good order
    ) as running:  # fmt: skip
        try:
            _restrain(running.pid, memory)
            out, told, why = _until_the_end(running, seconds, beat)
        except BaseException:
            running.kill()
            raise
    if why:
        return Answer(1, None, why, broken_off=True, stopped=stopping.is_set())
    code, result, message = running.returncode, _json(out), told.strip().removeprefix("raumwerk: ")[-4000:]
    if code and memory and any(text in told for text in _OUT_OF_MEMORY):
        return Answer(
            code, None, f"To read the file would take more than the {memory // 2**20} MiB of memory it is given.", True
        )
    if code < 0 or (code and result is None and not message):
        return Answer(code, None, f"The command was stopped from outside before it had finished ({code}).", True)
    return Answer(code, result, message)


def _until_the_end(running: subprocess.Popen[str], seconds: int, beat: Callable[[], object]) -> tuple[str, str, str]:
    """Output, messages, and why it was ended before its time, if it was."""
    end = time.monotonic() + seconds
    while True:
        try:
            return *running.communicate(timeout=_BEAT_SECONDS), ""
        except subprocess.TimeoutExpired:
            beat()
        if stopping.is_set():
            return *_end(running), "The server was stopped meanwhile."
        if time.monotonic() > end:
            return *_end(running), f"The command took longer than {seconds} seconds and was stopped."


def _end(running: subprocess.Popen[str]) -> tuple[str, str]:
    """Interrupt the command, so that it takes back what it has half done, and end it if it does not."""
    running.send_signal(signal.SIGINT)
    try:
        return running.communicate(timeout=_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        return running.communicate()


def _restrain(process: int, memory: int | None) -> None:
    """Bound the memory of a process that has just begun, long before it opens a file."""
    with suppress(OSError):  # it has ended already, or this system knows no such order
        Path(f"/proc/{process}/oom_score_adj").write_text(_FIRST_TO_GO, "ascii")
    if memory and hasattr(resource, "prlimit"):  # Linux
        with suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_DATA, (memory, memory))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # the command failed before it had anything to say; its message tells why
        return None
