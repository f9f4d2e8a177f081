"""In the editors' area an address that names another region's page, picture or document does not exist.

Wagtail refuses changes itself; some of its views would still show titles to whoever may enter the area at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from raumwerk.web.kit.middleware import is_admin_address

__all__ = ["OwnRegionOnly"]

# Wagtail's own interface lists the files of all collections there; its editor does not need it.
FILE_LISTS = ("/verwaltung/api/main/documents/", "/verwaltung/api/main/images/")
# Wagtail's lists by kind of page name the pages last edited, of whatever region.
KIND_LISTS = ("/verwaltung/reports/page-types-usage/", "/verwaltung/pages/usage/")
# Wagtail's view that fails on purpose; whoever edits pages could fill the log with it.
ALARM_TEST = "wagtailadmin_error_test"
PAGE_NAMES = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "destination_page_id")
FILE_POLICIES = {"wagtailimages": image_policy, "wagtaildocs": document_policy}
#: Models of actions on many files at once; those on pages are told by the name of their model.
BULK_ROOMS = {"regionimage": "wagtailimages", "regiondocument": "wagtaildocs"}
FILE_RIGHTS = {"add", "change", "choose", "delete"}
#: Parameters of Wagtail's views that hold the number of an object.
NUMBER_NAMES = (
    "id", "parent_page_id", "child_of", "descendant_of", "ancestor_of", "translation_of", "childOf", "collection_id",
    "destination_page_id",
)  # fmt: skip
LARGEST_NUMBER = 2**63 - 1


class OwnRegionOnly:
    """Middleware; asks before the view is called."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "not_to_be_kept", False):  # a document that is not for everybody
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Raise 404 where the address names what is not this person's."""
        if not is_admin_address(request.path_info):
            return
        if request.resolver_match is not None and request.resolver_match.url_name == ALARM_TEST:
            raise Http404("Alarms are tried out on a machine of one's own.")
        _refuse_impossible_numbers(request, kwargs)
        if request.user.is_superuser:
            return
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return  # Wagtail sends them to the login itself
        if request.path_info.startswith(FILE_LISTS):
            raise Http404("Files are listed by region; use the pages for documents and pictures.")
        if request.path_info.startswith(KIND_LISTS):
            raise Http404("Pages are listed by region; use the explorer.")
        pages = set(_named_pages(request, kwargs))
        if pages:
            own = PagePermissionPolicy().explorable_instances(request.user)
            if own.filter(pk__in=pages).count() != len(pages):
                raise Http404("There is no such page in your region.")
        policy = FILE_POLICIES.get(_room(request, kwargs))
        files = set(_named_files(request, kwargs))
        if policy and files:
            allowed = policy.instances_user_has_any_permission_for(request.user, FILE_RIGHTS)
            if allowed.filter(pk__in=files).count() != len(files):
                raise Http404("There is no such file in your region.")


def _refuse_impossible_numbers(request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """Numbers that no database holds, and texts that only look like one, name nothing; Wagtail would fail on them."""
    asked = [value for name in NUMBER_NAMES for value in request.GET.getlist(name) if value.isdigit()]
    given = [value for value in kwargs.values() if isinstance(value, int)]
    if "pk" in kwargs:
        asked.append(str(kwargs["pk"]))
    if any(_number(value) is None for value in asked) or any(value > LARGEST_NUMBER for value in given):
        raise Http404("There is no such number.")


def _number(text: str) -> int | None:
    """The number that `text` writes in plain digits, None where a database could not hold it."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST_NUMBER)):
        return None
    number = int(text)
    return number if number <= LARGEST_NUMBER else None


def _room(request: HttpRequest, kwargs: dict[str, Any]) -> str:
    """Name of the Wagtail app whose objects the address is about."""
    if _is_bulk(request):
        return BULK_ROOMS.get(kwargs.get("model_name", ""), "")
    room = request.resolver_match.namespace if request.resolver_match else ""
    return room.partition(":")[0].removesuffix("_chooser")


def _is_bulk(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "wagtail_bulk_action"


def _named_pages(request: HttpRequest, kwargs: dict[str, Any]) -> Iterator[int]:
    yield from (int(kwargs[name]) for name in PAGE_NAMES if str(kwargs.get(name, "")).isdigit())
    yield from _numbers(request, "parent_page_id", "child_of", "descendant_of")
    if "choose-page" in request.path_info:
        yield from _numbers(request, "id")
    if _is_bulk(request) and kwargs.get("model_name") == "page":
        yield from _pages_in_bulk(request)


def _pages_in_bulk(request: HttpRequest) -> Iterator[int]:
    """Pages of an action on many: named one by one, or all below one page (all of all regions where none is named)."""
    yield from _numbers(request, "id")
    if "all" in request.GET.getlist("id"):
        above = Page.objects.filter(pk__in=_numbers(request, "childOf")).first()
        below = Page.objects.all() if above is None else above.get_descendants()
        if above is not None and not request.GET.get("q"):
            below = above.get_children()
        yield from below.values_list("pk", flat=True)


def _named_files(request: HttpRequest, kwargs: dict[str, Any]) -> Iterator[int]:
    names = ("pk", "image_id", "document_id", "doc_id")
    yield from (int(kwargs[name]) for name in names if str(kwargs.get(name, "")).isdigit())
    yield from _numbers(request, "id")


def _numbers(request: HttpRequest, *names: str) -> Iterator[int]:
    asked = (_number(value) for name in names for value in request.GET.getlist(name))
    yield from (number for number in asked if number is not None)
