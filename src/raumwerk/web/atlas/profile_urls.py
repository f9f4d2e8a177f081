"""Pages about places: profiles, own selections, comparison, and the same as documents."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.atlas.views.area import area_page, area_pdf, selection_page, selection_pdf
from raumwerk.web.atlas.views.compare import compare_page
from raumwerk.web.atlas.views.embed import embed_drawing, embed_flows, embed_map

__all__ = ["PAGES"]

PAGES = [
    path("atlas/gebiet/<slug:key>/", area_page, name="area"),
    path("atlas/gebiet/<slug:key>/profil.pdf", area_pdf, name="area_pdf"),
    path("atlas/auswahl/", selection_page, name="selection"),
    path("atlas/auswahl/profil.pdf", selection_pdf, name="selection_pdf"),
    path("einbetten/bild/<slug:key>/", embed_drawing, name="embed"),
    path("einbetten/karte/", embed_map, name="embed_map"),
    path("einbetten/pendeln/", embed_flows, name="embed_flows"),
    path("atlas/nebeneinander/", compare_page, name="compare"),
]
