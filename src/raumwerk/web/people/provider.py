"""The provider of sign-ins as allauth's registry finds it: OpenID Connect, with every check made."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from raumwerk.web.people.oidc.asking import asked, configuration
from raumwerk.web.people.oidc.configured import configured
from raumwerk.web.people.oidc.token import verified_claims

__all__ = ["PROVIDER", "Provider", "ProviderAdapter"]

#: Key of the one provider there may be.
PROVIDER = "oidc"
KEPT = ("email", "email_verified", "given_name", "family_name")


class ProviderAdapter(OpenIDConnectOAuth2Adapter):
    """Asks the provider and believes only what is signed for this very sign-in."""

    nonce = ""

    @property
    def issuer(self) -> str:
        """The provider's name for itself, as the operator configured it."""
        return str(configured()["issuer"])

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = configuration(self.issuer)
        found: dict[str, Any] = self._openid_config
        return found

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """One address for all languages, of the public name of the site: the provider has to know it."""
        with translation.override(settings.LANGUAGE_CODE):
            return f"{settings.BASE_URL}{reverse('sso_answer')}"

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """Take the token for one question about the person; it is kept nowhere."""
        if not isinstance(data["access_token"], str):
            raise OAuth2Error("The provider sent no access token.")
        return SocialToken(token=data["access_token"])

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Return whom the provider vouches for.

        Raises
        ------
        OAuth2Error
            When the ID token is missing or refused, or the provider speaks of two persons.
        """
        signed = kwargs["response"].get("id_token")
        if not isinstance(signed, str):
            raise OAuth2Error("The provider sent no ID token.")
        claims = verified_claims(
            signed, keys=asked(self.openid_config["jwks_uri"], issuer=self.issuer),
            issuer=self.openid_config["issuer"], client_id=app.client_id, nonce=self.nonce,
        )  # fmt: skip
        about = {name: claims[name] for name in KEPT if name in claims}
        if "email" not in about and isinstance(self.openid_config.get("userinfo_endpoint"), str):
            told = self._userinfo(token.token)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("The provider tells of another person than it signed for.")
            about |= {name: told[name] for name in KEPT if name in told}
        return self.get_provider().sociallogin_from_response(request, {**about, "sub": claims["sub"]})

    def _userinfo(self, token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        return asked(self.openid_config["userinfo_endpoint"], issuer=self.issuer, headers=headers)


class Provider(OpenIDConnectProvider):
    """What is made of the claims: a digest to know the person again by, and what a new account needs."""

    oauth2_adapter_class = ProviderAdapter
    supports_token_authentication = False
    pkce_enabled_default = True

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, **kept: str) -> HttpResponse:
        """Answer with the address at the provider; state, nonce and PKCE verifier stay in the session."""
        nonce = secrets.token_urlsafe(24)
        answer: HttpResponse = super().redirect(
            request, process, next_url=next_url, auth_params={"nonce": nonce}, nonce=nonce, **kept
        )
        return answer

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return a digest of issuer and subject: another issuer's subjects never meet these, and none is kept."""
        return hashlib.sha256(f"{configured()['issuer']}\n{data['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep nothing else."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, str]:
        names = {"first_name": data.get("given_name"), "last_name": data.get("family_name")}
        found = {key: value.strip()[:150] for key, value in names.items() if isinstance(value, str)}
        return {**found, "email": self._address(data)} if self._address(data) else found

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Return the address; proved only where the operator trusts this provider's proofs and it gives one."""
        address = self._address(data)
        if not address:
            return []
        proved = bool(configured()["trust_email"]) and data.get("email_verified") is True
        return [EmailAddress(email=address, verified=proved, primary=True)]

    def _address(self, data: dict[str, Any]) -> str:
        given = data.get("email")
        return given.strip().lower() if isinstance(given, str) else ""


provider_classes = [Provider]
