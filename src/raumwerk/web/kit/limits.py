"""Limits for forms that anybody may send, counted by the address of the connection."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

__all__ = ["within_limit"]


def within_limit(request: HttpRequest, action: str, *, times: int, seconds: int) -> bool:
    """Count this attempt and tell whether it is still allowed.

    The address is kept as a keyed hash only. ``X-Forwarded-For`` is not believed: behind a proxy all visitors share
    the proxy's address unless the server itself puts the real one into ``REMOTE_ADDR``.
    """
    address = request.META.get("REMOTE_ADDR", "")
    digest = hashlib.blake2b(f"{action}|{address}".encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16)
    key = f"limit:{digest.hexdigest()}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= times
    except ValueError:  # expired between the two steps
        cache.set(key, 1, seconds)
        return True
