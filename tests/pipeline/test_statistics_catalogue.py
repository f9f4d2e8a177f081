"""The catalogue of measures, sources and indicators holds together, and its reference says what it says."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import official as h
from raumwerk.pipeline.catalogue import Catalogue, load
from raumwerk.pipeline.derived.indicators import FIELDS, definitions, indicators
from raumwerk.pipeline.indicator_reference import formula, render
from raumwerk.pipeline.registry import sources
from raumwerk.pipeline.sources.flat_tables import LAYOUTS
from raumwerk.pipeline.sources.genesis_tables import TABLES
from raumwerk.tables.schemas import OBSERVATIONS, REGION_MEMBERS


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def test_indicators_are_many_in_every_topic(catalogue: Catalogue) -> None:
    assert len(definitions(catalogue.indicators)) == len(catalogue.indicators) >= 60
    topics = {entry["topic"] for entry in catalogue.indicators.values()}
    assert topics >= {
        "demography", "land_use", "housing", "economy", "labour_market", "commuting", "centrality", "supply", "energy",
    }  # fmt: skip


def test_measures_that_are_summed_by_an_indicator_are_summable_or_stand_alone(catalogue: Catalogue) -> None:
    for definition in definitions(catalogue.indicators):
        rates = {m for m in definition.measures if catalogue.measures[m]["unit"] in ("%", "per 100", "per 1,000")}
        assert not rates or (len(definition.measures) == 1 and not definition.denominator), definition.key


def test_caveats_and_units_exist_in_both_languages(catalogue: Catalogue) -> None:
    for key, entry in catalogue.indicators.items():
        assert ("caveat_de" in entry) == ("caveat_en" in entry), key
        english = any(word in entry["unit"] for word in ("per", "person", "place", "ratio", "year", "million"))
        assert not english or "unit_de" in entry or entry["unit"] == "per cent", key


def test_every_measure_of_a_reader_is_described(catalogue: Catalogue) -> None:
    read = {measure for table in TABLES.values() for measure in table.columns.values() if "{" not in measure}
    read |= {measure for table in TABLES.values() for measure in table.categories.values()}
    read |= {measure for layout in LAYOUTS for measure in layout.columns.values()}
    assert read - set(catalogue.measures) == set()


def test_every_reader_has_a_source_entry_with_licence_and_attribution(catalogue: Catalogue) -> None:
    keys = {source.key for source in sources() if source.key != "tidy"}
    assert keys - set(catalogue.sources) == set()
    unchecked = {key for key, entry in catalogue.sources.items() if entry.get("terms_unchecked")}
    assert unchecked == {
        "bbsr_district_conversion", "bbsr_municipal_conversion", "db_stations", "hospital_directory",
        "school_directory",
    }  # fmt: skip


def test_formula_reads_like_arithmetic(catalogue: Catalogue) -> None:
    assert formula(catalogue.indicators["commuter_balance_rate"]) == (
        "100 × (`commuters_in` − `commuters_out`) ÷ `employees_work`"
    )
    assert formula(catalogue.indicators["lq_manufacturing"]) == (
        "`employees_work_c` ÷ `employees_work`, ÷ the same for DG"
    )


def test_operator_adds_an_indicator_by_the_example_of_the_how_to(tmp_path: Path) -> None:
    text = (h.ROOT / "docs" / "how-to" / "own-indicators.md").read_text(encoding="utf-8")
    example = text.split("```toml")[1].split("```")[0]
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators" / "own.toml").write_text(example, encoding="utf-8")
    catalogue = load(tmp_path)
    rows = [("population_male_00_02", 3.0), ("population_female_00_02", 2.0), ("population", 100.0)]
    observations = OBSERVATIONS.conform(
        pl.DataFrame(
            [(measure, "06611", "2020-12-31", *[value] * 3, "measured", "a" * 64, None) for measure, value in rows],
            schema=OBSERVATIONS.schema, orient="row",
        )
    )  # fmt: skip
    areas = pl.DataFrame({"area": ["06611"], "level": ["district"], "inhabited": [True]})
    own = {"share_under_3": catalogue.indicators["share_under_3"]}
    frame = indicators(observations, areas, REGION_MEMBERS.empty(), measures=catalogue.measures, catalogue=own)
    assert frame.sort("area").select("area", "period", "value").rows() == [
        ("06", "2020-12-31", 5.0), ("06611", "2020-12-31", 5.0)
    ]  # fmt: skip


def test_every_field_of_a_definition_is_explained() -> None:
    text = (h.ROOT / "docs" / "how-to" / "own-indicators.md").read_text(encoding="utf-8")
    assert [field for field in sorted(FIELDS) if field not in text] == []


def test_reference_is_up_to_date(catalogue: Catalogue) -> None:
    written = (h.ROOT / "docs" / "reference" / "indicators.md").read_text(encoding="utf-8")
    assert written == render(catalogue), "run: python -m raumwerk.pipeline.indicator_reference"
