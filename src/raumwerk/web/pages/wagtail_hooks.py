"""Where Wagtail asks us: which pages a region's editors may choose, and who may read a page or a document."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.query import PageQuerySet

from raumwerk.web.kit.templatetags.kit import bundle_script
from raumwerk.web.pages import keeping  # noqa: F401  (registers its hooks)
from raumwerk.web.pages.models import RegionDocument, RegionPage
from raumwerk.web.pages.models.reading import may_read_document, may_read_page, reader_of
from raumwerk.web.shared.visibility import Visibility

policy = PagePermissionPolicy()


@hooks.register("insert_editor_js")
def editor_script() -> SafeString:
    """Let publishing wait for a draft that the editor is keeping at that moment."""
    return bundle_script("editor")


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


@hooks.register("before_serve_page")
def only_its_readers(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Lead visitors without an account to the login, and refuse whoever may not read the page."""
    if may_read_page(page, reader_of(request, getattr(request, "region", None))):
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied


@hooks.register("before_serve_document")
def only_its_readers_get_files(document: RegionDocument, request: HttpRequest) -> None:
    """Refuse a document to whoever may not read it; what is not public is kept by no proxy and no browser."""
    if not may_read_document(document, request):
        raise PermissionDenied
    if document.visibility != Visibility.PUBLIC:
        request.not_to_be_kept = True  # type: ignore[attr-defined]  # read by the middleware of this app
