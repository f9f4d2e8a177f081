"""Real matrices for the tests of interaction models; each is skipped with a reason where the files are absent."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from raumwerk.analysis.flows import FlowMatrix

settings.register_profile("analysis", deadline=None)  # the machine may be shared
settings.load_profile("analysis")

_ROOT = Path(__file__).parents[2]


class Austria(NamedTuple):
    """Migration between the nine states of Austria (Dennett 2012)."""

    flows: FlowMatrix
    cost: NDArray[np.float64]
    origin_size: NDArray[np.float64]
    destination_size: NDArray[np.float64]


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Path of an official file in the shared folder, or a skip."""
    folder = Path(os.environ.get("RAUMWERK_SHARED_DATA", _ROOT.parent / "shared" / "data"))

    def find(name: str) -> Path:
        if not (folder / name).exists():
            pytest.skip(f"{name} is not in {folder}; set RAUMWERK_SHARED_DATA")
        return folder / name

    return find


@pytest.fixture(scope="session")
def austria(shared: Callable[[str], Path]) -> Austria:
    pairs = pl.read_csv(shared("spatial_interaction/austria_od_72pairs.csv"))
    flows = FlowMatrix.from_pairs(pairs, origin="o", destination="d", flow="f")
    n = len(flows)
    cost, out, into = np.zeros((n, n)), np.zeros(n), np.zeros(n)
    for row in pairs.iter_rows(named=True):
        i, j = flows.position[row["o"]], flows.position[row["d"]]
        cost[i, j], out[i], into[j] = row["dij"], row["o_var"], row["d_var"]
    return Austria(flows, cost, out, into)
