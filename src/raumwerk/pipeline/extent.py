"""How much room the sheets of a workbook take once they are read: one cell at the far end makes all before it count.

A reader lays a sheet out as a full rectangle. A workbook of a few kilobytes with one cell in row 1,048,576 and column
XFD would ask for 17 thousand million cells, so the rectangle is measured before anything is laid out.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from copy import copy

__all__ = ["DAMAGED", "MAX_CELLS", "longer_than_told", "widest"]

#: No official sheet spans more cells; the largest known has about three million.
MAX_CELLS = 20_000_000
#: What `zipfile` raises for damaged or locked parts.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
_CHUNK = 1 << 24
#: Kinds of records in the sheets of xlsb: the data begin and end, and the last kind of a cell.
_DATA_BEGINS, _DATA_ENDS, _LAST_CELL = 17 + (1 << 7), 18 + (1 << 7), 11
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACED = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,9})[\"'][^>]*?(/?)>")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>]")
#: In the usual way of writing, cells without such a reference stay within MAX_CELLS: ZZ9999, Z99999 and ZZZ999 do.
_FAR = re.compile(rb' r="(?:[A-Za-z]{3}\d{4}|[A-Za-z]{2}\d{5}|[A-Za-z]\d{6}|[A-Za-z]{4}\d)')
_REFERENCE = re.compile(rb' r="([A-Za-z]{1,4})(\d{1,9})"')
_UNUSUAL = (b":c ", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")
#: Whatever may be the reference of a cell: a quoted `>` or `r=` before it deceives the pattern of a whole cell.
_ANY_REFERENCE = re.compile(rb"[\s\"']r\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,9})[\"']")
_NUMBERED_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"'](\d{1,9})[\"']")


def longer_than_told(archive: zipfile.ZipFile) -> str:
    """Name of the first part that unpacks to more than the archive says, or nothing.

    `zipfile` stops at the size that is told; the reader of workbooks goes on to the end. What is longer would be read
    by it and have been measured by nobody.
    """
    for member in archive.infolist():
        asked = copy(member)
        asked.file_size, left = member.file_size + 1, member.file_size
        # No checksum is compared: that of a part that goes on is wrong anyway, and its error would not say why.
        asked.CRC = None  # type: ignore[assignment]  # zipfile knows None for this, its types do not
        with archive.open(asked) as reader:
            while chunk := reader.read(_CHUNK):
                left -= len(chunk)
        if left < 0:
            return member.filename
    return ""


def widest(archive: zipfile.ZipFile) -> tuple[int, int, str]:
    """Rows and columns that the largest sheet of an open xlsx or xlsb spans from its first cell, and its part's name.

    Sheets that are plainly small are not measured: for them the answer is 0, 0 and no name.

    Every part is looked at, because a workbook may call its sheets whatever it likes. Cells without content (only
    formatted) do not count. Raises what `zipfile` raises for damaged parts.
    """
    found = (0, 0, "")
    for member in archive.infolist():
        if member.is_dir():
            continue
        binary = _is_binary(archive, member)
        if binary or not _is_near(archive, member):
            rows, columns = _binary_spanned(archive, member) if binary else _spanned(archive, member)
            if rows * columns > found[0] * found[1]:
                found = (rows, columns, member.filename)
    return found


def _is_binary(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a part holds records, as those of xlsb do. Names tell nothing: readers take any for a sheet."""
    with archive.open(member) as reader:
        start = reader.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(start) and not start.startswith(b"<")


def _binary_spanned(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    """What the cells of an xlsb sheet span; nothing for other parts, pictures for instance.

    A sheet is a row of records: a kind (one or two bytes), a length (up to four bytes of seven bits) and so many bytes.
    Between the marks of a sheet's data, rows are kind 0 and cells kinds 1 (only formatted) to 11, and begin with their
    number.
    """
    rows = columns = here = at = 0
    with archive.open(member) as reader:
        data = reader.read()
    begun, end = False, len(data) - 2
    while at < end:
        kind, length, at = _record(data, at)
        if kind == _DATA_ENDS and begun:
            break
        begun = begun or kind == _DATA_BEGINS
        if begun and kind <= _LAST_CELL:
            number = int.from_bytes(data[at : at + 4], "little") + 1
            if kind == 0:
                here = number
            elif kind > 1:
                rows, columns = max(rows, here), max(columns, number)
        at += length
    return rows, columns


def _record(data: bytes, at: int) -> tuple[int, int, int]:
    """Kind and length of the record that begins at a place, and where its bytes begin."""
    kind, at = data[at], at + 1
    if kind & 0x80:
        kind, at = (kind & 0x7F) | (data[at] & 0x7F) << 7, at + 1
    length = 0
    for shift in (0, 7, 14, 21):
        byte = data[at] if at < len(data) else 0
        length, at = length | (byte & 0x7F) << shift, at + 1
        if not byte & 0x80:
            break
    return kind, length, at


def _is_near(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a quick look shows that the part cannot span more than `MAX_CELLS`."""
    rows = columns = 0
    for chunk in _chunks(archive, member, b"<"):
        if chunk.count(b"<c ") != chunk.count(b'<c r="') or any(mark in chunk for mark in _UNUSUAL):
            return False
        if _FAR.search(chunk):
            references = _REFERENCE.findall(chunk)
            columns = max(columns, *(_number(letters) for letters in {letters for letters, _row in references}))
            rows = max(rows, *(int(row) for row in {row for _letters, row in references}))
    return rows * columns <= MAX_CELLS


def _spanned(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    rows = columns = seen = 0
    for chunk in _chunks(archive, member, b"<row", b":row"):
        placed = _PLACED.findall(chunk)
        # each reference but those of cells that are only formatted
        empty = Counter((column, row) for column, row, closed in placed if closed)
        filled = Counter(_ANY_REFERENCE.findall(chunk)) - empty
        columns = max(columns, max((_number(letters) for letters in {column for column, _row in filled}), default=0))
        rows = max(rows, max((int(row) for _column, row in filled), default=0))
        starts = [match.start() for match in _ROW.finditer(chunk)]
        if len(placed) < len(_CELL.findall(chunk)):  # some stand where the one before ended
            last = max((int(row) for row in _NUMBERED_ROW.findall(chunk)), default=0)
            rows = max(rows, max(last, seen) + len(starts))
            ends = [*starts[1:], len(chunk)]
            pieces = [chunk[start:end] for start, end in zip(starts, ends, strict=True)]
            columns = max(columns, max((len(_CELL.findall(piece)) for piece in pieces), default=0))
        seen = max(rows, seen + len(starts))
    return rows, columns


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *starts: bytes) -> Iterator[bytes]:
    """The part in pieces that end before a tag of which one of `starts` is the beginning, so that none is torn."""
    rest = b""
    with archive.open(member) as reader:
        while more := reader.read(_CHUNK):
            rest += more
            found = max(rest.rfind(start) for start in starts)
            cut = rest.rfind(b"<", 0, found + 1)
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _number(letters: bytes) -> int:
    """Number of a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
