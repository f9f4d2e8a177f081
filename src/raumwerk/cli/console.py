"""What every command shares: where it writes, how it shows progress, and the state it works on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from raumwerk.store.layout import HOME_VARIABLE, Store, home_folder

__all__ = ["State", "counted", "downloading", "err", "out", "out_json", "size", "state", "steps"]

_CONTROL = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))


class _Plain(Console):
    """A console that no file name can give orders to: control characters in what is printed are left out."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(one.translate(_CONTROL) if isinstance(one, str) else one for one in objects), **options)


#: Results; a terminal gets colours, a file does not. Never wrapped: lines stay what scripts can read.
out = _Plain(soft_wrap=True, highlight=False, markup=False)
#: Progress and messages.
err = _Plain(stderr=True, soft_wrap=True, highlight=False, markup=False)


@dataclass(frozen=True)
class State:
    """What the options before the command say.

    Parameters
    ----------
    home : Path
        ``RAUMWERK_HOME``.
    debug : bool
        Whether errors show where in the code they arose.
    """

    home: Path
    debug: bool = False

    @property
    def store(self) -> Store:
        """The statistics store."""
        return Store(self.home / "store")

    @classmethod
    def of(cls, home: Path | None, *, debug: bool = False) -> State:
        """State of this call; the home also goes into the environment, where the website looks for it."""
        folder = home_folder(home)
        os.environ[HOME_VARIABLE] = str(folder)
        return cls(folder, debug)


def state(context: typer.Context) -> State:
    """State of the running command."""
    found = context.find_object(State)
    return found if found is not None else State.of(None)


def out_json(value: object) -> None:
    """Print a result for other programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def size(number: float) -> str:
    """Bytes for humans, e.g. ``4.2 MB``."""
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


@contextmanager
def counted(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar for a known number of things; yields ``report(done, total, name)``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[name]}"))  # fmt: skip
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None, name="")

        def report(done: int, total: int, name: str) -> None:
            progress.update(task, completed=done, total=total, name=name)

        yield report


@contextmanager
def steps(title: str) -> Iterator[Callable[[str], None]]:
    """Show the step that is being done; yields ``report(step)``."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[step]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None, step="")

        def report(step: str) -> None:
            progress.update(task, step=step)

        yield report


@contextmanager
def downloading(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a download; yields ``report(bytes, bytes in all or None)``."""
    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None)

        def report(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        yield report
