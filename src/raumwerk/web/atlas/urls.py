"""Pages of the Atlas inside a region: ``/<region>/atlas/…`` and ``/<region>/daten/``."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "atlas"
urlpatterns: list[URLPattern] = []
