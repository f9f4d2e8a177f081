"""Forms of passkeys: what the browser's key answered is checked here before allauth reads it any further."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fido2.utils import websafe_decode

__all__ = ["AddPasskey", "AuthenticateByPasskey", "ReauthenticateByPasskey", "RenamePasskey"]

LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
MOST = 10


def _name(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_NAME, required=required,
        help_text=gettext_lazy("By which you know it again, for example “Telephone” or “Key in the office”."),
    )  # fmt: skip


def _of_this_site(credential: Any) -> bool:
    """Tell whether an answer was given to this host itself; the standard would let its subdomains ask as well."""
    told = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
    return urlsplit(told["origin"]).hostname == urlsplit(settings.BASE_URL).hostname


class _AnswerField(forms.JSONField):
    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST_ANSWER:
            raise get_adapter().validation_error("incorrect_code")
        return super().to_python(value)


class _Answer(forms.Form):
    """Refuses, with the sentence of a wrong code, whatever is not an answer of a key to this site."""

    credential = _AnswerField(widget=forms.HiddenInput)

    def _refused(self) -> Exception:
        refused: Exception = get_adapter().validation_error("incorrect_code")
        return refused

    def _check_origin(self) -> None:
        try:
            ours = _of_this_site(self.cleaned_data["credential"])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._refused() from error
        if not ours:
            raise self._refused()


class AddPasskey(_Answer, passkeys.AddWebAuthnForm):
    """Adds a passkey under a name."""

    name = _name(required=False)

    def clean(self) -> dict[str, Any]:
        if "credential" not in self.cleaned_data:
            return self.cleaned_data
        if Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN).count() >= MOST:
            raise forms.ValidationError(_("You have %(number)s passkeys; remove one first.") % {"number": MOST})
        self._check_origin()
        try:
            cleaned: dict[str, Any] = super().clean() or {}
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            raise self._refused() from error
        return cleaned


class _AuthenticateByPasskey(_Answer):
    def clean_credential(self) -> Authenticator:
        self._check_origin()
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]  # a mixin
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            raise self._refused() from error
        return found


class AuthenticateByPasskey(_AuthenticateByPasskey, passkeys.AuthenticateWebAuthnForm):
    """Proves the second factor while signing in."""


class ReauthenticateByPasskey(_AuthenticateByPasskey, passkeys.ReauthenticateWebAuthnForm):
    """Proves once more who somebody is."""


class RenamePasskey(passkeys.EditWebAuthnForm):
    """Gives a passkey another name."""

    name = _name(required=True)
