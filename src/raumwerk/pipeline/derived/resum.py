"""District figures of an earlier territory, summed anew from the municipalities that the district has today.

A district that gave a municipality away and kept its key shows a change that never took place: the people are counted
in it before and in its neighbour after. Where a count is known for all municipalities of today, their sum is the figure
to compare with; the published one is kept beside it. Rates, and counts that no municipality has, stay as they were
published and carry the caveat of :mod:`raumwerk.pipeline.derived.territory`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from raumwerk.pipeline.derived.file_sets import FileSets
from raumwerk.pipeline.derived.rollup import differing, sums_of_municipalities
from raumwerk.pipeline.derived.territory import MINIMUM_SHARE, summed_key
from raumwerk.tables.keys import Level
from raumwerk.tables.status import Status

__all__ = ["Resummed", "resum"]

_KEY = ["measure", "area", "period"]
#: Sums serve where the two sources agree in this share of the state's districts whose territory did not change.
_AGREE = 0.9


@dataclass(frozen=True, slots=True)
class Resummed:
    """What :func:`resum` gives.

    Attributes
    ----------
    observations : DataFrame
        The table with the sums. Where the municipalities come from several files the district has no row at all: the
        indicators sum it and name every file.
    replaced : DataFrame
        The rows as they were published.
    """

    observations: pl.DataFrame
    replaced: pl.DataFrame


def resum(
    observations: pl.DataFrame, old: pl.DataFrame, areas: pl.DataFrame, measures: Mapping[str, Mapping[str, Any]]
) -> Resummed:
    """Put sums of municipalities in the place of district figures that refer to an earlier territory.

    Only figures that are apart from their sum are replaced. A sum serves where its source agrees with that of the
    districts in the rest of the state: another revision or another way of counting would only trade one break for
    another. It is an estimate, and says so, where a municipality was divided; then it takes the place of the published
    figure only where the shift is worth a warning.

    Parameters
    ----------
    observations : DataFrame
        Table ``observations`` on the keys of today, one row for each measure, area and period.
    old : DataFrame
        ``file``, ``period``, ``area`` of such figures, and whether the shift is ``worth`` a warning:
        :func:`raumwerk.pipeline.derived.territory.outdated`.
    areas : DataFrame
        Released table ``areas``.
    measures : mapping
        Catalogue entries; ``aggregate`` says whether a measure may be summed.

    Returns
    -------
    Resummed
    """
    marks = old.group_by("file", "period", "area").agg(pl.col("worth").any())
    asked = observations.join(marks, on=["file", "period", "area"])
    if asked.is_empty():
        return Resummed(observations, asked.select(observations.columns))
    states = asked.select("measure", "period", pl.col("area").str.slice(0, 2).alias("state")).unique()
    near = observations.with_columns(pl.col("area").str.slice(0, 2).alias("state")).join(
        states, on=["measure", "period", "state"], how="semi"
    )
    files = FileSets(near["file"].unique().sort().to_list())
    sums = sums_of_municipalities(near.drop("state"), areas, measures, files)
    sums = sums.filter(pl.col("value").is_not_null()).join(_agreed(near, asked, sums, areas), on=_KEY)
    chosen = sums.join(_apart(asked, sums, areas), on=_KEY, how="semi")
    replaced = asked.join(chosen, on=_KEY, how="semi").select(observations.columns).sort(_KEY)
    kept = observations.join(replaced.select(_KEY), on=_KEY, how="anti", maintain_order="left")
    return Resummed(pl.concat([kept, _rows(chosen, files, observations.schema)]), replaced)


def _apart(asked: pl.DataFrame, sums: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Keys of published figures that their sum contradicts; an estimate, whose bounds are wide, by its value."""
    judged = differing(asked, sums, _tree(areas), 0)
    estimated = pl.col("status_sum").cast(pl.String) == Status.ESTIMATED.value
    far = pl.col("worth") & (pl.col("gap") > MINIMUM_SHARE)
    return judged.filter(pl.when(estimated).then(far).otherwise("differs")).select(_KEY)


def _agreed(near: pl.DataFrame, asked: pl.DataFrame, sums: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Keys of ``asked`` for which districts of the state that did not change agree with their municipalities."""
    districts = near.filter(pl.col("area").str.len_chars() == 5)
    judged = differing(districts.join(asked.select(_KEY), on=_KEY, how="anti"), sums, _tree(areas))
    agreed = judged.group_by("measure", "period", "state").agg((~pl.col("differs")).mean().alias("agree"))
    placed = asked.select(*_KEY, pl.col("area").str.slice(0, 2).alias("state"))
    return placed.join(agreed, on=["measure", "period", "state"]).filter(pl.col("agree") >= _AGREE).select(_KEY)


def _tree(areas: pl.DataFrame) -> pl.DataFrame:
    """Municipalities with the districts they are part of."""
    municipalities = areas.filter(pl.col("level") == Level.MUNICIPALITY.value)
    return municipalities.select("area", pl.col("area").str.slice(0, 5).alias("parent"))


def _rows(sums: pl.DataFrame, files: FileSets, schema: pl.Schema) -> pl.DataFrame:
    """Rows of the sums whose parts come from one file, with the caveat that tells of them."""
    listed = sums.with_columns(files.decode(sums["fs"]).alias("files"))
    one = listed.filter(pl.col("files").list.len() == 1).with_columns(pl.col("files").list.first().alias("file"))
    keys = {area: summed_key(area) for area in one["area"].unique()}
    caveat = pl.coalesce("caveat", pl.col("area").replace_strict(keys, return_dtype=pl.String, default=None))
    return one.with_columns(caveat).select(schema.names()).cast(schema).sort(_KEY)
