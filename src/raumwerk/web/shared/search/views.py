"""The door to the index."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from raumwerk.web.kit.limits import within_limit
from raumwerk.web.regions.shortcuts import RegionRequest, region_view, way_to
from raumwerk.web.shared.search.queries import search, suggest
from raumwerk.web.shared.search.registry import label_of
from raumwerk.web.shared.visibility import audience_of

__all__ = ["results", "suggestions"]

SEARCHES_A_MINUTE = 120
MOST_PAGES = 250


@region_view
@require_safe
def results(request: RegionRequest) -> HttpResponse:
    """Show what contains the words of ``q``, of one ``art`` or of all, twenty on a page."""
    if not within_limit(request, "search", times=SEARCHES_A_MINUTE, seconds=60):
        return render(request, "429.html", status=429)
    text, kind, page = request.GET.get("q", "").strip()[:200], request.GET.get("art", ""), _page(request)
    found = search(request.region, audience_of(request.user, request.region), text, kind=kind, page=page)
    kinds = [{"key": key, "label": label_of(key), "count": count} for key, count in sorted(found.kinds.items())]
    context = {
        "text": text, "kind": kind, "found": found, "kinds": kinds, "page": page,
        "everything": sum(found.kinds.values()), "crumbs": way_to(request.region, (_("Search"), "")),
    }  # fmt: skip
    response = render(request, "search/results.html", context)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@region_view
@require_safe
def suggestions(request: RegionRequest) -> JsonResponse:
    """Give the best results for a text that is being typed, for the search that opens over a page."""
    if not within_limit(request, "suggest", times=3 * SEARCHES_A_MINUTE, seconds=60):
        return JsonResponse({"results": []}, status=429)
    text = request.GET.get("q", "").strip()[:200]
    found = suggest(request.region, audience_of(request.user, request.region), text) if len(text) > 1 else []
    rows = [{"title": one.entry.title, "url": one.url, "kind": str(label_of(one.entry.kind))} for one in found]
    response = JsonResponse({"results": rows})
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(request: RegionRequest) -> int:
    asked = request.GET.get("seite", "1")
    return min(max(int(asked), 1), MOST_PAGES) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
