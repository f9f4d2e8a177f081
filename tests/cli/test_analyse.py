from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from raumwerk.cli.analyse import app
from raumwerk.errors import InputError, MissingError
from raumwerk.store.layout import Store
from raumwerk.store.release import ReleaseWriter
from raumwerk.tables.schemas import FLOW_ESTIMATES
from raumwerk.tables.status import STATUS_DTYPE

_ROOT = Path(__file__).resolve().parents[2]
TOWNS = "origin,destination,flow\n01,01,900\n01,02,10\n01,03,20\n02,01,300\n02,02,200\n02,04,5\n03,01,10\n03,03,700\n" \
        "03,04,30\n04,02,5\n04,03,250\n04,04,150\n"  # fmt: skip
OPTIONS = ["--min-size", "600", "--target-size", "1200", "--min-self-containment", "0.7",
           "--target-self-containment", "0.8"]  # fmt: skip


def _run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    path = tmp_path / "flows.csv"
    path.write_text(TOWNS)
    return path


def test_functional_regions_writes_area_region_reserve_with_codes_as_text(towns, tmp_path):
    target = tmp_path / "out.csv"
    printed = _run("functional-regions", towns, *OPTIONS, "--output", target)
    assert target.read_text() == "area,region,reserve\n01,01,false\n02,01,false\n03,03,false\n04,03,false\n"
    assert printed.startswith("4 areas in 2 regions; 0 came from the reserve list, 0 have no region.\n")


@pytest.mark.parametrize(
    "command", ["functional-regions", "gravity", "compare-partitions", "hubs", "access", "scenario"]
)
def test_help_of_an_analysis_says_what_it_writes_and_shows_a_call(command):
    said = " ".join(_run(command, "--help").split())
    assert "Writes " in said
    assert f"Example: raumwerk analyse {command} " in said
    assert "--output" in said
    assert "--json" in said
    assert "--region" in said


def test_functional_regions_json_and_parquet_and_named_columns(tmp_path, towns):
    path = tmp_path / "flows.parquet"
    pl.read_csv(towns, infer_schema=False).with_columns(pl.col("flow").cast(pl.Int64)).rename(
        {"origin": "home", "destination": "work", "flow": "people"}
    ).write_parquet(path)
    names = ["--origin-column", "home", "--destination-column", "work", "--flow-column", "people"]
    for rule in ("clean", "lma34"):
        found = json.loads(_run("functional-regions", path, *OPTIONS, *names, "--rule", rule, "--json"))
        assert [row["region"] for row in found["areas"]] == ["01", "01", "03", "03"]
        assert (found["rule"], len(found["regions"]), found["left_out"]) == (rule, 2, [])


@pytest.mark.real_data
def test_functional_regions_brindisi_from_the_command_line(tmp_path):
    shared = Path(os.environ.get("RAUMWERK_SHARED_DATA", _ROOT.parent / "shared" / "data"))
    folder = shared / "delimitation" / "brindisi"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; set RAUMWERK_SHARED_DATA")
    target = tmp_path / "regions.csv"
    _run("functional-regions", folder / "Brindisi_flows_2001.csv", "--min-size", 1000, "--target-size", 10000,
         "--min-self-containment", 0.6667, "--target-self-containment", 0.75, "--rule", "lma34",
         "--origin-column", "community_live", "--destination-column", "community_work", "--flow-column", "amount",
         "--output", target)  # fmt: skip
    found = pl.read_csv(target, infer_schema=False)
    assert found.columns == ["area", "region", "reserve"]
    groups = {frozenset(rows) for rows in found.group_by("region").agg("area")["area"].to_list()}
    assert len(groups) == 9
    assert {"74001", "74014", "74015", "74017"} in groups
    assert {"74009", "74010", "74006", "74019"} in groups


def test_functional_regions_preset_can_be_changed_by_single_options(towns):
    found = json.loads(_run("functional-regions", towns, "--preset", "uk", "--min-size", 600, "--target-size", 1200,
                            "--json"))  # fmt: skip
    assert {row["region"] for row in found["areas"]} == {"01", "03"}


def test_functional_regions_missing_parameters_and_bad_rows_are_named(towns, tmp_path):
    with pytest.raises(InputError, match=r"--target-size is missing; expected all four parameters, or --preset"):
        _run("functional-regions", towns, "--min-size", 5)
    with pytest.raises(InputError, match="min_size 1200 is not below target_size 600"):
        _run("functional-regions", towns, *OPTIONS, "--min-size", 1200, "--target-size", 600)
    with pytest.raises(MissingError, match="There is no file"):
        _run("functional-regions", tmp_path / "nothing.csv", *OPTIONS)
    bad = tmp_path / "bad.csv"
    bad.write_text("origin,destination,flow\n1,1,5\n1,2,many\n")
    with pytest.raises(InputError, match=r"bad.csv, row 3, column flow: 'many' is no number"):
        _run("functional-regions", bad, *OPTIONS)
    with pytest.raises(InputError, match=r"bad.csv, column people: the column is missing"):
        _run("functional-regions", bad, *OPTIONS, "--flow-column", "people")
    bad.write_text("origin,destination,flow\n1,1,5\n1,2,-3\n1,1,4\n")
    with pytest.raises(InputError) as caught:
        _run("functional-regions", bad, *OPTIONS)
    assert len(caught.value.problems) == 2


