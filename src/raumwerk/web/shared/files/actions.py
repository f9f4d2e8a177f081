"""Deeds on stored files: each one transaction and one entry in the log."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.files.kinds import check_content
from raumwerk.web.shared.files.models import FileVersion, StoredFile
from raumwerk.web.shared.files.store import keep
from raumwerk.web.shared.visibility import Visibility

__all__ = ["add_version", "change_visibility", "clean_name", "store_file", "withdraw_file"]

_LONGEST = 150


@transaction.atomic
def store_file(
    region: Region,
    upload: UploadedFile,
    *,
    by: Person | None,
    title: str = "",
    visibility: str = Visibility.OFFICE,
    body_number: int | None = None,
    target: models.Model | None = None,
) -> StoredFile:
    """Take an upload as the first version of a new file.

    Parameters
    ----------
    region : Region
        Where it belongs.
    upload : UploadedFile
        Name and content; both are checked.
    title : str
        What it is called; without one, the name of the upload.
    visibility, body_number
        Who may read it; the level ``body`` needs the number of the body.
    target : Model or None
        What it hangs on, e.g. an item of an agenda. Where the app registered a guard, that is asked too.

    Raises
    ------
    InputError
        When the upload cannot be taken (see :func:`kinds.check_content`) or names no body; nothing is stored then.
    """
    _check_level(visibility, body_number)
    name = clean_name(upload.name or "")
    kind = ContentType.objects.get_for_model(target, for_concrete_model=False) if target is not None else None
    file: StoredFile = StoredFile.objects.create(
        region=region, title=title.strip()[:200] or name, visibility=visibility, body_number=body_number,
        target_type=kind, target_id=target.pk if target is not None else None,
    )  # fmt: skip
    version = _add(file, upload, name, 1, by)
    record("store_file", f"file {file.pk}", by=by, region=region, sha256=version.sha256, visibility=visibility)
    return file


@transaction.atomic
def add_version(file: StoredFile, upload: UploadedFile, *, by: Person | None) -> FileVersion:
    """Add a newer version; the older ones stay."""
    rows: models.QuerySet[StoredFile] = StoredFile.objects.in_region(file.region_id)
    held = rows.select_for_update().get(pk=file.pk)
    if held.withdrawn_at is not None:
        raise ConflictError(_("This document was withdrawn; it takes no further version."))
    latest = FileVersion.objects.in_region(file.region_id).filter(file=held).aggregate(models.Max("number"))
    version = _add(held, upload, clean_name(upload.name or ""), (latest["number__max"] or 0) + 1, by)
    record(
        "add_file_version", f"file {held.pk}", by=by, region=held.region, number=version.number, sha256=version.sha256
    )
    return version


@transaction.atomic
def change_visibility(file: StoredFile, visibility: str, *, body_number: int | None = None, by: Person) -> None:
    """Let a wider or narrower circle read it, from now on."""
    _check_level(visibility, body_number)
    before = file.visibility
    file.visibility, file.body_number = visibility, body_number
    file.save(update_fields=["visibility", "body_number"])
    record("change_file_visibility", f"file {file.pk}", by=by, region=file.region, before=before, after=visibility)


@transaction.atomic
def withdraw_file(file: StoredFile, *, by: Person) -> None:
    """Take a document back: the office alone can still read it."""
    if file.withdrawn_at is not None:
        return
    file.withdrawn_at = timezone.now()
    file.save(update_fields=["withdrawn_at"])
    record("withdraw_file", f"file {file.pk}", by=by, region=file.region)


def clean_name(name: str) -> str:
    """Return the bare name of an upload: no folders, no control characters, of a length that every system takes."""
    bare = PureWindowsPath(PurePosixPath(name.replace("\0", "")).name).name
    text = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in unicodedata.normalize("NFC", bare))
    text = " ".join(text.split()).lstrip(".") or "datei"
    stem, dot, suffix = text.rpartition(".")
    return text if len(text) <= _LONGEST else f"{(stem or suffix)[: _LONGEST - 12]}{dot}{suffix[:10]}"


def _check_level(visibility: str, body_number: int | None) -> None:
    if visibility not in Visibility.values:
        raise InputError(Problem(_("there is no such level of visibility"), ", ".join(Visibility.values)))
    if visibility == Visibility.BODY and body_number is None:
        raise InputError(Problem(_("no body was named"), _("the body whose members may read the document")))


def _add(file: StoredFile, upload: UploadedFile, name: str, number: int, by: Person | None) -> FileVersion:
    if upload.file is None:
        raise InputError(Problem(_("no file was sent"), "", _("Choose a file and send the form again.")))
    kind = check_content(name, upload.file, upload.size or 0)
    sha256, size = keep(file.region_id, upload.chunks())
    version: FileVersion = FileVersion.objects.create(
        region_id=file.region_id, file=file, number=number, name=name, kind=kind.suffix, size=size, sha256=sha256,
        uploaded_by=by,
    )  # fmt: skip
    return version
