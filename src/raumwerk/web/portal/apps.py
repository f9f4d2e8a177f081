from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "raumwerk.web.portal"
    label = "portal"

    def ready(self) -> None:
        # all need the models of other apps, and texts need the settings
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415

        from raumwerk.web.atlas.models import StoryPage  # noqa: PLC0415
        from raumwerk.web.pages.forms_pages import SitePageForm  # noqa: PLC0415
        from raumwerk.web.pages.providers import register_bodies, register_places  # noqa: PLC0415
        from raumwerk.web.portal.handover import people  # noqa: F401, PLC0415
        from raumwerk.web.portal.handover.for_pages import bodies_for_pages, places_for_pages  # noqa: PLC0415
        from raumwerk.web.portal.handover.search import register_searched  # noqa: PLC0415
        from raumwerk.web.portal.handover.table import register_numbers  # noqa: PLC0415
        from raumwerk.web.shared.notify.kinds import register_kind  # noqa: PLC0415

        # the form of pages offers the bodies of the region; the Atlas does not know pages
        StoryPage.base_form_class = SitePageForm
        register_places(places_for_pages)
        register_bodies(bodies_for_pages)
        register_kind("contact", _("Requests for contact"), obligatory=True)
        register_searched()
        register_numbers()
