"""Doors of discussion: write, change, withdraw, report, read a decision and object to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from raumwerk.errors import MissingError, RaumwerkError
from raumwerk.web.kit.limits import within_limit
from raumwerk.web.kit.refusals import tell_form
from raumwerk.web.people.models import Person
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.comments.actions import change_comment, place_of, withdraw_comment, write_comment
from raumwerk.web.shared.comments.forms import AppealForm, CommentForm, ReportForm
from raumwerk.web.shared.comments.models import Comment, Decision
from raumwerk.web.shared.comments.moderation import appeal, report_comment
from raumwerk.web.shared.comments.rules import may_moderate, may_write
from raumwerk.web.shared.doors import told
from raumwerk.web.shared.targets import find_target, target_type, title_of, url_of

__all__ = ["change", "decision", "report", "withdraw", "write"]

REPORTS_AN_HOUR = 10
_FORM = ["GET", "HEAD", "POST"]


def tried(form: django_forms.Form, deed: Callable[[dict[str, Any]], Any]) -> tuple[Any, int]:
    """Do what a form asks for; return what came of it and the status, with problems told at the form."""
    if not form.is_bound:
        return None, 200
    if not form.is_valid():
        return None, 400
    try:
        return deed(form.cleaned_data) or True, 200
    except RaumwerkError as error:
        return None, tell_form(form, error)


@never_cache
@region_view
@require_http_methods(_FORM)
@told
def write(request: RegionRequest) -> HttpResponse:
    """Add a comment. Who was signed out meanwhile gets the text back instead of losing it."""
    asked = request.POST if request.method == "POST" else request.GET
    if not request.user.is_authenticated:
        context = {"text": asked.get("text", "")[:10_000], "form": CommentForm(initial={"text": asked.get("text", "")})}
        return render(request, "comments/signed_out.html", context, status=403)
    target = _target(request, asked)
    parent = _parent(request, asked.get("parent", ""))
    if not may_write(request.user, target):
        raise PermissionDenied
    form = CommentForm(request.POST if request.method == "POST" else None)
    by = request.user
    made, status = tried(form, lambda given: write_comment(target, given["text"], by=by, parent=parent))
    if made:
        waits = made.state == Comment.State.WAITING
        messages.success(request, _("Your comment waits for release.") if waits else _("Your comment is published."))
        return redirect(place_of(made))
    context = {
        "form": form, "target": target, "kind": target_type(target), "title": title_of(target), "parent": parent,
        "back_url": url_of(target), "asked": parent and parent.text,
    }  # fmt: skip
    return render(request, "comments/write.html", context, status=status)


def _target(request: RegionRequest, asked: Any) -> Any:
    number = asked.get("number", "")
    if not number.isdecimal() or len(number) > 18:
        raise MissingError(_("What you are looking for is not here, or not open to you."))
    return find_target(request.region, asked.get("thing", ""), int(number), request.user)


def _parent(request: RegionRequest, number: str) -> Comment | None:
    if not number:
        return None
    if not number.isdecimal() or len(number) > 18:
        raise MissingError(_("What you are looking for is not here, or not open to you."))
    comment = _comment(request, int(number))
    if comment.state != Comment.State.VISIBLE:
        raise MissingError(_("The comment you are answering is no longer there."))
    return comment


def _comment(request: RegionRequest, number: int) -> Comment:
    """Return a comment on a thing that this reader may read, else 404."""
    rows = Comment.objects.in_region(request.region).select_related("author", "parent")
    comment: Comment = get_object_or_404(rows, pk=number)
    target = comment.target
    if target is None or not target_type(target).may_read(request.user, target):
        raise Http404("There is no such comment here.")
    return comment


@never_cache
@login_required
@region_view
@require_http_methods(_FORM)
@told
def change(request: RegionRequest, number: int) -> HttpResponse:
    """Change one's own comment within a quarter of an hour."""
    comment = _comment(request, number)
    by = cast(Person, request.user)
    if comment.author_id != by.pk:
        raise PermissionDenied
    form = CommentForm(request.POST if request.method == "POST" else None, initial={"text": comment.text})
    done, status = tried(form, lambda given: change_comment(comment, given["text"], by=by))
    if done:
        messages.success(request, _("Your comment is changed."))
        return redirect(place_of(comment))
    context = {"form": form, "title": title_of(comment.target), "back_url": place_of(comment), "comment": comment}
    return render(request, "comments/change.html", context, status=status)


@never_cache
@login_required
@region_view
@require_POST
@told
def withdraw(request: RegionRequest, number: int) -> HttpResponse:
    """Take one's own comment back."""
    comment = _comment(request, number)
    withdraw_comment(comment, by=cast(Person, request.user))
    messages.success(request, _("Your comment is withdrawn and its text erased."))
    return redirect(place_of(comment))


@never_cache
@region_view
@require_http_methods(_FORM)
@told
def report(request: RegionRequest, number: int) -> HttpResponse:
    """Report a comment; open to everybody who can read it, with or without an account."""
    comment = _comment(request, number)
    if comment.state != Comment.State.VISIBLE:
        raise Http404("There is no such comment here.")
    form = ReportForm(request.POST if request.method == "POST" else None)
    by = request.user if request.user.is_authenticated else None
    if form.is_bound and not within_limit(request, "report_comment", times=REPORTS_AN_HOUR, seconds=3600):
        return render(request, "429.html", status=429)
    done, status = tried(form, lambda given: report_comment(comment, given["reason"], given["text"], by=by))
    if done:
        messages.success(request, _("Thank you. The office will look into it and decide."))
        return redirect(place_of(comment))
    context = {"form": form, "comment": comment, "back_url": place_of(comment), "title": title_of(comment.target)}
    return render(request, "comments/report.html", context, status=status)


@never_cache
@login_required
@region_view
@require_http_methods(_FORM)
@told
def decision(request: RegionRequest, number: int) -> HttpResponse:
    """Show a decision to the author, to those who reported, and to the office; the author may object."""
    rows = Decision.objects.in_region(request.region).select_related("comment__author")
    made: Decision = get_object_or_404(rows, pk=number)
    by, comment = cast(Person, request.user), made.comment
    author = comment.author_id == by.pk
    reported = made.reports.in_region(request.region).filter(by=by).exists()
    if not (author or reported or may_moderate(by, request.region)):
        raise Http404("There is no such decision here.")
    objection = getattr(made, "appeal", None)
    latest = comment.decisions.in_region(request.region).first() == made
    may_object = author and objection is None and latest and made.deed in ("hide", "remove")
    if request.method == "POST" and not author:
        raise PermissionDenied
    form = AppealForm(request.POST if request.method == "POST" else None)
    done, status = tried(form, lambda given: appeal(made, given["text"], by=by))
    if done:
        messages.success(request, _("Your appeal is with the office."))
        return redirect(request.path)
    context = {
        "decision": made, "comment": comment, "author": author, "appeal": objection, "may_object": may_object,
        "form": form, "title": title_of(comment.target), "text": comment.text if author else "",
    }  # fmt: skip
    return render(request, "comments/decision.html", context, status=status)
