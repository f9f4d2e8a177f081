from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "raumwerk.web.pages"
    label = "pages"

    def ready(self) -> None:
        from raumwerk.web.pages import receivers  # noqa: F401 - imported for its receivers
