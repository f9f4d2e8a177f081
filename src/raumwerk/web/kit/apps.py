from __future__ import annotations

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "raumwerk.web.kit"
    label = "kit"

    def ready(self) -> None:
        from raumwerk.web.kit.messages import compile_stale, forget_loaded

        if compile_stale():
            forget_loaded()
