"""Flows on the keys of the boundaries, against the official figures of 2019 and 2023."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import polars as pl
import pytest

from raumwerk.errors import InputError
from raumwerk.pipeline.derived.commuters import commuter_observations, internal_commuters
from raumwerk.pipeline.derived.flow_groups import unlisted_upper
from raumwerk.pipeline.derived.flows import merge_flows, merge_margins, release_flows
from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.source import RawFile
from raumwerk.tables.schemas import FLOW_MARGINS, FLOWS, OBSERVATIONS, REGION_MEMBERS, spec_of

KALI = ["06631", "06632", "16063"]


class Made(NamedTuple):
    original: pl.DataFrame
    original_margins: pl.DataFrame
    flows: pl.DataFrame
    margins: pl.DataFrame
    observations: pl.DataFrame


@pytest.fixture(scope="module")
def made(shared: Callable[[str], list[RawFile]]) -> Made:
    patterns = ("commuting/ba_kreise_2019-06-30/*.xlsb", "commuting/kreis_*")
    read = [recognise(file).read(file) for pattern in patterns for file in shared(pattern)]
    tables = {
        name: pl.concat(spec_of(name).conform(one[name]) for one in read if name in one)
        for name in ("flows", "flow_margins", "observations")
    }
    original_margins = merge_margins(tables["flow_margins"], {})
    original = merge_flows(tables["flows"], tables["flow_margins"], {})
    internal, _ = internal_commuters(tables["observations"], original_margins)
    keys = pl.DataFrame({"area": ["16056"], "to_area": ["16063"]})
    flows, margins = release_flows(original, original_margins, internal, keys)
    members = pl.DataFrame({"region": "region:kali", "perimeter": "wider", "level": "district", "area": KALI}).pipe(
        REGION_MEMBERS.conform
    )
    observations = OBSERVATIONS.conform(commuter_observations(flows, margins, members))
    return Made(original, original_margins, FLOWS.conform(flows), FLOW_MARGINS.conform(margins), observations)


def total(frame: pl.DataFrame, **wanted: str) -> float:
    return float(frame.filter(**wanted)["value"].sum())


@pytest.mark.real_data
def test_merged_flows_keep_every_listed_pair(made: Made) -> None:
    heights = made.original.filter(part="all").group_by("period").len().sort("period").rows()
    assert heights == [("2019-06-30", 44_078), ("2023-06-30", 46_991)]


@pytest.mark.real_data
def test_released_flows_join_eisenach_to_wartburgkreis(made: Made) -> None:
    flows = made.flows.filter(period="2019-06-30", part="all")
    assert "16056" not in {*flows["origin"], *flows["destination"]}
    assert flows["origin"].n_unique() == 400
    old = made.original.filter(period="2019-06-30", part="all")
    between = total(old, origin="16056", destination="16063") + total(old, origin="16063", destination="16056")
    diagonal = flows.filter(origin="16063", destination="16063").row(0, named=True)
    assert diagonal["value"] == 25_507 + 9_970 + between
    assert (diagonal["lower"], diagonal["upper"]) == (25_507 + 9_970 + between, 26_910 + 10_343 + between)
    assert diagonal["caveat"] == "ba_commuters:incomplete_residence_thueringen_2019"


@pytest.mark.real_data
def test_joined_pair_with_an_absent_part_is_known_only_within_bounds(made: Made) -> None:
    flows = made.flows.filter(period="2019-06-30", part="all", origin="16063")
    both = made.original.filter(pl.col("origin").is_in(["16056", "16063"]), period="2019-06-30", part="all")
    counted = both.group_by("destination").agg(pl.len(), pl.col("value").sum())
    one = flows.join(counted.filter(pl.col("len") == 1), on="destination", suffix="_listed")
    open_pairs = one.filter(pl.col("status") == "unlisted")
    assert open_pairs.height == 45
    assert open_pairs["value"].null_count() == open_pairs.height
    assert (open_pairs["lower"] == open_pairs["value_listed"]).all()
    assert ((open_pairs["upper"] - open_pairs["lower"]).is_between(1, 9)).all()
    sure = flows.join(counted.filter(pl.col("len") == 2), on="destination", suffix="_listed")
    assert (sure["value"] == sure["value_listed"]).all()


@pytest.mark.real_data
def test_released_totals_lose_what_became_internal(made: Made) -> None:
    old = made.original.filter(period="2019-06-30", part="all")
    margins = made.margins.filter(period="2019-06-30", part="all", direction="out", area="16063")
    between = total(old, origin="16056", destination="16063") + total(old, origin="16063", destination="16056")
    assert total(margins, partner="nation") == 7_032 + 23_231 - between
    listed = made.flows.filter(pl.col("destination") != "16063", period="2019-06-30", part="all", origin="16063")
    assert listed["lower"].sum() <= total(margins, partner="nation") <= listed["upper"].sum() + 9 * 399


@pytest.mark.real_data
def test_state_border_share_of_kali_compares_across_the_reform(made: Made) -> None:
    shares = []
    for period in ("2019-06-30", "2023-06-30"):
        here = made.observations.filter(pl.col("area").is_in(KALI), period=period)
        crossing = total(here, measure="commuters_listed_crossing_out")
        shares.append(round(100 * crossing / total(here, measure="commuters_listed_out"), 1))
    assert shares == [41.1, 42.4]


@pytest.mark.real_data
def test_everybody_across_a_border_counts_the_absent_pairs_too(made: Made) -> None:
    here = made.observations.filter(area="06611", period="2019-06-30")
    listed = total(here, measure="commuters_listed_crossing_out")
    assert listed < total(here, measure="commuters_crossing_out") < listed + 9 * 399
    assert total(here, measure="commuters_out") == 26_699
    assert total(here, measure="commuters_internal") == 47_828


@pytest.mark.real_data
def test_region_counts_commuters_between_its_districts_as_internal(made: Made) -> None:
    region = made.observations.filter(area="region:kali", period="2019-06-30")
    districts = made.observations.filter(pl.col("area").is_in(KALI), period="2019-06-30")
    pairs = made.flows.filter(
        pl.col("origin").is_in(KALI), pl.col("destination").is_in(KALI), pl.col("origin") != pl.col("destination"),
        period="2019-06-30", part="all",
    )  # fmt: skip
    assert pairs.height == 6
    moving = pairs["value"].sum()
    assert total(region, measure="commuters_out") == total(districts, measure="commuters_out") - moving
    assert total(region, measure="commuters_internal") == total(districts, measure="commuters_internal") + moving


@pytest.mark.real_data
def test_in_commuters_of_2023_are_bounded_because_people_from_abroad_are_among_them(made: Made) -> None:
    kassel = made.margins.filter(period="2023-06-30", part="all", area="06611")
    assert set(kassel.filter(partner="nation")["direction"]) == {"in", "out"}
    into = kassel.filter(partner="nation", direction="in").row(0, named=True)
    whole = kassel.filter(partner="total", direction="in").row(0, named=True)
    assert into["value"] is None
    assert into["status"] == "unlisted"
    assert into["lower"] < into["upper"] <= whole["upper"]


def pair(origin: str, destination: str, value: float, file: str = "a", part: str = "all") -> dict[str, object]:
    return {
        "origin": origin, "destination": destination, "period": "2020-06-30", "level": "district", "part": part,
        "value": value, "lower": value, "upper": value, "status": "measured", "file": file * 64, "caveat": None,
    }  # fmt: skip


def test_two_files_that_disagree_on_a_pair_are_refused() -> None:
    flows = FLOWS.conform(pl.DataFrame([pair("91001", "92001", 20), pair("91001", "92001", 21, "b")]))
    with pytest.raises(InputError, match=r"91001 to 92001 \(all, 2020-06-30\) differs"):
        merge_flows(flows, FLOW_MARGINS.empty(), {})


def test_source_of_higher_priority_wins() -> None:
    flows = FLOWS.conform(pl.DataFrame([pair("91001", "92001", 20), pair("91001", "92001", 21, "b")]))
    merged = merge_flows(flows, FLOW_MARGINS.empty(), {"a" * 64: 1, "b" * 64: 2})
    assert merged.select("value", "file").rows() == [(21.0, "b" * 64)]


def test_unlisted_pair_is_bounded_by_what_its_group_leaves() -> None:
    flows = FLOWS.conform(pl.DataFrame([pair("91001", "92001", 30), pair("91001", "92002", 10)]))
    margin = {"direction": "out", "area": "91001", "label": "", **{k: v for k, v in pair("", "", 43).items() if k not in
              ("origin", "destination", "level")}}  # fmt: skip
    margins = FLOW_MARGINS.conform(pl.DataFrame([margin | {"partner": "92"}, margin | {"partner": "920"}]))
    wanted = pl.DataFrame(
        {"period": "2020-06-30", "level": "district", "origin": "91001", "destination": ["92003", "93001"]}
    )
    assert unlisted_upper(wanted, flows, margins)["upper"].to_list() == [3.0, 9.0]


@pytest.mark.real_data
def test_state_counts_only_those_who_leave_it(made: Made) -> None:
    hessen = made.observations.filter(area="06", period="2019-06-30")
    districts = made.observations.filter(
        pl.col("area").str.starts_with("06"), pl.col("area") != "06", period="2019-06-30"
    )
    leaving = total(districts, measure="commuters_crossing_out")
    assert total(hessen, measure="commuters_out") == leaving
    moving = total(districts, measure="commuters_out") - leaving
    assert total(hessen, measure="commuters_internal") == total(districts, measure="commuters_internal") + moving
    out, into = (
        total(made.observations, measure=f"commuters_crossing_{way}", period="2019-06-30") for way in ("out", "in")
    )
    assert out == into  # who leaves one state enters another
