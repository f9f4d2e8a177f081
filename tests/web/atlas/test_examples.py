"""Every example of the OpenAPI description answers on the official figures."""

import json
import re

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from raumwerk.web.atlas.api.views import _EXAMPLES

pytestmark = pytest.mark.real_data


@pytest.fixture(autouse=True)
def _home(real_home, settings):
    settings.HOME = real_home


def test_every_example_of_the_description_answers():
    schema = SchemaGenerator(urlconf="raumwerk.web.atlas.api_urls").get_schema(request=None, public=True)
    examples = re.findall(r"Example: `([^`]+)`", json.dumps(schema["paths"], default=str))
    assert len(examples) == len(_EXAMPLES)
    for address in examples:
        response = Client().get(address)
        assert response.status_code == 200, (address, response.content[:300])
        assert response.json()["attribution"]


def test_balance_of_kassel_is_the_agencys():
    answer = Client().get("/api/v1/regions/mitte/commuting/?area=06611&direction=net&period=2019-06-30").json()
    places, pairs = answer["places"]["keys"], answer["pairs"]
    named = {
        (places[start], places[end]): value
        for start, end, value in zip(pairs["origin"], pairs["destination"], pairs["value"], strict=True)
    }
    out = Client().get("/api/v1/regions/mitte/flows/?area=06611&period=2019-06-30").json()
    into = Client().get("/api/v1/regions/mitte/flows/?area=06611&period=2019-06-30&direction=in").json()
    there = {row["area"]: row["value"] for row in out["rows"]}
    back = {row["area"]: row["value"] for row in into["rows"]}
    assert named["06633", "06611"] == back["06633"] - there["06633"] == 35462 - there["06633"]
    assert answer["balance"]["value"] == into["total"]["value"] - out["total"]["value"]


@pytest.mark.parametrize("slug", ["mitte", "kali", "hannover-hildesheim"])
def test_every_region_has_pairs_by_district_and_by_municipality(slug):
    for level, estimated in (("district", False), ("municipality", True)):
        answer = Client().get(f"/api/v1/regions/{slug}/commuting/?level={level}").json()
        assert answer["estimated"] is estimated
        assert 0 < len(answer["pairs"]["value"]) <= min(5000, answer["count"])
        assert answer["pairs"]["value"] == sorted(answer["pairs"]["value"], reverse=True)


def test_a_state_border_in_the_region_has_an_effect_with_its_interval():
    for slug in ("mitte", "kali"):
        effect = Client().get(f"/api/v1/regions/{slug}/interfaces/").json()["state_border"]
        assert 0 < effect["lower"] < effect["factor"] < effect["upper"]
        assert 0 < effect["crossing_pairs"] < effect["pairs"]
