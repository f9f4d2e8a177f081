"""Downloading official files: resumable, bounded, and not fooled by error pages or redirects into private networks."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit
from urllib.request import getproxies

import httpx

from raumwerk import __version__
from raumwerk.errors import InputError, IntegrityError, MissingError, Problem, UnavailableError
from raumwerk.pipeline import sniff
from raumwerk.pipeline.discovery import MAX_SIZE, ORIGIN_ENDING, PARTIAL_ENDING
from raumwerk.store.files import sha256_of, to_json, write_text

__all__ = ["Download", "addresses", "fetch"]

#: Called with (bytes so far, bytes in all or None).
Progress = Callable[[int, int | None], None]

_REDIRECTS = 5
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_REDIRECT_CODES = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Download:
    """One downloaded file; the record beside it holds the same facts.

    Parameters
    ----------
    name : str
        File name.
    address : str
        Address asked for.
    final_address : str
        Address that answered, after redirects.
    sha256 : str
    size : int
    fetched_at : str
        ISO 8601, UTC.
    """

    name: str
    address: str
    final_address: str
    sha256: str
    size: int
    fetched_at: str


def addresses(key: str, entry: Mapping[str, Any], values: Mapping[str, str]) -> list[str]:
    """Addresses of a source's files, its placeholders filled.

    Parameters
    ----------
    key : str
        Key of the source.
    entry : dict
        Its catalogue entry; ``download`` is one address or several, ``defaults`` fills placeholders.
    values : dict
        Values of placeholders such as ``year``; they win over the defaults.

    Raises
    ------
    MissingError
        When the catalogue knows no address of a file.
    InputError
        When a placeholder has no value.
    """
    listed = entry.get("download") or []
    templates = [listed] if isinstance(listed, str) else list(listed)
    if not templates:
        page = f" Download it by hand from {entry['address']} and run" if entry.get("address") else " Run"
        raise MissingError(
            f"The catalogue knows no address of a file of source {key}.{page} 'raumwerk data import PATH', or give the "
            f"address with --url."
        )
    known = {name: str(value) for name, value in {**entry.get("defaults", {}), **values}.items()}
    wanted = {name for template in templates for _, name, _, _ in Formatter().parse(template) if name}
    if missing := sorted(wanted - set(known)):
        raise InputError(
            Problem(
                f"the address of source {key} needs a value for {', '.join(missing)}",
                expected=" ".join(f"--set {name}=…" for name in missing),
            )
        )
    return [template.format_map(known) for template in templates]


def fetch(
    address: str,
    folder: Path,
    *,
    sha256: str = "",
    max_size: int = MAX_SIZE,
    progress: Progress = lambda done, total: None,
    pause: float = 1.0,
    attempts: int = 4,
) -> Path:
    """Download one file.

    A download that breaks off goes on where it stopped, within this call and in the next one. The file appears under
    its name only when it is complete; its origin record (``<name>.origin.json``) lies beside it.

    Parameters
    ----------
    address : str
        http or https.
    folder : Path
        Where to put it.
    sha256 : str
        Expected checksum; empty to accept any.
    max_size : int
        Largest size in bytes.
    progress : callable
    pause : float
        Seconds to wait before the second attempt; doubled each time.
    attempts : int
        How often to try when the connection fails or breaks off.

    Returns
    -------
    Path
        The complete file.

    Raises
    ------
    UnavailableError
        When the address does not answer with the file: refused, error page, too large, redirected to a private place.
    IntegrityError
        When the file is not the one of the expected checksum.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise InputError(Problem(f"{address!r} is no address to download from", expected="https://…"))
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}{PARTIAL_ENDING}"
    transfer = _Transfer(address, part, max_size, progress)
    for attempt in range(attempts):
        try:
            transfer.run()
            break
        except (httpx.TransportError, _BrokenOffError) as error:
            if attempt == attempts - 1:
                raise UnavailableError(
                    f"{address} did not answer as it should ({error or type(error).__name__}). What was received is "
                    f"kept; run the command again to go on, or download the file by hand and import it."
                ) from error
            time.sleep(pause * 2**attempt)
    return _accept(transfer, folder, sha256)


class _BrokenOffError(Exception):
    """The server closed the connection too early."""


