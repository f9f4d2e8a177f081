"""Planning pages: complete without script in both languages, and a helpful answer to every address."""

from __future__ import annotations

import re

import pytest
from atlas_made import REGIONS
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from raumwerk.web.atlas.modes import MODES
from raumwerk.web.regions.actions import sync_regions

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.usefixtures("official", "regions", "bundles")]
PAGES = (
    "wirtschaft/",
    "regionen/",
    "zentren/",
    "zentren/?view=nodes",
    "zentren/?view=supply",
    "szenarien/",
    "szenarien/vergleich/?s=telework_share%3D30%26name%3DA&s=centrality%3D10%26name%3DB",
)


def page(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return re.sub(r"\s+", " ", response.content.decode()).replace("&nbsp;", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", PAGES)
def test_page_is_complete_without_script(prefix, address):
    html = page(f"{prefix}/mitte/atlas/{address}")
    assert html.count("<h1") == 1
    assert 'role="img" aria-label="' in html
    assert re.search(r"<tbody>\s*<tr>", html)
    assert "<script>" not in html
    assert " style=" not in html
    assert "Datenlizenz" in html or "dl-de" in html


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.key)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_way_in_says_openly_what_it_shows_and_what_it_cannot_tell(mode, language):
    with translation.override(language):
        html = page(reverse(f"atlas:{mode.view}", kwargs={"region": "mitte"}))
        note = re.search(r'<p class="atlas-modes__note">(.*?)</p>', html).group(1)
        assert f"{escape(mode.shows)} <span" in note
        assert f">{escape(mode.cannot)}</span>" in note
    assert note not in "".join(re.findall(r"<details.*?</details>", html))


def test_scenarios_are_called_a_model_above_the_map_and_say_that_nothing_is_moved_yet():
    above = page("/mitte/atlas/szenarien/").split("<figure")[0]
    assert "Ein Modell, keine Vorhersage." in above
    assert "Noch ist kein Hebel bewegt" in above
    moved = page("/mitte/atlas/szenarien/?telework_share=20")
    assert "Noch ist kein Hebel bewegt" not in moved
    assert "Gegenüber heute ändern sich die Pendelkilometer" in moved


def test_levers_show_how_far_they_go():
    html = page("/mitte/atlas/szenarien/")
    ends = re.search(r'name="telework_days".*?plan-slider__ends[^>]*><span>([^<]*)</span><span>([^<]*)</span>', html)
    assert ends.groups() == ("0,0", "5,0")


def test_map_of_interfaces_draws_the_most_striking_pairs_and_says_so():
    html = page("/mitte/atlas/pendeln/?expected=all")
    assert 'data-most="120"' in html
    assert re.search(r"Die Karte zeichnet die 120 auffälligsten von [\d.]+ Paaren", html)
    few = page("/mitte/atlas/pendeln/?expected=more&area=05762&km_max=60")
    assert "auffälligsten von" not in few


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("regionen/?min_size=viel", "„viel“ passt nicht zu „Kleinste Region“"),
        (
            "regionen/?min_size=60000&target_size=2000",
            "Die Größe 60000 der kleinsten Region liegt nicht unter der Größe 2000 der großen Region",
        ),
        ("regionen/?method=zauber", "„zauber“ ist keine Auswahl von „Verfahren“"),
        ("regionen/?level=<script>alert(1)</script>", "&lt;script&gt;"),
        ("zentren/?view=nodes&places=900", "möglich ist eine Zahl von 1 bis 12"),
        ("szenarien/?hubs=05762020,99999999", "„99999999“ ist keine Gemeinde dieser Region"),
        ("szenarien/?jobs=100", "Sagen Sie, wo die Arbeitsplätze kommen oder gehen."),
        ("szenarien/?telework_share=nan", "passt nicht zu"),
        ("szenarien/?jobs_area=,,,&jobs=5", "möglich ist eine Gemeinde der Region"),
        ("szenarien/?link_from=05762020,05762036", "möglich ist eine Gemeinde der Region"),
        ("wirtschaft/?period=1830", "„1830“ ist keine Auswahl von „Jahr“"),
        ("szenarien/?jobs_area=05762020&jobs=-90000", "Arbeitsplätze können sich nicht um"),
    ],
)
def test_wrong_parameters_are_told_beside_a_full_page(address, told):
    html = page(f"/mitte/atlas/{address}", status=400)
    assert told in html
    assert 'role="img"' in html
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("address", "notices", "shown"),
    [
        ("?base=gva&period=2020-06-30&since=2015-06-30&sector=j", ["Jahr", "Wirtschaftszweig"], "Information und Komm"),
        ("?base=employees&period=2017&since=2015&sector=gj", ["Jahr", "Wirtschaftszweig"], "(G–I)"),
        ("?period=2018-06-30&since=2019-06-30", ["Wachstum seit"], "Produzierendes Gewerbe"),
        ("?period=2020&since=2018", [], "Produzierendes Gewerbe"),
    ],
)
def test_what_is_left_over_from_another_choice_is_fitted_and_told_without_blame(address, notices, shown):
    html = page(f"/mitte/atlas/wirtschaft/{address}")
    assert re.findall(r'role="note">Für „([^“]+)“ gibt es hier eine andere Auswahl', html) == notices
    assert re.search(rf"<figcaption><strong>Spezialisierung: [^<]*{re.escape(shown)}", html)
    assert "2020-06-30" not in "".join(re.findall(r'role="note">([^<]*)', html))


