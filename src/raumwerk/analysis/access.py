"""Centres and access: who reaches what in which time, with and without crossing a border."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import as_numbers, numbers_of
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, Problem

__all__ = [
    "E2SFCA_STEPS",
    "RIN_TARGETS",
    "Reach",
    "catchment_overlap",
    "floating_catchment",
    "hansen_potential",
    "nearest_centre",
    "opportunities_within",
    "step_weight",
]

Floats = NDArray[np.float64]

#: Minutes from home to the next centre that the German guideline RIN 2008 aims at, by rank of centre and mode.
RIN_TARGETS = MappingProxyType(
    {
        "GZ": MappingProxyType({"car": 20, "public transport": 30}),
        "MZ": MappingProxyType({"car": 30, "public transport": 45}),
        "OZ": MappingProxyType({"car": 60, "public transport": 90}),
    }
)

#: Weights of the enhanced two-step floating catchment: up to so many minutes, so much weight (Luo and Qi 2009).
E2SFCA_STEPS = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))


@dataclass(frozen=True, slots=True)
class Reach:
    """Who reaches the nearest centre in time.

    Parameters
    ----------
    areas : polars.DataFrame
        ``area, people, centre, minutes, within`` (null where no centre can be reached); among equally near centres
        the lower code is named.
    people, within, unreachable : float
        People in all, within the target, and without any way to a centre.
    share_within : float
        within / people.
    mean_minutes : float or None
        Population-weighted mean over the people who have a way.
    target : float
        Minutes.
    travel_source : str
        Where the minutes come from.
    travel_estimated : bool
        Whether they are a declared estimate.
    """

    areas: pl.DataFrame
    people: float
    within: float
    unreachable: float
    share_within: float
    mean_minutes: float | None
    target: float
    travel_source: str
    travel_estimated: bool


def nearest_centre(
    travel: TravelMatrix, people: Mapping[str, float], *, target: float, sides: Mapping[str, str] | None = None
) -> Reach:
    """Time from each area to the nearest centre, and the people within a target.

    Parameters
    ----------
    travel : TravelMatrix
        From areas to centres, in minutes.
    people : mapping
        People in each area, at least 0.
    target : float
        Minutes above 0, e.g. ``RIN_TARGETS["MZ"]["car"]``.
    sides : mapping, optional
        Side of a border (e.g. state) of each area and centre; centres on the other side then do not count.

    Returns
    -------
    Reach

    Raises
    ------
    InputError
        When an area has no or a bad number of people, nobody lives anywhere, there is no centre, a place has no side
        or the target is not above 0.

    References
    ----------
    Forschungsgesellschaft für Straßen- und Verkehrswesen (2008): Richtlinien für integrierte Netzgestaltung, table 7.

    Examples
    --------
    >>> travel = TravelMatrix(["a", "b"], ["x", "y"], [[12, 25], [50, 35]])
    >>> found = nearest_centre(travel, {"a": 300, "b": 100}, target=30)
    >>> found.areas["centre"].to_list(), found.share_within, found.mean_minutes
    (['x', 'y'], 0.75, 17.75)
    """
    if not (np.isfinite(target) and target > 0):
        raise InputError(Problem(f"the target is {target}", expected="minutes above 0"))
    number = numbers_of(people, travel.origins, what="people")
    if not len(travel.destinations) or number.sum() == 0:
        raise InputError(Problem("there is no centre, or nobody lives in the areas", expected="centres and people"))
    minutes = (travel if sides is None else travel.within(sides)).minutes
    order = np.argsort(np.array(travel.destinations, dtype=object), kind="stable")
    nearest = order[np.argmin(minutes[:, order], axis=1)]
    time = minutes[np.arange(len(number)), nearest]
    reached = np.isfinite(time)
    frame = pl.DataFrame(
        {
            "area": list(travel.origins),
            "people": number,
            "centre": [travel.destinations[int(k)] if ok else None for k, ok in zip(nearest, reached, strict=True)],
            "minutes": [float(value) if ok else None for value, ok in zip(time, reached, strict=True)],
        },
        schema={"area": pl.String, "people": pl.Float64, "centre": pl.String, "minutes": pl.Float64},
    ).with_columns(within=pl.col("minutes") <= target)
    some = number[reached].sum()
    return Reach(
        frame, float(number.sum()), float(number[time <= target].sum()), float(number[~reached].sum()),
        float(number[time <= target].sum() / number.sum()),
        float(number[reached] @ time[reached] / some) if some > 0 else None, float(target),
        travel.source, travel.estimated,
    )  # fmt: skip


def catchment_overlap(
    travel: TravelMatrix, people: Mapping[str, float], *, target: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Where catchments of centres overlap, and who is in none.

    Parameters
    ----------
    travel, people, target
        As for :func:`nearest_centre`.

    Returns
    -------
    areas : polars.DataFrame
        ``area, people, centres, estimated``: how many centres lie within the target, and whether the minutes are a
        declared estimate.
    pairs : polars.DataFrame
        ``first, second, people, share``: people within the target of both, and their share of those within the target
        of at least one; only pairs with people in common.

    Raises
    ------
    InputError
        When an area has no or a bad number of people, or the target is not above 0.

    Notes
    -----
    The share is that of Jaccard (1901), in people. The use for catchments is our own; no source was found for it.

    Examples
    --------
    >>> travel = TravelMatrix(["a", "b"], ["x", "y"], [[12, 25], [50, 25]])
    >>> catchment_overlap(travel, {"a": 300, "b": 100}, target=30)[1].rows()
    [('x', 'y', 300.0, 0.75)]
    """
    if not (np.isfinite(target) and target > 0):
        raise InputError(Problem(f"the target is {target}", expected="minutes above 0"))
    number = numbers_of(people, travel.origins, what="people")
    near = travel.minutes <= target
    areas = _frame(travel, {"people": number, "centres": near.sum(axis=1)})
    held = near.T.astype(float) @ (near * number[:, None])
    alone = np.diag(held)
    either = alone[:, None] + alone[None, :] - held
    rows = [
        (travel.destinations[i], travel.destinations[j], float(held[i, j]), float(held[i, j] / either[i, j]))
        for i, j in itertools.combinations(range(len(alone)), 2)
        if held[i, j] > 0
    ]
    schema = {"first": pl.String, "second": pl.String, "people": pl.Float64, "share": pl.Float64}
    return areas, pl.DataFrame(rows, schema=schema, orient="row")


