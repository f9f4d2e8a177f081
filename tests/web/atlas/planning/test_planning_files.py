"""Tables and comparisons of the planning pages as files: every form, shapes where rows are areas, no formula."""

from __future__ import annotations

import csv
import io
import json

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


def test_comparison_as_data_holds_what_its_page_shows_and_its_files_hold(tmp_path):
    asked = "s=telework_share%3D30%26name%3DA&s=centrality%3D10%26name%3DKern&lang=de"
    answer = json.loads(fetch(f"{ROOT}/scenario-comparison/?{asked}"))
    assert [each["name"] for each in answer["scenarios"]] == ["A", "Kern"]
    assert answer["scenarios"][0]["parameters"]["telework_share"] == 30
    tables = {table["key"]: table for table in answer["tables"]}
    assert list(tables) == ["outcomes", "groups", "ranks", "areas"]
    for key, table in tables.items():
        frame = pl.read_parquet(io.BytesIO(fetch(f"{ROOT}/scenario-comparison.parquet?{asked}&table={key}")))
        assert frame.select(list(table["rows"][0])).to_dicts() == table["rows"]
    path = tmp_path / "areas.gpkg"
    path.write_bytes(fetch(f"{ROOT}/scenario-comparison.gpkg?{asked}"))
    layer = pyogrio.read_dataframe(path, layer="data")
    assert layer.geometry.notna().all()
    changed = dict(zip(layer["area"], layer["change_1"], strict=True))
    assert changed == {row["area"]: row["change_1"] for row in tables["areas"]["rows"]}
    assert "outcomes" not in fetch(f"{ROOT}/scenario-comparison.gpkg?{asked}&table=ranks", 404).decode()
    html = BeautifulSoup(fetch(f"/mitte/atlas/szenarien/vergleich/?{asked}"), "html.parser")
    links = [str(link["href"]) for link in html.select('a[href*="scenario-comparison"]')]
    forms = {link.partition("?")[0].rpartition("scenario-comparison")[2] for link in links}
    assert {"/", ".csv", ".xlsx", ".parquet", ".geojson", ".gpkg", ".svg", ".png", ".pdf"} == forms
    assert len(html.select(".plan-side .plan-legend")) == 2  # a legend below each map
    shown = html.select_one("#t-areas").parent.get_text(" ")
    assert "Kassel" in shown


def test_areas_side_by_side_as_a_layer(tmp_path):
    asked = "area=06611,03159,region:mitte&lang=de"
    rows = json.loads(fetch(f"{ROOT}/profile/?{asked}"))["rows"]
    path = tmp_path / "areas.gpkg"
    path.write_bytes(fetch(f"{ROOT}/profile.gpkg?{asked}"))
    layer = pyogrio.read_dataframe(path, layer="data").set_index("area")
    assert list(layer.index) == ["06611", "03159", "region:mitte"]
    assert layer.geometry.notna().all()
    newest = max(row["period"] for row in rows if row["indicator"] == "population")
    wanted = {row["area"]: row["value"] for row in rows if (row["indicator"], row["period"]) == ("population", newest)}
    assert dict(layer["population"]) == wanted
    together = json.loads(fetch(f"{ROOT}/profile.geojson?area=05762020,05774032&together=true&lang=de"))
    assert [each["id"] for each in together["features"]] == ["selection"]
    assert together["features"][0]["geometry"]["type"] in ("Polygon", "MultiPolygon")


def test_table_whose_rows_are_no_areas_has_no_shapes():
    content = fetch(f"{ROOT}/functional-regions.gpkg?level=district&table=regions&lang=de", 404).decode()
    assert "keine Gebiete mit Umriss" in content
