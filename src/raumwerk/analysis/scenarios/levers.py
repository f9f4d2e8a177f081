"""A scenario is data: what is changed, on which release, and what which group finds important."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np

from raumwerk.analysis._check import least_seed
from raumwerk.errors import InputError, Problem

__all__ = ["Levers", "Link", "Scenario"]


@dataclass(frozen=True, slots=True)
class Link:
    """A new or faster way between two areas, in both directions.

    Parameters
    ----------
    first, second : str
    minutes, kilometres : float
        At least 0.
    """

    first: str
    second: str
    minutes: float
    kilometres: float


@dataclass(frozen=True, slots=True)
class Levers:
    """What is changed. With all defaults nothing is.

    Parameters
    ----------
    jobs : mapping
        Jobs added to (above 0) or lost in (below 0) an area, e.g. a large employer or an industry that closes.
    housing : mapping
        Employed residents added to (or lost in) an area by housing.
    centrality : float
        −1 to 1. Above 0: this share of the jobs outside the centres moves to the centres, in proportion to their jobs;
        below 0: this share of the jobs in centres moves to the other areas, in proportion to their employed residents.
    telework_share, telework_days : float
        Share of all workers (0 to 1) who work at home on so many days a week (0 to 5).
    hubs : tuple of str
        Areas with a hub.
    hub_share, hub_days : float
        Share of the commuters who use the nearest hub when it is nearer than work, and on how many days a week.
    links : tuple of Link
        New ways.
    public_transport_shift : float
        Share (0 to 1) of the kilometres by car that go over to public transport.
    """

    jobs: Mapping[str, float] = field(default_factory=dict)
    housing: Mapping[str, float] = field(default_factory=dict)
    centrality: float = 0.0
    telework_share: float = 0.0
    telework_days: float = 0.0
    hubs: tuple[str, ...] = ()
    hub_share: float = 0.0
    hub_days: float = 0.0
    links: tuple[Link, ...] = ()
    public_transport_shift: float = 0.0

    def __post_init__(self) -> None:
        problems = self._of_wrong_kind()
        if problems:
            raise InputError(problems)
        ranges = {"centrality": (-1, 1), "telework_share": (0, 1), "telework_days": (0, 5), "hub_share": (0, 1),
                  "hub_days": (0, 5), "public_transport_shift": (0, 1)}  # fmt: skip
        problems = [
            Problem(f"the lever {name} is {getattr(self, name)}", expected=f"a number from {low} to {high}")
            for name, (low, high) in ranges.items()
            if not (isinstance(getattr(self, name), int | float) and low <= getattr(self, name) <= high)
        ]
        for name in ("jobs", "housing"):
            problems += [
                Problem(f"the lever {name} is {amount}", expected="a finite number", row=area)
                for area, amount in getattr(self, name).items()
                if not math.isfinite(amount)
            ]
        for link in self.links:
            if not (0 <= link.minutes < math.inf and 0 <= link.kilometres < math.inf):
                problems.append(Problem(f"the link {link.first} – {link.second} takes {link.minutes} minutes, "
                                        f"{link.kilometres} km", expected="finite numbers of at least 0"))  # fmt: skip
        problems += [Problem(f"the hub {area} is named twice", expected="each area once")
                     for area in sorted({area for area in self.hubs if self.hubs.count(area) > 1})]  # fmt: skip
        away = self.telework_share * self.telework_days + self.hub_share * self.hub_days
        if not problems and away > 5:
            problems.append(Problem(f"telework and hubs together take {away:g} days of a week of five",
                                    expected="at most 5 (share × days)"))  # fmt: skip
        if problems:
            raise InputError(problems)

    def _of_wrong_kind(self) -> list[Problem]:
        """Levers that come from a file and are no mapping, no list or no number at all."""
        problems = [
            Problem(f"the lever {name} is {getattr(self, name)!r}", expected="a number for each area")
            for name in ("jobs", "housing") if not isinstance(getattr(self, name), Mapping)
        ]  # fmt: skip
        if problems:
            return problems
        problems = [
            Problem(f"the lever {name} is {amount!r}", expected="a finite number", row=area)
            for name in ("jobs", "housing")
            for area, amount in getattr(self, name).items()
            if not isinstance(amount, int | float | np.number)
        ]
        problems += [
            Problem(f"the link {link.first} – {link.second} takes {link.minutes!r} minutes, {link.kilometres!r} km",
                    expected="finite numbers of at least 0")
            for link in self.links
            if not all(isinstance(part, int | float | np.number) for part in (link.minutes, link.kilometres))
        ]  # fmt: skip
        return problems


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named set of levers on one release, with the weights of one or more groups.

    Parameters
    ----------
    name : str
    levers : Levers
    release : str
        Release of the statistics that it rests on.
    groups : mapping
        Name of a group → weight of each outcome (see :data:`raumwerk.analysis.scenarios.OUTCOMES`), at least 0.
    seed : int
        For the draws of weights, at least 0; everything else is without chance.

    Raises
    ------
    InputError
        When name or release is no text, the seed no whole number, or the groups hold no weights.

    Examples
    --------
    >>> scenario = Scenario("hub in Höxter", Levers(hubs=("05762",), hub_share=0.2, hub_days=2), release="20260101-ab")
    >>> Scenario.from_dict(scenario.to_dict()) == scenario
    True
    """

    name: str
    levers: Levers = field(default_factory=Levers)
    release: str = ""
    groups: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        least_seed(self.seed)
        problems = [Problem(f"the {part} of the scenario is {getattr(self, part)!r}", expected="text")
                    for part in ("name", "release") if not isinstance(getattr(self, part), str)]  # fmt: skip
        for part, kind, expected in (
            ("levers", Levers, "Levers"),
            ("groups", Mapping, "names with the weights of outcomes"),
        ):
            if not isinstance(getattr(self, part), kind):
                problems.append(Problem(f"the {part} are {getattr(self, part)!r}", expected=expected))
        if not problems:
            problems = [
                Problem(
                    f"the weights of the group {group} are {weights!r}", expected="numbers of at least 0 by outcome"
                )
                for group, weights in self.groups.items()
                if not (isinstance(weights, Mapping) and all(_is_weight(weight) for weight in weights.values()))
            ]
        if problems:
            raise InputError(problems)

    def to_dict(self) -> dict[str, Any]:
        """As plain data for JSON: a dict of numbers, text, lists and dicts."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scenario:
        """Back from plain data.

        Parameters
        ----------
        data : mapping
            ``name`` and, where they matter, ``levers, release, groups, seed``.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            Naming unknown entries and wrong values.

        Examples
        --------
        >>> Scenario.from_dict({"name": "the mine closes", "levers": {"jobs": {"16063": -4000}}}).levers.jobs
        {'16063': -4000}
        """
        _refuse_unknown(data, cls, "scenario")
        if not isinstance(data.get("levers", {}), Mapping):
            raise InputError(Problem(f"the levers are {data['levers']!r}", expected="names and values"))
        levers = dict(data.get("levers", {}))
        _refuse_unknown(levers, Levers, "levers")
        links = []
        for link in _listed(levers, "links"):
            if not isinstance(link, Mapping):
                raise InputError(Problem(f"a link is {link!r}", expected="first, second, minutes, kilometres"))
            _refuse_unknown(link, Link, "link")
            missing = [part.name for part in fields(Link) if part.name not in link]
            if missing:
                raise InputError(Problem(f"a link has no {', '.join(missing)}", expected="first, second, minutes, km"))
            links.append(Link(**link))
        hubs = _listed(levers, "hubs")
        rest = {key: value for key, value in data.items() if key != "levers"}
        if "name" not in rest:
            raise InputError(Problem("the scenario has no name", expected="a name"))
        return cls(levers=Levers(**levers, hubs=tuple(hubs), links=tuple(links)), **rest)


def _is_weight(weight: Any) -> bool:
    return isinstance(weight, int | float | np.number) and bool(0 <= weight < math.inf)


def _listed(levers: dict[str, Any], name: str) -> list[Any]:
    """Take a list out of the levers."""
    found = levers.pop(name, [])
    if not isinstance(found, list | tuple):
        raise InputError(Problem(f"the lever {name} is {found!r}", expected="a list"))
    return list(found)


def _refuse_unknown(data: Mapping[str, Any], kind: type, what: str) -> None:
    known = [part.name for part in fields(kind)]
    unknown = [name for name in data if name not in known]
    if unknown:
        raise InputError(
            Problem(f"the {what} has an entry {name!r}", expected=f"one of {', '.join(known)}") for name in unknown
        )
