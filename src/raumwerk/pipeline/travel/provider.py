"""The one interface behind which travel times come from: nothing else asks where the minutes are from.

A provider answers ``travel(origins, destinations)`` with a :class:`~raumwerk.analysis.travel.TravelMatrix` in minutes
and kilometres; ``origins`` and ``destinations`` are frames ``area, longitude, latitude`` (degrees, WGS 84) and may
carry ``hectares``. There are

- ``line``: straight lines with a detour factor and assumed speeds (a declared estimate, always there);
- ``roads:FILE``: shortest ways on an OpenStreetMap extract;
- ``osrm:ADDRESS``, ``valhalla:ADDRESS``: a routing server that runs elsewhere;
- ``file:FILE``: a matrix given as csv or Parquet.

Public transport is not available until a timetable is loaded; no provider guesses it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl

from raumwerk.analysis.straight_line import straight_line_travel
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.travel.matrix_file import MatrixFile
from raumwerk.pipeline.travel.roads import read_roads
from raumwerk.pipeline.travel.servers import OsrmServer, ValhallaServer

__all__ = ["StraightLine", "TravelProvider", "travel_provider", "with_inner_ways"]


class TravelProvider(Protocol):
    """Where travel times come from."""

    def travel(self, origins: pl.DataFrame, destinations: pl.DataFrame) -> TravelMatrix:
        """Ways from all origins to all destinations (``area, longitude, latitude``)."""
        ...


@dataclass(frozen=True)
class StraightLine:
    """Travel provider: straight lines with a detour factor and assumed speeds.

    Parameters
    ----------
    detour : float
        Kilometres on the road for each kilometre of straight line.
    """

    detour: float = 1.3

    def travel(self, origins: pl.DataFrame, destinations: pl.DataFrame) -> TravelMatrix:
        """Estimated ways; places with the same code are one place."""
        places = pl.concat([origins, destinations], how="diagonal").unique("area", keep="first", maintain_order=True)
        return straight_line_travel(places, detour=self.detour).select(
            origins=origins["area"].to_list(), destinations=destinations["area"].to_list()
        )


def travel_provider(name: str) -> TravelProvider:
    """The provider that a text names, as in the module's list.

    Raises
    ------
    InputError
        When it names none.
    MissingError
        When its file does not exist.

    Examples
    --------
    >>> travel_provider("line")
    StraightLine(detour=1.3)
    >>> travel_provider("osrm:http://127.0.0.1:5000").profile
    'driving'
    """
    kind, _, where = name.partition(":")
    if name == "line":
        return StraightLine()
    if where and kind == "roads":
        return read_roads(Path(where))
    if where and kind == "file":
        return MatrixFile(Path(where))
    if where.startswith(("http://", "https://")) and kind in ("osrm", "valhalla"):
        return OsrmServer(where) if kind == "osrm" else ValhallaServer(where)
    raise InputError(
        Problem(f"{name!r} names no source of travel times",
                expected="line, roads:FILE, file:FILE, osrm:ADDRESS or valhalla:ADDRESS",
                advice="An address begins with http:// or https://.")
    )  # fmt: skip


def with_inner_ways(travel: TravelMatrix, places: pl.DataFrame) -> TravelMatrix:
    """The same with an estimated way inside each area where the provider has none (it routes between points).

    Parameters
    ----------
    travel : TravelMatrix
    places : polars.DataFrame
        ``area, longitude, latitude`` and, where known, ``hectares``.

    Returns
    -------
    TravelMatrix
        Minutes and kilometres of 0 within an area are replaced by those of :func:`straight_line_travel`.
    """
    inner = straight_line_travel(places)
    minutes = travel.minutes.copy()
    kilometres = None if travel.kilometres is None else travel.kilometres.copy()
    for code, row in travel.origin_position.items():
        column, own = travel.destination_position.get(code), inner.origin_position.get(code)
        if column is None or own is None or travel.minutes[row, column] > 0:
            continue
        minutes[row, column] = inner.minutes[own, own]
        if kilometres is not None:
            kilometres[row, column] = inner.kilometres[own, own]
    changed = not np.array_equal(minutes, travel.minutes)
    source = f"{travel.source}; within an area estimated" if changed else travel.source
    return replace(travel, minutes=minutes, kilometres=kilometres, source=source)
