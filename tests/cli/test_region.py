from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from raumwerk.pipeline.sample import load_sample
from raumwerk.store.layout import Store

Run = Callable[..., Any]


@pytest.fixture
def sample(home: Path) -> Path:
    """A home with the made country imported."""
    load_sample(Store(home / "store").create())
    return home


def test_region_list_names_the_regions_that_come_with_raumwerk(run: Run) -> None:
    listed = json.loads(run("region", "list", "--json").out)
    assert {"mitte", "kali", "hannover-hildesheim"} <= set(listed)
    assert listed["kali"]["districts"] == ["06631", "06632", "16063"]
    assert (
        "kali  Zukunft Kali-Region 2.0\n  3 districts, 0 municipalities; core: not entered yet"
        in run("region", "list").out
    )


def test_region_add_writes_a_definition_that_check_accepts(run: Run, sample: Path) -> None:
    from raumwerk.pipeline.derived.areas import areas as list_areas
    from raumwerk.store import checked

    store = Store(sample / "store")
    listed, drawn = (checked.scan(store, name).drop("source").collect() for name in ("areas", "boundaries"))
    areas = list_areas(listed, drawn)
    districts = areas.filter(level="district")["area"].sort().to_list()
    across = [next(key for key in districts if key.startswith(state)) for state in ("91", "92")]
    town = areas.filter(level="municipality")["area"].sort().to_list()[0]
    assert town.startswith(across[0])
    added = run("region", "add", "grenzland", "--name-de", "Grenzland", "--name-en", "Borderland",
                "--district", across[0], "--district", across[1], "--core", town)  # fmt: skip
    assert added.code == 0
    assert (sample / "regions" / "grenzland.toml").is_file()
    checked_region = run("region", "check", "grenzland")
    assert checked_region.code == 0
    assert "municipalities in 2 states (91, 92)" in checked_region.out
    again = run("region", "add", "grenzland", "--name-de", "Zweites", "--district", across[0])
    assert (again.code, "There is a region grenzland already" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--district", "99999"), "99999 is not in the boundaries"),
        (("--district", "911"), "'911' is not such a key; expected 5 digits (district)"),
        ((), "the region is empty"),
    ],
)
def test_region_add_refuses_a_wrong_definition(run: Run, sample: Path, options: tuple[str, ...], message: str) -> None:
    answer = run("region", "add", "neu", "--name-de", "Neu", *options)
    assert answer.code == 2
    assert message in answer.err
    assert not (sample / "regions").exists()


def test_region_check_without_boundaries_says_what_to_do(run: Run) -> None:
    answer = run("region", "check")
    assert answer.code == 2
    assert "No boundaries or registers are loaded" in answer.err
