"""Getting statistics for ``raumwerk up``: official files at hand, else official addresses, else the made sample."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import raumwerk
from raumwerk.cli.console import counted, downloading, err, steps
from raumwerk.cli.marks import Marks, fingerprint
from raumwerk.errors import InputError, MissingError, Problem, RaumwerkError
from raumwerk.pipeline.catalogue import catalogue_folder, load
from raumwerk.pipeline.importing import import_paths
from raumwerk.pipeline.publishing import publish
from raumwerk.store import read
from raumwerk.store.layout import Store
from raumwerk.store.pointer import current_id

__all__ = ["DATA_VARIABLE", "data_folder", "prepare"]

DATA_VARIABLE = "RAUMWERK_SHARED_DATA"
_PACKAGE = Path(raumwerk.__file__).resolve().parent
#: Code that decides what is read from a file; when it changes, files are read anew.
_READING = ("tables", "pipeline/sources", "pipeline/cells.py", "pipeline/sheets.py", "pipeline/sniff.py")
#: Code that decides what is made of it.
_DERIVING = ("tables", "analysis", "store", "pipeline")
_PATIENCE = 60.0  # seconds spent on official addresses before the sample stands in
_BOUNDARIES = "bkg_vg"  # the source without which nothing else is worth fetching


def data_folder() -> Path | None:
    """Folder of official files: ``RAUMWERK_SHARED_DATA``, else ``../shared/data`` beside the checkout.

    Raises
    ------
    InputError
        When the variable names no folder.
    """
    named = os.environ.get(DATA_VARIABLE)
    if named:
        folder = Path(named).expanduser()
        if not folder.is_dir():
            raise InputError(
                Problem(f"{DATA_VARIABLE} names {named}, which is no folder", expected="a folder of files")
            )
        return folder
    beside = _PACKAGE.parents[1].parent / "shared" / "data"
    return beside if beside.is_dir() else None


def prepare(store: Store, home: Path, marks: Marks) -> str:
    """Make sure that a release stands, and that it is made of what is at hand.

    Returns
    -------
    str
        One sentence on what was done.

    Raises
    ------
    InputError
        When an official file is damaged; an earlier release stays current.
    """
    data = data_folder()
    reading = fingerprint([_PACKAGE / part for part in _READING], content=True)
    facts = [_PACKAGE / part for part in _DERIVING] + [catalogue_folder()]
    own = [home / part for part in ("sources", "measures", "classes", "indicators", "regions")]
    state = fingerprint([*facts, *own], more=[str(data), fingerprint([data]) if data else ""], content=True)
    current = current_id(store)
    if current and marks.holds("statistics", state):
        return f"Release {current} is up to date."
    if data:
        again = not marks.holds("reading", reading)
        with counted("Reading official files") as report:
            import_paths(store, [data], progress=report, again=again)
    elif current is None or read.current(store).manifest["sample"]:
        _stand_in(store, home)
    with steps("Publishing") as report_step:
        identity = publish(store, home=home, progress=report_step)
    marks.set("reading", reading)
    marks.set("statistics", state)
    return f"Release {identity} was published from {_origin(store, data)}."


def _origin(store: Store, data: Path | None) -> str:
    if read.current(store).manifest["sample"]:
        return "the made sample: all its figures are invented. Load real ones with 'raumwerk data import PATH'"
    return str(data) if data else "the files imported before"


def _stand_in(store: Store, home: Path) -> None:
    """Try the official addresses; where none answers, the sample country stands in."""
    if not _fetched(store, home):
        err.print(
            "No official statistics can be had now; a made sample country stands in. Real ones later: see README.md."
        )
        from raumwerk.pipeline import sample  # noqa: PLC0415 - its writers of official layouts are needed only here

        with steps("Making the sample country") as report:
            sample.load_sample(store, progress=report)


def _fetched(store: Store, home: Path) -> bool:
    """Fetch and import what the catalogue knows addresses of; the boundaries first, for without them there is no map.

    Returns
    -------
    bool
        False when there are no boundaries to be had: then nothing was imported.
    """
    catalogue = load(home)
    others = [key for key in catalogue.sources if key != _BOUNDARIES]
    deadline = time.monotonic() + _PATIENCE
    for key in (_BOUNDARIES, *others):
        done = time.monotonic() < deadline and _fetch_one(store, home, key, catalogue.sources.get(key, {}))
        if key == _BOUNDARIES and not done:
            return False
    return True


def _fetch_one(store: Store, home: Path, key: str, entry: dict[str, Any]) -> bool:
    """Fetch and import one source; what goes wrong is told and leaves the others alone."""
    from raumwerk.pipeline.fetch import addresses, fetch  # noqa: PLC0415 - only fetching pays for the network client

    try:
        wanted = addresses(key, entry, {})
    except (MissingError, InputError):
        return False  # no address of a file, or one that only the operator can complete
    try:
        for address in wanted:
            with downloading(key) as report:
                path = fetch(address, home / "inbox" / key, progress=report, attempts=1)
            import_paths(store, [path])
    except RaumwerkError as error:
        err.print(f"{key}: {error}", style="dim")
        return False
    return True
