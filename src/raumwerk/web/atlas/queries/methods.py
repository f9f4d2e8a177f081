"""Explanations of the methods for readers: the pages of docs/methods, in the small markup they are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from raumwerk.errors import MissingError

__all__ = ["METHODS", "method_text"]

_HERE = Path(__file__).resolve()
#: Inside an installed package, else in a checkout.
_FOLDERS = (_HERE.parents[1] / "methods", _HERE.parents[5] / "docs" / "methods")
METHODS = ("flows", "estimate", "regions", "interaction", "excess", "travel", "access", "hubs", "mobility", "structure",
           "scenarios", "composite", "perception", "plan")  # fmt: skip
_BLOCK = re.compile(r"^(?P<heading>#+ )|^(?P<list>(?:- |\d+\. ))|^(?P<table>\|)")


def method_text(key: str, lang: str, address: Callable[[str], str]) -> tuple[str, SafeString]:
    """Title and body of an explanation; ``address`` gives the page of another method.

    Raises
    ------
    MissingError
        When there is no such method, or its text does not come with this installation.
    """
    if key not in METHODS:
        told = gettext("There is no explanation of a method “%(key)s”; there are: %(known)s.")
        raise MissingError(told % {"key": key, "known": ", ".join(METHODS)})
    text = _read(key, lang)
    first, _, rest = text.partition("\n")
    body = "".join(_block(block, address) for block in re.split(r"\n\s*\n", rest.strip()))
    return first.removeprefix("# ").strip(), mark_safe(body)  # noqa: S308 - text of ours, escaped piece by piece


@lru_cache(maxsize=64)
def _read(key: str, lang: str) -> str:
    for folder in _FOLDERS:
        path = folder / f"{key}.{lang}.md"
        if path.exists():
            return path.read_text("utf-8")
    raise MissingError(gettext("The explanations of the methods do not come with this installation."))


def _block(block: str, address: Callable[[str], str]) -> str:
    kind = _BLOCK.match(block)
    lines = block.splitlines()
    if kind and kind["heading"]:
        return f"<h2>{_inline(lines[0].lstrip('# '), address)}</h2>" + (
            _block("\n".join(lines[1:]), address) if lines[1:] else ""
        )
    if kind and kind["table"]:
        return _table(lines, address)
    # a list may follow its opening sentence without an empty line
    start = next((number for number, line in enumerate(lines) if re.match(r"- |\d+\. ", line)), None)
    if start is not None:
        head = _block("\n".join(lines[:start]), address) if start else ""
        tag = "ul" if lines[start].startswith("- ") else "ol"
        items = "".join(f"<li>{_inline(item, address)}</li>" for item in _items(lines[start:]))
        return f"{head}<{tag}>{items}</{tag}>"
    return f"<p>{_inline(' '.join(lines), address)}</p>"


def _items(lines: list[str]) -> Iterator[str]:
    whole = "\n".join(lines)
    for item in re.split(r"(?:^|\n)(?:- |\d+\. )", whole)[1:]:
        yield " ".join(item.split())


def _table(lines: list[str], address: Callable[[str], str]) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    head = "".join(f'<th scope="col">{_inline(cell, address)}</th>' for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_inline(cell, address)}</td>" for cell in row) + "</tr>" for row in rows[2:])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="rw-plan" tabindex="0" role="region" aria-label="{escape(rows[0][0])}">{table}</div>'


def _inline(text: str, address: Callable[[str], str]) -> str:
    safe = str(escape(text)).replace("&#x27;", "'").replace("&quot;", '"')
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", safe)

    def link(found: re.Match[str]) -> str:
        words, target = found[1], found[2]
        method = re.fullmatch(r"(\w+)\.(?:de|en)\.md", target)
        if method and method[1] in METHODS:
            return f'<a href="{escape(address(method[1]))}">{words}</a>'
        return f'<a href="{target}">{words}</a>' if target.startswith("https://") else words

    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", link, safe)
