from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from raumwerk.web.kit.office_menu import register_office_page


class NotifyConfig(AppConfig):
    name = "raumwerk.web.shared.notify"
    label = "notify"

    def ready(self) -> None:

        from raumwerk.web.shared.notify import receivers  # noqa: F401 - imported for its receivers
        from raumwerk.web.shared.notify.digest import send_digests
        from raumwerk.web.shared.notify.duties import register_duty
        from raumwerk.web.shared.notify.kinds import Pace, register_kind

        register_kind("account", _("Your account"), obligatory=True, secret=True)
        register_kind("invitation", _("Invitations into a role"), obligatory=True, secret=True)
        register_kind("digest", _("Digest"), obligatory=True)
        register_kind("circular", _("Letters of the office to many"), pace=Pace.AT_ONCE)
        register_duty("digests", send_digests, every=timedelta(minutes=10))
        register_office_page(
            "notify:outbox", _("Outbox"), _("Mail waiting, sent and failed, and texts to many that wait for review."),
            position=50,
        )  # fmt: skip
