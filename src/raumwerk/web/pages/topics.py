"""Topics a piece of news or an example can have; feeds can be taken by topic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["NewsKind", "Topic"]


class Topic(models.TextChoices):
    """What something is about; the values stand in addresses and stay as they are."""

    ATLAS = "atlas", _("Atlas and figures")
    FORUM = "forum", _("Neighbourhood forum")
    PLANNING = "planung", _("Regional and land-use planning")
    ECONOMY = "wirtschaft", _("Business and work")
    MOBILITY = "mobilitaet", _("Mobility and ways to work")
    HOUSING = "wohnen", _("Housing and supply")
    CLIMATE = "klima", _("Climate and energy")
    DIGITAL = "digital", _("Digitalisation")
    CULTURE = "kultur", _("Culture and leisure")
    PARTICIPATION = "beteiligung", _("Participation")
    FUNDING = "foerderung", _("Funding")


class NewsKind(models.TextChoices):
    """What sort of report it is; the values stand in addresses."""

    NEWS = "meldung", _("News item")
    PRESS = "presse", _("Press release")
    EVENT = "bericht", _("Event report")
