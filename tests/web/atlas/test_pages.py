"""Pages of the Atlas: complete without script, in both languages, with a helpful answer to every address."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from raumwerk.web.atlas.queries.release import Region
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.templatetags.atlas import bounded
from raumwerk.web.atlas.views.profile import sparkline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "probe")]


@pytest.fixture
def probe(db):
    from atlas_made import REGIONS

    from raumwerk.web.regions.actions import sync_regions

    texts = ("name_de", "name_en", "short_de", "short_en")
    sync_regions({slug: {key: entry[key] for key in texts} for slug, entry in REGIONS.items()})


@pytest.fixture(autouse=True)
def _bundles(settings, tmp_path):
    """Pages name their bundles; whether these were built is tested elsewhere."""
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


def rows(html: str) -> list[str]:
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.sub(r"<[^>]+>", " ", row).split("Herkunft")[0].strip() for row in body.split("<tr")[1:]]


def test_map_page_says_in_words_and_table_what_the_map_shows():
    html = page("/probe/atlas/?indicator=population&level=district&period=2021")
    assert "Einwohner, 2021" in html
    assert "Höchster Wert: Kreis 92002 (16.000 Personen). Niedrigster Wert: Kreis 91001 (4.000 Personen)." in html
    assert "Proberegion: 40.000 Personen; Linksland: 12.000 Personen; Deutschland: 60.000 Personen." in html
    table = html.split("<tbody>")[1]
    assert [table.index(name) for name in ("92002", "92001", "91002", "91001")] == sorted(
        table.index(name) for name in ("92002", "92001", "91002", "91001")
    )


def test_map_page_in_english():
    html = page("/en/probe/atlas/?indicator=population&level=district")
    assert '<html lang="en"' in html
    assert "Highest: Kreis 92002 (16,000" in html
    assert "Test Region: 40,000" in html


def test_map_page_hands_the_map_its_addresses(atlas):
    html = page("/probe/atlas/?indicator=population&level=district&method=natural&classes=4")
    values = re.search(r'data-values="([^"]+)"', html).group(1).replace("&amp;", "&")
    shapes = re.search(r'data-shapes="([^"]+)"', html).group(1).replace("&amp;", "&")
    assert 'data-method="natural"' in html
    assert f"release={atlas.id}" in values
    assert len(Client().get(values).json()["breaks"]["natural"]) == 3
    assert Client().get(shapes).json()["level"] == "district"
    assert 'data-flows=""' in html


def test_map_page_shows_masked_figures_as_an_interval_and_their_warning():
    html = page("/probe/atlas/?indicator=unemployment_share")
    assert "2,0–4,5" in html
    assert "Ein bewohntes Gebiet hat keinen eigenen Wert" in html
    assert "Achtung, erfunden." in html


def test_map_page_sorts_by_link_without_script():
    html = page("/probe/atlas/?indicator=population&level=district&sort=name")
    assert [row.split("Kreis ")[1][:5] for row in rows(html)] == ["91001", "91002", "92001", "92002"]
    assert 'aria-sort="ascending"' in html
    assert "sort=-name" in html


def test_map_page_keeps_masked_rows_last_whichever_way():
    for sort in ("value", "-value"):
        assert "92001" in rows(page(f"/probe/atlas/?indicator=unemployment_share&sort={sort}"))[-1]


def test_links_to_the_former_flows_lead_to_the_commuting_page():
    response = Client().get("/probe/atlas/?mode=flows&area=91001&border=crossing&indicator=population")
    assert response.status_code == 301
    assert response.headers["Location"] == "/probe/atlas/pendeln/?area=91001&border=crossing"


def test_level_and_period_left_over_from_another_view_fall_back_and_say_so():
    html = page("/probe/atlas/?indicator=unemployment_share&level=municipality&period=2021")
    assert "Arbeitslosenanteil, 2022" in html
    assert "Stattdessen" in html


@pytest.mark.parametrize(
    "query",
    [
        "indicator=happiness", "mode=war", "level=street", "period=%3Cscript%3E", "classes=99", "area=xx",
        "sort=evil", "method=magic",
    ],
)  # fmt: skip
def test_wrong_parameters_are_named_on_a_whole_page(query):
    html = page(f"/probe/atlas/?{query}", status=400)
    assert 'role="alert"' in html
    assert "<tbody>" in html
    assert "<script>alert" not in html


def test_a_region_without_areas_in_the_release_is_told_what_is_missing_not_shown_as_zero(atlas, monkeypatch):
    empty = Region("probe", atlas.regions["probe"].entry, (), (), ())
    monkeypatch.setitem(atlas.regions, "probe", empty)
    for address in ("", "pendeln/", "gebiet/91001/"):
        html = page(f"/probe/atlas/{address}")
        assert f"Ausgabe {atlas.id} enthält noch keine Zahlen der Region" in html
        assert "raumwerk data import" in html
        assert "<tbody>" not in html
    assert "Prüfsumme" in page("/probe/daten/")


def test_a_region_without_areas_leads_to_the_regions_of_the_sample(atlas, monkeypatch):
    monkeypatch.setitem(atlas.regions, "probe", Region("probe", atlas.regions["probe"].entry, (), (), ()))
    monkeypatch.setitem(atlas.manifest, "sample", True)
    html = page("/probe/atlas/")
    assert "zeigt ein erfundenes Beispielland" in html
    assert atlas.name("DG", "de") == "Das Beispielland"
    assert 'href="/andere/atlas/">Andere Region' in html


def test_a_release_that_is_gone_is_explained():
    html = page("/probe/atlas/?release=20200101-00000000", status=404)
    assert "20200101-00000000" in html
    assert 'href="/probe/atlas/"' in html


def test_profile_page(atlas):
    html = page("/probe/atlas/gebiet/91001002/")
    assert "<h1>Ort 91001002</h1>" in html
    for figure in ("1.210", "4.000", "40.000", "12.000", "60.000", "14 von 15"):
        assert figure in html
    assert "<polyline points=" in html
    assert "/probe/atlas/gebiet/91001/" in html


def test_profile_page_of_a_district_shows_partners():
    html = page("/en/probe/atlas/gebiet/91001/")
    assert "Commuters from Kreis 91001" in html
    assert "655 (61.5 %)" in html


@pytest.mark.parametrize("key", ["99999999", "91", "region-probe", "DG"])
def test_profile_of_no_area_is_explained(key):
    assert key in page(f"/probe/atlas/gebiet/{key}/", status=404)


def test_data_page_names_sources_files_and_releases(atlas):
    html = page("/probe/daten/")
    for needed in ("Erfundene Zählung", "© Amt für Erfundenes, 2024", "zaehlung.csv", atlas.id, "/api/v1/schema/"):
        assert needed in html
    for sha in atlas.manifest["files"]:
        assert sha in html


def test_data_page_leads_programs_on_and_the_administration_to_data_in(make_person, sign_in):
    html = page("/probe/daten/")
    for address in ("/ogc/", "/dcat/"):
        assert f'{address}"' in html
    assert "/daten-einspielen/" not in html
    shown = {}
    for superuser in (False, True):
        person = make_person(f"{superuser}@x.example", is_superuser=superuser, is_staff=superuser)
        answer = sign_in(person, client=Client()).get("/probe/daten/")
        shown[superuser] = 'href="/daten-einspielen/"' in answer.content.decode()
    assert shown == {False: False, True: True}


def test_a_figure_leads_back_to_the_checksum_of_its_file(home):
    html = page("/probe/atlas/?indicator=population&level=municipality&period=2022")
    link = re.search(r'href="(/probe/atlas/herkunft/[^"]*91001002[^"]*)"', html).group(1).replace("&amp;", "&")
    origin = page(link)
    sha = re.search(r"<code[^>]*>([0-9a-f]{64})</code>", origin).group(1)
    assert (home / "store" / "raw" / sha[:2] / sha / "zaehlung.csv").read_text() == "erfunden;1\n"
    assert "1210.0" in origin or "1.210" in origin


@pytest.mark.parametrize(
    "query", ["", "table=secrets", "table=indicators&origin=91001", "table=indicators&area=00000000"]
)
def test_origin_of_nothing_is_explained(query):
    response = Client().get(f"/probe/atlas/herkunft/?{query}")
    assert response.status_code in (400, 404)
    assert b"rw-hint" in response.content


@pytest.mark.parametrize("address", ["/probe/atlas/", "/probe/daten/", "/probe/atlas/gebiet/91001/"])
def test_without_statistics_the_page_says_how_to_load_them(address, empty_home):
    html = page(address)
    assert "raumwerk data import" in html
    assert "raumwerk data publish" in html


def test_a_region_that_the_release_does_not_know_yet_is_explained(db):
    from raumwerk.web.regions.models import Region

    Region.objects.create(slug="neu", name_de="Neu", name_en="New", short_de="Neu", short_en="New")
    assert "raumwerk data publish" in page("/neu/atlas/")


@pytest.mark.parametrize("address", ["/probe/atlas/", "/probe/daten/", "/probe/atlas/gebiet/91001/"])
def test_pages_ask_the_database_rarely_and_set_no_cookie(address):
    Client().get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = Client().get(address)
    assert len(asked) <= 4, [query["sql"] for query in asked]
    assert not response.cookies


def test_sparkline_leaves_a_gap_where_a_year_is_masked():
    series = [{"period": str(2000 + at), "value": value} for at, value in enumerate([1, 2, None, 4, 5])]
    spark = sparkline(series)
    assert [len(line.split()) for line in spark["lines"]] == [2, 2]
    assert sparkline([{"period": "2000", "value": 1.0}, {"period": "2001", "value": None}]) is None


@pytest.mark.parametrize(
    ("lower", "upper", "decimals", "shown"),
    [(0.0, 9.0, 0, "0–9"), (14.91, 14.93, 1, "14,9"), (-22185.0, -20195.0, 0, "−22.185 – −20.195")],
)
def test_bounded_writes_an_interval_that_can_be_read(lower, upper, decimals, shown):
    html = bounded({"value": None, "lower": lower, "upper": upper, "status": "masked"}, decimals)
    assert re.sub(r"<[^>]+>", "", html) == shown


def test_alphabetical_sorts_umlauts_beside_their_letters():
    names = ["Zahnärzte", "Ärzte", "Arbeit", "apotheken", "Straße", "Strasse"]
    assert sorted(names, key=alphabetical) == ["apotheken", "Arbeit", "Ärzte", "Strasse", "Straße", "Zahnärzte"]
