from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "raumwerk.web.shared.files"
    label = "files"

    def ready(self) -> None:
        from raumwerk.web.shared.files import receivers  # noqa: F401 - imported for its receivers
