"""The places between which flows are estimated: checked, put in order, and coarse where they are far away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import number_in
from raumwerk.errors import InputError, Problem, UnknownCodeError

__all__ = ["Places", "great_circle", "read_places"]

Floats = NDArray[np.float64]

_EARTH = 6371.0088  # mean radius in km (IUGG)
_NUMBERS = {"residents": (0.0, np.inf), "jobs": (0.0, np.inf), "longitude": (-180.0, 180.0), "latitude": (-90.0, 90.0)}


@dataclass(frozen=True, eq=False)
class Places:
    """Municipalities, sorted by district and area, as arrays of length ``n``.

    ``area`` and ``district`` codes, ``residents`` employed people who live there, ``jobs`` employed people who work
    there, ``longitude`` and ``latitude`` in degrees, ``internal`` people who do both (NaN where not known), ``inside``
    whether flows of the single place are wanted.
    """

    area: NDArray[np.str_]
    district: NDArray[np.str_]
    residents: Floats
    jobs: Floats
    longitude: Floats
    latitude: Floats
    internal: Floats
    inside: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.area)

    def distance(self) -> Floats:
        """Great-circle distances in km, (n, n)."""
        return great_circle(self.longitude, self.latitude)

    def coarsened(self, *, near: float) -> Places:
        """Whole districts in place of the outside ones that lie farther than ``near`` km from every inside place.

        A district's centre is that of its people, residents and jobs alike; its code takes the place of the area's.

        Parameters
        ----------
        near : float
            Kilometres, at least 0.

        Returns
        -------
        Places

        Raises
        ------
        InputError
            When the distance is negative or not finite.

        Examples
        --------
        >>> towns = pl.DataFrame({"area": ["a1", "b1", "b2"], "district": ["a", "b", "b"], "residents": [9, 5, 5],
        ...                       "jobs": [9, 5, 5], "longitude": [9.0, 12.0, 12.2], "latitude": [51.0, 51.0, 51.0]})
        >>> read_places(towns, region=["a"]).coarsened(near=50).area.tolist()
        ['a1', 'b']
        """
        number_in(near, "near", 0.0)
        if self.inside.all():
            return self
        gap = great_circle(self.longitude, self.latitude, to=(self.longitude[self.inside], self.latitude[self.inside]))
        codes, index = np.unique(self.district, return_inverse=True)
        nearest = np.full(len(codes), np.inf)
        np.minimum.at(nearest, index, gap.min(axis=1))
        coarse = (nearest > near)[index] & ~self.inside
        key = np.where(coarse, self.district, self.area)
        _, first, group = np.unique(
            np.char.add(np.char.add(self.district, "|"), key), return_index=True, return_inverse=True
        )
        weight = self.residents + self.jobs + 1e-9
        total = _sums(group, weight)

        def centre(values: Floats) -> Floats:
            return _sums(group, values * weight) / total

        return Places(
            key[first], self.district[first],
            _sums(group, self.residents), _sums(group, self.jobs),
            centre(self.longitude), centre(self.latitude), self.internal[first], self.inside[first],
        )  # fmt: skip


def read_places(frame: pl.DataFrame, *, region: Iterable[str] | None) -> Places:
    """Check a frame of municipalities.

    Parameters
    ----------
    frame : polars.DataFrame
        ``area, district`` (text), ``residents, jobs`` (persons), ``longitude, latitude`` (degrees), optionally
        ``internal`` (persons, null where not known).
    region : iterable of str or None
        Districts whose municipalities are wanted one by one; None for all.

    Returns
    -------
    Places
        Sorted by district and area.

    Raises
    ------
    InputError
        With every problem: missing columns, doubled areas, values that are absent, negative or out of range.
    UnknownCodeError
        When a district of the region has no municipality.

    Notes
    -----
    A check of input; there is no formula in it.

    Examples
    --------
    >>> import polars as pl
    >>> towns = pl.DataFrame({"area": ["b1", "a1"], "district": ["b", "a"], "residents": [10, 20], "jobs": [5, 25],
    ...                       "longitude": [9.0, 9.5], "latitude": [51.0, 51.5]})
    >>> places = read_places(towns, region=["a"])
    >>> places.area.tolist(), places.inside.tolist()
    (['a1', 'b1'], [True, False])
    """
    text, numbers = ("area", "district"), tuple(_NUMBERS)
    missing = [name for name in (*text, *numbers) if name not in frame.columns]
    if missing:
        raise InputError(Problem("a column is missing", expected="text" if name in text else "numbers", column=name)
                         for name in missing)  # fmt: skip
    optional = pl.col("internal") if "internal" in frame.columns else pl.lit(None)
    table = frame.select(
        *[pl.col(name).cast(pl.String) for name in text],
        *[pl.col(name).cast(pl.Float64) for name in numbers],
        optional.cast(pl.Float64).alias("internal"),
    )
    problems = _problems(table)
    if problems:
        raise InputError(problems)
    table = table.sort("district", "area")
    district = table["district"].to_numpy().astype(str)
    wanted = set(district.tolist()) if region is None else set(region)
    unknown = wanted - set(district.tolist())
    if unknown or not wanted:
        raise UnknownCodeError(
            f"No municipality is given for district {', '.join(sorted(unknown)) or '(none asked for)'}."
        )
    residents, jobs, longitude, latitude = (table[name].to_numpy() for name in numbers)
    internal = table["internal"].fill_null(float("nan")).to_numpy()
    inside = np.isin(district, sorted(wanted))
    return Places(
        table["area"].to_numpy().astype(str), district, residents, jobs, longitude, latitude, internal, inside
    )  # fmt: skip


def _sums(group: NDArray[np.int64], values: Floats) -> Floats:
    return np.bincount(group, weights=values).astype(float)


def _problems(table: pl.DataFrame) -> list[Problem]:
    rules = [(pl.col(name).is_null(), name, "the code is absent", "text") for name in ("area", "district")]
    rules.append((pl.col("area").is_duplicated(), "area", "the area is given twice", "each area once"))
    for name, (low, high) in _NUMBERS.items():
        column = pl.col(name)
        wrong = column.is_null() | ~column.is_finite() | (column < low) | (column > high)
        rules.append((wrong, name, "the value does not fit", f"a number from {low:g} to {high:g}"))
    most = pl.min_horizontal("residents", "jobs")
    outside = ~pl.col("internal").is_finite() | (pl.col("internal") < 0) | (pl.col("internal") > most)
    rules.append((outside & pl.col("internal").is_not_null(), "internal", "the value does not fit",
                  "between 0 and the smaller of residents and jobs"))  # fmt: skip
    if table.is_empty():
        return [Problem("there are no municipalities", expected="at least one")]
    return [
        Problem(f"{what} ({table['area'][row]})", expected=expected, row=row + 1, column=name)
        for wrong, name, what, expected in rules
        for row in table.select(wrong.fill_null(value=False).alias("wrong"))["wrong"].arg_true().to_list()
    ]


def great_circle(longitude: Floats, latitude: Floats, *, to: tuple[Floats, Floats] | None = None) -> Floats:
    """Distances on the sphere in km by the haversine formula.

    Parameters
    ----------
    longitude, latitude : (n,) arrays
        Degrees.
    to : pair of (m,) arrays, optional
        Longitudes and latitudes of other places; default the same.

    Returns
    -------
    (n, m) array

    Raises
    ------
    InputError
        When degrees are out of range, or longitudes and latitudes are not as many.

    References
    ----------
    R. W. Sinnott (1984): Virtues of the haversine. Sky and Telescope 68 (2), 159. Mean radius of the earth: IUGG.

    Examples
    --------
    >>> import numpy as np
    >>> float(great_circle(np.array([0.0]), np.array([0.0]), to=(np.array([0.0]), np.array([1.0]))).round(3)[0, 0])
    111.195
    """
    for ends in ((longitude, latitude), *(() if to is None else (to,))):
        if np.shape(ends[0]) != np.shape(ends[1]):
            raise InputError(Problem("longitudes and latitudes do not go together", expected="as many of each"))
        for degrees, most, name in zip(ends, (180.0, 90.0), ("longitude", "latitude"), strict=True):
            wrong = np.flatnonzero(~(np.abs(degrees) <= most))
            if len(wrong):
                what = f"the {name} is {degrees[wrong[0]]}"
                raise InputError(Problem(what, expected=f"degrees from -{most:g} to {most:g}", row=int(wrong[0]) + 1))
    lon, lat = np.radians(longitude), np.radians(latitude)
    other_lon, other_lat = (lon, lat) if to is None else (np.radians(to[0]), np.radians(to[1]))
    half = np.sin((lat[:, None] - other_lat) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(other_lat) * np.sin((lon[:, None] - other_lon) / 2) ** 2
    return np.asarray(2 * _EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
