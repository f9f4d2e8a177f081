"""The commuting page and its questions of the API: complete without script, helpful whatever the address says."""

import csv
import io
import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "probe")]
PAGE = "/probe/atlas/pendeln/"
API = "/api/v1/regions/probe/"


@pytest.fixture
def probe(db):
    from atlas_made import REGIONS

    from raumwerk.web.regions.actions import sync_regions

    texts = ("name_de", "name_en", "short_de", "short_en")
    sync_regions({slug: {key: entry[key] for key in texts} for slug, entry in REGIONS.items()})


@pytest.fixture(autouse=True)
def _bundles(settings, tmp_path):
    manifest = tmp_path / "bundles" / ".vite" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    entries = (
        f'"{name}": {{"isEntry": true, "name": "{name}", "file": "{name}.js", "css": []}}' for name in ("site", "atlas")
    )
    manifest.write_text("{" + ", ".join(entries) + "}")
    settings.BUNDLE_DIR = tmp_path / "bundles"


def page(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return re.sub(r"\s+", " ", response.content.decode()).replace("&nbsp;", " ").replace("\u00a0", " ")


def rows(html: str) -> list[list[str]]:
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in body.split("<tr")[1:]
    ]


def test_commuters_of_a_district_in_words_and_table():
    html = page(f"{PAGE}?area=91001&border=crossing")
    assert "Auspendler: Kreis 91001, 30. Juni 2023" in html
    assert "655 (61,5 %)" in html
    assert "nicht aufgeführt" in html
    assert [row[:2] for row in rows(html)] == [["Kreis 92001", "600"], ["Kreis 92003", "50"]]


def test_several_areas_by_repeated_fields_or_with_commas():
    one, other = page(f"{PAGE}?area=91001,91002&table=pair"), page(f"{PAGE}?area=91001&area=91002&table=pair")
    assert rows(one) == rows(other)
    assert rows(one)[0][:3] == ["Kreis 91002", "Kreis 91001", "900"]
    assert "Davon innerhalb der Auswahl: 1.300" in one
    assert 'href="?area=91002&amp;table=pair"' in one  # the first of them can be taken out again


def test_balance_shows_both_ways():
    html = page(f"/en{PAGE}?area=91001&direction=net")
    assert "Balance: <strong>575</strong>" in html
    assert rows(html)[0] == ["Kreis 91002", "500", "400", "900", "Linksland", "22", ""]


def test_hidden_border_leaves_no_mark_of_it():
    html = page(f"{PAGE}?area=91001&hide_border=yes")
    assert 'data-borders="no"' in html
    assert "atlas-crosses" not in html


def test_estimates_are_told_before_the_map_and_in_each_cell():
    html = page(f"{PAGE}?area=91001001")
    assert "Schätzung" in html.split('id="atlas-map"')[0]
    assert "≈ 100" in html.split("<tbody>")[1]
    assert html.split("<tbody>")[1].count("Schätzung") >= 3


def test_filters_that_leave_nothing_say_so_and_lead_back():
    html = page(f"{PAGE}?area=91001&min=999999")
    assert "Kein Paar erfüllt diese Filter" in html
    assert 'id="atlas-map"' in html
    back = re.search(r'href="(\?[^"]*)">Alle Paare zeigen', html).group(1).replace("&amp;", "&")
    assert len(rows(page(f"{PAGE}{back}"))) == 3


def test_interfaces_and_gaps_in_words_and_table():
    html = page(f"{PAGE}?area=91002&expected=all")
    assert "Schnittstellen und Lücken: Kreis 91002" in html
    assert "data-expected" in html
    assert {row[1] for row in rows(html)} >= {"Kreis 91001"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("area=xx", 400), ("area=%3Cscript%3Ealert(1)%3C/script%3E", 400), ("area=99999", 404), ("area=92003001", 404),
        ("area=91001001,92003", 400), ("direction=sideways", 400), ("border=closed", 400), ("level=street", 400),
        ("min=-1", 400), ("min=many", 400), ("km_min=90&km_max=10", 400), ("km_max=99999", 400), ("period=1999", 400),
        ("expected=miracle", 400), ("sort=evil", 400), ("table=round", 400), ("hide_border=maybe", 400),
        ("area=" + ",".join(["91001001"] * 5000), 200), ("min=nan", 400), ("min=1e400", 400),
        ("expected=all&period=1999", 400), ("expected=all&area=99999", 404),
    ],
)  # fmt: skip
def test_wrong_addresses_are_answered_with_a_whole_page(query, status):
    html = page(f"{PAGE}?{query}", status=status)
    assert "<tbody>" in html
    assert 'id="atlas-map"' in html
    assert (status == 200) != ('role="alert"' in html)
    assert "<script>alert" not in html


def test_a_release_that_is_gone_is_explained():
    assert "20200101-00000000" in page(f"{PAGE}?release=20200101-00000000", status=404)


def test_the_view_can_be_cited_with_release_and_version(atlas):
    html = page(f"{PAGE}?area=91001&direction=in")
    cited = re.search(r'class="atlas-cite">.*?<p>(.*?)</p>', html).group(1)
    assert f"release={atlas.id}" in cited
    assert "Programmversion" in cited
    assert "direction=in" in cited


def test_api_answers_pairs_in_columns():
    answer = Client().get(f"{API}commuting/?area=91001,91002&min=300").json()
    places, found = answer["places"]["keys"], answer["pairs"]
    named = [
        (places[start], places[end], value)
        for start, end, value in zip(found["origin"], found["destination"], found["value"], strict=True)
    ]
    assert named == [("91002", "91001", 900), ("91001", "92001", 600), ("91001", "91002", 400), ("91002", "92002", 300)]
    assert answer["count"] == 4
    assert answer["hidden"]["pairs"] == 1
    assert answer["inside"]["value"] == 1300


def test_api_answers_interfaces():
    answer = Client().get(f"{API}interfaces/?area=91002&kind=more&lang=en").json()
    assert answer["kind"] == "more"
    assert all(pair["score"] > 0 for pair in answer["pairs"])
    assert answer["count"] == len(answer["pairs"])


@pytest.mark.parametrize("question", ["commuting", "interfaces"])
@pytest.mark.parametrize("query", ["area=91001,", "area=1", "km_min=-3", "min=x", "depth=3", "km_min=9&km_max=3"])
def test_api_refuses_with_a_problem(question, query):
    response = Client().get(f"{API}{question}/?{query}")
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")


def test_files_hold_every_pair_and_where_it_comes_from(atlas):
    text = Client().get(f"{API}commuting.csv?area=91001,91002").content.decode("utf-8-sig")
    assert atlas.id in text
    table = [row for row in csv.reader(io.StringIO(text), delimiter=";") if row and row[0].startswith("9100")]
    assert len(table) == 5
    collection = Client().get(f"{API}commuting.geojson?area=91001").json()
    assert [feature["geometry"]["type"] for feature in collection["features"]] == ["LineString"] * 3
    assert Client().get(f"{API}interfaces.xlsx?area=91001").status_code == 200


def test_several_chosen_areas_lead_to_one_profile_and_side_by_side():
    shown = page(f"{PAGE}?area=91001&area=91002")
    for address in ("/probe/atlas/auswahl/?gebiete=91001,91002", "/probe/atlas/nebeneinander/?gebiete=91001,91002"):
        assert f'href="{address}"' in shown
        page(address)
    assert "auswahl/?gebiete=" not in page(f"{PAGE}?area=91001")
