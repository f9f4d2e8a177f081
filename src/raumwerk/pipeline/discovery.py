"""From the paths an operator names to the files that can be read: folders are searched, archives unpacked."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline import sniff

__all__ = ["MAX_SIZE", "ORIGIN_ENDING", "PARTIAL_ENDING", "Candidate", "discover", "unpack"]

#: No official file is larger; a larger one is refused before it is copied.
MAX_SIZE = 2**30
#: Endings of what ``fetch`` lays beside a download: the record of its origin, and a download not yet complete.
ORIGIN_ENDING = ".origin.json"
PARTIAL_ENDING = ".part"
#: Files without which a shapefile cannot be read or placed, by ending.
_COMPANIONS = (".dbf", ".shx", ".prj", ".cpg")
_IGNORED = ("sha256sums", "readme", "readme.md", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Candidate:
    """One file to be looked at.

    Parameters
    ----------
    path : Path
    companions : tuple of Path
        Files that belong to it.
    origin : str
        Where it came from, as recorded with the raw file.
    named : bool
        Whether the operator named this very file; then it is an error if nobody can read it.
    """

    path: Path
    companions: tuple[Path, ...]
    origin: str
    named: bool


def discover(paths: Sequence[Path], *, origin: str = "") -> list[Candidate]:
    """List the files behind ``paths``: files as named, folders with everything below them.

    Raises
    ------
    InputError
        When a path does not exist or cannot be read.
    """
    found: dict[Path, Candidate] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            path.stat()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            what = f"there is no such file or folder ({reason})"
            problems.append(Problem(what, advice="Check the path.", file=str(path)))
            continue
        if path.is_dir():
            for one in _below(path):
                found.setdefault(one.resolve(), _candidate(one, origin, named=False))
        elif path.is_file():
            found[path.resolve()] = _candidate(path, origin, named=True)
        else:
            problems.append(Problem("it is no file and no folder", advice="Check the path.", file=str(path)))
    if problems:
        raise InputError(problems)
    companions = {one.resolve() for candidate in found.values() for one in candidate.companions}
    return [candidate for path, candidate in found.items() if path not in companions]


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        ignored = path.name.lower() in _IGNORED or path.name.endswith((ORIGIN_ENDING, PARTIAL_ENDING))
        if path.is_file() and not hidden and not ignored:
            yield path


def _candidate(path: Path, origin: str, *, named: bool) -> Candidate:
    companions: tuple[Path, ...] = ()
    if path.suffix.lower() == ".shp":
        beside = {one.suffix.lower(): one for one in path.parent.glob(f"{path.stem}.*")}
        companions = tuple(beside[ending] for ending in _COMPANIONS if ending in beside)
    return Candidate(path, companions, origin or _fetched_from(path) or str(path), named)


def _fetched_from(path: Path) -> str:
    """Address of a file that was downloaded by ``fetch``, whose record lies beside it."""
    beside = path.with_name(path.name + ORIGIN_ENDING)
    if not beside.is_file():
        return ""
    try:
        return str(json.loads(beside.read_text(encoding="utf-8"))["address"])
    except (ValueError, KeyError, TypeError) as error:
        what = f"the record of the download is damaged ({error})"
        raise InputError(Problem(what, advice="Fetch the file again.", file=beside.name)) from error


def unpack(archive: Candidate, folder: Path) -> list[Candidate]:
    """Unpack a zip archive (one that is not itself a spreadsheet) within bounds.

    Raises
    ------
    InputError
        When it is damaged, locked, or would unpack to more than any official file.
    """
    name = archive.path.name
    sniff.head(archive.path, name=name)  # refuses bombs by what the archive declares
    try:
        with zipfile.ZipFile(archive.path) as packed:
            for number, member in enumerate(info for info in packed.infolist() if not info.is_dir()):
                target = folder / str(number) / Path(member.filename).name
                if target.suffix.lower() in (".shp", *_COMPANIONS):  # companions must lie beside each other
                    target = folder / "shapes" / target.name
                target.parent.mkdir(parents=True, exist_ok=True)
                _extract(packed, member, target)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise sniff.reject(name, "the archive cannot be unpacked", "a complete zip file", cause=error) from error
    return [
        Candidate(one.path, one.companions, f"{archive.origin}!{one.path.name}", archive.named)
        for one in discover([folder] if folder.is_dir() else [])
    ]


def _extract(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Write one member, but never more than it declared: the declared size was checked, a lie must not pass."""
    left = member.file_size
    with packed.open(member) as reader, target.open("wb") as writer:
        while chunk := reader.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise InputError(
                    Problem(
                        f"{member.filename} unpacks to more than the archive says", file=Path(str(packed.filename)).name
                    )
                )
            writer.write(chunk)
