"""Adding: import and publish as one deed, so that a file is either in the current release or nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from raumwerk.pipeline.importing import ImportReport, import_paths
from raumwerk.pipeline.importing import Progress as FileProgress
from raumwerk.pipeline.publishing import Progress as StepProgress
from raumwerk.pipeline.publishing import publish
from raumwerk.pipeline.source import Source
from raumwerk.store import checked, read
from raumwerk.store.compare import Change, changes_between
from raumwerk.store.layout import Store
from raumwerk.store.pointer import current_id

__all__ = ["Added", "add_paths"]


@dataclass(frozen=True)
class Added:
    """What adding did.

    Attributes
    ----------
    report : ImportReport
    before, release : str or None
        Current release before and after; the same where the files brought nothing new.
    changes : dict
        Table to the number of rows that came, changed and went.
    """

    report: ImportReport
    before: str | None
    release: str | None
    changes: dict[str, Change] = field(default_factory=dict)


def add_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    home: Path | None = None,
    reading: FileProgress = lambda done, total, name: None,
    making: StepProgress = lambda step: None,
    origin: str = "",
    source: Source | None = None,
) -> Added:
    """Import files and publish a release with them; when it cannot be published, they are not imported either.

    Parameters
    ----------
    store : Store
    paths : sequence of Path
    home : Path, optional
        ``RAUMWERK_HOME`` with the operator's own regions and indicators.
    reading, making : callable
        Told of each file read, and of each step of publishing.
    origin : str
        Where the files came from; by default their path.
    source : Source, optional
        Reader to use instead of recognising the files.

    Raises
    ------
    InputError, ConflictError, IntegrityError
        As importing and publishing do; the release that was current stays so, and the imported batch is taken back.
    """
    before = current_id(store)
    report = import_paths(store, paths, progress=reading, origin=origin, source=source)
    old = read.release(store, before) if before else None
    if report.batch is None and report.known <= set(old.manifest["files"] if old else ()):
        return Added(report, before, before)
    # Known but not in the current release is what an adding left that was killed between its two steps, and what was
    # imported before somebody went back to an earlier release.
    try:
        release = publish(store, home=home, progress=making)
    except BaseException:
        if report.batch:
            checked.withdraw(store, report.batch)
        raise
    changes = changes_between(old, read.release(store, release)) if old else {}
    return Added(report, before, release, changes)
