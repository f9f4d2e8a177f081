"""What the operator configured."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from raumwerk.errors import MissingError

__all__ = ["configured"]


def configured() -> dict[str, Any]:
    """Return the provider: ``issuer``, ``name``, ``client_id``, ``secret``, ``trust_email``.

    Raises
    ------
    MissingError
        Where none is configured.
    """
    if settings.OIDC is None:
        raise MissingError("No provider of sign-ins is configured; RAUMWERK_OIDC_ISSUER names one.")
    found: dict[str, Any] = settings.OIDC
    return found
