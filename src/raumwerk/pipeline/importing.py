"""Importing: official files in, one batch of checked tables out, all or nothing."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from raumwerk.errors import InputError, Problem, UnavailableError
from raumwerk.pipeline import _worker, sniff
from raumwerk.pipeline.discovery import MAX_SIZE, Candidate, discover, unpack
from raumwerk.pipeline.registry import NotRecognisedError, recognise
from raumwerk.pipeline.source import RawFile, Source
from raumwerk.store import checked, raw
from raumwerk.store.checked import StagedImport
from raumwerk.store.files import workspace
from raumwerk.store.layout import Store

__all__ = [
    "ImportReport",
    "ImportedFile",
    "InspectedFile",
    "InspectedTable",
    "Progress",
    "import_kept",
    "import_paths",
    "inspect_paths",
]

#: Called with (files done, files in all, name of the file just done).
Progress = Callable[[int, int, str], None]

_PROCESSES = 2
_WORTH_PROCESSES = 4  # starting processes costs a second; below that many files one process is quicker


@dataclass(frozen=True)
class ImportedFile:
    """One file that was read."""

    name: str
    origin: str
    sha256: str
    source: str
    rows: dict[str, int]


@dataclass
class ImportReport:
    """What an import did.

    Attributes
    ----------
    batch : str or None
        Number of the batch; None when every file had been imported before.
    imported : list of ImportedFile
    unchanged : list of str
        Files imported before by the same reader.
    known : set of str
        Checksums of the unchanged files.
    skipped : list of (str, str)
        Files in a folder that no reader knows, with the reason.
    """

    batch: str | None = None
    imported: list[ImportedFile] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    skipped: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class InspectedTable:
    """What one file would bring to one table.

    Attributes
    ----------
    rows, areas : int
        Number of rows, and of different areas (origins where the table holds pairs); 0 areas where it names none.
    periods : tuple of str
        Dates the rows speak about, oldest first.
    first : list of dict
        The first rows, column to value.
    """

    rows: int
    areas: int
    periods: tuple[str, ...]
    first: list[dict[str, object]]


@dataclass(frozen=True)
class InspectedFile:
    """One file that was read on trial: either its tables or its problems.

    ``source`` is empty where no reader knew the file, ``unchanged`` says that it was imported before.
    """

    name: str
    sha256: str
    source: str
    unchanged: bool
    tables: dict[str, InspectedTable]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Outcome:
    """What became of one candidate; goes from a reader process to the main one."""

    candidate: Candidate
    record: raw.RawRecord | None = None
    raw_folder: Path | None = None
    staged: StagedImport | None = None
    unchanged: str = ""
    skipped: str = ""
    problems: tuple[Problem, ...] = ()


def import_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    progress: Progress = lambda done, total, name: None,
    origin: str = "",
    source: Source | None = None,
    again: bool = False,
    processes: int = _PROCESSES,
) -> ImportReport:
    """Import official files, recognised by their content.

    Parameters
    ----------
    store : Store
    paths : sequence of Path
        Files and folders. In a folder, files that no reader knows are left aside and reported.
    progress : callable
    origin : str
        Address the files were downloaded from; by default their path.
    source : Source, optional
        Reader to use for every path instead of recognising it: tidy tables of one's own with their mapping file.
    again : bool
        Read files anew that were imported before by the same reader.
    processes : int
        Reader processes; 1 reads in this process.

    Returns
    -------
    ImportReport

    Raises
    ------
    InputError
        Naming file, sheet, row and column of everything that is wrong in any file; then nothing was imported.
    UnavailableError
        When a reader process died (usually for want of memory).
    """
    report = ImportReport()
    known = set() if again else {(one.sha256, one.source, one.reader_version) for one in checked.active(store)}
    with workspace(store) as work:
        candidates = list(_unpacked(discover(paths, origin=origin), work / "archives"))
        jobs = [_Job(one, work / str(number), known, source) for number, one in enumerate(candidates)]
        outcomes = _run(jobs, progress, processes)
        problems = [problem for outcome in outcomes for problem in outcome.problems]
        if problems:
            raise InputError(problems)
        _activate(store, work, outcomes, report)
    return report


def inspect_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    progress: Progress = lambda done, total, name: None,
    source: Source | None = None,
    shown: int = 5,
) -> list[InspectedFile]:
    """Read files as an import would, and keep nothing: what they are, what they would bring, what is wrong with them.

    Parameters
    ----------
    store : Store
        Whose workspace is used; it stays as it was.
    paths : sequence of Path
        Files and folders.
    progress : callable
    source : Source, optional
        Reader to use instead of recognising the files.
    shown : int
        Rows of each table that are given along.

    Returns
    -------
    list of InspectedFile
        Also for what nobody can read, with the reason.

    Raises
    ------
    InputError
        When a path does not exist or an archive cannot be unpacked.
    """
    known = {(one.sha256, one.source, one.reader_version) for one in checked.active(store)}
    with workspace(store) as work:
        candidates = list(_unpacked(discover(paths), work / "archives"))
        jobs = [_Job(one, work / str(number), known, source) for number, one in enumerate(candidates)]
        return [_inspected(outcome, shown) for outcome in _run(jobs, progress, 1)]


def _inspected(outcome: _Outcome, shown: int) -> InspectedFile:
    name = outcome.candidate.path.name
    if outcome.staged is None:
        problems = outcome.problems or ((Problem(outcome.skipped, file=name),) if outcome.skipped else ())
        return InspectedFile(name, "", "", bool(outcome.unchanged), {}, problems)
    tables = {table: _inspected_table(file.path, shown) for table, file in outcome.staged.tables.items()}
    return InspectedFile(name, outcome.staged.sha256, outcome.staged.source, False, tables, ())


def _inspected_table(path: Path, shown: int) -> InspectedTable:
    frame = pl.scan_parquet(path)
    names = frame.collect_schema().names()
    place = next((name for name in ("area", "origin") if name in names), None)
    date = next((name for name in ("period", "edition") if name in names), None)
    dates = frame.select(pl.col(date).unique().sort()).collect()[date].to_list() if date else []
    counted = frame.select(pl.len(), pl.col(place).n_unique() if place else pl.lit(0).alias("areas")).collect().row(0)
    plain = [name for name, kind in frame.collect_schema().items() if kind != pl.Binary and name != "file"]
    first = frame.select(plain).head(shown).collect().to_dicts()
    return InspectedTable(int(counted[0]), int(counted[1]), tuple(str(one) for one in dates), first)


def import_kept(store: Store, *, progress: Progress = lambda done, total, name: None) -> ImportReport:
    """Read every kept raw file anew, e.g. after an update of Raumwerk changed a table."""
    report = ImportReport()
    with workspace(store) as work:
        jobs = []
        for number, one in enumerate(checked.active(store)):
            record = raw.record(store, one.sha256)
            folder = store.raw_folder(one.sha256)
            companions = tuple(folder / name for name in record.parts if name != record.name)
            # a table of one's own needs its mapping file: it is left as it was, and reported
            candidate = Candidate(folder / record.name, companions, record.origin, named=False)
            jobs.append(_Job(candidate, work / str(number), set(), None))
        outcomes = _run(jobs, progress, _PROCESSES)
        problems = [problem for outcome in outcomes for problem in outcome.problems]
        if problems:
            raise InputError(problems)
        _activate(store, work, outcomes, report)
    return report


@dataclass(frozen=True)
class _Job:
    candidate: Candidate
    folder: Path
    known: set[tuple[str, str, str]]
    source: Source | None


def _unpacked(candidates: Sequence[Candidate], folder: Path) -> Iterator[Candidate]:
    for number, candidate in enumerate(candidates):
        if candidate.path.suffix.lower() == ".zip" and sniff.head(candidate.path).kind is sniff.Kind.ZIP:
            yield from unpack(candidate, folder / str(number))
        else:
            yield candidate


def _run(jobs: Sequence[_Job], progress: Progress, processes: int) -> list[_Outcome]:
    outcomes: dict[int, _Outcome] = {}
    if processes <= 1 or len(jobs) < _WORTH_PROCESSES:
        for number, job in enumerate(jobs):
            outcomes[number] = _process(job)
            progress(number + 1, len(jobs), job.candidate.path.name)
        return list(outcomes.values())
    # large files first: the last one to finish then is a small one
    order = sorted(range(len(jobs)), key=lambda number: -jobs[number].candidate.path.stat().st_size)
    context = multiprocessing.get_context("spawn")  # a forked Polars may hang
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_worker.prepare) as pool:
        futures: dict[Future[_Outcome], int] = {pool.submit(_process, jobs[number]): number for number in order}
        for done, future in enumerate(as_completed(futures), start=1):
            name = jobs[futures[future]].candidate.path.name
            try:
                outcomes[futures[future]] = future.result()
            except BrokenProcessPool as error:
                raise UnavailableError(
                    f"A reader process died near {name}, most likely for want of memory; nothing was imported. "
                    f"Import fewer files at once to find the one."
                ) from error
            progress(done, len(jobs), name)
    return [outcomes[number] for number in sorted(outcomes)]


def _process(job: _Job) -> _Outcome:
    """Copy, recognise, read, check and stage one file. Runs in a reader process; never raises for a bad file."""
    candidate = job.candidate
    name = candidate.path.name
    try:
        return _read(job, name)
    except NotRecognisedError as error:
        if candidate.named:
            return _Outcome(candidate, problems=tuple(error.problems))
        return _Outcome(candidate, skipped=error.problems[0].what)
    except InputError as error:
        return _Outcome(candidate, problems=tuple(error.problems))
    except OSError as error:
        return _Outcome(candidate, problems=(Problem(f"the file cannot be read ({error})", file=name),))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of a Rust library is no Exception
        what = f"no reader understands it ({type(error).__name__}: {str(error).strip()[:300]})"
        advice = (
            "Compare it with the official file. If it is the official one, please report this with the file's name."
        )
        return _Outcome(candidate, problems=(Problem(what, "an official layout", advice, file=name),))


def _read(job: _Job, name: str) -> _Outcome:
    candidate = job.candidate
    size = candidate.path.stat().st_size
    if size > MAX_SIZE:
        what = f"the file has {size / 2**20:,.0f} MiB"
        raise InputError(Problem(what, expected=f"at most {MAX_SIZE // 2**20} MiB", file=name))
    raw_folder = job.folder / "raw"
    record = raw.stage(raw_folder, candidate.path, origin=candidate.origin, companions=candidate.companions)
    file = RawFile(raw_folder / name, record.sha256, name)
    source = job.source or recognise(file)
    if (record.sha256, source.key, source.version) in job.known:
        return _Outcome(candidate, unchanged=record.sha256)
    record = raw.restage(raw_folder, record, source=source.key)
    tables = checked.stage_tables(job.folder / "tables", source.read(file), file=name)
    return _Outcome(
        candidate, record, raw_folder, StagedImport(record.sha256, name, source.key, source.version, tables)
    )


def _activate(store: Store, work: Path, outcomes: Sequence[_Outcome], report: ImportReport) -> None:
    """Keep the raw files, then make the tables count in one rename."""
    staged: dict[str, StagedImport] = {}
    for outcome in outcomes:
        name = outcome.candidate.path.name
        if outcome.skipped:
            report.skipped.append((outcome.candidate.origin, outcome.skipped))
        elif outcome.unchanged:
            report.unchanged.append(name)
            report.known.add(outcome.unchanged)
        elif outcome.staged and outcome.record and outcome.raw_folder:
            one = outcome.staged
            if one.sha256 in staged:
                report.skipped.append((outcome.candidate.origin, f"same content as {staged[one.sha256].name}"))
                continue
            raw.keep_staged(store, outcome.raw_folder, outcome.record)
            (work / "batch").mkdir(exist_ok=True)
            (outcome.raw_folder.parent / "tables").rename(work / "batch" / one.sha256)
            staged[one.sha256] = one
            rows = {table: file.rows for table, file in one.tables.items()}
            report.imported.append(ImportedFile(name, outcome.candidate.origin, one.sha256, one.source, rows))
    if staged:
        report.batch = checked.write_staged(store, work / "batch", list(staged.values()))
