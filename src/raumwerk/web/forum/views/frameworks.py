"""The comparison of frameworks: table, files, one topic with its revisions, and the forms that keep it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.errors import RaumwerkError
from raumwerk.web.forum.actions.frameworks import (
    link_resolutions,
    propose_topic,
    publish_topic,
    revise_topic,
    withdraw_topic,
)
from raumwerk.web.forum.forms.frameworks import LinkForm, TopicForm
from raumwerk.web.forum.queries.frameworks import (
    Row,
    resolutions_of,
    revisions_of,
    sheet_of,
    states_of,
    topic_seen,
    topics_seen,
)
from raumwerk.web.forum.queries.meetings import resolutions_seen
from raumwerk.web.forum.views.frame import actor, allow, audience, crumb, do, forum_page
from raumwerk.web.kit.problems import sentence
from raumwerk.web.kit.sheets import csv_file, xlsx_file
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["link", "publish", "sheet", "table", "topic", "topic_edit", "topic_new"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@region_view
@require_safe
def table(request: RegionRequest) -> HttpResponse:
    """Show topics and states side by side."""
    states = states_of(request.region)
    rows = topics_seen(request.region, audience(request), states)
    may_edit = request.user.has_perm("forum.edit_frameworks", request.region)
    return forum_page(
        request, "frameworks.html", crumb(_("Frameworks compared")), rows=rows, states=states, may_edit=may_edit
    )


@region_view
@require_safe
def sheet(request: RegionRequest, kind: str) -> HttpResponse:
    """Hand out the table as file: what the reader may see."""
    states = states_of(request.region)
    head, lines = sheet_of(topics_seen(request.region, audience(request), states), states)
    name = f"rahmenbedingungen-{request.region.slug}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "csv":
        content, type_ = csv_file(head, lines, translation.get_language()), "text/csv; charset=utf-8"
    else:
        content, type_ = xlsx_file(head, lines, _("Frameworks compared")), XLSX
    return HttpResponse(content, content_type=type_, headers=headers)


@region_view
@require_safe
def topic(request: RegionRequest, number: int) -> HttpResponse:
    """Show one topic: conditions, sources, resolutions, discussion, and to members its revisions."""
    seen, states = audience(request), states_of(request.region)
    row = topic_seen(request.region, number, seen, states)
    return forum_page(
        request,
        "framework.html",
        _list(request),
        crumb(row.revision.title),
        row=row,
        pairs=list(zip(states, row.cells, strict=True)),
        resolutions=resolutions_of(row.topic, seen),
        revisions=revisions_of(row.topic, seen) if seen.member else [],
        may_edit=request.user.has_perm("forum.edit_frameworks", request.region),
        may_publish=request.user.has_perm("forum.publish_frameworks", request.region),
    )


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def topic_new(request: RegionRequest) -> HttpResponse:
    """Let a member propose a topic."""
    if refused := allow(request, "forum.edit_frameworks", request.region):
        return refused
    form = _form(request)
    status = 200
    if request.method == "POST":
        status = do(
            form, lambda: propose_topic(request.region, by=actor(request), conditions=form.conditions, **form.facts)
        )
        if status == 200:
            messages.success(
                request, _("The topic stands in the table; the public reads it once the office has published it.")
            )
            return redirect("forum:frameworks", region=request.region.slug)
    title = _("Propose a topic")
    return forum_page(request, "form.html", _list(request), crumb(title), form=form, title=title, status=status)


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def topic_edit(request: RegionRequest, number: int) -> HttpResponse:
    """Let a member write a revision; what was written stays in the form when somebody was faster."""
    if refused := allow(request, "forum.edit_frameworks", request.region):
        return refused
    row = topic_seen(request.region, number, audience(request), states_of(request.region))
    form = _form(request, row)
    status = 200
    if request.method == "POST":
        status = do(
            form,
            lambda: revise_topic(
                row.topic,
                base=form.cleaned_data["base"] or 0,
                by=actor(request),
                conditions=form.conditions,
                **form.facts,
            ),
        )
        if status == 200:
            messages.success(
                request, _("The revision has been saved; the public reads it once the office has published it.")
            )
            return redirect("forum:framework", region=request.region.slug, number=number)
    title = _("Change the topic")
    return forum_page(request, "form.html", _list(request), crumb(title), form=form, title=title, status=status)


@region_view
@require_POST
def publish(request: RegionRequest, number: int) -> HttpResponse:
    """Let the office publish the revision it has read, or take the topic back."""
    if refused := allow(request, "forum.publish_frameworks", request.region):
        return refused
    row = topic_seen(request.region, number, audience(request), states_of(request.region))
    try:
        if "withdraw" in request.POST:
            withdraw_topic(row.topic, by=actor(request))
        else:
            revision = request.POST.get("revision", "")
            publish_topic(row.topic, number=int(revision) if revision.isdigit() else 0, by=actor(request))
    except RaumwerkError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("The change has been saved."))
    return redirect("forum:framework", region=request.region.slug, number=number)


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: RegionRequest, number: int) -> HttpResponse:
    """Let the office say which resolutions are about a topic."""
    if refused := allow(request, "forum.publish_frameworks", request.region):
        return refused
    seen = audience(request)
    row = topic_seen(request.region, number, seen, states_of(request.region))
    held = [one.pk for one in resolutions_of(row.topic, seen)]
    among = resolutions_seen(request.region, seen)
    form = LinkForm(request.POST if request.method == "POST" else None, among=among, initial={"resolutions": held})
    status = 200
    if request.method == "POST":
        status = do(
            form, lambda: link_resolutions(row.topic, resolutions=form.cleaned_data["resolutions"], by=actor(request))
        )
        if status == 200:
            messages.success(request, _("The change has been saved."))
            return redirect("forum:framework", region=request.region.slug, number=number)
    title = _("Resolutions about the topic")
    return forum_page(request, "form.html", _list(request), crumb(title), form=form, title=title, status=status)


def _form(request: RegionRequest, row: Row | None = None) -> TopicForm:
    return TopicForm(
        request.POST or None,
        region=request.region,
        states=states_of(request.region),
        audience=audience(request),
        row=row,
    )


def _list(request: RegionRequest) -> dict[str, str]:
    return crumb(_("Frameworks compared"), "frameworks", region=request.region.slug)
