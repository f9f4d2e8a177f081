"""What may stand in a mail: one-line subjects, bodies without control characters, links to this installation alone.

Names and titles come from people. In plain text they cannot become HTML; here they are kept from becoming a header or
a link: mail programs make a link of whatever looks like one, so an invisible word joiner takes the look away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from raumwerk.errors import InputError, Problem

__all__ = ["address_of_site", "clean_address", "clean_body", "clean_line", "own_path"]

LONGEST_SUBJECT = 200
_JOINER = "\u2060"
# All of C0 and C1 but tab and line feed, line separators, and marks that turn the direction of writing.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,15}://\S+", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w@/.-])(?:[\w-]+\.)+[^\W\d_]{2,24}(?![\w@])")


def clean_line(text: object, *, longest: int = LONGEST_SUBJECT) -> str:
    """Make one line of `text`: no line break, no control character, not longer than a subject may be."""
    line = " ".join(_CONTROL.sub(" ", str(text).replace("\t", " ").replace("\n", " ")).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def clean_body(text: object, *, links: Iterable[str] = ()) -> str:
    """Make a body of `text` in which only this installation's addresses, and `links`, look like links."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    body = _CONTROL.sub("", lines)
    allowed = tuple(links)
    done, last = [], 0
    for match in _ADDRESS.finditer(body):
        done.append(_HOST.sub(_part, body[last : match.start()]))
        address = match.group()
        done.append(address if _is_ours(address) or address.rstrip(".,;)>") in allowed else _part_address(address))
        last = match.end()
    done.append(_HOST.sub(_part, body[last:]))
    return "".join(done)


def _is_ours(address: str) -> bool:
    ours, asked = urlsplit(settings.BASE_URL), urlsplit(address)
    return (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)


def _part(match: re.Match[str]) -> str:
    return match.group().replace(".", "." + _JOINER)


def _part_address(address: str) -> str:
    return address.replace("://", f":{_JOINER}//").replace(".", "." + _JOINER)


def clean_address(address: str) -> str:
    """Return an e-mail address that mail can be sent to.

    Raises
    ------
    InputError
        When it is none.
    """
    given = address.strip()
    try:
        validate_email(given)
    except ValidationError:
        raise InputError(
            Problem(
                f"{clean_line(given, longest=80)!r} is no e-mail address", expected="something like name@example.org"
            )
        ) from None
    return given


def own_path(url: str) -> str:
    """Return `url` when it is a path of this installation.

    Raises
    ------
    InputError
        When it leads elsewhere.
    """
    if not url.startswith("/") or url.startswith(("//", "/\\")) or _CONTROL.search(url) or "\n" in url:
        raise InputError(
            Problem(
                f"{clean_line(url, longest=80)!r} leads out of this installation", expected="a path that begins with /"
            )
        )
    return url


def address_of_site(path: str) -> str:
    """Return the whole address of a path, for mail."""
    return f"{settings.BASE_URL}{own_path(path)}"
