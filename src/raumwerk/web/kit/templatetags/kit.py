"""Template tags of the whole website: front-end bundles, numbers as the reader writes them."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from raumwerk.web.kit.problems import translated

register = template.Library()

MANIFEST = ".vite/manifest.json"


class BundleMissingError(RuntimeError):
    """The front end was not built, or has no entry of that name."""


@lru_cache(maxsize=4)
def _read_manifest(path: Path, _changed: int) -> dict[str, Any]:
    chunks: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return chunks


def _manifest() -> dict[str, Any]:
    path = Path(settings.BUNDLE_DIR) / MANIFEST
    try:
        return _read_manifest(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise BundleMissingError(f"{path} does not exist: build the front end with `make frontend`.") from None


def _entry(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    chunks = _manifest()
    for chunk in chunks.values():
        if chunk.get("isEntry") and chunk.get("name") == name:
            return chunk, chunks
    raise BundleMissingError(f"The front end has no entry {name!r}: see frontend/vite.config.ts and build it again.")


def _styles(chunk: dict[str, Any], chunks: dict[str, Any]) -> list[str]:
    """Return the style sheets of a chunk and of what it imports, each once, imported ones first."""
    found: list[str] = []
    for imported in chunk.get("imports", []):
        found += _styles(chunks[imported], chunks)
    return list(dict.fromkeys([*found, *chunk.get("css", [])]))


@register.simple_tag
def bundle_styles(name: str) -> SafeString:
    """Link the style sheets of the front-end entry `name`."""
    chunk, chunks = _entry(name)
    urls = ((static(f"app/{file}"),) for file in _styles(chunk, chunks))
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', urls)


@register.simple_tag
def bundle_script(name: str) -> SafeString:
    """Load the script of the front-end entry `name` as a module, after the page has been read."""
    chunk, _chunks = _entry(name)
    return format_html('<script type="module" src="{}"></script>', static(f"app/{chunk['file']}"))


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """Write a number with the reader's separators and a true minus sign; nothing known is a dash."""
    if value is None:
        return "–"
    # adding zero turns a rounded -0.0 into 0.0; a hyphen would be read as a dash, or not at all
    rounded = round(value, decimals) + 0
    return number_format(rounded, decimal_pos=decimals, use_l10n=True, force_grouping=True).replace(
        "-", "\N{MINUS SIGN}"
    )


@register.filter
def period(value: str) -> str:
    """Write a reference date as the reader does: 2023-06-30 → 30. Juni 2023; a year stays a year."""
    parts = value.split("-")
    if len(parts) == 3 and "/" not in value:
        return date_format(date(*map(int, parts)), "DATE_FORMAT")
    if len(parts) == 2 and "/" not in value:
        return date_format(date(int(parts[0]), int(parts[1]), 1), "YEAR_MONTH_FORMAT")
    return value.replace("/", "–")


@register.filter
def from_below(text: str) -> str:
    """Word a text of an error from below the website for the page; what has no wording is marked as English."""
    told = translated(text)
    return told if told is not None else format_html('<span lang="en">{}</span>', text)


def style_files(name: str) -> list[str]:
    """Style sheets of the front-end entry `name`, as paths below the folder of the bundles."""
    chunk, chunks = _entry(name)
    return _styles(chunk, chunks)
