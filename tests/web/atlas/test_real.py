"""The official figures through the API: what data.md gives to check against, and every view of the three regions."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.real_data
REGIONS = {"mitte": 206, "kali": 73, "hannover-hildesheim": 41}


@pytest.fixture(autouse=True)
def _home(real_home, settings):
    settings.HOME = real_home


def get(address: str):
    response = Client().get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content.decode()[:500]
    return response.json()


@pytest.mark.parametrize(
    ("area", "direction", "partner", "persons"),
    [
        ("05762", "out", "05774", 5723),
        ("06633", "out", "06611", 35462),
        ("06611", "in", "06633", 35462),
        ("03159", "out", "06611", 3571),
    ],
)
def test_flows_of_2019_are_the_agencys(area, direction, partner, persons):
    answer = get(f"regions/mitte/flows/?area={area}&direction={direction}&period=2019-06-30")
    assert {row["area"]: row["value"] for row in answer["rows"]}[partner] == persons


def test_flows_of_hildesheim_go_to_hannover():
    answer = get("regions/hannover-hildesheim/flows/?area=03254&period=2019-06-30")
    assert (answer["rows"][0]["area"], answer["rows"][0]["value"], answer["rows"][0]["crosses"]) == (
        "03241",
        19453,
        False,
    )


def test_share_across_the_state_border_of_the_kali_region_compares_over_time():
    shares = {
        period: get(f"regions/kali/flows/?period={period}")["crossing"]["share_listed"]
        for period in ("2019-06-30", "2023-06-30")
    }
    assert {period: round(share, 1) for period, share in shares.items()} == {"2019-06-30": 41.1, "2023-06-30": 42.4}


def test_border_filter_parts_the_rows_and_keeps_the_totals():
    whole, crossing, within = (
        get(f"regions/mitte/flows/?area=05762&period=2019-06-30&border={border}")
        for border in ("all", "crossing", "within")
    )
    assert whole["total"] == crossing["total"] == within["total"]
    assert whole["total"]["value"] == 21171
    assert len(whole["rows"]) == len(crossing["rows"]) + len(within["rows"])
    assert {row["state"] for row in within["rows"]} == {"05"}
    assert "05" not in {row["state"] for row in crossing["rows"]}
    assert whole["unlisted"]["lower"] > 0


@pytest.mark.parametrize(("key", "persons"), [("06611000", 204202), ("03159016", 118946), ("05774032", 154755)])
def test_population_of_2022_is_the_registers(key, persons):
    profile = get(f"areas/{key}/")
    series = next(row["series"] for row in profile["indicators"] if row["indicator"] == "population")
    assert {point["period"]: point["value"] for point in series}["2022-12-31"] == persons


def test_population_is_compared_with_the_nation():
    answer = get("regions/mitte/values/?indicator=population&level=municipality&period=2022-12-31")
    assert answer["comparison"][-1]["area"] == "DG"
    assert answer["comparison"][-1]["value"] == 84358845
    assert len(answer["areas"]) == 206
    assert answer["inhabited"].count(False) == 11


@pytest.mark.parametrize(("slug", "members"), REGIONS.items())
def test_shapes_hold_every_member_and_the_state_borders(slug, members):
    shapes = get(f"regions/{slug}/shapes/?level=municipality")
    assert len(shapes["features"]["features"]) == members
    assert shapes["borders"]["coordinates"]
    assert shapes["context"]["features"]


@pytest.mark.parametrize("slug", REGIONS)
def test_every_indicator_can_be_drawn_for_every_region(slug):
    indicators = get("indicators/")["indicators"]
    assert len(indicators) >= 60
    drawn = [each for each in indicators if {"municipality", "district"} & set(each["periods"])]
    empty = []
    for indicator in drawn:
        answer = get(f"regions/{slug}/values/?indicator={indicator['key']}")
        assert answer["attribution"]
        assert len(answer["areas"]) == len(answer["values"]) == len(answer["status"])
        if all(value is None for value in answer["values"]):
            empty.append((indicator["key"], answer["level"], answer["period"]))
    assert empty == []


def test_estimated_flows_of_a_municipality_stay_within_their_bounds_and_say_how_good_they_are():
    answer = get("regions/mitte/flows/?area=03159016")
    assert answer["estimated"] is True
    assert "text" in answer["accuracy"]
    assert answer["accuracy"]["figures"]["cpc_belgium"] > 0.8
    for row in answer["rows"]:
        assert row["status"] == "estimated"
        assert row["lower"] <= row["value"] <= row["upper"]


def test_a_figure_leads_back_to_the_checksum_of_the_official_file(real_home):
    answer = get("lineage/?table=flows&origin=05762&destination=05774&period=2019-06-30")
    files = [step for step in answer["steps"] if step["kind"] == "file"]
    assert files
    for step in files:
        assert list((real_home / "store" / "raw" / step["name"][:2] / step["name"]).glob("krpend_*.xlsb"))
