"""Fixtures shared by the tests of readers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from raumwerk.pipeline.source import RawFile


@pytest.fixture(scope="session")
def raw_file() -> Callable[[Path], RawFile]:
    """A file as the import hands it to a reader."""
    return lambda path: RawFile(path, hashlib.sha256(path.read_bytes()).hexdigest(), path.name)


@pytest.fixture(scope="session")
def shared(raw_file: Callable[[Path], RawFile]) -> Callable[[str], list[RawFile]]:
    """Real official files that match a pattern, or a skip that says why."""
    default = Path(__file__).parents[2] / ".." / "shared" / "data"
    root = Path(os.environ.get("RAUMWERK_SHARED_DATA", default)).resolve()

    def find(pattern: str) -> list[RawFile]:
        found = sorted(root.glob(pattern))
        if not found:
            pytest.skip(f"the official file {pattern} is not here (RAUMWERK_SHARED_DATA names its folder)")
        return [raw_file(path) for path in found]

    return find
