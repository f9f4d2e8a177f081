from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from raumwerk.analysis.flows import FlowMatrix

_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def delimitation() -> Path:
    shared = Path(os.environ.get("RAUMWERK_SHARED_DATA", _ROOT.parent / "shared" / "data"))
    folder = shared / "delimitation"
    if not folder.is_dir():
        pytest.skip(f"the official matrices are not at {folder}; set RAUMWERK_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def brindisi(delimitation: Path) -> FlowMatrix:
    pairs = pl.read_csv(delimitation / "brindisi" / "Brindisi_flows_2001.csv", infer_schema=False)
    names = {"origin": "community_live", "destination": "community_work", "flow": "amount"}
    return FlowMatrix.from_pairs(pairs.with_columns(pl.col("amount").cast(pl.Float64)), **names)


@pytest.fixture(scope="session")
def belgium(delimitation: Path) -> FlowMatrix:
    return _census(delimitation / "belgium_communes" / "be_commune_flows_census2011.csv.gz")


@pytest.fixture(scope="session")
def us_counties(delimitation: Path) -> FlowMatrix:
    return _census(delimitation / "us_counties" / "us_county_flows_acs_2016_2020.csv.gz")


def _census(path: Path) -> FlowMatrix:
    pairs = pl.read_csv(path, infer_schema=False).with_columns(pl.col("INCOMING_FLOW").cast(pl.Float64))
    return FlowMatrix.from_pairs(pairs, origin="NODE_2_CODE", destination="NODE_1_CODE", flow="INCOMING_FLOW")
