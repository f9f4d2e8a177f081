"""Numbers on the planning pages are the library's: compared with the command line's own way to the same release."""

from __future__ import annotations

import random
import re
import statistics

import polars as pl
import pytest
from django.utils import translation

from raumwerk.analysis.access import nearest_centre
from raumwerk.analysis.gravity import fit_gravity
from raumwerk.analysis.hubs import best_hubs, greedy_hubs
from raumwerk.analysis.regions import PRESETS, SelfContainment, compare_partitions, functional_regions, region_stability
from raumwerk.analysis.scenarios import Baseline, Levers, Scenario, evaluate
from raumwerk.analysis.structure import location_quotients
from raumwerk.cli.analysis_release import (
    centres_near,
    class_scheme,
    district_flows,
    members,
    region_flows,
    region_places,
    travel_between,
)
from raumwerk.store.layout import Store
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.planning import centres, economy, inputs, nodes, regions, scenarios, scenarios_view
from raumwerk.web.atlas.queries.planning.params import Case, read_state
from raumwerk.web.atlas.queries.release import Region

pytestmark = pytest.mark.real_data


def test_flows_of_the_pages_are_those_of_the_command_line(official, real_home, real_release):
    one, two = inputs.district_flows(official), district_flows(real_release)
    assert (one.codes, one.date, one.total) == (two.codes, two.date, two.total)
    assert one.to_pairs().equals(two.to_pairs())
    for slug, region in official.regions.items():
        mine, theirs = inputs.municipal_flows(official, region), region_flows(Store(real_home / "store"), slug)[0]
        assert mine.to_pairs().equals(theirs.to_pairs())
        ways = travel_between("line", region_places(real_release).filter(pl.col("area").is_in(mine.codes)))
        assert inputs.ways_between(official, region).minutes.tolist() == ways.minutes.tolist()


def test_regions_of_ten_random_views_are_the_librarys(ask, real_release):
    """Ten draws of rule, level and region: every area and every sum."""
    rng = random.Random(20261123)
    for _ in range(10):
        level = rng.choice(["municipality", "district"])
        slug = rng.choice(["mitte", "kali", "hannover-hildesheim"])
        low = rng.randrange(500, 20_000, 500)
        asked = {
            "level": level,
            "min_size": low,
            "target_size": low + rng.randrange(1_000, 50_000, 1_000) // 1000 * 1000,
            "min_share": rng.choice([50, 60.5, 66.7]),
            "target_share": rng.choice([70, 75, 80]),
        }
        asked["target_size"] = (asked["target_size"] + 999) // 1000 * 1000
        asked["rule"] = rng.choice(["clean", "lma34"])
        case, found = ask("regions", slug, **{name: str(value) for name, value in asked.items()})
        flows = regions.flows_of(case.atlas, case.region, level)
        rule = SelfContainment(low, asked["target_size"], asked["min_share"] / 100, asked["target_share"] / 100)
        library = functional_regions(flows, rule, rule=asked["rule"])
        shown = dict(found.table("areas").frame.select("area", "region").rows())
        names = dict(regions.delineate(case).names)
        assert shown == {area: names[library.partition[area]] for area in shown}
        table = found.table("regions").frame.sort("region")
        expected = library.regions.filter(pl.col("region").is_in(table["region"])).sort("region")
        for column in ("areas", "residents", "jobs", "internal", "validity"):
            assert table[column].to_list() == pytest.approx(expected[column].to_list())
        assert table["supply"].to_list() == pytest.approx((100 * expected["supply_self_containment"]).to_list())


def test_agreement_with_labour_market_regions_is_the_librarys(ask, real_release):
    case, found = ask("regions", level="district", overlay="labour_market_region")
    own = members(real_release, "mitte", Level.DISTRICT)
    flows = district_flows(real_release)
    partition = functional_regions(flows, PRESETS["grw"]).partition
    classes = class_scheme(real_release, "labour_market_region")[0]
    people = dict(zip(flows.codes, flows.values.sum(axis=1).tolist(), strict=True))
    one, two = ({area: given[area] for area in own} for given in (partition, classes))
    agreed = compare_partitions(one, two, weights={area: people[area] for area in own})
    figures = {figure.key: figure.value for figure in found.figures}
    assert figures["adjusted_rand"] == pytest.approx(agreed.adjusted_rand)
    assert figures["nmi"] == pytest.approx(agreed.normalised_mutual_information)
    assert figures["vi"] == pytest.approx(agreed.variation_of_information)
    assert figures["same"] == pytest.approx(100 * agreed.same_region_share)
    assert case.lang == "de"


def test_stability_shown_is_the_librarys(ask):
    case, found = ask("regions", shade="stability")
    library = region_stability(
        inputs.municipal_flows(case.atlas, case.region), PRESETS["uk"], draws=regions.DRAWS["municipality"]
    )
    expected = dict(library.areas.select("area", "stability").rows())
    shown = dict(found.table("areas").frame.select("area", "stability").rows())
    assert {area: value for area, value in shown.items() if value is not None} == pytest.approx(
        {area: 100 * value for area, value in expected.items() if value is not None}
    )