@dataclass
class _Transfer:
    """One file on its way."""

    address: str
    part: Path
    max_size: int
    progress: Progress
    final: str = ""
    name: str = ""

    @property
    def notes(self) -> Path:
        """What the server said about the partial file, so that it can be continued."""
        return self.part.with_name(f".{self.part.name}.json")

    def run(self) -> None:
        """Receive the file, or the rest of it."""
        headers = {"User-Agent": f"raumwerk/{__version__}", "Accept-Encoding": "identity"}
        validator = self._validator()
        have = self.part.stat().st_size if self.part.exists() and validator else 0
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": validator}
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, headers=headers) as client:
            response = self._answer(client)
            try:
                self._receive(response, have)
            finally:
                response.close()

    def _validator(self) -> str:
        if not self.notes.exists():
            return ""
        return str(json.loads(self.notes.read_text(encoding="utf-8")).get("validator", ""))

    def _answer(self, client: httpx.Client) -> httpx.Response:
        """Ask, following redirects one by one so that each can be refused."""
        address = self.address
        for _ in range(_REDIRECTS + 1):
            _refuse_private(address, named=self.address)
            response = client.send(client.build_request("GET", address), stream=True)
            if response.status_code not in _REDIRECT_CODES:
                _refuse_private_peer(response, address, named=self.address)
                self.final = address
                return response
            target = urljoin(address, response.headers.get("location", ""))
            response.close()
            if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
                raise UnavailableError(f"{address} redirects to {target}, which is not encrypted. Nothing was fetched.")
            address = target
        raise UnavailableError(f"{self.address} redirects more than {_REDIRECTS} times. Nothing was fetched.")

    def _receive(self, response: httpx.Response, have: int) -> None:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.part.unlink(missing_ok=True)
            raise _BrokenOffError("the file at the address has changed")
        if response.status_code not in (200, 206):
            raise UnavailableError(
                f"{self.address} answered with status {response.status_code} ({response.reason_phrase}). Check the "
                f"address in the catalogue, or download the file by hand and import it."
            )
        resumed = response.status_code == 206 and response.headers.get("content-range", "").startswith(f"bytes {have}-")
        if response.status_code == 206 and not resumed:
            self.part.unlink(missing_ok=True)
            raise _BrokenOffError("the server sent another part than asked for")
        done = have if resumed else 0
        length = response.headers.get("content-length", "")
        total = done + int(length) if length.isdecimal() else None
        self._refuse_size(total or 0)
        self.name = _file_name(self.final, response.headers.get("content-disposition", ""))
        self._note(response.headers)
        with self.part.open("ab" if resumed else "wb") as writer:
            for chunk in response.iter_raw():
                writer.write(chunk)
                done += len(chunk)
                self._refuse_size(done)
                self.progress(done, total)
        if total is not None and done < total:
            raise _BrokenOffError(f"{done:,} of {total:,} bytes received")

    def _note(self, headers: httpx.Headers) -> None:
        """Keep what tells whether the file is still the same; a weak tag does not (RFC 9110, 13.1.5)."""
        tag = headers.get("etag", "")
        validator = tag if tag and not tag.startswith("W/") else headers.get("last-modified", "")
        write_text(self.notes, to_json({"address": self.address, "validator": validator}))

    def _refuse_size(self, size: int) -> None:
        if size > self.max_size:
            self.part.unlink(missing_ok=True)
            raise UnavailableError(
                f"{self.address} sends more than {self.max_size / 2**20:,.0f} MiB, which no official file has. "
                f"Nothing was fetched."
            )


def _accept(transfer: _Transfer, folder: Path, expected: str) -> Path:
    """Check a complete download and give it its name."""
    part = transfer.part
    found = sha256_of(part)
    if expected and found != expected:
        part.unlink()
        raise IntegrityError(
            f"{transfer.address} gave a file with checksum {found}; expected {expected}. It was deleted."
        )
    try:
        kind = sniff.head(part, name=transfer.name).kind
    except InputError as error:
        part.unlink()
        raise UnavailableError(f"{transfer.address} gave a damaged file: {error}") from error
    if kind in (sniff.Kind.HTML, sniff.Kind.EMPTY):
        part.unlink()
        what = "a web page, most likely an error message," if kind is sniff.Kind.HTML else "nothing"
        raise UnavailableError(
            f"{transfer.address} answered with {what} instead of {transfer.name}. Open the address in a browser, "
            f"download the file by hand and import it."
        )
    transfer.notes.unlink(missing_ok=True)
    path = folder / transfer.name
    fetched = Download(
        transfer.name, transfer.address, transfer.final, found, part.stat().st_size,
        datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip
    write_text(path.with_name(path.name + ORIGIN_ENDING), to_json(asdict(fetched)))
    part.replace(path)
    return path


def _file_name(address: str, disposition: str) -> str:
    """A safe file name: the one the server gives, else the last part of the address, else its table code."""
    given = re.search(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", disposition, re.IGNORECASE)
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    name = unquote(given[1]) if given else unquote(parts.path.rstrip("/").rsplit("/", 1)[-1])
    if not given and "code" in query:  # GENESIS: online?operation=download&code=12411-04-02-4&option=csv
        name = f"{query['code'][0]}.{query.get('option', ['csv'])[0]}"
    safe = re.sub(r"[^\w.+-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".")
    return safe or "download"


def _origin(address: str) -> tuple[str, int | None]:
    parts = urlsplit(address)
    return (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _refuse_private(address: str, *, named: str) -> None:
    """Refuse a redirect into a private network; the place the operator named may be anywhere."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise UnavailableError(f"{named} redirects to {address}, which is no web address. Nothing was fetched.")
    if _origin(address) == _origin(named) or getproxies():
        return  # a proxy resolves names itself and has its own rules
    host, port = _origin(address)
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise UnavailableError(f"{named} redirects to {host}, which does not exist ({error}).") from error
    _refuse(found, address, named)


def _refuse_private_peer(response: httpx.Response, address: str, *, named: str) -> None:
    """Check whom we really talk to: the name may resolve otherwise the second time."""
    if _origin(address) == _origin(named) or getproxies():
        return
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    if peer:
        try:
            _refuse({str(peer[0])}, address, named)
        except UnavailableError:
            response.close()
            raise


def _refuse(hosts: set[str], address: str, named: str) -> None:
    if any(not ipaddress.ip_address(host.split("%")[0]).is_global for host in hosts):
        raise UnavailableError(f"{named} redirects to {address}, which lies in a private network. Nothing was fetched.")
