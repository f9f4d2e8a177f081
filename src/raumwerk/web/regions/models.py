"""The region, kept here so that pages and people can refer to it. Its areas are in the releases, not here."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language

from raumwerk.web.regions.reserved import RESERVED_SLUGS, refuse_reserved

__all__ = ["RESERVED_SLUGS", "Region"]


class Region(models.Model):  # type: ignore[django-manager-missing]
    """A cooperation of districts and municipalities across state borders; the tenant of the installation."""

    slug = models.SlugField(
        unique=True,
        max_length=60,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$"), refuse_reserved],
    )
    name_de = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    short_de = models.CharField(max_length=80)
    short_en = models.CharField(max_length=80)
    sample = models.BooleanField(default=False, help_text="Belongs to the made sample country.")
    position = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True, help_text="False when neither catalogue nor release knows it any more.")

    class Meta:
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.name

    def _text(self, name: str) -> Any:
        language = "en" if (get_language() or "de").startswith("en") else "de"
        return getattr(self, f"{name}_{language}") or getattr(self, f"{name}_de")

    @property
    def name(self) -> str:
        """Full name in the reader's language."""
        return self._text("name")

    @property
    def short(self) -> str:
        """Short name in the reader's language."""
        return self._text("short")

    @property
    def area_key(self) -> str:
        """Key of the region in the tables of statistics."""
        return f"region:{self.slug}"
