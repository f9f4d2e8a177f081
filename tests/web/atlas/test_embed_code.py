"""Below every drawing of the Atlas stands the code of its frame; the frame shows the same drawing with its sources."""

import re

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from raumwerk.web.atlas.drawings import DRAWINGS

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.usefixtures("official", "regions", "bundles")]
#: Pages that between them show every drawing there is.
PAGES = {
    "/mitte/atlas/?indicator=population_change_5y&method=own&breaks=-2;0;2&level=municipality": {"map", "histogram"},
    "/mitte/atlas/?indicator=population&level=district&compare=share_65_plus": {
        "map", "two-maps", "histogram", "scatter",
    },
    "/mitte/atlas/?scope=germany&indicator=share_65_plus&level=district": {"map", "histogram"},
    "/mitte/atlas/pendeln/?area=06611,03159&direction=net&hide_border=yes": {"commuting"},
    "/mitte/atlas/pendeln/?area=06611&expected=more": {"interfaces"},
    "/mitte/atlas/wirtschaft/": {"economy"},
    "/mitte/atlas/regionen/?level=district": {"regions"},
    "/mitte/atlas/zentren/?view=nodes": {"centres"},
    "/mitte/atlas/szenarien/?telework_share=30": {"scenarios"},
    "/mitte/atlas/szenarien/vergleich/?s=telework_share%3D30%26name%3DA&s=centrality%3D10": {"scenario-comparison"},
    "/mitte/atlas/gebiet/05762020/": {"locator", "age", "sectors", "trend", "flows"},
    "/en/mitte/atlas/nebeneinander/?gebiete=06611,03159": {"trends"},
}  # fmt: skip


def codes(address: str) -> dict[str, str]:
    """Address of the frame of each drawing of a page, as its code names it."""
    html = BeautifulSoup(Client().get(address).content, "html.parser")
    found: dict[str, str] = {}
    for code in html.select("details code"):
        frame = re.fullmatch(r'<iframe src="([^"]+)" .*title="[^"]+".*></iframe>', code.get_text())
        if frame is not None:
            found.setdefault(re.search(r"/bild/([\w-]+)/", frame[1])[1], frame[1])
    return found


def test_pages_show_every_drawing():
    assert set().union(*PAGES.values()) == set(DRAWINGS)


@pytest.mark.parametrize("address", PAGES)
def test_code_of_each_drawing_leads_to_its_frame_and_that_to_its_page(address, official):
    found = codes(address)
    assert set(found) == PAGES[address]
    for key, frame in found.items():
        response = Client().get(frame.removeprefix("http://testserver"))
        assert response.status_code == 200, (key, response.content.decode()[:1500])
        assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in response.headers
        assert not response.cookies
        html = BeautifulSoup(response.content, "html.parser")
        assert not html.find_all(["script", "form", "iframe"])
        main = html.find("main")
        assert isinstance(main, Tag)
        text = main.get_text(" ")
        assert main.find("svg") is not None, key
        assert official.id in text, key
        assert "©" in text or "Datenquelle" in text, key
        whole = str(main.select('a[target="_blank"]')[0]["href"]).removeprefix("http://testserver")
        page = Client().get(whole)
        assert page.status_code == 200, (key, whole)
        assert page.headers["X-Frame-Options"] == "DENY"
        assert f'data-drawing="{key if key != "flows" else "commuting"}"' in page.content.decode(), (key, whole)
