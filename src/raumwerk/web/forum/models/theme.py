"""What a body is about in space: the areas by which the Atlas tells who belongs at its table."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models.body import Body
from raumwerk.web.regions.scope import RegionScoped

__all__ = ["BodyTheme", "ThemeKind"]

MOST_AREAS = 60


class ThemeKind(models.TextChoices):
    """How the theme lies in space."""

    AREAS = "areas", _("what happens inside of a set of areas")
    CENTRE = "centre", _("a centre and those who commute to it or from it")
    FLOW = "flow", _("the commuting between two sets of areas")


def _key_list(value: object) -> None:
    fits = isinstance(value, list) and all(
        isinstance(key, str) and key.isdigit() and len(key) in (5, 8) for key in value
    )
    if not fits:
        raise ValidationError(_("Give keys of districts (5 digits) or municipalities (8 digits)."))
    if isinstance(value, list) and len(value) > MOST_AREAS:
        raise ValidationError(_("At most %(most)s areas can be named."), params={"most": MOST_AREAS})


class BodyTheme(RegionScoped):
    """The theme of a body: `areas`, and for the commuting between two sets `counterparts` as the other side."""

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="theme")
    kind = models.CharField(_("kind of theme"), max_length=10, choices=ThemeKind.choices, default=ThemeKind.AREAS)
    title_de = models.CharField(_("theme in German"), max_length=160)
    title_en = models.CharField(_("theme in English"), max_length=160, blank=True)
    areas = models.JSONField(_("areas"), default=list, validators=[_key_list])
    counterparts = models.JSONField(_("areas of the other side"), default=list, blank=True, validators=[_key_list])

    @property
    def title(self) -> str:
        """The theme in the reader's language; German where nobody put it into English."""
        return self.title_en if get_language() == "en" and self.title_en else self.title_de

    def __str__(self) -> str:
        return f"{self.title_de} ({self.kind})"
