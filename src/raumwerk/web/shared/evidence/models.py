"""A citation: a figure as it was when somebody cited it. It never changes; it can be taken back, which is kept too."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language

from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet
from raumwerk.web.shared.evidence.reference import Reference
from raumwerk.web.shared.evidence.wording import written

__all__ = ["Citation"]


class FrozenError(RuntimeError):
    """Somebody tried to change a citation."""

    def __init__(self) -> None:
        super().__init__("A citation never changes: take it back and cite anew.")


class CitationQuerySet(ScopedQuerySet):
    """Citations; what they say cannot be updated."""

    def update(self, **kwargs: Any) -> int:
        if set(kwargs) != {"removed_at", "removed_by"}:
            raise FrozenError
        return super().update(**kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise FrozenError

    def of(self, target: models.Model) -> Self:
        """Keep the citations that stand at one thing."""
        return self.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)

    def standing(self) -> Self:
        """Keep those that were not taken back."""
        return self.filter(removed_at__isnull=True)


class Citation(RegionScoped):
    """One figure of one release at one thing, with everything needed to read it when the release is long forgotten."""

    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")

    release = models.CharField(max_length=40)
    table = models.CharField(max_length=40)
    column = models.CharField(max_length=80)
    area = models.CharField(max_length=80, blank=True)
    origin = models.CharField(max_length=80, blank=True)
    destination = models.CharField(max_length=80, blank=True)
    period = models.CharField(max_length=20)

    label_de = models.CharField(max_length=400)
    label_en = models.CharField(max_length=400)
    value = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    status = models.CharField(max_length=20)
    unit_de = models.CharField(max_length=80, blank=True)
    unit_en = models.CharField(max_length=80, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    sources = models.JSONField(default=list)

    cited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    cited_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = ScopedManager.from_queryset(CitationQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("cited_at", "pk")
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="citations_of_target"),
            models.Index(fields=["release"], name="citations_of_release"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "target_type", "target_id", "release", "table", "column", "area", "origin", "destination", "period",
                ],
                condition=models.Q(removed_at__isnull=True),
                name="cite_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FrozenError
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """What is cited, in the reader's language."""
        return self.label_en if _english() else self.label_de

    @property
    def unit(self) -> str:
        """Unit in the reader's language."""
        return self.unit_en if _english() else self.unit_de

    @property
    def reference(self) -> Reference:
        """The row that was cited."""
        return Reference(self.table, self.column, self.area, self.origin, self.destination, self.period, self.release)

    @property
    def figure(self) -> str:
        """The value as cited, in words."""
        return written(self.value, self.lower, self.upper, status=self.status, unit=self.unit, decimals=self.decimals)

    @property
    def source_line(self) -> str:
        """Attribution and licence, as the publishers demand."""
        return "; ".join(
            f"{one['attribution'] or one['title_en' if _english() else 'title_de']}"
            + (f", {one['licence']}" if one["licence"] else "")
            for one in self.sources
        )


def _english() -> bool:
    return (get_language() or "de").startswith("en")
