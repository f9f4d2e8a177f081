"""Every drawing of the Atlas has its files beside it, and each file says by itself what it shows and whose it is."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zlib
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from raumwerk.web.atlas.drawings import DRAWINGS

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.usefixtures("official", "regions", "bundles")]
SVG = "{http://www.w3.org/2000/svg}"
#: Pages that between them show every drawing there is.
PAGES = (
    "/mitte/atlas/?indicator=population_density",
    "/mitte/atlas/?indicator=population&level=district&compare=share_65_plus&area=06611",
    "/mitte/atlas/?indicator=population_change_5y&method=own&breaks=-2;0;2",
    "/mitte/atlas/?scope=germany&indicator=population_density&level=municipality",
    "/mitte/atlas/?scope=germany&indicator=share_65_plus&level=district&compare=population",
    "/mitte/atlas/pendeln/",
    "/kali/atlas/pendeln/?level=municipality&hide_border=yes",
    "/mitte/atlas/pendeln/?area=06611,03159&direction=net&expected=all",
    "/mitte/atlas/wirtschaft/",
    "/mitte/atlas/regionen/?level=district",
    "/mitte/atlas/zentren/",
    "/mitte/atlas/zentren/?view=nodes",
    "/mitte/atlas/zentren/?view=supply",
    "/mitte/atlas/szenarien/?telework_share=30",
    "/mitte/atlas/szenarien/vergleich/?s=telework_share%3D30%26name%3DA&s=centrality%3D10%26name%3DB",
    "/mitte/atlas/gebiet/05762020/",
    "/mitte/atlas/auswahl/?gebiete=05762020,05774032",
    "/mitte/atlas/nebeneinander/?gebiete=06611,03159,05774",
)


def drawings(address: str, lang: str = "de") -> dict[str, list[str]]:
    """Key of each drawing on a page with the addresses of its files; fails on a drawing without its own."""
    response = Client().get(address if lang == "de" else f"/{lang}{address}")
    assert response.status_code == 200, response.content.decode()[:2000]
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag)
    drawn = [each for each in main.find_all("svg") if each.get("aria-hidden") != "true"]
    drawn += [each for each in main.select(".atlas-map") if "hidden" not in each.attrs]
    found: dict[str, list[str]] = {}
    for each in drawn:
        frame = each.find_parent(attrs={"data-drawing": True})
        assert frame is not None, f"{address}: a drawing without its files: {str(each)[:200]}"
        links = [str(link["href"]) for link in frame.select(".atlas-pictures a")]
        assert [re.search(r"\.(\w+)\?", link)[1] for link in links] == ["svg", "png", "png", "pdf"], (address, links)
        assert all("release=" in link and f"lang={lang}" in link for link in links)
        found.setdefault(str(frame["data-drawing"]), links)
    return found


def fetch(address: str, kind: str) -> bytes:
    response = Client().get(address)
    assert response.status_code == 200, (address, response.content.decode("utf-8", "replace")[:1000])
    assert response.headers["Content-Type"] == kind
    assert response.headers["Content-Disposition"].startswith('inline; filename="raumwerk-')
    return response.content


def holds(text: str, release: str, lang: str, where: str) -> None:
    """Whether the words of a file say release, date, source and licence."""
    told = unspaced(text)
    made = {"de": r"Ausgabe{}vom\d{{1,2}}\.\w+\d{{4}}", "en": r"Release{}of\d{{1,2}}\w+\d{{4}}"}[lang]
    assert re.search(made.format(unspaced(release)), told), f"{where} names no release of a date: {text[-400:]}"
    assert re.search("©|Datenquelle|Datenbasis", told), f"{where} names no source: {text[-600:]}"
    assert re.search("dlde|Datenlizenz|CC|ODbL|Quellenangabe", told), f"{where} names no licence: {text[-600:]}"


def legend_in(picture: ET.Element) -> list[tuple[str, str]]:
    """Colour and words of each sign of the legends: a patch, a line or a circle with the text behind it."""
    found = []
    for frame in picture.iter(f"{SVG}svg"):
        for sign, words in pairwise(frame):
            kind, look = sign.tag.removeprefix(SVG), sign.attrib
            patch = kind == "rect" and (look.get("width"), look.get("height")) == ("28", "14")
            line = kind == "path" and re.fullmatch(r"M2 [\d.-]+H30", look["d"])
            circle = kind == "circle" and look.get("cx", "").isdecimal() and sign.find(f"{SVG}title") is None
            if (patch or line or circle) and words.tag == f"{SVG}text":
                found.append((look["stroke"] if line else look["fill"], words.text or ""))
    return found


def shades_in(picture: ET.Element) -> set[str]:
    """Colours of areas or bars; the surroundings of a region are no part of what is told."""
    filled = [each for each in (*picture.iter(f"{SVG}path"), *picture.iter(f"{SVG}rect")) if each.get("fill") != "none"]
    around = {"#fbfbfa", "#ffffff", "#dfe7ea", "#f6f6f4"}
    return {str(each.get("fill")) for each in filled if each.get("fill")} - around


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def unspaced(text: str) -> str:
    """Text without the blanks and hyphens that the setting of lines puts in, and that readers of PDF confuse."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def test_every_drawing_of_every_page_has_its_files_beside_it():
    found = set().union(*(drawings(address) for address in PAGES))
    assert found == set(DRAWINGS) - {"flows"}  # a view of stories and frames; profiles link to it
    profile = Client().get("/mitte/atlas/gebiet/05762020/").content.decode()
    assert re.search(r"/api/v1/regions/mitte/flows\.svg\?direction=out&amp;[^\"]*area=05762020", profile)


