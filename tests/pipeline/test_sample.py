"""The made sample country: written in official layouts, read by the same importers, plainly marked as made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from raumwerk.pipeline.publishing import publish
from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.sample import load_sample, write_sample
from raumwerk.pipeline.sample.country import STATES, country
from raumwerk.pipeline.source import RawFile
from raumwerk.store import read
from raumwerk.store.layout import Store
from raumwerk.store.read import Release
from raumwerk.tables.schemas import spec_of


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, raw_file: Callable[[Path], RawFile]) -> list[RawFile]:
    return [raw_file(path) for path in write_sample(tmp_path_factory.mktemp("sample"))]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    store = Store(tmp_path_factory.mktemp("home") / "store").create()
    load_sample(store)
    publish(store)
    return read.current(store)


def test_country_has_three_states_and_120_municipalities_that_tile_it() -> None:
    made = country()
    assert {district.key[:2] for district in made.districts} == set(STATES) == {"91", "92", "93"}
    assert len(made.municipalities) == 120
    assert (
        len({place.key for place in made.municipalities}) == len({place.name for place in made.municipalities}) == 120
    )
    polygons = [place.polygon for place in made.municipalities]
    assert shapely.union_all(polygons).area == pytest.approx(sum(polygon.area for polygon in polygons), rel=1e-6)
    assert np.diag(made.flows[2019]).min() > 0


def test_files_are_the_same_bytes_every_time(
    files: list[RawFile], tmp_path: Path, raw_file: Callable[[Path], RawFile]
) -> None:
    again = [raw_file(path) for path in write_sample(tmp_path)]
    assert [(file.name, file.sha256) for file in again] == [(file.name, file.sha256) for file in files]


def test_every_file_is_read_by_the_reader_of_the_official_one(files: list[RawFile]) -> None:
    rows: dict[str, int] = {}
    for file in files:
        source = recognise(file)
        for name, frame in source.read(file).items():
            rows[f"{source.key}.{name}"] = rows.get(f"{source.key}.{name}", 0) + spec_of(name).conform(frame).height
    assert rows["bkg_municipalities.boundaries"] == 120 + 12 + 3
    assert rows["destatis_gv100ad.observations"] == 4 * 120
    assert rows["ba_municipal_employment.observations"] == 2 * 6 * 132
    assert rows["ba_commuters.flows"] > 0
    assert len({recognise(file).key for file in files}) == 15


def test_commuter_workbooks_give_back_the_flows_they_were_made_of(files: list[RawFile]) -> None:
    made = country()
    matrix = made.between_districts(2023)
    keys = [district.key for district in made.districts]
    books = [file for file in files if file.name.startswith("krpend") and "2023" in file.name]
    flows = pl.concat(recognise(file).read(file)["flows"] for file in books).filter(part="all")
    read_back = {(origin, destination): value for origin, destination, value in
                 flows.select("origin", "destination", "value").iter_rows()}  # fmt: skip
    true = {
        (keys[i], keys[j]): float(matrix[i, j]) for i in range(12) for j in range(12) if i != j and matrix[i, j] >= 10
    }
    assert read_back == true


def test_release_of_the_sample_is_marked_and_names_no_real_publisher(release: Release) -> None:
    assert release.manifest["sample"] is True
    assert {slug for slug, entry in release.manifest["regions"].items() if entry.get("sample")} == {
        "muster-1", "muster-2", "muster-3",
    }  # fmt: skip
    for entry in release.manifest["sources"].values():
        assert entry["publisher"] == "Raumwerk"
        assert entry["title_de"].startswith("Erfunden: ")
        assert "Erfundene Zahlen" in entry["attribution"]


def test_sample_regions_have_figures_of_every_topic(release: Release) -> None:
    indicators = release.table("indicators").filter(pl.col("area") == "region:muster-1").collect()
    topics = {release.manifest["indicators"][key]["topic"] for key in indicators["indicator"].unique()}
    assert indicators["indicator"].n_unique() >= 60
    assert len(topics) >= 7
    flows = release.table("flows").filter(pl.col("part") == "all").collect()
    assert set(flows["period"]) == {"2019-06-30", "2023-06-30"}
    assert flows.filter(pl.col("origin").str.head(2) != pl.col("destination").str.head(2)).height > 20
    assert flows.filter(pl.col("origin") == pl.col("destination")).height == 2 * 12
