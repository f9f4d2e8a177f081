"""Limits for forms that anybody may send, counted by the address of the connection."""

from __future__ import annotations

import hashlib
import time

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
    # Windows of fixed length: an attempt must neither prolong nor shorten the one it falls into. The cache's own
    # ``incr`` would do both, because it keeps what it counts for the cache's default time and not for `seconds`.
    window = int(time.time() // seconds)
    asked = f"{action}|{address}|{window}".encode()
    digest = hashlib.blake2b(asked, key=settings.SECRET_KEY.encode()[:64], digest_size=16)
    key = f"limit:{digest.hexdigest()}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, seconds)
    return count <= times
