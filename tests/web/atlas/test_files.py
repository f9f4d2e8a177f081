"""Downloads: read back by other programs, with release, source and licence inside, and no formula anywhere."""

import csv
import io

import openpyxl
import pyogrio
import pytest
from django.test import Client

from raumwerk.web.atlas.exports.content import Content, Field
from raumwerk.web.atlas.exports.tables import to_csv, to_xlsx

pytestmark = pytest.mark.usefixtures("home")
VALUES = "/api/v1/regions/probe/values.{}?indicator=unemployment_share&lang={}"
FLOWS = "/api/v1/regions/probe/flows.{}?area=91001&lang={}"


def fetch(address: str, kind: str = "attachment"):
    response = Client().get(address)
    assert response.status_code == 200, response.content
    assert response.headers["Content-Disposition"].startswith(f'{kind}; filename="raumwerk-probe-')
    return response.content


def table(content: bytes, delimiter: str) -> tuple[list[str], list[list[str]]]:
    text = content.decode("utf-8-sig")
    facts = [line for line in text.splitlines() if line.startswith("# ")]
    rows = csv.reader((line for line in text.splitlines() if not line.startswith("# ")), delimiter=delimiter)
    return facts, list(rows)


def test_csv_is_what_german_excel_reads(atlas):
    content = fetch(VALUES.format("csv", "de"))
    assert content.startswith(b"\xef\xbb\xbf")
    facts, rows = table(content, ";")
    assert rows[0][:5] == ["Schlüssel", "Name", "Kreis", "Land", "Wert"]
    assert rows[3] == ["92001", "Kreis 92001", "92001", "92", "", "2", "4,5", "masked", ""]
    told = "\n".join(facts)
    for needed in (atlas.id, "© Amt für Erfundenes, 2024", "dl-de/by-2-0", "SHA-256", "Achtung, erfunden."):
        assert needed in told


def test_csv_in_english():
    _, rows = table(fetch(FLOWS.format("csv", "en")), ",")
    assert rows[0][:4] == ["Key", "Name", "State", "Value"]
    assert rows[1][:4] == ["92001", "Kreis 92001", "92", "600"]
    assert rows[1][7] == "yes"


def test_xlsx_has_data_and_metadata(atlas):
    book = openpyxl.load_workbook(io.BytesIO(fetch(VALUES.format("xlsx", "en"))))
    data, about = book["Data"], book["Metadata"]
    assert [cell.value for cell in data[2]] == ["91001", "Kreis 91001", "91001", "91", 3, 3, 3, "measured", None]
    facts = {(row[0].value, row[1].value) for row in about.iter_rows()}
    assert ("Release", atlas.id) in facts
    assert ("Source", "Made count: © Amt für Erfundenes, 2024") in facts


@pytest.mark.parametrize(("address", "kind"), [(VALUES, "MultiPolygon"), (FLOWS, "MultiLineString")])
def test_geopackage_opens_with_its_metadata(address, kind, atlas, tmp_path):
    path = tmp_path / "data.gpkg"
    path.write_bytes(fetch(address.format("gpkg", "en")))
    assert dict(pyogrio.list_layers(path)) == {"data": kind, "metadata": None}
    data = pyogrio.read_dataframe(path, layer="data")
    facts = pyogrio.read_dataframe(path, layer="metadata")
    assert data.crs == "EPSG:4326"
    assert data.geometry.notna().all()
    assert data["value"].isna().sum() == (1 if kind == "MultiPolygon" else 0)
    assert atlas.id in facts["text"].to_list()


def test_geojson_opens_with_its_metadata(atlas):
    answer = Client().get(VALUES.format("geojson", "en")).json()
    assert [feature["properties"]["value"] for feature in answer["features"]] == [3, 4, None, 6]
    assert {"label": "Release", "text": atlas.id} in answer["metadata"]["facts"]
    assert [column["name"] for column in answer["metadata"]["columns"]][:2] == ["area", "name"]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "geojson", "gpkg"])
def test_the_same_question_gives_the_same_bytes(form):
    assert fetch(VALUES.format(form, "de")) == fetch(VALUES.format(form, "de"))


