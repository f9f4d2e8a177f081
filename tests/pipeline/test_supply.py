"""Places of supply by municipality, and INKAR's associations found by their members."""

from __future__ import annotations

import polars as pl
import pytest
import shapely

from raumwerk.pipeline.derived import associations, points
from raumwerk.pipeline.derived.share_alike import share_alike_files, split
from raumwerk.tables.schemas import CLASSES, OBSERVATIONS, POINTS

A = "a" * 64
#: three squares of one degree side by side
AREAS = pl.DataFrame(
    [("91001001", "municipality", 0.5, 0.5, "910019001"), ("91001002", "municipality", 1.5, 0.5, "910019001"),
     ("91001003", "municipality", 2.5, 0.5, "910019002"), ("91001", "district", 1.5, 0.5, None)],
    schema=["area", "level", "longitude", "latitude", "association"], orient="row",
)  # fmt: skip
BOUNDARIES = pl.DataFrame(
    [(f"9100100{i + 1}", "municipality", shapely.to_wkb(shapely.box(i, 0, i + 1, 1))) for i in range(3)]
    + [("91001", "district", shapely.to_wkb(shapely.box(0, 0, 3, 1)))],
    schema=["area", "level", "geometry"], orient="row",
)  # fmt: skip


def place(kind: str, name: str, longitude: float, latitude: float, beds: float | None = None) -> tuple[object, ...]:
    return kind, name, name, None, "2020", longitude, latitude, beds, A


def listed(*rows: tuple[object, ...]) -> pl.DataFrame:
    return POINTS.conform(pl.DataFrame(list(rows), schema=POINTS.schema, orient="row"))


def test_supply_counts_places_beds_and_distance() -> None:
    frame = OBSERVATIONS.conform(
        points.supply(listed(place("hospital", "one", 0.5, 0.5, 100.0), place("hospital", "two", 0.6, 0.5, 20.0)),
                      AREAS, BOUNDARIES)
    )  # fmt: skip
    found = {(area, measure): value for measure, area, value in frame.select("measure", "area", "value").iter_rows()}
    assert (found["91001001", "count_hospital"], found["91001001", "hospital_beds"]) == (2, 120)
    assert (found["91001002", "count_hospital"], found["91001002", "hospital_beds"]) == (0, 0)
    assert found["91001001", "distance_hospital"] == 0
    # 0.9 degrees along the parallel of 0.5 degrees on a sphere of 6,371.0088 km
    assert found["91001002", "distance_hospital"] == pytest.approx(100.0715, abs=0.01)
    assert set(frame["period"]) == {"2020"}


def test_point_on_a_border_counts_once_and_one_outside_nowhere() -> None:
    placed = points.place(listed(place("school", "border", 1.0, 0.5), place("school", "sea", 9.0, 9.0)), BOUNDARIES)
    assert placed.select("point", "area").rows() == [("border", "91001001"), ("sea", None)]


def test_supply_without_points_is_empty() -> None:
    assert points.supply(POINTS.empty(), AREAS, BOUNDARIES).equals(OBSERVATIONS.empty())


def observed(*areas: str) -> pl.DataFrame:
    rows = [("jobs", area, "2019-06-30", 1.0, 1.0, 1.0, "measured", A, None) for area in areas]
    return OBSERVATIONS.conform(pl.DataFrame(rows, schema=OBSERVATIONS.schema, orient="row"))


def linked(**codes: str) -> pl.DataFrame:
    rows = [("inkar_association", f"9100100{key[-1]}", "2019-12-31", code, code, A) for key, code in codes.items()]
    return CLASSES.conform(pl.DataFrame(rows, schema=CLASSES.schema, orient="row"))


def test_association_is_found_by_its_members() -> None:
    classes = linked(m1="910010951", m2="910010951", m3="91001003")
    placed = associations.place(observed("910010951", "91001003", "910019002"), classes, AREAS)
    assert placed.observations["area"].sort().to_list() == ["91001003", "910019001", "910019002"]
    assert placed.left_out == []


def test_association_whose_members_parted_is_left_out() -> None:
    placed = associations.place(observed("910010951", "91001001"), linked(m1="910010951", m3="910010951"), AREAS)
    assert placed.observations["area"].to_list() == ["91001001"]
    assert placed.left_out == ["910010951"]


def test_rows_of_share_alike_files_are_split_off() -> None:
    sources = {"a": "osm", "b": "register"}
    files = share_alike_files(sources, {"osm": {"licence": "ODbL-1.0"}, "register": {"licence": "dl-de/by-2-0"}})
    assert files == {"a"}
    single = pl.DataFrame({"file": ["a", "b"], "value": [1, 2]})
    several = pl.DataFrame({"files": [["a", "b"], ["b"]], "value": [1, 2]})
    for frame in (single, several):
        rest, apart = split(frame, files)
        assert (rest["value"].to_list(), apart["value"].to_list()) == ([2], [1])
    assert split(single, set())[1].is_empty()
