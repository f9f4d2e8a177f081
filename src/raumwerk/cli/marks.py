"""Marks of what was done already, so that a second start takes seconds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from raumwerk.store.files import to_json, write_text

__all__ = ["Marks", "fingerprint"]

_IGNORED = {"__pycache__", "node_modules", ".git"}
_MADE = {".mo", ".pyc"}  # made from other files, often by the very step that is marked


def fingerprint(paths: Iterable[Path], *, more: Iterable[object] = (), content: bool = False) -> str:
    """Tell whether anything below some paths has changed.

    Parameters
    ----------
    paths : iterable of Path
        Files and folders; missing ones count as empty.
    more : iterable
        Other things whose change matters.
    content : bool
        Compare bytes instead of size and time: slower, but a fresh checkout of the same code counts as the same.
    """
    digest = hashlib.sha256(repr(list(more)).encode())
    for root in paths:
        for path in sorted(root.rglob("*") if root.is_dir() else [root]):
            if not path.is_file() or path.suffix in _MADE or _IGNORED & set(path.parts):
                continue
            name = path.relative_to(root) if path != root else path.name
            facts = path.stat()
            seen = hashlib.sha256(path.read_bytes()).hexdigest() if content else f"{facts.st_size}:{facts.st_mtime_ns}"
            digest.update(f"{name}\0{seen}\0".encode())
    return digest.hexdigest()


class Marks:
    """Named fingerprints in one small file.

    Parameters
    ----------
    path : Path
        A missing or damaged file means that nothing was done yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def holds(self, name: str, value: str) -> bool:
        """Whether the step was done for exactly this fingerprint."""
        return self._read().get(name) == value

    def set(self, name: str, value: str) -> None:
        """Remember that a step was done."""
        write_text(self._path, to_json({**self._read(), name: value}))

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # then every step is simply done again
            return {}
        return content if isinstance(content, dict) else {}
