from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import geopandas
import polars as pl
import pytest
import shapely

from raumwerk.errors import ConflictError, InputError, IntegrityError, MissingError
from raumwerk.store import pins, read
from raumwerk.store.layout import Store
from raumwerk.store.pointer import current_id, rollback
from raumwerk.store.raw import RawRecord
from raumwerk.store.release import ReleaseWriter
from raumwerk.tables.schemas import BOUNDARIES, FLOWS, REGION_MEMBERS

Publish = Callable[..., str]
Flows = Callable[..., pl.DataFrame]


def test_publish_makes_a_release_that_reads_back(store: Store, publish: Publish, flows: Flows) -> None:
    identity = publish()
    release = read.current(store)
    assert release.id == identity == current_id(store)
    expected = FLOWS.conform(flows()).sort("period", "part", "origin", "destination")
    assert release.table("flows").collect().equals(expected)
    assert release.manifest["tables"]["flows"]["rows"] == 2
    assert release.manifest["base"] is None
    assert release.manifest["steps"] == [{"table": "flows", "step": "merge", "inputs": ["checked:flows"], "rows": 2}]


def test_rows_that_lie_apart_for_their_licence_are_read_together(store: Store, flows: Flows, kept: RawRecord) -> None:
    frame = FLOWS.conform(flows())
    with ReleaseWriter(store, None) as writer:
        writer.add(FLOWS, frame.head(1), step="merge")
        writer.add(FLOWS, frame.tail(-1), step="merge", name="flows_odbl")
        writer.publish()
    release = read.current(store)
    key = ["period", "part", "origin", "destination"]
    assert release.table("flows").sort(key).collect().equals(frame.sort(key))
    assert release.sql("select count(*) from flows").item() == frame.height
    assert pl.read_parquet(release.path("flows")).height == 1
    assert release.table("flows_odbl").collect().height == frame.height - 1


def test_manifest_names_files_and_sources_of_each_table(store: Store, publish: Publish, kept: RawRecord) -> None:
    publish()
    manifest = read.current(store).manifest
    assert manifest["tables"]["flows"]["files"] == [kept.sha256]
    assert manifest["tables"]["flows"]["sources"] == ["made_up"]
    assert manifest["files"][kept.sha256]["name"] == "flows.csv"
    assert manifest["files"][kept.sha256]["origin"] == "https://example.org/flows.csv"
    assert manifest["files"][kept.sha256]["tables"] == ["flows"]
    assert manifest["tables"]["flows"]["columns"][5] == {
        "name": "value",
        "dtype": "Float64",
        "unit": "persons",
        "description": "value; absent when masked or unknown",
    }


def test_publish_keeps_readers_on_the_release_they_began_with(store: Store, publish: Publish) -> None:
    publish(1)
    before = read.current(store)
    publish(2)
    assert before.sql("select max(value) from flows").item() == 1
    assert before.table("flows").collect()["value"].max() == 1
    assert read.current(store).sql("select max(value) from flows").item() == 2


def test_publish_fails_when_another_release_came_first(store: Store, publish: Publish) -> None:
    first = publish(1)
    second = publish(2)
    with pytest.raises(ConflictError, match=f"Release {second} was published"):
        publish(3, base=first)
    assert current_id(store) == second
    assert len(read.releases(store)) == 2


def test_publish_by_many_at_once_lets_one_win(store: Store, publish: Publish) -> None:
    base = publish(0)
    outcomes: list[str] = []
    barrier = threading.Barrier(6)

    def attempt(value: int) -> None:
        barrier.wait()
        try:
            outcomes.append(publish(value, base=base))
        except ConflictError:
            outcomes.append("conflict")

    threads = [threading.Thread(target=attempt, args=(value,)) for value in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [outcome for outcome in outcomes if outcome != "conflict"]
    assert len(outcomes) == 6
    assert winners == [current_id(store)]
    assert [release.id for release in read.releases(store)] == [base, *winners]


def test_add_stops_publication_and_names_the_rows(store: Store, publish: Publish, flows: Flows) -> None:
    first = publish()
    twice = pl.concat([flows(), flows()])
    with (
        pytest.raises(InputError, match=r"origin=05762, destination=05774.*expected each"),
        ReleaseWriter(store, first) as writer,
    ):
        writer.add(FLOWS, twice)
    assert current_id(store) == first
    assert list(store.workspaces.iterdir()) == []


def test_add_refuses_rows_of_a_file_that_is_not_kept(store: Store, flows: Flows) -> None:
    frame = flows().with_columns(file=pl.lit("f" * 64))
    with pytest.raises(IntegrityError, match="no such raw file is kept"), ReleaseWriter(store, None) as writer:
        writer.add(FLOWS, frame)


def test_describe_refuses_an_unknown_part(store: Store) -> None:
    with pytest.raises(TypeError, match="no part 'colour'"), ReleaseWriter(store, None) as writer:
        writer.describe(colour="red")


def test_boundaries_are_geoparquet_in_wgs84(store: Store, kept: RawRecord) -> None:
    box = shapely.box(9, 51, 10, 52)
    frame = pl.DataFrame(
        {
            "area": ["06611"], "edition": ["2023-11-30"], "level": ["district"], "name": ["Kassel"],
            "geometry": [shapely.to_wkb(box)], "file": [kept.sha256],
        }
    )  # fmt: skip
    with ReleaseWriter(store, None) as writer:
        writer.add(BOUNDARIES, frame, step="boundaries")
        writer.publish()
    release = read.current(store)
    shapes = geopandas.read_parquet(release.path("boundaries"))
    assert shapes.crs == "OGC:CRS84"
    assert shapes.geometry.iloc[0].equals(box)
    assert release.sql("select geometry from boundaries").item() == shapely.to_wkb(box)


def test_sql_takes_parameters_and_answers_in_several_threads(store: Store, publish: Publish) -> None:
    publish()
    release = read.current(store)
    answers: list[object] = []

    def ask() -> None:
        answers.append(release.sql("select value from flows where origin = ?", ("05762",)).item())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [5723.0] * 4


@pytest.mark.parametrize(
    "query",
    [
        "copy flows to '{folder}/flows.parquet'",
        "select 1; select 2",
        "drop view flows",
        "set enable_external_access = true",
        "attach '{folder}/x.db'",
        "select * from read_csv('/etc/passwd')",
        "select nothing from flows",
        "",
    ],
)
def test_sql_refuses_everything_but_a_select_over_the_release(store: Store, publish: Publish, query: str) -> None:
    publish()
    release = read.current(store)
    before = {path.name: path.read_bytes() for path in release.folder.iterdir()}
    with pytest.raises(InputError):
        release.sql(query.format(folder=release.folder))
    assert {path.name: path.read_bytes() for path in release.folder.iterdir()} == before
    assert release.sql("select count(*) from flows").item() == 2


def test_path_of_an_unknown_table_names_the_known_ones(store: Store, publish: Publish) -> None:
    publish()
    with pytest.raises(MissingError, match=r"no table 'areas'\. It has: flows"):
        read.current(store).path("areas")


def test_current_of_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="raumwerk data import PATH"):
        read.current(read.open_store(tmp_path))


