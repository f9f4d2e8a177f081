"""Fitting a matrix to row sums, column sums and the totals of blocks (pairs of districts) at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from raumwerk.errors import InputError, Problem

__all__ = ["Blocks", "Raked", "rake"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Blocks:
    """Which district each row and column belongs to; members of a district stand side by side.

    Parameters
    ----------
    district : (n,) int array
        Position of each unit's district, not decreasing, every district from 0 on present.
    """

    district: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """First unit of each district."""
        return np.concatenate([[0], np.flatnonzero(np.diff(self.district)) + 1]).astype(np.int64)

    def sums(self, matrix: Floats) -> Floats:
        """Sum of each block, districts × districts."""
        return np.asarray(np.add.reduceat(np.add.reduceat(matrix, self.starts, axis=0), self.starts, axis=1))

    def spread(self, blocks: Floats) -> Floats:
        """The block's number in every cell."""
        return blocks[self.district][:, self.district]


@dataclass(frozen=True)
class Raked:
    """``matrix`` with exact blocks; ``error`` largest miss of a row or column sum, in persons; ``sweeps`` taken."""

    matrix: Floats
    error: float
    sweeps: int


def rake(
    prior: Floats,
    blocks: Blocks,
    totals: Floats,
    row_sums: Floats,
    column_sums: Floats,
    *,
    fixed: NDArray[np.bool_],
    tolerance: float = 1e-4,
    max_sweeps: int = 2000,
) -> Raked:
    """Iterative proportional fitting in three directions (Deming and Stephan 1940).

    Parameters
    ----------
    prior : (n, n) array
        Starting matrix, not negative; it is overwritten.
    blocks : Blocks
    totals : (d, d) array
        Wanted sum of each block; reproduced exactly.
    row_sums, column_sums : (n,) arrays
        Wanted sums of the units in ``fixed``.
    fixed : (n,) bool array
        Units whose row and column sums are kept; the others take what their blocks give.
    tolerance : float
        Largest miss of a row or column sum, relative to it, before the sweeps stop.

    Raises
    ------
    InputError
        When a block has people but no cell for them, or the sums contradict each other.
    """
    present = blocks.sums(prior)
    homeless = np.argwhere((totals > 0) & ~(present > 0))
    if len(homeless):
        raise InputError(
            Problem(f"district pair {int(a) + 1} → {int(b) + 1} has {totals[a, b]:g} commuters but no place for them",
                    expected="residents at the origin and jobs at the destination")
            for a, b in homeless
        )  # fmt: skip
    matrix, error, wanted = prior, np.inf, (row_sums, column_sums)
    for sweep in range(1, max_sweeps + 1):
        matrix *= np.where(fixed, _factor(row_sums, matrix.sum(axis=1)), 1.0)[:, None]
        matrix *= np.where(fixed, _factor(column_sums, matrix.sum(axis=0)), 1.0)
        matrix *= blocks.spread(_factor(totals, blocks.sums(matrix)))
        if sweep % 5:
            continue
        misses = [np.abs(matrix.sum(axis=1 - side) - wanted[side])[fixed] for side in (0, 1)]
        error = max(float(miss.max(initial=0.0)) for miss in misses)
        if all((miss <= tolerance * np.maximum(w[fixed], 1.0)).all() for miss, w in zip(misses, wanted, strict=True)):
            return Raked(matrix, error, sweep)
    raise InputError(
        Problem(f"residents, jobs and district totals miss each other by up to {error:.1f} people",
                expected=f"sums that one matrix can have, reached in {max_sweeps} sweeps",
                advice="Check the internal commuters against residents, jobs and district totals.")
    )  # fmt: skip


def _factor(wanted: Floats, present: Floats) -> Floats:
    return np.divide(wanted, present, out=np.zeros_like(present), where=present > 0)
