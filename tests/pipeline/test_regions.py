"""Regions: members by perimeter, and definitions that are wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

import made_keys as made
from raumwerk.errors import ConflictError, InputError
from raumwerk.pipeline.catalogue import load
from raumwerk.pipeline.derived.areas import areas
from raumwerk.pipeline.derived.region_members import region_members
from raumwerk.pipeline.regions import absent, define, notes_of, problems_of


@pytest.fixture(scope="module")
def current() -> pl.DataFrame:
    return areas(made.listed(), made.drawn())


def test_members_of_districts_and_single_municipalities(current: pl.DataFrame) -> None:
    regions = {"mix": {"districts": ["99001"], "municipalities": ["99002003"], "core": ["99001003"]}}
    assert region_members(regions, current).select("region", "perimeter", "level", "area").rows() == [
        ("region:mix", "core", "municipality", "99001003"),
        ("region:mix", "wider", "district", "99001"),
        ("region:mix", "wider", "municipality", "99001001"),
        ("region:mix", "wider", "municipality", "99001003"),
        ("region:mix", "wider", "municipality", "99002003"),
    ]


def test_members_all_municipalities_of_a_district_make_it_a_member(current: pl.DataFrame) -> None:
    regions = {"west": {"municipalities": ["99002001", "99002003"]}}
    frame = region_members(regions, current)
    assert frame.filter(pl.col("level") == "district")["area"].to_list() == ["99002"]


def test_members_core_may_name_a_whole_district(current: pl.DataFrame) -> None:
    frame = region_members({"ost": {"districts": ["99001"], "core": ["99001"]}}, current)
    core = frame.filter(pl.col("perimeter") == "core").select("level", "area").rows()
    assert core == [("district", "99001"), ("municipality", "99001001"), ("municipality", "99001003")]


def test_members_region_that_is_not_loaded_has_none_and_is_named(current: pl.DataFrame) -> None:
    regions = {"fern": {"districts": ["98001"]}, "ost": {"districts": ["99001"]}}
    assert set(region_members(regions, current)["region"]) == {"region:ost"}
    assert absent(regions, current) == ["fern"]


def test_members_with_one_unknown_key_are_refused(current: pl.DataFrame) -> None:
    with pytest.raises(InputError, match=r"regions/ost\.toml, row 2, column districts: 99009 is not in the boundaries"):
        region_members({"ost": {"districts": ["99001", "99009"]}}, current)


@pytest.mark.parametrize(
    ("slug", "entry", "texts"),
    [
        ("ost", {"districts": ["99001"]}, []),
        ("ost", {}, ["the region is empty"]),
        ("Ost!", {"districts": ["99001"]}, ["cannot stand in an address"]),
        ("api", {"districts": ["99001"]}, ["/api/ is taken by the site itself"]),
        ("ost", {"districts": ["99001", "99001"]}, ["99001 (Landkreis Ost) is there twice"]),
        ("ost", {"districts": ["99001001"]}, ["'99001001' is not such a key"]),
        ("ost", {"districts": ["99001"], "municipalities": ["99001003"]}, ["although its district 99001 is listed"]),
        ("ost", {"districts": ["99001"], "core": ["99002001"]}, ["in the core, but not in the wider perimeter"]),
        ("ost", {"municipalities": ["Ried"]}, ["Write the key in place of the name: 99001003"]),
        ("ost", {"municipalities": ["99002002"]}, ["Similar keys: 9900200"]),
    ],
)
def test_definition_wrong_in_one_way_says_so(
    current: pl.DataFrame, slug: str, entry: dict[str, list[str]], texts: list[str]
) -> None:
    found = [str(problem) for problem in problems_of(slug, entry, current)]
    assert len(found) == len(texts)
    assert all(text in problem for text, problem in zip(texts, found, strict=True))


def test_definition_with_lost_leading_zero_is_told_the_key() -> None:
    frame = pl.DataFrame(
        {"area": ["06611", "06611000"], "name": ["Kassel", "Kassel"], "level": ["district", "municipality"]}
    )
    found = problems_of("mitte", {"districts": ["6611"], "municipalities": ["6611000"]}, frame)
    assert [problem.advice for problem in found] == [
        "A leading zero was lost: write '06611' (Kassel).",
        "A leading zero was lost: write '06611000' (Kassel).",
    ]


def test_notes_tell_size_overlap_and_missing_core(current: pl.DataFrame) -> None:
    regions = {"ost": {"districts": ["99001"]}, "land": {"districts": ["99001", "99002"], "core": ["99001"]}}
    assert notes_of("ost", regions["ost"], current, regions) == [
        "ost has 2 municipalities in 1 state (99).",
        "ost lies in one state: shares of commuters across state borders say little about it.",
        "ost and land share 2 municipalities; they stay two separate regions.",
        "ost has no core perimeter yet.",
    ]


def test_new_region_is_written_and_read_back(tmp_path: Path, current: pl.DataFrame) -> None:
    name = 'Der "Osten" \\ ganz'
    path = define(tmp_path, "ost", name_de=name, name_en="East", areas=current, districts=["99001"], core=["99001003"])
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {
        "name_de": name, "name_en": "East", "short_de": name, "short_en": "East",
        "districts": ["99001"], "municipalities": [], "core": ["99001003"],
    }  # fmt: skip
    assert load(tmp_path).regions["ost"]["districts"] == ["99001"]
    with pytest.raises(ConflictError, match="defined already"):
        define(tmp_path, "ost", name_de="O", name_en="E", areas=current, districts=["99001"])


def test_new_region_that_is_wrong_writes_nothing(tmp_path: Path, current: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="name_en is empty"):
        define(tmp_path, "ost", name_de="Osten", name_en=" ", areas=current, districts=["99001"])
    assert not (tmp_path / "regions").exists()
