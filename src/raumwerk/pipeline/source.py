"""What a source is: something that recognises official files by their content and reads them into checked tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import polars as pl

from raumwerk.pipeline import sniff

__all__ = ["RawFile", "Source", "Tables"]

#: Frames by table name (see ``raumwerk.tables.schemas``).
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class RawFile:
    """One raw file as it came from its publisher.

    Parameters
    ----------
    path : Path
        Where to read it.
    sha256 : str
        Checksum of its bytes; goes into column ``file`` of every row read from it.
    name : str
        Name to show in messages (the original file name; recognition must not depend on it).
    """

    path: Path
    sha256: str
    name: str

    @cached_property
    def head(self) -> sniff.Head:
        """What the file is, judged by its first bytes, sheets and lines; computed once."""
        return sniff.head(self.path, name=self.name)


class Source(Protocol):
    """A reader of one kind of official file."""

    key: str
    """Key in ``catalogue/sources``."""
    version: str
    """Raised whenever the reader's output changes, so that files are read anew."""

    def recognise(self, file: RawFile) -> bool:
        """Whether the content is of this kind. Must be quick and must not raise for foreign files."""

    def read(self, file: RawFile) -> Tables:
        """Read the whole file, or raise ``InputError`` naming sheet, row and column of every problem."""
