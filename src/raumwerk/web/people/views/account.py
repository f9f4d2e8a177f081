"""One's own account: what is kept about me, and leaving."""

from __future__ import annotations

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from raumwerk.web.kit.context import address_in
from raumwerk.web.people.actions.leaving import close_account
from raumwerk.web.people.actions.log import tell_log
from raumwerk.web.people.forms import LeavingForm
from raumwerk.web.people.middleware import needs_second_factor, second_factor_shown
from raumwerk.web.people.models import Person
from raumwerk.web.people.own_data import packed
from raumwerk.web.people.queries.memberships import leaving_texts

__all__ = ["leave", "own_data"]


def _needs_factor(request: HttpRequest) -> bool:
    """The pages below /konto/ are free of the second factor so that it can be set up; these two are not."""
    return needs_second_factor(cast(Person, request.user)) and not second_factor_shown(request)


@never_cache
@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest) -> HttpResponse:
    """Say what the export holds; a POST of somebody who just proved who they are returns it. It has no address."""
    if _needs_factor(request):
        return redirect("mfa_index")
    if request.method != "POST":
        return render(request, "people/own_data.html")
    person = cast(Person, request.user)
    answer = HttpResponse(packed(person), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="raumwerk-my-data.zip"'
    answer["Cache-Control"] = "no-store, private"
    tell_log("export_own_data", f"person {person.pk}", by=person, region=None)
    return answer


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Say what closing the account does, and do it once that was confirmed."""
    if _needs_factor(request):
        return redirect("mfa_index")
    person = cast(Person, request.user)
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        close_account(person)
        logout(request)
        messages.success(request, _("Your account is closed. What named you was removed."))
        return redirect(address_in("/", request.LANGUAGE_CODE or "de"))
    context = {"form": form, "warnings": leaving_texts(person)}
    return render(request, "people/leave.html", context, status=400 if form.is_bound else 200)
