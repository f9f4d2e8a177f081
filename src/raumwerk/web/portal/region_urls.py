"""Addresses of the portal below a region's."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.portal.views_people import show_my_page

urlpatterns = [
    path("meine-seite/", show_my_page, name="my_page"),
]
