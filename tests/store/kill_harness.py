"""Publishes in child processes that are killed (SIGKILL) at a chosen moment, and looks at what is left.

Run as a script by test_kill.py. Nothing here may use Polars before the fork: its threads would not live in the child.

    kill_harness.py FOLDER trace     kill before the n-th line executed from ``publish()`` on, for every n
    kill_harness.py FOLDER audit     kill before the n-th file operation that Python announces, for every n
    kill_harness.py FOLDER clock     kill after n × 3 ms, wherever it is then, native code included
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import polars as pl

from raumwerk.store import files, pointer, raw, read, release, verify
from raumwerk.store.layout import Store
from raumwerk.tables.schemas import FLOWS

STORE_CODE = str(Path(files.__file__).parent)
FILE_EVENTS = ("open", "os.", "shutil.", "fcntl.")


def publish(store: Store, value: float) -> str:
    """Publish one small release."""
    sha = raw.records(store)[0].sha256
    frame = pl.DataFrame(
        {
            "origin": ["05762"], "destination": ["05774"], "period": ["2019-06-30"], "level": ["district"],
            "part": ["all"], "value": [value], "lower": [value], "upper": [value], "status": ["measured"],
            "file": [sha],
        }
    )  # fmt: skip
    with release.ReleaseWriter(store, pointer.current_id(store)) as writer:
        writer.add(FLOWS, frame, step="test")
        return writer.publish()


def prepare(folder: Path) -> Store:
    """Keep a raw file and publish the first release."""
    store = Store(folder / "store").create()
    path = folder / "file.csv"
    path.write_text("content")
    raw.keep(store, path, origin="test")
    publish(store, 1.0)
    return store


def die() -> None:
    """Die at once, as by a power cut: no handler, no clean-up."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at_line(number: int) -> None:
    """Die before the ``number``-th line executed from the call of ``publish`` on; a line in a loop counts twice."""
    times: Counter[tuple[str, int]] = Counter()
    left = number
    begun = False

    def local(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        place = (frame.f_code.co_filename, frame.f_lineno)
        times[place] += event == "line"
        if event == "line" and times[place] <= 2:
            left -= 1
            if left <= 0:
                die()
        return local

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal begun
        begun = begun or frame.f_code is release.ReleaseWriter.publish.__code__
        return local if begun and frame.f_code.co_filename.startswith(STORE_CODE) else None

    sys.settrace(trace)


def kill_at_operation(number: int) -> None:
    """Die before the ``number``-th file operation that Python announces to its audit hooks."""
    left = number

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event.startswith(FILE_EVENTS) and event != "os.kill":
            left -= 1
            if left <= 0:
                die()

    sys.addaudithook(hook)


def kill_after(number: int) -> None:
    """Die after a time: the kernel ends the process in the middle of whatever it does."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, number * 0.003)


def in_child(work: Callable[[], object]) -> int:
    """Do something in a child process; return its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
    return os.waitpid(child, 0)[1]


def judge(store: Store, answer: Path) -> None:
    """Write what a reader sees after the kill, and whether publishing works again."""
    now = read.current(store)
    seen = now.sql("select max(value) from flows").item()
    sound = verify.verify(store).problems
    publish(store, 3.0)
    after = read.current(store).sql("select max(value) from flows").item()
    left = sorted(path.name for path in store.workspaces.iterdir())
    answer.write_text(json.dumps({"seen": seen, "problems": sound, "after": after, "left": left}))


def main() -> None:
    """Kill at every moment until a child lives to the end; print one JSON list of all answers."""
    folder, kind = Path(sys.argv[1]), sys.argv[2]
    arm = {"trace": kill_at_line, "audit": kill_at_operation, "clock": kill_after}[kind]
    if in_child(lambda: prepare(folder)) != 0:
        sys.exit("could not prepare")
    answers: list[dict[str, Any]] = []
    for number in range(1, 5000):
        copy, answer = folder / "copy", folder / "answer.json"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder / "store", copy)
        store = Store(copy)

        def attempt(number: int = number, store: Store = store) -> None:
            arm(number)
            publish(store, 2.0)

        status = in_child(attempt)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGALRM)
        if not killed and status != 0:
            sys.exit(f"the publisher failed by itself at {number}")
        if in_child(lambda store=store, answer=answer: judge(store, answer)) != 0:  # type: ignore[misc]
            sys.exit(f"the store is broken after a kill at {number}")
        answers.append({"number": number, "killed": killed, **json.loads(answer.read_text())})
        if not killed:
            break
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
