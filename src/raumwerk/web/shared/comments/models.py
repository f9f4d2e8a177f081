"""Comments and what was decided about them. Decisions and appeals are never changed or removed."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet

__all__ = ["EDIT_WINDOW", "LONGEST", "Appeal", "Comment", "Decision", "Deed", "DiscussionSetting", "Reason", "Report"]

LONGEST = 4000
EDIT_WINDOW = timedelta(minutes=15)


class CommentQuerySet(ScopedQuerySet):
    """Comments by where they stand."""

    def of(self, target: models.Model) -> Self:
        """Keep the comments on one thing."""
        return self.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)


class Comment(RegionScoped):  # type: ignore[django-manager-missing]
    """One contribution to a discussion. An account that is deleted leaves its comments without a name."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for release")
        VISIBLE = "visible", _("Visible")
        HIDDEN = "hidden", _("Hidden")
        REMOVED = "removed", _("Removed")
        WITHDRAWN = "withdrawn", _("Withdrawn by the author")

    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=LONGEST, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.VISIBLE)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(CommentQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("created_at", "pk")
        indexes = [
            models.Index(fields=["target_type", "target_id", "created_at"], name="comments_of_target"),
            models.Index(fields=["region", "state", "created_at"], name="comments_by_state"),
            models.Index(fields=["author", "created_at"], name="comments_of_author"),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def editable_until(self) -> object:
        """When the author can no longer change the text."""
        return self.created_at + EDIT_WINDOW


class Reason(models.TextChoices):
    """Why a comment is reported or acted upon."""

    INSULT = "insult", _("Insult or attack on persons")
    UNLAWFUL = "unlawful", _("Unlawful content")
    PRIVACY = "privacy", _("Personal data of others")
    ADVERTISING = "advertising", _("Advertising or spam")
    OFF_TOPIC = "off_topic", _("Not about the matter")
    OTHER = "other", _("Something else")


class Deed(models.TextChoices):
    """What the office decides about a comment."""

    KEEP = "keep", _("Leave it visible")
    RELEASE = "release", _("Release it")
    HIDE = "hide", _("Hide it")
    REMOVE = "remove", _("Remove it")
    RESTORE = "restore", _("Make it visible again")


class Decision(RegionScoped):
    """One decision on a comment, with the reason its author is told."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="decisions")
    deed = models.CharField(max_length=10, choices=Deed.choices)
    reason = models.TextField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.deed} {self.comment_id}"


class Report(RegionScoped):
    """Somebody thinks that a comment breaks the rules. Open until a decision settles it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    text = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.CASCADE, related_name="reports")

    class Meta:
        ordering = ("created_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "by"], condition=models.Q(decision__isnull=True), name="one_open_report_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.comment_id}"


class Appeal(RegionScoped):
    """The author objects to a decision, once; somebody who did not decide answers."""

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    text = models.TextField(max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)
    granted = models.BooleanField(null=True)
    answer = models.TextField(max_length=1000, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return f"appeal {self.decision_id}"


class DiscussionSetting(RegionScoped):
    """How a region runs its discussions."""

    released_first = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region"], name="one_discussion_setting")]

    def __str__(self) -> str:
        return f"{self.region_id}: {self.released_first}"
