"""A small store with real files and tables in the declared layouts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from raumwerk.store.layout import Store
from raumwerk.store.pointer import current_id
from raumwerk.store.raw import RawRecord, keep
from raumwerk.store.release import ReleaseWriter
from raumwerk.tables.schemas import FLOWS


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store").create()


@pytest.fixture
def kept(store: Store, tmp_path: Path) -> RawRecord:
    path = tmp_path / "flows.csv"
    path.write_bytes(b"05762;05774;5723\n")
    return keep(store, path, origin="https://example.org/flows.csv", source="made_up")


@pytest.fixture
def flows(kept: RawRecord) -> Callable[..., pl.DataFrame]:
    def build(value: float = 5723.0) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "origin": ["05762", "03159"],
                "destination": ["05774", "06611"],
                "period": ["2019-06-30"] * 2,
                "level": ["district"] * 2,
                "part": ["all"] * 2,
                "value": [float(value), None],
                "lower": [float(value), 0.0],
                "upper": [float(value), 9.0],
                "status": ["measured", "unlisted"],
                "file": [kept.sha256] * 2,
                "caveat": pl.Series([None, None], dtype=pl.String),
            }
        )

    return build


@pytest.fixture
def publish(store: Store, flows: Callable[..., pl.DataFrame]) -> Callable[..., str]:
    def run(value: float = 5723.0, *, base: str | None = "current") -> str:
        with ReleaseWriter(store, current_id(store) if base == "current" else base) as writer:
            writer.add(FLOWS, flows(value), inputs=["checked:flows"], step="merge")
            writer.describe(sources={"made_up": {"publisher": "Nobody", "licence": "dl-de/by-2-0"}})
            return writer.publish()

    return run
