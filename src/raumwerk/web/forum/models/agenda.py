"""What a meeting speaks about: items, motions, and who must stay out of what."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models.body import Body
from raumwerk.web.forum.models.meeting import Meeting
from raumwerk.web.forum.states import MOTION
from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet
from raumwerk.web.shared.visibility import Audience, Visibility, visible

__all__ = ["AgendaItem", "ConflictOfInterest", "ItemKind", "Motion"]


class ItemKind(models.TextChoices):
    """Who reads an item: all who may see the meeting, those who sit in the body, or the office alone."""

    COMMON = "common", _("as the meeting")
    INTERNAL = "internal", _("only those who sit in the body")
    HIDDEN = "hidden", _("only the office")


class AgendaItemQuerySet(ScopedQuerySet):
    """Items of agendas."""

    def readable(self, audience: Audience) -> Self:
        """Keep the items that a reader may know of."""
        if audience.office:
            return self.all()
        common = models.Q(kind=ItemKind.COMMON) & visible(audience, "meeting__")
        internal = models.Q(kind=ItemKind.INTERNAL, meeting__body__in=sorted(audience.bodies))
        not_office = ~models.Q(meeting__visibility=Visibility.OFFICE)
        return self.filter(common | (internal & not_office)) if audience.bodies else self.filter(common)


class AgendaItem(RegionScoped):  # type: ignore[django-manager-missing]
    """One item of an agenda (TOP)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=10)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("explanation"), blank=True)
    kind = models.CharField(_("who may read it"), max_length=10, choices=ItemKind.choices, default=ItemKind.COMMON)
    minutes = models.PositiveSmallIntegerField(
        _("duration in minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    added_at = models.DateTimeField(null=True, blank=True)  # set when it came after the invitation
    changed_at = models.DateTimeField(null=True, blank=True)  # set when it was changed after the invitation
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(AgendaItemQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def body(self) -> Body:
        """The body whose meeting it is; rights are asked of it."""
        return self.meeting.body


class Motion(RegionScoped):
    """A proposal to be decided: wording, reasons, and who makes it."""

    body = models.ForeignKey(Body, verbose_name=_("body"), on_delete=models.RESTRICT, related_name="motions")
    item = models.ForeignKey(
        AgendaItem, verbose_name=_("agenda item"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="motions",
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=200)
    wording = models.TextField(_("wording"), help_text=_("What is to be resolved, word for word."))
    reasons = models.TextField(_("reasons"), blank=True)
    addressee = models.CharField(_("addressee"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation", verbose_name=_("on behalf of"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility.choices, default=Visibility.BODY
    )
    state = models.CharField(max_length=10, choices=MOTION.choices, default=MOTION.first)
    submitted_at = models.DateTimeField(default=timezone.now)
    example = models.BooleanField(default=False)

    class Meta:
        ordering = ("-submitted_at", "-pk")
        indexes = [models.Index(fields=["body", "state"], name="motions_of_body")]

    def __str__(self) -> str:
        return self.title


class ConflictOfInterest(RegionScoped):
    """Somebody is partial in an item: they neither vote on it nor count for its quorum."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="conflicts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    declared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("declared_at", "pk")
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="one_declaration_per_item")]

    def __str__(self) -> str:
        return f"item {self.item_id}"
