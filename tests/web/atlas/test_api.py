"""The API: answers as declared, one release each, ETags, problems in two languages, never an error of ours."""

import pytest
import schemathesis
from atlas_made import publish
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from raumwerk.web.config.wsgi import application

pytestmark = pytest.mark.usefixtures("home")
VALUES = "/api/v1/regions/probe/values/?indicator=population&level=district"


def get(address: str, **headers):
    return Client(raise_request_exception=True).get(address, headers=headers)


def test_values_answer_in_columns(atlas):
    answer = get(f"{VALUES}&lang=en").json()
    assert answer["release"] == atlas.id
    assert answer["areas"] == ["91001", "91002", "92001", "92002"]
    assert answer["values"] == [4000, 8000, 12000, 16000]
    assert answer["indicator"]["name"] == "Population"
    assert answer["attribution"] == [
        {
            "source": "made_counts",
            "title": "Made count",
            "attribution": "© Amt für Erfundenes, 2024",
            "licence": "dl-de/by-2-0",
            "licence_url": "https://www.govdata.de/dl-de/by-2-0",
        }
    ]


def test_values_hold_masked_areas_as_null_with_bounds():
    answer = get("/api/v1/regions/probe/values/?indicator=unemployment_share").json()
    at = answer["areas"].index("92001")
    assert (answer["values"][at], answer["lower"][at], answer["upper"][at]) == (None, 2.0, 4.5)
    assert answer["status"][at] == "masked"
    assert answer["caveats"] == [{"caveat": "made:warning", "text": "Achtung, erfunden.", "areas": ["91002"]}]


def test_flows_answer():
    answer = get("/api/v1/regions/probe/flows/?area=91001&border=crossing").json()
    assert [(row["area"], row["value"], row["crosses"]) for row in answer["rows"]] == [
        ("92001", 600, True),
        ("92003", 50, True),
    ]
    assert answer["total"] == {"value": 1065, "lower": 1065, "upper": 1065, "status": "measured", "listed": 1050}
    assert answer["crossing"]["share"] == pytest.approx(61.5023474)
    assert answer["unlisted"] == {"lower": 15, "upper": 15}
    assert answer["estimated"] is False


def test_flows_of_a_municipality_are_called_an_estimate():
    answer = get("/api/v1/regions/probe/flows/?area=91001001").json()
    assert answer["estimated"] is True
    assert {row["status"] for row in answer["rows"]} == {"estimated"}


@pytest.mark.parametrize(
    ("address", "key", "expected"),
    [
        ("releases/", "releases", 1),
        ("sources/", "sources", 2),
        ("indicators/", "indicators", 2),
        ("indicators/?topic=labour", "indicators", 1),
        ("regions/", "regions", 2),
        ("regions/probe/", "municipalities", 16),
        ("regions/probe/shapes/?level=district", "features", 2),
        ("areas/91001002/", "indicators", 1),
        ("lineage/?table=indicators&area=91001002&indicator=population&period=2022", "steps", 5),
    ],
)
def test_every_question_is_answered(address, key, expected):
    response = get(f"/api/v1/{address}")
    assert response.status_code == 200
    assert len(response.json()[key]) == expected
    assert response.json()["attribution"]


