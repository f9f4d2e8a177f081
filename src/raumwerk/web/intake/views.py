"""Pages of data-in: a list with the form, one page for each file, and the way back to an earlier release."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.errors import ConflictError, RaumwerkError
from raumwerk.web.intake import actions, queries
from raumwerk.web.intake.forms import UploadForm
from raumwerk.web.intake.models import Upload
from raumwerk.web.intake.rules import ADD_DATA
from raumwerk.web.kit.refusals import tell_form
from raumwerk.web.people.models import Person

__all__ = ["go_back", "upload_checked_again", "upload_discarded", "upload_list", "upload_page", "upload_published"]

_SHOWN = 20


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload_list(request: HttpRequest) -> HttpResponse:
    """Take a file, and show what came in, the releases and how far the sources reach."""
    by = _operator(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 400
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            upload = actions.receive_upload(given["file"], mapping=given["mapping"], by=by)
        except RaumwerkError as error:
            status = tell_form(form, error)
        else:
            return redirect("intake:upload", number=upload.pk)
    shown = {
        "form": form,
        "uploads": Upload.objects.all()[:_SHOWN],
        "releases": queries.kept_releases(),
        "sources": queries.source_states(timezone.localdate()),
    }
    return render(request, "intake/list.html", shown, status=status if form.errors else 200)


@never_cache
@login_required
@require_safe
def upload_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show what the check found in a file, and what came of it."""
    _operator(request)
    return render(request, "intake/upload.html", {"upload": get_object_or_404(Upload, pk=number)})


@never_cache
@login_required
@require_POST
def upload_checked_again(request: HttpRequest, number: int) -> HttpResponse:
    """Have a file checked again."""
    return _ordered(request, number, actions.order_check)


@never_cache
@login_required
@require_POST
def upload_published(request: HttpRequest, number: int) -> HttpResponse:
    """Publish a checked file as a new release."""
    return _ordered(request, number, actions.order_publication)


@never_cache
@login_required
@require_POST
def upload_discarded(request: HttpRequest, number: int) -> HttpResponse:
    """Put a file aside."""
    by = _operator(request)
    upload = get_object_or_404(Upload, pk=number)
    try:
        actions.discard_upload(upload, by=by)
    except ConflictError as error:
        return _refused(request, upload, error)
    messages.success(request, _("The file has been put aside; nothing was changed."))
    return redirect("intake:list")


@never_cache
@login_required
@require_POST
def go_back(request: HttpRequest) -> HttpResponse:
    """Make another release the current one."""
    by = _operator(request)
    wanted = request.POST.get("release", "")
    if wanted not in {one.id for one in queries.kept_releases(limit=10_000)}:
        messages.error(request, _("There is no such release."))
        return redirect("intake:list")
    try:
        actions.go_back_to(wanted, by=by)
    except ConflictError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("All pages now show release %(release)s.") % {"release": wanted})
    return redirect("intake:list")


def _operator(request: HttpRequest) -> Person:
    if not request.user.has_perm(ADD_DATA):
        raise PermissionDenied
    return cast(Person, request.user)


def _ordered(request: HttpRequest, number: int, order: Callable[..., None]) -> HttpResponse:
    """Do what makes the worker go on with a file, and show the file."""
    by = _operator(request)
    upload = get_object_or_404(Upload, pk=number)
    try:
        order(upload, by=by)
    except ConflictError as error:
        return _refused(request, upload, error)
    return redirect("intake:upload", number=upload.pk)


def _refused(request: HttpRequest, upload: Upload, error: ConflictError) -> HttpResponse:
    upload.refresh_from_db()
    return render(request, "intake/upload.html", {"upload": upload, "refusal": str(error)}, status=409)
