from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "raumwerk.web.shared.evidence"
    label = "evidence"

    def ready(self) -> None:

        from raumwerk.web.shared.evidence import receivers  # noqa: F401 - imported for its receivers
        from raumwerk.web.shared.evidence.actions import renew_pins
        from raumwerk.web.shared.notify.duties import register_duty

        register_duty("renew_pins", renew_pins, every=timedelta(days=1))
