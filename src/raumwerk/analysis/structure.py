"""Economic structure: what an area lives on, how it differs from elsewhere, and why it grew or shrank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from raumwerk.analysis._check import number_columns
from raumwerk.errors import InputError, Problem

__all__ = ["ShiftShare", "location_quotients", "shift_share"]


def location_quotients(
    employment: pl.DataFrame,
    *,
    reference: Mapping[str, float] | None = None,
    totals: Mapping[str, float] | None = None,
    reference_total: float | None = None,
    area: str = "area",
    sector: str = "sector",
    value: str = "value",
) -> pl.DataFrame:
    r"""Location quotients: how many times more of a sector an area has than the reference.

    Parameters
    ----------
    employment : polars.DataFrame
        One row per area and sector; each pair once. Null where the value is masked or unknown.
    reference : mapping, optional
        Amount of each sector in the reference (e.g. the nation). Default: the sum of all areas given, possible only
        when no value is null.
    totals : mapping, optional
        Total of each area as published, e.g. where sectors are masked or overlap. Default: the sum of its sectors.
    reference_total : float, optional
        Total of the reference as published. Default: the sum of its sectors.
    area, sector, value : str
        Names of the columns.

    Returns
    -------
    polars.DataFrame
        The rows given, with ``share`` (of the sector in the area), ``reference_share`` and ``location_quotient``
        :math:`LQ_{ij} = (e_{ij}/e_j)/(e_i/e)`. Without published totals an area with a null value has null shares in
        all sectors, since its total is not known; where the reference has nothing of a sector the quotient is null.

    Raises
    ------
    InputError
        When a pair is given twice, a value is negative or not finite, or the reference lacks a sector.

    References
    ----------
    O. Farhauer, A. Kröll (2014): Standorttheorien, 2nd ed., chapter 10.2.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"area": ["a", "a", "b", "b"], "sector": ["C", "Q", "C", "Q"], "value": [30, 10, 10, 50]})
    >>> location_quotients(table)["location_quotient"].round(4).to_list()
    [1.875, 0.4167, 0.4167, 1.3889]
    """
    _check_table(employment, area=area, sector=sector, values=[value])
    sectors = employment[sector].unique(maintain_order=True).to_list()
    if reference is None:
        if employment[value].null_count():
            raise InputError(
                Problem("the table has unknown values, so the sum of all areas is not known",
                        expected="a reference", advice="Give the reference, e.g. the nation by sector.", column=value)
            )  # fmt: skip
        sums = employment.group_by(sector).agg(pl.col(value).sum())
        reference = dict(zip(sums[sector], sums[value].cast(pl.Float64), strict=True))
    lacking = [name for name in sectors if name not in reference]
    if lacking:
        raise InputError(Problem(f"the reference has no sector {name}", expected="all sectors") for name in lacking)
    if totals is not None and (
        missing := [name for name in employment[area].unique() if not 0 < (totals.get(name) or 0) < math.inf]
    ):
        raise InputError(
            Problem("the area has no total above 0", expected="a total for every area", row=name) for name in missing
        )
    bad = {name: amount for name, amount in reference.items() if not 0 <= amount < math.inf}
    if bad:
        raise InputError(
            Problem(f"the reference of sector {name} is {amount}", expected="a finite number of at least 0")
            for name, amount in bad.items()
        )
    whole = sum(reference.values()) if reference_total is None else reference_total
    if not 0 < whole < math.inf:
        raise InputError(Problem(f"the reference total is {whole}", expected="a number above 0"))
    shares = {name: amount / whole for name, amount in reference.items()}
    total = pl.when(pl.col(value).is_null().any().over(area)).then(None).otherwise(pl.col(value).sum().over(area))
    if totals is not None:
        total = pl.col(area).replace_strict(dict(totals), return_dtype=pl.Float64)
    return employment.with_columns(
        share=pl.when(total > 0).then(pl.col(value) / total),
        reference_share=pl.col(sector).replace_strict(shares, return_dtype=pl.Float64),
    ).with_columns(
        location_quotient=pl.when(pl.col("reference_share") > 0).then(pl.col("share") / pl.col("reference_share"))
    )


@dataclass(frozen=True, slots=True)
class ShiftShare:
    """Parts of the change of each area.

    Parameters
    ----------
    sectors : polars.DataFrame
        ``area, sector, change, national, mix, regional`` in the unit of the values.
    areas : polars.DataFrame
        The same summed over sectors, with ``mix_factor``, ``regional_factor`` and ``net_factor`` = mix × regional: the
        growth that the area's sectors had in the nation over the nation's growth (structure), the area's growth over
        the former (location), and the area's growth over the nation's.
    """

    sectors: pl.DataFrame
    areas: pl.DataFrame


def shift_share(
    table: pl.DataFrame,
    reference: pl.DataFrame,
    *,
    area: str = "area",
    sector: str = "sector",
    start: str = "start",
    end: str = "end",
) -> ShiftShare:
    r"""Shift-share analysis after Dunn: change = national growth + mix of sectors + what is special to the area.

    Parameters
    ----------
    table : polars.DataFrame
        One row per area and sector with the amounts at the start and at the end; no nulls.
    reference : polars.DataFrame
        One row per sector with the amounts of the nation at both times; all sectors of the table.
    area, sector, start, end : str
        Names of the columns.

    Returns
    -------
    ShiftShare
        With G the growth of the nation, :math:`G_i` of its sector, :math:`g_{ij}` of the sector in the area:
        national :math:`e_{ij} G`, mix :math:`e_{ij}(G_i - G)`, regional :math:`e_{ij}(g_{ij} - G_i)`; they sum to the
        change.

    Raises
    ------
    InputError
        When a pair is given twice, a value is null, negative or not finite, or a sector of the nation is missing or
        starts at 0.

    References
    ----------
    E. S. Dunn (1960): A statistical and analytical technique for regional analysis. Papers in Regional Science 6,
    97–112. K. Gerfin (1964): Gesamtwirtschaftliches Wachstum und regionale Entwicklung. Kyklos 17, 565–593 (factors).

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"area": "A", "sector": list("1234"), "start": [90, 20, 10, 60], "end": [100, 40, 10, 55]})
    >>> nation = pl.DataFrame({"sector": list("1234"), "start": [400, 150, 150, 400], "end": [440, 210, 135, 480]})
    >>> parts = shift_share(table, nation).areas
    >>> parts.select(pl.col("change", "national", "mix", "regional").round(9)).row(0)
    (25.0, 27.0, 1.0, -3.0)
    """
    _check_table(table, area=area, sector=sector, values=[start, end], known=True)
    _check_table(reference, area=None, sector=sector, values=[start, end], known=True)
    begins = dict(zip(reference[sector], reference[start], strict=True))
    lacking = [name for name in table[sector].unique(maintain_order=True) if not begins.get(name)]
    if lacking:
        raise InputError(
            Problem(f"the reference has no sector {name} that starts above 0", expected="all sectors of the table")
            for name in lacking
        )
    growth = float(reference[end].sum()) / float(reference[start].sum()) - 1
    nation = reference.select(sector, sector_growth=pl.col(end) / pl.col(start) - 1)
    joined = table.join(nation, on=sector, how="left", maintain_order="left")
    sectors = joined.select(
        pl.col(area).alias("area"),
        pl.col(sector).alias("sector"),
        change=(pl.col(end) - pl.col(start)).cast(pl.Float64),
        national=pl.col(start) * growth,
        mix=pl.col(start) * (pl.col("sector_growth") - growth),
        regional=pl.col(end) - pl.col(start) * (1 + pl.col("sector_growth")),
        _start=pl.col(start).cast(pl.Float64),
    )
    expected = pl.col("_start") + pl.col("national") + pl.col("mix")
    areas = (
        sectors.group_by("area", maintain_order=True)
        .agg(pl.col("change", "national", "mix", "regional", "_start").sum())
        .with_columns(
            mix_factor=_over(expected, pl.col("_start") + pl.col("national")),
            regional_factor=_over(pl.col("_start") + pl.col("change"), expected),
            net_factor=_over(pl.col("_start") + pl.col("change"), pl.col("_start") + pl.col("national")),
        )
    )
    return ShiftShare(sectors.drop("_start"), areas.drop("_start"))


def _over(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _check_table(
    table: pl.DataFrame, *, area: str | None, sector: str, values: Sequence[str], known: bool = False
) -> None:
    keys = [sector] if area is None else [area, sector]
    problems = [
        Problem("the column is missing", expected=f"one of {', '.join(table.columns)}", column=name)
        for name in (*keys, *values)
        if name not in table.columns
    ]
    problems += number_columns(table, list(values))
    if not problems and table.is_empty():
        problems.append(Problem("the table has no rows", expected="at least one sector"))
    if problems:
        raise InputError(problems)
    twice = table.select(keys).is_duplicated() & ~table.select(pl.struct(keys).is_first_distinct()).to_series()
    for row in twice.arg_true().to_list():
        problems.append(Problem(f"{' and '.join(map(str, table.select(keys).row(row)))} is given twice",
                                expected="each once", row=row + 1))  # fmt: skip
    for name in values:
        column = table[name].cast(pl.Float64, strict=False)
        bad = (column < 0) | ~column.is_finite()
        wrong = bad.fill_null(value=known) if known else bad.fill_null(value=False)
        for row in wrong.arg_true().to_list():
            problems.append(Problem(f"the value is {table[name][row]}", expected="a finite number of at least 0",
                                    row=row + 1, column=name))  # fmt: skip
    if problems:
        raise InputError(problems)
