"""Translations without system packages: reads the .po files of the website and writes the .mo files beside them.

Each app may keep its own ``locale/<language>/LC_MESSAGES/django.po``; the shared texts stand in ``web/locale``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.exceptions import ImproperlyConfigured

__all__ = ["WEB", "catalogue_files", "compile_catalogue", "compile_stale"]

WEB = Path(__file__).resolve().parent.parent


def catalogue_files(root: Path = WEB) -> Iterator[Path]:
    """Yield every ``django.po`` below `root`."""
    yield from sorted(root.glob("**/locale/*/LC_MESSAGES/django.po"))


def compile_catalogue(source: Path) -> Path:
    """Write the .mo file of one .po file at once (a reader sees the old or the new one) and return its path."""
    target = source.with_suffix(".mo")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parts[-3], domain="django")
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
    for source in catalogue_files(root):
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
