"""Web server and worker live and end together, however they are told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TOGETHER = (
    "import sys; from raumwerk.cli.together import run_together as run; sys.exit(run(sys.argv[1:5], sys.argv[5:]))"
)
#: Writes its number into the file named, then does what is said there.
PROCESS = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); "
STAYS = PROCESS + "time.sleep(600)"
FALLS = PROCESS + "sys.exit(3)"
#: Ends once the worker has said that it is there.
ENDS = """
import sys, time
from pathlib import Path
worker = Path(sys.argv[1]).with_name("helper")
while not (worker.exists() and worker.stat().st_size):
    time.sleep(0.1)
sys.exit(7)
"""
MOST_SECONDS = 60.0

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start two processes together: ``start(main, helper)``; each writes its number where it is started."""
    started: list[subprocess.Popen[bytes]] = []

    def run(main: str, helper: str, **options: object) -> subprocess.Popen[bytes]:
        words = [
            sys.executable,
            "-c",
            main,
            str(tmp_path / "main"),
            sys.executable,
            "-c",
            helper,
            str(tmp_path / "helper"),
        ]
        process = subprocess.Popen([sys.executable, "-c", TOGETHER, *words], stderr=subprocess.PIPE, **options)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def numbers(path: Path, least: int = 1) -> list[int]:
    """Numbers of the processes that were started, once there are so many."""
    until = time.monotonic() + MOST_SECONDS
    while time.monotonic() < until:
        found = path.read_text().split() if path.exists() else []
        if len(found) >= least:
            return [int(number) for number in found]
        time.sleep(0.1)
    raise AssertionError(f"{path.name} was not started {least} times")


def lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_both_end_when_told_to_or_when_the_terminal_is_closed(start: Start, tmp_path: Path, number: int) -> None:
    process = start(STAYS, STAYS)
    children = [*numbers(tmp_path / "main"), *numbers(tmp_path / "helper")]
    process.send_signal(number)
    assert process.wait(MOST_SECONDS) == 0
    assert [child for child in children if lives(child)] == []


def test_who_means_to_outlive_the_terminal_does(start: Start, tmp_path: Path) -> None:
    process = start(STAYS, STAYS, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    child = numbers(tmp_path / "helper")[0]
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.5)
    assert lives(child)
    process.terminate()
    assert process.wait(MOST_SECONDS) == 0


def test_code_is_that_of_the_server_and_the_worker_goes_with_it(start: Start, tmp_path: Path) -> None:
    process = start(ENDS, STAYS)
    child = numbers(tmp_path / "helper")[0]
    assert process.wait(MOST_SECONDS) == 7
    assert not lives(child)


def test_a_worker_that_falls_is_started_again(start: Start, tmp_path: Path) -> None:
    process = start(STAYS, FALLS)
    numbers(tmp_path / "helper", least=2)
    assert process.poll() is None
    process.terminate()
    told = process.communicate(timeout=MOST_SECONDS)[1].decode()
    assert "The worker ended with code 3; it is started again in" in told
