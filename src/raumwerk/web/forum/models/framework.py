"""Frameworks compared: planning and funding conditions of the states side by side, each change kept as a revision."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models.body import Body
from raumwerk.web.regions.scope import RegionScoped

__all__ = ["FrameworkCondition", "FrameworkField", "FrameworkRevision", "FrameworkStatus", "FrameworkTopic"]


class FrameworkField(models.TextChoices):
    """Field of law or funding a topic belongs to."""

    SPATIAL_PLANNING = "spatial_planning", _("Spatial planning")
    LAND_USE_PLANNING = "land_use_planning", _("Urban land-use planning")
    FUNDING = "funding", _("Funding")
    TRANSPORT = "transport", _("Transport")
    ECONOMY = "economy", _("Economy and skilled work")
    EDUCATION = "education", _("Education and science")
    SERVICES = "services", _("Public services")
    OTHER = "other", _("Other")


class FrameworkStatus(models.TextChoices):
    """How far the comparison of a topic has come."""

    COLLECTING = "collecting", _("being collected")
    COMPARED = "compared", _("compared")
    NEGOTIATING = "negotiating", _("being negotiated")
    SOLVED = "solved", _("solved")
    SET_ASIDE = "set_aside", _("set aside")


class FrameworkTopic(RegionScoped):
    """One topic of the comparison. What it says stands in its revisions; the public reads the published one."""

    number = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(_("order in the table"), default=100)
    published = models.ForeignKey(
        "forum.FrameworkRevision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    latest = models.ForeignKey(
        "forum.FrameworkRevision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    resolutions = models.ManyToManyField(
        "forum.Resolution", verbose_name=_("resolutions about it"), blank=True, related_name="framework_topics"
    )

    class Meta:
        ordering = ("position", "number")
        constraints = [models.UniqueConstraint(fields=["region", "number"], name="one_framework_topic_per_number")]

    def __str__(self) -> str:
        return f"framework topic {self.number}"


class FrameworkRevision(RegionScoped):
    """What a topic said from one moment on. Revisions are added, never changed."""

    topic = models.ForeignKey(FrameworkTopic, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    note = models.CharField(_("what was changed and why"), max_length=300, blank=True)

    title_de = models.CharField(_("topic in German"), max_length=160)
    title_en = models.CharField(_("topic in English"), max_length=160, blank=True)
    field = models.CharField(_("field"), max_length=20, choices=FrameworkField.choices)
    status = models.CharField(
        _("status"), max_length=20, choices=FrameworkStatus.choices, default=FrameworkStatus.COLLECTING
    )
    common_ground_de = models.TextField(_("common ground in German"), blank=True, max_length=4000)
    common_ground_en = models.TextField(_("common ground in English"), blank=True, max_length=4000)
    obstacle_de = models.TextField(_("obstacle in German"), blank=True, max_length=4000)
    obstacle_en = models.TextField(_("obstacle in English"), blank=True, max_length=4000)
    body = models.ForeignKey(
        Body, verbose_name=_("body that should act"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("organisation that should act"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    actor = models.CharField(_("somebody else who should act"), max_length=200, blank=True)

    class Meta:
        ordering = ("topic", "-number")
        constraints = [models.UniqueConstraint(fields=["topic", "number"], name="one_framework_revision_per_number")]

    def __str__(self) -> str:
        return f"revision {self.number} of topic {self.topic_id}"

    def _text(self, name: str) -> Any:
        language = "en" if (get_language() or "de").startswith("en") else "de"
        return getattr(self, f"{name}_{language}") or getattr(self, f"{name}_de")

    @property
    def title(self) -> str:
        """Topic in the reader's language."""
        return self._text("title")

    @property
    def common_ground(self) -> str:
        """What the states have in common, in the reader's language."""
        return self._text("common_ground")

    @property
    def obstacle(self) -> str:
        """What stands in the way, in the reader's language."""
        return self._text("obstacle")


class FrameworkCondition(RegionScoped):
    """What holds in one state, with its source."""

    revision = models.ForeignKey(FrameworkRevision, on_delete=models.CASCADE, related_name="conditions")
    state = models.CharField(_("state"), max_length=2)
    text_de = models.TextField(_("condition in German"), blank=True, max_length=4000)
    text_en = models.TextField(_("condition in English"), blank=True, max_length=4000)
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True, max_length=500)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)

    class Meta:
        ordering = ("revision", "state")
        constraints = [models.UniqueConstraint(fields=["revision", "state"], name="one_condition_per_state")]

    def __str__(self) -> str:
        return f"condition of state {self.state} in revision {self.revision_id}"

    @property
    def text(self) -> str:
        """Condition in the reader's language."""
        english = (get_language() or "de").startswith("en")
        return (self.text_en if english else "") or self.text_de
