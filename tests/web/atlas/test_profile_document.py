"""Profile of an own selection as a document: two pages whatever is chosen, tagged, in the language of the reader."""

import io
import re

import pytest
from django.test import Client
from pypdf import PdfReader

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.usefixtures("official", "regions", "bundles")]
ALL = "06611,06633,06634,06635,06636,03155,03159,03255,05762,05774"
#: By list, by district, drawn; the smallest and the largest there is; with areas to compare.
SELECTIONS = {
    "/mitte/atlas/auswahl/profil.pdf?gebiete=05762020,05774032&mit=05762,DG": ("de", ["Kreis Höxter", "Deutschland"]),
    "/mitte/atlas/auswahl/profil.pdf?gebiete=05762": ("de", ["Region der Mitte", "Nordrhein-Westfalen"]),
    "/en/mitte/atlas/auswahl/profil.pdf?umriss=9.1,51.3;9.8,51.3;9.7,51.9;9.0,51.8&mit=06,DG": (
        "en", ["Hesse", "Germany"],
    ),
    f"/mitte/atlas/auswahl/profil.pdf?gebiete={ALL}&mit=06,03,05": ("de", ["Hessen", "Niedersachsen"]),
    "/en/kali/atlas/auswahl/profil.pdf?gebiete=16063&mit=16,06,DG": ("en", ["Thuringia", "Hesse", "Germany"]),
}  # fmt: skip
TITLES = {"de": ("Profil:", "Kennzahlen", "Entwicklung", "Quellen"),
          "en": ("Profile:", "Key figures", "Trends", "Sources")}  # fmt: skip


def unbroken(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


@pytest.mark.parametrize("address", SELECTIONS)
def test_document_has_two_tagged_pages_and_the_areas_to_compare_with(address, official):
    lang, compared = SELECTIONS[address]
    response = Client().get(address)
    assert response.status_code == 200, response.content[:500]
    reader = PdfReader(io.BytesIO(response.content))
    assert len(reader.pages) == 2
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == lang
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert str(reader.metadata.title).startswith(TITLES[lang][0])
    text = unbroken("\n".join(page.extract_text() for page in reader.pages))
    for words in (*TITLES[lang], *compared, official.id):
        assert unbroken(words) in text, words
    assert "©" in text


def test_document_of_a_selection_that_is_none_is_refused():
    assert Client().get("/mitte/atlas/auswahl/profil.pdf").status_code == 400
    assert Client().get("/mitte/atlas/auswahl/profil.pdf?gebiete=11000000").status_code == 400
    assert Client().get("/mitte/atlas/auswahl/profil.pdf?umriss=9.1,51.3").status_code == 400
