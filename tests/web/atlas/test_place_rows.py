"""All figures of areas to take away: each for itself or added up, in every form, as the pages show them."""

import csv
import io
import json

import openpyxl
import polars as pl
import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
PROFILE = "/api/v1/regions/probe/profile{}?area={}&lang=de"


def fetch(address: str, status: int = 200):
    response = Client().get(address)
    assert response.status_code == status, response.content.decode()[:1000]
    return response


def rows(content: bytes) -> list[list[str]]:
    lines = (line for line in content.decode("utf-8-sig").splitlines() if not line.startswith("# "))
    return list(csv.reader(lines, delimiter=";"))


def test_every_form_holds_the_same_figures(atlas):
    answer = fetch(PROFILE.format("/", "91001,region:probe")).json()
    assert {row["area"] for row in answer["rows"]} == {"91001", "region:probe"}
    assert answer["names"] == ["Kreis 91001", atlas.name("region:probe", "de")]
    assert answer["attribution"]
    table = rows(fetch(PROFILE.format(".csv", "91001,region:probe")).content)
    assert len(table) == 1 + len(answer["rows"])
    parquet = pl.read_parquet(io.BytesIO(fetch(PROFILE.format(".parquet", "91001,region:probe")).content))
    assert parquet.to_dicts() == answer["rows"]
    book = openpyxl.load_workbook(io.BytesIO(fetch(PROFILE.format(".xlsx", "91001,region:probe")).content))
    assert [[cell.value for cell in row] for row in book["Daten"].iter_rows(min_row=2)] == [
        list(row.values()) for row in answer["rows"]
    ]
    told = {(row[0].value, row[1].value) for row in book["Metadaten"].iter_rows()}
    assert ("Ausgabe", atlas.id) in told
    assert any(label == "Quelle" and "© Amt für Erfundenes, 2024" in text for label, text in told)


def test_figures_are_those_of_the_release(atlas):
    answer = fetch(PROFILE.format("/", "91001")).json()
    held = atlas.table("indicators").filter(pl.col("area") == "91001").collect()
    shown = {(row["indicator"], row["period"]): row["value"] for row in answer["rows"]}
    assert shown == {(row["indicator"], row["period"]): row["value"] for row in held.iter_rows(named=True)}


def test_selection_is_added_up_from_counts(atlas):
    answer = fetch(PROFILE.format("/", "91001001,91001002") + "&together=true").json()
    assert {row["area"] for row in answer["rows"]} == {"selection"}
    parts = atlas.table("indicators").filter(
        pl.col("area").is_in(["91001001", "91001002"]) & (pl.col("indicator") == "population")
    )
    sums = dict(parts.group_by("period").agg(pl.col("value").sum()).collect().iter_rows())
    assert {row["period"]: row["value"] for row in answer["rows"] if row["indicator"] == "population"} == sums
    content = fetch(PROFILE.format(".parquet", "91001001,91001002") + "&together=true").content
    facts = json.loads(pl.read_parquet_metadata(io.BytesIO(content))["facts"])
    assert {"label": "Eigene Auswahl", "text": "91001001,91001002"} in facts


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("99999999", 404, "99999999"),
        ("=1+1", 400, "area"),
        (",".join(f"910010{number:02d}" for number in range(11)), 400, "10"),
        ("92999&together=true", 400, "92999"),
    ],
)
def test_areas_that_cannot_be_are_named(asked, status, told):
    response = fetch(PROFILE.format(".csv", asked), status)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert told in response.content.decode()