@pytest.mark.parametrize("identity", ["20200101-00000000", "../raw", ""])
def test_release_by_an_unknown_id_is_missing(store: Store, identity: str) -> None:
    with pytest.raises(MissingError, match="There is no release"):
        read.release(store, identity)


def test_rollback_goes_to_the_base_or_to_a_named_release(store: Store, publish: Publish) -> None:
    first, second, third = publish(1), publish(2), publish(3)
    assert rollback(store) == second == current_id(store)
    assert rollback(store) == first
    with pytest.raises(MissingError, match="is the first one"):
        rollback(store)
    assert rollback(store, third) == third == read.current(store).id
    with pytest.raises(MissingError, match="There is no release 20200101-00000000"):
        rollback(store, "20200101-00000000")
    assert current_id(store) == third


def test_current_of_a_broken_pointer_says_so(store: Store, publish: Publish) -> None:
    publish()
    store.pointer.write_text("nonsense")
    with pytest.raises(IntegrityError, match="which is no release"):
        read.current(store)


def test_lineage_leads_from_a_row_to_checksum_and_licence(store: Store, publish: Publish, kept: RawRecord) -> None:
    identity = publish()
    steps = read.current(store).lineage("flows", origin="05762", destination="05774")
    assert [step.kind for step in steps] == ["row", "table", "table", "file", "source"]
    assert steps[0].details["value"] == 5723
    assert steps[1].text == (
        "flows: People who live in one area and work in another; origin equal to destination is the diagonal; "
        f"made by step 'merge' from checked:flows, release {identity}"
    )
    assert steps[3].name == kept.sha256
    assert steps[3].details["parts"] == {"flows.csv": kept.sha256}
    assert steps[4].details["licence"] == "dl-de/by-2-0"


def test_lineage_of_a_table_without_files_follows_its_inputs(store: Store, kept: RawRecord, flows: Flows) -> None:
    members = pl.DataFrame(
        {"region": ["region:mitte"], "perimeter": ["wider"], "level": ["district"], "area": ["06611"]}
    )
    with ReleaseWriter(store, None) as writer:
        writer.add(REGION_MEMBERS, members, inputs=["flows"], step="region_members")
        writer.add(FLOWS, flows(), inputs=["checked:flows"], step="merge")
        writer.publish()
    steps = read.current(store).lineage("region_members", area="06611")
    assert [(step.kind, step.name) for step in steps] == [
        ("row", "region_members"),
        ("table", "region_members"),
        ("table", "flows"),
        ("table", "checked:flows"),
        ("file", kept.sha256),
        ("source", "made_up"),
    ]


def test_lineage_of_an_unknown_row_or_column_says_so(store: Store, publish: Publish) -> None:
    publish()
    with pytest.raises(MissingError, match="no row with origin=99999"):
        read.current(store).lineage("flows", origin="99999")
    with pytest.raises(InputError, match="no column 'area'"):
        read.current(store).lineage("flows", area="06611")


def test_release_id_is_the_date_and_the_checksum_of_the_manifest(store: Store, publish: Publish) -> None:
    identity = publish()
    manifest = json.loads((store.release_folder(identity) / "manifest.json").read_text())
    assert identity.startswith(manifest["created"][:10].replace("-", "") + "-")
    assert manifest["id"] == identity


def test_pin_keeps_reasons_until_each_is_taken_back(store: Store, publish: Publish) -> None:
    identity = publish()
    pins.pin(store, identity, "minutes 3")
    pins.pin(store, identity, "minutes 3")
    pins.pin(store, identity, "resolution 7")
    assert pins.pins(store) == {identity: ["minutes 3", "resolution 7"]}
    pins.unpin(store, identity, "minutes 3")
    assert pins.is_pinned(store, identity)
    pins.unpin(store, identity, "resolution 7")
    assert not pins.is_pinned(store, identity)
    with pytest.raises(MissingError, match="There is no release"):
        pins.pin(store, "20200101-00000000", "x")