def test_parquet_has_typed_columns_and_its_metadata(atlas):
    import json

    import polars as pl

    content = fetch(VALUES.format("parquet", "en"))
    frame = pl.read_parquet(io.BytesIO(content))
    assert frame["value"].to_list() == [3.0, 4.0, None, 6.0]
    assert frame.schema["value"] == pl.Float64
    metadata = pl.read_parquet_metadata(io.BytesIO(content))
    assert metadata["title"].startswith("Unemployment share – Test Region")
    assert {"label": "Release", "text": atlas.id} in json.loads(metadata["facts"])
    assert json.loads(metadata["columns"])["value"]["unit"] == "%"


def test_no_cell_is_a_formula():
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.example")']
    import polars as pl

    content = Content(
        "x", "=title", [Field("area", "=label", "=description")], pl.DataFrame({"area": evil}), [("=a", "=b")], {},
        "2024-01-01T00:00:00+00:00",
    )  # fmt: skip
    _, rows = table(to_csv(content, "de"), ";")
    assert all(cell.startswith(("'", '"')) for row in rows[1:] for cell in row if cell)
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(content)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}


def test_no_fact_of_a_csv_begins_a_formula_behind_a_delimiter():
    import polars as pl

    facts = [("Raw file", 'a;=cmd()|x.csv (SHA-256 0)'), ("b", "x,\t@SUM(A1)"), ("c", '1;"=2+3"'), ("d", "1; -cmd"),
             ("e", "between 3, -4 and 5; as is")]  # fmt: skip
    content = Content("x", "t", [Field("area", "l", "d")], pl.DataFrame({"area": []}), facts, {}, "2024-01-01T00:00:00")
    lines = to_csv(content, "de").decode("utf-8-sig").split("\r\n")
    assert lines[1:6] == [
        "# Raw file: a;'=cmd()|x.csv (SHA-256 0)",
        "# b: x, '@SUM(A1)",
        '# c: 1;"\'=2+3"',
        "# d: 1; '-cmd",
        "# e: between 3, -4 and 5; as is",
    ]


@pytest.mark.parametrize("ending", ["exe", "csv.exe", "CSV", "jpeg"])
@pytest.mark.django_db
def test_other_endings_are_not_found(ending):
    response = Client().get(f"/api/v1/regions/probe/values.{ending}?indicator=population")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


PICTURES = [VALUES, "/api/v1/regions/probe/flows.{}?area=91001001&direction=out&lang={}"]


@pytest.mark.parametrize("address", PICTURES, ids=["values", "flows"])
def test_picture_holds_title_legend_source_licence_and_release(address, atlas):
    import xml.etree.ElementTree as ET

    picture = ET.fromstring(fetch(address.format("svg", "en"), "inline"))
    texts = " ".join(each.text or "" for each in picture.iter("{http://www.w3.org/2000/svg}text"))
    for needed in ("91001001" if "flows" in address else "Unemployment share, 2022", "© Amt für Erfundenes, 2024",
                   "dl-de/by-2-0", atlas.id):  # fmt: skip
        assert needed in texts
    assert picture.get("role") == "img"
    assert picture.get("aria-label")
    assert "dashed: estimate" in texts if "flows" in address else "no value" in texts
    assert not [each for each in picture.iter() if each.tag.endswith(("script", "style", "image"))]


@pytest.mark.parametrize("address", PICTURES, ids=["values", "flows"])
def test_picture_as_png_and_accessible_pdf(address):
    assert fetch(address.format("png", "de"), "inline").startswith(b"\x89PNG\r\n\x1a\n")
    pdf = fetch(address.format("pdf", "de"), "inline")
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_same_picture_is_the_same_bytes(form):
    assert fetch(VALUES.format(form, "de"), "inline") == fetch(VALUES.format(form, "de"), "inline")


def test_picture_of_a_wrong_method_says_what_is_possible():
    response = Client().get(VALUES.format("svg", "en") + "&method=evil")
    assert response.status_code == 400
    assert "method" in response.json()["errors"] if "errors" in response.json() else "method" in str(response.json())
