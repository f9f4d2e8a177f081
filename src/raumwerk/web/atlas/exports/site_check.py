"""Proof that a website of files holds together: no link without its file, nothing asked of another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["check_site"]

#: Attributes whose address the browser asks for by itself; links of <a> are asked for by the reader alone.
_LOADED = {"src", "srcset", "poster", "data", "action", "formaction"}
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
    pages = {path: _read(path) for path in sorted(folder.rglob("*.html"))}
    problems = [] if pages else [f"{folder} holds no page"]
    for path, links in pages.items():
        name = path.relative_to(folder)
        problems += [f"{name}: asks another host for {each}" for each in links.loaded if _foreign(each)]
        problems += [f"{name}: holds a script" for _ in range(min(1, links.scripts))]
        for address in (*links.anchors, *links.loaded):
            problems += [f"{name}: {problem}" for problem in _broken(folder, path, address, pages)]
    for path in sorted(folder.rglob("*.css")):
        for address in _css(path.read_text("utf-8")):
            if _foreign(address):
                problems.append(f"{path.relative_to(folder)}: asks another host for {address}")
            else:
                problems += [f"{path.relative_to(folder)}: {each}" for each in _broken(folder, path, address, pages)]
    return problems


def _read(path: Path) -> _Links:
    links = _Links()
    links.feed(path.read_text("utf-8"))
    links.close()
    return links


def _foreign(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("", "data") or bool(parts.netloc)


def _broken(folder: Path, path: Path, address: str, pages: dict[Path, _Links]) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:  # elsewhere: nothing that this folder can answer for
        return
    if parts.path.startswith("/"):
        yield f"link to {address} works at the root of a host only"
        return
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_relative_to(folder.resolve()) and target != path:
        yield f"link to {address} leads out of the folder"
    elif not target.is_file():
        yield f"link to {address} leads to no file"
    elif parts.fragment and target.suffix == ".html":
        found = next((links for page, links in pages.items() if page.resolve() == target.resolve()), None)
        if found is not None and unquote(parts.fragment) not in found.names:
            yield f"link to {address} names no place on that page"
