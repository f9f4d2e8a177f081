"""Telling what a file is by looking into it, never by its name, and without being hurt by a hostile one."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline import extent

__all__ = ["MAX_UNPACKED", "Head", "Kind", "decode", "head", "open_text", "reject"]

#: No official file unpacks to more; a larger one is refused before it is unpacked.
MAX_UNPACKED = 600 * 2**20
_MAX_RATIO = 200  # ordinary spreadsheets compress up to about 30 to 1
_MAX_MEMBERS = 5_000
_HEAD_BYTES = 64 * 1024
_HEAD_ROWS = 25


class Kind(StrEnum):
    """Container of a file."""

    EMPTY = "empty"
    SPREADSHEET = "spreadsheet"
    GEOPACKAGE = "geopackage"
    SHAPEFILE = "shapefile"
    PARQUET = "parquet"
    TEXT = "text"
    HTML = "html"
    ZIP = "zip"
    OTHER = "other"


@dataclass(frozen=True)
class Head:
    """The first look at a file.

    Attributes
    ----------
    kind : Kind
    lines : list of str
        First lines, of text files (unpacked and decoded).
    encoding : str
        Encoding of a text file.
    gzipped : bool
        Whether the text is packed by gzip.
    sheets : dict
        Sheet name → first rows (lists of cells), of spreadsheets.
    layers : list of str
        Layer names, of GeoPackages.
    """

    kind: Kind
    lines: list[str] = field(default_factory=list)
    encoding: str = ""
    gzipped: bool = False
    sheets: dict[str, list[list[object]]] = field(default_factory=dict)
    layers: list[str] = field(default_factory=list)

    def has_text(self, *wanted: str, rows: int = _HEAD_ROWS) -> bool:
        """Whether every wanted text occurs (case-insensitive) in the first lines or cells."""
        text = "\n".join(self.lines[:rows])
        for cells in self.sheets.values():
            text += "\n".join(str(cell) for row in cells[:rows] for cell in row)
        folded = text.casefold()
        return all(word.casefold() in folded for word in wanted)


def head(path: Path, *, name: str = "") -> Head:
    """Look into a file.

    Raises
    ------
    InputError
        When the file is packed so that unpacking it would be an attack, or is a broken container.
    """
    shown = name or path.name
    with path.open("rb") as handle:
        start = handle.read(_HEAD_BYTES)
    if not start.strip():
        return Head(Kind.EMPTY)
    if start.startswith(b"PK\x03\x04"):
        return _zip_head(path, shown)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return Head(Kind.SPREADSHEET, sheets=_sheet_heads(path, shown))
    if start.startswith(b"SQLite format 3\x00"):
        return Head(Kind.GEOPACKAGE, layers=_layers(path, shown))
    if start.startswith(b"\x00\x00\x27\x0a"):
        return Head(Kind.SHAPEFILE)
    if start.startswith(b"PAR1"):
        return Head(Kind.PARQUET)
    gzipped = start.startswith(b"\x1f\x8b")
    if gzipped:
        start = _gunzip_head(path, shown)
    if re.match(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype html|html|\?xml|head|body)", start, re.IGNORECASE):
        return Head(Kind.HTML, gzipped=gzipped)
    if b"\x00" in start:
        return Head(Kind.OTHER, gzipped=gzipped)
    text, encoding = decode(start, partial=True)
    return Head(Kind.TEXT, lines=text.splitlines(), encoding=encoding, gzipped=gzipped)


def decode(data: bytes, *, partial: bool = False) -> tuple[str, str]:
    """Decode text of an office: UTF-8 (with or without BOM) or Windows-1252.

    Returns
    -------
    tuple of (text, encoding)
    """
    if partial:  # a multi-byte character may be cut in two at the end
        for cut in range(4):
            try:
                return data[: len(data) - cut].decode("utf-8-sig"), "utf-8-sig"
            except UnicodeDecodeError:
                continue
    try:
        return data.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def open_text(path: Path, *, name: str = "") -> str:
    """Read a whole text file, plain or gzipped, in its own encoding, within ``MAX_UNPACKED`` bytes."""
    shown = name or path.name
    with path.open("rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
    try:
        if packed:
            with gzip.open(path, "rb") as unpacked:
                data = unpacked.read(MAX_UNPACKED + 1)
        else:
            with path.open("rb") as handle:
                data = handle.read(MAX_UNPACKED + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise reject(shown, "the file is cut off or damaged", "a complete file", cause=error) from error
    if len(data) > MAX_UNPACKED:
        raise reject(shown, "the file unpacks to more than any official file", f"at most {MAX_UNPACKED // 2**20} MiB")
    text, _ = decode(data)
    return text


def reject(name: str, what: str, expected: str, *, cause: BaseException | None = None) -> InputError:
    """Build the error for a file that cannot be read at all."""
    detail = f" ({cause})" if cause is not None and str(cause) else ""
    return InputError(
        Problem(
            f"{what}{detail}",
            expected=expected,
            advice="Download it again from the official address and compare the size shown there.",
            file=name,
        )
    )


def _gunzip_head(path: Path, name: str) -> bytes:
    try:
        with gzip.open(path, "rb") as handle:
            return handle.read(_HEAD_BYTES)
    except (EOFError, OSError, zlib.error) as error:
        raise reject(name, "the gzip file is cut off or damaged", "a complete file", cause=error) from error


def _zip_head(path: Path, name: str) -> Head:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise reject(
            name, "the file is cut off or damaged", "a complete xlsx, xlsb or zip file", cause=error
        ) from error
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > MAX_UNPACKED or len(members) > _MAX_MEMBERS or (unpacked > 2**24 and unpacked / packed > _MAX_RATIO):
        raise reject(
            name,
            f"unpacking it would take {unpacked / 2**20:,.0f} MiB in {len(members):,} parts",
            f"an official file: at most {MAX_UNPACKED // 2**20} MiB and a ratio of {_MAX_RATIO}",
        )
    if any(part.startswith("xl/") for part in names):
        _check_extent(path, name)
        return Head(Kind.SPREADSHEET, sheets=_sheet_heads(path, name))
    return Head(Kind.ZIP)


def _check_extent(path: Path, name: str) -> None:
    """Refuse a workbook of which one sheet would fill the memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            lying = extent.longer_than_told(archive)
            rows, columns, part = extent.widest(archive)
    except extent.DAMAGED as error:
        raise reject(name, "the spreadsheet cannot be opened", "a complete xlsx or xlsb file", cause=error) from error
    if lying:
        raise InputError(Problem(f"{lying} unpacks to more than the archive says", file=name))
    if rows * columns > extent.MAX_CELLS:
        raise InputError(
            Problem(
                f"the sheet reaches to row {rows:,} and column {columns:,}",
                expected=f"at most {extent.MAX_CELLS:,} cells from the first to the last that holds something",
                advice="Delete stray cells far outside of the table, or download the file again.",
                file=name,
                sheet=part,
            )
        )


