"""What is asked of the provider, and where: discovery and keys, over connections that go nowhere else."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

__all__ = ["GuardedSession", "check_address", "configuration", "origin"]

TIMEOUT = (5, 15)
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


def origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def check_address(address: str, *, issuer: str) -> None:
    """Refuse an address the server must not be sent to.

    The operator vouches for the issuer's own origin, wherever it lies. Everything else that the provider names must
    be https and lead to public addresses, so that a provider gone bad cannot send requests into the operator's network.

    Raises
    ------
    OAuth2Error
        When the address is refused.
    """
    if origin(address) == origin(issuer):
        return
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        raise OAuth2Error(f"The provider names {origin(address)}, which is not reached by https.")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise OAuth2Error(f"The provider names {parts.hostname}, which has no address.") from error
    if any(not ipaddress.ip_address(str(place[4][0]).split("%")[0]).is_global for place in found):
        raise OAuth2Error(f"The provider names {parts.hostname}, which lies in a private network.")


class GuardedSession(requests.Session):
    """Asks permitted addresses alone, follows no redirect and does not wait for ever."""

    def __init__(self, issuer: str) -> None:
        super().__init__()
        self.issuer = issuer

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # fewer
        check_address(url, issuer=self.issuer)
        answer = super().request(method, url, **{**options, "allow_redirects": False, "timeout": TIMEOUT})
        answer.headers.setdefault("content-type", "application/json")  # allauth reads it unasked
        return answer


def configuration(issuer: str) -> dict[str, Any]:
    """Return what the provider says about itself.

    Raises
    ------
    OAuth2Error
        When it says nothing usable, or calls itself by another name than configured.
    requests.RequestException
        When it cannot be reached.
    """
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    found = asked(address, issuer=issuer)
    missing = [name for name in NEEDED if not isinstance(found.get(name), str)]
    if missing:
        raise OAuth2Error(f"The provider does not say: {', '.join(missing)}.")
    if found["issuer"].rstrip("/") != issuer.rstrip("/"):
        raise OAuth2Error(f"The provider calls itself {found['issuer']!r}, configured is {issuer!r}.")
    there = urlsplit(found["authorization_endpoint"])
    if there.scheme != "https" and origin(found["authorization_endpoint"]) != origin(issuer):
        raise OAuth2Error("The page to sign in at is not reached by https.")
    return found


def asked(address: str, *, issuer: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the JSON object found at an address of the provider."""
    with GuardedSession(issuer) as session:
        answer = session.get(address, headers=headers)
    answer.raise_for_status()
    try:
        found = answer.json()
    except ValueError as error:
        raise OAuth2Error(f"{origin(address)} did not answer in JSON.") from error
    if not isinstance(found, dict):
        raise OAuth2Error(f"{origin(address)} answered something else than expected.")
    return found
