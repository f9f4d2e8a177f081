"""A seat in a body: who sits there for whom, with which vote, from when to when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models.body import Body
from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet

__all__ = ["InterestGroup", "OfficeInBody", "Seat"]


class InterestGroup(models.TextChoices):
    """For whom a seat speaks when shares of interests are counted."""

    PUBLIC = "public", _("Public authorities")
    ECONOMY = "economy", _("Business")
    CIVIL = "civil", _("Civil society")
    SCIENCE = "science", _("Science")
    POLITICS = "politics", _("Politics")


class OfficeInBody(models.TextChoices):
    """What somebody is in a body."""

    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Deputy chair")
    MEMBER = "member", _("Member")
    GUEST = "guest", _("Permanent guest")


class SeatQuerySet(ScopedQuerySet):
    """Seats, with the questions that matter: which count on a day, and which have a vote."""

    def current(self, on: date | None = None) -> Self:
        """Keep the seats whose term covers the day (default today)."""
        day = on or timezone.localdate()
        return self.filter(models.Q(starts_on__lte=day) & (models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day)))

    def voting(self) -> Self:
        """Keep the seats with a vote; guests have none."""
        return self.filter(voting=True).exclude(office_in_body=OfficeInBody.GUEST)

    def filled(self) -> Self:
        """Keep the seats somebody sits on."""
        return self.filter(person__isnull=False)


class Seat(RegionScoped):
    """One place in a body for a term. It may be vacant, and it may have a deputy who sits in when the holder cannot."""

    body = models.ForeignKey(Body, verbose_name=_("body"), on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="seats",
    )
    organisation = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="seats",
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("deputy"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deputy_seats",
    )
    interest_group = models.CharField(
        _("interest group"), max_length=10, choices=InterestGroup.choices, default=InterestGroup.PUBLIC
    )
    voting = models.BooleanField(_("has a vote"), default=True)
    office_in_body = models.CharField(
        _("office in the body"), max_length=12, choices=OfficeInBody.choices, default=OfficeInBody.MEMBER
    )
    weight = models.PositiveSmallIntegerField(_("weight of the vote"), default=1, validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = ScopedManager.from_queryset(SeatQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("body", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "person"],
                condition=models.Q(ends_on__isnull=True, person__isnull=False),
                name="one_current_seat_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="seat_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="vote_has_a_weight"),
            models.CheckConstraint(
                condition=~models.Q(office_in_body="guest", voting=True), name="guests_have_no_vote"
            ),
        ]
        indexes = [models.Index(fields=["body", "ends_on"], name="seats_of_a_body")]

    def __str__(self) -> str:
        return f"{self.body_id}/{self.pk}: {self.organisation_id or ''} {self.office_in_body}"
