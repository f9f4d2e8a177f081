"""Two processes that live together: the web server, and the worker, which is started again when it falls."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence
from types import FrameType

from raumwerk.cli.console import err

__all__ = ["run_together"]

_LOOK_SECONDS = 0.5
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
#: A helper that ran this long was well: the next fall is met with the short pause again.
_WELL_SECONDS = 120.0
_GRACE_SECONDS = 20.0


def run_together(main: Sequence[str], helper: Sequence[str]) -> int:
    """Run `main` until it ends or this process is told to stop, and `helper` beside it; return the code of `main`.

    A helper that falls is started again after a growing pause. Both are told to stop in the end and are given time to
    finish what they are doing.
    """
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup, which means to outlive the terminal
            signal.signal(number, stop)
    first = subprocess.Popen(main)
    second, started, pause, restart_at = subprocess.Popen(helper), time.monotonic(), _FIRST_PAUSE, 0.0
    try:
        while not stopping and first.poll() is None:
            time.sleep(_LOOK_SECONDS)
            if second.poll() is None:
                continue
            now = time.monotonic()
            if not restart_at:
                pause = _FIRST_PAUSE if now - started > _WELL_SECONDS else min(pause * 2, _LONGEST_PAUSE)
                restart_at = now + pause
                err.print(f"The worker ended with code {second.returncode}; it is started again in {pause:.0f} s.")
            elif now >= restart_at:
                second, started, restart_at = subprocess.Popen(helper), now, 0.0
    finally:
        _end(first)
        _end(second)
    return 0 if stopping else first.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and after a while make it."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
