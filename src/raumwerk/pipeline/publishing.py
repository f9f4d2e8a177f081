"""Publishing: everything that was imported, derived and written as one release."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from raumwerk.errors import MissingError
from raumwerk.pipeline.catalogue import Catalogue, catalogue_folder, load
from raumwerk.pipeline.notes import undescribed
from raumwerk.pipeline.sample_notes import made_up
from raumwerk.store import checked, raw
from raumwerk.store.checked import ActiveImport
from raumwerk.store.layout import Store
from raumwerk.store.pointer import current_id
from raumwerk.store.release import ReleaseWriter

__all__ = ["SAMPLE_ORIGIN", "publish"]

#: Origin of files that were made by ``pipeline.sample``; they count only where nothing else was imported.
SAMPLE_ORIGIN = "sample:"

#: Called with the name of the step that begins.
Progress = Callable[[str], None]


def publish(store: Store, *, home: Path | None = None, progress: Progress = lambda step: None) -> str:
    """Build a release from all active imports and make it the current one.

    Parameters
    ----------
    store : Store
    home : Path, optional
        ``RAUMWERK_HOME`` with the operator's own regions and indicators.
    progress : callable

    Returns
    -------
    str
        Id of the release.

    Raises
    ------
    MissingError
        When nothing was imported yet.
    InputError
        When the catalogue is wrong or a table breaks its declaration; the current release stays.
    ConflictError
        When another release was published meanwhile.
    IntegrityError
        When an imported table is missing or has changed since it was written.
    """
    from raumwerk.pipeline.assembly import Assembly  # noqa: PLC0415 - its libraries take a second to load

    base = current_id(store)
    catalogue = load(home)
    imports, sample = _counted(store)
    if sample:
        made = load(catalogue_folder() / "sample", folder=catalogue_folder() / "sample")
        catalogue = replace(catalogue, regions=catalogue.regions | made.regions)
    with ReleaseWriter(store, base) as writer:
        told = Assembly(store, imports, catalogue, writer, progress).run()
        progress("manifest")
        writer.describe(notes=told)
        writer.describe(sample=sample, **_entries(catalogue, imports, sample=sample))
        return writer.publish()


def _counted(store: Store) -> tuple[list[ActiveImport], bool]:
    """Imports that enter the release, and whether they are the made sample."""
    imports = checked.active(store)
    if not imports:
        raise MissingError("Nothing has been imported yet. Import official files with 'raumwerk data import PATH'.")
    checked.require_sound(store, imports)
    made = {one.sha256 for one in imports if raw.record(store, one.sha256).origin.startswith(SAMPLE_ORIGIN)}
    real = [one for one in imports if one.sha256 not in made]
    return (real, False) if real else (imports, True)


def _entries(catalogue: Catalogue, imports: Sequence[ActiveImport], *, sample: bool) -> dict[str, Any]:
    """Copy what the catalogue says into the manifest, so that an old release explains itself."""
    used = {one.source for one in imports}
    return {
        "sources": {
            key: made_up(entry) if sample else entry for key, entry in catalogue.sources.items() if key in used
        },
        "measures": catalogue.measures,
        "classes": catalogue.classes,
        "indicators": catalogue.indicators,
        "regions": catalogue.regions,
        "notes": undescribed(used, catalogue.sources),
    }
