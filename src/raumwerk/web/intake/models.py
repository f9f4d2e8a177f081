"""Uploads of data; they belong to the installation, like releases. Their files lie in the home folder, not in media."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone

from raumwerk.web.intake.states import RUNNING, State

__all__ = ["Upload"]


class Upload(models.Model):
    """One file an operator brought, with the mapping that explains it where it is a table of their own."""

    name = models.CharField(max_length=200)
    mapping = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices, default=State.RECEIVED)
    found = models.JSONField(default=list, blank=True, help_text="What the check found, as 'raumwerk data check' says.")
    outcome = models.JSONField(default=dict, blank=True, help_text="What publishing did or why it failed.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-received_at", "-pk")

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        """Folder of its own below the home folder."""
        return Path(str(settings.RAUMWERK["HOME"])) / "intake" / str(self.pk)

    @property
    def path(self) -> Path:
        return self.folder / self.name

    @property
    def mapping_path(self) -> Path | None:
        return self.folder / "mapping" / self.mapping if self.mapping else None

    @property
    def running(self) -> bool:
        """Whether a command works on it."""
        return self.state in RUNNING

    def forget_files(self) -> None:
        """Remove its files; what was imported is kept in the store."""
        shutil.rmtree(self.folder, ignore_errors=True)