def step_weight(*, steps: Sequence[tuple[float, float]] = E2SFCA_STEPS) -> Callable[[Floats], Floats]:
    """Weight that falls in steps and is 0 beyond the last.

    Parameters
    ----------
    steps : sequence of (float, float)
        Up to so many minutes, so much weight (at least 0); minutes rise.

    Returns
    -------
    callable
        From an array of minutes to an array of weights of the same shape.

    Raises
    ------
    InputError
        When there is no step, minutes do not rise, or a number is negative or not finite.

    References
    ----------
    W. Luo, Y. Qi (2009): An enhanced two-step floating catchment area method. Health & Place 15, 1100–1107.

    Examples
    --------
    >>> import numpy as np
    >>> step_weight()(np.array([0.0, 10.0, 15.0, 30.0, 31.0])).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """
    if not len(steps):
        raise InputError(Problem("there are no steps", expected="at least one pair of minutes and weight"))
    limits, weights = (as_numbers(part, "the steps") for part in zip(*steps, strict=True))
    fine = np.isfinite(limits).all() and np.isfinite(weights).all() and (weights >= 0).all() and limits[0] >= 0
    if not fine or (np.diff(limits) <= 0).any():
        raise InputError(Problem(f"the steps are {list(steps)}", expected="rising minutes with weights of at least 0"))

    def weight(minutes: Floats) -> Floats:
        return np.append(weights, 0.0)[np.searchsorted(limits, minutes, side="left")]

    return weight


def floating_catchment(
    travel: TravelMatrix,
    supply: Mapping[str, float],
    demand: Mapping[str, float],
    *,
    reach: float,
    weight: Callable[[Floats], Floats] | None = None,
    choose: bool = False,
) -> pl.DataFrame:
    r"""Two-step floating catchment: supply per head that people in reach share.

    Parameters
    ----------
    travel : TravelMatrix
        From areas to facilities, in minutes.
    supply : mapping
        Supply of each facility (physicians, places, beds), at least 0.
    demand : mapping
        People in each area, at least 0.
    reach : float
        Minutes above 0; facilities farther away do not count.
    weight : callable, optional
        From an array of minutes to weights of at least 0. Default: 1 within reach (2SFCA). With :func:`step_weight`
        it is the enhanced form (E2SFCA).
    choose : bool
        Whether people divide themselves among the facilities by weight (3SFCA), so that a place with many facilities
        does not count its demand anew for each.

    Returns
    -------
    polars.DataFrame
        ``area, demand, access, estimated`` (whether the minutes are a declared estimate); access in units of supply per
        person:
        :math:`R_j = S_j / \sum_k W_{kj} P_k`, :math:`A_i = \sum_j W_{ij} R_j`. A facility that nobody reaches
        supplies nobody.

    Raises
    ------
    InputError
        When an amount is missing or bad, the reach is not above 0, or a weight is negative or not finite.

    References
    ----------
    W. Luo, F. Wang (2003): Environment and Planning B 30, 865–884. W. Luo, Y. Qi (2009): Health & Place 15, 1100–1107.
    N. Wan, B. Zou, T. Sternberg (2012): Int. J. Geographical Information Science 26, 1073–1089 (3SFCA).

    Examples
    --------
    >>> travel = TravelMatrix(["a", "b"], ["p"], [[5], [25]])
    >>> floating_catchment(travel, {"p": 4}, {"a": 100, "b": 100}, reach=30)["access"].to_list()
    [0.02, 0.02]
    """
    if not (np.isfinite(reach) and reach > 0):
        raise InputError(Problem(f"the reach is {reach}", expected="minutes above 0"))
    people = numbers_of(demand, travel.origins, what="demand")
    offer = numbers_of(supply, travel.destinations, what="supply")
    near = travel.minutes <= reach
    pull = near.astype(float)
    if weight is not None:
        pull[near] = np.asarray(weight(travel.minutes[near]), dtype=float)
        if not (np.isfinite(pull) & (pull >= 0)).all():
            raise InputError(Problem("a weight is negative or not finite", expected="weights of at least 0",
                                     advice="Check the weight at 0 minutes."))  # fmt: skip
    if choose:
        total = pull.sum(axis=1, keepdims=True)
        pull = pull * np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    asked = people @ pull
    ratio = np.divide(offer, asked, out=np.zeros_like(offer), where=asked > 0)
    return _frame(travel, {"demand": people, "access": pull @ ratio})


