"""Keeps whole public pages for visitors without a session, and answers 304 where the browser has them already.

A page is kept under the release, the count of content changes and the last deed it was made at, so it is never older.
The API has a cache of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from raumwerk.web.pages.queries import content_stamp
from raumwerk.web.portal.handover.statistics import present_release
from raumwerk.web.shared.audit.queries import last_entry

__all__ = ["PageCache"]

# Addresses with forms, sessions, or answers that are cached elsewhere.
LEFT_ALONE = (
    "/verwaltung/", "/konto/", "/en/konto/", "/api/", "/dcat/", "/ogc/", "/static/", "/media/", "/dokumente/",
    "/healthz", "/barriere-melden/", "/en/barriere-melden/",
)  # fmt: skip
# Rooms of a region whose pages differ by reader and hour: /<region>/forum/ and, in English, /en/<region>/forum/.
ROOMS_LEFT_ALONE = re.compile(r"^/(?:en/)?[^/]+/(?:forum|meine-seite|suche|verzeichnis)(?:/|$)")
KEPT_SECONDS = 24 * 3600
# With the number of pages that settings allow, this bounds the memory of a process to 100 MB.
LARGEST = 250_000


class PageCache:
    """Middleware; stands outside of sessions, so that a kept page costs one query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _may_be_kept(request):
            response = self.get_response(request)
            if settings.SESSION_COOKIE_NAME in request.COOKIES:  # made for one person: no proxy may keep it
                response.headers.setdefault("Cache-Control", "private, no-cache")
            return response
        key = _key(request)
        kept = caches["pages"].get(key)
        if kept is not None:
            body, headers = kept
            response = HttpResponse(body)
            for name, value in headers.items():
                response.headers[name] = value
        else:
            response = self.get_response(request)
            if not _is_public(response):
                return response
            response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            response.headers.setdefault("Cache-Control", "max-age=0, must-revalidate")
            if len(response.content) <= LARGEST:
                caches["pages"].set(key, (response.content, dict(response.headers)), KEPT_SECONDS)
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path_info.startswith(LEFT_ALONE)
        and not ROOMS_LEFT_ALONE.match(request.path_info)
    )


def _is_public(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "private" not in response.get("Cache-Control", "")
        and "no-store" not in response.get("Cache-Control", "")
    )


def _key(request: HttpRequest) -> str:
    asked = f"{request.get_host()}|{request.get_full_path()}|{request.method}"
    digest = hashlib.sha256(asked.encode()).hexdigest()
    release = present_release()
    return f"page:{release.id if release else None}:{content_stamp()}:{last_entry()}:{digest}"