def test_answers_carry_an_etag_and_are_not_sent_twice(atlas):
    first = get(VALUES)
    assert first.headers["ETag"].startswith(f'"{atlas.id}-')
    again = get(VALUES, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert get(VALUES, **{"If-None-Match": '"other"'}).status_code == 200


def test_a_pinned_release_is_immutable_and_others_are_asked_for_again(atlas):
    assert get(f"{VALUES}&release={atlas.id}").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert get(VALUES).headers["Cache-Control"] == "public, no-cache"


def test_a_pinned_release_stays_readable_after_the_next(empty_home):
    first = publish(empty_home, note="first")
    second = publish(empty_home, note="second")
    assert first != second
    assert get(VALUES).json()["release"] == second
    assert get(f"{VALUES}&release={first}").json()["release"] == first
    assert [each["current"] for each in get("/api/v1/releases/").json()["releases"]].count(True) == 1


@pytest.mark.django_db  # Wagtail looks for a redirect wherever nothing was found
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/v1/regions/probe/values/", 400, "indicator"),
        ("/api/v1/regions/probe/values/?indicator=population&level=street", 400, "street"),
        ("/api/v1/regions/probe/values/?indicator=population&period=1871", 400, "2021, 2022"),
        ("/api/v1/regions/probe/values/?indicator=population&classes=1000", 400, "classes"),
        ("/api/v1/regions/probe/values/?indicator=population&colour=red", 400, "colour"),
        ("/api/v1/regions/probe/values/?indicator=population%00", 400, "indicator"),
        ("/api/v1/regions/probe/values/?indicator=happiness", 404, "happiness"),
        ("/api/v1/regions/nowhere/values/?indicator=population", 404, "andere, probe"),
        ("/api/v1/regions/probe/flows/?area=92003001", 404, "92003"),
        ("/api/v1/regions/probe/flows/?area=99999", 404, "99999"),
        ("/api/v1/regions/?release=20200101-00000000", 404, "20200101-00000000"),
        ("/api/v1/regions/?release=../../secret", 400, "release"),
        ("/api/v1/areas/%00/", 404, "202"),
        ("/api/v1/nothing/", 404, "schema"),
        ("/api/v2/", 404, "schema"),
    ],
)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_problems_say_what_is_wrong(address, status, words, lang):
    response = get(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert words in problem["detail"]


@pytest.mark.django_db  # Wagtail looks for a redirect wherever nothing was found
def test_problems_speak_the_language_of_the_question():
    address = "/api/v1/regions/probe/values/?indicator=happiness"
    german, english = (get(f"{address}&lang={lang}").json() for lang in ("de", "en"))
    assert (german["title"], english["title"]) == ("Nicht gefunden", "Not found")
    assert german["detail"] != english["detail"]


@pytest.mark.django_db  # Wagtail looks for a redirect wherever nothing was found
def test_without_statistics_the_api_says_so(empty_home):
    response = get("/api/v1/regions/?lang=en")
    assert response.status_code == 404
    assert "No statistics have been published" in response.json()["detail"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_api_is_for_reading(method):
    response = getattr(Client(), method)("/api/v1/regions/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_the_api_asks_no_database_and_sets_no_cookie():
    # pytest-django refuses every database access of a test that has not asked for it
    response = get(VALUES)
    assert response.status_code == 200
    assert not response.cookies


schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@pytest.fixture
def connection_kept():
    """Real requests close the database connection, and with it the transaction the test runs in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db  # Wagtail looks for a redirect wherever nothing was found
@pytest.mark.usefixtures("connection_kept")
@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_what_the_schema_says(case):
    response = case.call_and_validate()
    assert response.status_code < 500


#: The same description, asked of what there is: a made-up region or indicator is refused before much can go wrong.
known = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
known.config.generation.update(modes=[GenerationMode.POSITIVE])
AREAS = ("91001", "91001001", "92001,91001002", "region:probe", "DG", "92003")
INDICATORS = ("population", "unemployment_share")


@known.hook
def map_path_parameters(context, path_parameters):
    """Ask of the region and areas that there are; every fifth question keeps what was made up."""
    for name, real in (("slug", ("probe",)), ("key", AREAS)):
        given = (path_parameters or {}).get(name)
        if given is not None and len(str(given)) % 5:
            path_parameters[name] = real[len(str(given)) % len(real)]
    return path_parameters


@known.hook
def map_query(context, query):
    """Likewise for areas, indicators and periods of the question; the release is the current one."""
    real = {"area": AREAS, "indicator": INDICATORS, "compare": INDICATORS, "period": ("2021", "2022"),
            "compare_period": ("2022",), "table": ("indicators", "flows", "areas", "outcomes")}  # fmt: skip
    for name, values in real.items():
        given = (query or {}).get(name)
        if given is not None and len(str(given)) % 5:
            query[name] = values[len(str(given)) % len(values)]
    (query or {}).pop("release", None)
    return query


@pytest.mark.django_db  # Wagtail looks for a redirect wherever nothing was found
@pytest.mark.usefixtures("connection_kept")
@known.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_about_what_there_is_are_what_the_schema_says(case):
    response = case.call()
    case.validate_response(
        response, checks=[not_a_server_error, status_code_conformance, content_type_conformance,
                          response_schema_conformance],
    )  # fmt: skip
    assert response.status_code < 500
