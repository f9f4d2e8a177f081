"""The provider of sign-ins on the account pages."""

from __future__ import annotations

from django import template
from django.conf import settings

__all__ = ["sso_name"]

register = template.Library()


@register.simple_tag
def sso_name() -> str:
    """Return what the configured provider is called; empty without one."""
    return str(settings.OIDC["name"]) if settings.OIDC else ""
