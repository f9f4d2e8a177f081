"""Minutes of a meeting. Every save is kept; what is published never changes, it is superseded by a new edition."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from raumwerk.errors import ConflictError
from raumwerk.web.forum.models.agenda import AgendaItem
from raumwerk.web.forum.models.body import Body
from raumwerk.web.forum.models.meeting import Meeting
from raumwerk.web.forum.states import MINUTES
from raumwerk.web.regions.scope import RegionScoped

__all__ = ["Minutes", "MinutesEntry", "MinutesRemark", "MinutesSave", "Unchangeable"]


class Unchangeable(RegionScoped):
    """Base of what may not be changed once it is published; the database refuses it too (see the migration)."""

    class Meta:
        abstract = True

    def is_published(self) -> bool:
        """Tell whether the row as the database holds it is published."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and self.is_published():
            raise ConflictError(_text("What is published is not changed. Make a new version that replaces it."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.is_published():
            raise ConflictError(_text("What is published is not removed. Make a new version that replaces it."))
        return super().delete(*args, **kwargs)


class Minutes(Unchangeable):
    """One edition of the minutes of a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.RESTRICT, related_name="minutes")
    edition = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="replaced_by"
    )
    reason = models.CharField(_("reason for the new version"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=MINUTES.choices, default=MINUTES.first)
    revision = models.PositiveIntegerField(default=0)  # counts saves; two writers notice each other by it
    summary = models.TextField(_("general part"), blank=True)
    remarks_until = models.DateField(_("remarks until"), null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    record = models.JSONField(
        default=dict, blank=True
    )  # attendance, votes and resolutions as they stood at publication

    class Meta:
        ordering = ("-edition",)
        constraints = [models.UniqueConstraint(fields=["meeting", "edition"], name="one_edition_of_a_number")]

    def __str__(self) -> str:
        return f"{self.meeting}, {self.edition}"

    @property
    def body(self) -> Body:
        """The body whose minutes they are; rights are asked of it."""
        return self.meeting.body

    def is_published(self) -> bool:
        found = Minutes.objects.in_region(self.region_id).filter(pk=self.pk).values_list("state", flat=True).first()
        return found == "published"


class MinutesEntry(Unchangeable):
    """What was said and settled on one item."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey(AgendaItem, on_delete=models.RESTRICT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("item__position", "pk")
        constraints = [models.UniqueConstraint(fields=["minutes", "item"], name="one_entry_per_item")]

    def __str__(self) -> str:
        return f"{self.minutes_id}/{self.item_id}"

    def is_published(self) -> bool:
        return self.minutes.is_published()


class MinutesSave(RegionScoped):
    """The whole text as it was saved once; nothing that was typed in gets lost."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="saves")
    revision = models.PositiveIntegerField()
    text = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-revision",)
        constraints = [models.UniqueConstraint(fields=["minutes", "revision"], name="one_save_per_revision")]

    def __str__(self) -> str:
        return f"{self.minutes_id}: {self.revision}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ConflictError(_text("Saved versions of minutes are kept."))


class MinutesRemark(RegionScoped):
    """What an attendee wants changed, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        TAKEN = "taken", _("taken up")
        NOT_TAKEN = "not_taken", _("not taken up")

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="remarks")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(_("remark"))
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"remark {self.pk}"
