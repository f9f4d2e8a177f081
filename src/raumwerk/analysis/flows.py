"""Commuter flows between areas as one sparse matrix that remembers what is masked and what is estimated.

Rows are areas of residence (origins), columns areas of the place of work (destinations); both sides share one sorted
list of codes, and the diagonal holds the people who work where they live. A pair that was never given is a zero; a
pair that its publisher suppressed is given with bounds and stays without a value through every sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from raumwerk.analysis._check import as_numbers
from raumwerk.analysis._flow_input import read_pairs
from raumwerk.analysis._status import status_column
from raumwerk.errors import InputError, Problem, UnknownCodeError
from raumwerk.tables.status import Status

__all__ = ["FlowMatrix", "bounded_fields"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_LEVELS = tuple(Status)
_ESTIMATED = _LEVELS.index(Status.ESTIMATED)
_MASKED = _LEVELS.index(Status.MASKED)  # this status and all less sure ones carry no value


@dataclass(frozen=True, eq=False)
class FlowMatrix:
    """Flows between ``n`` areas, origins × destinations.

    Build it with :meth:`from_pairs` or :meth:`from_dense`; the plain constructor trusts its arguments.

    Parameters
    ----------
    codes : tuple of str
        The ``n`` area codes, sorted; row ``i`` and column ``i`` belong to ``codes[i]``.
    rows, columns : (m,) int64 arrays
        Positions of the stored cells in ``codes``, sorted by row, then column, each pair once.
    cells : (m,) float64 array
        Value of each stored cell; where the value is masked, what is known of it: its lower bound, in a sum of cells
        the values of the others and the lower bounds of the masked ones.
    lower, upper : (m,) float64 arrays
        Smallest and largest possible value of each stored cell, in ``unit``.
    status : (m,) int8 array
        Position of each cell's status in :class:`raumwerk.tables.status.Status`.
    unit : str
        Unit of the flows.
    date : str, optional
        Reference date or period of the flows, as the source gives it (``2019-06-30``).

    Examples
    --------
    >>> import polars as pl
    >>> pairs = pl.DataFrame({"origin": ["a", "a", "b"], "destination": ["a", "b", "b"], "flow": [5, 2, 7]})
    >>> flows = FlowMatrix.from_pairs(pairs)
    >>> flows.codes
    ('a', 'b')
    >>> flows.values.toarray().tolist()
    [[5.0, 2.0], [0.0, 7.0]]
    """

    codes: tuple[str, ...]
    rows: Integers
    columns: Integers
    cells: Floats
    lower: Floats
    upper: Floats
    status: NDArray[np.int8]
    unit: str = "persons"
    date: str | None = None

    # ---------------------------------------------------------------- making one

    @classmethod
    def from_pairs(
        cls,
        frame: pl.DataFrame,
        *,
        origin: str = "origin",
        destination: str = "destination",
        flow: str = "flow",
        lower: str = "lower",
        upper: str = "upper",
        status: str = "status",
        codes: Iterable[str] | None = None,
        unit: str = "persons",
        date: str | None = None,
    ) -> FlowMatrix:
        """Build the matrix from one row per pair.

        Parameters
        ----------
        frame : polars.DataFrame
            One row for each pair; the columns named below. Rows may come in any order.
        origin, destination : str
            Columns with the codes of residence and place of work, as text.
        flow : str
            Column with the flow, in ``unit``; null where it is masked.
        lower, upper : str
            Columns with the bounds; may be missing when no flow is null. A bound that is null equals the flow.
        status : str
            Column with the status (values of :class:`~raumwerk.tables.status.Status`); when it is missing, a flow is
            measured, and a null flow is masked.
        codes : iterable of str, optional
            All areas, also those without any flow; a pair with another code is then an error. Default: the codes
            that occur in the pairs.
        unit, date : str
            Carried along.

        Returns
        -------
        FlowMatrix
            Rows and columns in the order of the sorted codes. Measured zeros are not stored; every other given cell is.

        Raises
        ------
        InputError
            With every problem found: a missing column, no rows, a code that is no text or not in ``codes``, a flow
            that is negative, not finite or outside its bounds, a null flow without bounds, a pair given twice. Rows
            are counted from 1.

        Examples
        --------
        >>> import polars as pl
        >>> pairs = pl.DataFrame({"origin": ["a", "a"], "destination": ["a", "b"], "flow": [7, None],
        ...                       "lower": [7, 1], "upper": [7, 9]})
        >>> FlowMatrix.from_pairs(pairs)
        <FlowMatrix 2 areas, 2 pairs, 1 masked, persons, undated>
        """
        names = {"origin": origin, "destination": destination, "flow": flow,
                 "lower": lower, "upper": upper, "status": status}  # fmt: skip
        pairs = read_pairs(frame, names, None if codes is None else sorted(set(codes)))
        return cls(*pairs, unit=unit, date=date)

    @classmethod
    def from_dense(
        cls, values: Any, codes: Sequence[str], *, unit: str = "persons", date: str | None = None
    ) -> FlowMatrix:
        """Build the matrix from a full array of measured flows.

        Parameters
        ----------
        values : (n, n) array_like
            Flows, origins in rows, finite and not negative.
        codes : sequence of str
            ``n`` different codes in the order of the rows; they are sorted with their rows and columns.
        unit, date : str
            Carried along.

        Returns
        -------
        FlowMatrix
            Rows and columns in the order of the sorted codes.

        Raises
        ------
        InputError
            When shape, codes or values do not fit.

        Examples
        --------
        >>> FlowMatrix.from_dense([[1, 2], [3, 4]], ["b", "a"]).values.toarray().tolist()
        [[4.0, 3.0], [2.0, 1.0]]
        """
        array = as_numbers(values, "the flows")
        names = np.asarray(codes, dtype=object)
        if array.shape != (len(names), len(names)):
            raise InputError(
                Problem(f"the flows have the shape {array.shape}", expected=f"{len(names)} × {len(names)}")
            )
        no_text = [code for code in codes if not isinstance(code, str)]
        if no_text:
            raise InputError(
                Problem(f"the code {no_text[0]!r} is no text", expected="text, so that no leading zero is lost")
            )
        rows, columns = np.nonzero(array != 0)
        frame = pl.DataFrame(
            {"origin": names[rows].tolist(), "destination": names[columns].tolist(), "flow": array[rows, columns]},
            schema={"origin": pl.String, "destination": pl.String, "flow": pl.Float64},
        )
        if len(set(codes)) != len(codes):
            raise InputError(Problem("a code is given twice in codes", expected="each area once"))
        return cls.from_pairs(frame, codes=list(codes), unit=unit, date=date)

    # ---------------------------------------------------------------- looking at it

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        masked = self.masked_pairs
        hidden = f", {masked} masked" if masked else ""
        return f"<FlowMatrix {len(self)} areas, {len(self.cells)} pairs{hidden}, {self.unit}, {self.date or 'undated'}>"

    @cached_property
    def position(self) -> dict[str, int]:
        """Row and column of each code."""
        return {code: index for index, code in enumerate(self.codes)}

    @property
    def is_masked(self) -> NDArray[np.bool_]:
        """Whether each stored cell has no published value, shape (m,)."""
        return np.asarray(self.status >= _MASKED)

    @property
    def is_estimated(self) -> NDArray[np.bool_]:
        """Whether each stored cell comes from a model, shape (m,)."""
        return np.asarray(self.status == _ESTIMATED)

    @property
    def masked_pairs(self) -> int:
        """How many stored cells have no published value."""
        return int(self.is_masked.sum())

    @property
    def estimated_share(self) -> float:
        """Share of all people whose cells come from a model, 0 to 1; above 0 every result is an estimate."""
        total = self.total
        return float(self.cells[self.is_estimated].sum() / total) if total > 0 else 0.0

    @property
    def statuses(self) -> NDArray[np.int8]:
        """Status of every pair as an (n, n) array of positions in Status; a pair without a stored cell is measured."""
        full = np.zeros((len(self), len(self)), np.int8)
        full[self.rows, self.columns] = self.status
        return full

    @cached_property
    def values(self) -> csr_array:
        """Flows as an (n, n) CSR array; a masked cell counts with its lower bound."""
        return self._csr(self.cells)

    @cached_property
    def lower_values(self) -> csr_array:
        """Smallest possible flows as an (n, n) CSR array."""
        return self._csr(self.lower)

    @cached_property
    def upper_values(self) -> csr_array:
        """Largest possible flows as an (n, n) CSR array."""
        return self._csr(self.upper)

    @property
    def total(self) -> float:
        """Sum of all cells, masked ones with their lower bound, in ``unit``."""
        return float(self.cells.sum())

    def _csr(self, cells: Floats) -> csr_array:
        starts = np.searchsorted(self.rows, np.arange(len(self) + 1))
        return csr_array((cells.copy(), self.columns.copy(), starts), shape=(len(self), len(self)))

    def to_pairs(self) -> pl.DataFrame:
        """One row per stored cell: origin, destination, value (null where masked), lower, upper, status.

        Returns
        -------
        polars.DataFrame
            Sorted by origin and destination; zeros that were never given or were measured are left out.
        """
        codes = pl.Series(self.codes, dtype=pl.String)
        return pl.DataFrame(
            {
                "origin": codes.gather(pl.Series(self.rows)),
                "destination": codes.gather(pl.Series(self.columns)),
                **bounded_fields(self.cells, self.lower, self.upper, self.status),
            }
        )

    # ---------------------------------------------------------------- sums

    def residents(self) -> pl.DataFrame:
        """Employed people by area of residence: row sums with the diagonal. Frame as :meth:`outflow`."""
        return self._sums(self.rows, np.ones(len(self.cells), bool))

    def jobs(self) -> pl.DataFrame:
        """Employed people by area of work: column sums with the diagonal. Frame as :meth:`outflow`."""
        return self._sums(self.columns, np.ones(len(self.cells), bool))

    def outflow(self) -> pl.DataFrame:
        """People who leave their area for work: row sums without the diagonal.

        Returns
        -------
        polars.DataFrame
            ``area, value, lower, upper, status``, one row per code in order; the value is null as soon as one cell of
            the sum is masked, the status is that of the least sure cell.
        """
        return self._sums(self.rows, self.rows != self.columns)

    def inflow(self) -> pl.DataFrame:
        """People who come from another area: column sums without the diagonal. Frame as :meth:`outflow`."""
        return self._sums(self.columns, self.rows != self.columns)

    def internal(self) -> pl.DataFrame:
        """People who work in the area where they live: the diagonal. Frame as :meth:`outflow`."""
        return self._sums(self.rows, self.rows == self.columns)

    def _sums(self, group: Integers, chosen: NDArray[np.bool_]) -> pl.DataFrame:
        n = len(self)
        at = group[chosen]
        total, low, high = (
            np.bincount(at, weights=part[chosen], minlength=n).astype(float)
            for part in (self.cells, self.lower, self.upper)
        )
        status = np.zeros(n, np.int8)
        np.maximum.at(status, at, self.status[chosen])
        area = pl.Series(self.codes, dtype=pl.String)
        return pl.DataFrame({"area": area, **bounded_fields(total, low, high, status)})

    # ---------------------------------------------------------------- other levels, other areas

    def aggregate(self, groups: Mapping[str, str]) -> FlowMatrix:
        """Sum to larger areas.

        Parameters
        ----------
        groups : mapping
            From every code to the code of its larger area. More codes than needed may be given.

        Returns
        -------
        FlowMatrix
            Bounds are summed; a cell with a masked part is masked, with an estimated part estimated. What stays in
            the larger area is its diagonal, so the total is kept.

        Raises
        ------
        InputError
            Naming the codes that have no group.

        Examples
        --------
        >>> flows = FlowMatrix.from_dense([[5, 2, 1], [0, 7, 0], [3, 0, 4]], ["a", "b", "c"])
        >>> flows.aggregate({"a": "A", "b": "A", "c": "C"}).values.toarray().tolist()
        [[14.0, 1.0], [3.0, 4.0]]
        """
        target = self.labels(groups, what="group")
        names = sorted(set(target))
        place = {name: index for index, name in enumerate(names)}
        index = np.array([place[name] for name in target], dtype=np.int64)
        return self._regrouped(tuple(names), index[self.rows], index[self.columns])

    def _regrouped(self, names: tuple[str, ...], rows: Integers, columns: Integers) -> FlowMatrix:
        keys, inverse = np.unique(rows * len(names) + columns, return_inverse=True)
        cells, low, high = (
            np.bincount(inverse, weights=part, minlength=len(keys)).astype(float)
            for part in (self.cells, self.lower, self.upper)
        )
        status = np.zeros(len(keys), np.int8)
        np.maximum.at(status, inverse, self.status)
        rows, columns = np.divmod(keys, max(len(names), 1))
        return FlowMatrix(names, rows, columns, cells, low, high, status, self.unit, self.date)

    def select(self, codes: Iterable[str]) -> FlowMatrix:
        """Flows among some of the areas only; flows to all others are left out.

        Parameters
        ----------
        codes : iterable of str
            Areas of the matrix.

        Returns
        -------
        FlowMatrix

        Raises
        ------
        UnknownCodeError
            When a code is not in the matrix.
        InputError
            When no code is given.

        Examples
        --------
        >>> FlowMatrix.from_dense([[5, 2], [0, 7]], ["a", "b"]).select(["b"]).total
        7.0
        """
        wanted = sorted(set(codes))
        if not wanted:
            raise InputError(Problem("no area is selected", expected="at least one code of the matrix"))
        missing = [code for code in wanted if code not in self.position]
        if missing:
            raise UnknownCodeError(
                f"The flow matrix has no area {', '.join(missing[:10])}; use codes from its list of codes."
            )
        place = np.full(len(self), -1, dtype=np.int64)
        place[[self.position[code] for code in wanted]] = np.arange(len(wanted))
        kept = (place[self.rows] >= 0) & (place[self.columns] >= 0)
        return FlowMatrix(
            tuple(wanted), place[self.rows[kept]], place[self.columns[kept]],
            self.cells[kept], self.lower[kept], self.upper[kept], self.status[kept], self.unit, self.date,
        )  # fmt: skip

    def labels(self, mapping: Mapping[str, str], *, what: str) -> list[str]:
        """Label of each code, in order of ``codes``.

        Parameters
        ----------
        mapping : mapping
            From code to label.
        what : str
            What a label is, for the message.

        Returns
        -------
        list of str

        Raises
        ------
        InputError
            Naming the codes without a label.

        Examples
        --------
        >>> FlowMatrix.from_dense([[5, 2], [0, 7]], ["a", "b"]).labels({"a": "06", "b": "16"}, what="state")
        ['06', '16']
        """
        missing = [code for code in self.codes if mapping.get(code) is None]
        if missing:
            raise InputError(
                Problem(f"area {code} has no {what}", expected=f"a {what} for each of the {len(self)} areas",
                        advice="Add it to the mapping, or leave the area out with select().", row=code)
                for code in missing
            )  # fmt: skip
        odd = [code for code in self.codes if not isinstance(mapping[code], str)]
        if odd:
            raise InputError(
                Problem(f"the {what} of area {code} is {mapping[code]!r}", expected="text", row=code) for code in odd
            )
        return [mapping[code] for code in self.codes]


def bounded_fields(value: Floats, lower: Floats, upper: Floats, status: NDArray[np.int8]) -> dict[str, pl.Series]:
    """Columns ``value`` (null where the status hides it), ``lower``, ``upper`` and ``status`` of a frame.

    Parameters
    ----------
    value, lower, upper : (m,) arrays
        In one unit.
    status : (m,) int8 array
        Positions in :class:`~raumwerk.tables.status.Status`.

    Returns
    -------
    dict
        Four series of length m.

    Raises
    ------
    InputError
        When lengths differ or a status is unknown.

    Notes
    -----
    See docs/decisions/0002-bounds-travel.md.

    Examples
    --------
    >>> import numpy as np
    >>> found = bounded_fields(np.array([5.0]), np.array([5.0]), np.array([5.0]), np.zeros(1, np.int8))
    >>> found["value"].to_list(), found["status"].to_list()
    ([5.0], ['measured'])
    """
    if not len(value) == len(lower) == len(upper) == len(status):
        raise InputError(
            Problem(f"there are {len(value)} values, {len(lower)} lower and {len(upper)} upper bounds, "
                    f"{len(status)} times a status", expected="as many of each")
        )  # fmt: skip
    if len(status) and not 0 <= status.min() <= status.max() < len(_LEVELS):
        raise InputError(Problem(f"a status is {status.max()}", expected=f"a position from 0 to {len(_LEVELS) - 1}"))
    known = pl.Series(status < _MASKED)
    return {
        "value": pl.select(pl.when(known).then(pl.Series(value))).to_series(),
        "lower": pl.Series(lower),
        "upper": pl.Series(upper),
        "status": status_column(status),
    }
