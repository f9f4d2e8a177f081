from __future__ import annotations

from pathlib import Path

import pytest

from raumwerk.errors import InputError
from raumwerk.pipeline.catalogue import Catalogue, load

SOURCE = """
title_de = "Pendler"
title_en = "Commuters"
publisher = "Amt"
licence = "dl-de/by-2-0"
attribution = "© Amt"
priority = 10
"""
MEASURE = """
[people]
name_de = "Menschen"
name_en = "People"
unit = "persons"
aggregate = "sum"
"""
INDICATOR = """
[[indicator]]
key = "share"
topic = "demography"
name_de = "Anteil"
name_en = "Share"
description_de = "Anteil an allen"
description_en = "Share of all"
unit = "%"
decimals = 1
direction = "up"
numerator = ["people"]
denominator = ["people"]
factor = 100
levels = ["municipality", "district"]
"""
REGION = """
name_de = "Region Eins"
name_en = "Region One"
short_de = "Eins"
short_en = "One"
districts = ["06611"]
core = []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = {"sources/amt.toml": SOURCE, "measures/people.toml": MEASURE, "regions/eins.toml": REGION}
    for name, text in {**parts, "indicators/demography.toml": INDICATOR}.items():
        path = tmp_path / "catalogue" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "catalogue"


def test_load_reads_every_kind_of_entry(folder: Path) -> None:
    catalogue = load(folder=folder)
    assert catalogue.sources["amt"]["attribution"] == "© Amt"
    assert catalogue.measures["people"]["topic"] == "people"
    assert catalogue.indicators["share"]["levels"] == ["municipality", "district"]
    assert catalogue.regions["eins"]["districts"] == ["06611"]


def test_load_lets_the_operator_add_and_replace(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "regions").mkdir(parents=True)
    (home / "regions" / "zwei.toml").write_text(REGION.replace("Eins", "Zwei"))
    (home / "regions" / "eins.toml").write_text(REGION.replace("Eins", "Ersatz"))
    regions = load(home, folder=folder).regions
    assert {slug: entry["short_de"] for slug, entry in regions.items()} == {"eins": "Ersatz", "zwei": "Zwei"}


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("sources/amt.toml", 'licence = "dl-de/by-2-0"\n', "", "field licence is missing"),
        (
            "sources/amt.toml",
            "priority = 10",
            'priority = "ten"',
            "row amt: priority is 'ten'; expected a whole number",
        ),
        ("sources/amt.toml", "priority = 10", "priority = true", "priority is True"),
        ("sources/amt.toml", "priority", "[priority", "sources/amt.toml: the file is not valid TOML"),
        ("measures/people.toml", '"sum"', '"mean"', "aggregate is 'mean'; expected one of sum, none"),
        ("measures/people.toml", "[people]", "[Peo-ple]", "the key 'Peo-ple' is not usable"),
        ("indicators/demography.toml", 'numerator = ["people"]', 'numerator = ["peple"]', "the measure 'peple'"),
        ("indicators/demography.toml", '"district"]', '"county"]', "levels is 'county'; expected one of municipality"),
        ("indicators/demography.toml", "[[indicator]]", INDICATOR + "[[indicator]]", "share is written twice"),
        ("regions/eins.toml", '"06611"', '"6611"', "districts holds '6611'; expected the key of a district"),
    ],
)
def test_load_names_file_key_and_field_of_what_is_wrong(
    folder: Path, name: str, old: str, new: str, message: str
) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder=folder)
    assert message in str(caught.value)


def test_load_reports_all_that_is_wrong_at_once(folder: Path) -> None:
    for name in ("sources/amt.toml", "regions/eins.toml"):
        path = folder / name
        path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[2:]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder=folder)
    assert [problem.file for problem in caught.value.problems] == ["sources/amt.toml", "regions/eins.toml"]


def test_load_of_the_tracked_catalogue_finds_nothing_wrong() -> None:
    assert isinstance(load(), Catalogue)
