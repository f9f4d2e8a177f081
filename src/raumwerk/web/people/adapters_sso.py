"""What allauth asks us about people who come from the provider: whom they are here, and whether they may come in."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from raumwerk.web.people.models import Person
from raumwerk.web.people.oidc.asking import GuardedSession
from raumwerk.web.people.oidc.configured import configured

__all__ = ["SocialAdapter"]

log = logging.getLogger("raumwerk.sso")


class SocialAdapter(DefaultSocialAccountAdapter):
    """Links by a proved address alone, and makes accounts only where everybody may make one."""

    def get_requests_session(self) -> GuardedSession:
        return GuardedSession(configured()["issuer"])

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Person, str] | None:
        """Return the account that proved the same address, when the provider's own proof is trusted.

        An address that is not proved on both sides opens nothing: anybody could have written it down.
        """
        for given in sociallogin.email_addresses:
            if not given.verified:
                continue
            rows = EmailAddress.objects.filter(email__iexact=given.email, verified=True, user__is_active=True)
            held = rows.select_related("user").first()
            if held is not None:
                return held.user, held.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Stop who is unknown here and may not make an account; the answer tells nothing about who has one."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        if not settings.RAUMWERK["SIGNUP"] or not sociallogin.email_addresses:
            page = render(request, "people/sso_unknown.html", {"name": configured()["name"]}, status=403)
            raise ImmediateHttpResponse(page)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Say what happened in our own words; the cause is for the log."""
        if error == AuthError.CANCELLED:
            messages.info(request, _("You cancelled the sign-in at %(name)s.") % {"name": configured()["name"]})
            raise ImmediateHttpResponse(redirect("account_login"))
        log.warning("Sign-in by the provider failed: %s", exception or "unknown state or an error of the provider")
        status = 502 if exception else 400
        page = render(request, "people/sso_failed.html", {"name": configured()["name"]}, status=status)
        raise ImmediateHttpResponse(page)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("sso")
