"""What a reader process does first; kept apart from all else because importing Polars fixes its threads."""

from __future__ import annotations

import os

__all__ = ["prepare"]


def prepare() -> None:
    """Let each of several reader processes use one thread: together they fill the cores without crowding them."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    os.environ["OMP_NUM_THREADS"] = "1"
