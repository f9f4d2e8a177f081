"""The programme as chart, table, list and calendar, and the forms that keep it."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raumwerk.web.forum.actions.programme import change_milestone, plan_milestone, remove_milestone
from raumwerk.web.forum.forms.programme import MilestoneEditForm, SpanForm
from raumwerk.web.forum.models import Milestone
from raumwerk.web.forum.queries.chart import chart_of
from raumwerk.web.forum.queries.programme import calendar_entries, calendar_of, milestone_seen, programme_of
from raumwerk.web.forum.views.frame import actor, address, allow, audience, crumb, form_page, forum_page
from raumwerk.web.kit.ical import calendar_answer
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["calendar", "milestone_edit", "milestone_new", "milestone_remove", "programme"]


@region_view
@require_safe
def programme(request: RegionRequest) -> HttpResponse:
    """Show the programme: a chart, the table of bodies and quarters, and the list."""
    asked = SpanForm(request.GET or None)
    valid = not asked.is_bound or asked.is_valid()
    span = asked.cleaned_data if asked.is_bound and valid else {}
    found = programme_of(request.region, audience(request), first=span.get("von"), last=span.get("bis"))
    form = SpanForm(request.GET or None, choices=found.choices)
    form.is_valid()
    return forum_page(
        request,
        "programme.html",
        crumb(_("Programme")),
        form=form,
        programme=found,
        chart=chart_of(found),
        may_manage=request.user.has_perm("forum.manage_bodies", request.region),
        calendar_url=f"{settings.BASE_URL}{request.path}kalender.ics",
        status=200 if valid else 400,
    )


@region_view
@require_safe
def calendar(request: RegionRequest) -> HttpResponse:
    """Hand out the whole programme as calendar: what the reader may see."""
    entries = calendar_of(request.region, audience(request))
    name = _("Programme: %(region)s") % {"region": request.region.short}
    return calendar_answer(name, calendar_entries(entries, settings.BASE_URL), f"programm-{request.region.slug}")


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def milestone_new(request: RegionRequest) -> HttpResponse:
    """Let the office plan a milestone."""
    if refused := allow(request, "forum.manage_bodies", request.region):
        return refused
    form = MilestoneEditForm(request.POST or None, region=request.region, seen=audience(request))
    title = _("Add to the programme")
    return form_page(
        request,
        form,
        partial(plan_milestone, request.region),
        said=_("The entry stands in the programme."),
        to=address(request, "programme"),
        title=title,
        trail=(_list(request),),
    )


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def milestone_edit(request: RegionRequest, number: int) -> HttpResponse:
    """Let the office, or the chair of its body, change a milestone."""
    found = milestone_seen(request.region, number, audience(request))
    if refused := _refused(request, found):
        return refused
    office = request.user.has_perm("forum.manage_bodies", request.region)
    only = None if office else found.body
    form = MilestoneEditForm(
        request.POST or None, instance=found, region=request.region, seen=audience(request), only=only
    )
    title = _("Change the entry")
    return form_page(
        request,
        form,
        partial(change_milestone, found),
        said=_("The change has been saved."),
        to=address(request, "programme"),
        title=title,
        trail=(_list(request),),
        template="milestone.html",
        milestone=found,
        office=office,
    )


@region_view
@require_http_methods(["POST"])
def milestone_remove(request: RegionRequest, number: int) -> HttpResponse:
    """Let the office take out an entry that was a mistake."""
    if refused := allow(request, "forum.manage_bodies", request.region):
        return refused
    found = milestone_seen(request.region, number, audience(request))
    remove_milestone(found, by=actor(request))
    messages.success(request, _("The entry has been taken out of the programme."))
    return redirect("forum:programme", region=request.region.slug)


def _refused(request: RegionRequest, milestone: Milestone) -> HttpResponse | None:
    """Let in the office, and the chair of the body the milestone is of."""
    if milestone.body is not None:
        return allow(request, "forum.run_body", milestone.body)
    return allow(request, "forum.manage_bodies", request.region)


def _list(request: RegionRequest) -> dict[str, str]:
    return crumb(_("Programme"), "programme", region=request.region.slug)
