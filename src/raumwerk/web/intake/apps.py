"""Data in as Django knows it."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "raumwerk.web.intake"
    label = "intake"

    def ready(self) -> None:
        # these need the models of other apps
        from raumwerk.web.intake.actions import work_on_uploads
        from raumwerk.web.shared.notify.duties import register_duty

        register_duty("work_on_uploads", work_on_uploads, every=timedelta(seconds=5), slow=True)
