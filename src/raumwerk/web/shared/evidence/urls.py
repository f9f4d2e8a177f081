"""Addresses of citations, below a region's."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.shared.evidence import views

app_name = "evidence"
urlpatterns = [
    path("belege/neu/", views.add, name="add"),
    path("belege/<int:number>/", views.show, name="citation"),
    path("belege/<int:number>/zuruecknehmen/", views.withdraw, name="withdraw"),
]
