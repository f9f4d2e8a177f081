"""The reference names every address and parameter there is."""

import re
from pathlib import Path

import pytest
from rest_framework import serializers

from raumwerk.web.atlas.api import params
from raumwerk.web.atlas.api_urls import urlpatterns
from raumwerk.web.atlas.forms import MapForm
from raumwerk.web.atlas.forms_commuting import CommutingForm

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference"


@pytest.fixture(scope="module")
def api() -> str:
    return (DOCS / "api.md").read_text("utf-8")


def test_every_parameter_of_the_api_is_described(api):
    asked = [getattr(params, name) for name in params.__all__]
    names = {field for each in asked if issubclass(each, serializers.Serializer) for field in each().fields}
    assert [name for name in sorted(names) if f"`{name}`" not in api] == []


def test_every_address_of_the_api_is_described(api):
    words = {re.split(r"[./<]", str(pattern.pattern).removeprefix("api/v1/"))[0] for pattern in urlpatterns}
    assert [word for word in sorted(words) if word and not word.startswith("^") and f"/{word}/" not in api] == []


def test_every_parameter_of_the_pages_is_described():
    page = (DOCS / "atlas-page.md").read_text("utf-8")
    assert [name for name in MapForm.base_fields if f"| `{name}` |" not in page] == []
    commuting = page.partition("## State of the commuting page")[2]
    assert [name for name in CommutingForm.base_fields if f"`{name}`" not in commuting] == []
