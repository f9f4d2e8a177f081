"""How a release of the made sample says that nothing in it is real."""

from __future__ import annotations

from typing import Any

__all__ = ["made_up"]


def made_up(entry: dict[str, Any]) -> dict[str, Any]:
    """A source's entry for a release of the sample: nobody but Raumwerk is named as publisher of invented figures."""
    return {
        **entry,
        "title_de": f"Erfunden: {entry['title_de']}",
        "title_en": f"Made up: {entry['title_en']}",
        "publisher": "Raumwerk",
        "licence": "CC0-1.0",
        "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/",
        "attribution": "Erfundene Zahlen eines erfundenen Landes (Raumwerk)",
        "notes_de": "Alle Zahlen sind erfunden; nur der Aufbau der Datei ist der amtliche.",
        "notes_en": "All figures are made up; only the layout of the file is the official one.",
        "sample": True,
    }
