"""Pages about places: profiles, own selections, comparison, and the same as documents."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.atlas.views.area import area_page, area_pdf, selection_page, selection_pdf
from raumwerk.web.atlas.views.compare import compare_page

__all__ = ["PAGES"]

PAGES = [
    path("atlas/gebiet/<slug:key>/", area_page, name="area"),
    path("atlas/gebiet/<slug:key>/profil.pdf", area_pdf, name="area_pdf"),
    path("atlas/auswahl/", selection_page, name="selection"),
    path("atlas/auswahl/profil.pdf", selection_pdf, name="selection_pdf"),
    path("atlas/nebeneinander/", compare_page, name="compare"),
]
