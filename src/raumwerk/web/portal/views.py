"""Answers for machines."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from raumwerk.web.portal.handover.statistics import present_release
from raumwerk.web.regions.models import Region

__all__ = ["health", "robots"]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read a real site, and keep them away from a demonstration."""
    closed = ["/"] if settings.RAUMWERK["DEMO"] else ["/verwaltung/", "/konto/", "/en/konto/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not settings.RAUMWERK["DEMO"]:
        lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    lines.append("")
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Tell a monitor that database and store answer."""
    atlas = present_release()
    return JsonResponse({"regions": Region.objects.filter(active=True).count(), "release": atlas.id if atlas else None})
