"""Addresses of stored files, below a region's."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.shared.files import views

app_name = "files"
urlpatterns = [
    path("dateien/<int:number>/", views.download, name="download"),
    path("dateien/<int:number>/<int:version>/", views.download, name="download_version"),
    path("dateien/<int:number>/fassungen/", views.versions, name="versions"),
]
