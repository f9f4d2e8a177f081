from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from raumwerk.web.kit.office_menu import register_office_page


class PeopleConfig(AppConfig):
    name = "raumwerk.web.people"
    label = "people"

    def ready(self) -> None:

        from raumwerk.web.people import receivers  # noqa: F401 - imported for its receivers

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
