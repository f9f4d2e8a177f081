"""What somebody has to do until when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models.body import Body
from raumwerk.web.forum.models.meeting import Meeting
from raumwerk.web.forum.models.resolution import Resolution
from raumwerk.web.forum.states import TASK
from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet
from raumwerk.web.shared.visibility import Visibility

__all__ = ["Task"]

UNDONE = ("open", "in_progress")


class TaskQuerySet(ScopedQuerySet):
    """Tasks, with the questions that matter."""

    def undone(self) -> Self:
        """Keep those that somebody still has to do."""
        return self.filter(state__in=UNDONE)

    def overdue(self, on: date | None = None) -> Self:
        """Keep those that should have been done before the day (default today)."""
        return self.undone().filter(due_on__lt=on or timezone.localdate())


class Task(RegionScoped):
    """A task of a person or an organisation, from a resolution or a meeting."""

    body = models.ForeignKey(Body, verbose_name=_("body"), on_delete=models.RESTRICT, related_name="tasks")
    resolution = models.ForeignKey(
        Resolution, verbose_name=_("from the resolution"), null=True, blank=True, on_delete=models.RESTRICT,
        related_name="tasks",
    )  # fmt: skip
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks")
    title = models.CharField(_("task"), max_length=200)
    text = models.TextField(_("explanation"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="tasks",
    )  # fmt: skip
    organisation = models.ForeignKey(
        "people.Organisation", verbose_name=_("organisation"), null=True, blank=True, on_delete=models.RESTRICT,
        related_name="tasks",
    )  # fmt: skip
    due_on = models.DateField(_("due on"), null=True, blank=True)
    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility.choices, default=Visibility.BODY
    )
    state = models.CharField(max_length=12, choices=TASK.choices, default=TASK.first)
    outcome = models.CharField(_("what came of it"), max_length=500, blank=True)
    done_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager.from_queryset(TaskQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = (models.F("due_on").asc(nulls_last=True), "pk")
        indexes = [
            models.Index(fields=["region", "state", "due_on"], name="tasks_by_date"),
            models.Index(fields=["owner", "state"], name="tasks_of_person"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def overdue(self) -> bool:
        """Tell whether it should have been done by now."""
        return self.state in UNDONE and self.due_on is not None and self.due_on < timezone.localdate()
