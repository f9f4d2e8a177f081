"""Addresses of data-in; they belong to the installation, not to a region."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.upload_list, name="list"),
    path("zurueck/", views.go_back, name="go_back"),
    path("<int:number>/", views.upload_page, name="upload"),
    path("<int:number>/pruefen/", views.upload_checked_again, name="check"),
    path("<int:number>/veroeffentlichen/", views.upload_published, name="publish"),
    path("<int:number>/verwerfen/", views.upload_discarded, name="discard"),
]
