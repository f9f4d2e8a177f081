"""Two releases of the made country; between them figures change, vanish and become later ones."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

_spec = importlib.util.spec_from_file_location("made_for_evidence", Path(__file__).parents[2] / "atlas" / "made.py")
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)
_indicators = made.indicators


def _revised(file):
    """91001 has more inhabitants in 2022 than was thought, 91002 is no longer published, 92001 is no longer masked."""
    rows = _indicators(file)
    share, people = pl.col("indicator") == "unemployment_share", pl.col("indicator") == "population"
    year = pl.col("period") == "2022"
    rows = rows.filter(~(share & (pl.col("area") == "91002")))
    corrected, shown = people & year & (pl.col("area") == "91001"), share & (pl.col("area") == "92001")
    numbers = [
        pl.when(corrected).then(4321.0).when(shown).then(5.5).otherwise(pl.col(name)).alias(name)
        for name in ("value", "lower", "upper")
    ]
    status = pl.when(shown).then(pl.lit("measured")).otherwise(pl.col("status")).alias("status")
    newer = rows.filter(people & year & (pl.col("area") == "92002")).with_columns(pl.lit("2023").alias("period"))
    return pl.concat([rows.with_columns(*numbers, status), newer])


@pytest.fixture(scope="session")
def _releases(tmp_path_factory):
    home = tmp_path_factory.mktemp("evidence-home")
    first = made.publish(home)
    before = tmp_path_factory.mktemp("evidence-before") / "home"
    shutil.copytree(home, before)
    made.indicators = _revised
    second = made.publish(home, note="revised")
    made.indicators = _indicators
    return before, home, first, second


@pytest.fixture
def atlas(_releases, settings, tmp_path, monkeypatch):
    """The store as it is before the second release; ``atlas.publish()`` brings it."""
    before, after, first, second = _releases
    home = tmp_path / "home"
    shutil.copytree(before, home)
    settings.HOME = home

    def publish():
        shutil.copytree(after / "store", home / "store", dirs_exist_ok=True)

    return SimpleNamespace(home=home, first=first, second=second, publish=publish)
