"""Findings on the measured flows between all German districts; docs/findings-districts.md is written from them.

``RAUMWERK_WRITE_DOCS=1 pytest tests/analysis/regions/test_german_districts.py`` writes the page anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions import (
    PRESETS,
    border_disagreement,
    compare_partitions,
    functional_regions,
    leiden_regions,
    modularity,
    region_stability,
    threshold_ladder,
)
from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.source import RawFile

PAGE = Path(__file__).resolve().parents[3] / "docs" / "findings-districts.md"
KASSEL, GOETTINGEN, WARTBURGKREIS = "06611", "03159", "16063"

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def districts(shared: Callable[[str], Path]) -> FlowMatrix:
    """Flows between the 401 districts on 30 June 2019; the diagonal lies between two derivations of it."""
    parts = []
    for state in range(1, 17):
        path = shared(f"commuting/ba_kreise_2019-06-30/krpend_{state:02d}_0.xlsb")
        file = RawFile(path, hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
        parts.append(recognise(file).read(file)["flows"].filter(pl.col("part") == "all"))
    columns = ["origin", "destination", "value", "lower", "upper", "status"]
    flows = pl.concat(parts).unique(["origin", "destination"]).select(columns).with_columns(pl.col("status").cast(str))
    totals = pl.read_csv(shared("commuting/kreis_totals_2019-06-30.csv"), schema_overrides={"kreis": pl.String})
    both = pl.col("binnen_aus_wo").cast(pl.Float64), pl.col("binnen_aus_ao").cast(pl.Float64)
    internal = totals.select(
        origin="kreis", destination="kreis", value=pl.mean_horizontal(both), lower=pl.min_horizontal(both),
        upper=pl.max_horizontal(both), status=pl.lit("rounded"),
    )  # fmt: skip
    return FlowMatrix.from_pairs(pl.concat([flows, internal]), flow="value", date="2019-06-30")


@pytest.fixture(scope="module")
def official(shared: Callable[[str], Path]) -> dict[str, str]:
    table = pl.read_csv(shared("delimitation/germany_kreise/kreise_bbsr_amr_2019.csv"), infer_schema=False)
    return dict(table.select("kreis", "Arbeitsmarktregionen Kennziffer").rows())


@pytest.fixture(scope="module")
def scientific(shared: Callable[[str], Path]) -> dict[str, str]:
    """The 141 regions, on districts of 2011: Göttingen took in Osterode in 2016 and keeps its own region."""
    table = pl.read_csv(shared("delimitation/germany_kreise/kreise_141_ram.csv"), infer_schema=False)
    regions = dict(table.select("kkz11", "ram").rows())
    goettingen, _osterode = regions.pop("03152"), regions.pop("03156")
    return {**regions, GOETTINGEN: goettingen}


def _states(codes):
    return {code: code[:2] for code in codes}


def test_districts_are_complete(districts):
    assert (len(districts), len(districts.cells)) == (401, 44_078 + 401)
    pairs = {row[:2]: row[2] for row in districts.to_pairs().select("origin", "destination", "value").rows()}
    assert (pairs["06633", KASSEL], pairs["05762", "05774"], pairs[GOETTINGEN, KASSEL]) == (35_462, 5_723, 3_571)


def test_functional_regions_of_the_districts_resemble_the_official_ones(districts, official):
    weights = dict(districts.residents().select("area", "lower").rows())
    found = functional_regions(districts, PRESETS["grw"])
    assert found.areas["region"].null_count() == 0
    assert len(found.regions) == 158
    compared = compare_partitions(found.partition, official, weights=weights)
    assert compared.same_region_share > 0.75
    assert compared.normalised_mutual_information > 0.9
    assert modularity(districts, found.partition) > modularity(districts, official)
    crossing = border_disagreement(found.partition, _states(districts.codes), weights=weights)
    assert crossing.regions["crosses"].sum() == 16
    assert (
        found.partition["06633"] == found.partition[KASSEL] == KASSEL
    )  # the district around Kassel belongs to the city


def test_threshold_ladder_of_the_districts_comes_near_the_published_number(districts):
    ladder = threshold_ladder(districts)
    assert 45 <= ladder.best.areas["region"].n_unique() <= 60  # Kropp and Schwengler 2016: 50
    assert 0.05 <= ladder.threshold <= 0.1


def test_findings_page_says_what_is_computed(districts, official, scientific):
    page = _page(districts, official, scientific)
    if os.environ.get("RAUMWERK_WRITE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def _page(flows: FlowMatrix, official: dict[str, str], scientific: dict[str, str]) -> str:
    weights = dict(flows.residents().select("area", "lower").rows())
    states = _states(flows.codes)
    away = flows.rows != flows.columns
    across = away & (pl.Series(flows.codes).str.head(2).to_numpy()[flows.rows]
                     != pl.Series(flows.codes).str.head(2).to_numpy()[flows.columns])  # fmt: skip
    crossing, commuting, total = (float(flows.cells[some].sum()) for some in (across, away, away | ~away))
    partitions = {f"Coombes–Bond, {name}": functional_regions(flows, rule).partition for name, rule in PRESETS.items()}
    ladder = threshold_ladder(flows)
    partitions[f"threshold ladder, {ladder.threshold:.0%}"] = ladder.best.partition
    partitions["Leiden"] = leiden_regions(flows).partition
    partitions["official: 223 of BBSR 2019"] = official
    partitions["scientific: 141, on districts of 2011"] = scientific
    lines = [
        "# What the flows between all districts show", "",
        "Measured flows between the 401 districts of Germany, employees subject to social insurance, 30 June 2019 "
        "(Federal Employment Agency). Pairs below ten people are not listed and count as absent here. People who work "
        "in their district: mean of two derivations. Written and checked by "
        "tests/analysis/regions/test_german_districts.py.",
        "",
        f"- {total:,.0f} people in {len(flows.cells):,} pairs; {commuting:,.0f} ({commuting / total:.1%}) leave their "
        f"district, {crossing:,.0f} ({crossing / total:.1%} of all, {crossing / commuting:.1%} of those) their state.",
        "", "| regions | number | cross a state border | modularity | same region as the official 223 | NMI | ARI |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]  # fmt: skip
    for name, partition in partitions.items():
        borders = border_disagreement(partition, states, weights=weights)
        same = compare_partitions(partition, official, weights=weights)
        lines.append(
            f"| {name} | {len(borders.regions)} | {borders.regions['crosses'].sum()} "
            f"| {modularity(flows, partition):.3f} | {same.same_region_share:.1%} "
            f"| {same.normalised_mutual_information:.3f} | {same.adjusted_rand:.3f} |"
        )
    lines += ["", '"Same region" is the share of employed residents in regions that correspond one to one.', ""]
    lines += _crossing(flows, states, weights) + _stability(flows)
    return "\n".join(lines) + "\n"


def _crossing(flows: FlowMatrix, states: dict[str, str], weights: dict[str, float]) -> list[str]:
    partition = functional_regions(flows, PRESETS["grw"]).partition
    regions = border_disagreement(partition, states, weights=weights).regions.filter("crosses").sort("region")
    lines = ["Regions of the preset grw that cross a state border (named by the district with most jobs):", ""]
    for region in regions["region"]:
        lines.append(f"- {region}: {', '.join(code for code, name in partition.items() if name == region)}")
    return lines


def _stability(flows: FlowMatrix) -> list[str]:
    shaken = region_stability(flows, PRESETS["grw"], draws=50)
    mean = shaken.areas["stability"].mean()
    return [
        "",
        f"Stability (50 draws, flows by chance, parameters ±10 %): {shaken.draws['regions'].min()} to "
        f"{shaken.draws['regions'].max()} regions; two districts of one region stay together in {mean:.0%} of the "
        "draws on average. A line on such a map is a finding, not a fact.",
    ]
