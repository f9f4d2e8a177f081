from __future__ import annotations

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "raumwerk.web.regions"
    label = "regions"
