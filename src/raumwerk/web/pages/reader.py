"""Reads the content files that come with Raumwerk: a TOML head, a line ``+++``, and a body in a small markup.

Markup: ``## heading``, ``### subheading``, ``- item``, ``1. item``, ``> hint``, ``>! example``, ``| table | row |``
after ``^ caption``, cards between ``:::`` lines with ``# Title -> address``; inside of lines ``**strong**``,
``*stress*`` and ``[text](address)``. Blocks that are more data than text stand between a line with three backticks and
their name (contacts, questions, latest_news, cover) and a line with three backticks, as TOML. It is only for these
files; editors write in Wagtail.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.html import escape

from raumwerk.errors import InputError, Problem

__all__ = ["ContentFile", "read_content", "to_blocks"]

KINDS = {"home", "text", "news_index", "news", "documents", "case_index", "case"}
#: Blocks written as TOML, with the fields of theirs that hold inline markup.
FENCED: dict[str, str | None] = {"contacts": None, "questions": "answer", "latest_news": None, "cover": None}
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)"), r"<i>\1</i>"),
    (re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)"), r'<a href="\2">\1</a>'),
)


@dataclass(frozen=True)
class ContentFile:
    """One page as a file: where it stands, its fields, its blocks."""

    path: str
    fields: dict[str, Any]
    blocks: list[tuple[str, Any]] = field(repr=False)
    digest: str

    @property
    def parent(self) -> str:
        """Path of the page above; the home page is ``home``."""
        above = self.path.rpartition("/")[0]
        return above or "home"

    @property
    def slug(self) -> str:
        """Last part of the path."""
        return self.path.rpartition("/")[2]


def read_content(folder: Path, placeholders: dict[str, str]) -> list[ContentFile]:
    """Read all pages of a folder, parents before children.

    Raises
    ------
    InputError
        Naming each file that is not as described above.
    """
    found, problems = [], []
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text("utf-8")
        for name, value in placeholders.items():
            text = text.replace(f"{{{{{name}}}}}", value)
        try:
            found.append(_read(path.relative_to(folder).with_suffix("").as_posix(), text))
        except (ValueError, tomllib.TOMLDecodeError) as error:
            problems.append(Problem(str(error), file=str(path.relative_to(folder.parent))))
    if problems:
        raise InputError(problems)
    return sorted(
        found, key=lambda one: (one.path != "home", one.path.count("/"), one.fields.get("order", 50), one.path)
    )


def _read(path: str, text: str) -> ContentFile:
    head, mark, body = text.partition("\n+++\n")
    if not mark:
        raise ValueError("the line +++ between head and body is missing")
    fields = tomllib.loads(head)
    if fields.get("kind") not in KINDS or not fields.get("title"):
        raise ValueError(f"a title and a kind out of {', '.join(sorted(KINDS))} are needed")
    return ContentFile(path, fields, to_blocks(body), hashlib.sha256(text.encode()).hexdigest())


def to_blocks(body: str) -> list[tuple[str, Any]]:
    """Turn the markup into the blocks of a page body; running text in one piece becomes one block."""
    blocks: list[tuple[str, Any]] = []
    for kind, value in _parts(body):
        if kind == "text" and blocks and blocks[-1][0] == "text":
            blocks[-1] = ("text", blocks[-1][1] + value)
        else:
            blocks.append((kind, value))
    return blocks


def _parts(body: str) -> Iterator[tuple[str, Any]]:
    """Running text and fenced blocks in their order."""
    end = 0
    for fence in _FENCE.finditer(body):
        yield from _pieces(body[end : fence.start()])
        yield fence[1], _fenced(fence[1], fence[2])
        end = fence.end()
    yield from _pieces(body[end:])


def _fenced(kind: str, text: str) -> dict[str, Any]:
    if kind not in FENCED:
        raise ValueError(f"there is no block {kind!r}; known: {', '.join(FENCED)}")
    value = tomllib.loads(text)
    marked = FENCED[kind]
    for entries in value.values():
        if marked and isinstance(entries, list):
            for entry in entries:
                entry[marked] = f"<p>{_inline(entry[marked])}</p>"
    return value


def _pieces(body: str) -> Iterator[tuple[str, Any]]:
    inside: list[str] | None = None
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        lines = [line.rstrip() for line in paragraph.splitlines()]
        if lines == [":::"]:
            if inside is None:
                inside = []
            else:
                yield "cards", {"cards": [_card(text) for text in inside]}
                inside = None
        elif inside is not None:
            inside.append(paragraph)
        elif lines and lines[0]:
            yield _piece(lines)
    if inside is not None:
        raise ValueError("a line ::: opens cards that no second one closes")


def _piece(lines: list[str]) -> tuple[str, Any]:
    first = lines[0]
    if first.startswith("#"):
        marks, _, text = first.partition(" ")
        return "heading", {"level": f"h{len(marks)}", "text": text}
    if first.startswith(">"):
        kind = "example" if first.startswith(">!") else "info"
        text = " ".join(line.lstrip(">! ") for line in lines)
        return "hint", {"kind": kind, "text": f"<p>{_inline(text)}</p>"}
    if first.startswith("^ "):
        header, *rows = ([cell.strip() for cell in line.strip("| ").split("|")] for line in lines[1:])
        return "table", {"caption": first[2:], "header": header, "rows": [{"cells": row} for row in rows]}
    for mark, tag in ((r"- ", "ul"), (r"\d+\. ", "ol")):
        if re.match(mark, first):
            items = re.split(rf"(?:^|\n){mark}", "\n".join(lines))[1:]
            return "text", f"<{tag}>" + "".join(
                f"<li>{_inline(' '.join(one.split()))}</li>" for one in items
            ) + f"</{tag}>"
    return "text", f"<p>{_inline(' '.join(lines))}</p>"


def _card(text: str) -> dict[str, str]:
    head, _, body = text.partition("\n")
    title, _, link = head.removeprefix("# ").partition(" -> ")
    return {"title": title.strip(), "link": link.strip(), "text": f"<p>{_inline(' '.join(body.split()))}</p>"}


def _inline(text: str) -> str:
    safe = str(escape(text)).replace("&#x27;", "'").replace("&quot;", '"')
    for pattern, replacement in _INLINE:
        safe = pattern.sub(replacement, safe)
    return safe
