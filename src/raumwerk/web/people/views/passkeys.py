"""The pages of passkeys that answer otherwise than allauth's own."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from raumwerk.web.people.middleware import FACTORS, needs_second_factor

__all__ = ["reauthenticate", "remove"]


class Reauthenticate(ReauthenticateWebAuthnView):
    """Asks again on the same page when the key's answer is not accepted."""

    def form_invalid(self, form: Any) -> HttpResponse:
        for text in form.errors.get("credential", []):
            messages.error(self.request, text)
        return HttpResponseRedirect(self.request.get_full_path())


class Remove(RemoveWebAuthnView):
    """Says what follows when the last second factor goes."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = Authenticator.objects.filter(user=self.request.user, type__in=FACTORS).exclude(pk=self.object.pk)
        closes = not others.exists() and needs_second_factor(self.request.user)
        return {**super().get_context_data(**kwargs), "last": not others.exists(), "closes": closes}


reauthenticate = Reauthenticate.as_view()
remove = Remove.as_view()
