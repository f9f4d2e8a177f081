"""Agreement with a regional plan: its centres and areas against practice, modelled regions and hubs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions.nodal import nodal_hierarchy
from raumwerk.errors import InputError, Problem

__all__ = ["DESIGNATION_COLUMNS", "LEVELS", "HierarchyAgreement", "check_designations", "designated",
           "hierarchy_agreement", "hub_agreement", "measured_levels"]  # fmt: skip

#: Levels of German central places, from the lowest to the highest.
LEVELS = ("none", "GZ", "MZ", "OZ")

#: A designation says which area a plan gives which category, where the plan says so, and in which version.
DESIGNATION_COLUMNS = ("area", "category", "plan", "paragraph", "date")


@dataclass(frozen=True, slots=True)
class HierarchyAgreement:
    """Hierarchy of centres in the plan against that in practice.

    Parameters
    ----------
    matrix : polars.DataFrame
        ``planned, measured, areas, weight``: every combination that occurs.
    differing : polars.DataFrame
        ``area, planned, measured, steps``: areas where both differ; steps above 0: higher in practice than in the plan.
    agreement : float
        Share of the areas where both are the same.
    kappa : float
        Cohen's kappa with quadratic weights: 1 full agreement, 0 as by chance; 1 when there is one single level.
    """

    matrix: pl.DataFrame
    differing: pl.DataFrame
    agreement: float
    kappa: float


def check_designations(layer: pl.DataFrame) -> pl.DataFrame:
    """Check a layer of designations (central places, axes, priority areas) of one or more versions of a plan.

    Parameters
    ----------
    layer : polars.DataFrame
        ``area, category, plan, paragraph, date`` (of the version, YYYY-MM-DD), all text; an area may have several
        categories.

    Returns
    -------
    polars.DataFrame
        The same rows, sorted.

    Raises
    ------
    InputError
        Naming missing columns, empty cells, dates of another form and doubled rows.

    Notes
    -----
    A check of input; there is no formula in it.

    Examples
    --------
    >>> import polars as pl
    >>> layer = pl.DataFrame({"area": ["x"], "category": ["MZ"], "plan": ["RROP"], "paragraph": ["2.2 03"],
    ...                       "date": ["2019-05-01"]})
    >>> check_designations(layer).height
    1
    """
    missing = [name for name in DESIGNATION_COLUMNS if name not in layer.columns]
    if missing:
        raise InputError(Problem("the column is missing", expected=", ".join(DESIGNATION_COLUMNS), column=name)
                         for name in missing)  # fmt: skip
    table = layer.select(pl.col(name).cast(pl.String) for name in DESIGNATION_COLUMNS)
    problems = []
    for name in DESIGNATION_COLUMNS:
        for row in (table[name].is_null() | (table[name].str.strip_chars() == "")).arg_true().to_list():
            problems.append(Problem("the cell is empty", expected="text", row=row + 1, column=name))
    strange = table["date"].str.to_date("%Y-%m-%d", strict=False).is_null() & table["date"].is_not_null()
    for row in strange.arg_true().to_list():
        problems.append(
            Problem(f"the date is {table['date'][row]!r}", expected="YYYY-MM-DD", row=row + 1, column="date")
        )
    key = ["area", "category", "plan", "date"]
    twice = table.select(key).is_duplicated() & ~table.select(pl.struct(key).is_first_distinct()).to_series()
    for row in twice.arg_true().to_list():
        problems.append(Problem("the designation is given twice", expected="each once", row=row + 1))
    if problems:
        raise InputError(problems)
    return table.sort(DESIGNATION_COLUMNS)


def designated(layer: pl.DataFrame, category: str, *, on: str) -> pl.DataFrame:
    """Areas of a category in the versions that are valid on a day: of each plan the latest not after it.

    Parameters
    ----------
    layer : polars.DataFrame
        As :func:`check_designations`.
    category : str
    on : str
        YYYY-MM-DD.

    Returns
    -------
    polars.DataFrame
        ``area, category, plan, paragraph, date``; empty when the plans give the category to nobody.

    Raises
    ------
    InputError
        When the layer is wrong or no version is valid on that day.

    Notes
    -----
    A selection: of each plan the latest version that is not after the day.

    Examples
    --------
    >>> import polars as pl
    >>> layer = pl.DataFrame({"area": ["x", "y"], "category": ["MZ", "MZ"], "plan": ["P", "P"],
    ...                       "paragraph": ["1", "1"], "date": ["2010-01-01", "2020-01-01"]})
    >>> designated(layer, "MZ", on="2015-06-30")["area"].to_list()
    ['x']
    """
    table = check_designations(layer)
    try:
        date.fromisoformat(on)
    except ValueError:
        raise InputError(Problem(f"the day is {on!r}", expected="YYYY-MM-DD")) from None
    valid = table.filter(pl.col("date") <= on)
    if valid.is_empty():
        raise InputError(
            Problem(f"no version of a plan is valid on {on}", expected="a day on or after the first version")
        )
    latest = valid.filter(pl.col("date") == pl.col("date").max().over("plan"))
    return latest.filter(pl.col("category") == category)


def hierarchy_agreement(
    planned: Mapping[str, str],
    measured: Mapping[str, str],
    *,
    levels: Sequence[str] = LEVELS,
    weights: Mapping[str, float] | None = None,
) -> HierarchyAgreement:
    """Hold the plan's hierarchy of central places against the hierarchy that flows show.

    Parameters
    ----------
    planned, measured : mapping
        Level of each area; the same areas.
    levels : sequence of str
        From the lowest to the highest.
    weights : mapping, optional
        Weight of each area in the matrix (e.g. people); default 1.

    Returns
    -------
    HierarchyAgreement

    Raises
    ------
    InputError
        When areas differ, a level is unknown or nothing is given.

    References
    ----------
    J. Cohen (1968): Weighted kappa. Psychological Bulletin 70, 213–220.

    Examples
    --------
    >>> found = hierarchy_agreement({"a": "OZ", "b": "MZ", "c": "GZ"}, {"a": "OZ", "b": "MZ", "c": "MZ"})
    >>> found.differing.rows(), round(found.kappa, 3)
    ([('c', 'GZ', 'MZ', 1)], 0.667)
    """
    place = _places(levels)
    codes = sorted(set(planned) | set(measured))
    problems = [
        Problem(f"the {name} level is {values.get(code)!r}", expected=f"one of {', '.join(levels)}", row=code)
        for name, values in (("planned", planned), ("measured", measured))
        for code in codes
        if values.get(code) not in place
    ]
    problems += [
        Problem(f"the weight is {weights.get(code)}", expected="a finite number of at least 0", row=code)
        for code in codes
        if weights is not None and not 0 <= _number(weights.get(code)) < math.inf
    ]
    if problems or not codes:
        raise InputError(problems or Problem("no area is given", expected="at least one area"))
    frame = pl.DataFrame(
        {"area": codes, "planned": [planned[code] for code in codes], "measured": [measured[code] for code in codes],
         "weight": [float((weights or {}).get(code, 1.0 if weights is None else 0.0)) for code in codes]}
    ).with_columns(
        steps=pl.col("measured").replace_strict(place, return_dtype=pl.Int64)
        - pl.col("planned").replace_strict(place, return_dtype=pl.Int64)
    )  # fmt: skip
    matrix = frame.group_by("planned", "measured").agg(areas=pl.len().cast(pl.Int64), weight=pl.col("weight").sum())
    order = pl.col("planned", "measured").replace_strict(place, return_dtype=pl.Int64)
    return HierarchyAgreement(
        matrix.sort(order),
        frame.filter(pl.col("steps") != 0).select("area", "planned", "measured", "steps"),
        float((frame["steps"] == 0).sum() / len(frame)),
        _kappa([place[planned[code]] for code in codes], [place[measured[code]] for code in codes]),
    )


def measured_levels(flows: FlowMatrix, planned: Mapping[str, str], *, levels: Sequence[str] = LEVELS) -> dict[str, str]:
    """Level of each area by what flows show, with as many areas of each level as the plan has.

    Areas are put in the order of the people they draw from other areas, by which Nystuen and Dacey rank centres; the
    first ones get the highest level, as many as the plan gives it to, the next ones the level below, and so on. So a
    difference to the plan is one of who, not of how many.

    Parameters
    ----------
    flows : FlowMatrix
        n areas; masked pairs count with their lower bound.
    planned : mapping
        Level of each of these areas in the plan; more areas may be given.
    levels : sequence of str
        From the lowest to the highest.

    Returns
    -------
    dict
        Level of each area, for :func:`hierarchy_agreement`; among areas that draw alike the lower code comes first.

    Raises
    ------
    InputError
        When an area has no level or an unknown one, or a level is given twice.

    References
    ----------
    J. Nystuen, M. Dacey (1961): A graph theory interpretation of nodal regions. Papers in Regional Science 7, 29–42
        (order of centres by total inflow). Taking the numbers of the plan is our own.

    Examples
    --------
    >>> flows = FlowMatrix.from_dense([[0, 9, 2], [4, 0, 8], [5, 20, 0]], ["a", "b", "c"])
    >>> measured_levels(flows, {"a": "MZ", "b": "GZ", "c": "none"})
    {'b': 'MZ', 'c': 'GZ', 'a': 'none'}
    """
    place = _places(levels)
    wrong = [code for code in flows.codes if planned.get(code) not in place]
    if wrong:
        raise InputError(
            Problem(f"the planned level is {planned.get(code)!r}", expected=f"one of {', '.join(levels)}", row=code)
            for code in wrong
        )
    drawn = nodal_hierarchy(flows).sort(["inflow", "area"], descending=[True, False])["area"].to_list()
    ranks = sorted((planned[code] for code in drawn), key=place.__getitem__, reverse=True)
    return dict(zip(drawn, ranks, strict=True))


def _places(levels: Sequence[str]) -> dict[str, int]:
    if not levels or len(set(levels)) < len(levels):
        raise InputError(Problem(f"the levels are {', '.join(levels) or 'none'}", expected="each level once"))
    return {level: index for index, level in enumerate(levels)}


def hub_agreement(hubs: Mapping[str, float], centres: Iterable[str]) -> tuple[pl.DataFrame, float]:
    """How much of what modelled hubs achieve lies in designated centres.

    Parameters
    ----------
    hubs : mapping
        What each hub achieves (e.g. kilometres saved), at least 0, not all 0.
    centres : iterable of str
        Designated areas.

    Returns
    -------
    frame : polars.DataFrame
        ``hub, value, designated``, the greatest value first.
    share : float
        Share of the value in designated centres.

    Raises
    ------
    InputError
        When there is no hub or a value is bad.

    Notes
    -----
    Our own measure; no published source was found.

    Examples
    --------
    >>> hub_agreement({"a": 60, "b": 40}, ["a", "c"])[1]
    0.6
    """
    bad = {code: value for code, value in hubs.items() if not 0 <= _number(value) < math.inf}
    if bad or not sum(hubs.values()):
        raise InputError(
            [Problem(f"the value is {value}", expected="a finite number of at least 0", row=code)
             for code, value in bad.items()]
            or Problem("no hub achieves anything", expected="at least one value above 0")
        )  # fmt: skip
    known = set(centres)
    frame = pl.DataFrame(
        {"hub": list(hubs), "value": [float(value) for value in hubs.values()],
         "designated": [code in known for code in hubs]},
        schema={"hub": pl.String, "value": pl.Float64, "designated": pl.Boolean},
    ).sort(["value", "hub"], descending=[True, False])  # fmt: skip
    return frame, sum(value for code, value in hubs.items() if code in known) / sum(hubs.values())


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _kappa(one: list[int], other: list[int]) -> float:
    n = len(one)
    observed = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / n
    expected = sum((a - b) ** 2 for a in one for b in other) / n**2
    return 1.0 if expected == 0 else 1 - observed / expected
