"""Where the bytes lie: ``<home>/files/<region>/<first two>/<SHA-256>``, written whole or not at all."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from raumwerk.errors import IntegrityError, UnavailableError

__all__ = ["keep", "open_path", "path_of"]

log = logging.getLogger("raumwerk.files")


def path_of(region_id: int, sha256: str) -> Path:
    """Return the place of a content in a region."""
    return Path(settings.HOME) / "files" / str(region_id) / sha256[:2] / sha256


def keep(region_id: int, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write a content and return its SHA-256 and size; a content that is there already is not written twice.

    Raises
    ------
    UnavailableError
        When the disk takes no more.
    """
    try:
        return _kept(Path(settings.HOME) / "files" / str(region_id), region_id, chunks)
    except OSError as error:
        log.exception("A document cannot be stored")
        text = _("The document could not be stored: the server has no room for it. Please tell those who run it.")
        raise UnavailableError(text) from error


def _kept(folder: Path, region_id: int, chunks: Iterable[bytes]) -> tuple[str, int]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        target = path_of(region_id, digest.hexdigest())
        target.parent.mkdir(mode=0o700, exist_ok=True)
        Path(draft).replace(target)
    finally:
        Path(draft).unlink(missing_ok=True)
    return digest.hexdigest(), size


def open_path(region_id: int, sha256: str, size: int) -> Path:
    """Return the place of a content that is to be handed out.

    Raises
    ------
    IntegrityError
        When it is not there, or not as long as it was.
    """
    path = path_of(region_id, sha256)
    try:
        found = path.stat().st_size
    except FileNotFoundError:
        found = -1
    if found != size:
        raise IntegrityError(f"The stored file {sha256[:12]}… is missing or damaged; restore it from the backup.")
    return path
