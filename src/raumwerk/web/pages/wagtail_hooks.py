"""Where Wagtail asks us: which pages a region's editors may choose, and that resting regions show nothing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.query import PageQuerySet

from raumwerk.web.pages.models import RegionPage

policy = PagePermissionPolicy()


@hooks.register("construct_page_chooser_queryset")
def only_own_region(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Offer editors the pages of their own regions; other regions' drafts would show their titles."""
    if request.user.is_superuser:
        return pages
    allowed = policy.instances_user_has_any_permission_for(request.user, {"add", "change", "publish"})
    return pages.filter(pk__in=allowed.order_by().values("pk"))


@hooks.register("before_serve_page")
def only_active_regions(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """A region that neither release nor files name any more has no public pages."""
    if page.depth >= 3 and getattr(request, "region", None) is None:
        home = page.specific if page.depth == 3 else page.get_ancestors().get(depth=3).specific
        if isinstance(home, RegionPage):
            raise Http404("This region is not part of the installation any more.")
