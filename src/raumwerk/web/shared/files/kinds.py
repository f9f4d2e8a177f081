"""Which files are taken, told by their content: a name promises, the bytes decide."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from raumwerk.errors import InputError, Problem

__all__ = ["ACCEPTED", "KINDS", "LARGEST", "Kind", "check_content"]

LARGEST = 25 * 1024 * 1024
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file as browsers are told of it."""

    suffix: str
    media_type: str


def _kind(suffix: str, media_type: str) -> tuple[str, Kind]:
    return suffix, Kind(suffix, media_type)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
KINDS: dict[str, Kind] = dict(
    (
        _kind("pdf", "application/pdf"),
        _kind("png", "image/png"), _kind("jpg", "image/jpeg"), _kind("webp", "image/webp"),
        _kind("docx", f"{_OFFICE}.wordprocessingml.document"),
        _kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
        _kind("pptx", f"{_OFFICE}.presentationml.presentation"),
        _kind("odt", f"{_OPEN}.text"), _kind("ods", f"{_OPEN}.spreadsheet"), _kind("odp", f"{_OPEN}.presentation"),
        _kind("csv", "text/csv; charset=utf-8"), _kind("txt", "text/plain; charset=utf-8"),
        _kind("geojson", "application/geo+json"), _kind("gpkg", "application/geopackage+sqlite3"),
        _kind("zip", "application/zip"),
    )
)  # fmt: skip
#: For the ``accept`` attribute of upload fields.
ACCEPTED = ",".join(f".{suffix}" for suffix in (*KINDS, "jpeg"))

_MAGIC = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "gpkg": b"SQLite format 3\0"}
_OOXML = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_TEXTS = {"csv", "txt", "geojson"}


def check_content(name: str, handle: IO[bytes], size: int) -> Kind:
    """Return the kind of an upload; `handle` is read from its beginning and left there.

    Raises
    ------
    InputError
        When it is empty, larger than 25 MB, of a kind that is not taken, or not what its name says.
    """
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    suffix = "jpg" if suffix == "jpeg" else suffix
    kind = KINDS.get(suffix)
    if kind is None:
        raise _refusal(_("files of this kind are not taken"), _("one of %s") % ", ".join(KINDS), name)
    if size == 0:
        raise _refusal(_("the file is empty"), "", name)
    if size > LARGEST:
        megabytes = LARGEST // (1024 * 1024)
        raise _refusal(_("the file is too large"), _("at most %d MB") % megabytes, name)
    handle.seek(0)
    try:
        sound = _is(suffix, handle)
    finally:
        handle.seek(0)
    if not sound:
        raise _refusal(_("the content is not what the name of the file says"), f"{suffix.upper()}", name)
    return kind


def _refusal(what: str, expected: str, name: str) -> InputError:
    return InputError(Problem(what, expected, _("Nothing was stored."), file=name[:80]))


def _is(suffix: str, handle: IO[bytes]) -> bool:
    head = handle.read(_HEAD)
    if suffix in _MAGIC:
        return head.startswith(_MAGIC[suffix])
    if suffix == "webp":
        return head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    if suffix in _TEXTS:
        return _is_text(handle, suffix)
    return _is_archive(suffix, handle)


def _is_text(handle: IO[bytes], suffix: str) -> bool:
    handle.seek(0)
    data = handle.read()
    if b"\0" in data or (suffix == "geojson" and data.lstrip()[:1] != b"{"):
        return False
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return suffix != "geojson"  # older programs write tables in the encoding of the machine
    return True


def _is_archive(suffix: str, handle: IO[bytes]) -> bool:
    """Tell documents that are archives by their table of contents; nothing is unpacked but a word of type."""
    handle.seek(0)
    try:
        with zipfile.ZipFile(handle) as archive:
            names = archive.namelist()
            if suffix == "zip":
                return True
            if any(one.lower().endswith("vbaproject.bin") for one in names):
                return False  # programs inside of documents are not passed on
            if suffix in _OOXML:
                return "[Content_Types].xml" in names and any(one.startswith(_OOXML[suffix]) for one in names)
            with archive.open("mimetype") as entry:
                return entry.read(200).decode("ascii", "replace").strip() == KINDS[suffix].media_type
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, OSError):
        return False