def test_the_first_year_shows_its_structure_and_says_that_there_is_no_growth():
    html = page("/mitte/atlas/wirtschaft/?period=2015-06-30&since=2015-06-30&shown=growth")
    assert "2015 ist das erste Jahr mit diesen Zahlen" in html
    assert 'id="t-structure"' in html
    assert 'id="t-growth"' not in html
    assert 'name="since"' not in html
    assert re.search(r'<path d="[^"]+" fill="#(?!ffffff)[0-9a-f]{6}"><title>', html)


def test_a_scenario_that_is_gone_is_told_beside_the_others():
    html = page("/mitte/atlas/szenarien/vergleich/?s=@nirgends&s=telework_share%3D30%26name%3DHeim", status=404)
    assert "Szenario 1: Dieses Szenario gibt es nicht mehr, oder es ist nicht mit Ihnen geteilt." in html
    assert re.search(r"<tbody>.*?Heim.*?</tbody>", html)


def test_a_division_that_cannot_be_laid_over_is_told():
    html = page("/mitte/atlas/regionen/?level=district&overlay=mittelbereich")
    assert "teilt Kreise; über Regionen aus ganzen Kreisen" in html
    assert "Darübergelegt:" not in html
    assert "Darübergelegt: Arbeitsmarktregion" in page("/mitte/atlas/regionen/?overlay=labour_market_region")


@pytest.mark.parametrize("scenarios", ["", "&s=telework_share%3D30"])
def test_a_wrong_weight_is_told_whether_or_not_scenarios_are_compared(scenarios):
    html = page(f"/mitte/atlas/szenarien/vergleich/?a_co2=-1{scenarios}", status=400)
    assert re.search(r'role="alert">„-1“ passt nicht zu „weniger CO₂“; möglich ist eine Zahl von 0 bis 10', html)


def test_wrong_parameters_are_told_in_english_to_who_reads_english():
    html = page("/en/mitte/atlas/regionen/?min_size=60000&target_size=2000", status=400)
    assert "min_size 60000 is not below target_size 2000" in html
    assert "Exchange or change them." in html


@pytest.mark.parametrize(
    ("language", "told"),
    [("de", "Tauschen oder ändern Sie die beiden Angaben."), ("en", "Exchange or change them.")],
)
def test_api_words_a_problem_in_the_language_asked_for(client, language, told):
    answer = client.get(f"/api/v1/regions/mitte/functional-regions/?min_size=60000&target_size=2000&lang={language}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert told in answer.json()["detail"]


def test_vanished_release_and_unknown_method_are_404():
    assert "20200101-00000000" in page("/mitte/atlas/regionen/?release=20200101-00000000", status=404)
    assert "regions" in page("/mitte/atlas/verfahren/zauberei/", status=404)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("wirtschaft/", "enthält keine Zahlen nach Wirtschaftszweigen"),
        ("zentren/", "enthält keine Einteilung „central_place_level“"),
        ("zentren/?view=supply", "enthält keine Orte der Art „pharmacy“"),
        ("regionen/?overlay=mittelbereich", "enthält keine Einteilung „mittelbereich“"),
    ],
)
def test_a_release_without_the_figures_explains_itself(made_home, settings, address, told):
    settings.HOME = made_home
    texts = ("name_de", "name_en", "short_de", "short_en")
    sync_regions({slug: {key: entry[key] for key in texts} for slug, entry in REGIONS.items()})
    html = page(f"/probe/atlas/{address}", status=404)
    assert told in html
    assert "Nichts zu zeigen" in html


def test_sliders_carry_numbers_as_browsers_read_them():
    html = page("/mitte/atlas/regionen/?min_size=12500&min_share=61.5")
    assert 'name="min_size" min="500" max="100000" step="500" value="12500"' in html
    assert 'value="61.5"' in html
    assert ">12.500</output>" in html


