from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "raumwerk.web.shared.audit"
    label = "audit"
