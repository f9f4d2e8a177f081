"""Tables and comparisons of the planning pages as files: every form, shapes where rows are areas, no formula."""

from __future__ import annotations

import csv
import io

import polars as pl
import pyogrio
import pytest
from bs4 import BeautifulSoup
from django.test import Client

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.usefixtures("official", "regions", "bundles")]
ROOT = "/api/v1/regions/mitte"


def fetch(address: str, status: int = 200) -> bytes:
    response = Client().get(address)
    assert response.status_code == status, response.content.decode("utf-8", "replace")[:1000]
    return response.content


@pytest.mark.parametrize("page", ["wirtschaft/", "regionen/?level=district", "zentren/", "zentren/?view=nodes"])
def test_every_file_that_a_page_links_to_opens(page, tmp_path):
    html = BeautifulSoup(fetch(f"/mitte/atlas/{page}"), "html.parser")
    links = [str(link["href"]) for link in html.select("#plan-take a[download]")]
    assert {link.partition("?")[0].rpartition(".")[2] for link in links} == {
        "csv",
        "xlsx",
        "parquet",
        "geojson",
        "gpkg",
    }
    for link in links:
        content, form = fetch(link), link.partition("?")[0].rpartition(".")[2]
        if form == "parquet":
            assert pl.read_parquet(io.BytesIO(content)).height >= 0
        elif form in ("geojson", "gpkg"):
            path = tmp_path / f"data.{form}"
            path.write_bytes(content)
            layer = pyogrio.read_dataframe(path, layer="data" if form == "gpkg" else None)
            assert layer.crs == "EPSG:4326"
            assert layer.geometry.notna().any()
            path.unlink()


def test_comparison_of_scenarios_is_data_with_its_levers_and_no_formula():
    asked = "s=telework_share%3D30%26name%3D%253D1%252B1&s=centrality%3D10%26name%3DKern&lang=de"
    text = fetch(f"{ROOT}/scenario-comparison.csv?{asked}").decode("utf-8-sig")
    table = list(csv.reader((line for line in text.splitlines() if not line.startswith("# ")), delimiter=";"))
    assert [row[0] for row in table[1:]] == ["Heute", "'=1+1", "Kern"]
    assert "telework_share=30" in text
    frame = pl.read_parquet(io.BytesIO(fetch(f"{ROOT}/scenario-comparison.parquet?{asked}&table=ranks")))
    assert frame.height == 3
    assert b"outcomes, groups, ranks" in fetch(f"{ROOT}/scenario-comparison.csv?{asked}&table=none", 404)


def test_table_whose_rows_are_no_areas_has_no_shapes():
    content = fetch(f"{ROOT}/functional-regions.gpkg?level=district&table=regions&lang=de", 404).decode()
    assert "keine Gebiete mit Umriss" in content
