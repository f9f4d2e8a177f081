from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "raumwerk.web.shared.evidence"
    label = "evidence"

    def ready(self) -> None:
        from datetime import timedelta  # noqa: PLC0415

        from raumwerk.web.shared.evidence import receivers  # noqa: F401, PLC0415  (needs the models of other apps)
        from raumwerk.web.shared.evidence.actions import renew_pins  # noqa: PLC0415  (apps must be loaded first)
        from raumwerk.web.shared.notify.duties import register_duty  # noqa: PLC0415

        register_duty("renew_pins", renew_pins, every=timedelta(days=1))
