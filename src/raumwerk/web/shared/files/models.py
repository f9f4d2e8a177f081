"""A stored file and its versions. The bytes lie under their own checksum; names of uploads never reach the disk."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.regions.scope import RegionScoped
from raumwerk.web.shared.visibility import Visibility

__all__ = ["FileVersion", "StoredFile"]


class StoredFile(RegionScoped):
    """A document under one title and one number, in as many versions as were uploaded."""

    title = models.CharField(_("title"), max_length=200)
    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility.choices, default=Visibility.OFFICE
    )
    body_number = models.PositiveBigIntegerField(null=True, blank=True)  # a body of the forum, which lies above
    target_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    target_id = models.PositiveBigIntegerField(null=True, blank=True)
    target = GenericForeignKey("target_type", "target_id")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "pk")
        indexes = [models.Index(fields=["target_type", "target_id"], name="files_by_target")]

    def __str__(self) -> str:
        return self.title


class FileVersion(RegionScoped):
    """One upload. It is never changed: a newer one is added."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(_("file name"), max_length=150)
    kind = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
