from __future__ import annotations

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "raumwerk.web.shared.notify"
    label = "notify"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415  (settings must be loaded first)

        from raumwerk.web.shared.notify.kinds import register_kind  # noqa: PLC0415

        register_kind("account", _("Your account"), obligatory=True)