def test_reach_of_centres_is_the_librarys_with_and_without_the_border(ask, real_release):
    _case, found = ask("centres", rank="MZ")
    own = region_places(real_release).filter(pl.col("area").is_in(members(real_release, "mitte", Level.MUNICIPALITY)))
    ways = travel_between("line", own, centres_near(real_release, "MZ", own))
    people = dict(own.select("area", pl.col("people").fill_null(0)).rows())
    free = nearest_centre(ways, people, target=30)
    inside = nearest_centre(
        ways, people, target=30, sides={key: key[:2] for key in (*ways.origins, *ways.destinations)}
    )
    figures = {figure.key: figure.value for figure in found.figures}
    assert figures["within"] == pytest.approx(100 * free.share_within)
    assert figures["minutes"] == pytest.approx(free.mean_minutes)
    assert figures["border"] == pytest.approx(free.within - inside.within)
    shown = dict(found.table("reach").frame.select("area", "minutes").rows())
    assert shown == pytest.approx(dict(free.areas.select("area", "minutes").rows()))


def test_plan_and_practice_give_as_many_places_each_rank(ask):
    case, found = ask("centres")
    matrix = found.table("matrix").frame
    agreed, planned, measured = centres.agreement_of(case.atlas, case.region)
    assert sum(matrix.select("OZ", "MZ", "GZ", "none").sum().row(0)) == len(planned)
    assert sorted(planned.values()) == sorted(measured.values())
    assert agreed.differing.height == found.table("differing").frame.height


@pytest.mark.parametrize("search", ["fast", "exact"])
def test_best_places_for_offices_are_the_librarys(ask, search):
    case, found = ask("centres", view="nodes", places="3", search=search)
    flows, ways = inputs.municipal_flows(case.atlas, case.region), inputs.ways_between(case.atlas, case.region)
    solve = best_hubs if search == "exact" else greedy_hubs
    plan = solve(flows, ways, list(ways.destinations), hubs=3, share=0.3, days=2.0, co2_per_km=0.16)
    assert found.table("hubs").frame["hub"].to_list() == plan.hubs["hub"].to_list()
    figures = {figure.key: figure.value for figure in found.figures}
    assert figures["saved"] == pytest.approx(plan.saved)
    assert figures["gap"] == pytest.approx(100 * plan.gap)
    assert nodes.hub_plan(case).optimal is plan.optimal


def test_scenario_is_the_librarys(ask, official):
    case, found = ask(
        "scenarios",
        telework_share="30",
        telework_days="2",
        hubs="03159016,06611000",
        jobs_area="05762020",
        jobs="2000",
        centrality="5",
        public_transport_shift="10",
    )
    flows = inputs.municipal_flows(official, case.region)
    ways = inputs.ways_between(official, case.region)
    decay = -fit_gravity(flows, ways.select(origins=flows.codes, destinations=flows.codes).minutes).parameters["cost"]
    ranks = inputs.classes_of(official, "central_place_level")[0]
    base = Baseline(flows, ways, decay, [code for code in flows.codes if ranks.get(code) in ("1", "2")], 0.16, 0.8)
    levers = Levers(
        jobs={"05762020": 2000.0},
        centrality=0.05,
        telework_share=0.3,
        telework_days=2.0,
        hubs=("03159016", "06611000"),
        hub_share=0.3,
        hub_days=2.0,
        public_transport_shift=0.1,
    )
    library = evaluate(base, Scenario("x", levers))
    figures = {figure.key: (figure.value, figure.before) for figure in found.figures}
    before = base.result.total
    assert figures["commuter_km"] == pytest.approx((library.total["commuter_km"], before["commuter_km"]))
    assert figures["co2"] == pytest.approx((library.total["co2"] / 1000, before["co2"] / 1000))
    assert figures["access"] == pytest.approx((library.total["access"], before["access"]))
    shown = dict(found.table("areas").frame.select("area", "commuter_km").rows())
    assert shown == pytest.approx(dict(library.areas.select("area", "commuter_km").rows()))


def test_comparison_ranks_scenarios_beside_today(official):
    region = official.region("mitte")
    states = {}
    for name, given in {"home": {"telework_share": "30"}, "rail": {"public_transport_shift": "30"}}.items():
        state, _ = read_state(scenarios.PARAMS, given, atlas=official, region=region)
        states[name] = Case(official, region, state, "en")
    weights = {param.name: param.default for param in scenarios.WEIGHTS}
    with translation.override("en"):
        tables, judged = scenarios_view.compare_scenarios(states, weights)
    assert [table.key for table in tables] == ["outcomes", "groups", "ranks"]
    assert judged is not None
    outcomes = {row["name"]: row for row in tables[0].rows()}
    assert outcomes["home"]["commuter_km"] < outcomes["Today"]["commuter_km"]
    assert outcomes["rail"]["commuter_km"] == pytest.approx(outcomes["Today"]["commuter_km"])
    assert outcomes["rail"]["co2"] == pytest.approx(0.7 * outcomes["Today"]["co2"])
    assert tables[2].frame.height == 3


