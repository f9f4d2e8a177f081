"""What allauth asks us: who may sign up, where links in mail lead, and how second-factor secrets are kept."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from raumwerk.web.kit.context import address_in
from raumwerk.web.people.models import Membership, Person

__all__ = ["AccountAdapter", "MFAAdapter"]


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the office unless the installation opens sign-up (``RAUMWERK_SIGNUP=1``)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.RAUMWERK["SIGNUP"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links in mail lead to this installation's own address, whatever host the request named."""
        home = {
            key: urlunsplit((*urlsplit(settings.BASE_URL)[:2], *urlsplit(value)[2:]))
            for key, value in context.items() if key.endswith("_url") and isinstance(value, str)
        }  # fmt: skip
        super().send_mail(template_prefix, email, {**context, **home})

    def get_reauthentication_methods(self, user: Person | AnonymousUser) -> list[dict[str, Any]]:
        """Call a passkey what it is called on all our pages."""
        methods = super().get_reauthentication_methods(user)
        named = {"mfa_reauthenticate:webauthn": _("Use a passkey")}
        return [{**one, "description": named.get(one["id"], one["description"])} for one in methods]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead people of one region to its home; those of several, or of none, choose on the first page."""
        held = Membership.objects.across_regions("somebody's own regions").current().filter(person=request.user)
        slugs = set(held.filter(region__active=True).values_list("region__slug", flat=True))
        return address_in(f"/{slugs.pop()}/" if len(slugs) == 1 else "/", get_language() or settings.LANGUAGE_CODE)


class MFAAdapter(DefaultMFAAdapter):
    """Keeps secrets of second factors encrypted, so that a copy of the database alone opens no account."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        """Passkeys belong to the public name of the site, however a request reached it."""
        return {"id": urlsplit(settings.BASE_URL).hostname, "name": settings.RAUMWERK["NAME"]}

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        """Offer the day as the first name of a passkey."""
        return _("Passkey of %(day)s") % {"day": date_format(timezone.localdate(), "SHORT_DATE_FORMAT")}


def _cipher() -> MultiFernet:
    """One key per secret key of the installation; older ones still decrypt."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str | bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"raumwerk second factor")
    return base64.urlsafe_b64encode(derivation.derive(force_bytes(secret)))
