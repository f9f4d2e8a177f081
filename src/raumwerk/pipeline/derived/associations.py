"""INKAR's associations of municipalities, found in today's register by their members.

INKAR numbers associations in its own way and on the areas of its edition. A figure of such an association can be shown
where an association of today has exactly the same municipalities; elsewhere its members are no longer together, and the
figure is left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from raumwerk.tables.keys import Level

__all__ = ["SCHEME", "Placed", "place"]

#: Scheme in table classes that names the association of every municipality.
SCHEME = "inkar_association"
#: INKAR's associations as the readers write them: nine digits, ``09`` after the district; official keys have no 09.
_INKAR_KEY = r"^\d{5}09\d{2}$"


@dataclass(frozen=True)
class Placed:
    """Observations with official keys of associations.

    Attributes
    ----------
    observations : polars.DataFrame
    left_out : list of str
        Keys of associations that have no equal today.
    """

    observations: pl.DataFrame
    left_out: list[str]


def place(observations: pl.DataFrame, classes: pl.DataFrame, areas: pl.DataFrame) -> Placed:
    """Replace INKAR's keys of associations by those of the register.

    Parameters
    ----------
    observations : polars.DataFrame
        Rows of table observations.
    classes : polars.DataFrame
        Table classes on the boundaries' keys with scheme :data:`SCHEME`.
    areas : polars.DataFrame
        Released areas; ``association`` names the association of each municipality.
    """
    theirs = pl.col("area").str.contains(_INKAR_KEY)
    own = observations.filter(theirs)
    if own.is_empty():
        return Placed(observations, [])
    members = classes.filter((pl.col("scheme") == SCHEME) & pl.col("code").str.contains(_INKAR_KEY))
    old = members.group_by("code").agg(pl.col("area").unique().sort().alias("members"))
    places = areas.filter((pl.col("level") == Level.MUNICIPALITY.value) & pl.col("association").is_not_null())
    new = places.group_by("association").agg(pl.col("area").unique().sort().alias("members"))
    same = (
        old.with_columns(pl.col("members").list.join(" "))
        .join(new.with_columns(pl.col("members").list.join(" ")), on="members")
        .select(pl.col("code").alias("area"), pl.col("association").alias("official"))
    )
    moved = own.join(same, on="area").with_columns(pl.col("official").alias("area")).select(observations.columns)
    lost = own.join(same, on="area", how="anti")["area"].unique().sort().to_list()
    return Placed(pl.concat([observations.filter(~theirs), moved]), lost)
