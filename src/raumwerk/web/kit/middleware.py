"""Middleware that needs no model: language from the address, headers of every answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from raumwerk.web.kit.inline_scripts import known_script_hashes

__all__ = ["LanguageFromAddress", "SchemeOfReaders", "SecurityHeaders", "is_admin_address", "is_embed_address"]

type_response = Callable[[HttpRequest], HttpResponse]

ADMIN_PREFIX = "/verwaltung/"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
# Pages made for frames of other websites: no session, no form, no script.
EMBED = re.compile(r"^/(?:en/)?[a-z0-9-]+/einbetten/")
# Wagtail's editor writes style attributes; only its own address gets this.
ADMIN_POLICY = {"style-src": ["'self'", "'unsafe-inline'"], "frame-src": ["'self'"], "frame-ancestors": ["'self'"]}


def is_admin_address(path: str) -> bool:
    """Tell whether `path` lies inside the editors' area."""
    return path.startswith(ADMIN_PREFIX)


def is_embed_address(path: str) -> bool:
    """Tell whether `path` is a page that other websites may show in a frame."""
    return EMBED.match(path) is not None


class SchemeOfReaders:
    """Takes every request for one by https where the installation is reached so (``RAUMWERK_HTTPS``).

    The proxy that ends TLS hands requests on by http. No header of the request is asked, since anybody can write one.
    """

    def __init__(self, get_response: type_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.HTTPS:
            request.META["wsgi.url_scheme"] = "https"
        return self.get_response(request)


class LanguageFromAddress:
    """``/en/…`` is English, everything else German: no cookie, no header, so that a page is the same for all."""

    def __init__(self, get_response: type_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if "Content-Language" not in response:
            response.headers["Content-Language"] = language
        return response


class SecurityHeaders:
    """Headers that Django has no setting for, and the wider policy of the editors' area."""

    def __init__(self, get_response: type_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        editing = is_admin_address(request.path_info)
        if is_embed_address(request.path_info):
            # By address, not by view: an answer may come from the cache of pages, which knows no such marks.
            response._csp_replace = {"frame-ancestors": ["*"], "script-src": ["'none'"], "form-action": ["'none'"]}  # type: ignore[attr-defined]
            return response
        if editing and "Content-Security-Policy" in response.headers:
            # A preview: it has gone through all of this once already, as the page it will be; the editor frames it.
            del response.headers["Content-Security-Policy"]
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            response._csp_replace = {"frame-ancestors": ["'self'"]}  # type: ignore[attr-defined]  # read by django-csp
            return response
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN" if editing else "DENY")
        if editing and response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            scripts = ["'self'", *known_script_hashes(response.content.decode(response.charset))]
            # Read by django-csp, which stands outside of this middleware.
            response._csp_replace = {**ADMIN_POLICY, "script-src": scripts}  # type: ignore[attr-defined]
        return response
