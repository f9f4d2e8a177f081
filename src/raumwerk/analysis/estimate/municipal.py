"""Commuter flows between municipalities, estimated where only flows between districts are published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import number_in
from raumwerk.analysis.estimate._raking import Blocks, rake
from raumwerk.analysis.estimate.accuracy import SizeClass, interval
from raumwerk.analysis.estimate.constants import INTERVALS, PRIOR
from raumwerk.analysis.estimate.decay import fit_district_decay
from raumwerk.analysis.estimate.districts import complete_flows
from raumwerk.analysis.estimate.places import Places, great_circle, read_places
from raumwerk.analysis.estimate.prior import Prior, log_prior, own_distance
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.gravity import fit_bounded
from raumwerk.errors import InputError, Problem
from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = ["MunicipalEstimate", "estimate_flows"]

Floats = NDArray[np.float64]

_SETTLED = 1e-3  # of all commuters; hidden district flows need no more, their sums are fitted afterwards


@dataclass(frozen=True, eq=False)
class MunicipalEstimate:
    """Estimated flows and how they came about.

    Parameters
    ----------
    pairs : polars.DataFrame
        ``origin, destination`` (municipality of the region, or district outside it), ``value``, ``lower``, ``upper``
        (persons; nine of ten true flows are expected between the bounds), ``status``. Sorted; flows of 0 left out.
        Where a district pair is one municipality on either side, the published flow itself is given with its status.
    districts : FlowMatrix
        The district flows used, without gaps.
    margin_error : float
        Largest miss of the residents or jobs of a municipality, in persons; district totals are exact.
    method : str
        ``learned`` or ``power``.
    decay : float or None
        Fitted exponent of the power method.
    date : str or None
        Of the district flows.
    """

    pairs: pl.DataFrame
    districts: FlowMatrix
    margin_error: float
    method: str
    decay: float | None
    date: str | None


def estimate_flows(
    municipalities: pl.DataFrame,
    districts: FlowMatrix,
    *,
    region: Iterable[str] | None = None,
    joint: pl.DataFrame | None = None,
    method: Literal["learned", "power"] = "learned",
    prior: Prior = PRIOR,
    intervals: tuple[SizeClass, ...] = INTERVALS,
    near: float = 60.0,
) -> MunicipalEstimate:
    """Estimate who commutes between which municipalities.

    Parameters
    ----------
    municipalities : polars.DataFrame
        One row per municipality, in the region and around it: ``area, district`` (codes as text); ``residents``
        (employed people who live there) and ``jobs`` (who work there), in persons, of which only the shares within
        the district are used; ``longitude, latitude`` (degrees); optionally ``internal`` (people who live and work
        there, null where not known).
    districts : FlowMatrix
        Flows between and within districts, in persons, with the diagonal. What is masked or not listed comes with its
        bounds; a pair that is not given is 0. Flows between two districts outside the region are not used.
    region : iterable of str, optional
        Districts whose municipalities are wanted; the others stay whole. Default: all.
    joint : polars.DataFrame, optional
        Bounds of sums of masked cells, see :func:`raumwerk.analysis.estimate.districts.complete_flows`.
    method : {"learned", "power"}
        Prior learned on countries whose municipal flows are known, or one power decay fitted to the district flows.
    prior : Prior
        Coefficients of the learned method.
    intervals : tuple of SizeClass
        Measured errors that the bounds are taken from.
    near : float
        Kilometres from the region beyond which a district outside is one place, to keep the work small.

    Returns
    -------
    MunicipalEstimate
        Every district pair sums to its district flow exactly; residents and jobs of each municipality of the region to
        its share of the district's.

    Raises
    ------
    InputError
        When a municipality's row is wrong, a district is missing on either side, or the sums contradict each other.
    UnknownCodeError
        When a district of the region has no municipality.

    Notes
    -----
    Starting from the prior, the flows are fitted in turn to residents, jobs and district pairs (iterative proportional
    fitting): of all matrices with these sums the one that says least beyond the prior (Wilson 1970, "Entropy in urban
    and regional modelling"). Accuracy where the truth is known: docs/estimate-accuracy.md.

    Examples
    --------
    >>> towns = pl.DataFrame({"area": ["a1", "a2", "b1"], "district": ["a", "a", "b"], "residents": [60, 40, 100],
    ...                       "jobs": [80, 10, 110], "longitude": [9.0, 9.1, 9.3], "latitude": [51.0, 51.0, 51.0]})
    >>> result = estimate_flows(towns, FlowMatrix.from_dense([[70, 30], [20, 80]], ["a", "b"]))
    >>> round(result.pairs.filter(pl.col("origin") != "b1", destination="b1")["value"].sum(), 6)
    30.0
    >>> result.pairs.filter(origin="b1", destination="b1").select("value", "status").row(0)
    (80.0, 'measured')
    """
    if method not in ("learned", "power"):
        raise InputError(Problem(f"there is no method {method!r}", expected="learned or power"))
    number_in(near, "near", 0.0)
    places = read_places(municipalities, region=region)
    codes = np.unique(places.district)
    _match(codes, places, districts)
    full = _completed(districts.select(codes.tolist()), places, joint)
    places = places.coarsened(near=near)
    totals = full.values.toarray()
    if not _asked(totals, places).any():
        raise InputError(Problem("nobody commutes in the region", expected="district flows above 0"))
    units = _Units.of(places, totals)
    decay = None
    if method == "learned":
        exponent = log_prior(prior, places.distance(), places.residents, places.jobs)
    else:
        index = np.searchsorted(codes, places.district).astype(np.int64)
        cost = own_distance(places.distance())
        decay = fit_district_decay(cost, places.residents, places.jobs, Blocks(index), _asked(totals, places))
        with np.errstate(divide="ignore"):
            exponent = np.log(places.residents)[:, None] + np.log(places.jobs) + decay * np.log(cost)
    matrix, error = units.fitted(np.exp(exponent - exponent.max()), full)
    return MunicipalEstimate(_frame(matrix, units, full, intervals), full, error, method, decay, districts.date)


def _match(codes: NDArray[np.str_], places: Places, districts: FlowMatrix) -> None:
    """Every district has flows, and every district that exchanges people with the region has a place."""
    given, inside = set(codes.tolist()), set(places.district[places.inside].tolist())
    problems = [
        Problem(f"district {code} has municipalities but no flows", expected="a row and column of the district flows")
        for code in codes.tolist() if code not in districts.position
    ]  # fmt: skip
    touching = districts.upper > 0
    ends = [np.asarray(districts.codes, dtype=object)[part[touching]] for part in (districts.rows, districts.columns)]
    partners = {b for a, b in zip(*ends, strict=True) if a in inside} | {
        a for a, b in zip(*ends, strict=True) if b in inside
    }
    problems += [
        Problem(f"district {code} exchanges commuters with the region but has no municipality", expected="at least one",
                advice="Add its municipalities, or one row for the whole district.")
        for code in sorted(partners - given)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def _completed(districts: FlowMatrix, places: Places, joint: pl.DataFrame | None) -> FlowMatrix:
    """District flows with masked cells filled by a doubly constrained power decay between district centres."""
    if not districts.is_masked.any():
        return districts
    index = np.searchsorted(np.array(districts.codes), places.district)
    weight = places.residents + places.jobs + 1e-9
    total = np.bincount(index, weights=weight)
    centre = [np.bincount(index, weights=part * weight) / total for part in (places.longitude, places.latitude)]
    cost = own_distance(great_circle(*centre))
    cells = _asked(np.ones_like(cost), places) > 0
    np.fill_diagonal(cells, val=False)
    _, model = fit_bounded(districts, np.log(cost)[None], cells, rows=True, columns=True, settled=_SETTLED)
    return complete_flows(districts, model.mean, joint=joint)


def _asked(values: Floats, places: Places) -> Floats:
    """Numbers of district pairs, 0 where both districts lie outside the region: such flows need not be given."""
    index = np.unique(places.district, return_inverse=True)[1]
    inside = np.bincount(index, weights=places.inside) > 0
    return np.where(inside[:, None] | inside, values, 0.0)


@dataclass(frozen=True, eq=False)
class _Units:
    """What flows are estimated between: the places of the region, and the districts around it, each as a whole."""

    names: NDArray[np.str_]
    inside: NDArray[np.bool_]
    starts: NDArray[np.int64]  # first place of each unit
    blocks: Blocks
    residents: Floats
    jobs: Floats
    internal: Floats

    @classmethod
    def of(cls, places: Places, totals: Floats) -> _Units:
        """Units with residents and jobs scaled to what the district flows say."""
        index = np.unique(places.district, return_inverse=True)[1].astype(np.int64)
        own = places.inside | np.concatenate([[True], places.district[1:] != places.district[:-1]])
        starts = np.flatnonzero(own).astype(np.int64)
        inside = places.inside[starts]
        names = np.where(inside, places.area[starts], places.district[starts])
        district = index[starts]
        margins = []
        for values, sums in ((places.residents, totals.sum(axis=1)), (places.jobs, totals.sum(axis=0))):
            unit = np.add.reduceat(values, starts)
            whole = np.bincount(district, weights=unit)
            margins.append(unit * np.divide(sums, whole, out=np.zeros_like(sums), where=whole > 0)[district])
        alone = np.bincount(district)[district] == 1
        internal = np.where(inside & ~alone, places.internal[starts], np.nan)
        internal = np.minimum(internal, np.minimum(*margins))
        return cls(names, inside, starts, Blocks(district), margins[0], margins[1], internal)

    def fitted(self, prior: Floats, districts: FlowMatrix) -> tuple[Floats, float]:
        """The prior summed to units and fitted to all that is known; with the largest miss of a margin."""
        matrix = np.add.reduceat(np.add.reduceat(prior, self.starts, axis=0), self.starts, axis=1)
        matrix[~self.inside[:, None] & ~self.inside] = 0.0  # flows between outside districts are not asked for
        region = np.bincount(self.blocks.district, weights=self.inside) > 0
        totals = np.where(region[:, None] | region, districts.values.toarray(), 0.0)
        self._check(matrix, totals, districts.codes)
        known = np.flatnonzero(~np.isnan(self.internal))
        given = np.zeros_like(matrix)
        given[known, known] = self.internal[known]
        matrix[known, known] = 0.0
        raked = rake(
            matrix, self.blocks, totals - self.blocks.sums(given),
            self.residents - given.sum(axis=1), self.jobs - given.sum(axis=0), fixed=self.inside,
        )  # fmt: skip
        return raked.matrix + given, raked.error

    def _check(self, matrix: Floats, totals: Floats, codes: tuple[str, ...]) -> None:
        empty = np.argwhere((totals > 0) & ~(self.blocks.sums(matrix) > 0))
        if len(empty):
            raise InputError(
                Problem(f"{totals[a, b]:g} people commute from {codes[a]} to {codes[b]}, but no municipality has "
                        "residents there or jobs here", expected="residents and jobs above 0 in both districts")
                for a, b in empty
            )  # fmt: skip


def _frame(matrix: Floats, units: _Units, districts: FlowMatrix, intervals: tuple[SizeClass, ...]) -> pl.DataFrame:
    rows, columns = np.nonzero(matrix > 0)
    value = matrix[rows, columns]
    lower, upper = interval(value, (rows == columns) & units.inside[rows], intervals)
    block = (units.blocks.district[rows], units.blocks.district[columns])
    most = np.minimum(units.residents[rows], units.jobs[columns])
    most = np.minimum(most, districts.upper_values.toarray()[block])
    lower, upper = np.minimum(lower, value), np.maximum(np.minimum(upper, most), value)
    status = np.full(len(value), tuple(Status).index(Status.ESTIMATED))
    size = np.bincount(units.blocks.district)
    single = (size[block[0]] == 1) & (size[block[1]] == 1)  # the district pair itself, nothing is estimated
    if single.any():
        published = np.zeros((len(districts), len(districts)), dtype=np.int64)
        published[districts.rows, districts.columns] = districts.status
        status[single] = published[block][single]
        lower[single] = districts.lower_values.toarray()[block][single]
        upper[single] = districts.upper_values.toarray()[block][single]
        value[single] = value[single].clip(lower[single], upper[single])  # balancing leaves it a last digit beside them
    names = pl.Series(units.names.tolist(), dtype=pl.String)
    levels = pl.Series([level.value for level in Status], dtype=STATUS_DTYPE)
    return pl.DataFrame(
        {
            "origin": names.gather(pl.Series(rows)),
            "destination": names.gather(pl.Series(columns)),
            "value": value,
            "lower": lower,
            "upper": upper,
            "status": levels.gather(pl.Series(status)),
        }
    ).sort("origin", "destination")
