"""Pages that take documents: for a meeting, an item of its agenda, and minutes that are not yet published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from raumwerk.errors import ConflictError
from raumwerk.web.forum.models import Meeting
from raumwerk.web.forum.queries.meetings import found, items_seen, minutes_seen
from raumwerk.web.forum.views.frame import actor, allow, audience, crumb, do, forum_page
from raumwerk.web.forum.views.meetings import RUN, asked_meeting, below
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.files.actions import store_file
from raumwerk.web.shared.files.forms import UploadForm
from raumwerk.web.shared.visibility import Visibility

__all__ = ["item_file", "meeting_file", "minutes_file"]


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_file(request: RegionRequest, number: int) -> HttpResponse:
    """Add a document to a meeting."""
    meeting = asked_meeting(request, number)
    return _take(request, meeting, meeting, reverse("forum:meeting", args=[request.region.slug, number]))


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def item_file(request: RegionRequest, number: int, item: int) -> HttpResponse:
    """Add a document to an item of the agenda."""
    meeting = asked_meeting(request, number)
    one = found(items_seen(meeting, audience(request)), item)
    return _take(request, meeting, one, reverse("forum:item", args=[request.region.slug, number, item]))


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def minutes_file(request: RegionRequest, number: int) -> HttpResponse:
    """Add a document to the newest edition of the minutes, as long as it is not published."""
    meeting = asked_meeting(request, number)
    if refused := allow(request, RUN, meeting):
        return refused
    editions = minutes_seen(meeting, audience(request))
    to = reverse("forum:minutes", args=[request.region.slug, number])
    if not editions or editions[0].state == "published":
        return redirect(to)
    return _take(request, meeting, editions[0], to)


def _take(request: RegionRequest, meeting: Meeting, thing: Any, to: str) -> HttpResponse:
    if refused := allow(request, RUN, thing):
        return refused
    order = list(Visibility.values)
    # never wider than the meeting itself
    levels = tuple(order[order.index(meeting.visibility) :])
    form = UploadForm(
        request.POST or None, request.FILES or None, levels=levels, initial={"visibility": meeting.visibility}
    )
    status = 200
    if request.method == "POST":
        status = do(form, lambda: _store(request, meeting, thing, form.cleaned_data))
        if status == 200:
            messages.success(request, _("The document has been added."))
            return redirect(to)
    title = _("Add a document")
    return forum_page(request, "form.html", *below(meeting), crumb(title), form=form, title=title, status=status)


def _store(request: RegionRequest, meeting: Meeting, thing: Any, given: dict[str, Any]) -> object:
    if meeting.state == "cancelled":
        raise ConflictError(_("The meeting is over or has been cancelled; it cannot be changed any more."))
    return store_file(
        request.region, given["file"], by=actor(request), title=given["title"], visibility=given["visibility"],
        body_number=meeting.body_id, target=thing,
    )  # fmt: skip
