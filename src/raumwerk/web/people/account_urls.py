"""Addresses of one's own account that allauth does not have."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.people.views import account, invited

urlpatterns = [
    path("einladung/<str:token>/", invited.invited, name="invited"),
    path("meine-daten/", account.own_data, name="own_data"),
    path("loeschen/", account.leave, name="leave"),
]