def test_economy_parts_of_growth_add_up_and_quotients_are_the_librarys(ask, real_release):
    case, found = ask("economy", period="2020-06-30")
    growth = found.table("growth").frame
    parts = growth["national"] + growth["mix"] + growth["regional"]
    assert parts.to_list() == pytest.approx(growth["change"].to_list())
    assert growth.filter(area="DG").select("mix", "regional").row(0) == pytest.approx((0.0, 0.0), abs=1e-3)
    counted = pl.col("measure").str.starts_with("employees_work") & (pl.col("period") == "2020-06-30")
    rows = real_release.table("observations").filter(counted & pl.col("area").is_in(["06611", "DG"])).collect()
    amounts = {(row["area"], row["measure"]): row["value"] for row in rows.iter_rows(named=True)}
    sectors = ("a", "be", "f", "gi", "j", "k", "l", "mn", "oq", "ru")
    own, nation = ({each: amounts[area, f"employees_work_{each}"] for each in sectors} for area in ("06611", "DG"))
    table = pl.DataFrame([{"area": "06611", "sector": sector, "value": value} for sector, value in own.items()])
    totals = {"06611": amounts["06611", "employees_work"]}
    library = location_quotients(
        table, reference=nation, totals=totals, reference_total=amounts["DG", "employees_work"]
    )
    shown = found.table("quotients").frame.filter(area="06611").to_dicts()[0]
    expected = dict(library.select("sector", "location_quotient").rows())
    assert {sector: shown[sector] for sector in sectors} == pytest.approx(expected)
    assert case.state["since"] == "2015-06-30"


def test_establishments_by_size_hold_every_share_within_the_interval_of_its_region_state_and_nation(ask, real_release):
    _case, found = ask("economy")
    sizes = found.table("sizes")
    rows = {row["name"]: row for row in sizes.frame.to_dicts()}
    year = re.search(r"\d{4}", sizes.title).group()
    for name in ("micro_enterprises", "large_enterprises"):
        wanted = (pl.col("indicator") == name) & (pl.col("period") == year) & (pl.col("level") == "district")
        shares = dict(
            real_release.table("indicators").filter(wanted).select("area", "value").drop_nulls().collect().rows()
        )
        nation = sorted(shares.values())
        for group, beginning in (("Deutschland", ""), ("Hessen", "06"), ("Niedersachsen", "03")):
            inside = [value for area, value in shares.items() if area.startswith(beginning)]
            assert rows[group][name] is None
            assert (rows[group][f"{name}_lower"], rows[group][f"{name}_upper"]) == (min(inside), max(inside))
            assert rows[group][f"{name}_median"] == pytest.approx(statistics.median(inside))
        kassel = rows["Kassel"]
        assert kassel[name] == shares["06611"]
        assert rows["Region der Mitte"][f"{name}_lower"] <= kassel[name] <= rows["Region der Mitte"][f"{name}_upper"]
        assert kassel[f"{name}_rank"] == 1 + sum(value > shares["06611"] for value in nation)


def test_masked_sectors_stay_masked(official):
    """A suppressed sector has no quotient but an interval, and growth takes it together with the rest."""
    region = Region("made", {}, (), ("01001", "01002"), ())  # agriculture in Flensburg is suppressed from 2019 on
    quotients = economy.quotients_of(official, region, "employees", "2020-06-30")
    hidden = quotients.filter(area="01001", sector="a").to_dicts()[0]
    assert hidden["location_quotient"] is None
    assert 0 == hidden["quotient_lower"] < hidden["quotient_upper"]
    whole = quotients.filter(area="region:made", sector="a").to_dicts()[0]
    assert whole["location_quotient"] is None
    assert whole["quotient_upper"] > whole["quotient_lower"] >= 0
    growth = economy.growth_of(official, region, "employees", "2015-06-30", "2020-06-30")
    for row in growth.iter_rows(named=True):
        assert row["national"] + row["mix"] + row["regional"] == pytest.approx(row["change"])
    together = dict(growth.select("area", "together").rows())
    assert together["01001"] >= 1
    assert together["region:made"] >= together["01001"]
    assert together["DG"] == 0


@pytest.mark.parametrize("kind", ["pharmacy", "hospital", "station"])
def test_supply_counts_every_place_once_and_the_border_only_costs(ask, kind):
    _case, free = ask("centres", view="supply", kind=kind, reach="15")
    _case, closed = ask("centres", view="supply", kind=kind, reach="15", border="closed")
    one, two = ({figure.key: figure.value for figure in each.figures} for each in (free, closed))
    assert two["within"] <= one["within"]
    assert one["border"] == two["border"] >= 0
    minutes = free.table("supply").frame["minutes"]
    assert minutes.null_count() == 0
    assert minutes.min() >= 0
