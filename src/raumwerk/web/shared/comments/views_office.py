"""Doors of moderation: what waits, one comment with all that was reported and decided, the setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.web.people.models import Person
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.comments.actions import place_of
from raumwerk.web.shared.comments.forms import AppealAnswerForm, DecisionForm, SettingForm
from raumwerk.web.shared.comments.models import Appeal, Comment, Decision
from raumwerk.web.shared.comments.moderation import answer_appeal, decide, set_released_first
from raumwerk.web.shared.comments.queries import name_of, open_appeals, queue_of, released_first
from raumwerk.web.shared.comments.rules import may_moderate
from raumwerk.web.shared.comments.views import tried
from raumwerk.web.shared.doors import told
from raumwerk.web.shared.targets import things_by_row, title_of

__all__ = ["answer", "desk", "queue", "setting"]

PER_PAGE = 50


def moderators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to those who moderate in the region alone."""

    def checked(request: RegionRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_moderate(request.user, request.region):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(login_required(region_view(told(checked))))


@moderators_only
@require_safe
def queue(request: RegionRequest) -> HttpResponse:
    """List what waits for the office, appeals first, and what was decided last."""
    found = Paginator(queue_of(request.region), PER_PAGE).get_page(request.GET.get("seite"))
    things = things_by_row(list(found), "target_type", "target_id")
    waiting = [(row, title_of(things[row.pk]), name_of(row.author)) for row in found if row.pk in things]
    decided = Decision.objects.in_region(request.region).select_related("by", "comment")[:20]
    context = {
        "found": found, "waiting": waiting, "appeals": list(open_appeals(request.region)),
        "decided": [(row, name_of(row.by)) for row in decided],
        "form": SettingForm(initial={"released_first": released_first(request.region)}),
    }  # fmt: skip
    return render(request, "comments/queue.html", context)


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: RegionRequest, number: int) -> HttpResponse:
    """Show one comment with reports and decisions, and decide."""
    comment = _comment(request, number)
    by = cast(Person, request.user)
    form = DecisionForm(request.POST if request.method == "POST" else None, comment=comment)
    done, status = tried(form, lambda given: decide(comment, given["deed"], given["reason"], by=by))
    if done:
        messages.success(request, _("Decided; those concerned are told."))
        return redirect("comments:queue", region=request.region.slug)
    return _desk(request, comment, form, AppealAnswerForm(), status)


@moderators_only
@require_http_methods(["POST"])
def answer(request: RegionRequest, number: int) -> HttpResponse:
    """Answer the appeal of a comment's author."""
    held = get_object_or_404(Appeal.objects.in_region(request.region).select_related("decision__comment"), pk=number)
    by, form = cast(Person, request.user), AppealAnswerForm(request.POST)
    done, status = tried(
        form, lambda given: answer_appeal(held, granted=given["granted"] == "yes", answer=given["answer"], by=by)
    )
    if done:
        messages.success(request, _("The appeal is answered; its author is told."))
        return redirect("comments:queue", region=request.region.slug)
    comment = _comment(request, held.decision.comment_id)
    return _desk(request, comment, DecisionForm(None, comment=comment), form, status)


def _comment(request: RegionRequest, number: int) -> Comment:
    rows = Comment.objects.in_region(request.region).select_related("author", "parent")
    comment: Comment = get_object_or_404(rows, pk=number)
    return comment


def _desk(request: RegionRequest, comment: Comment, form: Any, answer_form: Any, status: int) -> HttpResponse:
    region = request.region
    appeal = Appeal.objects.in_region(region).filter(decision__comment=comment, settled_at__isnull=True)
    objection = appeal.select_related("decision").first()
    by = cast(Person, request.user)
    context = {
        "comment": comment, "author": name_of(comment.author), "title": title_of(comment.target), "form": form,
        "place": place_of(comment), "reports": comment.reports.in_region(region).select_related("decision"),
        "decisions": [(row, name_of(row.by)) for row in comment.decisions.in_region(region).select_related("by")],
        "appeal": objection, "answer_form": answer_form, "own": comment.author_id == by.pk,
        "answerable": objection is not None and (objection.decision.by_id != by.pk or by.is_superuser),
        "decidable": bool(form.fields["deed"].choices) and comment.author_id != by.pk,
    }  # fmt: skip
    return render(request, "comments/desk.html", context, status=status)


@moderators_only
@require_POST
def setting(request: RegionRequest) -> HttpResponse:
    """Let comments wait for release, or appear at once."""
    form = SettingForm(request.POST)
    form.is_valid()  # a single tick box cannot be wrong
    set_released_first(request.region, wanted=form.cleaned_data["released_first"], by=cast(Person, request.user))
    messages.success(request, _("The setting is saved."))
    return redirect("comments:queue", region=request.region.slug)
