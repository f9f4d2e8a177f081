"""What a body has resolved, to whom it was sent and what they answered."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from raumwerk.errors import ConflictError
from raumwerk.web.forum.models.agenda import Motion
from raumwerk.web.forum.models.body import Body
from raumwerk.web.forum.models.minutes import Unchangeable
from raumwerk.web.forum.models.vote import Vote
from raumwerk.web.forum.states import RESOLUTION
from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet
from raumwerk.web.shared.visibility import Visibility

__all__ = ["Forwarding", "Resolution"]


class Resolution(Unchangeable):  # type: ignore[django-manager-missing]
    """A resolution: numbered by body and year without a gap. Published it stays; a later one may replace it."""

    body = models.ForeignKey(Body, on_delete=models.RESTRICT, related_name="resolutions")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(1990)])
    number = models.PositiveIntegerField()
    motion = models.OneToOneField(Motion, null=True, blank=True, on_delete=models.RESTRICT, related_name="resolution")
    vote = models.OneToOneField(Vote, null=True, blank=True, on_delete=models.RESTRICT, related_name="resolution")
    title = models.CharField(_("title"), max_length=200)
    wording = models.TextField(_("wording"))
    reasons = models.TextField(_("reasons"), blank=True)
    result = models.JSONField(default=dict, blank=True)  # of the vote, as counted
    addressee = models.CharField(_("addressee"), max_length=200, blank=True)
    adopted_on = models.DateField(_("adopted on"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", verbose_name=_("replaces"), null=True, blank=True, on_delete=models.RESTRICT, related_name="replaced_by"
    )
    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    state = models.CharField(max_length=10, choices=RESOLUTION.choices, default=RESOLUTION.first)
    published_at = models.DateTimeField(null=True, blank=True)
    example = models.BooleanField(default=False)

    class Meta:
        ordering = ("-year", "body", "-number")
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "number"], name="one_resolution_per_number"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="validity_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "adopted_on"], name="resolutions_by_date")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """How it is cited: short name of the body, year, number."""
        return f"{self.body.slug.upper()} {self.year}/{self.number:02d}"

    def is_published(self) -> bool:
        found = Resolution.objects.in_region(self.region_id).filter(pk=self.pk).values_list("state", flat=True).first()
        return found == "published"

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise ConflictError(_text("Resolutions are not removed: their numbers run without a gap."))


class ForwardingQuerySet(ScopedQuerySet):
    """Resolutions on their way."""

    def unanswered(self, on: date | None = None) -> Self:
        """Keep those that are due on the day (default today) and have no answer."""
        return self.filter(answered_on__isnull=True, due_on__lte=on or timezone.localdate())


class Forwarding(RegionScoped):
    """A resolution sent to somebody who should act on it, and what they answered."""

    resolution = models.ForeignKey(Resolution, on_delete=models.RESTRICT, related_name="forwardings")
    to_name = models.CharField(_("addressee"), max_length=200)
    to_email = models.EmailField(_("e-mail address"))
    organisation = models.ForeignKey(
        "people.Organisation", verbose_name=_("organisation"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    letter = models.TextField(_("covering letter"), blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_on = models.DateField(_("answer wanted by"))
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    objects = ScopedManager.from_queryset(ForwardingQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("sent_at", "pk")
        indexes = [models.Index(fields=["answered_on", "due_on"], name="forwardings_due")]

    def __str__(self) -> str:
        return f"{self.resolution_id} → {self.to_name}"

    @property
    def overdue(self) -> bool:
        """Tell whether the answer is late."""
        return self.answered_on is None and self.due_on < timezone.localdate()
