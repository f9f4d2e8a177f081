from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "raumwerk.web.portal"
    label = "portal"

    def ready(self) -> None:
        # all need the models of other apps, and texts need the settings

        from raumwerk.web.atlas.models import StoryPage
        from raumwerk.web.pages.forms_pages import SitePageForm
        from raumwerk.web.pages.providers import register_bodies, register_places
        from raumwerk.web.portal.handover import people  # noqa: F401 - imported for its receivers
        from raumwerk.web.portal.handover.for_pages import bodies_for_pages, places_for_pages
        from raumwerk.web.portal.handover.search import register_searched
        from raumwerk.web.portal.handover.table import register_numbers
        from raumwerk.web.shared.notify.kinds import register_kind

        # the form of pages offers the bodies of the region; the Atlas does not know pages
        StoryPage.base_form_class = SitePageForm
        register_places(places_for_pages)
        register_bodies(bodies_for_pages)
        register_kind("contact", _("Requests for contact"), obligatory=True)
        register_searched()
        register_numbers()
