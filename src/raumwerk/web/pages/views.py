"""Pages that are not in Wagtail: feeds of news, reporting a barrier, and the office's list of such reports."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.web.kit.limits import within_limit
from raumwerk.web.pages.actions import report_barrier, settle_report
from raumwerk.web.pages.feeds import news_feed_of
from raumwerk.web.pages.forms import BarrierForm
from raumwerk.web.pages.models import BarrierReport
from raumwerk.web.people.models import Person
from raumwerk.web.regions.middleware import slug_in
from raumwerk.web.regions.models import Region
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["barrier_form", "barrier_thanks", "news_feed", "report_list", "report_settled"]

REPORTS_AN_HOUR = 5


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def barrier_form(request: HttpRequest) -> HttpResponse:
    """Take a report of a barrier; open to everybody."""
    page = request.GET.get("seite", "")[:300]
    region = Region.objects.filter(slug=slug_in(page) or "", active=True).first()
    form = BarrierForm(request.POST or None, initial={"page": page, "region": region})
    if request.method == "POST":
        if not within_limit(request, "barrier", times=REPORTS_AN_HOUR, seconds=3600):
            return render(request, "429.html", status=429)
        if form.is_valid():
            given = form.cleaned_data
            report_barrier(given["region"], text=given["text"], page=given["page"], email=given["email"])
            return redirect("barrier_thanks")
    return render(request, "pages/barrier_form.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
def barrier_thanks(request: HttpRequest) -> HttpResponse:
    """Say thank you."""
    return render(request, "pages/barrier_thanks.html")


@region_view
@require_safe
def news_feed(request: RegionRequest, kind: str) -> HttpResponse:
    """Give the news of the region as RSS or Atom."""
    content, content_type = news_feed_of(request.region, kind, get_language() or "de", request)
    return HttpResponse(content, content_type=content_type)


@never_cache
@login_required
@region_view
@require_safe
def report_list(request: RegionRequest) -> HttpResponse:
    """Show the office the reports of its region."""
    _office_only(request)
    reports = BarrierReport.objects.in_region(request.region)
    return render(request, "pages/report_list.html", {"reports": reports})


@never_cache
@login_required
@region_view
@require_POST
def report_settled(request: RegionRequest, number: int) -> HttpResponse:
    """Remove a settled report."""
    _office_only(request)
    report = get_object_or_404(BarrierReport.objects.in_region(request.region), pk=number)
    settle_report(report, by=cast(Person, request.user))
    messages.success(request, _("The report has been removed."))
    return redirect("report_list", region=request.region.slug)


def _office_only(request: RegionRequest) -> None:
    if not request.user.has_perm("regions.run_office", request.region):
        raise PermissionDenied
