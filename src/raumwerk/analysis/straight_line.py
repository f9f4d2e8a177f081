"""Travel by straight lines with a detour factor: a declared estimate for where no road network is loaded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis.estimate.places import great_circle
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, Problem

__all__ = ["SPEEDS", "read_coordinates", "straight_line_travel"]

Floats = NDArray[np.float64]

_WITHIN = 0.5  # mean way inside an area, as share of the radius of a circle of its size

#: Assumed mean speeds by car, km/h, on the part of a way up to so many kilometres: slow at both ends, fast between.
SPEEDS = ((5.0, 30.0), (20.0, 50.0), (50.0, 70.0), (np.inf, 90.0))


def straight_line_travel(
    places: pl.DataFrame,
    *,
    destinations: pl.DataFrame | None = None,
    detour: float = 1.3,
    speeds: Sequence[tuple[float, float]] = SPEEDS,
) -> TravelMatrix:
    """Estimate kilometres and car minutes between places from their coordinates.

    Parameters
    ----------
    places : polars.DataFrame
        ``area, longitude, latitude`` (degrees, WGS 84) and, where known, ``hectares`` for the way inside an area.
    destinations : polars.DataFrame, optional
        ``area, longitude, latitude`` of the places to go to; default the same places. A place with the same code is
        the same place.
    detour : float
        Kilometres on the road for each kilometre of straight line, at least 1.
    speeds : sequence of (float, float)
        Up to so many kilometres of a way, so many km/h; rising kilometres, the last one infinite.

    Returns
    -------
    TravelMatrix
        From all places to all destinations, marked as estimated. Inside an area the way is half the radius of a circle
        of its size (1 km where the size is not known), times the detour.

    Raises
    ------
    InputError
        Naming doubled or wrong places and options out of range.

    Notes
    -----
    Detour and speeds are assumptions of ours, to be shown wherever the minutes are; they replace no road network.

    Examples
    --------
    >>> import polars as pl
    >>> places = pl.DataFrame({"area": ["Kassel", "Göttingen"], "longitude": [9.49, 9.93], "latitude": [51.31, 51.53]})
    >>> travel = straight_line_travel(places)
    >>> travel.kilometres.round(1).tolist(), travel.estimated
    ([[1.3, 50.8], [50.8, 1.3]], True)
    """
    limits, pace = (np.array(part, dtype=float) for part in zip(*speeds, strict=True))
    if not detour >= 1 or (np.diff(limits) <= 0).any() or (pace <= 0).any() or np.isfinite(limits[-1]):
        raise InputError(
            Problem(f"detour {detour}, speeds {list(speeds)}",
                    expected="a detour of at least 1; rising kilometres up to infinity with speeds above 0")
        )  # fmt: skip
    codes, longitude, latitude = read_coordinates(places)
    goals, *to = (codes, longitude, latitude) if destinations is None else read_coordinates(destinations)
    kilometres = great_circle(longitude, latitude, to=(to[0], to[1]))
    radius = np.full(len(codes), 2.0)
    if "hectares" in places.columns:
        hectares = places["hectares"].cast(pl.Float64).to_numpy()
        radius = np.where(hectares > 0, np.sqrt(np.where(hectares > 0, hectares, 1.0) / 100 / np.pi), radius)
    column = {code: number for number, code in enumerate(goals)}
    for row, code in enumerate(codes):
        if code in column:
            kilometres[row, column[code]] = _WITHIN * radius[row]
    kilometres *= detour
    starts = np.concatenate([[0.0], limits[:-1]])
    minutes = np.zeros_like(kilometres)
    for start, end, speed in zip(starts, limits, pace, strict=True):
        minutes += (np.clip(kilometres, start, end) - start) / speed * 60
    return TravelMatrix(
        codes, goals, minutes, kilometres=kilometres, mode="car", estimated=True,
        source=f"estimate: straight line × {detour:g}, assumed speeds by length of the way",
    )  # fmt: skip


def read_coordinates(places: pl.DataFrame) -> tuple[list[str], Floats, Floats]:
    """Check a frame of places and take it apart.

    Parameters
    ----------
    places : polars.DataFrame
        ``area, longitude, latitude`` (degrees, WGS 84), n rows.

    Returns
    -------
    codes : list of str
    longitude, latitude : (n,) arrays

    Raises
    ------
    InputError
        Naming missing columns, degrees out of range and places given twice.

    Notes
    -----
    A check of input; there is no formula in it.

    Examples
    --------
    >>> import polars as pl
    >>> codes, longitude, _ = read_coordinates(pl.DataFrame({"area": ["x"], "longitude": [9.5], "latitude": [51.3]}))
    >>> codes, longitude.tolist()
    (['x'], [9.5])
    """
    missing = [name for name in ("area", "longitude", "latitude") if name not in places.columns]
    if missing:
        raise InputError(Problem("the column is missing", expected="area, longitude, latitude", column=name)
                         for name in missing)  # fmt: skip
    codes = places["area"].cast(pl.String).to_list()
    problems = []
    for name, limit in (("longitude", 180.0), ("latitude", 90.0)):
        wrong = ~places[name].cast(pl.Float64).is_between(-limit, limit).fill_null(value=False)
        problems += [Problem(f"the {name} is {places[name][row]}", expected=f"degrees from −{limit:g} to {limit:g}",
                             row=codes[row]) for row in wrong.arg_true().to_list()]  # fmt: skip
    twice = places.filter(pl.col("area").is_duplicated())["area"].cast(pl.String).unique().sort()
    problems += [Problem("the place is given twice", expected="each once", row=code) for code in twice]
    if problems:
        raise InputError(problems)
    return codes, places["longitude"].cast(pl.Float64).to_numpy(), places["latitude"].cast(pl.Float64).to_numpy()
