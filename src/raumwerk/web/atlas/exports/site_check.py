"""Proof that a website of files holds together: no link without its file, nothing asked of another host."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["check_site"]

#: Attributes whose address the browser asks for by itself; links of <a> are asked for by the reader alone.
_LOADED = {"src", "srcset", "poster", "data", "action", "formaction"}
_OUTLINE = re.compile(r' d="[MLQHZ0-9. -]*"')
_CSS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.loaded: list[str] = []
        self.names: set[str] = set()
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.names.add(value)
            elif name == "href" and value is not None:
                (self.anchors if tag == "a" else self.loaded).append(value)
            elif (name in _LOADED or name.endswith(":href")) and value:
                self.loaded.append(value)
            elif name == "style" and value:
                self.loaded += _css(value)
        self.scripts += tag == "script"


def _css(text: str) -> list[str]:
    return [first or second for first, second in _CSS.findall(text)]


def check_site(folder: Path) -> list[str]:
    """Return one sentence for each broken link and each request to elsewhere; empty when all is well.

    Parameters
    ----------
    folder : Path
        Folder of the website; every HTML and CSS file below it is read.
    """
    folder = folder.resolve()
    pages = {path: _read(path) for path in sorted(folder.rglob("*.html"))}
    files = {str(path) for path in folder.rglob("*") if path.is_file()}
    problems = [] if pages else [f"{folder} holds no page"]
    for path, links in pages.items():
        name = path.relative_to(folder)
        problems += [f"{name}: asks another host for {each}" for each in links.loaded if _foreign(each)]
        problems += [f"{name}: holds a script" for _ in range(min(1, links.scripts))]
        for address in (*links.anchors, *links.loaded):
            problems += [f"{name}: {problem}" for problem in _broken(path, address, pages, files)]
    for path in sorted(folder.rglob("*.css")):
        for address in _css(path.read_text("utf-8")):
            if _foreign(address):
                problems.append(f"{path.relative_to(folder)}: asks another host for {address}")
            else:
                problems += [f"{path.relative_to(folder)}: {each}" for each in _broken(path, address, pages, files)]
    return problems


def _read(path: Path) -> _Links:
    links = _Links()
    # outlines of areas are nine tenths of a page and hold no address
    links.feed(_OUTLINE.sub("", path.read_text("utf-8")))
    links.close()
    return links


def _foreign(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("", "data") or bool(parts.netloc)


def _broken(path: Path, address: str, pages: dict[Path, _Links], files: set[str]) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:  # elsewhere: nothing that this folder can answer for
        return
    if parts.path.startswith("/"):
        yield f"link to {address} works at the root of a host only"
        return
    # by text, not by asking the disk: a website has a hundred thousand links
    target = os.path.normpath(path.parent / unquote(parts.path)) if parts.path else str(path)
    if target not in files:
        yield f"link to {address} leads to no file of the folder"
    elif parts.fragment and Path(target) in pages and unquote(parts.fragment) not in pages[Path(target)].names:
        yield f"link to {address} names no place on that page"
