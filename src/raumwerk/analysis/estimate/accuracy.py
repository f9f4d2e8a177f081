"""How far estimated flows are from the truth, where the truth is known, by the size of the flow."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import as_numbers, finite_array
from raumwerk.analysis.fit import common_part
from raumwerk.errors import InputError, Problem

__all__ = ["SIZE_CLASSES", "Accuracy", "SizeClass", "interval", "measure_accuracy"]

Floats = NDArray[np.float64]

#: Lower ends of the size classes of estimated flows, in persons; the last class is open.
SIZE_CLASSES = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)

_TAILS = (0.05, 0.95)
_FEWEST = 20  # pairs that a class needs to say anything about its tails


@dataclass(frozen=True)
class SizeClass:
    """Errors of the estimated flows between ``lower`` and ``upper`` persons (None: open).

    Parameters
    ----------
    within : bool
        Flows within a municipality, or between two.
    lower, upper : float
        Ends of the class, in persons as estimated.
    pairs : int
        Estimated flows in the class.
    people : float
        People in them, as estimated.
    typical_error : float
        Median of |truth − estimate| / estimate.
    mean_error : float
        Σ |truth − estimate| / Σ estimate.
    low, high : float
        Nine of ten true flows lie between low × and high × the estimate.
    """

    within: bool
    lower: float
    upper: float | None
    pairs: int
    people: float
    typical_error: float
    mean_error: float
    low: float
    high: float


@dataclass(frozen=True)
class Accuracy:
    """How well an estimate meets the truth.

    Parameters
    ----------
    cpc : float
        Common part of commuters over all flows.
    cpc_between : float
        The same without the flows within a municipality.
    within_ratio : float
        People estimated to work where they live, over the true number.
    classes : tuple of SizeClass
    """

    cpc: float
    cpc_between: float
    within_ratio: float
    classes: tuple[SizeClass, ...]

    def to_frame(self) -> pl.DataFrame:
        """One row per size class: ``within, lower, upper, pairs, people, typical_error, mean_error, low, high``."""
        return pl.DataFrame([asdict(row) for row in self.classes])


def measure_accuracy(truth: Any, estimate: Any) -> Accuracy:
    """Hold an estimate against the truth.

    Parameters
    ----------
    truth, estimate : (n, n) array_like
        Flows between the same municipalities, in persons, origins in rows.

    Returns
    -------
    Accuracy

    Raises
    ------
    InputError
        When the shapes differ or a flow is negative or not finite.

    Notes
    -----
    The common part of commuters: see :func:`raumwerk.analysis.fit.common_part`. The size classes are our own.

    Examples
    --------
    >>> result = measure_accuracy([[50, 10], [0, 20]], [[48, 12], [2, 18]])
    >>> result.cpc, round(result.cpc_between, 4), round(result.within_ratio, 4)
    (0.95, 0.8333, 0.9429)
    """
    true, model = as_numbers(truth, "the truth"), as_numbers(estimate, "the estimate")
    if true.ndim != 2 or true.shape[0] != true.shape[1]:
        raise InputError(Problem(f"the flows have the shape {true.shape}", expected="as many rows as columns"))
    cpc = common_part(true, model)
    if not true.any():
        raise InputError(Problem("nobody commutes in the truth", expected="at least one flow above 0"))
    own = np.eye(len(true), dtype=bool)
    away = [np.where(own, 0.0, flows) for flows in (true, model)]
    between = common_part(*away) if away[0].any() or away[1].any() else 1.0  # nobody leaves in either: they agree
    classes = []
    for within, cells in ((False, ~own), (True, own)):
        y, m = true[cells], model[cells]
        for low, high in zip(SIZE_CLASSES, (*SIZE_CLASSES[1:], np.inf), strict=True):
            chosen = (m >= low) & (m < high) & (m > 0)
            if chosen.any():
                classes.append(_class(y[chosen], m[chosen], within, low, high))
    return Accuracy(
        cpc, between,
        float(np.trace(model) / np.trace(true)) if np.trace(true) > 0 else float("inf"), tuple(classes),
    )  # fmt: skip


def _class(truth: Floats, model: Floats, within: bool, lower: float, upper: float) -> SizeClass:
    error = np.abs(truth - model)
    tails = np.quantile(truth / model, _TAILS)
    return SizeClass(
        within, lower, None if np.isinf(upper) else upper, len(model), float(model.sum()),
        float(np.median(error / model)), float(error.sum() / model.sum()), float(tails[0]), float(tails[1]),
    )  # fmt: skip


def interval(estimate: Floats, within: NDArray[np.bool_], classes: tuple[SizeClass, ...]) -> tuple[Floats, Floats]:
    """Bounds that hold nine of ten true flows, after measured errors of flows of that size.

    Parameters
    ----------
    estimate : (m,) array
        Estimated flows, in persons.
    within : (m,) bool array
        Whether the flow stays within a municipality.
    classes : tuple of SizeClass
        Measured errors; between the middles of classes the factors are interpolated over the logarithm of the size.

    Returns
    -------
    lower, upper : (m,) arrays
        In persons.

    Raises
    ------
    InputError
        When an estimate is negative or not finite, or ``within`` has another length.

    Notes
    -----
    Our own: the factors are quantiles of truth / estimate by size class, see docs/estimate-accuracy.md.

    Examples
    --------
    >>> import numpy as np
    >>> measured = (SizeClass(False, 10.0, 30.0, 500, 10000.0, 0.4, 0.5, 0.2, 2.5),)
    >>> low, high = interval(np.array([20.0]), np.array([False]), measured)
    >>> low.tolist(), high.tolist()
    ([4.0], [50.0])
    """
    estimate = finite_array(estimate, "the estimate")
    if np.shape(within) != estimate.shape:
        raise InputError(Problem(f"within has the shape {np.shape(within)}", expected=f"{estimate.shape} as estimate"))
    lower, upper = np.zeros_like(estimate), np.full_like(estimate, np.inf)
    for kind in (False, True):
        rows = [row for row in classes if row.within == kind and row.pairs >= _FEWEST]
        if not rows:
            continue  # nothing was measured, so nothing is known: 0 to infinity
        at = np.log([row.people / row.pairs for row in rows])
        size = np.log(np.maximum(estimate, 1e-6))
        low = np.interp(size, at, [row.low for row in rows]) * estimate
        high = np.interp(size, at, [row.high for row in rows]) * estimate
        if not kind:  # where next to nobody is expected a factor says nothing: one person can always be there
            high = np.maximum(high, 1.0)
        lower, upper = np.where(within == kind, low, lower), np.where(within == kind, high, upper)
    return lower, upper
