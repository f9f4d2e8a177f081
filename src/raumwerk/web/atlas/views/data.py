"""Data page (sources, files, releases) and the way from a figure back to its files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.web.atlas.queries import catalogue
from raumwerk.web.atlas.queries.lineage import KEYS, lineage
from raumwerk.web.atlas.queries.overview import all_releases, describe_sources
from raumwerk.web.atlas.queries.topics import topic_name
from raumwerk.web.atlas.queries.words import column_name, level_name, status_name, step_name, table_name
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs
from raumwerk.web.kit.templatetags.kit import number, period

__all__ = ["data_page", "lineage_page"]


@atlas_page
def data_page(page: Page) -> HttpResponse:
    """``/<region>/daten/``: every source, licence, file, release."""
    topics = catalogue.topics(page.atlas, page.lang)
    context = {
        "crumbs": crumbs(page, (gettext("Data and sources"), "")),
        "sources": describe_sources(page.atlas, page.lang),
        "releases": all_releases(),
        "notes": [_note(note, page.lang) for note in page.atlas.manifest.get("notes", [])],
        "topics": [{"name": topic_name(topic), "rows": rows} for topic, rows in topics.items()],
        "tables": [(name, table_name(name), entry) for name, entry in page.atlas.manifest["tables"].items()],
        "api_url": reverse("api-schema"),
        "ogc_url": f"{settings.BASE_URL}{reverse('ogc-landing')}",
        "dcat_url": f"{settings.BASE_URL}{reverse('dcat')}",
    }
    return page.render("atlas/data.html", context)


def _note(note: Any, lang: str) -> str:
    """Notes are text, or tables with a text in each language."""
    if isinstance(note, dict):
        return str(note.get(f"text_{lang}") or note.get("text_de") or note.get("text") or note)
    return str(note)


@atlas_page
def lineage_page(page: Page) -> HttpResponse:
    """``/<region>/atlas/herkunft/?table=…&…``: from a figure down to the checksums of its files."""
    table = page.request.GET.get("table", "")
    if not table:
        raise MissingError(gettext("The address names no table; follow the link beside a figure to come here."))
    key = {name: page.request.GET[name] for name in KEYS if page.request.GET.get(name)}
    steps = lineage(page.atlas, table, key)
    parts = {kind: [step for step in steps if step["kind"] == kind] for kind in ("row", "table", "file", "source")}
    made = [_made(step) for step in parts["table"]]
    context = {
        "crumbs": crumbs(page, (gettext("Atlas"), page.url("map")), (gettext("Origin of a figure"), "")),
        "table_title": table_name(table),
        "named": _named(page, key),
        "parts": parts,
        "made": made,
        "rows": [_row(page, step["details"]) for step in parts["row"]],
    }
    return page.render("atlas/lineage.html", context)


def _made(step: dict[str, Any]) -> dict[str, Any]:
    """One table on the way, in the words of the reader: what was done with which tables."""
    inputs = step["details"].get("inputs", [])
    return {
        "table": table_name(step["name"].removeprefix("checked:")),
        "read": step["name"].startswith("checked:"),
        "steps": [step_name(name.strip()) for name in step["details"].get("step", "").split(",") if name.strip()],
        "inputs": [table_name(name) for name in inputs if not name.startswith("checked:")],
        "files": any(name.startswith("checked:") for name in inputs),
    }


def _row(page: Page, details: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Columns of a row with values in the words of the reader; checksums stand with the files."""
    return [
        (column_name(name), _shown(page, name, value))
        for name, value in details.items()
        if name not in ("file", "files") and value is not None
    ]


def _shown(page: Page, name: str, value: Any) -> Any:
    if name == "status":
        return status_name(value)
    if name == "level":
        return level_name(value)
    if name == "period":
        return period(value)
    if name == "caveat":
        return page.atlas.caveat_texts.get(value, {}).get(page.lang, value)
    if name == "indicator" and value in page.atlas.indicators:
        return catalogue.describe_indicator(page.atlas, value, page.lang)["name"]
    if name in ("area", "origin", "destination"):
        return f"{page.atlas.name(value, page.lang)} ({value})"
    if isinstance(value, float):
        return number(value, 0 if value.is_integer() else 3)
    return value


def _named(page: Page, key: dict[str, str]) -> list[str]:
    """Key in the words of the reader: names of indicator and areas, the period as it is."""
    words = []
    for name, value in key.items():
        if name == "indicator" and value in page.atlas.indicators:
            words.append(catalogue.describe_indicator(page.atlas, value, page.lang)["name"])
        elif name in ("area", "origin", "destination"):
            words.append(page.atlas.name(value, page.lang))
        else:
            words.append(period(value))
    return words
