"""Names for regions that nobody has named yet."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from raumwerk.analysis._check import numbers_of
from raumwerk.analysis.regions._labels import encode
from raumwerk.errors import InputError, Problem

__all__ = ["name_regions"]


def name_regions(
    partition: Mapping[str, str], names: Mapping[str, str], jobs: Mapping[str, float], *, second_share: float = 0.5
) -> pl.DataFrame:
    """Name each region after its area with most jobs, and after the next one too when that is nearly as large.

    Parameters
    ----------
    partition : mapping
        Region of each area.
    names : mapping
        Name of each area.
    jobs : mapping
        Jobs of each area, at least 0.
    second_share : float
        From which share of the largest area's jobs (above 0, up to 1) the second is named as well.

    Returns
    -------
    polars.DataFrame
        ``region, name, centre, second_centre, jobs``, sorted by region; the second is null when it is not named.
        Among ties the lower code is the centre. Doubled names get the code of their centre added.

    Raises
    ------
    InputError
        When an area has no name or no number of jobs, or ``second_share`` is out of range.

    Notes
    -----
    Our own rule, after the habit of naming labour-market regions by their centres; no published source was found.

    Examples
    --------
    >>> found = name_regions({"1": "R", "2": "R", "3": "S"}, {"1": "Aachen", "2": "Brand", "3": "Celle"},
    ...                      {"1": 100, "2": 60, "3": 10})
    >>> found.select("region", "name").rows()
    [('R', 'Aachen – Brand'), ('S', 'Celle')]
    """
    if not 0 < second_share <= 1:
        raise InputError(Problem(f"second_share is {second_share}", expected="a share above 0 and up to 1"))
    codes = sorted(partition)
    if not codes:
        raise InputError(Problem("the partition is empty", expected="at least one area"))
    encode(partition, codes)
    unnamed = [code for code in codes if not names.get(code)]
    if unnamed:
        raise InputError(Problem("area has no name", expected="a name for every area", row=code) for code in unnamed)
    frame = pl.DataFrame(
        {
            "area": codes,
            "region": [partition[code] for code in codes],
            "label": [names[code] for code in codes],
            "jobs": numbers_of(jobs, codes, what="number of jobs"),
        },
        schema_overrides={"area": pl.String, "region": pl.String, "label": pl.String},
    ).sort(["region", "jobs", "area"], descending=[False, True, False])
    grouped = frame.group_by("region", maintain_order=True).agg(
        pl.col("label").first(), centre=pl.col("area").first(), top=pl.col("jobs").first(),
        next_label=pl.col("label").slice(1, 1).first(), next_area=pl.col("area").slice(1, 1).first(),
        next_jobs=pl.col("jobs").slice(1, 1).first(), jobs=pl.col("jobs").sum(),
    )  # fmt: skip
    both = (pl.col("next_jobs") >= second_share * pl.col("top")) & (pl.col("next_jobs") > 0)
    named = grouped.with_columns(
        second_centre=pl.when(both).then("next_area"),
        name=pl.when(both).then(pl.col("label") + " – " + pl.col("next_label")).otherwise("label"),
    )
    twice = pl.len().over("name") > 1
    named = named.with_columns(
        name=pl.when(twice).then(pl.col("name") + " (" + pl.col("centre") + ")").otherwise("name")
    )
    return named.select("region", "name", "centre", "second_centre", "jobs").sort("region")
