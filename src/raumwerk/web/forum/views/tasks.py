"""Pages of tasks."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raumwerk.web.forum.actions import tasks as deeds
from raumwerk.web.forum.forms.meetings import TaskForm
from raumwerk.web.forum.models import Body, Resolution, Task
from raumwerk.web.forum.queries.bodies import names_shown
from raumwerk.web.forum.queries.meetings import found, tasks_seen
from raumwerk.web.forum.states import TASK
from raumwerk.web.forum.views.deeds import Button, Refused, press
from raumwerk.web.forum.views.frame import actor, address, allow, audience, crumb, form_page, forum_page, with_body
from raumwerk.web.forum.views.meetings import ON_A_PAGE, RUN
from raumwerk.web.forum.views.resolutions import asked_resolution
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["task", "task_edit", "task_from", "task_list", "task_new"]

DO = "forum.do_task"
FILTERS = ("offen", "erledigt", "alle")


@region_view
@require_safe
def task_list(request: RegionRequest) -> HttpResponse:
    """List tasks by due date: those to be done unless others are asked for."""
    asked = request.GET.get("zeigen", FILTERS[0])
    chosen = asked if asked in FILTERS else FILTERS[0]
    rows = tasks_seen(request.region, audience(request))
    if chosen == "offen":
        rows = rows.undone()
    elif chosen == "erledigt":
        rows = rows.filter(state__in=("done", "dropped"))
    page = Paginator(rows.order_by(F("due_on").asc(nulls_last=True), "pk"), ON_A_PAGE).get_page(
        request.GET.get("seite")
    )
    filters = [("offen", _("to be done")), ("erledigt", _("done or dropped")), ("alle", _("all"))]
    return forum_page(request, "tasks.html", crumb(_("Tasks")), page=page, filters=filters, chosen=chosen)


def _show_new(request: RegionRequest, body: Body, resolution: Resolution | None) -> HttpResponse:
    form = TaskForm(request.POST or None, region=request.region, person=request.user)
    title = _("Give a task")
    slug = request.region.slug
    above = crumb(body.name, "body", region=slug, body=body.slug)
    if resolution is not None:
        above = crumb(resolution.reference, "resolution", region=slug, number=resolution.pk)
    return form_page(
        request,
        form,
        partial(deeds.give_task, body, resolution=resolution),
        said=_("The task has been given."),
        to=lambda made: address(request, "task", number=made.pk),
        title=title,
        trail=(above,),
    )


@with_body(RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def task_new(request: RegionRequest, body: Body) -> HttpResponse:
    """Give a task of a body."""
    return _show_new(request, body, None)


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def task_from(request: RegionRequest, number: int) -> HttpResponse:
    """Give a task that follows from a resolution."""
    one = asked_resolution(request, number)
    return allow(request, RUN, one) or _show_new(request, one.body, one)


def _asked_task(request: RegionRequest, number: int) -> Task:
    one: Task = found(tasks_seen(request.region, audience(request)), number)
    return one


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: RegionRequest, number: int) -> HttpResponse:
    """Show a task, with its buttons for those who do it."""
    one = _asked_task(request, number)
    outcome = Refused()
    if request.method == "POST":
        by, words = actor(request), request.POST.get("outcome", "")[:500]
        done = _("It has been noted.")
        buttons = {
            name: lambda name=name, right=right: Button(
                right, one, lambda: deeds.move_task(one, name, by=by, outcome=words), done
            )
            for name, right in (("start_task", DO), ("finish_task", DO), ("drop_task", RUN), ("reopen_task", RUN))
        }
        answered = press(request, buttons, request.path)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
    may_do, may_run = request.user.has_perm(DO, one), request.user.has_perm(RUN, one)
    moves = {move.name for move in TASK.open_moves(one.state)} if may_do or may_run else set()
    if not may_run:
        moves -= {"drop_task", "reopen_task"}
    seen = audience(request)
    return forum_page(
        request, "task.html", crumb(_("Tasks"), "tasks", region=one.region.slug), crumb(one.title), task=one,
        refused=outcome, status=outcome.status, moves=moves, may_run=may_run and "drop_task" in moves,
        state=TASK.state(one.state).label_for(), named=names_shown(one.body, seen) or one.owner_id == seen.person_id,
    )  # fmt: skip


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: RegionRequest, number: int) -> HttpResponse:
    """Change a task."""
    one = _asked_task(request, number)
    if refused := allow(request, RUN, one):
        return refused
    form = TaskForm(request.POST or None, region=request.region, person=request.user, instance=one)
    title = _("Change the task")
    return form_page(
        request,
        form,
        partial(deeds.change_task, one),
        said=_("The change has been saved."),
        to=address(request, "task", number=number),
        title=title,
        trail=(crumb(_("Tasks"), "tasks", region=request.region.slug),),
    )
