"""Pages about places: profile, own selection, side by side, each complete without script, and as document."""

import json
import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "probe", "bundles")]


@pytest.fixture
def probe(db):
    from atlas_made import REGIONS

    from raumwerk.web.regions.actions import sync_regions

    texts = ("name_de", "name_en", "short_de", "short_en")
    sync_regions({slug: {key: entry[key] for key in texts} for slug, entry in REGIONS.items()})


@pytest.fixture
def bundles(settings, tmp_path):
    manifest = tmp_path / "bundles" / ".vite" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    entries = {name: {"isEntry": True, "name": name, "file": f"{name}.js", "css": []} for name in ("site", "atlas")}
    manifest.write_text(json.dumps(entries))
    settings.BUNDLE_DIR = tmp_path / "bundles"


def page(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return re.sub(r"\s+", " ", response.content.decode()).replace("&nbsp;", " ").replace("\u00a0", " ")


def test_profile_holds_figures_beside_the_chosen_areas():
    html = page("/probe/atlas/gebiet/91001/?mit=92002,region:probe")
    heads = re.findall(r'<th scope="col" class="atlas-number">([^<]*)</th>', html)
    assert heads[:4] == ["Kreis 91001", "Kreis 92002", "Probe", "Rang in der Region"]
    assert "/probe/atlas/gebiet/91001/profil.pdf?mit=92002%2Cregion%3Aprobe" in html


def test_profile_gives_an_interval_where_ranks_rest_on_suppressed_values():
    assert "2–4 von 4" in page("/probe/atlas/gebiet/92001/")


@pytest.mark.parametrize("asked", ["XX", "91001'--", "1,2,3,4,5", "<script>"])
def test_profile_beside_what_is_no_area_is_explained(asked):
    html = page(f"/probe/atlas/gebiet/91001/?mit={asked}", 400)
    assert "<script>" not in html.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    "address",
    ["/probe/atlas/gebiet/91001001/profil.pdf", "/en/probe/atlas/gebiet/91001/profil.pdf",
     "/probe/atlas/auswahl/profil.pdf?gebiete=91001,92001001"],
)  # fmt: skip
def test_profile_as_document_is_accessible_and_has_two_pages(address):
    response = Client().get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    body = response.content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in body
    assert sum(map(int, re.findall(rb"/Type/Pages/Count (\d+)/Kids\[\d+ 0 R", body)[:1])) <= 2
    assert Client().get(address).content == body


def test_selection_without_areas_offers_all_of_them():
    html = page("/probe/atlas/auswahl/")
    assert html.count('name="gebiete"') == 16 + 4
    assert "<h1>Eigene Auswahl</h1>" in html


def test_selection_hands_the_map_the_shapes_of_its_release_and_hides_it_without_script():
    html = page("/en/probe/atlas/auswahl/")
    drawn = html.partition('id="choose-drawn"')[2]
    assert re.match(r"[^>]*\bhidden\b", drawn)
    shapes = re.search(r'data-shapes="([^"]+)"', drawn)[1].replace("&amp;", "&")
    answer = Client().get(shapes).json()
    assert answer["level"] == "municipality"
    assert {each["properties"]["key"] for each in answer["features"]["features"]} >= {"91001001", "92002001"}


def test_selection_shows_sums_of_its_members():
    html = page("/probe/atlas/auswahl/?gebiete=91001001&gebiete=92002")
    assert "Eigene Auswahl aus 5 Gemeinden" in html
    assert "18.150" in html  # 1,110 and the four of 92002 in 2022
    assert 'name="gebiete" value="92002,91001001"' in html


def test_selection_drawn_on_the_map():
    html = page("/probe/atlas/auswahl/?umriss=9.0,51.0;9.2,51.0;9.2,51.2;9.0,51.2")
    assert "Kreis 91002" in html.partition("<h1>")[2].partition("</h1>")[0]


@pytest.mark.parametrize(
    "query", ["gebiete=x", "gebiete=92003", "umriss=1,2", "umriss=a,b;c,d;e,f", "umriss=1;2;3",
              "gebiete=" + "91001," * 700, "umriss=" + "9,51;" * 500, "umriss=nan,nan;1,1;2,2"],
)  # fmt: skip
def test_selection_of_nonsense_keeps_the_form_and_says_why(query):
    status = 200 if query.startswith("gebiete=91001,") else 400
    html = page(f"/probe/atlas/auswahl/?{query}", status)
    if status == 400:
        assert 'role="alert"' in html
        assert 'name="gebiete"' in html


def test_side_by_side_shows_each_area_for_the_same_date():
    html = page("/probe/atlas/nebeneinander/?gebiete=91001,92002,DG")
    heads = re.findall(r'<th scope="col" class="atlas-number">(?:<a [^>]*>)?([^<]*)<', html)
    assert heads[:3] == ["Kreis 91001", "Kreis 92002", "Deutschland"]
    assert ">4.000<" in html
    assert ">16.000<" in html
    assert ">60.000<" in html
    assert "erstes Jahr = 100" in html


@pytest.mark.parametrize(("asked", "status"), [("", 200), ("x", 400), ("91001,91002,92001,92002,DG,91", 400)])
def test_side_by_side_of_none_wrong_or_too_many(asked, status):
    html = page(f"/probe/atlas/nebeneinander/?gebiete={asked}", status)
    assert 'id="compare-areas"' in html
    assert ('role="alert"' in html) == (status == 400)


def test_pages_of_a_vanished_release_are_explained():
    for path in ("auswahl/", "nebeneinander/", "gebiet/91001/profil.pdf"):
        assert "19990101-00000000" in page(f"/probe/atlas/{path}?release=19990101-00000000", 404)


def test_pages_without_statistics_say_so(empty_home):
    assert Client().get("/probe/atlas/auswahl/").status_code == 200
