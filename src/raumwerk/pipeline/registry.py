"""Finds the readers: every module of ``pipeline.sources`` names its own in ``SOURCES``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline import sources as package
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Source

__all__ = ["NotRecognisedError", "recognise", "sources"]


class NotRecognisedError(InputError):
    """No reader knows the content of a file; in a folder such files are left aside."""


@cache
def sources() -> tuple[Source, ...]:
    """All readers, in the order of their module names."""
    found: list[Source] = []
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        found.extend(getattr(loaded, "SOURCES", ()))
    return tuple(found)


def recognise(file: RawFile) -> Source:
    """Return the one reader that knows this content.

    Raises
    ------
    NotRecognisedError
        When no reader knows it.
    InputError
        When it is empty or damaged, or more than one reader knows it.
    """
    kind = file.head.kind
    if kind is Kind.EMPTY:
        raise InputError(Problem("the file is empty", expected="an official file", file=file.name))
    known = [source for source in sources() if source.recognise(file)]
    if len(known) == 1:
        return known[0]
    if known:
        keys = ", ".join(source.key for source in known)
        raise InputError(Problem(f"the file could be of several kinds: {keys}", file=file.name))
    what = "this is a web page, not a data file" if kind is Kind.HTML else "the content is of no known kind"
    raise NotRecognisedError(
        Problem(
            what,
            expected="one of the official layouts listed by 'raumwerk data sources'",
            advice="Your own figures can be loaded with a mapping file: see docs/how-to/own-data.md.",
            file=file.name,
        )
    )
