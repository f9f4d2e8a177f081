"""What the analyses take from a release that was made for the question."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from raumwerk.cli.analysis_release import region_flows
from raumwerk.store.layout import Store
from raumwerk.store.raw import keep
from raumwerk.store.release import ReleaseWriter
from raumwerk.tables import schemas

TOWNS = ("06633001", "06633002", "05762001")
EMPTY = "06633200"  # a forest without inhabitants
ESTIMATED = [("06633001", "06633002", 40.0), ("06633002", "05762001", 7.0), ("05762001", "06633001", 3.0)]


def _publish(store: Store, file: str, counted: list[tuple[str, str, float | None]]) -> None:
    places = (*TOWNS, EMPTY)
    members = pl.DataFrame(
        {"region": "region:mitte", "perimeter": "wider", "level": "municipality", "area": list(places)}
    )
    areas = pl.DataFrame(
        {"area": list(places), "edition": "2023-12-31", "level": "municipality", "name": list(places), "kind": None,
         "parent": None, "association": None, "longitude": 9.0, "latitude": 51.0,
         "inhabited": [place != EMPTY for place in places], "file": file},
        schema_overrides={"kind": pl.String, "parent": pl.String, "association": pl.String},
    )  # fmt: skip
    bounded = [(a, b, v, 0.0 if v is None else v, 9.0 if v is None else v, "masked" if v is None else "measured")
               for a, b, v in counted]  # fmt: skip
    columns = ["origin", "destination", "value", "lower", "upper", "status"]
    flows = pl.DataFrame(bounded, columns, orient="row").with_columns(
        period=pl.lit("2024-06-30"), level=pl.lit("municipality"), part=pl.lit("all"), file=pl.lit(file),
        caveat=pl.lit(None, pl.String),
    )  # fmt: skip
    estimates = pl.DataFrame([(a, b, v, v * 0.5, v * 2, "estimated") for a, b, v in ESTIMATED], columns, orient="row")
    estimates = estimates.with_columns(region=pl.lit("region:mitte"), period=pl.lit("2019-06-30"))
    with ReleaseWriter(store, None) as writer:
        writer.add(schemas.REGION_MEMBERS, members, inputs=["catalogue"], step="region_members")
        writer.add(schemas.AREAS, areas, inputs=["checked:areas"], step="merge")
        writer.add(schemas.FLOWS, flows, inputs=["checked:flows"], step="merge")
        writer.add(schemas.FLOW_ESTIMATES, estimates, inputs=["flows"], step="flow_estimate")
        writer.describe(sources={"made_up": {"publisher": "Nobody", "licence": "dl-de/by-2-0"}})
        writer.publish()


@pytest.fixture
def publish(tmp_path: Path):
    store = Store(tmp_path / "store").create()
    path = tmp_path / "made.csv"
    path.write_text("made up\n")
    record = keep(store, path, origin="https://example.org/made.csv", source="made_up")

    def run(counted: list[tuple[str, str, float | None]]) -> Store:
        _publish(store, record.sha256, counted)
        return store

    return run


def test_region_flows_are_counted_where_every_inhabited_town_is(publish):
    store = publish([("06633001", "06633002", 51.0), ("05762001", "06633001", None), ("06633001", "06633001", 80.0)])
    flows, _ = region_flows(store, "mitte")
    assert (flows.codes, flows.date, bool(flows.is_estimated.any())) == (tuple(sorted(TOWNS)), "2024-06-30", False)
    assert flows.values.toarray().tolist() == [[0, 0, 0], [0, 80, 51], [0, 0, 0]]
    assert (flows.is_masked.sum(), flows.upper.sum()) == (1, 140)


def test_region_flows_are_estimated_where_a_town_is_not_counted(publish):
    flows, _ = region_flows(publish([("06633001", "06633002", 51.0)]), "mitte")
    assert (flows.date, bool(flows.is_estimated.all()), flows.values.sum()) == ("2019-06-30", True, 50.0)