def test_gravity_from_the_command_line(tmp_path):
    flows, cost, target = tmp_path / "flows.csv", tmp_path / "cost.csv", tmp_path / "model.csv"
    flows.write_text("origin;destination;flow\na;a;60\na;b;20\nb;a;10\nb;b;30\n")
    cost.write_text("origin,destination,cost\na,a,1\na,b,2\nb,a,2\nb,b,1\n")
    found = json.loads(_run("gravity", flows, "--cost", cost, "--within", "--output", target, "--json"))
    assert found["parameters"]["cost"] == pytest.approx(np.log(20 * 10 / (60 * 30)) / 2)
    assert pl.read_csv(target).columns == ["origin", "destination", "observed", "expected", "status"]


def test_hubs_from_the_command_line(tmp_path):
    flows, distances, target = tmp_path / "flows.csv", tmp_path / "km.csv", tmp_path / "hubs.csv"
    flows.write_text("origin,destination,flow\na,c,100\nb,c,100\n")
    rows = ["origin,destination,kilometres"]
    km = {"a": (2, 10, 40), "b": (10, 2, 30), "c": (40, 30, 2)}
    rows += [f"{i},{j},{km[i][k]}" for i in "abc" for k, j in enumerate("abc")]
    distances.write_text("\n".join(rows) + "\n")
    for way in ("--exact", "--no-exact"):
        found = json.loads(_run("hubs", flows, "--distances", distances, "--hubs", 2, "--share", 1, "--days", 5, way,
                                "--output", target, "--json"))  # fmt: skip
        assert (found["saved_km_per_day"], found["optimal"]) == (13200.0, True)
        assert target.read_text() == "area,hub,people,saved\na,a,100.0,7600.0\nb,b,100.0,5600.0\n"


def test_access_from_the_command_line(tmp_path):
    times, people, sides = tmp_path / "t.csv", tmp_path / "p.csv", tmp_path / "s.csv"
    times.write_text("origin,destination,minutes\na,x,12\na,y,25\nb,x,50\nb,y,35\n")
    people.write_text("area,people\na,300\nb,100\n")
    sides.write_text("area,side\na,06\nb,06\nx,16\ny,06\n")
    assert _run("access", times, "--people", people, "--target", 20).startswith("300 of 400 people (75.0 %)")
    found = json.loads(_run("access", times, "--people", people, "--target", 20, "--sides", sides, "--json"))
    assert (found["within"], [row["centre"] for row in found["areas"]]) == (0, ["y", "y"])


def test_compare_partitions_from_the_command_line(tmp_path):
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text("area,region\n01,A\n02,A\n03,B\n04,B\n")
    second.write_text("area,region\n01,x\n02,x\n03,y\n04,z\n")
    found = json.loads(_run("compare-partitions", first, second, "--json"))
    assert round(found["adjusted_rand"], 4) == 0.5714
    second.write_text("area,region\n01,x\n01,x\n")
    with pytest.raises(InputError, match="01 is given twice"):
        _run("compare-partitions", first, second)


def test_scenario_from_the_command_line(tmp_path):
    flows, ways, levers, target = (tmp_path / name for name in ("f.csv", "w.csv", "s.json", "out.csv"))
    flows.write_text("origin,destination,flow\na,a,80\na,b,20\nb,a,50\nb,b,50\n")
    ways.write_text("origin,destination,minutes,kilometres\na,a,4,2\na,b,12,10\nb,a,12,10\nb,b,4,2\n")
    levers.write_text(json.dumps({"name": "one day at home", "levers": {"telework_share": 1, "telework_days": 1}}))
    found = json.loads(_run("scenario", levers, flows, "--ways", ways, "--decay", 0.1, "--output", target, "--json"))
    assert (found["before"]["commuter_km"], found["total"]["commuter_km"]) == pytest.approx((1920, 1536))
    assert pl.read_csv(target)["commuter_km_before"].to_list() == [720.0, 1200.0]
    assert found["judgement"]["ranks"][1] == {"scenario": "one day at home", "rank_low": 1, "rank_median": 1,
                                              "rank_high": 1, "first": 1.0}  # fmt: skip
    levers.write_text("[1, 2]")
    with pytest.raises(InputError, match=r"s.json: the file holds no JSON object"):
        _run("scenario", levers, flows, "--ways", ways, "--decay", 0.1)


