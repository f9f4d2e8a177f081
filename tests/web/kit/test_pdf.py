"""Documents: tagged, titled, in their language; no text of a user breaks or becomes markup."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime

import pytest
import typst
from django.core.exceptions import ImproperlyConfigured

from raumwerk.web.kit.pdf import REPLACEMENT, render_image, render_pdf

MOMENT = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
BLOCKS = [
    {"kind": "heading", "text": "Beschluss"},
    {"kind": "text", "text": "Erster Absatz\nmit Umbruch.\n\nZweiter Absatz: #panic() *fett* $x$ <a> @b \\ [c]"},
    {"kind": "facts", "pairs": [["Ort", "Höxter"], ["Tag", "4. Mai 2026"]]},
    {"kind": "list", "items": ["eins", "zwei"]},
    {
        "kind": "table",
        "caption": "Stimmen",
        "columns": [{"label": "Antwort"}, {"label": "Zahl", "align": "right"}],
        "rows": [["Ja", "12"], ["Nein", "3"]],
    },
    {"kind": "picture", "svg": PICTURE, "alt": "Ein schwarzes Rechteck"},
    {"kind": "small", "text": "Quelle: eigene Zählung"},
]


def made(blocks: list[dict], **options: str) -> bytes:
    given = {"title": "Niederschrift", "language": "de", "issued": MOMENT} | options
    return render_pdf("kit/report.typ", {"blocks": blocks}, **given)


def objects(pdf: bytes) -> str:
    """Every object of the file as text, those in compressed streams too."""
    parts = [pdf.decode("latin-1")]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(parts)


def test_render_pdf_is_tagged_titled_and_in_its_language() -> None:
    pdf = made(BLOCKS)
    text = objects(pdf)
    assert pdf.startswith(b"%PDF-1.7")
    assert "/MarkInfo" in text
    assert "/Marked true" in text
    assert "/Lang(de)" in text
    assert "/DisplayDocTitle true" in text
    assert "<pdfuaid:part>1</pdfuaid:part>" in text
    assert '<rdf:li xml:lang="x-default">Niederschrift</rdf:li>' in text
    for tag in ("H1", "P", "L", "LI", "Table", "TH", "TD", "Caption", "Figure"):
        assert re.search(rf"/S ?/{tag}\b", text), tag
    assert "/Alt(Ein schwarzes Rechteck)" in text


def test_render_pdf_in_english_says_so() -> None:
    text = objects(made(BLOCKS, language="en"))
    assert "/Lang(en)" in text
    assert "/Lang(de)" not in text


def test_render_pdf_of_the_same_content_and_moment_is_the_same() -> None:
    assert made(BLOCKS) == made(BLOCKS)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x07\ufeff\uffff",
        "中文 한국어 ひらがな",
        "🇩🇪 😀",
        "\u202eabc",
        "عربي",
        '#import "/x"',
        "\U000e0041",
        "a" * 20_000,
    ],
    ids=["controls", "east-asian", "flags", "direction", "arabic", "code", "tag-character", "long-word"],
)
def test_render_pdf_of_any_text_is_a_document(text: str) -> None:
    pdf = made([{"kind": "text", "text": text}, {"kind": "table", "columns": [{"label": text}], "rows": [[text]]}])
    assert pdf.startswith(b"%PDF-1.7")
    assert "<pdfuaid:part>1</pdfuaid:part>" in objects(pdf)


def test_render_pdf_of_every_character_of_the_basic_plane_is_a_document() -> None:
    text = "".join(chr(code) for code in range(0x20, 0x3100) if not 0xD800 <= code < 0xE000)
    assert made([{"kind": "text", "text": text}]).startswith(b"%PDF-1.7")


def test_render_pdf_keeps_a_replacement_the_writer_wrote() -> None:
    assert made([{"kind": "text", "text": REPLACEMENT}]).startswith(b"%PDF-1.7")


def test_render_pdf_without_alternative_text_is_refused() -> None:
    with pytest.raises(typst.TypstError):
        made([{"kind": "picture", "svg": PICTURE}])


@pytest.mark.parametrize("name", ["kit/none.typ", "../../secret.typ", "/etc/passwd", "kit/report", "kit/../report.typ"])
def test_render_pdf_of_an_unknown_template_names_it(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="No document template"):
        render_pdf(name, {}, title="x", language="de")


def test_render_image_gives_png_and_svg() -> None:
    data = {"blocks": BLOCKS}
    given = {"title": "Bild", "language": "de", "issued": MOMENT}
    assert render_image("kit/report.typ", data, **given).startswith(b"\x89PNG\r\n\x1a\n")
    assert render_image("kit/report.typ", data, format="svg", **given).startswith(b"<svg")
