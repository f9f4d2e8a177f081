"""What the editors' area must not do to a region: take away its home, or put a page where a module answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from raumwerk.web.pages.models import RegionPage
from raumwerk.web.pages.models.base import MODULE_SLUGS

__all__ = ["keep_home", "keep_homes", "keep_module_addresses"]


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def keep_home(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Everything of a region hangs on its home page: it is neither deleted nor taken offline."""
    if not isinstance(page.specific, RegionPage):
        return None
    messages.error(request, _("The home page of a region cannot be deleted or taken offline. Change its text instead."))
    return redirect("wagtailadmin_explore", page.pk)


@hooks.register("before_bulk_action")
def keep_homes(request: HttpRequest, action: str, objects: Iterable[Any], view: Any) -> HttpResponse | None:
    """The same where many pages are chosen at once."""
    if action not in {"delete", "unpublish"}:
        return None
    return next((answer for one in objects if isinstance(one, Page) and (answer := keep_home(request, one))), None)


@hooks.register("before_copy_page")
def keep_module_addresses(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy is written without the checks of a page's own form."""
    if request.method != "POST" or request.POST.get("new_slug", "").strip().lower() not in MODULE_SLUGS:
        return None
    messages.error(request, _("This address belongs to a module of the region; choose another one."))
    return redirect("wagtailadmin_pages:copy", page.pk)
