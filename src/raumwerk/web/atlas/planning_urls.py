"""Addresses of the planning pages and of their part of the API; ``urls`` and ``api_urls`` take them in."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from raumwerk.web.atlas.api.planning import SHEETS, analysis_file, analysis_view
from raumwerk.web.atlas.queries.planning.questions import QUESTIONS
from raumwerk.web.atlas.views import scenarios
from raumwerk.web.atlas.views.methods import methods_page
from raumwerk.web.atlas.views.planning import centres_page, economy_page, regions_page

__all__ = ["API", "PAGES"]


class SheetConverter(StringConverter):
    """Ending of a table as a file."""

    regex = "|".join(SHEETS)


register_converter(SheetConverter, "sheet")

PAGES: list[URLPattern] = [
    path("atlas/wirtschaft/", economy_page, name="economy"),
    path("atlas/zentren/", centres_page, name="centres"),
    path("atlas/regionen/", regions_page, name="regions"),
    path("atlas/szenarien/", scenarios.scenarios_page, name="scenarios"),
    path("atlas/szenarien/vergleich/", scenarios.compare_page, name="scenarios-compare"),
    path("atlas/szenarien/speichern/", scenarios.saved, name="scenario-save"),
    path("atlas/szenarien/s/<slug:token>/", scenarios.scenario_link, name="scenario-link"),
    path("atlas/szenarien/s/<slug:token>/teilen/", scenarios.shared, name="scenario-share"),
    path("atlas/szenarien/s/<slug:token>/entfernen/", scenarios.removed, name="scenario-remove"),
    path("atlas/verfahren/<slug:key>/", methods_page, name="methods"),
]

#: Where a part of the API is called otherwise than the page; "regions" lists the regions of the installation.
_NAMES = {"regions": "functional-regions"}
_ROOT = "api/v1/regions/<slug:slug>"
API: list[URLPattern] = [
    pattern
    for key, question in QUESTIONS.items()
    for pattern in (
        path(f"{_ROOT}/{_NAMES.get(key, key)}/", analysis_view(question).as_view(), name=f"api-{key}"),
        path(f"{_ROOT}/{_NAMES.get(key, key)}.<sheet:sheet>", analysis_file(question).as_view(),
             name=f"api-{key}-file"),
    )
]  # fmt: skip
