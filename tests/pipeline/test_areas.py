"""The list of areas of today, their polygons, and the crosswalk to their keys."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import shapely

import made_keys as made
from raumwerk.errors import InputError
from raumwerk.pipeline.derived.areas import areas
from raumwerk.pipeline.derived.boundaries import boundaries
from raumwerk.pipeline.derived.crosswalk import ByHand, crosswalk, load_by_hand
from raumwerk.pipeline.derived.region_members import region_members
from raumwerk.pipeline.editions import catalogue_folder

REGIONS = {"ost": {"name_de": "Der Osten", "districts": ["99001"], "core": ["99001003"]}}


def links(frame: pl.DataFrame, *, edition: str = "2019-12-31", basis: str = "population") -> list[tuple[object, ...]]:
    rows = frame.filter((pl.col("from_edition") == edition) & (pl.col("basis") == basis))
    return rows.sort("from_area", "to_area").select("from_area", "to_area", "weight", "method").rows()


def test_areas_follow_the_boundaries_and_take_facts_from_the_register() -> None:
    frame = areas(made.listed(), made.drawn(), REGIONS)
    assert frame.select("area", "level", "name", "kind", "parent", "longitude").rows() == [
        ("99", "state", "Musterland", None, "DG", None),
        ("99001", "district", "Landkreis Ost", "Landkreis", "99", None),
        ("99001001", "municipality", "Aue", "Gemeinde", "99001", 9.1),
        ("99001003", "municipality", "Ried", None, "99001", 9.75),
        ("99002", "district", "Landkreis West", "Landkreis", "99", None),
        ("99002001", "municipality", "Hof", "Gemeinde", "99002", 8.1),
        ("99002003", "municipality", "Burg", None, "99002", 8.75),
        ("DG", "nation", "Deutschland", None, None, None),
        ("region:ost", "region", "Der Osten", None, "DG", None),
    ]
    assert set(frame["edition"]) == {"2021-01-01"}


def test_areas_without_boundaries_follow_the_newest_register() -> None:
    old = made.listed().filter(pl.col("file") == made.OLD)
    frame = areas(old, made.drawn().clear())
    places = frame.filter(pl.col("level") == "municipality").select("area", "inhabited").rows()
    assert places == [(key, key != "99001451") for key in sorted(made.BEFORE)]


def test_areas_of_nothing_are_none() -> None:
    assert areas(made.listed().clear(), made.drawn().clear()).is_empty()


def test_boundaries_have_one_polygon_for_each_area_and_region_outlines() -> None:
    current = areas(made.listed(), made.drawn(), REGIONS)
    frame = boundaries(made.drawn(), current, region_members(REGIONS, current))
    assert frame["area"].to_list() == [*sorted(made.TODAY), "region:ost"]
    outline = shapely.from_wkb(frame.filter(pl.col("area") == "region:ost")["geometry"][0])
    assert outline.equals(shapely.box(9.0, 51.0, 10.0, 52.0))
    assert frame.filter(pl.col("area") == "region:ost")["name"].to_list() == ["Der Osten"]


def test_crosswalk_uses_official_shares_centres_and_identity() -> None:
    assert links(made.walk().frame) == [
        ("99001", "99001", 1.0, "identity"),
        ("99001001", "99001001", 1.0, "identity"),
        ("99001002", "99001001", 1.0, "point_in_polygon"),
        ("99001451", "99001001", 1.0, "point_in_polygon"),
        ("99002", "99002", 1.0, "identity"),
        ("99002001", "99002001", 1.0, "identity"),
        ("99002002", "99001003", 0.4, "official"),
        ("99002002", "99002001", 0.6, "official"),
        ("99003", "99002", 1.0, "municipalities"),
        ("99003000", "99002003", 1.0, "point_in_polygon"),
    ]


def test_crosswalk_fills_a_missing_basis_with_the_shares_of_population() -> None:
    frame = made.walk().frame.filter(pl.col("from_area") == "99002002")
    weights = {(to, basis): weight for to, basis, weight in frame.select("to_area", "basis", "weight").iter_rows()}
    assert weights["99002001", "area"] == 0.7
    assert weights["99002001", "employees"] == weights["99002001", "population"] == 0.6


def test_crosswalk_list_made_by_hand_stands_before_all_else() -> None:
    walk = made.walk({"99001451": ByHand(None, "nobody's land"), "99002002": ByHand("99002001", "by decree")})
    assert ("99002002", "99002001", 1.0, "by_hand") in links(walk.frame)
    assert "99001451" not in walk.frame["from_area"].to_list()
    assert walk.dropped.rows() == [("99001451", "nobody's land")]


def test_crosswalk_key_outside_all_polygons_is_listed_not_guessed() -> None:
    far = made.listed().with_columns(
        longitude=pl.when(pl.col("area") == "99001002").then(2.0).otherwise(pl.col("longitude"))
    )
    walk = crosswalk(far, made.drawn(), made.links(), areas(far, made.drawn()))
    assert walk.dropped.rows() == [("99001002", "unresolved")]


def test_crosswalk_edition_without_register_is_made_of_dated_lines() -> None:
    lines = {
        "99001001": ByHand("99001001", "formed", since="2019-06-01"),
        "99001009": ByHand("99001001", "merged", until="2018-12-31"),
    }
    keys = {row[0] for row in links(made.walk(lines).frame, edition="2018-12-31")}
    assert sorted(str(key) for key in keys) == sorted({*made.BEFORE, "99001009"} - {"99001001"})


def test_crosswalk_knows_uninhabited_areas() -> None:
    assert made.walk().uninhabited == {"99001451"}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("9900,99001001,,,x", "'9900' → '99001001'"),
        ("99001,99001001,,,x", "'99001' → '99001001'"),
        ("99001001,,2019,,x", "'2019' is no date"),
        ("99001002,99001001,,,x\n99001002,99001001,,,x", "99001002 is there twice"),
    ],
)
def test_list_made_by_hand_with_error_names_the_row(tmp_path: Path, line: str, text: str) -> None:
    path = tmp_path / "crosswalk.csv"
    path.write_text(f"area,to_area,since,until,note\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=text) as caught:
        load_by_hand(path)
    assert caught.value.problems[0].row in (2, 3)


def test_tracked_list_made_by_hand_is_sound() -> None:
    lines = load_by_hand(catalogue_folder() / "crosswalk.csv")
    ended = {key for key, line in lines.items() if line.until}
    begun = {key for key, line in lines.items() if line.since}
    assert (len(lines), len(ended), len(begun)) == (276, 244, 28)
    assert {key for key, line in lines.items() if line.to_area is None} == {
        "03457501", "07000999", "09472457", "10042999", "13000999",
    }  # fmt: skip
    assert all(line.note for line in lines.values())
    assert not ended & begun
