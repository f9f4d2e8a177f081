"""Translations without system packages: reads the .po files of the website and writes the .mo files beside them.

Each app may keep its own ``locale/<language>/LC_MESSAGES/django.po``; the shared texts stand in ``web/locale``. A
folder ``wording`` holds texts of a library in our words: they are not in our code, so only compiled, never renewed.
"""

from __future__ import annotations

import gettext as gettext_module
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from asgiref.local import Local
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

__all__ = [
    "WEB",
    "catalogue_files",
    "compile_catalogue",
    "compile_stale",
    "extract_messages",
    "forget_loaded",
    "read_catalogue",
    "renew_catalogue",
]

WEB = Path(__file__).resolve().parent.parent
HEAD = """msgid ""
msgstr ""
"Project-Id-Version: Raumwerk\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def catalogue_files(root: Path = WEB) -> Iterator[Path]:
    """Yield every ``django.po`` below `root`."""
    yield from sorted(root.glob("**/locale/*/LC_MESSAGES/django.po"))


def compile_catalogue(source: Path) -> Path:
    """Write the .mo file of one .po file at once (a reader sees the old or the new one) and return its path."""
    target = source.with_suffix(".mo")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    catalogue = read_catalogue(source)
    try:
        with draft.open("wb") as out:
            write_mo(out, catalogue)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def compile_stale(root: Path = WEB) -> list[Path]:
    """Compile the .po files that changed since they were compiled; called at every start.

    Raises
    ------
    ImproperlyConfigured
        When a translation was never compiled and cannot be written here: better no page than half a language.
    """
    done = []
    for source in [*catalogue_files(root), *sorted(root.glob("**/wording/*/LC_MESSAGES/django.po"))]:
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        try:
            done.append(compile_catalogue(source))
        except OSError as error:
            if not target.exists():
                raise ImproperlyConfigured(
                    f"The translation {source} is not compiled and {target.parent} cannot be written ({error}). "
                    "Run `raumwerk manage compile_translations` as a user who may write there."
                ) from error
    return done


def forget_loaded() -> None:
    """Have translations read anew: an app that is made ready before this one may have asked for a text already."""
    gettext_module._translations = {}  # type: ignore[attr-defined]
    trans_real._translations = {}  # type: ignore[attr-defined]  # as Django's own reloader does it
    trans_real._default = None  # type: ignore[attr-defined]
    trans_real._active = Local()  # type: ignore[attr-defined]


def read_catalogue(source: Path) -> Catalog:
    """Read one .po file."""
    with source.open("rb") as stream:
        return read_po(stream, locale=source.parts[-3], domain="django")


def extract_messages(catalogue: Path) -> Catalog:
    """Collect the texts to translate that belong to the catalogue: all below its app but what has its own catalogue."""
    app = catalogue.parents[3]
    others = [folder.parent for folder in app.glob("**/locale") if folder.parent != app]
    found = Catalog()
    for path in sorted([*app.rglob("*.py"), *app.rglob("*.html"), *app.rglob("*.txt")]):
        if "migrations" in path.parts or any(other in path.parents for other in others):
            continue
        text = path.read_text("utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        for _line, message, _comments, context in extract("python", BytesIO(text.encode()), KEYWORDS):
            found.add(message, context=context)
    return found


def renew_catalogue(source: Path) -> tuple[int, int]:
    """Bring one .po file up to date with the code; return how many texts it has and how many lack a translation."""
    catalogue = read_catalogue(source)
    catalogue.update(extract_messages(source), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with source.open("wb") as stream:
        # A head of our own: Babel's would carry the time and so change with every call.
        stream.write(HEAD.format(language=source.parts[-3]).encode())
        write_po(stream, catalogue, width=110, no_location=True, sort_output=True, omit_header=True)
    texts = [message for message in catalogue if message.id]
    return len(texts), sum(not _translated(message.string) for message in texts)


def _translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)
