"""Data in as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "raumwerk.web.intake"
    label = "intake"
