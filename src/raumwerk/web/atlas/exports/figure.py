"""A figure to take away: title, picture, legend, summary, sources, licences, release, date - as SVG, PNG or PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zlib import crc32

from django.utils.translation import gettext

from raumwerk.web.atlas.exports.drawing import INK, QUIET, Drawing, clean, wrapped
from raumwerk.web.atlas.exports.maps import Key
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.kit.pdf import render_image, render_pdf
from raumwerk.web.kit.templatetags.kit import period as written

__all__ = ["IMAGE_FORMS", "SIZES", "Figure", "Table", "credit_lines", "figure_svg", "legend_of", "to_pdf", "to_png"]

IMAGE_FORMS = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
_WIDTH, _MARGIN, _LEGEND = 960.0, 28.0, 236.0
#: Pixels of an inch: a figure is 10 inches wide, so its files have 1,920 and 3,840 pixels; 960 in a website of files.
SIZES = {"screen": 192, "print": 384, "site": 96}


@dataclass(frozen=True, slots=True)
class Table:
    """The same figures as a table: heads with their sides, rows of text."""

    caption: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``summary`` says in a sentence what it shows, ``notes`` are the lines below it."""

    title: str
    summary: str
    picture: Drawing
    keys: Sequence[Key]
    key_title: str
    notes: Sequence[str]
    created: str
    tables: Sequence[Table] = field(default=())


def credit_lines(atlas: AtlasRelease, files: Sequence[str], lang: str) -> list[str]:
    """Lines below a figure: sources with licences, release and its date, who made it."""
    lines = []
    if atlas.manifest.get("sample"):
        lines.append(gettext("These figures are made up."))
    for told in atlas.attribution(files, lang):
        licence = f" ({told['licence']}{', ' + told['licence_url'] if told['licence_url'] else ''})"
        lines.append(f"{told['title']}: {told['attribution']}{licence if told['licence'] else ''}")
    made = gettext("Release %(release)s of %(date)s, Raumwerk")
    lines.append(made % {"release": atlas.id, "date": written(str(atlas.manifest["created"])[:10])})
    return lines


def _picture(figure: Figure) -> Drawing:
    """Picture with its legend beside it, or below it when it is wide."""
    beside = figure.picture.width + _LEGEND <= _WIDTH - 2 * _MARGIN
    if not figure.keys:
        return figure.picture
    legend = legend_of(figure.keys, figure.key_title, _LEGEND if beside else figure.picture.width)
    if beside:
        whole = Drawing(figure.picture.width + 24 + _LEGEND, max(figure.picture.height, legend.height))
        whole.place(figure.picture, 0, 0)
        whole.place(legend, figure.picture.width + 24, 0)
        return whole
    whole = Drawing(figure.picture.width, figure.picture.height + 12 + legend.height)
    whole.place(figure.picture, 0, 0)
    whole.place(legend, 0, figure.picture.height + 12)
    return whole


def legend_of(keys: Sequence[Key], title: str, width: float) -> Drawing:
    """Legend as a drawing of its own: the title, then a sign and words for each key."""
    labels = [wrapped(key.label, 12, width - 44) for key in keys]
    heads = wrapped(title, 12, width)
    rooms = [max(16.5 * len(lines) + 6, 2 * key.circle + 4) for key, lines in zip(keys, labels, strict=True)]
    legend = Drawing(width, 12 + 16.5 * len(heads) + sum(rooms))
    y = legend.lines(0, 14, heads, size=12, fill=QUIET) + 4
    left = max([40.0, *(2 * key.circle + 8 for key in keys)])
    for key, lines, room in zip(keys, labels, rooms, strict=True):
        if key.circle:
            y += max(0.0, key.circle - 8)
            legend.circle(max(16.0, key.circle + 2), y - 4, key.circle, key.colour or INK)
        elif key.line:
            dash = "6 4" if key.dashed else "2 4" if key.dotted else ""
            legend.path(f"M2 {y - 4:.1f}H30", stroke=key.colour or INK, width=min(12, key.line), dash=dash)
        else:
            legend.rect(2, y - 11, 28, 14, key.colour or legend.hatching(), stroke="#8a8f98")
        legend.lines(left, y, lines, size=12)
        y += room - max(0.0, key.circle - 8)
    return legend


def figure_svg(figure: Figure) -> str:
    """Whole figure as SVG text."""
    inner = _WIDTH - 2 * _MARGIN
    picture = _picture(figure)
    title, summary = wrapped(figure.title, 22, inner), wrapped(figure.summary, 13, inner)
    notes = [line for note in figure.notes for line in wrapped(note, 11, inner)]
    height = 30 + 29.7 * len(title) + 17.6 * len(summary) + picture.height + 14.9 * len(notes) + 70
    sheet = Drawing(_WIDTH, height)
    sheet.rect(0, 0, _WIDTH, height, "#ffffff")
    y = _MARGIN + 20
    for line in title:
        sheet.text(_MARGIN, y, line, size=22, bold=True)
        y += 29.7
    y = sheet.lines(_MARGIN, y, summary, size=13) + 6
    sheet.place(picture, _MARGIN, y)
    sheet.lines(_MARGIN, y + picture.height + 26, notes, size=11, fill=QUIET)
    return sheet.svg(title=figure.title, description=figure.summary)


def to_png(figure: Figure, lang: str, size: str = "screen") -> bytes:
    """Whole figure as PNG: 1,920 pixels wide for the ``screen``, 3,840 for ``print``, 960 for a ``site`` of files.

    Title, summary and sources stand in its properties too, where programs for pictures look for them.
    """
    pixels = render_image(
        "atlas/picture.typ", {"svg": figure_svg(figure), "width": _WIDTH},
        title=figure.title, language=lang, ppi=SIZES[size], issued=_moment(figure),
    )  # fmt: skip
    told = {"Title": figure.title, "Description": figure.summary, "Copyright": "\n".join(figure.notes),
            "Creation Time": figure.created, "Software": "Raumwerk"}  # fmt: skip
    return _with_properties(pixels, told)


def _with_properties(png: bytes, texts: Mapping[str, str]) -> bytes:
    """PNG with an iTXt chunk (PNG 1.2, 4.2.3.3) for each text, behind the header chunk of 25 bytes."""
    chunks = b""
    for keyword, text in texts.items():
        # not packed, no language, no translated keyword
        body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + clean(text).encode()
        chunks += len(body[4:]).to_bytes(4, "big") + body + crc32(body).to_bytes(4, "big")
    return png[:33] + chunks + png[33:]


def to_pdf(figure: Figure, lang: str) -> bytes:
    """Figure as accessible document: the picture with its description, the figures as table, the sources as text."""
    picture = _picture(figure).svg(title=figure.title)
    data = {
        "summary": figure.summary,
        "svg": picture,
        "alt": f"{figure.title}. {figure.summary}",
        "notes": list(figure.notes),
        "tables": [as_data(table) for table in figure.tables],
    }
    return render_pdf("atlas/figure.typ", data, title=figure.title, language=lang, issued=_moment(figure))


def as_data(table: Table) -> dict[str, Any]:
    """Table as the templates of documents read it."""
    columns = [{"label": label, "align": side} for label, side in table.columns]
    return {"caption": table.caption, "columns": columns, "rows": [list(row) for row in table.rows]}


def _moment(figure: Figure) -> datetime:
    """Time of the release, so that the same release gives the same bytes."""
    return datetime.fromisoformat(figure.created)
