from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "raumwerk.web.people"
    label = "people"

    def ready(self) -> None:
        from raumwerk.web.people import receivers  # noqa: F401, PLC0415  (needs the models of other apps)
