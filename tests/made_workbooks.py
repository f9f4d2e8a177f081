"""Workbooks of the old kind (BIFF8 in an OLE container), as small as the format allows."""

from __future__ import annotations

import struct

__all__ = ["wide_xls"]

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def wide_xls(sheets: int) -> bytes:
    """A workbook of some kilobytes whose sheets each hold one cell in the first corner and one in the last."""
    cells = _cell(0, 0) + _cell(65_535, 255)
    sheet = _begin(0x10) + cells + _record(0x0A)
    globals_size = len(_begin(5)) + sheets * len(_named(0, 0)) + len(_record(0x0A))
    names = b"".join(_named(number, globals_size + number * len(sheet)) for number in range(sheets))
    book = _begin(5) + names + _record(0x0A) + sheet * sheets
    return _container(book)


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))


def _named(number: int, place: int) -> bytes:
    return _record(0x85, struct.pack("<IBBBB", place, 0, 0, 4, 0) + b"%04d" % number)


def _cell(row: int, column: int) -> bytes:
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))


def _container(book: bytes) -> bytes:
    """One stream in an OLE file: header, one sector of the allocation table, one of the directory, the stream."""
    sectors = max(8, -(-len(book) // _SECTOR))
    table = [_FAT, _END, *range(3, sectors + 2), _END]
    table += [_FREE] * (128 - len(table))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, sectors * _SECTOR)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    return head + struct.pack("<128I", *table) + directory.ljust(_SECTOR, b"\0") + book.ljust(sectors * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = f"{name}\0".encode("utf-16-le")
    links = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
