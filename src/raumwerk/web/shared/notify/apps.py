from __future__ import annotations

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "raumwerk.web.shared.notify"
    label = "notify"

    def ready(self) -> None:
        from datetime import timedelta  # noqa: PLC0415

        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415  (settings must be loaded first)

        from raumwerk.web.kit.office_menu import register_office_page  # noqa: PLC0415
        from raumwerk.web.shared.notify import receivers  # noqa: F401, PLC0415
        from raumwerk.web.shared.notify.digest import send_digests  # noqa: PLC0415
        from raumwerk.web.shared.notify.duties import register_duty  # noqa: PLC0415
        from raumwerk.web.shared.notify.kinds import register_kind  # noqa: PLC0415

        register_kind("account", _("Your account"), obligatory=True)
        register_kind("digest", _("Digest"), obligatory=True)
        register_duty("digests", send_digests, every=timedelta(minutes=10))
        register_office_page(
            "notify:outbox", _("Outbox"), _("Mail waiting, sent and failed, and texts to many that wait for review."),
            position=50,
        )  # fmt: skip
