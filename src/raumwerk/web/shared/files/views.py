"""The door to stored files. Every request asks who may read, also for a copied address."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.files.kinds import KINDS
from raumwerk.web.shared.files.models import StoredFile
from raumwerk.web.shared.files.queries import all_files, version_of
from raumwerk.web.shared.files.rules import may_read
from raumwerk.web.shared.files.store import open_path
from raumwerk.web.shared.visibility import audience_of

__all__ = ["as_attachment", "download", "versions"]

#: What a browser may do with a file it opens after all: nothing.
_SEALED = "default-src 'none'; sandbox"


def as_attachment(path: Path, name: str, media_type: str) -> FileResponse:
    """Hand out a file so that no browser runs it or guesses its type: it is saved, under its own name."""
    response = FileResponse(path.open("rb"), content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _SEALED
    response.headers["Cache-Control"] = "private, no-store"
    return response


@region_view
@require_safe
def download(request: RegionRequest, number: int, version: int | None = None) -> HttpResponse:
    """Send one version of a file (the latest without a number): 404 unknown, 403 not for this reader."""
    file = _readable(request, number)
    found = version_of(file, version)
    if found is None:
        raise Http404("There is no such version of this document.")
    path = open_path(file.region_id, found.sha256, found.size)
    return as_attachment(path, found.name, KINDS[found.kind].media_type)  # type: ignore[return-value]


@region_view
@require_safe
def versions(request: RegionRequest, number: int) -> HttpResponse:
    """Show all versions of a file with their checksums."""
    file = _readable(request, number)
    response = render(request, "files/versions.html", {"file": file})
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _readable(request: RegionRequest, number: int) -> StoredFile:
    file: StoredFile = get_object_or_404(all_files(request.region), pk=number)
    if not may_read(audience_of(request.user, request.region), file):
        raise PermissionDenied
    return file
