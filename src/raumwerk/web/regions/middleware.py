"""Finds the region an address belongs to: ``/mitte/…`` and ``/en/mitte/…`` alike."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from raumwerk.web.regions.models import Region
from raumwerk.web.regions.reserved import RESERVED_SLUGS

__all__ = ["RegionFromAddress", "slug_in"]


def slug_in(path: str) -> str | None:
    """Return the part of `path` that may name a region, or None."""
    parts = path.strip("/").split("/")
    if parts and parts[0] == "en":
        parts = parts[1:]
    if not parts or not parts[0] or parts[0] in RESERVED_SLUGS:
        return None
    return parts[0]


class RegionFromAddress:
    """Sets ``request.region``: the :class:`Region`, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug = slug_in(request.path_info)
        found = Region.objects.filter(slug=slug, active=True).first() if slug is not None else None
        request.region = found  # type: ignore[attr-defined]  # see RegionRequest
        return self.get_response(request)
