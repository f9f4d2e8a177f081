"""Travel times between places, however they were found: the one thing access, hubs and scenarios ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raumwerk.analysis._check import as_numbers
from raumwerk.errors import InputError, Problem, UnknownCodeError

__all__ = ["TravelMatrix"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Minutes, and where known kilometres, from n origins to m destinations.

    Parameters
    ----------
    origins, destinations : sequence of str
        Codes, each once; n and m of them.
    minutes : (n, m) array_like
        At least 0; ``inf`` where there is no way.
    kilometres : (n, m) array_like, optional
        At least 0; ``inf`` where there is no way.
    mode : str
        What travels, e.g. ``car`` or ``public transport``.
    source : str
        Where the minutes come from, shown wherever they are used.
    estimated : bool
        Whether the minutes are a declared estimate, such as a straight line with a detour factor.

    Raises
    ------
    InputError
        When shapes do not fit, codes are doubled, or a cell is negative or not a number.

    Examples
    --------
    >>> travel = TravelMatrix(["a", "b"], ["h"], [[5], [20]], mode="car", source="counted by hand")
    >>> travel.minutes.tolist()
    [[5.0], [20.0]]
    """

    origins: Sequence[str]
    destinations: Sequence[str]
    minutes: Any
    kilometres: Any = None
    mode: str = "car"
    source: str = ""
    estimated: bool = False

    def __post_init__(self) -> None:
        problems = []
        for name in ("origins", "destinations"):
            codes = tuple(getattr(self, name))
            object.__setattr__(self, name, codes)
            doubled = sorted(code for code, times in Counter(codes).items() if times > 1)
            problems += [Problem(f"{code} is given twice", expected="each place once", column=name) for code in doubled]
        shape = (len(self.origins), len(self.destinations))
        for name in ("minutes", "kilometres"):
            if (given := getattr(self, name)) is None:
                continue
            cells = as_numbers(given, f"the {name}").copy()
            object.__setattr__(self, name, cells)
            if cells.shape != shape:
                problems.append(
                    Problem(f"the {name} have the shape {cells.shape}", expected=f"{shape[0]} × {shape[1]}")
                )
                continue
            problems += [
                Problem(f"{name} are {cells[i, j]}", expected="a number of at least 0, inf where there is no way",
                        row=str(self.origins[i]), column=str(self.destinations[j]))
                for i, j in np.argwhere(~(cells >= 0))
            ]  # fmt: skip
            cells.setflags(write=False)
        if problems:
            raise InputError(problems)

    @cached_property
    def origin_position(self) -> dict[str, int]:
        """Row of each origin."""
        return {code: index for index, code in enumerate(self.origins)}

    @cached_property
    def destination_position(self) -> dict[str, int]:
        """Column of each destination."""
        return {code: index for index, code in enumerate(self.destinations)}

    def select(
        self, *, origins: Sequence[str] | None = None, destinations: Sequence[str] | None = None
    ) -> TravelMatrix:
        """Some of the places only, in the order given.

        Parameters
        ----------
        origins, destinations : sequence of str, optional
            Default: all.

        Returns
        -------
        TravelMatrix

        Raises
        ------
        UnknownCodeError
            When a place is not in the matrix.

        Examples
        --------
        >>> TravelMatrix(["a", "b"], ["h"], [[5], [20]]).select(origins=["b"]).minutes.tolist()
        [[20.0]]
        """
        kept = [
            list(old) if new is None else list(new)
            for old, new in ((self.origins, origins), (self.destinations, destinations))
        ]
        places = (self.origin_position, self.destination_position)
        missing = [code for codes, place in zip(kept, places, strict=True) for code in codes if code not in place]
        if missing:
            raise UnknownCodeError(f"There is no travel time for {', '.join(missing[:10])}; compute or load it first.")
        rows, columns = ([place[code] for code in codes] for codes, place in zip(kept, places, strict=True))
        cells = np.ix_(rows, columns)
        kilometres = None if self.kilometres is None else self.kilometres[cells]
        return replace(self, origins=kept[0], destinations=kept[1], minutes=self.minutes[cells], kilometres=kilometres)

    def within(self, sides: Mapping[str, str]) -> TravelMatrix:
        """The same with no way between places on different sides of a border (e.g. in different states).

        Parameters
        ----------
        sides : mapping
            Side of every origin and destination.

        Returns
        -------
        TravelMatrix

        Raises
        ------
        InputError
            Naming the places without a side.

        Examples
        --------
        >>> TravelMatrix(["a", "b"], ["h"], [[5], [20]]).within({"a": "06", "b": "16", "h": "06"}).minutes.tolist()
        [[5.0], [inf]]
        """
        missing = sorted({code for code in (*self.origins, *self.destinations) if sides.get(code) is None})
        if missing:
            raise InputError(Problem("the place has no side", expected="a side, e.g. a state", row=c) for c in missing)
        lives = np.array([sides[code] for code in self.origins], dtype=object)
        works = np.array([sides[code] for code in self.destinations], dtype=object)
        same = lives[:, None] == works[None, :]
        kilometres = None if self.kilometres is None else np.where(same, self.kilometres, np.inf)
        return replace(self, minutes=np.where(same, self.minutes, np.inf), kilometres=kilometres)
