"""One's own page."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from raumwerk.web.people.models import Person
from raumwerk.web.portal.handover.my_page import my_page
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["show_my_page"]


@never_cache
@login_required
@region_view
@require_safe
def show_my_page(request: RegionRequest) -> HttpResponse:
    """Show what somebody is asked to do, what is new, what they follow and belong to, in this region."""
    return render(request, "portal/my_page.html", {"mine": my_page(cast(Person, request.user), request.region)})
