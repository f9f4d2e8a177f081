"""The command on the release of all official files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.real_data

Run = Callable[..., Any]


def test_lineage_leads_from_a_flow_to_the_agencys_workbook(run: Run, real_home: Path) -> None:
    key = ("origin=05762", "destination=05774", "period=2019-06-30", "part=all")
    answer = run("--home", real_home, "data", "lineage", "flows", *key, "--json")
    assert answer.code == 0
    trail = json.loads(answer.out)
    assert trail[0]["details"]["value"] == 5723.0
    (file,) = [step for step in trail if step["kind"] == "file"]
    assert file["details"]["name"].startswith("krpend_")
    (kept,) = (real_home / "store" / "raw").glob(f"*/{file['name']}/{file['details']['name']}")
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == file["name"]
    (source,) = [step for step in trail if step["kind"] == "source"]
    assert source["details"]["attribution"] == "© Statistik der Bundesagentur für Arbeit"


def test_lineage_of_an_indicator_names_every_file_behind_it(run: Run, real_home: Path) -> None:
    answer = run("--home", real_home, "data", "lineage", "indicators", "06611", "indicator=out_commuter_rate", "--json")
    assert answer.code == 0, answer.err
    trail = json.loads(answer.out)
    files = {step["name"] for step in trail if step["kind"] == "file"}
    assert files == {file for step in trail if step["kind"] == "row" for file in step["details"]["files"]}
    assert {step["name"] for step in trail if step["kind"] == "table"} >= {"indicators", "observations", "flows"}


def test_sources_describes_everything_that_is_held(run: Run, real_home: Path) -> None:
    listed = json.loads(run("--home", real_home, "data", "sources", "--json").out)
    held = [one for one in listed if one["files"]]
    assert len(held) > 30
    assert [one["key"] for one in held if not one.get("attribution") or not one["dates"]] == []
