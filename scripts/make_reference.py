"""Writes docs/reference/analysis from the docstrings of raumwerk.analysis, or checks that the tracked pages are true.

``python scripts/make_reference.py`` writes the pages; with ``--check`` it only compares.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import raumwerk.analysis

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference" / "analysis"
HEAD = "<!-- Written by scripts/make_reference.py from the docstrings; change them, not this page. -->\n\n"
LISTS = {"Parameters", "Returns", "Raises"}
LONGEST_DEFAULT = 40


def modules() -> dict[str, ModuleType]:
    """Public modules below raumwerk.analysis by their name without that prefix."""
    prefix = "raumwerk.analysis."
    return {
        found.name.removeprefix(prefix): importlib.import_module(found.name)
        for found in sorted(pkgutil.walk_packages(raumwerk.analysis.__path__, prefix), key=lambda found: found.name)
        if not found.ispkg and not found.name.rsplit(".", 1)[-1].startswith("_")
    }


def signature(name: str, thing: Any) -> str:
    """A call of the thing; long defaults are left out."""
    given = inspect.signature(thing)
    parts = [
        parameter.replace(
            annotation=_shown(parameter.annotation), default=_shown(parameter.default, most=LONGEST_DEFAULT)
        )
        for parameter in given.parameters.values()
    ]
    return f"{name}{given.replace(parameters=parts, return_annotation=_shown(given.return_annotation))}"


class _Text:
    """Shows as the text itself, without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _shown(value: Any, *, most: int | None = None) -> Any:
    """An annotation as it was written; with ``most`` a default, which is left out when it is longer."""
    if value is inspect.Parameter.empty:
        return value
    if most is None:
        return _Text(value if isinstance(value, str) else getattr(value, "__name__", repr(value)))
    return value if len(repr(value)) <= most else _Text("…")


def plain(text: str) -> str:
    """Roles of reStructuredText as Markdown."""
    text = re.sub(r":math:`([^`]*)`", r"$\1$", text)
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?([\w]+)`", r"`\1`", text)
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    return re.sub(r"(?m)^\.\. math::\s*(.+(?:\n(?:[ \t]+\S.*))*)", r"$$\1$$", text)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Title (empty for what comes first) and body of each section of a numpydoc docstring."""
    parts = re.split(r"(?m)^(\w[\w ]*)\n-{3,}\n", text)
    yield "", parts[0]
    yield from zip(parts[1::2], parts[2::2], strict=True)


def entries(body: str) -> str:
    """A list of parameters, results or errors: each head in one bullet, its description beside it."""
    lines: list[str] = []
    for line in body.strip("\n").splitlines():
        if line and not line.startswith(" "):
            name, colon, kind = line.partition(" : ")
            lines.append(f"- **`{name}`**" + (f" : {kind}" if colon else ""))
        else:
            lines.append(f"  {line.strip()}".rstrip())
    return plain("\n".join(lines))


def document(docstring: str | None) -> str:
    """A docstring as Markdown."""
    out = []
    for title, body in sections(inspect.cleandoc(docstring or "")):
        if title:
            out.append(f"**{title}**")
        if title == "Examples":
            blocks = (block.strip() for block in body.strip().split("\n\n"))
            out += [f"```python\n{block}\n```" if block.startswith(">>>") else plain(block) for block in blocks]
        else:
            out.append(entries(body) if title in LISTS else plain(body.strip()))
    return "\n\n".join(part for part in out if part)


def methods(kind: type) -> Iterator[tuple[str, Any, bool]]:
    """Public methods and properties of a class with their docstring: name, function, whether it is called."""
    for name, thing in vars(kind).items():
        if name.startswith("_"):
            continue
        if isinstance(thing, property):
            yield name, thing.fget, False
        elif isinstance(thing, functools.cached_property):
            yield name, thing.func, False
        elif isinstance(thing, classmethod | staticmethod) or inspect.isfunction(thing):
            yield name, getattr(kind, name), True


def page(name: str, module: ModuleType) -> str:
    """The page of one module."""
    out = [f"# `raumwerk.analysis.{name}`", document(module.__doc__)]
    public = sorted(module.__all__, key=str.lower)
    for entry in public:
        thing = getattr(module, entry)
        if not (inspect.isfunction(thing) or inspect.isclass(thing)):
            continue
        out += [f"## `{entry}`", f"```python\n{signature(entry, thing)}\n```", document(thing.__doc__)]
        if inspect.isclass(thing):
            for inner, function, called in methods(thing):
                out.append(f"### `{entry}.{inner}`")
                out.append(f"```python\n{signature(inner, function)}\n```" if called else "Property.")
                out.append(document(function.__doc__))
    constants = [entry for entry in public if not callable(getattr(module, entry))]
    if constants:
        out += ["## Constants", "\n".join(f"- `{entry}`" for entry in constants)]
    return HEAD + "\n\n".join(part for part in out if part) + "\n"


def pages() -> dict[str, str]:
    """All pages by file name, with an index."""
    found = modules()
    made = {f"{name}.md": page(name, module) for name, module in found.items()}
    rows = [f"| [`{name}`]({name}.md) | {(module.__doc__ or '').strip().splitlines()[0]} |"
            for name, module in found.items()]  # fmt: skip
    index = "# Reference of the analysis\n\n| module | what it is for |\n|---|---|\n" + "\n".join(rows) + "\n"
    return {"README.md": HEAD + index, **made}


def drift() -> list[str]:
    """Names of pages that are missing, outdated or left over."""
    wanted = pages()
    there = {path.name for path in TARGET.glob("*.md")}
    wrong = {name for name, text in wanted.items() if name in there and (TARGET / name).read_text("utf-8") != text}
    return sorted(wrong | (there ^ set(wanted)))


def main() -> int:
    """Write the pages or check them."""
    if "--check" in sys.argv[1:]:
        wrong = drift()
        if wrong:
            print(f"docs/reference/analysis is out of date ({', '.join(wrong)}); run scripts/make_reference.py.")
        return bool(wrong)
    TARGET.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for left in TARGET.glob("*.md"):
        if left.name not in wanted:
            left.unlink()
    for name, text in wanted.items():
        (TARGET / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
