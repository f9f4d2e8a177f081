"""Compilation of inner loops to machine code, with types that survive the decorator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled"]

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of plain numbers and arrays; the machine code is cached beside the source for the next start.

    No relaxed arithmetic is allowed: ties between areas are broken by exact comparison, so the order of operations
    written down is the order that runs.
    """
    return cast(Function, numba.njit(cache=True, nogil=True)(function))
