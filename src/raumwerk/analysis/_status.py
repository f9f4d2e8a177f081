"""Positions in :class:`raumwerk.tables.status.Status` as the column that frames carry."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = ["status_column"]

_LEVELS = pl.Series([status.value for status in Status], dtype=STATUS_DTYPE)


def status_column(positions: NDArray[np.int8]) -> pl.Series:
    """Name of each status, from surest (0) to least sure."""
    return _LEVELS.gather(pl.Series(positions))