def hansen_potential(
    travel: TravelMatrix,
    mass: Mapping[str, float],
    *,
    decay: float,
    form: Literal["exponential", "power"] = "exponential",
) -> pl.DataFrame:
    r"""Potential after Hansen: what can be reached, the nearer the more it counts.

    Parameters
    ----------
    travel : TravelMatrix
        From areas to destinations, in minutes.
    mass : mapping
        What there is at each destination (jobs, people), at least 0.
    decay : float
        Above 0: per minute (exponential) or exponent (power); best fitted to flows by the gravity model.
    form : {"exponential", "power"}
        :math:`e^{-\beta c}` or :math:`c^{-\beta}`.

    Returns
    -------
    polars.DataFrame
        ``area, potential, estimated`` (whether the minutes are a declared estimate); potential in units of mass:
        :math:`A_i = \sum_j M_j f(c_{ij})`.

    Raises
    ------
    InputError
        When a mass is missing or bad, the decay is not above 0, the form is unknown, or minutes are 0 with power.

    References
    ----------
    W. G. Hansen (1959): How accessibility shapes land use. J. American Institute of Planners 25, 73–76.

    Examples
    --------
    >>> travel = TravelMatrix(["a"], ["x", "y"], [[1, 2]])
    >>> hansen_potential(travel, {"x": 10, "y": 40}, decay=2, form="power")["potential"].to_list()
    [20.0]
    """
    if not (np.isfinite(decay) and decay > 0):
        raise InputError(Problem(f"the decay is {decay}", expected="a number above 0"))
    if form not in ("exponential", "power"):
        raise InputError(Problem(f"the form is {form!r}", expected="'exponential' or 'power'"))
    amounts = numbers_of(mass, travel.destinations, what="mass")
    if form == "power" and (travel.minutes == 0).any():
        raise InputError(Problem("a travel time is 0 minutes", expected="times above 0 for power decay",
                                 advice="Give a time within the area, or use exponential decay."))  # fmt: skip
    fall = np.exp(-decay * travel.minutes) if form == "exponential" else travel.minutes**-decay
    return _frame(travel, {"potential": fall @ amounts})


def opportunities_within(
    travel: TravelMatrix, mass: Mapping[str, float], *, target: float, softness: float = 0.0
) -> pl.DataFrame:
    r"""What lies within a target time (cumulative opportunities), with a hard or a soft edge.

    Parameters
    ----------
    travel, mass
        As for :func:`hansen_potential`.
    target : float
        Minutes above 0.
    softness : float
        0 for a hard edge; otherwise minutes over which the weight falls,
        :math:`1/(1 + e^{(c - target)/softness})`, one half at the target.

    Returns
    -------
    polars.DataFrame
        ``area, opportunities`` in units of mass, and ``estimated``: whether the minutes are a declared estimate.

    Raises
    ------
    InputError
        When a mass is missing or bad, the target is not above 0 or the softness is below 0.

    Notes
    -----
    The hard edge is the cumulative measure of M. Wachs, T. G. Kumagai (1973): Physical accessibility as a social
    indicator. Socio-Economic Planning Sciences 7, 437–456. The logistic edge is our own.

    Examples
    --------
    >>> travel = TravelMatrix(["a"], ["x", "y"], [[30, 31]])
    >>> opportunities_within(travel, {"x": 10, "y": 40}, target=30)["opportunities"].to_list()
    [10.0]
    """
    if not (np.isfinite(target) and target > 0 and np.isfinite(softness) and softness >= 0):
        raise InputError(
            Problem(f"target {target}, softness {softness}", expected="a target above 0, a softness of at least 0")
        )
    amounts = numbers_of(mass, travel.destinations, what="mass")
    if softness == 0:
        weight: Any = (travel.minutes <= target).astype(float)
    else:
        weight = 0.5 * (1 - np.tanh((travel.minutes - target) / (2 * softness)))
    return _frame(travel, {"opportunities": weight @ amounts})


def _frame(travel: TravelMatrix, columns: Mapping[str, Floats]) -> pl.DataFrame:
    """One row per origin that says whether its minutes are a declared estimate."""
    area = pl.Series("area", list(travel.origins), dtype=pl.String)
    return pl.DataFrame({"area": area, **columns}).with_columns(estimated=pl.lit(travel.estimated))
