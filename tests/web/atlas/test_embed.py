"""Views for frames of other websites: only they may be framed; no script, no cookie, no request elsewhere."""

import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "probe", "bundles")]
NAMES = ("site", "atlas")
PICTURES = {
    "map": "indicator=population&level=district", "two-maps": "indicator=population&compare=population&level=district",
    "histogram": "indicator=population", "flows": "area=91001", "commuting": "area=91001,91002",
    "locator": "area=91001001", "trend": "area=91001&indicator=population",
}  # fmt: skip
BOXED = [f"/probe/einbetten/bild/{key}/?{query}" for key, query in PICTURES.items()]
MAP, FLOWS = "/probe/einbetten/karte/?indicator=unemployment_share", "/probe/einbetten/pendeln/?area=91001001"


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
    entries = (f'"{name}": {{"isEntry": true, "name": "{name}", "file": "{name}.js", "css": []}}' for name in NAMES)
    manifest.write_text("{" + ", ".join(entries) + "}")
    settings.BUNDLE_DIR = tmp_path / "bundles"


@pytest.mark.parametrize("address", [MAP, FLOWS, "/en" + MAP, "/en" + FLOWS, *BOXED])
def test_embed_may_be_framed_and_asks_nothing_of_the_reader(address):
    for _ in range(2):  # the second answer comes from the cache of pages
        response = Client().get(address)
        assert response.status_code == 200
        assert "X-Frame-Options" not in response.headers
        policy = response.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "script-src 'none'" in policy
        assert not response.cookies
        html = response.content.decode()
        assert "<script" not in html
        assert "<form" not in html
        assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!testserver|www\.govdata\.de)[^"]+"', html)
        assert html.count("<h1>") == 1


@pytest.mark.parametrize("address", ["/probe/atlas/", "/probe/atlas/gebiet/91001/", "/probe/atlas/auswahl/"])
def test_no_other_page_may_be_framed(address, settings):
    response = Client().get("/probe/atlas/auswahl/" if address == "/probe/atlas/" else address)
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_embed_says_title_source_and_the_way_to_the_table(atlas):
    html = Client().get(f"{MAP}&release={atlas.id}").content.decode()
    assert "<h1>Arbeitslosenanteil, 2022 – Proberegion</h1>" in html
    assert "© Amt für Erfundenes, 2024" in html
    assert f"http://testserver/probe/atlas/?indicator=unemployment_share&amp;release={atlas.id}" in html


@pytest.mark.parametrize(
    ("address", "status"),
    [("/probe/einbetten/karte/?indicator=none", 400), ("/probe/einbetten/pendeln/?area=x", 404),
     ("/probe/einbetten/pendeln/?direction=%3Cscript%3E", 400), ("/probe/einbetten/pendeln/?border=1", 400),
     ("/probe/einbetten/bild/none/", 404), ("/probe/einbetten/bild/map/?indicator=%3Cscript%3E", 400),
     ("/probe/einbetten/bild/map/?colour=red", 400), ("/probe/einbetten/bild/locator/?area=99999999", 404),
     ("/probe/einbetten/bild/scenario-comparison/", 400), ("/probe/einbetten/bild/map/", 400),
     ("/probe/einbetten/karte/?release=19990101-00000000", 404), ("/probe/einbetten/karte/?classes=99", 400)],
)  # fmt: skip
def test_embed_of_nonsense_is_explained(address, status):
    response = Client().get(address)
    assert response.status_code == status
    assert b"<script>" not in response.content.partition(b"<main")[2].partition(b"</main")[0]
