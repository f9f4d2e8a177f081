"""For views: the region of the address, or 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from raumwerk.web.kit.context import address_in
from raumwerk.web.regions.models import Region

__all__ = ["RegionRequest", "region_view", "way_to"]


class RegionRequest(HttpRequest):
    """A request as views of a region get it (for type checkers)."""

    region: Region


def region_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call `view(request, …)` with ``request.region`` set; an address of no known region is 404.

    The address pattern captures ``<slug:region>``; the view takes it from ``request.region`` instead.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, region: str, **kwargs: Any) -> HttpResponse:
        found: Region | None = getattr(request, "region", None)
        if found is None or found.slug != region:
            raise Http404(f"There is no region “{region}” here.")
        return view(request, *args, **kwargs)

    return checked


def way_to(region: Region, *steps: tuple[str, str]) -> list[dict[str, str]]:
    """Way from the home of a region to a page: title and address of each step; the page itself has no address."""
    home = address_in(f"/{region.slug}/", get_language() or "de")
    return [{"title": title, "url": url} for title, url in ((region.short, home), *steps)]
