"""What the doors of this app share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from raumwerk.errors import RaumwerkError
from raumwerk.web.kit.problems import sentence
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["office_view", "one_page", "tried"]

PER_PAGE = 50


def office_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to the office of the region alone."""

    def checked(request: RegionRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("regions.run_office", request.region):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(login_required(region_view(checked)))


def one_page(rows: QuerySet[Any], request: HttpRequest) -> Page[Any]:
    """Return the page of a list that ``seite`` asks for; an impossible number is the nearest possible one."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("seite"))


def tried(request: HttpRequest, deed: Callable[[], object], done: str) -> bool:
    """Do something that has no form of its own; say what came of it on the next page."""
    try:
        deed()
    except RaumwerkError as error:
        messages.error(request, sentence(error))
        return False
    messages.success(request, done)
    return True
