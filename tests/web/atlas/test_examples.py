"""Every example of the OpenAPI description answers on the official figures."""

import json
import re

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from raumwerk.web.atlas.api.described import EXAMPLES

pytestmark = pytest.mark.real_data


@pytest.fixture(autouse=True)
def _home(real_home, settings):
    settings.HOME = real_home


def operations():
    schema = SchemaGenerator(urlconf="raumwerk.web.atlas.api_urls").get_schema(request=None, public=True)
    told = json.loads(json.dumps(schema, default=str))
    return told, {
        operation["operationId"]: (path, operation)
        for path, item in told["paths"].items()
        for operation in item.values()
    }


def as_json_schema(node):
    """Schema of OpenAPI 3.0 as JSON Schema, which has another word for what may be null."""
    if isinstance(node, list):
        return [as_json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {key: as_json_schema(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def test_every_question_has_an_example_and_every_example_a_question():
    _schema, found = operations()
    assert set(EXAMPLES) == set(found)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_example_answers_as_the_description_says(name):
    schema, found = operations()
    path, operation = found[name]
    (address,) = re.findall(r"Example: `([^`]+)`", operation["description"])
    pattern = re.sub(r"\\\{\w+\\\}", "[^/?]+", re.escape(path))
    assert re.fullmatch(pattern, address.partition("?")[0]), f"the example of {path} is of another question"
    response = Client().get(address)
    assert response.status_code == 200, (address, response.content[:300])
    declared = operation["responses"]["200"]["content"]
    kind = response.headers["Content-Type"].partition(";")[0]
    assert kind in declared, (address, kind)
    assert len(response.content) > 200
    if kind == "application/json":
        answer = response.json()
        wanted = {**declared[kind]["schema"], "components": schema["components"]}
        Draft202012Validator(as_json_schema(wanted)).validate(answer)
        assert answer["attribution"]


@pytest.mark.django_db
def test_age_and_economy_of_a_place_are_those_of_its_chart():
    answer = Client().get("/api/v1/regions/mitte/place/?area=05762020&lang=de").json()
    assert [each["key"] for each in answer["structures"]] == ["age", "sectors"]
    for each in answer["structures"]:
        picture = Client().get(f"/api/v1/regions/mitte/{each['key']}.svg?area=05762020&lang=de").content.decode()
        assert each["title"] in picture
        shares = [group["share"]["value"] for group in each["groups"] if group["share"]["value"] is not None]
        assert shares
        assert all(f"{value:.1f} %".replace(".", ",") in picture for value in shares)
    assert answer["facts"]
    assert answer["centres"]
    assert Client().get("/api/v1/regions/mitte/place/?area=11000000").status_code == 404


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
