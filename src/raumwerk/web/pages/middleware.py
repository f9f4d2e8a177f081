"""In the editors' area an address that names another region's page, picture or document does not exist.

Wagtail refuses changes itself; some of its views would still show titles to whoever may enter the area at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.permission_policies.pages import PagePermissionPolicy

from raumwerk.web.kit.middleware import is_admin_address

__all__ = ["OwnRegionOnly"]

# Wagtail's own interface lists the files of all collections there; its editor does not need it.
FILE_LISTS = ("/verwaltung/api/main/documents/", "/verwaltung/api/main/images/")
PAGE_NAMES = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "destination_page_id")
FILE_POLICIES = {"wagtailimages": image_policy, "wagtaildocs": document_policy}
FILE_RIGHTS = {"add", "change", "choose", "delete"}


class OwnRegionOnly:
    """Middleware; asks before the view is called."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Raise 404 where the address names what is not this person's."""
        if not is_admin_address(request.path_info) or request.user.is_superuser:
            return
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return  # Wagtail sends them to the login itself
        if request.path_info.startswith(FILE_LISTS):
            raise Http404("Files are listed by region; use the pages for documents and pictures.")
        pages = set(_named_pages(request, kwargs))
        if pages:
            own = PagePermissionPolicy().explorable_instances(request.user)
            if own.filter(pk__in=pages).count() != len(pages):
                raise Http404("There is no such page in your region.")
        room = request.resolver_match.namespace if request.resolver_match else ""
        policy = FILE_POLICIES.get(room.partition(":")[0].removesuffix("_chooser"))
        files = set(_named_files(request, kwargs))
        if policy and files:
            allowed = policy.instances_user_has_any_permission_for(request.user, FILE_RIGHTS)
            if allowed.filter(pk__in=files).count() != len(files):
                raise Http404("There is no such file in your region.")


def _named_pages(request: HttpRequest, kwargs: dict[str, Any]) -> Iterator[int]:
    yield from (int(kwargs[name]) for name in PAGE_NAMES if str(kwargs.get(name, "")).isdigit())
    yield from _numbers(request, "parent_page_id", "child_of", "descendant_of")
    if "choose-page" in request.path_info:
        yield from _numbers(request, "id")


def _named_files(request: HttpRequest, kwargs: dict[str, Any]) -> Iterator[int]:
    names = ("pk", "image_id", "document_id", "doc_id")
    yield from (int(kwargs[name]) for name in names if str(kwargs.get(name, "")).isdigit())
    yield from _numbers(request, "id")


def _numbers(request: HttpRequest, *names: str) -> Iterator[int]:
    yield from (int(value) for name in names for value in request.GET.getlist(name) if value.isdigit())
