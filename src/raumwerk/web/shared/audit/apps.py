from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "raumwerk.web.shared.audit"
    label = "audit"

    def ready(self) -> None:
        from raumwerk.web.shared.audit import receivers  # noqa: F401 - imported for its receivers
