"""A meeting of a body: when, where, who wants to come, who was there."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models.body import Body
from raumwerk.web.forum.models.seat import Seat
from raumwerk.web.forum.states import MEETING
from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet
from raumwerk.web.shared.visibility import Visibility

__all__ = ["Attendance", "CalendarKey", "Meeting", "MeetingSeries", "Mode", "Presence", "Registration"]


class Mode(models.TextChoices):
    """Where people meet."""

    IN_PERSON = "in_person", _("in one place")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("in one place and online")


class MeetingSeries(RegionScoped):  # type: ignore[django-manager-missing]
    """Meetings that return at a fixed interval, on the same weekday of the month."""

    body = models.ForeignKey(Body, verbose_name=_("body"), on_delete=models.CASCADE, related_name="series")
    title = models.CharField(_("title"), max_length=160)
    every_months = models.PositiveSmallIntegerField(_("every … months"), validators=[MinValueValidator(1)])

    def __str__(self) -> str:
        return self.title


class MeetingQuerySet(ScopedQuerySet):
    """Meetings, with the questions that matter."""

    def upcoming(self, now: datetime | None = None) -> Self:
        """Keep the meetings that have not ended and are not called off, the next first."""
        moment = now or timezone.now()
        kept = self.filter(ends_at__gte=moment).exclude(state__in=("cancelled", "closed"))
        return kept.order_by("starts_at", "pk")

    def past(self, now: datetime | None = None) -> Self:
        """Keep the meetings that are over, the last first."""
        moment = now or timezone.now()
        kept = self.filter(models.Q(ends_at__lt=moment) | models.Q(state__in=("closed", "cancelled")))
        return kept.order_by("-starts_at", "-pk")


class Meeting(RegionScoped):  # type: ignore[django-manager-missing]
    """One date of a body, from the plan to its end."""

    body = models.ForeignKey(Body, verbose_name=_("body"), on_delete=models.RESTRICT, related_name="meetings")
    series = models.ForeignKey(MeetingSeries, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings")
    title = models.CharField(_("title"), max_length=160)
    mode = models.CharField(_("kind of meeting"), max_length=10, choices=Mode.choices, default=Mode.IN_PERSON)
    place = models.CharField(_("place"), max_length=200, blank=True)
    online_link = models.URLField(
        _("link to the online meeting"), max_length=300, blank=True, help_text=_("Only those invited see it.")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Empty: as many as want to come.")
    )
    note = models.TextField(_("what it is about"), blank=True)
    visibility = models.CharField(
        _("who may see this meeting"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    example = models.BooleanField(_("made-up example"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=MEETING.choices, default=MEETING.first)
    invited_at = models.DateTimeField(null=True, blank=True)
    short_notice_reason = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=500, blank=True)

    objects = ScopedManager.from_queryset(MeetingQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("-starts_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "starts_at"], name="meetings_by_date"),
            models.Index(fields=["body", "starts_at"], name="meetings_of_body"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def agenda_locked(self) -> bool:
        """Tell whether the invitation has gone out: from then on a change is an addendum that all are told of."""
        return self.invited_at is not None


class Registration(RegionScoped):
    """Somebody says whether they come; beyond the capacity they wait."""

    class State(models.TextChoices):
        COMING = "coming", _("registered")
        WAITING = "waiting", _("on the waiting list")
        DECLINED = "declined", _("not coming")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="registrations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="registrations")
    state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "pk")
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="one_registration_per_person")]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.state}"


class Presence(models.TextChoices):
    """Whether somebody was there."""

    PRESENT = "present", _("present")
    EXCUSED = "excused", _("excused")


class Attendance(RegionScoped):
    """From when to when somebody was there, on a seat (as its holder or as deputy) or as a guest."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    seat = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    guest_name = models.CharField(_("name of a guest without account"), max_length=160, blank=True)
    presence = models.CharField(max_length=10, choices=Presence.choices, default=Presence.PRESENT)
    as_deputy = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            # One open entry per seat: it is never filled twice, nor by holder and deputy at once.
            models.UniqueConstraint(
                fields=["meeting", "seat"],
                condition=models.Q(left_at__isnull=True),
                name="one_open_attendance_per_seat",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True) | models.Q(left_at__gte=models.F("arrived_at")),
                name="nobody_leaves_before_coming",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.presence}"


class CalendarKey(RegionScoped):
    """The secret part of the address of somebody's own calendar; only its hash is kept. Revoked by removing the row."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "region"], name="one_calendar_per_person")]

    def __str__(self) -> str:
        return f"calendar {self.pk}"
