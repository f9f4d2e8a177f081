"""The log. Entries are added, never changed, never removed; an account that is deleted leaves its entries nameless."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

__all__ = ["AuditEntry"]


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or remove an entry of the log."""

    def __init__(self) -> None:
        super().__init__("The log of what was done can only grow: entries are neither changed nor removed.")


class AppendOnlyQuerySet(models.QuerySet):
    """Reads and adds."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError


class AuditEntry(models.Model):
    """One event: the verb is the name of the action that wrote it."""

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    region = models.ForeignKey("regions.Region", null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.SlugField(max_length=60)
    subject = models.CharField(max_length=200)
    details = models.JSONField(default=dict, blank=True)

    objects = models.Manager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError
