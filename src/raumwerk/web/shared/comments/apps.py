from __future__ import annotations

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "raumwerk.web.shared.comments"
    label = "comments"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415  (settings must be loaded first)

        from raumwerk.web.kit.office_menu import register_office_page  # noqa: PLC0415
        from raumwerk.web.shared.comments import receivers  # noqa: F401, PLC0415  (needs the models of other apps)
        from raumwerk.web.shared.notify.kinds import Pace, register_kind  # noqa: PLC0415

        register_kind("comment", _("New comments on what I follow"), pace=Pace.DAILY)
        register_kind("answer", _("Answers to my comments"), pace=Pace.AT_ONCE)
        register_kind("moderation", _("Decisions on my comments and reports"), obligatory=True)
        register_kind("moderation_office", _("Reports and appeals for the office"), pace=Pace.AT_ONCE)
        register_office_page(
            "comments:queue", _("Moderation"), _("Comments that were reported or wait for release, and appeals."),
            position=60,
        )  # fmt: skip
