"""What the forum asks the Atlas, without knowing it; the portal names the answer at start."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import polars as pl

from raumwerk.web.regions.models import Region

__all__ = ["FlowNumbers", "FlowQuestion", "Population", "Source", "flows_of", "places_of", "register_table"]


@dataclass(frozen=True, slots=True)
class FlowQuestion:
    """Commuters of a theme: its areas, those of the other side, and further areas whose population is asked for."""

    kind: str
    areas: tuple[str, ...]
    counterparts: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers come from, in the wording that the publisher prescribes."""

    title: str
    attribution: str
    licence: str


@dataclass(frozen=True, slots=True)
class Population:
    """Inhabitants by area on a day; an area without a published number is not in it."""

    period: str
    persons: Mapping[str, float]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowNumbers:
    """Answer to a :class:`FlowQuestion`.

    ``pairs`` has a row for each pair of areas in one direction that belongs to the theme: origin, destination, value,
    lower, upper, status; value is null where it is suppressed. ``units`` are the areas the theme is counted by,
    ``names`` those of all areas that appear. ``left_out`` are keys of the theme without numbers, each with the
    reason as text; ``unlisted`` the bounds of commuters of a centre whose pair the publisher does
    not list, None where nobody knows.
    """

    release: str
    period: str
    estimated: bool
    level: str
    pairs: pl.DataFrame
    units: frozenset[str]
    names: Mapping[str, str]
    population: Population | None
    sources: tuple[Source, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    unlisted: tuple[float, float] | None = None
    model: str = ""


type_flows = Callable[[Region, FlowQuestion, str], FlowNumbers | None]
type_places = Callable[[Region, str], Mapping[str, str]]

_flows: list[type_flows] = []
_places: list[type_places] = []


def register_table(flows: type_flows, places: type_places) -> None:
    """Let `flows` answer questions about commuters, and `places` tell the areas that a theme can name."""
    _flows[:], _places[:] = [flows], [places]


def flows_of(region: Region, question: FlowQuestion, language: str) -> FlowNumbers | None:
    """Return the commuters of a theme; None where no release is published.

    Raises
    ------
    MissingError
        Where the release has no numbers at all for the region or the theme.
    """
    return _flows[0](region, question, language) if _flows else None


def places_of(region: Region, language: str, keys: Collection[str] | None = None) -> Mapping[str, str]:
    """Return the areas that a theme can name, key → name, or those of `keys`; empty where no release is published."""
    known = _places[0](region, language) if _places else {}
    return known if keys is None else {key: known[key] for key in keys if key in known}
