from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "raumwerk.web.portal"
    label = "portal"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415  (settings must be loaded first)

        from raumwerk.web.portal.handover import people  # noqa: F401, PLC0415  (needs the models of other apps)
        from raumwerk.web.shared.notify.kinds import register_kind  # noqa: PLC0415

        register_kind("contact", _("Requests for contact"), obligatory=True)
