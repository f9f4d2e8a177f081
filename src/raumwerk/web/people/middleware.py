"""Second factor for those who carry responsibility, and the editors' area only for them."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from raumwerk.web.kit.middleware import is_admin_address
from raumwerk.web.people.groups import EDITING_ROLES, mirror_memberships
from raumwerk.web.people.models import Membership, Person

__all__ = ["SecondFactor", "needs_second_factor", "second_factor_shown"]

FREE_PREFIXES = ("/konto/", "/en/konto/", "/static/", "/media/", "/api/", "/dcat/")
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
    return proved and bool(is_mfa_enabled(request.user))


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
        if needs_second_factor(request.user) and not second_factor_shown(request):
            if is_mfa_enabled(request.user):
                return redirect("mfa_reauthenticate")
            messages.info(request, _("Your role needs a second factor. Please set it up now."))
            return redirect("mfa_activate_totp")
        if is_admin_address(request.path_info):
            mirror_memberships(request.user)
        return None
