"""What the printed totals of a commuter workbook leave for its masked cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.sources._commuter_sheet import PARTS

__all__ = ["bound_masked"]

_DIGITS = (5, 3, 2)  # digits of districts (as groups of municipalities), government regions, states
_NATION, _EVERYWHERE = 0, 1  # take the place of the digits for totals of the nation and of all countries
_MEMBERS = ("group", "nation", "total")
_KINDS = {"nation": _NATION, "other_nation": _NATION, "total": _EVERYWHERE, "other_total": _EVERYWHERE}
_Numbers = npt.NDArray[np.float64]
_Keys = npt.NDArray[np.int64]


def bound_masked(rows: pl.DataFrame, *, file: str) -> pl.DataFrame:
    """Give every masked cell the upper bound that its row and the totals above it leave.

    A masked cell lies between 0 and what its total leaves beside the listed rows, and is no higher than the whole of
    its own row. No narrower range is assumed, because masking may be secondary.

    Parameters
    ----------
    rows : polars.DataFrame
        One row for each printed row: ``sheet``, ``row``, ``direction``, ``area``, ``partner``, ``kind`` and
        persons of each part, null where masked.
    file : str
        Name for messages.

    Returns
    -------
    polars.DataFrame
        With ``<part>_upper`` (persons) for each part.

    Raises
    ------
    InputError
        When listed rows hold more people than their total.
    """
    table = _Table(rows)
    beside = table.left_over(file)
    upper = np.where(np.isnan(table.counts), table.counts[:, :1], table.counts)
    pairs = np.flatnonzero((table.kind == "pair") & table.open)
    others = np.flatnonzero((table.kind != "pair") & table.open)
    for listed, digits, keys, left in beside:
        if listed == "pair":
            upper[pairs] = np.fmin(upper[pairs], _look_up(keys, left, table.group_of(pairs, digits)))
        upper[others] = np.fmin(upper[others], _look_up(keys, left, table.own_group[others]))
    upper = np.where(np.isnan(table.counts), upper, table.counts)
    upper[:, 1:] = np.fmin(upper[:, 1:], upper[:, :1])  # a part is no larger than the whole, itself perhaps masked
    return rows.with_columns(
        pl.Series(f"{part}_upper", upper[:, column]).fill_nan(None) for column, part in enumerate(PARTS)
    )


class _Table:
    """The rows as arrays, with a whole number as key of each group: text keys would make this slow."""

    def __init__(self, rows: pl.DataFrame) -> None:
        digits = pl.col("partner").str.len_chars()
        code = pl.when(digits < 9).then(pl.col("partner").cast(pl.Int64, strict=False)).otherwise(None).fill_null(0)
        keys = rows.select(
            "kind",
            code.alias("code"),
            pl.struct("sheet", "area").rle_id().cast(pl.Int64).alias("block"),
            pl.col("kind").replace_strict(_KINDS, default=digits, return_dtype=pl.Int64).alias("digits"),
        )
        self.rows = rows
        self.counts: _Numbers = rows.select(*PARTS).to_numpy(writable=True)
        self.open = np.isnan(self.counts).any(axis=1)
        self.kind = keys["kind"].to_numpy()
        self.block, self.code, self.digits = (keys[name].to_numpy() for name in ("block", "code", "digits"))
        regions = self.code[(self.kind == "group") & (self.digits == 3)]
        #: States printed with one government region xx0, whatever the third digit of their districts is (07, 14)
        self.undivided = np.setdiff1d(regions // 10, regions[regions % 10 != 0] // 10)
        whole = np.where(self.digits < min(_DIGITS), 0, self.code)
        self.own_group: _Keys = self.block * 10**10 + self.digits * 10**9 + whole

    def group_of(self, index: npt.NDArray[np.intp], digits: int) -> _Keys:
        """Key of the group of so many digits in which the partners of these rows lie."""
        base = self.block[index] * 10**10 + digits * 10**9
        if digits < min(_DIGITS):
            return np.asarray(base)
        code = self.code[index] // 10 ** (self.digits[index] - digits)
        if digits == 3:
            code = np.where(np.isin(code // 10, self.undivided), code // 10 * 10, code)
        return np.asarray(base + code)

    def left_over(self, file: str) -> list[tuple[str, int, _Keys, _Numbers]]:
        """What each printed total leaves beside the listed pairs, and beside the rows one level below it.

        Returns
        -------
        list of (kind of the listed rows, digits of the totals, their keys in order, people left of each part)
        """
        pair, group = self.kind == "pair", self.kind == "group"
        width = int(self.digits[pair].max(initial=0))
        sums = [("pair", pair, digits) for digits in (*_DIGITS, _NATION) if digits < width]
        below = {3: group & (self.digits == 5), 2: group & (self.digits == 3), _NATION: group & (self.digits == 2)}
        sums += [("group", listed, digits) for digits, listed in below.items()]
        sums.append(("group", below[_NATION] | (self.kind == "country"), _EVERYWHERE))
        wholes = np.flatnonzero(np.isin(self.kind, _MEMBERS))
        wholes = wholes[np.argsort(self.own_group[wholes], kind="stable")]
        found = [(kind, digits, *self._left(np.flatnonzero(rows), digits, wholes, file)) for kind, rows, digits in sums]
        return [(kind, digits, keys, left) for kind, digits, keys, left in found if keys.size]

    def _left(
        self, listed: npt.NDArray[np.intp], digits: int, wholes: npt.NDArray[np.intp], file: str
    ) -> tuple[_Keys, _Numbers]:
        keys, inverse = np.unique(self.group_of(listed, digits), return_inverse=True)
        counts = np.nan_to_num(self.counts[listed])
        sums = np.stack([np.bincount(inverse, column, keys.size) for column in counts.T], axis=1)
        at = np.searchsorted(self.own_group[wholes], keys)
        known = at < wholes.size
        known[known] = self.own_group[wholes[at[known]]] == keys[known]
        whole = wholes[at[known]]
        left = self.counts[whole] - sums[known]
        if (left < 0).any():
            raise InputError(self._overfull(whole, left, file))
        return keys[known], left

    def _overfull(self, whole: npt.NDArray[np.intp], left: _Numbers, file: str) -> list[Problem]:
        problems = []
        for position, column in zip(*np.nonzero(left < 0), strict=True):
            row = self.rows.row(int(whole[position]), named=True)
            excess = -left[position, column]
            problems.append(
                Problem(
                    f"{row['area']}, {row['label']}: the rows it sums hold {excess:g} people more",
                    "an unchanged workbook", "Download it again.",
                    file=file, sheet=row["sheet"], row=row["row"], column=list(PARTS.values())[column][0],
                )
            )  # fmt: skip
        return problems


def _look_up(keys: _Keys, left: _Numbers, wanted: _Keys) -> _Numbers:
    """People left under each wanted key; NaN where no such total is printed."""
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.where((keys[at] == wanted)[:, None], left[at], np.nan)
