"""The programme of a region: what is planned for which body and when, besides the meetings themselves."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models.body import Body
from raumwerk.web.regions.scope import RegionScoped
from raumwerk.web.shared.visibility import Visibility

__all__ = ["Milestone", "MilestoneForm", "MilestoneStatus", "Precision"]


class Precision(models.TextChoices):
    """How exactly the time of a milestone is known."""

    DAY = "day", _("on the day")
    MONTH = "month", _("within the month")
    QUARTER = "quarter", _("within the quarter")


class MilestoneStatus(models.TextChoices):
    """What became of a milestone."""

    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class MilestoneForm(models.TextChoices):
    """How it takes place; empty where nobody meets."""

    ONLINE = "online", _("online")
    ON_SITE = "on_site", _("on site")
    HYBRID = "hybrid", _("hybrid")


class Milestone(RegionScoped):
    """One entry of the programme, in the line of a body, or in a line of its own (a piece of work)."""

    body = models.ForeignKey(
        Body, verbose_name=_("body"), null=True, blank=True, on_delete=models.CASCADE, related_name="milestones"
    )
    line_de = models.CharField(_("line of its own in German"), max_length=160, blank=True)
    line_en = models.CharField(_("line of its own in English"), max_length=160, blank=True)
    title_de = models.CharField(_("title in German"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    text_de = models.TextField(_("description in German"), blank=True, max_length=4000)
    text_en = models.TextField(_("description in English"), blank=True, max_length=4000)
    form = models.CharField(_("form"), max_length=10, choices=MilestoneForm.choices, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    precision = models.CharField(
        _("how exactly known"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    status = models.CharField(
        _("status"), max_length=10, choices=MilestoneStatus.choices, default=MilestoneStatus.PLANNED
    )
    visibility = models.CharField(
        _("who may see it"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    meeting = models.OneToOneField(
        "forum.Meeting",
        verbose_name=_("became the meeting"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="milestone",
    )
    example = models.BooleanField(_("made-up example"), default=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)  # of calendars: grows with each change
    key = models.CharField(max_length=80, blank=True, editable=False)  # known to the file it was loaded from

    class Meta:
        ordering = ("starts_on", "ends_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="milestone_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(body__isnull=False) | ~models.Q(line_de=""), name="milestone_has_a_line"
            ),
            models.UniqueConstraint(
                fields=["region", "key"], condition=~models.Q(key=""), name="one_milestone_per_loaded_key"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def _text(self, name: str) -> Any:
        language = "en" if (get_language() or "de").startswith("en") else "de"
        return getattr(self, f"{name}_{language}") or getattr(self, f"{name}_de")

    @property
    def title(self) -> str:
        """Title in the reader's language."""
        return self._text("title")

    @property
    def text(self) -> str:
        """Description in the reader's language."""
        return self._text("text")

    @property
    def line(self) -> str:
        """Name of its line in the reader's language."""
        return self.body.name if self.body is not None else self._text("line")
