"""Notes as Django knows them."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotebookConfig(AppConfig):
    name = "raumwerk.web.shared.notebook"
    label = "notebook"

    def ready(self) -> None:
        from raumwerk.web.shared.notify.kinds import register_kind

        register_kind("contact_request", _("Messages to the office"), obligatory=True)
