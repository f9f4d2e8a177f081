"""Addresses of the portal that have no language: pictures, and what machines ask for."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.portal import media, sitemap, views

urlpatterns = [
    path("media/images/<path:path>", media.picture),
    path("robots.txt", views.robots),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("healthz", views.health),
]
