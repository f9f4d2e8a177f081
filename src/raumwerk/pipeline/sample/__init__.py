"""The sample: a made country, written in the official layouts and read by the same importers as the real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from raumwerk.pipeline.importing import ImportReport, import_paths
from raumwerk.pipeline.sample.country import country
from raumwerk.pipeline.sample.registers import write_boundaries, write_extract, write_register
from raumwerk.pipeline.sample.tables import write_tables
from raumwerk.pipeline.sample.workbooks import write_commuters, write_municipal
from raumwerk.store.layout import Store

__all__ = ["ORIGIN", "load_sample", "write_sample"]

#: Origin of every file of the sample; a release of such files alone is marked as made up.
ORIGIN = "sample:raumwerk"
_COMMUTER_YEARS = (2019, 2023)
_REGISTER_YEARS = (2019, 2021, 2023)


def write_sample(folder: Path, *, progress: Callable[[str], None] = lambda step: None) -> list[Path]:
    """Write every file of the made country into ``folder``; the same bytes every time.

    Returns
    -------
    list of Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    progress("places and people")
    made = country()
    progress("boundaries and registers")
    paths = [write_boundaries(folder, made), write_register(folder, made)]
    paths += [write_extract(folder, made, year) for year in _REGISTER_YEARS]
    progress("commuters and employees")
    for year in _COMMUTER_YEARS:
        paths += write_commuters(folder, made, year)
        paths.append(write_municipal(folder, made, year))
    progress("tables of the statistical offices")
    return paths + write_tables(folder, made)


def load_sample(store: Store, *, progress: Callable[[str], None] = lambda step: None) -> ImportReport:
    """Make the country and import it, so that a release without any real file can be published."""
    with TemporaryDirectory(prefix="raumwerk-sample-") as name:
        paths = write_sample(Path(name), progress=progress)
        progress("reading the sample")
        return import_paths(store, paths, origin=ORIGIN)
