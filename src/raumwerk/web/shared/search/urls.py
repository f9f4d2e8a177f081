"""Addresses of the search, below a region's."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.shared.search import views

app_name = "search"
urlpatterns = [
    path("suche/", views.results, name="results"),
    path("suche/vorschlaege/", views.suggestions, name="suggestions"),
]
