"""Addresses outside the regions and languages: ``/api/v1/…`` and ``/dcat/``."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "api"
urlpatterns: list[URLPattern] = []
