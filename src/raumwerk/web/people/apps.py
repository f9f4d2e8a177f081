from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "raumwerk.web.people"
    label = "people"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415  (settings must be loaded first)

        from raumwerk.web.kit.office_menu import register_office_page  # noqa: PLC0415
        from raumwerk.web.people import receivers  # noqa: F401, PLC0415  (needs the models of other apps)

        register_office_page(
            "people:accounts", _("Accounts and roles"), _("Who has which role here, and until when."), position=10
        )
        register_office_page(
            "people:invitations", _("Invitations"), _("Invite people, send again, withdraw."), position=20
        )
        register_office_page(
            "people:organisation_list", _("Organisations"), _("Actors of the region and who stands for them."),
            position=30,
        )  # fmt: skip
        register_office_page(
            "report_list", _("Reports of barriers"), _("What people could not read or operate."), position=90
        )
