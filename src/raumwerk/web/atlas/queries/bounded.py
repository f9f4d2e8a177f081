"""Persons with bounds, as the flows of the Atlas add them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from raumwerk.tables.status import Status, sum_bounded

__all__ = ["NOBODY", "Bounded"]


@dataclass(frozen=True, slots=True)
class Bounded:
    """A number of persons; ``value`` is None where a part of it is masked or not listed."""

    value: float | None
    lower: float | None
    upper: float | None
    status: str

    @classmethod
    def total_of(cls, rows: pl.DataFrame) -> Bounded:
        """Sum of the rows; nobody, measured, when there is no row."""
        return cls(**rows.select(sum_bounded()).row(0, named=True)) if len(rows) else NOBODY

    def __add__(self, other: Bounded) -> Bounded:
        parts = [self, other]
        rows = pl.DataFrame([part.as_dict() for part in parts], schema=_SCHEMA)
        return Bounded.total_of(rows)

    def __sub__(self, other: Bounded) -> Bounded:
        """What remains of a whole without a part of it; never below nobody."""
        return Bounded(
            None if self.value is None or other.value is None else max(0.0, self.value - other.value),
            None if self.lower is None or other.upper is None else max(0.0, self.lower - other.upper),
            None if self.upper is None or other.lower is None else max(0.0, self.upper - other.lower),
            max(self.status, other.status, key=_ORDER.index),
        )

    @property
    def exact(self) -> bool:
        """Whether there is nothing to doubt: one value and no model behind it."""
        return self.value is not None and self.status == Status.MEASURED

    def as_dict(self) -> dict[str, Any]:
        """Plain fields, for answers and sums."""
        return {"value": self.value, "lower": self.lower, "upper": self.upper, "status": self.status}


_ORDER = [status.value for status in Status]
_SCHEMA = {"value": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "status": pl.String}
NOBODY = Bounded(0.0, 0.0, 0.0, Status.MEASURED.value)
