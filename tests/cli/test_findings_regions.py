"""Findings on the three regions; docs/findings-regions.md is written from them.

``RAUMWERK_WRITE_DOCS=1 pytest tests/cli/test_findings_regions.py`` writes the page anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from raumwerk.analysis.border import BorderEffect, border_effect
from raumwerk.analysis.hubs import HubPlan, best_hubs, greedy_hubs
from raumwerk.analysis.regions import PRESETS, border_disagreement, functional_regions
from raumwerk.cli.analysis_release import district_flows, district_places, members, region_flows, region_places
from raumwerk.pipeline.travel import straight_line_travel
from raumwerk.store.layout import Store
from raumwerk.store.read import Release
from raumwerk.tables.keys import Level

PAGE = Path(__file__).resolve().parents[2] / "docs" / "findings-regions.md"
SLUGS = ("mitte", "kali", "hannover-hildesheim")

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def effect(real_release: Release) -> BorderEffect:
    """The border effect on pairs of districts up to 100 km apart."""
    flows = district_flows(real_release)
    places = district_places(real_release).filter(pl.col("area").is_in(flows.codes))
    kilometres = straight_line_travel(places, detour=1.0).select(origins=flows.codes, destinations=flows.codes)
    return border_effect(flows, kilometres.kilometres, {code: code[:2] for code in flows.codes}, within=100)


@pytest.fixture(scope="module")
def plans(real_release: Release, real_home: Path) -> tuple[HubPlan, HubPlan]:
    """Ten hubs in Region der Mitte, exact and by the fast rule."""
    flows, _ = region_flows(Store(real_home / "store"), "mitte")
    travel = straight_line_travel(region_places(real_release).filter(pl.col("area").is_in(flows.codes)))
    return tuple(rule(flows, travel, travel.destinations, hubs=10) for rule in (best_hubs, greedy_hubs))  # type: ignore[return-value]


def test_state_borders_halve_commuting_between_near_districts(effect):
    assert 0.35 < effect.lower < effect.factor < effect.upper < 0.75
    assert effect.without_border > effect.crossing > 1_800_000


def test_hubs_of_the_region_are_proven_best(plans):
    exact, fast = plans
    assert exact.optimal
    assert 0.99 < fast.saved / exact.saved <= 1 + 1e-9


def test_share_of_the_potash_region_that_crosses_the_border(real_release):
    shares = _shares(real_release).filter(region="kali", indicator="cross_border_share_out")
    assert shares["value"].round(2).to_list() == [41.11, 42.45]


def test_findings_page_says_what_is_computed(real_release, real_home, effect, plans):
    page = "\n".join([*_head(real_release), *_districts(real_release), *_towns(real_release, real_home),
                      *_borders(real_release), *_effect(effect), *_hubs(real_release, plans)]) + "\n"  # fmt: skip
    if os.environ.get("RAUMWERK_WRITE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def _name(release: Release, key: str) -> str:
    return str(release.manifest["regions"][key]["name_de"])


def _names(release: Release) -> dict[str, str]:
    rows = release.table("areas").filter(pl.col("name").is_not_null()).select("area", "name").unique("area").collect()
    return dict(rows.rows())


def _head(release: Release) -> list[str]:
    return [
        "# What the flows say about the three regions", "",
        "Written and checked by tests/cli/test_findings_regions.py on the release of all official files. What is "
        "called a model rests on estimated flows between municipalities. " + release.manifest["estimate"]["text_en"],
    ]  # fmt: skip


def _districts(release: Release) -> list[str]:
    flows = district_flows(release)
    partition = functional_regions(flows, PRESETS["grw"]).partition
    names = _names(release)
    lines = [
        "", "## Functional regions of districts", "",
        f"Counted flows between all districts, {flows.date}; Coombes–Bond with the preset grw for the whole country. "
        "Functional regions with districts of:",
        "", "| region | functional region (most jobs) | its districts | crosses a state border |", "|---|---|---|---|",
    ]  # fmt: skip
    for slug in SLUGS:
        for centre in sorted({partition[code] for code in members(release, slug, Level.DISTRICT)}):
            parts = [code for code, region in partition.items() if region == centre]
            crosses = "**yes**" if len({code[:2] for code in parts}) > 1 else "no"
            listed = ", ".join(f"{names.get(code, code)} ({code})" for code in parts)
            lines.append(f"| {_name(release, slug)} | {names.get(centre, centre)} | {listed} | {crosses} |")
    return lines


def _towns(release: Release, home: Path) -> list[str]:
    names = _names(release)
    lines = [
        "", "## Functional regions of municipalities (model on estimated flows)", "",
        "Coombes–Bond with the preset uk on the flows inside each region; people are employed residents.", "",
        "| region | municipalities | functional regions | of these cross a state border | people in those | named by |",
        "|---|---:|---:|---:|---:|---|",
    ]  # fmt: skip
    for slug in SLUGS:
        flows, _ = region_flows(Store(home / "store"), slug)
        weights = dict(flows.residents().select("area", "value").rows())
        found = functional_regions(flows, PRESETS["uk"])
        regions = {code: region for code, region in found.partition.items() if region is not None}
        crossing = border_disagreement(regions, {code: code[:2] for code in regions}, weights=weights).regions
        crossing = crossing.filter("crosses")["region"].sort().to_list()
        people = sum(weights[code] for code, region in regions.items() if region in crossing)
        share = people / sum(weights.values())
        lines.append(f"| {_name(release, slug)} | {len(flows)} | {len(found.regions)} | {len(crossing)} | {share:.0%} "
                     f"| {', '.join(names[code] for code in crossing) or '–'} |")  # fmt: skip
    return lines


def _shares(release: Release) -> pl.DataFrame:
    rows = release.table("indicators").filter(
        pl.col("indicator").is_in(["cross_border_share_out", "cross_border_share_in"]), pl.col("level") == "region"
    )
    return rows.with_columns(region=pl.col("area").str.strip_prefix("region:")).sort("region", "period").collect()


def _borders(release: Release) -> list[str]:
    shares = _shares(release)
    keys = shares["caveat"].drop_nulls().unique().to_list()
    told = release.table("caveats").filter(pl.col("caveat").is_in(keys)).select("text_en").unique().collect()
    lines = [
        "", "## Commuters who cross a state border", "",
        "Share of the commuters who leave their district, counted flows. Figures of 2023 are rounded to 10 by the "
        f"agency, in brackets the range that leaves. Of 2019: {told['text_en'][0]}",
        "", "| region | direction | 30 June 2019 | 30 June 2023 |", "|---|---|---:|---:|",
    ]  # fmt: skip
    for slug in SLUGS:
        for name, direction in (("cross_border_share_out", "out"), ("cross_border_share_in", "in")):
            rows = shares.filter(region=slug, indicator=name)
            cells = []
            for period in ("2019-06-30", "2023-06-30"):
                value, low, high = rows.filter(period=period).select("value", "lower", "upper").row(0)
                cells.append(f"{value:.1f} %" + ("" if np.isclose(low, high) else f" ({low:.1f}–{high:.1f})"))
            lines.append(f"| {_name(release, slug)} | {direction} | {' | '.join(cells)} |")
    return lines


def _effect(effect: BorderEffect) -> list[str]:
    return [
        "", "## What a state border costs", "",
        f"Between German districts up to 100 km apart, 30 June 2019, a state border leaves {effect.factor:.0%} of the "
        f"commuting that size and distance let expect ({effect.level:.0%} interval {effect.lower:.0%} to "
        f"{effect.upper:.0%}; {effect.pairs:,} pairs, {effect.crossing_pairs:,} across a border; pairs not "
        f"listed enter with their bounds). {effect.crossing / 1e6:.2f} million people cross; without the effect it "
        f"would be {effect.without_border / 1e6:.2f} million with the same homes and jobs. Distances are straight "
        "lines between centres of people; a river or ridge along the border is part of the effect.",
    ]  # fmt: skip


def _hubs(release: Release, plans: tuple[HubPlan, HubPlan]) -> list[str]:
    exact, fast = plans
    names = _names(release)
    lines = [
        "", "## Ten hubs in Region der Mitte (model on estimated flows)", "",
        "Where satellite offices would save most kilometres if 30 % of the commuters inside the region used them two "
        "days a week: an assumption, not a forecast. Ways: straight line × 1.3. "
        f"Proven best choice (HiGHS): {exact.saved / 1000:,.0f} thousand km on a working day, {exact.people:,.0f} "
        f"people. The fast rule for sliders reaches {fast.saved / exact.saved:.2%} of it; its bound alone says only "
        f"that no choice saves more than {fast.gap:.0%} above it.",
        "", "| hub | people a day | thousand km saved a day |", "|---|---:|---:|",
    ]  # fmt: skip
    for row in exact.hubs.iter_rows(named=True):
        lines.append(f"| {names[row['hub']]} ({row['hub']}) | {row['people']:,.0f} | {row['saved'] / 1000:.1f} |")
    return lines
