"""Documents to print and to keep: accessible PDF (PDF/UA-1), PNG and SVG, set by typst.

A document is a typst template of an app, ``<app>/typst/<name>.typ``, named as ``"<app>/<name>.typ"``; its content is
handed over as data and never spliced into the template, so that no text of a user is ever read as markup. Templates
begin with ``#import "/kit/typst/document.typ": *`` and ``#show: document-frame``; see there for what it offers and
``docs/how-to/write-a-pdf.md`` for an example.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

__all__ = ["REPLACEMENT", "render_image", "render_pdf"]

WEB = Path(__file__).resolve().parent.parent
REPLACEMENT = "□"  # printed for a character that none of the server's fonts can draw

_NAME = re.compile(r"[a-z_]+(?:/[a-z_]+)*/[a-z0-9_-]+\.typ")
_NOT_DRAWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_FORBIDDEN = re.compile(r'disallowed codepoint `"(.+?)"`', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_ATTEMPTS = 25  # writing systems without a font in one document, before everything beyond Latin is replaced
_LATIN = range(0x250)
_PUNCTUATION = range(0x2010, 0x2028)  # dashes, quotation marks, the ellipsis


def render_pdf(
    document: str, data: Mapping[str, Any], *, title: str, language: str, issued: datetime | None = None
) -> bytes:
    """Set a document as tagged PDF after PDF/UA-1.

    Parameters
    ----------
    document : str
        Template, ``"<app>/<name>.typ"``.
    data : mapping
        Content; everything JSON can hold (dates as text in the reader's form). Pictures go in as SVG text.
    title : str
        Title of the document, in its properties and above its first page.
    language : str
        ``"de"`` or ``"en"``: hyphenation, the words of the frame, and what a screen reader pronounces.
    issued : datetime, optional
        Moment the document speaks of; now without it. The same data and moment give the same bytes.

    Returns
    -------
    bytes
        The file. Characters that no font of the server can draw are printed as `REPLACEMENT`, and a note says so.

    Raises
    ------
    ImproperlyConfigured
        When no such template exists.
    typst.TypstError
        When the template is wrong, for example a picture without alternative text.
    """
    options = {"format": "pdf", "pdf_standards": "ua-1"}
    return _render(document, data, title=title, language=language, issued=issued, options=options)


def render_image(
    document: str,
    data: Mapping[str, Any],
    *,
    title: str,
    language: str,
    format: Literal["png", "svg"] = "png",
    ppi: int = 144,
    issued: datetime | None = None,
) -> bytes:
    """Set the first page of a document as picture; parameters as of `render_pdf`, `ppi` in points per inch."""
    options: dict[str, Any] = {"format": format, **({"ppi": float(ppi)} if format == "png" else {})}
    return _render(document, data, title=title, language=language, issued=issued, options=options)


def _render(
    document: str,
    data: Mapping[str, Any],
    *,
    title: str,
    language: str,
    issued: datetime | None,
    options: dict[str, Any],
) -> bytes:
    moment = timezone.localtime(issued)
    content: dict[str, Any] = {"title": title, "language": language, "data": dict(data)}
    content["frame"] = _frame(language, moment)
    content["issued"] = [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second]
    source = _template(document)

    def compiled(text: str) -> bytes:
        made = typst.compile(
            source, root=WEB, sys_inputs={"content": text}, timestamp=int(moment.timestamp()), **options
        )
        pages = made if isinstance(made, list) else [made]
        return bytes(pages[0] or b"")

    return _with_known_characters(content, compiled)


def _template(document: str) -> Path:
    if _NAME.fullmatch(document):
        app, _, name = document.rpartition("/")
        path = WEB / app / "typst" / name
        if path.is_file():
            return path
    raise ImproperlyConfigured(f"No document template {document!r}: expected a file <app>/typst/<name>.typ below {WEB}")


def _frame(language: str, moment: datetime) -> dict[str, str]:
    """Words that every page carries, in the language of the document."""
    with translation.override(language):
        return {
            "page": gettext("Page"),
            "of": gettext("of"),
            "made": gettext("made with Raumwerk on %(date)s") % {"date": date_format(moment, "DATE_FORMAT")},
            "replaced": gettext("Characters that cannot be printed here are shown as %(sign)s.")
            % {"sign": REPLACEMENT},
        }


def _with_known_characters(content: dict[str, Any], compiled: Callable[[str], bytes]) -> bytes:
    """Compile; where a character cannot be drawn, replace its whole writing system and try again."""
    absent: set[str] = set()
    for _attempt in range(_ATTEMPTS):
        try:
            return compiled(_as_text(content, absent))
        except typst.TypstError as error:
            unknown = _unknown(str(error))
            if not unknown:
                raise
            absent |= {_writing(character) for character in unknown}
    return compiled(_as_text(content, absent, latin_only=True))


def _as_text(content: dict[str, Any], absent: set[str], *, latin_only: bool = False) -> str:
    cleaned, changed = _cleaned(content, absent, latin_only=latin_only)
    return json.dumps({**cleaned, "replaced": changed}, ensure_ascii=False)


def _unknown(message: str) -> str:
    found = _NOT_DRAWN.search(message) or _FORBIDDEN.search(message)
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), found[1]) if found else ""


def _writing(character: str) -> str:
    """First word of the character's name, which is that of its writing system; the character itself without a name."""
    return unicodedata.name(character, character).split()[0] if not character.isspace() else character


def _cleaned(value: Any, absent: set[str], *, latin_only: bool) -> tuple[Any, bool]:
    """Return a copy without control characters, with what cannot be drawn replaced, and whether any was."""
    if isinstance(value, str):
        text = "".join(kept for each in value if (kept := _kept(each, absent, latin_only=latin_only)))
        return text, REPLACEMENT in text and REPLACEMENT not in value
    if isinstance(value, Mapping):
        pairs = {str(key): _cleaned(each, absent, latin_only=latin_only) for key, each in value.items()}
        return {key: each for key, (each, _) in pairs.items()}, any(changed for _, changed in pairs.values())
    if isinstance(value, (list, tuple)):
        items = [_cleaned(each, absent, latin_only=latin_only) for each in value]
        return [each for each, _ in items], any(changed for _, changed in items)
    return value, False


def _kept(character: str, absent: set[str], *, latin_only: bool) -> str:
    if character in "\n\t":
        return character
    code = ord(character)
    # Controls, surrogates and non-characters have no sign at all; the byte order mark is forbidden in PDF/UA.
    if unicodedata.category(character) in ("Cc", "Cs") or code == 0xFEFF or code & 0xFFFE == 0xFFFE:
        return ""
    if code < 0x80 or character == REPLACEMENT:
        return character
    if latin_only:
        return character if code in _LATIN or code in _PUNCTUATION else REPLACEMENT
    return REPLACEMENT if absent and _writing(character) in absent else character
