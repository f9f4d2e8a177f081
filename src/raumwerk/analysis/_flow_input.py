"""The door of :class:`raumwerk.analysis.flows.FlowMatrix`: everything wrong with a table of pairs, in one error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.errors import InputError, Problem
from raumwerk.tables.status import Status

__all__ = ["Pairs", "read_pairs"]

_LEVELS = [status.value for status in Status]
_MASKED = _LEVELS.index(Status.MASKED)

#: codes, rows, columns, cells, lower, upper, status: the fields of a FlowMatrix
Pairs = tuple[
    tuple[str, ...],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.int8],
]


def read_pairs(frame: pl.DataFrame, names: Mapping[str, str], codes: Sequence[str] | None) -> Pairs:
    """Check a table of pairs and return the fields of a FlowMatrix.

    Parameters
    ----------
    frame : polars.DataFrame
    names : mapping
        Column of each role: origin, destination, flow, lower, upper, status; the last three may be absent from frame.
    codes : sequence of str or None
        Sorted closed list of codes, or None for those that occur.

    Raises
    ------
    InputError
        With every problem found.
    """
    _need_columns(frame, names)
    if codes is None:
        both = pl.concat([frame[names["origin"]].rename("code"), frame[names["destination"]].rename("code")])
        codes = both.drop_nulls().unique().sort().to_list()
    index = {role: _positions(frame[names[role]], codes) for role in ("origin", "destination")}
    flow, lower, upper, status = _numbers(frame, names)
    problems = _code_problems(frame, names, index)
    problems += _number_problems(names, flow, lower, upper, status)
    rows, columns = index["origin"], index["destination"]
    keys = rows * len(codes) + columns
    order = np.argsort(keys, kind="stable")
    problems += _doubled(frame, names, keys, order, (rows >= 0) & (columns >= 0))
    if problems:
        raise InputError(problems)
    hidden = status >= _MASKED
    cells = np.where(hidden, lower, flow)
    # A measured zero says the same as no row at all; anything else that is zero may still be something else.
    kept = order[~((cells == 0) & (upper == 0) & (status == 0))[order]]
    return tuple(codes), rows[kept], columns[kept], cells[kept], lower[kept], upper[kept], status[kept].astype(np.int8)


def _need_columns(frame: pl.DataFrame, names: Mapping[str, str]) -> None:
    problems = [
        Problem(f"column {names[role]} is missing", expected=f"the {role} of each pair", column=names[role],
                advice=f"The table has the columns {', '.join(frame.columns)}.")
        for role in ("origin", "destination", "flow")
        if names[role] not in frame.columns
    ]  # fmt: skip
    problems += [
        Problem(f"the codes are of type {frame.schema[names[role]]}", expected="text, so that no leading zero is lost",
                column=names[role], advice="Read the column as text.")
        for role in ("origin", "destination")
        if names[role] in frame.columns
        and frame.schema[names[role]] not in (pl.String, pl.Categorical, pl.Null)
        and not isinstance(frame.schema[names[role]], pl.Enum)
    ]  # fmt: skip
    problems += [
        Problem(f"the column is of type {frame.schema[names[role]]}", expected="numbers", column=names[role])
        for role in ("flow", "lower", "upper")
        if names[role] in frame.columns
        and not frame.schema[names[role]].is_numeric()
        and frame.schema[names[role]] != pl.Null
    ]
    if not problems and frame.is_empty():
        problems.append(Problem("the table has no flows", expected="at least one pair"))
    if problems:
        raise InputError(problems)


def _positions(column: pl.Series, codes: Sequence[str]) -> NDArray[np.int64]:
    """Position of each code, -1 where it is null or not in the list."""
    lookup = pl.Enum(codes) if codes else pl.String
    physical = column.cast(pl.String).cast(lookup, strict=False)
    if not codes:
        return np.full(len(column), -1, dtype=np.int64)
    return physical.to_physical().cast(pl.Int64).fill_null(-1).to_numpy().copy()


def _numbers(frame: pl.DataFrame, names: Mapping[str, str]) -> tuple[NDArray[Any], ...]:
    """Flow, lower, upper (NaN where absent) and status codes (127 where the text is no status)."""
    flow = frame[names["flow"]].cast(pl.Float64)
    known = set(frame.columns)
    bounds = [frame[names[role]].cast(pl.Float64) if names[role] in known else flow for role in ("lower", "upper")]
    lower, upper = (pl.select(pl.coalesce(bound, flow)).to_series() for bound in bounds)
    if names["status"] in known:
        text = frame[names["status"]].cast(pl.String)
        given = text.cast(pl.Enum(_LEVELS), strict=False).to_physical().cast(pl.Int64)
        status = pl.select(pl.when(text.is_null()).then(None).otherwise(given.fill_null(127))).to_series()
    else:
        status = pl.Series([None], dtype=pl.Int64).extend_constant(None, len(frame) - 1)
    default = pl.select(pl.when(flow.is_null()).then(_MASKED).otherwise(0)).to_series()
    status = pl.select(pl.coalesce(status, default)).to_series()
    arrays = [series.fill_null(float("nan")).to_numpy() for series in (flow, lower, upper)]
    # polars keeps null apart from NaN; a NaN that was given is no masked value and must be told apart here
    arrays[0] = np.where(flow.is_null().to_numpy(), np.nan, np.where(np.isnan(arrays[0]), np.inf, arrays[0]))
    return (*arrays, status.cast(pl.Int64).to_numpy())


def _code_problems(
    frame: pl.DataFrame, names: Mapping[str, str], index: Mapping[str, NDArray[np.int64]]
) -> list[Problem]:
    problems: list[Problem] = []
    for role in ("origin", "destination"):
        column = frame[names[role]]
        for row in np.flatnonzero(index[role] < 0).tolist():
            code = column[row]
            what = "the code is absent" if code is None else f"code {code!r} is unknown"
            expected = "the code of an area as text" if code is None else "a code of the given list"
            problems.append(Problem(what, expected=expected, row=row + 1, column=names[role]))
        for row in (column.cast(pl.String) == "").fill_null(value=False).arg_true().to_list():
            problems.append(Problem("the code is empty", expected="text", row=row + 1, column=names[role]))
    return problems


def _number_problems(
    names: Mapping[str, str],
    flow: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    status: NDArray[np.int64],
) -> list[Problem]:
    absent = np.isnan(flow)
    hidden = (status >= _MASKED) & (status < len(_LEVELS))
    unbounded = ~np.isfinite(lower) | ~np.isfinite(upper)
    with np.errstate(invalid="ignore"):
        rules = (
            (np.isinf(flow), "flow", "the flow is not a finite number", "a finite number"),
            (flow < 0, "flow", "the flow is negative", "0 or more"),
            (absent & ~hidden, "flow", "the flow is absent", "a number, or a status that says it is masked"),
            (~absent & hidden, "flow", "a masked pair has a value", "no value, only bounds"),
            (unbounded & ~np.isinf(flow), "lower", "the bounds are absent or not finite", "finite lower and upper"),
            ((lower < 0) & ~(flow < 0), "lower", "the lower bound is negative", "0 or more"),
            (lower > upper, "lower", "the lower bound is above the upper one", "lower ≤ upper"),
            ((flow < lower) | (flow > upper), "flow", "the flow is outside its bounds", "lower ≤ flow ≤ upper"),
            (status >= len(_LEVELS), "status", "the status is not known", f"one of {', '.join(_LEVELS)}"),
        )  # fmt: skip
    return [
        Problem(what, expected=expected, row=row + 1, column=names[role])
        for wrong, role, what, expected in rules
        for row in np.flatnonzero(wrong).tolist()
    ]


def _doubled(
    frame: pl.DataFrame,
    names: Mapping[str, str],
    keys: NDArray[np.int64],
    order: NDArray[np.int64],
    known: NDArray[np.bool_],
) -> list[Problem]:
    again = np.flatnonzero((np.diff(keys[order]) == 0) & known[order[1:]])
    problems = []
    for place in again.tolist():
        first, row = int(order[place]), int(order[place + 1])
        pair = f"{frame[names['origin']][row]} → {frame[names['destination']][row]}"
        problems.append(
            Problem(f"the pair {pair} is already in row {first + 1}", expected="each pair once", row=row + 1,
                    advice="Sum the rows, or keep the right one.")
        )  # fmt: skip
    return problems
