"""The ID token: what the provider says about a person, signed."""

from __future__ import annotations

import hmac
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

__all__ = ["verified_claims"]

#: Signatures by a key of the provider; never by a shared secret, and never none.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY = 60


def verified_claims(token: str, *, keys: dict[str, Any], issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token whose every part was checked.

    Parameters
    ----------
    token : str
        As the provider's token endpoint gave it.
    keys : dict
        The provider's public keys (JWK set).
    issuer, client_id, nonce
        What must stand in it; the nonce is the one this browser session was sent away with.

    Raises
    ------
    OAuth2Error
        When anything is wrong with it; the message says what, for the operator's log.
    """
    try:
        key = _key(keys, jwt.get_unverified_header(token).get("kid"))
        claims: dict[str, Any] = jwt.decode(
            token, key=key, algorithms=ALGORITHMS, audience=client_id, issuer=issuer, leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise OAuth2Error(f"The ID token is refused: {error}") from error
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
        raise OAuth2Error("The ID token is refused: it was made for somebody else.")
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise OAuth2Error("The ID token is refused: it does not belong to this sign-in.")
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise OAuth2Error("The ID token is refused: it names nobody.")
    return claims


def _key(keys: dict[str, Any], number: str | None) -> jwt.PyJWK:
    usable = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in (None, "sig")]
    fitting = [key for key in usable if key.key_id == number] if number else usable
    if len(fitting) != 1:
        raise OAuth2Error("The ID token is refused: the provider has no such key.")
    return fitting[0]
