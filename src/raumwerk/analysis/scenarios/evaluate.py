"""What a scenario changes: flows, kilometres, CO₂, access, self-containment and land, per area and in total."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis.composite import Direction
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.scenarios.levers import Levers, Scenario
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, Problem, UnknownCodeError

__all__ = ["OUTCOMES", "Baseline", "ScenarioResult", "evaluate"]

Floats = NDArray[np.float64]

#: Outcomes in total, and whether up or down is better.
OUTCOMES: dict[str, Direction] = {
    "commuter_km": "down",
    "co2": "down",
    "access": "up",
    "self_containment": "up",
    "land": "down",
}
_SWEEPS, _TOLERANCE = 2_000, 1e-9


@dataclass(frozen=True, eq=False)
class Baseline:
    """The region as it is, with everything the model needs to know.

    Parameters
    ----------
    flows : FlowMatrix
        n areas with the diagonal; masked pairs count with their lower bound.
    travel : TravelMatrix
        Minutes and kilometres between all n areas, within an area too.
    decay : float
        How much less people take a way for each minute more, as fitted by the gravity model (above 0, per minute).
    centres : iterable of str
        Central places, for the lever ``centrality``.
    co2_per_km : float
        Kilograms per kilometre by car; state its source where results are shown.
    car_share : float
        Share of the commuters' kilometres that are driven (0 to 1).
    land_per_resident, land_per_job : float
        Square metres that one more employed resident or job takes, at least 0.
    access_target : float
        Minutes within which jobs count as reachable.

    Raises
    ------
    InputError
        When a number is out of range, a centre is unknown, or a pair with commuters has no way.
    """

    flows: FlowMatrix
    travel: TravelMatrix
    decay: float
    centres: Iterable[str] = ()
    co2_per_km: float = 0.0
    car_share: float = 1.0
    land_per_resident: float = 0.0
    land_per_job: float = 0.0
    access_target: float = 30.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "centres", frozenset(self.centres))
        problems = [
            Problem(f"{name} is {getattr(self, name)}", expected=expected)
            for name, right, expected in (
                ("decay", 0 < self.decay < math.inf, "a number above 0"),
                ("co2_per_km", 0 <= self.co2_per_km < math.inf, "at least 0"),
                ("car_share", 0 <= self.car_share <= 1, "a share from 0 to 1"),
                ("land_per_resident", 0 <= self.land_per_resident < math.inf, "at least 0"),
                ("land_per_job", 0 <= self.land_per_job < math.inf, "at least 0"),
                ("access_target", 0 < self.access_target < math.inf, "minutes above 0"),
            )
            if not right
        ]
        problems += [Problem(f"the centre {code} is no area of the flows", expected="codes of the flows")
                     for code in sorted(self.centres) if code not in self.flows.position]  # fmt: skip
        if self.travel.kilometres is None:
            problems.append(Problem("the travel matrix has no kilometres", expected="kilometres beside the minutes"))
        if problems:
            raise InputError(problems)
        used = self.matrix > 0
        if not used.any():
            raise InputError(Problem("nobody commutes in the region", expected="at least one flow above 0"))
        lost = used & ~(np.isfinite(self.minutes) & np.isfinite(self.kilometres))
        if lost.any():
            codes = self.flows.codes
            raise InputError(
                Problem("there are commuters but no way", expected="a time and a distance",
                        row=codes[int(i)], column=codes[int(j)])
                for i, j in np.argwhere(lost)
            )  # fmt: skip

    @cached_property
    def matrix(self) -> Floats:
        """Flows as a full (n, n) array."""
        return np.asarray(self.flows.values.toarray())

    @cached_property
    def _own(self) -> TravelMatrix:
        return self.travel.select(origins=self.flows.codes, destinations=self.flows.codes)

    @property
    def minutes(self) -> Floats:
        """Minutes in the order of the codes."""
        return np.asarray(self._own.minutes)

    @property
    def kilometres(self) -> Floats:
        """Kilometres in the order of the codes."""
        return np.asarray(self._own.kilometres)

    @cached_property
    def result(self) -> ScenarioResult:
        """The region as it is, measured like any scenario."""
        return _measure(self, Scenario("as it is"), self.matrix, self.minutes, self.kilometres)


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """Outcomes of a scenario. Kilometres and kilograms are per working day, there and back.

    Parameters
    ----------
    scenario : Scenario
    areas : polars.DataFrame
        One row per area: ``area, residents, jobs, internal`` (people), ``commuter_km``, ``co2`` (kg; both by
        residence), ``access`` (jobs within the target time), ``self_containment`` (internal / residents, null without
        residents), ``land`` (m² taken).
    total : dict
        Sums of ``residents, jobs, internal, commuter_km, co2, land``; ``access`` as mean over residents;
        ``self_containment`` = internal / residents.
    estimated_share : float
        Share of today's flows that come from a model; above 0 every result is an estimate and must say so.
    masked_pairs : int
        Pairs without a published value that took part with their lower bound.
    travel_estimated : bool
        Whether minutes and kilometres are a declared estimate.
    """

    scenario: Scenario
    areas: pl.DataFrame
    total: dict[str, float]
    estimated_share: float
    masked_pairs: int
    travel_estimated: bool

    def against(self, other: ScenarioResult) -> pl.DataFrame:
        """Differences to another result of the same areas.

        Parameters
        ----------
        other : ScenarioResult
            On the same areas.

        Returns
        -------
        polars.DataFrame
            The columns of ``areas``, this minus the other, and a last row with ``area`` null: the differences of the
            totals (access and self-containment as in ``total``).

        Raises
        ------
        InputError
            When the results are about different areas.

        Examples
        --------
        >>> from raumwerk.analysis.scenarios import Levers
        >>> travel = TravelMatrix(["a", "b"], ["a", "b"], [[4, 12], [12, 4]], kilometres=[[2, 10], [10, 2]])
        >>> region = Baseline(FlowMatrix.from_dense([[80, 20], [50, 50]], ["a", "b"]), travel, decay=0.1)
        >>> home = evaluate(region, Scenario("home", Levers(telework_share=1, telework_days=1)))
        >>> home.against(region.result)["commuter_km"].round(6).to_list()
        [-144.0, -240.0, -384.0]
        """
        names = [name for name in self.areas.columns if name != "area"]
        if not self.areas["area"].equals(other.areas["area"]):
            raise InputError(Problem("the results are about other areas", expected="results on the same areas"))
        each = self.areas.select("area", *(pl.col(name) - other.areas[name] for name in names))
        whole = {"area": None, **{name: self.total[name] - other.total[name] for name in names}}
        return pl.concat([each, pl.DataFrame([whole], schema=each.schema)])


def evaluate(baseline: Baseline, scenario: Scenario) -> ScenarioResult:
    r"""Evaluate a scenario against the region as it is.

    Jobs that come or go bring or take employed residents where those who work there live today; housing brings jobs
    where people from there work today. Moved jobs and new ways shift flows by the pivot method:
    :math:`T'_{ij} = a_i b_j T_{ij} e^{-\beta(c'_{ij} - c_{ij})}` with a and b such that residents and jobs are those of
    the scenario (Furness). Pairs without flows today stay without.

    Parameters
    ----------
    baseline : Baseline
    scenario : Scenario

    Returns
    -------
    ScenarioResult
        Without chance: the same input gives the same result.

    Raises
    ------
    UnknownCodeError
        When a lever names an unknown area.
    InputError
        When more jobs or residents are taken away than there are, or the new flows cannot be balanced.

    References
    ----------
    J. de D. Ortúzar, L. Willumsen (2011): Modelling Transport, 4th ed., chapters 5.2 (Furness) and 12.5 (pivoting).

    Examples
    --------
    >>> from raumwerk.analysis.scenarios import Levers
    >>> flows = FlowMatrix.from_dense([[80, 20], [50, 50]], ["a", "b"])
    >>> km = [[2, 10], [10, 2]]
    >>> travel = TravelMatrix(["a", "b"], ["a", "b"], [[4, 12], [12, 4]], kilometres=km)
    >>> baseline = Baseline(flows, travel, decay=0.1)
    >>> found = evaluate(baseline, Scenario("one day at home", Levers(telework_share=1, telework_days=1)))
    >>> baseline.result.total["commuter_km"], round(found.total["commuter_km"], 6)
    (1920.0, 1536.0)
    """
    levers = scenario.levers
    _know(baseline, levers)
    minutes, kilometres = _with_links(baseline, levers)
    residents, jobs = _margins(baseline, levers)
    start = baseline.matrix * np.exp(-baseline.decay * _change(minutes, baseline.minutes))
    return _measure(baseline, scenario, _furness(start, residents, jobs), minutes, kilometres)


def _know(baseline: Baseline, levers: Levers) -> None:
    named = [
        *levers.jobs,
        *levers.housing,
        *levers.hubs,
        *(end for link in levers.links for end in (link.first, link.second)),
    ]
    unknown = sorted({code for code in named if code not in baseline.flows.position})
    if unknown:
        raise UnknownCodeError(f"The scenario names areas that the flows do not have: {', '.join(unknown[:10])}.")


def _change(new: Floats, old: Floats) -> Floats:
    return np.where(np.isfinite(old) & np.isfinite(new), new - np.where(np.isfinite(old), old, 0.0), 0.0)


def _with_links(baseline: Baseline, levers: Levers) -> tuple[Floats, Floats]:
    """Minutes and kilometres when each new way may be used once, in either direction, where it is faster."""
    minutes, kilometres = baseline.minutes, baseline.kilometres
    place = baseline.flows.position
    for link in levers.links:
        a, b = place[link.first], place[link.second]
        for start, end in ((a, b), (b, a)):
            through = np.where(np.arange(len(minutes)) == start, 0.0, minutes[:, start])[:, None] + link.minutes
            through = through + np.where(np.arange(len(minutes)) == end, 0.0, minutes[end])[None, :]
            longer = np.where(np.arange(len(minutes)) == start, 0.0, kilometres[:, start])[:, None] + link.kilometres
            longer = longer + np.where(np.arange(len(minutes)) == end, 0.0, kilometres[end])[None, :]
            faster = (through < minutes) & ~np.eye(len(minutes), dtype=bool)
            minutes, kilometres = np.where(faster, through, minutes), np.where(faster, longer, kilometres)
    return minutes, kilometres


def _margins(baseline: Baseline, levers: Levers) -> tuple[Floats, Floats]:
    flows = baseline.matrix
    lives, works = flows.sum(axis=1), flows.sum(axis=0)
    more_jobs, more_people = (_vector(baseline, amounts) for amounts in (levers.jobs, levers.housing))
    for name, change, present in (("jobs", more_jobs, works), ("employed residents", more_people, lives)):
        short = np.flatnonzero((present + change < 0) | ((present == 0) & (change != 0)))
        if len(short):
            raise InputError(
                Problem(f"{present[i]:g} {name} cannot change by {change[i]:g}",
                        expected="an area that has some and keeps at least 0", row=baseline.flows.codes[int(i)])
                for i in short
            )  # fmt: skip
    residents = lives + more_people + flows @ _per(more_jobs, works)
    jobs = works + more_jobs + _per(more_people, lives) @ flows
    if (residents < 0).any() or (jobs < 0).any():
        raise InputError(Problem("the levers together take away more people or jobs than an area has",
                                 expected="at least 0 left", advice="Take away less."))  # fmt: skip
    return residents, _recentred(baseline, levers.centrality, residents, jobs)


def _recentred(baseline: Baseline, centrality: float, residents: Floats, jobs: Floats) -> Floats:
    if centrality == 0:
        return jobs
    central = np.isin(baseline.flows.codes, list(baseline.centres))
    if not central.any() or central.all():
        raise InputError(Problem("the lever centrality needs central places and other areas",
                                 expected="centres among the areas of the baseline"))  # fmt: skip
    source, sink = (~central, central) if centrality > 0 else (central, ~central)
    pull = np.where(sink, jobs if centrality > 0 else residents, 0.0)
    moved = abs(centrality) * jobs * source
    return np.asarray(jobs - moved + moved.sum() * pull / pull.sum())


def _vector(baseline: Baseline, amounts: Mapping[str, float]) -> Floats:
    values = np.zeros(len(baseline.flows))
    for code, amount in amounts.items():
        values[baseline.flows.position[code]] = amount
    return values


def _per(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def _furness(start: Floats, residents: Floats, jobs: Floats) -> Floats:
    """Scale rows and columns in turn until both sums are met."""
    a, b = np.ones(len(start)), np.ones(len(start))
    scale = max(float(residents.sum()), 1.0)
    for _ in range(_SWEEPS):
        b = _per(jobs, a @ start)
        reached = start @ b
        off = np.abs(a * reached - residents).sum()
        a = _per(residents, reached)
        if off <= _TOLERANCE * scale:
            flows = a[:, None] * start * b
            if np.abs(flows.sum(axis=0) - jobs).sum() <= 1e-6 * scale:
                return np.asarray(flows)
    raise InputError(
        Problem("the flows cannot be brought to the residents and jobs of the scenario",
                expected="enough ties between areas that gain and areas that lose", advice="Change the levers less.")
    )  # fmt: skip


def _measure(
    baseline: Baseline, scenario: Scenario, flows: Floats, minutes: Floats, kilometres: Floats
) -> ScenarioResult:
    levers = scenario.levers
    present = np.where(flows > 0, kilometres, 0.0)
    distance = 2 * (flows * present).sum(axis=1) * (1 - levers.telework_share * levers.telework_days / 5)
    if levers.hubs:
        at = [baseline.flows.position[code] for code in levers.hubs]
        nearer = np.maximum(present - kilometres[:, at].min(axis=1)[:, None], 0.0)
        np.fill_diagonal(nearer, 0.0)
        distance = distance - 2 * (flows * nearer).sum(axis=1) * levers.hub_share * levers.hub_days / 5
    residents, jobs, internal = flows.sum(axis=1), flows.sum(axis=0), np.diag(flows)
    land = baseline.land_per_resident * np.maximum(residents - baseline.matrix.sum(axis=1), 0.0)
    land = land + baseline.land_per_job * np.maximum(jobs - baseline.matrix.sum(axis=0), 0.0)
    driven = baseline.co2_per_km * baseline.car_share * (1 - levers.public_transport_shift)
    areas = pl.DataFrame(
        {
            "area": pl.Series(baseline.flows.codes, dtype=pl.String),
            "residents": residents, "jobs": jobs, "internal": internal,
            "commuter_km": distance, "co2": distance * driven,
            "access": (minutes <= baseline.access_target) @ jobs,
            "self_containment": _per(internal, residents), "land": land,
        }
    )  # fmt: skip
    lived = pl.when(pl.col("residents") > 0)
    areas = areas.with_columns(lived.then(pl.col("self_containment")).alias("self_containment"))
    summed = ("residents", "jobs", "internal", "commuter_km", "co2", "land")
    total = {name: float(areas[name].sum()) for name in summed}
    people = max(total["residents"], 1e-12)
    total["access"] = float(areas["access"].to_numpy() @ residents / people)
    total["self_containment"] = total["internal"] / people
    return ScenarioResult(
        scenario, areas, total, baseline.flows.estimated_share, baseline.flows.masked_pairs, baseline.travel.estimated
    )
