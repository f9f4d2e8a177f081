"""Django's name card of the Atlas."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AtlasConfig(AppConfig):
    name = "raumwerk.web.atlas"
    label = "atlas"
    verbose_name = _("Atlas")

    def ready(self) -> None:
        from raumwerk.web.atlas import receivers  # noqa: F401 - imported for its receivers - models must be loaded first