def _sheet_heads(path: Path, name: str) -> dict[str, list[list[object]]]:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        found: dict[str, list[list[object]]] = {}
        for sheet in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(sheet).to_python(nrows=_HEAD_ROWS, skip_empty_area=False)
            found[sheet] = [list(row) for row in rows]
    except (CalamineError, OSError, ValueError) as error:
        raise reject(name, "the spreadsheet cannot be opened", "a complete xlsx or xlsb file", cause=error) from error
    return found


def _layers(path: Path, name: str) -> list[str]:
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            _refuse_made_up_tables(connection, name)
            rows = connection.execute(
                "select table_name from gpkg_contents where data_type = 'features' limit ?", (_MAX_MEMBERS,)
            ).fetchall()
        finally:
            connection.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise reject(name, "the GeoPackage cannot be opened", "a complete GeoPackage", cause=error) from error
    return [str(row[0]) for row in rows]


def _refuse_made_up_tables(connection: sqlite3.Connection, name: str) -> None:
    """Refuse a database of which a table is a question in disguise: asked, it may never come to an end."""
    made_up = "select name, sql from sqlite_master where type = 'view' or sql like 'create virtual table%'"
    for table, told in connection.execute(made_up):
        index_of_shapes = re.match(r'create virtual table "?rtree_\w+"? using rtree\b', str(told), re.IGNORECASE)
        if not index_of_shapes:
            raise reject(name, f"{str(table)[:80]!r} is no table", "a GeoPackage that holds tables alone")
