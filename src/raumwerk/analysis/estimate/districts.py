"""District flows without gaps: what is masked or not listed, put in within its bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.analysis._check import finite_array
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError, Problem
from raumwerk.tables.status import Status

__all__ = ["complete_flows"]

Floats = NDArray[np.float64]

_ROUNDS = 500
_SLACK = 1e-6  # of a joint bound, in persons


def complete_flows(flows: FlowMatrix, expected: Any, *, joint: pl.DataFrame | None = None) -> FlowMatrix:
    """Give every masked cell the value that a model expects, kept within its own and its joint bounds.

    Parameters
    ----------
    flows : FlowMatrix
        ``n`` areas; masked and unlisted cells carry bounds.
    expected : (n, n) array_like
        Flows that a model expects, in the unit of the flows, finite and not negative; used where a cell is masked.
    joint : polars.DataFrame, optional
        What is known of sums: ``group`` (any key), ``origin, destination`` (a cell of the group), ``lower, upper``
        (bounds of the sum over the masked cells of the group, the same in all its rows). A cell may be in many groups.

    Returns
    -------
    FlowMatrix
        The same, with masked cells filled and marked as estimated; their bounds stay.

    Raises
    ------
    InputError
        When a joint bound contradicts the bounds of its cells or another joint bound, or names a cell that is not
        masked.

    Notes
    -----
    Within a group all values are multiplied by one factor and cut at their bounds, group after group until all sums
    fit: proportional fitting with limits.

    Examples
    --------
    >>> import polars as pl
    >>> pairs = pl.DataFrame({"origin": ["a", "a", "b"], "destination": ["b", "c", "a"], "flow": [None, None, 5.0],
    ...                       "lower": [0.0, 0.0, 5.0], "upper": [9.0, 9.0, 5.0]})
    >>> joint = pl.DataFrame({"group": ["a out", "a out"], "origin": ["a", "a"], "destination": ["b", "c"],
    ...                       "lower": [12.0, 12.0], "upper": [12.0, 12.0]})
    >>> full = complete_flows(FlowMatrix.from_pairs(pairs), [[0, 6, 2], [5, 0, 0], [0, 0, 0]], joint=joint)
    >>> full.to_pairs()["value"].to_list()
    [9.0, 3.0, 5.0]
    """
    model = finite_array(expected, "the expected flow", shape=(len(flows), len(flows)))
    hidden = flows.is_masked
    low, high = flows.lower[hidden], flows.upper[hidden]
    # A tiny share of the room keeps cells alive that the model calls empty, should a joint bound need them.
    value = np.clip(np.maximum(model[flows.rows[hidden], flows.columns[hidden]], 1e-6 * high), low, high)
    if joint is not None and len(joint):
        _fit_groups(value, low, high, _groups(flows, joint))
    cells, status = flows.cells.copy(), flows.status.copy()
    cells[hidden], status[hidden] = value, tuple(Status).index(Status.ESTIMATED)
    return FlowMatrix(
        flows.codes, flows.rows, flows.columns, cells, flows.lower, flows.upper, status, flows.unit, flows.date
    )  # fmt: skip


_Group = tuple[str, NDArray[np.int64], float, float]


def _groups(flows: FlowMatrix, joint: pl.DataFrame) -> list[_Group]:
    """Each group's name, the places of its cells among the masked ones, and its bounds."""
    n = len(flows)
    missing = [name for name in ("group", "origin", "destination", "lower", "upper") if name not in joint.columns]
    if missing:
        raise InputError(
            Problem("the column is missing", expected="group, origin, destination, lower and upper", column=name)
            for name in missing
        )
    hidden = flows.is_masked
    keys = flows.rows[hidden] * n + flows.columns[hidden]
    index = pl.DataFrame({"code": pl.Series(flows.codes, dtype=pl.String), "at": np.arange(n)})
    table = joint.with_row_index("row").with_columns(pl.col("group").cast(pl.String))
    for side in ("origin", "destination"):
        table = table.join(
            index.rename({"code": side, "at": f"{side}_at"}), on=side, how="left", maintain_order="left"
        )  # fmt: skip
    wanted = (table["origin_at"].fill_null(-n) * n + table["destination_at"].fill_null(-1)).to_numpy()
    place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    found = (keys[place] == wanted) if len(keys) else np.zeros(len(wanted), dtype=bool)
    problems = [
        Problem(f"{table['origin'][row]} → {table['destination'][row]} is not a masked flow", row=row + 1,
                expected="cells whose value is not published", advice="Take listed flows off the sum.")
        for row in np.flatnonzero(~found).tolist()
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    table = table.with_columns(pl.Series("place", place))
    return [
        (str(name[0]), part["place"].to_numpy(), float(part["lower"][0]), float(part["upper"][0]))
        for name, part in table.group_by("group", maintain_order=True)
    ]


def _fit_groups(value: Floats, low: Floats, high: Floats, groups: list[_Group]) -> None:
    problems = [
        Problem(f"the cells of {name} hold {low[at].sum():g} to {high[at].sum():g} people together",
                expected=f"room for {lower:g} to {upper:g}", advice="Check the remainder or the listing threshold.")
        for name, at, lower, upper in groups
        if not (low[at].sum() <= upper + _SLACK and high[at].sum() >= lower - _SLACK and lower <= upper)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    for _ in range(_ROUNDS):
        missed = 0.0
        for _, at, lower, upper in groups:
            present = float(value[at].sum())
            target = min(max(present, lower), upper)
            if abs(present - target) > _SLACK:
                missed = max(missed, abs(present - target) / max(target, 1.0))
                value[at] = _scaled(value[at], low[at], high[at], target)
        if missed <= 1e-6:
            return
    raise InputError(
        Problem("the joint bounds of the masked flows contradict each other", expected="sums that can all be true",
                advice=f"After {_ROUNDS} rounds they still miss by {missed:.2%}; check the remainders.")
    )  # fmt: skip


def _scaled(value: Floats, low: Floats, high: Floats, target: float) -> Floats:
    """Multiply by one factor, cut at the bounds, such that the sum is the target."""
    bottom, top = 0.0, 1.0
    positive = np.maximum(value, 1e-12)
    while np.clip(top * positive, low, high).sum() < target and top < 1e15:
        top *= 4
    for _ in range(100):
        middle = (bottom + top) / 2
        if np.clip(middle * positive, low, high).sum() < target:
            bottom = middle
        else:
            top = middle
    return np.clip(top * positive, low, high)
