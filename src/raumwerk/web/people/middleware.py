"""Second factor for those who carry responsibility, and the editors' area only for them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from raumwerk.web.kit.middleware import is_admin_address
from raumwerk.web.people.groups import EDITING_ROLES, mirror_memberships
from raumwerk.web.people.models import Membership, Person

__all__ = ["FACTORS", "SecondFactor", "has_second_factor", "needs_second_factor", "second_factor_shown"]

FREE_PREFIXES = ("/static/", "/media/", "/api/", "/dcat/")
ACCOUNT = re.compile(r"^/(?:en/)?konto/")
#: What somebody whose session lacks the second factor may still do in their account: prove it, or leave.
PROVING = re.compile(
    r"^/(?:en/)?konto/(?:login|logout|reauthenticate|2fa/authenticate|2fa/(?:webauthn/)?reauthenticate|einladung"
    r"|confirm-email|password/reset)(?:/|$)"
)
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
ADDED_IN_SESSION = "second_factor_added"


def needs_second_factor(person: Person) -> bool:
    """Tell whether a person edits, runs an office or the installation anywhere."""
    if person.is_superuser or person.is_staff:
        return True
    held = Membership.objects.across_regions("one responsible role anywhere is enough").current()
    return held.filter(person=person, role__in=EDITING_ROLES).exists()


def second_factor_shown(request: HttpRequest) -> bool:
    """Tell whether this very session proved a second factor, at login or by setting it up."""
    proved = any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))
    proved = proved or request.session.get(ADDED_IN_SESSION) == request.user.pk
    return proved and has_second_factor(cast(Person, request.user))


def has_second_factor(person: Person) -> bool:
    """Tell whether an account has an app or a passkey; codes for emergencies alone are none."""
    return bool(is_mfa_enabled(person, FACTORS))


class SecondFactor:
    """Leads responsible persons without a second factor to its set-up before they reach anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(FREE_PREFIXES):
            refusal = self._check(request)
            if refusal is not None:
                return refusal
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> HttpResponse | None:
        # A visitor without a session is nobody; looking for a user would only cost a query.
        if not request.user.is_authenticated:
            return None
        if ACCOUNT.match(request.path_info):
            return self._check_account(request)
        if needs_second_factor(request.user) and not second_factor_shown(request):
            if has_second_factor(request.user):
                return _ask(request.user)
            messages.info(request, _("Your role needs a second factor. Please set up an app or a passkey now."))
            return redirect("mfa_index")
        if is_admin_address(request.path_info):
            mirror_memberships(request.user)
        return None

    def _check_account(self, request: HttpRequest) -> HttpResponse | None:
        """A session older than the second factor must not add another one, nor change address or password."""
        if PROVING.match(request.path_info):
            return None
        person = cast(Person, request.user)
        if has_second_factor(person) and not second_factor_shown(request):
            return _ask(person)
        if _opened_by_provider_alone(person) and not _came_lately(request):
            logout(request)
            messages.info(request, _("Please sign in once more before you change your account."))
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        return None


def _opened_by_provider_alone(person: Person) -> bool:
    """Without password and second factor there is nothing to prove again but the sign-in itself."""
    return not person.has_usable_password() and not is_mfa_enabled(person)


def _came_lately(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)


def _ask(person: Person) -> HttpResponse:
    by_code = is_mfa_enabled(person, [Authenticator.Type.TOTP])
    return redirect("mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn")
