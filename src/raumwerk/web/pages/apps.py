from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig
from django.core.management import call_command


class PagesConfig(AppConfig):
    name = "raumwerk.web.pages"
    label = "pages"

    def ready(self) -> None:
        # these need the models of other apps
        from raumwerk.web.pages import receivers  # noqa: F401 - imported for its receivers
        from raumwerk.web.shared.notify.duties import register_duty

        register_duty("publish_scheduled", publish_scheduled, every=timedelta(minutes=1))


def publish_scheduled() -> None:
    """Publish and take down the pages whose time has come, as their editors set it."""
    call_command("publish_scheduled", verbosity=0)
