"""Address of one's own notes, below a region's."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.shared.notebook import views

app_name = "notebook"
urlpatterns = [path("notizen/", views.notebook, name="notes")]
