"""A scenario somebody saved: its levers with the release and the version of the code it was made with."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.regions.scope import RegionScoped

__all__ = ["SavedScenario", "ScenarioVisibility", "new_token"]


def new_token() -> str:
    """Name of a saved scenario in its address; 128 bits, so that nobody guesses one."""
    return secrets.token_urlsafe(16)


class ScenarioVisibility(models.TextChoices):
    """Who may open a saved scenario."""

    PRIVATE = "private", _("only me")
    LINK = "link", _("everybody who has the link")
    MEMBERS = "members", _("the members of the region")


class SavedScenario(RegionScoped):
    """Levers under a name. ``parameters`` is the state of the page as its address holds it: text by field."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    name = models.CharField(_("Name"), max_length=80)
    visibility = models.CharField(
        _("Who may open it"), max_length=10, choices=ScenarioVisibility.choices, default=ScenarioVisibility.PRIVATE
    )
    release = models.CharField(max_length=40)
    code_version = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["region", "owner", "name"], name="one_scenario_per_name_and_owner")
        ]

    def __str__(self) -> str:
        return self.name
