"""Why a region has no bodies, where its data file says so."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from raumwerk.web.regions.models import Region

__all__ = ["why_no_bodies"]

CONTENT = Path(__file__).resolve().parent.parent / "content"


def why_no_bodies(region: Region) -> str:
    """Return the reason in the reader's language, empty where none is written down."""
    language = "en" if (get_language() or "de").startswith("en") else "de"
    return _reasons(region.slug).get(f"why_{language}", "")


@cache
def _reasons(slug: str) -> dict[str, str]:
    file = CONTENT / f"{slug}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