@pytest.mark.parametrize(
    ("address", "lang"), [*((each, "de") for each in PAGES), *((each, "en") for each in PAGES[::3])]
)
def test_files_of_a_drawing_hold_title_legend_source_licence_date_and_release(address, lang, official):
    for key, (svg, screen, big, pdf) in drawings(address, lang).items():
        picture = ET.fromstring(fetch(svg, "image/svg+xml"))
        texts = [each.text or "" for each in picture.iter(f"{SVG}text")]
        title, rest = texts[0].strip(), " ".join(texts)
        holds(rest, official.id, lang, f"{address} {key} svg")
        assert picture.get("role") == "img"
        assert len(picture.get("aria-label", "")) > 20, key
        assert not [each for each in picture.iter() if each.tag.endswith(("script", "style", "image"))]
        legend = legend_in(picture)
        assert legend, (address, key)
        assert all(label.strip() for _colour, label in legend), (address, key, legend)
        if key in ("map", "two-maps", "histogram"):  # every shade of an area stands in a legend
            assert shades_in(picture) <= {colour for colour, _label in legend}, (address, key)
        for file, width in ((screen, 1920), (big, 3840)):
            image = Image.open(io.BytesIO(fetch(file, "image/png")))
            assert image.width == width
            assert image.info["Title"].startswith(title), key
            holds(image.info["Copyright"], official.id, lang, f"{address} {key} png")
        document = fetch(pdf, "application/pdf")
        assert b"<pdfuaid:part>1</pdfuaid:part>" in document, key
        assert _has_alternative_text(document), key
        text = text_of(document)
        assert unspaced(title) in unspaced(text), key
        holds(text, official.id, lang, f"{address} {key} pdf")


def _has_alternative_text(pdf: bytes) -> bool:
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return any(b"/Alt" in part and b"/Figure" in part for part in parts)


def test_picture_of_commuters_is_drawn_as_on_the_screen_with_and_without_the_border():
    address = "/api/v1/regions/mitte/commuting.svg?area=05762&period=2019-06-30&lang=de"
    shown, hidden = (ET.fromstring(fetch(each, "image/svg+xml")) for each in (address, f"{address}&borders=false"))

    def colours(picture: ET.Element) -> set[str | None]:
        return {each.get("stroke") for each in picture.iter(f"{SVG}path")}

    assert {"#0f4163", "#a34f04", "#b35806"} <= colours(shown)  # within, across, the border itself
    assert not {"#a34f04", "#b35806"} & colours(hidden)
    assert "über eine Landesgrenze" in " ".join(each.text or "" for each in shown.iter(f"{SVG}text"))


def test_masked_pairs_are_dotted_and_estimates_dashed():
    merged = "/api/v1/regions/kali/commuting.svg?area=16063&period=2019-06-30&lang=de"  # sums with an absent part
    picture = ET.fromstring(fetch(merged, "image/svg+xml"))
    dashes = {each.get("stroke-dasharray") for each in picture.iter(f"{SVG}path")}
    assert "2 4" in dashes
    assert "gepunktet" in " ".join(each.text or "" for each in picture.iter(f"{SVG}text"))
    estimated = "/api/v1/regions/kali/commuting.svg?level=municipality&lang=de"
    picture = ET.fromstring(fetch(estimated, "image/svg+xml"))
    assert "6 4" in {each.get("stroke-dasharray") for each in picture.iter(f"{SVG}path")}
    assert "gestrichelt: Schätzung" in " ".join(each.text or "" for each in picture.iter(f"{SVG}text"))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("values.svg?indicator=population&method=own", "breaks"),
        ("values.png?indicator=population&size=huge", "size"),
        ("scatter.svg?indicator=population&compare=none_such", "none_such"),
        ("values.svg?indicator=population&scope=germany&draw=symbols", "draw"),
        ("two-maps.svg?indicator=population&compare=share_65_plus&scope=germany&compare_draw=symbols", "compare_draw"),
        ("trend.svg?indicator=population&area=99999999", "99999999"),
        ("trends.svg?indicator=population&area=06611,06611000,03159,05774,05762,06633,06635", "5"),
        ("age.pdf?area=99999", "99999"),
        ("locator.svg?area=<script>", "area"),
        ("locator.svg?area=99999999", "99999999"),
        ("scenario-comparison.svg", "s"),
        ("scenario-comparison.svg?s=telework_share%3Dviel", "viel"),
        ("economy.gpkg?table=nothing", "nothing"),
    ],
)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_picture_that_cannot_be_says_why(address, told, lang):
    join = "&" if "?" in address else "?"
    response = Client().get(f"/api/v1/regions/mitte/{address}{join}lang={lang}")
    assert response.status_code in (400, 404), response.content[:300]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert told in response.content.decode()
