"""A travel matrix given as a file: what another program or an agency computed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from raumwerk.analysis.straight_line import read_coordinates
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.pipeline.plain_tables import once, read_table

__all__ = ["MatrixFile", "read_matrix"]


@dataclass(frozen=True)
class MatrixFile:
    """Travel provider that takes every way from a file.

    Parameters
    ----------
    path : Path
        csv or Parquet with ``origin, destination, minutes, kilometres``; a pair that is not listed has no way.
    """

    path: Path

    def travel(self, origins: pl.DataFrame, destinations: pl.DataFrame) -> TravelMatrix:
        """Ways between places of the file; MissingError names places that it does not have."""
        codes = [read_coordinates(places)[0] for places in (origins, destinations)]
        return read_matrix(self.path, kilometres="kilometres").select(origins=codes[0], destinations=codes[1])


def read_matrix(path: Path, *, minutes: str | None = "minutes", kilometres: str | None = None) -> TravelMatrix:
    """Travel times or distances, one row per pair.

    Parameters
    ----------
    path : Path
        csv or Parquet with ``origin, destination`` and the named columns.
    minutes, kilometres : str, optional
        Columns; where only kilometres are asked for, they also stand for the minutes.

    Returns
    -------
    TravelMatrix
        A pair that is not listed has no way.

    Raises
    ------
    MissingError
        When there is no such file.
    InputError
        Naming missing columns, cells that are no number of at least 0, and pairs given twice.
    """
    columns = [name for name in (minutes, kilometres) if name is not None]
    frame = read_table(path, texts=["origin", "destination"], numbers=columns).drop_nulls()
    once(path, frame, ["origin", "destination"])
    origins, destinations = (frame[name].unique().sort().to_list() for name in ("origin", "destination"))
    row, column = (
        frame[name].replace_strict({code: i for i, code in enumerate(codes)}, return_dtype=pl.Int64).to_numpy()
        for name, codes in (("origin", origins), ("destination", destinations))
    )
    cells = {}
    for name in columns:
        cells[name] = np.full((len(origins), len(destinations)), np.inf)
        cells[name][row, column] = frame[name].to_numpy()
    return TravelMatrix(
        origins, destinations, cells[columns[0]], kilometres=None if kilometres is None else cells[kilometres],
        mode="as given", source=path.name,
    )  # fmt: skip
