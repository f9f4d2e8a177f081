"""Limits for forms that anybody may send, counted by the address of the connection."""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

__all__ = ["within_limit"]


def within_limit(request: HttpRequest, action: str, *, times: int, seconds: int) -> bool:
    """Count this attempt and tell whether it is still allowed.

    The address is kept as a keyed hash only. ``X-Forwarded-For`` is believed as far as proxies are named
    (``RAUMWERK_PROXIES``), as when attempts to sign in are counted.
    """
    address = _visitor(request)
    # Windows of fixed length: an attempt must neither prolong nor shorten the one it falls into. The cache's own
    # ``incr`` would do both, because it keeps what it counts for the cache's default time and not for `seconds`.
    window = int(time.time() // seconds)
    asked = f"{action}|{address}|{window}".encode()
    digest = hashlib.blake2b(asked, key=settings.SECRET_KEY.encode()[:64], digest_size=16)
    key = f"limit:{digest.hexdigest()}"
    with _alone():  # of many attempts at the same moment each counts
        count = int(cache.get(key, 0)) + 1
        cache.set(key, count, seconds)
    return count <= times


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of all threads and processes that count; the system gives it back when its holder dies."""
    with (Path(str(settings.RAUMWERK["HOME"])) / "limits.lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _visitor(request: HttpRequest) -> str:
    """The address of the connection, or what the outermost named proxy saw; of IPv6 the whole network."""
    address, hops = request.META.get("REMOTE_ADDR", ""), settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if hops and len(told) >= hops:
        address = told[-hops]
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)
