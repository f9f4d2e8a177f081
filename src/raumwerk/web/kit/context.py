"""What every template may use: language links, demonstration mark, names."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

__all__ = ["address_in", "language_links", "site"]


def language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Return one entry per language: code, name in itself, address of this page, and whether it is the present one."""
    current = translation.get_language()
    path = request.get_full_path()
    return [
        {"code": code, "name": name, "url": address_in(path, code), "current": code == current}
        for code, name in settings.LANGUAGES
    ]


def address_in(path: str, language: str) -> str:
    """Move `path` into `language`: prefixes differ, slugs do not."""
    for code, _name in settings.LANGUAGES:
        if path.startswith(f"/{code}/"):
            path = path[len(code) + 1 :]
            break
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the website."""
    return {
        "site_name": settings.RAUMWERK["NAME"],
        "demonstration": settings.RAUMWERK["DEMO"],
        "region": getattr(request, "region", None),
        "language_links": language_links(request),
    }
