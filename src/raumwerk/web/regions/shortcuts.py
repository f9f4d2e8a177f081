"""For views: the region of the address, or 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

__all__ = ["region_view"]


def region_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call `view(request, …)` with ``request.region`` set; an address of no known region is 404.

    The address pattern captures ``<slug:region>``; the view takes it from ``request.region`` instead.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, region: str, **kwargs: Any) -> HttpResponse:
        if request.region is None or request.region.slug != region:
            raise Http404(f"There is no region “{region}” here.")
        return view(request, *args, **kwargs)

    return checked
