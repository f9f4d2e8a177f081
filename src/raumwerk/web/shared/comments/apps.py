from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from raumwerk.web.kit.office_menu import register_office_page


class CommentsConfig(AppConfig):
    name = "raumwerk.web.shared.comments"
    label = "comments"

    def ready(self) -> None:

        from raumwerk.web.shared.comments import receivers  # noqa: F401 - imported for its receivers
        from raumwerk.web.shared.notify.kinds import Pace, register_kind

        register_kind("comment", _("New comments on what I follow"), pace=Pace.DAILY)
        register_kind("answer", _("Answers to my comments"), pace=Pace.AT_ONCE)
        register_kind("moderation", _("Decisions on my comments and reports"), obligatory=True)
        register_kind("moderation_office", _("Reports and appeals for the office"), pace=Pace.AT_ONCE)
        register_office_page(
            "comments:queue", _("Moderation"), _("Comments that were reported or wait for release, and appeals."),
            position=60,
        )  # fmt: skip
