"""Addresses of the API and the DCAT catalogue."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
