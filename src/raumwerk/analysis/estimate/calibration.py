"""Learning the prior from countries whose municipal flows are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from raumwerk.analysis._check import number_in
from raumwerk.analysis.estimate._raking import Blocks, rake
from raumwerk.analysis.estimate.places import Places
from raumwerk.analysis.estimate.prior import FEATURES, Prior, features
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError, Problem

__all__ = ["learn_prior"]

Floats = NDArray[np.float64]

_WEIGHT_OF_ZERO = 100.0  # a coefficient that fewer people than this speak about stays near 0
_PROJECTION_SWEEPS = 8  # enough for a Newton step: the gradient is exact anyway


def learn_prior(
    countries: Sequence[tuple[Places, FlowMatrix]],
    *,
    learned_on: str,
    tolerance: float = 1e-3,
    max_iterations: int = 30,
) -> Prior:
    """Fit the coefficients of the prior by Poisson maximum likelihood.

    Parameters
    ----------
    countries : sequence of (Places, FlowMatrix)
        Municipalities with their district, and the flows between them, all measured; residents and jobs are taken from
        the flows. Every municipality of the places is an area of the flows.
    learned_on : str
        Kept with the result.
    tolerance : float
        Newton stops when no coefficient moves by more.
    max_iterations : int
        Newton steps after which the search gives up.

    Returns
    -------
    Prior

    Raises
    ------
    InputError
        When a flow is masked, areas do not match, or there is no convergence.

    Notes
    -----
    The model is ``E[T_ij] = a_i b_j g_AB exp(Σ θ_k x_kij)``: each origin, each destination and each pair of districts
    has a factor of its own, as in the estimate, so that θ explains only what district totals leave open. A weak normal
    prior (precision 100) keeps coefficients small that a country hardly informs: Belgium has no villages. The
    model is our own; Poisson maximum likelihood with factors: Flowerdew and Aitkin (1982), Journal of Regional
    Science 22, 191–202.

    Examples
    --------
    >>> import polars as pl
    >>> from raumwerk.analysis.estimate.places import read_places
    >>> towns = pl.DataFrame({"area": list("abcdef"), "district": list("xxxyyy"), "residents": [1] * 6,
    ...                       "jobs": [1] * 6, "longitude": [9.0, 9.1, 9.3, 9.4, 9.45, 9.7],
    ...                       "latitude": [51.0, 51.1, 51.0, 51.2, 51.0, 51.1]})
    >>> places = read_places(towns, region=None)
    >>> flows = FlowMatrix.from_dense(6e4 / (4 + places.distance()) ** 2, list("abcdef"))
    >>> prior = learn_prior([(places, flows)], learned_on="six towns that were made up")
    >>> len(prior.coefficients), prior.coefficients["log_distance"] < 0
    (13, True)
    """
    if not len(countries):
        raise InputError(Problem("countries is empty", expected="at least one country whose flows are known"))
    number_in(tolerance, "tolerance", 0.0, above=True)
    cases = [_Case.of(places, flows) for places, flows in countries]
    theta = np.zeros(len(FEATURES))
    theta[FEATURES.index("log_distance")] = -1.0  # any start does; this one saves steps
    means = [case.fitted(None, theta) for case in cases]
    for _ in range(max_iterations):
        gradient, information = np.zeros(len(theta)), np.zeros((len(theta), len(theta)))
        for case, mean in zip(cases, means, strict=True):
            gradient += case.moments - np.array([(x * mean).sum() for x in case.x])
            hidden = [case.projected(x, mean) for x in case.x]
            for k, one in enumerate(hidden):
                weighted = one * mean
                information[k] += [float(np.vdot(weighted, two)) for two in hidden]
        gradient -= _WEIGHT_OF_ZERO * theta
        information += _WEIGHT_OF_ZERO * np.eye(len(theta))
        step: Floats = np.asarray(np.linalg.solve(information, gradient), dtype=np.float64)
        step = step / max(1.0, float(np.abs(step).max()) / 2)  # far from the optimum the curvature misleads
        theta = theta + step
        means = [case.fitted(mean, step) for case, mean in zip(cases, means, strict=True)]
        if np.abs(step).max() <= tolerance:
            return Prior(dict(zip(FEATURES, theta.tolist(), strict=True)), learned_on)
    raise InputError(Problem(f"the prior did not settle in {max_iterations} steps", expected="convergence"))


@dataclass(frozen=True, eq=False)
class _Case:
    """One country: flows, features and districts in the order of its places."""

    flows: Floats
    x: list[Floats]
    blocks: Blocks
    moments: Floats

    @classmethod
    def of(cls, places: Places, flows: FlowMatrix) -> _Case:
        if flows.is_masked.any():
            raise InputError(Problem("a flow is masked", expected="measured flows to learn from"))
        unknown = [code for code in places.area if code not in flows.position]
        if unknown:
            raise InputError(
                Problem(f"area {code} has no flows", expected="the areas of the flows") for code in unknown
            )
        order = [flows.position[code] for code in places.area]
        matrix = flows.values.toarray()[np.ix_(order, order)]
        if not matrix.any():
            raise InputError(Problem("nobody commutes in a country", expected="flows above 0 to learn from"))
        x = list(features(places.distance(), matrix.sum(axis=1), matrix.sum(axis=0)))
        district = np.unique(places.district, return_inverse=True)[1].astype(np.int64)
        return cls(matrix, x, Blocks(district), np.array([(part * matrix).sum() for part in x]))

    def fitted(self, mean: Floats | None, change: Floats) -> Floats:
        """The mean after θ has changed, with all factors renewed."""
        rows, columns = self.flows.sum(axis=1), self.flows.sum(axis=0)
        start = rows[:, None] * columns if mean is None else mean.copy()
        exponent = np.zeros_like(start)
        for coefficient, part in zip(change, self.x, strict=True):
            exponent += coefficient * part
        start *= np.exp(exponent - exponent.max())
        everywhere = np.ones(len(rows), dtype=bool)
        return rake(
            start, self.blocks, self.blocks.sums(self.flows), rows, columns, fixed=everywhere, tolerance=1e-3
        ).matrix  # fmt: skip

    def projected(self, covariate: Floats, mean: Floats) -> Floats:
        """The covariate without what rows, columns and blocks explain, nearly."""
        weights = mean.sum(axis=1), mean.sum(axis=0), self.blocks.sums(mean)
        out = covariate.copy()
        for _ in range(_PROJECTION_SWEEPS):
            out -= _quotient((out * mean).sum(axis=1), weights[0])[:, None]
            out -= _quotient((out * mean).sum(axis=0), weights[1])
            out -= self.blocks.spread(_quotient(self.blocks.sums(out * mean), weights[2]))
        return out


def _quotient(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros_like(bottom), where=bottom > 0)
