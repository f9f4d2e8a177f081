"""Signing in through the configured provider: away, back, and what is connected with one's account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import requests
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows import connect as connecting
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import activate, get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from raumwerk.web.kit.context import address_in
from raumwerk.web.kit.limits import within_limit
from raumwerk.web.people.models import Person
from raumwerk.web.people.oidc.asking import origin
from raumwerk.web.people.oidc.configured import configured
from raumwerk.web.people.provider import PROVIDER, ProviderAdapter

__all__ = ["answer", "begin", "connected", "end"]

#: A whole office may sit behind one address.
BEGUN_IN_FIVE_MINUTES = 60


def _configured(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Where no provider is configured, there is no such page."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if settings.OIDC is None:
            raise Http404
        try:
            return view(request)
        except ImmediateHttpResponse as early:
            return cast(HttpResponse, early.response)
        except (OAuth2Error, requests.RequestException) as error:
            return _failed(request, error)

    return never_cache(checked)


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    try:
        get_adapter().on_authentication_error(request, None, exception=error)
    except ImmediateHttpResponse as early:
        return cast(HttpResponse, early.response)
    raise error


@_configured
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Prepare the sign-in, or the connection with the account that is signed in, and lead to the provider.

    Each beginning asks the provider and keeps a session, so one visitor may not begin without end.
    """
    if not within_limit(request, "sso", times=BEGUN_IN_FIVE_MINUTES, seconds=300):
        return render(request, "429.html", status=429)
    if request.user.is_authenticated:
        return _begin_connecting(request)
    return _leave(request, "login")


@reauthentication_required(allow_get=False)
def _begin_connecting(request: HttpRequest) -> HttpResponse:
    return _leave(request, "connect")


def _leave(request: HttpRequest, process: str) -> HttpResponse:
    """Answer with a page that goes on by itself.

    A redirect in answer to a form would have to be allowed by the content policy, for the provider and for every
    further provider it may lead to.
    """
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=settings.HTTPS)
    provider = get_adapter().get_provider(request, PROVIDER)
    language = get_language() or settings.LANGUAGE_CODE
    home = None if language == settings.LANGUAGE_CODE or process == "connect" else address_in("/", language)
    sent = provider.redirect(request, process, next_url=wanted if ours else home, language=language)
    if "Location" not in sent:
        return cast(HttpResponse, sent)
    there = sent["Location"]
    context = {"there": there, "name": configured()["name"], "host": origin(there)}
    return render(request, "people/sso_leave.html", context)


class _Answer(OAuth2CallbackView):
    """Takes nonce and language out of the session together with the state; the provider knows one address for all."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, refusal = super()._get_state(request, provider)
        if state:
            self.adapter.nonce = str(state.get("nonce") or "")
            activate(str(state["language"]))  # until the middleware of the language ends its own
        return state, refusal


@_configured
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer."""
    view = _Answer.adapter_view(ProviderAdapter(request, PROVIDER))
    return cast(HttpResponse, view(request))


@_configured
@login_required
@require_safe
def connected(request: HttpRequest) -> HttpResponse:
    """Show whether the provider opens this account."""
    held = SocialAccount.objects.filter(user=cast(Person, request.user)).first()
    return render(request, "people/sso.html", {"held": held, "name": configured()["name"]})


@_configured
@login_required
@reauthentication_required(allow_get=False)
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Let the provider open this account no more; somebody without a password would lock themselves out."""
    held = SocialAccount.objects.filter(user=cast(Person, request.user)).first()
    if held is not None:
        try:
            connecting.validate_disconnect(request, held)
        except ValidationError:
            messages.error(request, _("Please set a password first; otherwise you could not sign in any more."))
        else:
            connecting.disconnect(request, held)
    return redirect("sso")
