"""Answers of the API kept by release: a WSGI wrapper in front of Django that hands out finished bytes.

An answer depends on the release and on its address alone (no cookie, no login), so (release, host, address) names it
for good. A new release is a new name: nothing ever goes stale, and what is no longer asked for falls out at the end.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from raumwerk.errors import RaumwerkError
from raumwerk.store import read

__all__ = ["ResponseCache"]

Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

PREFIXES = ("/api/v1/", "/dcat/", "/ogc/")
_MAX_BYTES = 64 * 2**20
_MAX_ANSWER = 8 * 2**20
_WORTH_PACKING = 600  # bytes; below that the packed answer is hardly smaller
_PACKED_ALREADY = ("openxmlformats", "geopackage")
#: Headers that a 304 carries again (RFC 9110, 15.4.5).
_AGAIN = {"etag", "cache-control", "vary", "content-location", "expires", "date"}


@dataclass(frozen=True, slots=True)
class _Kept:
    headers: Headers
    body: bytes
    packed: bytes | None
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed or b"") + 1024


class ResponseCache:
    """WSGI application that keeps successful public answers of another one.

    Parameters
    ----------
    application : WSGI application
    home : Path
        ``RAUMWERK_HOME``, whose store names the current release.
    max_bytes : int
        Upper bound of what is kept; the answers not asked for longest go first.
    """

    def __init__(self, application: Application, home: Path, *, max_bytes: int = _MAX_BYTES) -> None:
        self._application = application
        self._store = read.open_store(home)
        self._max_bytes = max_bytes
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIXES) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._application(environ, start_response)
        release = self._release()
        if release is None:
            return self._application(environ, start_response)
        key = (release, environ.get("HTTP_HOST", ""), path, environ.get("QUERY_STRING", ""),
               environ.get("HTTP_ACCEPT", "") if path.startswith("/dcat/") else "")  # fmt: skip
        kept = self._kept.get(key)
        if kept is not None:
            return self._hand_out(kept, key, environ, start_response)
        return self._ask(key, environ, start_response)

    def _release(self) -> str | None:
        try:
            return read.current(self._store).id
        except RaumwerkError:
            return None  # nothing published, or a damaged store: the application says so

    def _hand_out(
        self, kept: _Kept, key: tuple[str, ...], environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        if _matches(environ.get("HTTP_IF_NONE_MATCH", ""), kept.etag):
            start_response("304 Not Modified", [pair for pair in kept.headers if pair[0].lower() in _AGAIN])
            return [b""]
        body, headers = kept.body, kept.headers
        if kept.packed is not None and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body, headers = kept.packed, [*headers, ("Content-Encoding", "gzip")]
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _ask(self, key: tuple[str, ...], environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Ask the application for the whole answer, keep it if everybody may have it, and hand it out."""
        told: list[Any] = []

        def remember(status: str, headers: Headers, error: Any = None) -> Callable[[bytes], None]:
            told[:] = [status, headers, error]
            return _refuse_write

        # The condition is answered here, so that the application never answers 304 to the one whose answer is kept.
        asked = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}
        asked["REQUEST_METHOD"] = "GET"
        answer = self._application(asked, remember)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers, error = told
        kept = _keepable(status, headers, body)
        if kept is None:
            start_response(status, headers, *([error] if error else []))
            return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        self._keep(key, kept)
        return self._hand_out(kept, key, environ, start_response)

    def _keep(self, key: tuple[str, ...], kept: _Kept) -> None:
        if kept.size > _MAX_ANSWER:
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._bytes += kept.size - (before.size if before else 0)
            self._kept[key] = kept
            while self._bytes > self._max_bytes:
                _key, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.size


def _keepable(status: str, headers: Headers, body: bytes) -> _Kept | None:
    """The answer ready to hand out again; None unless it is a success that is public and has an ETag."""
    named = {name.lower(): value for name, value in headers}
    public = "public" in named.get("cache-control", "") and "set-cookie" not in named
    if not status.startswith("200") or not public or "etag" not in named or "content-encoding" in named:
        return None
    vary = {part.strip() for part in named.get("vary", "").split(",") if part.strip()} | {"Accept-Encoding"}
    own = [pair for pair in headers if pair[0].lower() not in ("content-length", "vary")]
    own.append(("Vary", ", ".join(sorted(vary))))
    kind = named.get("content-type", "")
    small = len(body) < _WORTH_PACKING or any(mark in kind for mark in _PACKED_ALREADY)
    # mtime=0: the same answer is always the same bytes
    return _Kept(own, body, None if small else gzip.compress(body, 6, mtime=0), named["etag"])


def _matches(wanted: str, etag: str) -> bool:
    """Whether If-None-Match names the ETag (weak comparison)."""
    return bool(wanted) and (
        wanted.strip() == "*" or etag in {part.strip().removeprefix("W/") for part in wanted.split(",")}
    )


def _refuse_write(_data: bytes) -> None:
    raise NotImplementedError("WSGI's write() is not used by any application of this installation")
