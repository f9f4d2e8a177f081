"""Pages of the Atlas inside a region: ``/<region>/atlas/…`` and ``/<region>/daten/``."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.atlas import planning_urls, profile_urls
from raumwerk.web.atlas.views.commuting import commuting_page
from raumwerk.web.atlas.views.data import data_page, lineage_page
from raumwerk.web.atlas.views.map import atlas_map

app_name = "atlas"
urlpatterns = [
    path("atlas/", atlas_map, name="map"),
    path("atlas/pendeln/", commuting_page, name="commuting"),
    path("atlas/herkunft/", lineage_page, name="lineage"),
    path("daten/", data_page, name="data"),
    *planning_urls.PAGES,
    *profile_urls.PAGES,
]
