"""Pictures of pages. Documents go through Wagtail, which knows who may read them; nothing else in media is served."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join
from django.views.decorators.http import require_safe

__all__ = ["picture"]

TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif"}


@require_safe
def picture(request: HttpRequest, path: str) -> FileResponse:
    """Serve a rendition; its type comes from a short list, so that nothing uploaded is ever run by a browser."""
    kind = TYPES.get(Path(path).suffix.lower())
    try:
        file = Path(safe_join(Path(settings.MEDIA_ROOT) / "images", path))
    except SuspiciousFileOperation:
        raise Http404 from None
    if kind is None or not file.is_file():
        raise Http404("There is no such picture.")
    response = FileResponse(file.open("rb"), content_type=kind)
    # Wagtail gives a changed picture a new name.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
