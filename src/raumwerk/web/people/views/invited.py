"""The link of an invitation."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from raumwerk.errors import MissingError, RaumwerkError
from raumwerk.web.kit.context import address_in
from raumwerk.web.kit.limits import within_limit
from raumwerk.web.kit.problems import sentence
from raumwerk.web.kit.refusals import tell_form
from raumwerk.web.people.actions.invitations import (
    accept_invitation,
    accept_with_new_account,
    account_of,
    find_invitation,
)
from raumwerk.web.people.forms import NewAccountForm
from raumwerk.web.people.models import Invitation, Person

__all__ = ["invited"]

TRIES_AN_HOUR = 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation and let it be accepted: with an account that is signed in, by signing in, or by a new one."""
    if not within_limit(request, "invited", times=TRIES_AN_HOUR, seconds=3600):
        return render(request, "429.html", status=429)
    try:
        invitation = find_invitation(token)
    except MissingError as error:
        return render(request, "people/invitation_gone.html", {"text": sentence(error)}, status=404)
    home = address_in(f"/{invitation.region.slug}/", request.LANGUAGE_CODE or "de")
    if isinstance(request.user, Person):
        return _signed_in(request, token, invitation, home, request.user)
    here = urlencode({"next": request.path})
    context = {"invitation": invitation, "login": f"{reverse('account_login')}?{here}"}
    if account_of(invitation.email) is not None:
        return render(request, "people/invitation.html", context)
    form, status = NewAccountForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                accept_with_new_account(token, **form.cleaned_data)
            except RaumwerkError as error:
                status = tell_form(form, error)
            else:
                messages.success(request, _("Your account is ready. Please sign in."))
                return redirect(f"{reverse('account_login')}?{urlencode({'next': home})}")
    return render(request, "people/invitation.html", {**context, "form": form}, status=status)


def _signed_in(request: HttpRequest, token: str, invitation: Invitation, home: str, person: Person) -> HttpResponse:
    if request.method == "POST":
        try:
            accept_invitation(token, person=person)
        except RaumwerkError as error:
            messages.error(request, sentence(error))
            return render(request, "people/invitation.html", {"invitation": invitation, "signed_in": True}, status=409)
        messages.success(request, _("Welcome. You have accepted the invitation."))
        return redirect(home)
    return render(request, "people/invitation.html", {"invitation": invitation, "signed_in": True})