def test_scenario_beside_another_one_and_judged_by_groups(tmp_path):
    flows, ways, one, two, target = (tmp_path / name for name in ("f.csv", "w.csv", "1.json", "2.json", "out.csv"))
    flows.write_text("origin,destination,flow\na,a,80\na,b,20\nb,a,50\nb,b,50\n")
    ways.write_text("origin,destination,minutes,kilometres\na,a,4,2\na,b,12,10\nb,a,12,10\nb,b,4,2\n")
    groups = {"climate": {"co2": 1}, "jobs": {"access": 1, "self_containment": 1}}
    one.write_text(json.dumps({"name": "home", "levers": {"telework_share": 1, "telework_days": 1}, "seed": 3,
                               "groups": groups}))  # fmt: skip
    two.write_text(json.dumps({"name": "closing", "levers": {"jobs": {"b": -35}}}))
    call = ["scenario", one, flows, "--against", two, "--ways", ways, "--decay", 0.1, "--co2-per-km", 0.15,
            "--access-target", 10]  # fmt: skip
    found = json.loads(_run(*call, "--output", target, "--json"))
    table = pl.read_csv(target)
    assert table["jobs_against"].to_list() == pytest.approx([130, 35])
    assert table["jobs_before"].to_list() == table["jobs"].to_list() == [130, 70]
    assert found["against"]["total"]["jobs"] == pytest.approx(165)
    scores = {(row["group"], row["scenario"]): row["rank"] for row in found["judgement"]["scores"]}
    assert scores["climate", "home"] < scores["climate", "closing"] < scores["climate", "as it is"]
    assert scores["jobs", "home"] == scores["jobs", "as it is"]
    assert found["judgement"] == json.loads(_run(*call, "--json"))["judgement"]  # the seed is in the file
    said = _run(*call)
    assert f"Beside it closing: {found['against']['total']['commuter_km']:,.0f} km a day (+84 against home)" in said
    assert "Judged by climate: 1. home (1.00), 2. closing (" in said
    assert "Were all weights equally likely (2,000 draws)" in said
    one.write_text(json.dumps({"name": "nothing"}))
    assert "Nothing that counts differs" in _run("scenario", one, flows, "--ways", ways, "--decay", 0.1)


def test_scenarios_on_different_releases_are_not_compared(tmp_path):
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    one.write_text(json.dumps({"name": "x", "release": "20260101-aaaa"}))
    two.write_text(json.dumps({"name": "y", "release": "20260202-bbbb"}))
    with pytest.raises(InputError, match="rest on the releases 20260101-aaaa, 20260202-bbbb; expected one release"):
        _run("scenario", one, "--against", two, "--region", "mitte")


def test_functional_regions_of_a_region_come_from_the_current_release(tmp_path, towns, monkeypatch):
    monkeypatch.setenv("RAUMWERK_HOME", str(tmp_path))
    towns_of = {"01": "06611000", "02": "06633001", "03": "03159016", "04": "03159001"}
    pairs = pl.read_csv(towns, infer_schema=False).select(
        region=pl.lit("region:mitte"), origin=pl.col("origin").replace(towns_of),
        destination=pl.col("destination").replace(towns_of), period=pl.lit("2019-06-30"),
        value=pl.col("flow").cast(pl.Float64), lower=pl.lit(0.0), upper=pl.col("flow").cast(pl.Float64) * 2,
        status=pl.lit("estimated").cast(STATUS_DTYPE),
    )  # fmt: skip
    partner = pairs[:1].with_columns(destination=pl.lit("05774"), value=pl.lit(5000.0), upper=pl.lit(9000.0))
    with ReleaseWriter(Store(tmp_path / "store"), None) as writer:
        writer.add(FLOW_ESTIMATES, pl.concat([pairs, partner]), step="made for the test", inputs=[])
        identity = writer.publish()
    found = json.loads(_run("functional-regions", "--region", "mitte", *OPTIONS, "--json"))
    assert {row["area"]: row["region"] for row in found["areas"]} == {
        "06611000": "06611000", "06633001": "06611000", "03159016": "03159016", "03159001": "03159016"
    }  # fmt: skip
    assert (found["release"], found["period"], found["estimated"]) == (identity, "2019-06-30", True)
    assert "A model on estimated flows" in _run("functional-regions", "--region", "mitte", *OPTIONS)
    with pytest.raises(MissingError, match=r"has no flows for the region 'kali'. It has: mitte"):
        _run("functional-regions", "--region", "kali", *OPTIONS)
    with pytest.raises(InputError, match="either a file of flows or --region"):
        _run("functional-regions", *OPTIONS)