def test_known_settings_are_links_and_the_present_one_is_marked():
    html = page("/mitte/atlas/regionen/")
    assert re.search(r'aria-current="true">Vereinigtes Königreich', html)
    assert "min_size=40000&amp;target_size=50000&amp;min_share=65&amp;target_share=66" in html


def test_lasting_link_names_release_and_parameters(official):
    html = page("/mitte/atlas/szenarien/?telework_share=30")
    assert f"/mitte/atlas/szenarien/?telework_share=30&amp;release={official.id}&amp;version=" in html


def test_numbers_of_page_file_and_interface_are_one():
    address = "api/v1/regions/mitte/functional-regions"
    answer = Client().get(f"/{address}/?min_size=5000&lang=en").json()
    html = page("/en/mitte/atlas/regionen/?min_size=5000")
    table = next(table for table in answer["tables"] if table["key"] == "regions")
    for row in table["rows"]:
        assert row["name"] in html
        assert f"{row['residents']:,.0f}" in html
    file = Client().get(f"/{address}.csv?min_size=5000&lang=en&table=regions").content.decode("utf-8-sig")
    lines = [line for line in file.splitlines() if not line.startswith("#")]
    assert len(lines) == len(table["rows"]) + 1
    assert lines[1].startswith(table["rows"][0]["name"])
    assert answer["estimated"] is True
    assert answer["accuracy"]["figures"]["cpc_belgium"] > 0.8
    assert answer["attribution"]


def test_files_say_parameters_release_and_sources(official):
    file = Client().get("/api/v1/regions/mitte/centres.csv?view=nodes&places=2&table=hubs").content.decode("utf-8-sig")
    assert official.id in file
    assert "# Gemeinschaftsbüros: 2" in file
    assert "# Quelle:" in file
    book = Client().get("/api/v1/regions/mitte/economy.xlsx?table=growth")
    assert book.content[:2] == b"PK"
    assert Client().get("/api/v1/regions/mitte/economy.csv?table=nothing").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("economy/?sector=zz", 400),
        ("centres/?view=nodes&places=0", 400),
        ("scenarios/?hubs=1", 400),
        ("scenarios/?x=1", 400),
        ("functional-regions/?target_size=1000&min_size=2000", 400),
        ("centres/?rank=OZ", 200),
        ("economy/", 200),
    ],
)
def test_interface_refuses_what_is_wrong_and_says_what_is_possible(address, status):
    response = Client().get(f"/api/v1/regions/mitte/{address}")
    assert response.status_code == status
    if status == 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["detail"]


def test_interface_is_described():
    schema = Client().get("/api/v1/schema/").content.decode()
    for name in ("functional-regions", "economy", "centres", "scenarios"):
        assert f"/api/v1/regions/{{slug}}/{name}/:" in schema


@pytest.mark.parametrize("key", ["regions", "scenarios", "access", "structure", "hubs"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_methods_are_explained_to_readers(prefix, key):
    html = page(f"{prefix}/mitte/atlas/verfahren/{key}/")
    assert html.count("<h1") == 1
    assert "**" not in html
    assert "<strong>" in html
    assert ("What it cannot tell" if prefix else "Was es nicht sagen kann") in html


def test_comparison_takes_at_most_four_and_tells_another_release():
    many = "&".join(f"s=telework_share%3D{share}" for share in (10, 20, 30, 40, 50))
    assert "Höchstens 4 Szenarien" in page(f"/mitte/atlas/szenarien/vergleich/?{many}", status=400)
    html = page("/mitte/atlas/szenarien/vergleich/?s=telework_share%3D30%26name%3DAlt%26release%3D20200101-00000000")
    assert "„Alt“ entstand mit Ausgabe 20200101-00000000" in html
    assert "Noch ist kein Szenario gewählt." in page("/mitte/atlas/szenarien/vergleich/")
    assert page("/mitte/atlas/szenarien/vergleich/?s=@unbekannt", status=404)


@pytest.mark.parametrize("areas", [["05762020"], ["05762020", "06611000"]])
def test_profile_names_the_functional_regions_that_the_page_of_regions_shows(ask, areas):
    rows = {row["area"]: row["region"] for row in ask("regions")[1].table("areas").frame.to_dicts()}
    names = [rows[area] for area in areas]
    (key,) = areas if len(areas) == 1 else ("",)
    html = page(f"/mitte/atlas/gebiet/{key}/" if key else f"/mitte/atlas/auswahl/?gebiete={','.join(areas)}")
    size = f" ({list(rows.values()).count(names[0])} Gemeinden)" if key else ""
    assert f'<a href="/mitte/atlas/regionen/">{"; ".join(names)}{size}</a>' in html
