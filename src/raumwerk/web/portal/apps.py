from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "raumwerk.web.portal"
    label = "portal"

    def ready(self) -> None:
        # both need the models of other apps
        from raumwerk.web.pages.providers import register_bodies, register_places  # noqa: PLC0415
        from raumwerk.web.portal.handover.for_pages import bodies_for_pages, places_for_pages  # noqa: PLC0415

        register_places(places_for_pages)
        register_bodies(bodies_for_pages)
