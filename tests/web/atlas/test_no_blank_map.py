"""No map of the official figures is blank or of one colour because of how it was asked for."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.usefixtures("official", "regions", "bundles")]


def page(query: str) -> str:
    response = Client().get(f"/mitte/atlas/?{query}")
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def values_of(text: str) -> dict:
    return Client().get(re.search(r'data-values="([^"]+)"', text).group(1)).json()


def test_a_level_that_hardly_anybody_has_a_value_at_is_replaced_and_told():
    text = page("indicator=commuter_balance&level=municipality")
    assert "Auf der gewählten Ebene haben nur 1 von 206 Gebieten einen Wert; die Karte zeigt: Kreise." in text
    answer = values_of(text)
    assert answer["level"] == "district"
    assert None not in answer["values"]
    assert 'id="f-level"' not in text  # one level is no choice


def test_a_second_map_that_would_be_blank_is_not_drawn_and_told():
    text = page("indicator=population&level=municipality&compare=commuter_balance")
    assert "Auf dieser Ebene haben nur 1 von 206 Gebieten einen Wert des zweiten Indikators." in text
    assert 'data-drawing="scatter"' not in text


def test_every_indicator_with_different_values_has_more_than_one_class_by_each_method(official):
    listed = Client().get("/api/v1/indicators/").json()
    plain = []
    for row in listed["indicators"] if isinstance(listed, dict) else listed:
        answer = Client().get(f"/api/v1/regions/mitte/values/?indicator={row['key']}")
        if answer.status_code == 404:
            continue
        found = answer.json()
        different = {value for value in found["values"] if value is not None}
        if len(different) > 1:
            plain += [(row["key"], method) for method, borders in found["breaks"].items() if not borders]
    assert plain == []
