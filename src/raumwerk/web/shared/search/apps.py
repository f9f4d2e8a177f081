from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "raumwerk.web.shared.search"
    label = "search"

    def ready(self) -> None:
        from raumwerk.web.shared.search import receivers  # noqa: F401 - imported for its receivers
