"""Travel from a routing server that runs elsewhere: OSRM's table service and Valhalla's matrix service.

Neither is installed with Raumwerk; its address is configured. The ways come from OpenStreetMap (ODbL).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import httpx
import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis.straight_line import read_coordinates
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, Problem, UnavailableError

__all__ = ["OsrmServer", "ValhallaServer"]

Floats = NDArray[np.float64]
Points = list[tuple[float, float]]

_SHOWN = 10
_SNAP_LIMIT = 5_000.0  # metres from a place to the road it was put on; farther off the server knows another country
_KILOMETRES = {"kilometers", "km"}


@dataclass(frozen=True)
class _Server(ABC):
    """What both servers share: questions in blocks, and no answer taken that is not whole.

    Parameters
    ----------
    address : str
        Where it runs, e.g. ``http://127.0.0.1:5000``.
    profile : str
        What travels, as the server calls it.
    block : int
        Places of one side in one question; the servers refuse more than they were started for.
    timeout : float
        Seconds for one answer.
    without_way : {"refuse", "allow"}
        Whether a pair for which the server finds no way is an error or has no way (``inf``).
    """

    address: str
    profile: str
    block: int = 50
    timeout: float = 120.0
    without_way: Literal["refuse", "allow"] = "refuse"

    def travel(self, origins: pl.DataFrame, destinations: pl.DataFrame) -> TravelMatrix:
        """Fastest ways as the server finds them.

        Parameters
        ----------
        origins, destinations : polars.DataFrame
            ``area, longitude, latitude``.

        Returns
        -------
        TravelMatrix

        Raises
        ------
        UnavailableError
            When the server does not answer, refuses, or answers in part or in another form.
        InputError
            Naming wrong places, and pairs without a way unless they are allowed.
        """
        (starts, *from_), (goals, *to) = read_coordinates(origins), read_coordinates(destinations)
        minutes, kilometres = np.empty((len(starts), len(goals))), np.empty((len(starts), len(goals)))
        first, last = (list(zip(*map(np.ndarray.tolist, side), strict=True)) for side in (from_, to))
        with httpx.Client(timeout=self.timeout) as client:
            for rows in _blocks(len(starts), self.block):
                for columns in _blocks(len(goals), self.block):
                    seconds, metres = self._ask(client, first[rows], last[columns])
                    minutes[rows, columns], kilometres[rows, columns] = seconds / 60, metres / 1000
        lost = np.argwhere(np.isnan(minutes) | np.isnan(kilometres))
        if len(lost) and self.without_way == "refuse":
            raise InputError(
                Problem(f"{self.address} finds no way", expected="a way between all places",
                        advice="Check the coordinates and the server's extract, or allow pairs without a way.",
                        row=starts[i], column=goals[j])
                for i, j in lost[: _SHOWN + 1]
            )  # fmt: skip
        minutes[tuple(lost.T)], kilometres[tuple(lost.T)] = np.inf, np.inf
        return TravelMatrix(starts, goals, minutes, kilometres=kilometres, mode=self._mode, source=self._source)

    @property
    def _mode(self) -> str:
        return "car" if self.profile in ("car", "driving", "auto") else self.profile

    @property
    def _source(self) -> str:
        return f"{type(self).__name__.removesuffix('Server')} with roads of OpenStreetMap (ODbL), {self.profile}"

    @abstractmethod
    def _ask(self, client: httpx.Client, starts: Points, goals: Points) -> tuple[Floats, Floats]:
        """Seconds and metres of one block; NaN where there is no way."""

    def _answer(self, client: httpx.Client, method: str, path: str, **question: Any) -> dict[str, Any]:
        try:
            answer = client.request(method, f"{self.address.rstrip('/')}/{path}", **question)
            found = answer.json()
        except httpx.HTTPError as error:
            raise self._bad(f"cannot be reached: {error}") from error
        except ValueError as error:
            raise self._bad(f"answered {answer.status_code} without JSON") from error
        if not isinstance(found, dict):
            raise self._bad("answered with another form of JSON")
        said = found.get("message") or found.get("error") or ""
        if answer.status_code != httpx.codes.OK:
            raise self._bad(f"refused with {answer.status_code} {found.get('code', '')} {said}".strip())
        return found

    def _bad(self, what: str) -> UnavailableError:
        return UnavailableError(f"The routing server {self.address} {what}. Check its address, profile and limits.")

    def _cells(self, found: Any, name: str, shape: tuple[int, int]) -> Floats:
        """A whole matrix of the answer, null as NaN; everything else is no answer."""
        rows = found if isinstance(found, list) else []
        if len(rows) != shape[0] or any(not isinstance(row, list) or len(row) != shape[1] for row in rows):
            raise self._bad(f"answered only in part: {name} is not {shape[0]} × {shape[1]}")
        cells = [[np.nan if value is None else value for value in row] for row in rows]
        if any(isinstance(value, bool) or not isinstance(value, int | float) for row in cells for value in row):
            raise self._bad(f"answered with {name} that are no numbers")
        return np.array(cells, dtype=float)


@dataclass(frozen=True)
class OsrmServer(_Server):
    """Travel provider: an OSRM server (``osrm-routed``), by its table service.

    OSRM puts each place on its nearest road, however far; a place more than 5 km off is refused.

    References
    ----------
    OSRM HTTP API v1, table service: durations in seconds, distances in metres, null where there is no way.
    """

    profile: str = "driving"

    def _ask(self, client: httpx.Client, starts: Points, goals: Points) -> tuple[Floats, Floats]:
        places = ";".join(f"{longitude:.6f},{latitude:.6f}" for longitude, latitude in starts + goals)
        options = {
            "sources": ";".join(str(k) for k in range(len(starts))),
            "destinations": ";".join(str(len(starts) + k) for k in range(len(goals))),
            "annotations": "duration,distance",
        }
        query = "&".join(f"{name}={value}" for name, value in options.items())
        found = self._answer(client, "GET", f"table/v1/{self.profile}/{places}?{query}")
        if found.get("code") != "Ok":
            raise self._bad(f"refused with {found.get('code')} {found.get('message', '')}".strip())
        if found.get("fallback_speed_cells"):
            raise self._bad("filled pairs without a way with a straight line")
        for side in ("sources", "destinations"):
            for place in found.get(side) or []:
                if isinstance(place, dict) and place.get("distance", 0) > _SNAP_LIMIT:
                    raise self._bad(f"knows no road within {_SNAP_LIMIT / 1000:g} km of {place.get('location')}")
        shape = (len(starts), len(goals))
        return self._cells(found.get("durations"), "durations", shape), self._cells(
            found.get("distances"), "distances", shape
        )


@dataclass(frozen=True)
class ValhallaServer(_Server):
    """Travel provider: a Valhalla server, by its service ``sources_to_targets``.

    References
    ----------
    Valhalla, time-distance matrix service: times in seconds, distances in the units of the answer, null where there
    is no way. Both of its forms are read: a cell for each pair, and (``verbose: false``) one matrix each.
    """

    profile: str = "auto"

    def _ask(self, client: httpx.Client, starts: Points, goals: Points) -> tuple[Floats, Floats]:
        sources, targets = ([{"lon": lon, "lat": lat} for lon, lat in side] for side in (starts, goals))
        question = {"sources": sources, "targets": targets, "costing": self.profile, "units": "kilometers"}
        found = self._answer(client, "POST", "sources_to_targets", json=question)
        if found.get("units", "kilometers") not in _KILOMETRES:
            raise self._bad(f"answered in {found['units']} instead of kilometres")
        table, shape = found.get("sources_to_targets"), (len(starts), len(goals))
        if isinstance(table, dict):
            seconds, kilometres = (self._cells(table.get(name), name, shape) for name in ("durations", "distances"))
        else:
            seconds, kilometres = (self._cells(self._column(table, name), name, shape) for name in ("time", "distance"))
        return seconds, kilometres * 1000

    def _column(self, table: Any, name: str) -> list[Any]:
        """One figure of all cells; the numbers of the ends must be those asked for."""
        rows = table if isinstance(table, list) else []
        for i, row in enumerate(rows):
            for j, cell in enumerate(row if isinstance(row, list) else []):
                if not isinstance(cell, dict) or cell.get("from_index", i) != i or cell.get("to_index", j) != j:
                    raise self._bad("answered only in part: its pairs are not those asked for")
                if name not in cell:
                    raise self._bad(f"answered only in part: a pair has no {name}")
        return [[cell[name] for cell in row] if isinstance(row, list) else row for row in rows]


def _blocks(count: int, size: int) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, start + size)
