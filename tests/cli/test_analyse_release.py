"""The analyses on regions of the release of all official files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from raumwerk.store.read import Release

pytestmark = pytest.mark.real_data

Run = Callable[..., Any]
LABEL = "model on estimated flows"


@pytest.fixture
def analyse(run: Run, real_home: Path) -> Callable[..., Any]:
    def call(*arguments: object) -> Any:
        answer = run("--home", real_home, "analyse", *arguments)
        assert answer.code == 0, answer.err
        return json.loads(answer.out) if "--json" in arguments else answer.out

    return call


@pytest.fixture
def accuracy(real_release: Release) -> dict[str, Any]:
    entry = real_release.manifest["estimate"]
    return {key: value for key, value in entry.items() if key != "classes"}


def _labelled(found: dict[str, Any], accuracy: dict[str, Any], release: Release) -> None:
    assert (found["label"], found["estimated"], found["period"]) == (LABEL, True, "2019-06-30")
    assert found["accuracy"] == accuracy
    assert found["release"] == release.id


def test_gravity_of_a_region_is_fitted_to_counted_district_flows(analyse, real_release, tmp_path):
    target = tmp_path / "pairs.parquet"
    found = analyse("gravity", "--region", "mitte", "--decay", "power", "--output", target, "--json")
    assert (found["districts"], found["period"], found["estimated"]) == (400, "2019-06-30", False)
    assert "label" not in found
    assert -3.5 < found["parameters"]["cost"] < -2.5
    pairs = pl.read_parquet(target)
    mitte = {"06611", "06633", "06634", "06635", "06636", "03155", "03159", "03255", "05762", "05774"}
    assert len(pairs) == 2 * 10 * 390 + 10 * 9
    assert (pairs["origin"].is_in(mitte) | pairs["destination"].is_in(mitte)).all()
    kassel = pairs.filter(origin="06633", destination="06611").row(0, named=True)
    assert kassel["observed"] == 35_462
    sums = pairs.filter(origin="06611").select(pl.col("observed", "expected").sum()).row(0)
    assert sums[1] == pytest.approx(sums[0], rel=1e-5)  # doubly constrained, masked pairs within bounds


def test_hubs_of_a_region_are_proven_and_labelled(analyse, accuracy, real_release, tmp_path):
    target = tmp_path / "hubs.csv"
    exact = analyse("hubs", "--region", "mitte", "--hubs", 10, "--output", target, "--json")
    fast = analyse("hubs", "--region", "mitte", "--hubs", 10, "--no-exact", "--json")
    _labelled(exact, accuracy, real_release)
    _labelled(fast, accuracy, real_release)
    assert (exact["optimal"], exact["gap"], len(exact["hubs"])) == (True, 0.0, 10)
    assert 0.99 * exact["saved_km_per_day"] < fast["saved_km_per_day"] <= exact["saved_km_per_day"] * (1 + 1e-9)
    assert fast["upper_bound_km"] >= exact["saved_km_per_day"]
    table = pl.read_csv(target, schema_overrides={"area": pl.String, "hub": pl.String})
    assert table.columns == ["area", "hub", "people", "saved"]
    assert table["saved"].sum() == pytest.approx(exact["saved_km_per_day"])
    said = analyse("hubs", "--region", "mitte", "--hubs", 3)
    assert LABEL in said
    assert "82% to 88%" in said
    assert "straight line × 1.3" in said


def test_access_of_a_region_is_told_with_and_without_state_borders(analyse, accuracy, real_release):
    found = analyse("access", "--region", "kali", "--rank", "MZ", "--json")
    _labelled(found, accuracy, real_release)
    assert (found["target"], found["travel_estimated"], len(found["areas"])) == (30.0, True, 73)
    assert found["people"] > 500_000
    assert found["within_own_state"] < found["within"] < found["people"]
    for row in found["areas"]:
        assert row["own_centre"][:2] == row["area"][:2]
        assert row["minutes"] <= row["own_minutes"]
    abroad = [row for row in found["areas"] if row["centre"][:2] != row["area"][:2]]
    assert abroad
    said = analyse("access", "--region", "kali", "--rank", "OZ")
    assert "within 60 minutes" in said
    assert "not available until a timetable is loaded" in said


def test_scenario_of_a_region_saves_the_kilometres_of_days_at_home(analyse, accuracy, real_release, tmp_path):
    levers = tmp_path / "home.json"
    levers.write_text(json.dumps({"name": "two days", "levers": {"telework_share": 0.3, "telework_days": 2}}))
    found = analyse("scenario", levers, "--region", "mitte", "--json")
    _labelled(found, accuracy, real_release)
    assert len(found["areas"]) == 195
    assert found["total"]["commuter_km"] == pytest.approx(found["before"]["commuter_km"] * (1 - 0.3 * 2 / 5))
    assert 0.9 < found["estimated_share"] < 1  # cities that are a district have counted internal commuters
    levers.write_text(json.dumps({"name": "to the centres", "levers": {"centrality": 0.1}}))
    moved = analyse("scenario", levers, "--region", "mitte", "--json")
    assert moved["total"]["jobs"] == pytest.approx(found["total"]["jobs"])
    assert moved["total"]["self_containment"] < moved["before"]["self_containment"]
    assert LABEL in analyse("scenario", levers, "--region", "mitte")


def test_compare_partitions_of_a_region_with_classes_of_the_release(analyse, accuracy, real_release, tmp_path):
    districts = analyse("compare-partitions", "--region", "mitte", "--json")
    assert (districts["areas"], districts["estimated"]) == (10, False)
    assert districts["second"].startswith("Labour-market region")
    towns = analyse("compare-partitions", "--region", "mitte", "--scheme", "mittelbereich", "--json")
    _labelled(towns, accuracy, real_release)
    empty = real_release.table("areas").filter(pl.col("area").is_in(towns["left_out"])).collect()
    assert (towns["areas"], len(empty), empty["inhabited"].any()) == (195, 11, False)
    assert 0 < towns["adjusted_rand"] < 1
    own = tmp_path / "own.csv"
    classes = real_release.table("classes").filter(pl.col("scheme") == "labour_market_region").collect()
    classes.select("area", region="code").write_csv(own)
    same = analyse("compare-partitions", own, "--region", "mitte", "--json")
    assert (same["adjusted_rand"], same["same_region_share"], same["areas"]) == (1.0, 1.0, 10)


def test_what_a_release_does_not_have_is_named(run, real_home, tmp_path):
    for arguments, said in (
        (("hubs", "--region", "harz", "--hubs", 2), "no flows for the region 'harz'. It has: hannover-hildesheim"),
        (("access", "--region", "harz"), "no region 'harz'"),
        (("compare-partitions", "--region", "mitte", "--scheme", "tribes"), "no classes 'tribes'. It has: association"),
        (("hubs", "--region", "mitte", "--hubs", 2, "--travel", "bus"), "'bus' names no source of travel times"),
        (("gravity", "--region", "mitte", "--release", "20990101-00000000"), "There is no release 20990101-00000000"),
        (("gravity",), "either a file of flows or --region"),
        (("hubs", tmp_path / "f.csv", "--hubs", 2), "--distances is missing"),
        (("access", tmp_path / "t.csv"), "--people or --target is missing"),
        (("compare-partitions",), "two files, or --region"),
    ):
        answer = run("--home", real_home, "analyse", *arguments)
        assert answer.code in (1, 2)
        assert said in answer.err
