"""Places in a ranking that do not pretend to be surer than the figures."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["Place", "place_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """Between which places the area stands among ``of`` areas, largest value first; equal when nothing is in doubt."""

    best: int
    worst: int
    of: int

    @property
    def sure(self) -> bool:
        """Whether there is one place only."""
        return self.best == self.worst


def place_of(atlas: AtlasRelease, rows: pl.DataFrame, area: str, level: str) -> Place | None:
    """Place of ``area`` among the inhabited areas of its level in ``rows`` (area, level, value, lower, upper).

    A value that is only known within bounds may stand above or below every other whose interval meets its own. None
    where the area has no closed interval, or nobody to compare with.
    """
    inhabited = [key for key, each in atlas.areas.items() if each.inhabited and each.level == level]
    peers = rows.filter((pl.col("level") == level) & pl.col("area").is_in(inhabited)).select(
        "area",
        pl.coalesce("value", "lower").alias("low"),
        pl.coalesce("value", "upper").alias("high"),
    )
    known = peers.drop_nulls()
    own = known.filter(pl.col("area") == area)
    if len(own) != 1 or len(known) < 2:
        return None
    _key, low, high = own.row(0)
    others = known.filter(pl.col("area") != area)
    above = others.filter(pl.col("low") > high).height
    possibly = others.filter(pl.col("high") > low).height
    return Place(1 + above, 1 + possibly, len(known))
